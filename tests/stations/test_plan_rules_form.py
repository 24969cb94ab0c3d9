"""The rules of a year plan as they are typed."""

import datetime as dt

import pytest

from stations.choices import HolidayManner, RuleKind
from stations.forms_rules import RuleForms, one_more, row_of
from stations.models import PlanRule
from stations.services.plans import MOST_RULES
from tests.stations.rows import lists, typed


def read(*rules):
    return RuleForms(lists(typed(*rules)), prefix="rules", form_kwargs={"year": 2026})


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ({"days": "5"}, "FREQ=MONTHLY;BYMONTHDAY=5"),
        ({"days": "5，20日"}, "FREQ=MONTHLY;BYMONTHDAY=5,20"),
        ({"days": "末"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (
            {"days": "15", "months": ["1", "3", "5"]},
            "FREQ=MONTHLY;BYMONTH=1,3,5;BYMONTHDAY=15",
        ),
        ({"kind": "weekly", "weekdays": ["0"]}, "FREQ=WEEKLY;BYDAY=MO"),
        (
            {"kind": "weekly", "weekdays": ["0", "2"], "every": "2"},
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
        ),
        (
            {"kind": "nth_weekday", "ordinals": ["2", "4"], "weekday": "5"},
            "FREQ=MONTHLY;BYDAY=2SA,4SA",
        ),
        ({"kind": "rrule", "rrule": "freq=weekly;byday=fr"}, "FREQ=WEEKLY;BYDAY=FR"),
    ],
)
def test_rules_are_written_as_rrule(rule, written):
    forms = read(rule)

    assert forms.is_valid(), forms.errors
    (found,) = forms.rules()
    assert found["rrule"] == written
    assert found["manner"] == HolidayManner.NEXT


def test_rules_take_picked_dates_of_the_year():
    forms = read({"kind": "free", "dates": "6月18日，3月5日\n2026-09-09"})

    assert forms.is_valid(), forms.errors
    assert forms.rules()[0]["dates"] == [
        dt.date(2026, 3, 5),
        dt.date(2026, 6, 18),
        dt.date(2026, 9, 9),
    ]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"days": ""}, "days"),
        ({"days": "五"}, "days"),
        ({"days": "32"}, "days"),
        ({"days": "0"}, "days"),
        ({"days": "5" * 90}, "days"),
        ({"months": ["13"]}, "months"),
        ({"kind": "weekly", "weekdays": []}, "weekdays"),
        ({"kind": "weekly", "weekdays": ["7"]}, "weekdays"),
        ({"kind": "nth_weekday", "ordinals": []}, "ordinals"),
        ({"kind": "free", "dates": ""}, "dates"),
        ({"kind": "free", "dates": "2月30日"}, "dates"),
        ({"kind": "free", "dates": "3月5日 99999999"}, "dates"),
        ({"kind": "rrule", "rrule": ""}, "rrule"),
        ({"kind": "rrule", "rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"kind": "rrule", "rrule": "DROP TABLE"}, "rrule"),
        ({"kind": "yearly"}, "kind"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"manner": "never"}, "manner"),
    ],
)
def test_rules_say_beside_the_field_what_is_wrong(rule, field):
    forms = read(rule)

    assert not forms.is_valid()
    assert list(forms.forms[0].errors) == [field]


def test_rules_leave_out_what_is_deleted_or_was_never_filled_in():
    forms = read({"days": "5"}, {"days": "20", "DELETE": "on"}, {"days": ""})

    assert forms.is_valid(), forms.errors
    assert [rule["rrule"] for rule in forms.rules()] == ["FREQ=MONTHLY;BYMONTHDAY=5"]


def test_rules_get_one_more_without_script():
    forms = RuleForms(one_more(lists(typed({"days": "5"}))), prefix="rules")

    assert len(forms.forms) == 2
    assert forms.forms[1]["starts_at"].value() == "09:00"
    assert forms.forms[1].errors == {}


@pytest.mark.parametrize("total", ["", "x", "-1", "9" * 20, str(MOST_RULES)])
def test_rules_do_not_grow_without_end(total):
    data = lists(typed({"days": "5"}) | {"rules-TOTAL_FORMS": total})

    forms = RuleForms(one_more(data), prefix="rules")

    assert len(forms.forms) <= MOST_RULES


@pytest.mark.parametrize(
    ("kind", "rrule", "expected"),
    [
        ("monthly", "FREQ=MONTHLY;BYMONTHDAY=5,-1", {"days": "5，末", "months": []}),
        ("weekly", "FREQ=WEEKLY;BYDAY=MO", {"weekdays": [0], "every": 1}),
        (
            "nth_weekday",
            "FREQ=MONTHLY;BYDAY=2SA,4SA",
            {"ordinals": [2, 4], "weekday": 5, "months": []},
        ),
        ("rrule", "FREQ=YEARLY;BYMONTH=3;BYDAY=1MO", {}),
    ],
)
def test_rules_are_read_back_into_the_form(kind, rrule, expected):
    rule = PlanRule(kind=kind, rrule=rrule, starts_at=dt.time(9), ends_at=dt.time(11))

    row = row_of(rule)

    assert row["kind"] == kind
    assert {name: row[name] for name in expected} == expected


def test_rules_that_no_form_can_say_are_shown_as_rrule():
    rule = PlanRule(
        kind=RuleKind.MONTHLY,
        rrule="FREQ=MONTHLY;BYDAY=1MO",
        starts_at=dt.time(9),
        ends_at=dt.time(11),
    )

    row = row_of(rule)

    assert (row["kind"], row["rrule"]) == ("rrule", "FREQ=MONTHLY;BYDAY=1MO")
