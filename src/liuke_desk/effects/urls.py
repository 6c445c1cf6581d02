from django.urls import path

from liuke_desk.effects import views

urlpatterns = [path("campaigns/<int:pk>/effect/", views.show_effect, name="campaign-effect")]
