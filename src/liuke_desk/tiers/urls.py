from django.urls import path

from liuke_desk.tiers import hand_views, views

urlpatterns = [
    path("tiers/", views.show_structure, name="tier-structure"),
    path("tiers/moves/", views.show_moves, name="tier-moves"),
    path("tiers/moves/customers/", views.list_moved, name="tier-moved"),
    path("tiers/moves/keep/", views.keep_moved, name="tier-moved-keep"),
    path("tiers/top/", views.show_top, name="tier-top"),
    path("tiers/overrides/", hand_views.list_overrides, name="override-list"),
    path("tiers/overrides/<int:pk>/approve/", hand_views.approve, name="override-approve"),
    path("tiers/overrides/<int:pk>/reject/", hand_views.reject, name="override-reject"),
    path("tiers/overrides/<int:pk>/withdraw/", hand_views.withdraw, name="override-withdraw"),
    path("tiers/overrides/of/<str:customer_id>/", hand_views.request_override, name="override-request"),
    path("tiers/households/<str:customer_id>/", hand_views.edit_household, name="household-edit"),
]
