"""The shell of every page: menu, names, counts, and what they cost."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from accounts.context import place_label, role_label, shell
from accounts.menu import RAIL, rail
from accounts.models import User
from notices.services import plan_notice, send
from tests.factories import person


def labels(user):
    return [entry["label"] for entry in rail(user)]


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("officer", {"今日", "事项", "设置"}, {"审计", "接待台", "收件箱"}),
        ("leader", {"今日", "事项"}, {"设置", "用户", "接待台"}),
        ("sys_admin", {"今日", "用户", "设置"}, {"事项", "审计", "令牌"}),
        ("sec_admin", {"今日", "用户", "令牌"}, {"事项", "审计", "设置"}),
        ("audit_admin", {"今日", "审计"}, {"事项", "用户", "设置"}),
        ("station_staff", {"今日", "意见"}, {"事项", "设置", "用户"}),
        ("deputy_user", {"今日", "我的事项"}, {"事项", "设置", "用户"}),
        ("handler", {"今日"}, {"事项", "设置", "代表"}),
        ("client_user", set(), {"今日", "事项"}),
    ],
)
def test_rail_follows_the_role(request, role, has, lacks):
    shown = set(labels(request.getfixturevalue(role)))

    assert has <= shown
    assert not lacks & shown


def test_rail_is_the_union_of_all_roles_held(station_staff, unit, sec_admin):
    only = labels(station_staff)
    station_staff.grants.create(role="unit_handler", unit=unit)

    both = labels(fresh(station_staff))

    assert set(only) <= set(both)
    assert len(both) == len(set(both))


def test_rail_uses_the_common_word_where_two_roles_meet(deputy_user, station):
    assert "我的事项" in labels(deputy_user)
    deputy_user.grants.create(role="station", station=station)

    shown = labels(fresh(deputy_user))

    assert "事项" in shown
    assert not {"我的事项", "意见"} & set(shown)


def test_rail_names_each_page_once():
    seen = [(entry.page, role) for entry in RAIL for role in entry.roles]

    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("role", "said", "place"),
    [
        ("officer", "代表工委", "东宝区人大代表联络站"),
        ("handler", "水利局承办人", "人大代表联络站"),
        ("unit_leader", "水利局负责人", "人大代表联络站"),
        ("station_staff", "联络员", "文峰社区代表联络站"),
        ("sys_admin", "系统管理员", "人大代表联络站"),
    ],
)
def test_labels_say_who_and_where(request, role, said, place):
    user = request.getfixturevalue(role)

    assert (role_label(user), place_label(user)) == (said, place)


def test_labels_tell_the_head_of_a_station(station):
    head = person("站长", "station", station=station, is_head=True)

    assert role_label(head) == "联络站站长"


def render(user, source):
    request = RequestFactory().get("/users/")
    request.user = user
    return Template(source).render(Context(shell(request)))


ALL = "{{ menu|length }}{{ role_label }}{{ place_label }}{{ unread_count }}" * 2


def test_shell_costs_two_queries_at_most(officer, django_assert_num_queries):
    user = fresh(officer)

    with django_assert_num_queries(2):
        render(user, ALL)


def test_shell_costs_nothing_that_is_not_shown(officer, django_assert_num_queries):
    user = fresh(officer)

    with django_assert_num_queries(0):
        render(user, "{{ elder }}")


def test_shell_costs_strangers_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert render(AnonymousUser(), ALL) == "00"


def test_shell_counts_the_unread(officer):
    for key in "ab":
        send(plan_notice(officer, kind="test", title="通知", key=key).pk)

    assert render(officer, "{{ unread_count }}") == "2"


def test_settings_entry_is_marked_on_the_pages_behind_it(officer, sec_admin):
    assert render(officer, "{{ menu_key }}") == "accounts:settings"
    assert render(sec_admin, "{{ menu_key }}") == ""


@pytest.mark.parametrize(
    ("role", "offered"), [("officer", True), ("handler", True), ("sec_admin", False)]
)
def test_search_is_offered_to_who_has_matters(request, role, offered, sign_in):
    user = request.getfixturevalue(role)

    page = sign_in(user).get("/", follow=True)

    assert ('action="/proposals/"' in page.content.decode()) is offered
