from django.urls import path

from liuke_desk.contact import mark_views, views

urlpatterns = [
    path("tasks/<int:pk>/", views.work, name="task-work"),
    path("tasks/<int:pk>/mark/", mark_views.mark_customer, name="task-mark"),
]
