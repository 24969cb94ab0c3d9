"""Activities at each point of their way, brought there by the steps themselves."""

import datetime as dt

import factory
from django.utils.timezone import now
from factory.django import DjangoModelFactory

from activities.models import Activity, Attendance
from tests.factories.people import UserFactory
from tests.factories.stations import StationFactory


class ActivityFactory(DjangoModelFactory):
    """An activity of a station, begun two hours ago, still only planned."""

    class Meta:
        model = Activity

    station = factory.SubFactory(StationFactory)
    area = factory.SelfAttribute("station.area")
    kind = "study"
    title = factory.Sequence(lambda n: f"第{n}次集中学习")
    starts_at = factory.LazyFunction(lambda: now() - dt.timedelta(hours=2))
    place = "二楼会议室"
    recorded_by = factory.SubFactory(UserFactory)


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    activity = factory.SubFactory(ActivityFactory)
