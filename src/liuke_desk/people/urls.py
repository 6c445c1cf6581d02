from django.urls import path

from liuke_desk.people import views

urlpatterns = [
    path("signin/", views.SignIn.as_view(), name="signin"),
    path("signout/", views.SignOut.as_view(), name="signout"),
    path("password/", views.change_password, name="password-change"),
    path("preferences/", views.keep_preferences, name="preferences"),
]
