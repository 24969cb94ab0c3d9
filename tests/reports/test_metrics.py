"""The dictionary, against breakdowns that were published."""

from decimal import Decimal

import pytest

from reports.counting import COLUMNS
from reports.metrics import METRICS, Figure
from reports.models import COUNTED

CODES = ["K01", "K01R"]
CODES += [f"K{n:02}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 26)]


def test_metrics_are_each_declared_once():
    assert list(METRICS) == CODES


@pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
def test_metrics_say_all_an_officer_must_know(metric):
    assert metric.definition.endswith("。")
    assert metric.numerator
    assert metric.period
    assert metric.exclusions
    assert metric.unit
    assert bool(metric.denominator) == bool(metric.bottom)
    if metric.of_persons:
        return
    sources = {COLUMNS[name].source.label for name in (*metric.top, *metric.bottom)}
    assert len(sources) == 1


def test_columns_are_those_of_the_table():
    assert tuple(COLUMNS) == COUNTED


# Two cities' published breakdowns of their replies by class. The first printed its
# A class as 58.07; 54 ÷ 93 is 58.0645…, so the exact rounding is 58.06.
PUBLISHED = [
    ({"A": 54, "B": 33, "C": 2, "D": 4}, ["58.06", "35.48", "2.15", "4.30"]),
    ({"A": 64, "B": 38, "C": 21, "D": 5}, ["50.00", "29.69", "16.41", "3.91"]),
]


@pytest.mark.parametrize(("classes", "shares"), PUBLISHED, ids=["93", "128"])
def test_value_gives_the_published_breakdown(classes, shares):
    replied = sum(classes.values())

    found = [Figure(METRICS["K15"], n, replied).value for n in classes.values()]

    assert found == [Decimal(share) for share in shares]


def test_value_is_none_without_a_denominator():
    figure = Figure(METRICS["K07"], 0, 0)

    assert figure.value is None
    assert figure.share is None
    assert figure.text == "—"


def test_value_rounds_half_up():
    assert Figure(METRICS["K07"], 1, 8).text == "12.50%"
    assert Figure(METRICS["K07"], 2, 3).text == "66.67%"
    assert Figure(METRICS["K26"], 5, 8).text == "0.63 天"
    assert Figure(METRICS["K04"], 1187).text == "1,187 条"
