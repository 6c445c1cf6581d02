from django.urls import path

from liuke_desk.contact import views

urlpatterns = [path("tasks/<int:pk>/", views.work, name="task-work")]
