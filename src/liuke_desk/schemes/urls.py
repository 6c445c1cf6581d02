from django.urls import path, register_converter

from liuke_desk.schemes import draft_views, fairness_views, views, what_if_views


class SchemeName:
    """A scheme's name: one word, or a pack's and its own."""

    regex = "[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SchemeName, "scheme")


# Pages of no one scheme come first, and parts of a scheme before itself: its name may hold a slash.
urlpatterns = [
    path("schemes/", views.list_schemes, name="scheme-list"),
    path("schemes/disagreement/", fairness_views.show_disagreement, name="scheme-disagreement"),
    path("schemes/drafts/<int:pk>/", draft_views.show_draft, name="scheme-draft"),
    path("schemes/drafts/<int:pk>/edit/", draft_views.edit_draft, name="scheme-draft-edit"),
    path("schemes/drafts/<int:pk>/check/", draft_views.check_sent, name="scheme-draft-check"),
    path("schemes/drafts/<int:pk>/submit/", draft_views.submit, name="scheme-draft-submit"),
    path("schemes/drafts/<int:pk>/take-back/", draft_views.take_back, name="scheme-draft-take-back"),
    path("schemes/drafts/<int:pk>/withdraw/", draft_views.withdraw, name="scheme-draft-withdraw"),
    path("schemes/drafts/<int:pk>/approve/", draft_views.approve, name="scheme-draft-approve"),
    path("schemes/drafts/<int:pk>/return/", draft_views.send_back, name="scheme-draft-return"),
    path("schemes/drafts/<int:pk>/what-if/", what_if_views.show_what_if, name="scheme-what-if"),
    path("schemes/drafts/<int:pk>/what-if/movers/", what_if_views.list_movers, name="scheme-movers"),
    path("schemes/drafts/<int:pk>/what-if/group/", what_if_views.save_group, name="scheme-movers-group"),
    path("schemes/<scheme:name>/compare/", views.compare_versions, name="scheme-compare"),
    path("schemes/<scheme:name>/draft/", views.begin_draft, name="scheme-draft-new"),
    path("schemes/<scheme:name>/fairness/", fairness_views.show_fairness, name="scheme-fairness"),
    path("schemes/<scheme:name>/", views.show_scheme, name="scheme-detail"),
]
