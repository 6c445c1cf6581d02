from django.urls import include, path, register_converter

from liuke_desk.schemes import draft_views, fairness_views, views, what_if_views


class SchemeName:
    """A scheme's name: one word, or a pack's and its own."""

    regex = "[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SchemeName, "scheme")

drafts = [
    path("", draft_views.show_draft, name="scheme-draft"),
    path("edit/", draft_views.edit_draft, name="scheme-draft-edit"),
    path("check/", draft_views.check_sent, name="scheme-draft-check"),
    path("submit/", draft_views.submit, name="scheme-draft-submit"),
    path("take-back/", draft_views.take_back, name="scheme-draft-take-back"),
    path("withdraw/", draft_views.withdraw, name="scheme-draft-withdraw"),
    path("approve/", draft_views.approve, name="scheme-draft-approve"),
    path("return/", draft_views.send_back, name="scheme-draft-return"),
    path("what-if/", what_if_views.show_what_if, name="scheme-what-if"),
    path("what-if/movers/", what_if_views.list_movers, name="scheme-movers"),
    path("what-if/group/", what_if_views.save_group, name="scheme-movers-group"),
]

# Pages of no one scheme come first, and parts of a scheme before itself: its name may hold a slash.
urlpatterns = [
    path("schemes/", views.list_schemes, name="scheme-list"),
    path("schemes/disagreement/", fairness_views.show_disagreement, name="scheme-disagreement"),
    path("schemes/drafts/<int:pk>/", include(drafts)),
    path("schemes/<scheme:name>/compare/", views.compare_versions, name="scheme-compare"),
    path("schemes/<scheme:name>/draft/", views.begin_draft, name="scheme-draft-new"),
    path("schemes/<scheme:name>/fairness/", fairness_views.show_fairness, name="scheme-fairness"),
    path("schemes/<scheme:name>/", views.show_scheme, name="scheme-detail"),
]
