from django.urls import path

from liuke_desk.network import views

urlpatterns = [
    path("reentry/", views.list_matches, name="reentry-list"),
    path("reentry/judge/", views.judge, name="reentry-judge"),
    path("reentry/keep/", views.keep_matches, name="reentry-keep"),
    path("dealers/", views.list_dealers, name="dealer-list"),
    path("dealers/<str:dealer_id>/", views.show_dealer, name="dealer-case"),
    path("dealers/<str:dealer_id>/decide/", views.decide, name="dealer-decide"),
    path("dealers/<str:dealer_id>/keep/", views.keep_leavers, name="dealer-keep"),
]
