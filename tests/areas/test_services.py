import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.utils.timezone import localdate

from areas.models import Policy, Unit
from areas.services import (
    create_unit,
    edit_unit,
    next_number,
    policy_at,
    set_policy,
)
from areas.services.policies import versions_of
from audit.services import history_of
from common.errors import RuleViolation
from tests.factories import AreaFactory, UnitFactory

D = dt.date


# --- numbers ----------------------------------------------------------------------


def test_next_number_counts_each_series_by_itself(db):
    drawn = [next_number("a"), next_number("a"), next_number("b"), next_number("a")]

    assert drawn == [1, 2, 1, 3]


def test_next_number_is_given_back_with_its_transaction(db):
    next_number("a")

    with transaction.atomic():
        next_number("a")
        transaction.set_rollback(True)

    assert next_number("a") == 2


@pytest.mark.django_db(transaction=True)
def test_next_number_is_unique_among_many_at_once():
    def draw(_: int) -> int:
        try:
            while True:
                try:
                    return next_number("matters/2026")
                except OperationalError as busy:
                    # SQLite in memory, as in tests, refuses where a file would wait.
                    if "table is locked" not in str(busy):
                        raise
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw, range(20)))

    assert sorted(drawn) == list(range(1, 21))


# --- policies ---------------------------------------------------------------------


def test_policy_at_answers_the_defaults_when_none_is_set(county):
    policy = policy_at(county.pk, D(2026, 6, 1))

    assert policy.pk is None
    assert (policy.reply_months, policy.feedback_wd) == (3, 15)


def test_policy_at_prefers_the_nearest_area_then_the_newest(town):
    for code, day, days in (
        ("", D(2020, 1, 1), 1),
        ("42", D(2026, 1, 1), 2),
        ("420802", D(2020, 1, 1), 4),
        ("420802", D(2021, 1, 1), 5),
        ("420802", D(2030, 1, 1), 9),
        ("420804", D(2026, 1, 1), 7),
    ):
        Policy.objects.create(area_code=code, effective_from=day, sign_wd=days)

    found = [policy_at(code, D(2026, 6, 1)).sign_wd for code in (town.pk, "4209", "51")]

    assert found == [5, 2, 1]


def test_set_policy_takes_over_what_is_not_given_and_leaves_a_trail(county, officer):
    today = localdate()
    set_policy(county, actor=officer, effective_from=today, tell_wd=5)

    later = today + dt.timedelta(days=9)
    policy = set_policy(
        county, actor=officer, effective_from=later, feedback_wd=20, note=" 12号文 "
    )

    assert (policy.tell_wd, policy.feedback_wd, policy.note) == (5, 20, "12号文")
    assert policy_at(county.pk, today).feedback_wd == 15
    assert policy_at(county.pk, later).feedback_wd == 20
    event = history_of(policy).get()
    assert (event.verb, event.actor) == ("set_policy", officer)
    assert event.data == {"area": "420802", "changed": {"feedback_wd": [15, 20]}}


@pytest.mark.parametrize(
    ("rules", "field", "text"),
    [
        ({"reply_months": 4}, "reply_months", "不得超过 3 个月（代表法第五十一条）。"),
        ({"complex_months": 7}, "complex_months", "不得超过 6 个月"),
        (
            {"reply_months": 3, "complex_months": 2},
            "complex_months",
            "不应短于一般答复期限。",
        ),
        ({"warn_red_days": 30}, "warn_red_days", "不应早于“将到期提醒”。"),
    ],
)
def test_set_policy_refuses_what_the_law_forbids(county, officer, rules, field, text):
    with pytest.raises(RuleViolation, match=text) as refused:
        set_policy(county, actor=officer, effective_from=localdate(), **rules)

    assert refused.value.field == field
    assert Policy.objects.count() == 0


def test_set_policy_refuses_the_past(county, officer):
    yesterday = localdate() - dt.timedelta(days=1)

    with pytest.raises(RuleViolation) as refused:
        set_policy(county, actor=officer, effective_from=yesterday, tell_wd=5)

    assert refused.value.field == "effective_from"


def test_set_policy_refuses_two_versions_of_a_day(county, officer):
    set_policy(county, actor=officer, effective_from=localdate(), tell_wd=5)

    with pytest.raises(RuleViolation, match="已有一版") as refused:
        set_policy(county, actor=officer, effective_from=localdate(), tell_wd=6)

    assert refused.value.field == "effective_from"
    assert Policy.objects.get().tell_wd == 5


def test_set_policy_refuses_a_version_that_changes_nothing(county, officer):
    set_policy(county, actor=officer, effective_from=localdate(), tell_wd=5)

    with pytest.raises(RuleViolation, match="完全相同"):
        set_policy(
            county,
            actor=officer,
            effective_from=localdate() + dt.timedelta(days=1),
            tell_wd=5,
        )


@pytest.mark.parametrize("who", ["leader", "township", "stranger", "sys_admin"])
def test_set_policy_is_for_the_office_of_the_area(county, request, who):
    actor = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        set_policy(county, actor=actor, effective_from=localdate(), tell_wd=5)


def test_versions_of_tells_what_each_changed(county):
    rows = [
        Policy.objects.create(area_code="", effective_from=D(2026, 1, 1), sign_wd=4),
        Policy.objects.create(
            area_code="420802", effective_from=D(2026, 2, 1), tell_wd=5
        ),
        Policy.objects.create(
            area_code="420802", effective_from=D(2026, 3, 1), tell_wd=6
        ),
    ]

    told = versions_of("420802", D(2026, 2, 15))

    assert [(v.policy, v.place, v.is_to_come, v.changes) for v in told] == [
        (rows[2], "东宝区", True, [("告知选民", "5", "6")]),
        (rows[1], "东宝区", False, [("告知选民", "3", "5")]),
        (rows[0], "全部地区", False, [("签收", "3", "4")]),
    ]


# --- units ------------------------------------------------------------------------


def test_create_unit_cleans_its_texts(county, officer, category):
    unit = create_unit(
        county, actor=officer, categories=[category], name=" 水利\u202e局\n", phone="1"
    )

    unit.refresh_from_db()
    assert (unit.name, unit.area, unit.phone) == ("水利局", county, "1")
    assert list(unit.categories.all()) == [category]
    assert history_of(unit).get().verb == "create_unit"


def test_edit_unit_keeps_in_the_trail_what_it_was(unit, officer):
    edit_unit(unit, actor=officer, name="区水利局", is_active=False)

    unit.refresh_from_db()
    assert (unit.name, unit.is_active) == ("区水利局", False)
    assert history_of(unit).get().data == {
        "changed": {
            "name": ["区水利和湖泊局", "区水利局"],
            "is_active": [True, False],
        }
    }


def test_create_unit_refuses_a_second_of_the_same_name(unit, county, officer):
    with pytest.raises(RuleViolation, match="已有同名单位") as refused:
        create_unit(county, actor=officer, name=unit.name)

    assert refused.value.field == "name"
    assert Unit.objects.count() == 1


def test_create_unit_allows_the_name_in_another_area(unit, town, officer):
    twin = create_unit(town, actor=officer, name=unit.name)

    assert Unit.objects.filter(name=twin.name).count() == 2


@pytest.mark.parametrize(
    ("name", "text"), [("", "请填写名称"), ("长" * 101, "最多 100")]
)
def test_edit_unit_refuses_a_wrong_name(unit, officer, name, text):
    with pytest.raises(RuleViolation, match=text) as refused:
        edit_unit(unit, actor=officer, name=name)

    assert refused.value.field == "name"


@pytest.mark.parametrize("who", ["leader", "township", "stranger", "sys_admin"])
def test_edit_unit_is_for_the_office_of_the_county(unit, request, who):
    with pytest.raises(PermissionDenied):
        edit_unit(unit, actor=request.getfixturevalue(who), name="改")


def test_units_are_seen_within_the_county(unit, officer, township, stranger):
    elsewhere = UnitFactory(area=AreaFactory(code="420804"))

    seen = [list(Unit.objects.visible_to(who)) for who in (officer, township, stranger)]

    assert seen == [[unit], [unit], [elsewhere]]


def test_county_of_a_town_right_under_a_city_is_the_city(db):
    town = AreaFactory.build(code="441900003", parent=None)

    assert town.county_id == "4419"
