"""The moving clock of the demo county; and that it leaves nothing when broken off."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import localdate, now

from areas.calendar import SpecialDay, WorkingCalendar
from audit.models import Event
from audit.services import record
from reports.demo.clock import Pace, Timeline, moving_clock
from reports.demo.county import is_empty, make_county
from reports.demo.texts import Stock

CHINA = ZoneInfo("Asia/Shanghai")


def moment(day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2025, 3, day, hour, tzinfo=CHINA)


def test_run_lets_lives_go_on_in_the_order_of_their_moments():
    seen = []

    def life(name, *moments):
        for at in moments:
            seen.append((name, now()))
            yield at
        seen.append((name, now()))

    with moving_clock(moment(1)) as clock:
        line = Timeline(clock, until=moment(20))
        line.begin(life("a", moment(5), moment(9)), moment(2))
        line.begin(life("b", moment(7), moment(25)), moment(3))
        line.run(lambda day: None)
        end = now()

    assert seen == [
        ("a", moment(2)),
        ("b", moment(3)),
        ("a", moment(5)),
        ("b", moment(7)),
        ("a", moment(9)),
    ]
    assert end == moment(20)


def test_run_never_goes_back():
    seen = []

    def life():
        yield moment(2)
        seen.append(now())

    with moving_clock(moment(1)) as clock:
        line = Timeline(clock, until=moment(20))
        line.begin(life(), moment(6))
        line.run(lambda day: None)

    assert moment(6) < seen[0] < moment(7)


def test_moving_clock_is_the_day_of_shanghai(db):
    with moving_clock(dt.datetime(2025, 3, 1, 17, tzinfo=dt.UTC)):
        event = record("try", None, actor=None)
        today = localdate()

    assert today == dt.date(2025, 3, 2)
    assert Event.objects.get(pk=event.pk).at == dt.datetime(2025, 3, 2, 1, tzinfo=CHINA)


def test_pace_skips_rest_days():
    holiday = {dt.date(2025, 3, 5): SpecialDay("holiday", "植树节")}
    pace = Pace(WorkingCalendar(holiday), random.Random(1))

    with moving_clock(moment(4)):
        following = pace.workdays(1)
        late = pace.on_or_after(dt.date(2025, 3, 8))

    assert following.date() == dt.date(2025, 3, 6)
    assert late.date() == dt.date(2025, 3, 10)
    assert 8 <= following.hour <= 17


def test_stock_says_nothing_twice():
    stock = Stock(random.Random(1))

    issues = [stock.issue("栗溪村") for _ in range(250)]

    assert len({issue.title for issue in issues}) == 250


class BrokenOff(Exception):
    pass


def test_make_county_leaves_nothing_when_broken_off(db):
    def tell(text: str) -> None:
        if "名册已导入" in text:
            assert not is_empty()
            raise BrokenOff

    before = now()
    with pytest.raises(BrokenOff):
        make_county(tell, scale=0.05)

    assert is_empty()
    assert not Event.objects.exists()
    assert now() - before < dt.timedelta(hours=1)
