"""Live policies are exactly those the workspace declares; what was offered stays as it was."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django_scopes import scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.bridge.planning import category_words, declared_policies
from liuke_desk.campaigns.models import Assignment
from liuke_desk.policies.models import Policy
from liuke_desk.policies.services import fingerprint_of, sync_policies
from tests.web.retention import NOON, declare_policy, found_company, make_campaign, sign_in, stop_clock

pytestmark = pytest.mark.django_db


def live():
    return list(Policy.objects.filter(is_live=True).values_list("name", "version", "offer_cost_fen"))


def sync(*declarations):
    return sync_policies(declarations=declarations, at=NOON)


def test_what_is_declared_is_live_with_both_languages():
    assert sync(declare_policy()) == 1

    policy = Policy.objects.get()
    assert (policy.title("zh-hans"), policy.title("en")) == ("月租八折", "20% off the monthly fee")
    assert policy.script("zh-hans").startswith("您好")
    assert policy.script("en").startswith("Hello")


def test_syncing_the_same_again_changes_nothing():
    sync(declare_policy())
    before = Policy.objects.values_list("pk", flat=True)[0]

    sync(declare_policy())

    assert list(Policy.objects.values_list("pk", flat=True)) == [before]
    assert Entry.objects.filter(verb="policies.sync").count() == 1


def test_a_policy_no_longer_declared_is_not_live_and_comes_back_as_it_was():
    sync(declare_policy("a"), declare_policy("b"))
    sync(declare_policy("b"))
    assert live() == [("b", 1, 3000)]

    sync(declare_policy("a"), declare_policy("b"))
    assert live() == [("a", 1, 3000), ("b", 1, 3000)]
    assert Policy.objects.count() == 2


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"offer_cost_fen": 4000}, {"script": {"zh": "新", "en": "New"}}]
)
def test_any_change_makes_a_new_row_and_leaves_what_was_offered(change):
    found_company(per_branch=2)
    make_campaign()

    sync(declare_policy(**change))

    assert Policy.objects.filter(is_live=True).count() == 1
    with scopes_disabled():
        offered = Assignment.objects.select_related("policy").first().policy
    assert not offered.is_live
    assert (offered.version, offered.offer_cost_fen, offered.script_en[:5]) == (1, 3000, "Hello")


def test_the_database_keeps_one_live_version_of_each_name():
    sync(declare_policy())
    other = Policy.objects.get()
    other.pk, other.fingerprint = None, "another"

    with pytest.raises(IntegrityError, match="policy_one_live_version|name"):
        other.save()


def test_a_fingerprint_does_not_depend_on_the_order_of_keys():
    declaration = declare_policy()

    assert fingerprint_of(declaration) == fingerprint_of(dict(reversed(declaration.items())))
    assert fingerprint_of(declaration) != fingerprint_of(declaration | {"stock": 5})


def test_policies_of_a_workspace_are_read_with_sets_in_order(tmp_path, monkeypatch):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "keep.toml").write_text(
        """
        name = "keep"
        version = 3
        category = "gift"
        contact_cost_fen = 100
        offer_cost_fen = 200
        save_rate = 0.2
        save_rate_source = "measured"
        aims_at = ["voluntary", "dormant"]
        words = { zh = "留住", en = "Keep" }
        script = { zh = "请留下", en = "Please stay" }
        terms = { tiers = ["b", "a"] }
        """,
        encoding="utf-8",
    )
    monkeypatch.setattr(
        "liuke_desk.bridge.planning.current_workspace", lambda: type("W", (), {"root": tmp_path})
    )

    (declared,) = declared_policies()

    assert declared["aims_at"] == ["dormant", "voluntary"]
    assert declared["terms"]["tiers"] == ["a", "b"]
    assert sync(declared) == 1
    assert Policy.objects.get().save_rate_source == "measured"


def test_every_category_has_words_in_both_languages():
    assert category_words("en")["gift"] == "gift"
    assert category_words("zh-hans")["gift"] == "赠送"


def test_the_page_says_cost_validity_and_script(client, monkeypatch):
    stop_clock(monkeypatch)
    found_company(per_branch=1)
    sync(declare_policy(), declare_policy("over", valid_until="2026-03-01"))

    page = sign_in(client, "hu").get(reverse("policy-list")).content.decode()

    for words in ("20% off the monthly fee", "30.00", "30%", "assumed, not yet measured", "Hello, we have"):
        assert words in page
    assert page.count("not valid today") == 1
