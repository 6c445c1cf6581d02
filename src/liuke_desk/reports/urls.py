from django.urls import path

from liuke_desk.reports import views

urlpatterns = [
    path("reports/", views.show_report, name="report-home"),
    path("reports/export/", views.export_report, name="report-export"),
    path("reports/customers/", views.list_customers, name="report-customers"),
    path("reports/customers/keep/", views.keep_customers, name="report-customers-keep"),
]
