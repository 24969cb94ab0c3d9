"""Time in the demo county: lives wait for their next moment, one clock moves on.

A life is a generator. It does something, yields the moment of its next deed, and goes
on when the clock has come there. What would happen after today never happens: a life
simply stands where today finds it.
"""

import datetime as dt
import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import time_machine
from django.utils.timezone import localdate, localtime, make_aware, now

from areas.calendar import WorkingCalendar

Life = Iterator[dt.datetime]
OPENS, CLOSES = 8 * 60 + 20, 17 * 60 + 30  # office hours, in minutes


class Timeline:
    """Lives in the order of their next moments; runs until `until`."""

    def __init__(self, clock: time_machine.Traveller, until: dt.datetime) -> None:
        self.clock, self.until = clock, until
        self.waiting: list[tuple[dt.datetime, int, Life]] = []
        self.count = 0

    def begin(self, life: Life, at: dt.datetime) -> None:
        """Let a life begin at a moment; one after the end never begins."""
        if at <= self.until:
            self.count += 1
            heapq.heappush(self.waiting, (at, self.count, life))

    def set(self, moment: dt.datetime) -> None:
        self.clock.move_to(moment.timestamp())

    def run(self, tell: Callable[[dt.date], None]) -> None:
        """Live until the end; `tell` hears of each new month."""
        month = (0, 0)
        while self.waiting:
            at, _, life = heapq.heappop(self.waiting)
            self.set(max(at, now()))
            today = localdate()
            if (today.year, today.month) != month:
                month = (today.year, today.month)
                tell(today)
            try:
                following = next(life)
            except StopIteration:
                continue
            self.begin(life, max(following, now() + dt.timedelta(seconds=30)))
        self.set(self.until)


@contextmanager
def moving_clock(start: dt.datetime) -> Iterator[time_machine.Traveller]:
    """Within it the whole process lives at `start`, and stands still until moved."""
    with time_machine.travel(start.timestamp(), tick=False) as clock:
        yield clock


class Pace:
    """How quickly people do things: working days and office hours, by the seed."""

    def __init__(self, calendar: WorkingCalendar, chance: random.Random) -> None:
        self.calendar, self.chance = calendar, chance

    def at(self, day: dt.date, first: int = OPENS, last: int = CLOSES) -> dt.datetime:
        """Some moment of a day, in office hours if nothing else is said."""
        minute = self.chance.randint(first, last)
        start = dt.datetime.combine(day, dt.time())
        seconds = self.chance.randint(0, 59)
        return make_aware(start + dt.timedelta(minutes=minute, seconds=seconds))

    def workdays(self, low: int, high: int | None = None) -> dt.datetime:
        """A moment so many working days on; none: a little later in the day."""
        days = self.chance.randint(low, low if high is None else high)
        if days == 0:
            return self.soon()
        return self.at(self.calendar.add_workdays(localdate(), days).day)

    def soon(self) -> dt.datetime:
        """Within the hour; after office hours the next working day."""
        later = localtime(now()) + dt.timedelta(minutes=self.chance.randint(8, 50))
        if OPENS <= later.hour * 60 + later.minute <= CLOSES and self.works(later):
            return later
        return self.workdays(1)

    def works(self, moment: dt.datetime) -> bool:
        return self.calendar.is_workday(moment.date())

    def between(self, start: dt.date, end: dt.date, share: float) -> dt.datetime:
        """A moment on the working day that lies `share` of the way to `end`."""
        days = max(0, round((end - start).days * share))
        return self.on_or_after(start + dt.timedelta(days=days))

    def on_or_after(self, day: dt.date) -> dt.datetime:
        """A moment on this day, or on the next working day if it is none."""
        while not self.calendar.is_workday(day):
            day += dt.timedelta(days=1)
        return self.at(day)
