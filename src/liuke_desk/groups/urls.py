from django.urls import path

from liuke_desk.groups import views

urlpatterns = [
    path("groups/", views.list_all, name="group-list"),
    path("groups/new/", views.keep_list, name="group-new"),
    path("groups/<int:pk>/", views.show_group, name="group-detail"),
    path("groups/<int:pk>/delete/", views.delete, name="group-delete"),
]
