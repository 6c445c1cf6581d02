"""Navigation: what each role may open, in sections; a phone has five slots, one of them "More" if need be."""

import pytest
from django.test import RequestFactory

from liuke_desk.config.navigation import BAR_FIRST, BAR_SLOTS, SECTIONS, find_navigation


@pytest.fixture
def ask(people):
    def find(username, path="/nowhere/"):
        request = RequestFactory().get(path)
        request.user = people[username]
        return find_navigation(request)

    return find


@pytest.mark.parametrize("username", ["li", "sun", "qian", "hu"])
def test_every_entry_is_in_the_bar_or_behind_more(ask, username):
    navigation = ask(username)

    everything = [link.url_name for section in navigation.sections for link in section.links]
    assert sorted(link.url_name for link in navigation.bar + navigation.beyond_bar) == sorted(everything)
    assert len(navigation.bar) + bool(navigation.beyond_bar) <= BAR_SLOTS


def test_an_agent_has_the_work_of_the_day_in_the_bar(ask):
    assert ask("li").bar[0].url_name == "task-list"


def test_an_analyst_has_four_entries_and_more(ask):
    navigation = ask("qian")

    assert [link.url_name for link in navigation.bar] == [
        "overview",
        "warning-list",
        "customer-list",
        "campaign-list",
    ]
    assert "scheme-list" in [link.url_name for link in navigation.beyond_bar]


def test_more_is_marked_when_the_page_is_behind_it(ask):
    assert ask("qian", "/schemes/").is_beyond_bar
    assert not ask("qian", "/warnings/").is_beyond_bar


def test_a_section_nobody_may_open_is_not_shown(ask):
    assert all(section.links for section in ask("li").sections)


def test_keys_and_names_stand_once_and_the_bar_knows_its_entries():
    entries = [entry for section in SECTIONS for entry in section.entries]

    assert len({entry.key for entry in entries}) == len(entries)
    assert set(BAR_FIRST) <= {entry.url_name for entry in entries}
