from django.urls import path

from liuke_desk.warnings import views

urlpatterns = [
    path("warnings/lists/", views.show_list, name="warning-lists"),
    path("warnings/changes/", views.show_changes, name="warning-changes"),
    path("warnings/changes/gone/", views.show_departed, name="warning-gone"),
    path("warnings/keep/", views.keep, name="warning-keep"),
]
