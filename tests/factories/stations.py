import datetime as dt
import uuid

import factory
from django.utils.timezone import localdate, now
from factory.django import DjangoModelFactory

from common.crypto import digest
from stations.models import ReceptionDay, Station, Visit
from tests.factories.areas import AreaFactory


class StationFactory(DjangoModelFactory):
    class Meta:
        model = Station

    area = factory.SubFactory(AreaFactory, code="420802002")
    name = factory.Sequence(lambda n: f"第{n}联络站")
    code = factory.Sequence(lambda n: f"ZM{n:03}")
    slug = factory.Sequence(lambda n: f"slug{n}")


class DayFactory(DjangoModelFactory):
    class Meta:
        model = ReceptionDay

    station = factory.SubFactory(StationFactory)
    date = factory.LazyFunction(localdate)
    starts_at = dt.time(9)
    ends_at = dt.time(11)
    place = "一楼接待室"


class VisitFactory(DjangoModelFactory):
    class Meta:
        model = Visit

    station = factory.SubFactory(StationFactory)
    area = factory.SelfAttribute("station.area")
    key = factory.LazyFunction(uuid.uuid4)
    visited_at = factory.LazyFunction(now)
    visitor_name = "刘德才"
    visitor_contact = "13812345678"
    contact_digest = factory.LazyAttribute(lambda row: digest(row.visitor_contact))
    words = "文峰泵站只有一台泵在转，一下大雨就进水。"
