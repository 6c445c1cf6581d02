from django.urls import path

from liuke_desk.policies import views

urlpatterns = [path("policies/", views.list_policies, name="policy-list")]
