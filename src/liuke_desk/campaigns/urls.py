from django.urls import path

from liuke_desk.campaigns import task_views, views

urlpatterns = [
    path("campaigns/", views.list_all, name="campaign-list"),
    path("campaigns/new/", views.make_new, name="campaign-new"),
    path("campaigns/<int:pk>/", views.show_campaign, name="campaign-detail"),
    path("campaigns/<int:pk>/prepare/", views.prepare, name="campaign-prepare"),
    path("campaigns/<int:pk>/dispatch/", views.dispatch, name="campaign-dispatch"),
    path("campaigns/<int:pk>/close/", views.close, name="campaign-close"),
    path("tasks/", task_views.list_tasks, name="task-list"),
    path("tasks/next/", task_views.take_next, name="task-next"),
    path("tasks/<int:pk>/take/", task_views.take, name="task-take"),
    path("tasks/<int:pk>/release/", task_views.release, name="task-release"),
    path("tasks/<int:pk>/reassign/", task_views.reassign, name="task-reassign"),
    path("tasks/<int:pk>/postpone/", task_views.postpone, name="task-postpone"),
    path("tasks/<int:pk>/void/", task_views.withdraw, name="task-void"),
]
