from django.urls import path

from liuke_desk.customers import mark_views, views

urlpatterns = [
    path("overview/", views.show_overview, name="overview"),
    path("warnings/", views.list_warnings, name="warning-list"),
    path("customers/", views.list_customers, name="customer-list"),
    path("customers/<str:customer_id>/", views.show_card, name="customer-card"),
    path("customers/<str:customer_id>/mark/", mark_views.mark_customer, name="customer-mark"),
    path("customers/<str:customer_id>/reveal/", views.reveal, name="customer-reveal"),
]
