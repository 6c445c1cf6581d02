from django.urls import path

from liuke_desk.health import views

urlpatterns = [
    path("health/", views.show_health, name="health"),
    path("health/model-card/", views.download_card, name="health-card"),
]
