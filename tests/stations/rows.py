"""Many rows at once, for the tests that count queries."""

import datetime as dt

from django.http import QueryDict
from django.utils.timezone import localdate

from deputies.models import Deputy, Mandate
from stations.models import Duty, ReceptionDay, Station, Stationing, Visit
from tests.factories import (
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
    VisitFactory,
)
from tests.factories.areas import TermFactory


def rows(station, count):
    """So many stations, days, deputies on duty and visits, each with its parts."""
    places = StationFactory.build_batch(count, area=station.area)
    deputies = DeputyFactory.build_batch(count, area=station.area)
    term = TermFactory()
    Station.objects.bulk_create(places)
    Deputy.objects.bulk_create(deputies)
    Mandate.objects.bulk_create(
        MandateFactory.build(deputy=deputy, term=term) for deputy in deputies
    )
    days = [
        DayFactory.build(station=place, date=localdate() + dt.timedelta(days=number))
        for number, place in enumerate(places)
    ]
    ReceptionDay.objects.bulk_create(days)
    visits = [VisitFactory.build(station=day.station, day=day) for day in days]
    Visit.objects.bulk_create(visits)
    pairs = list(zip(deputies, days, visits, strict=True))
    Stationing.objects.bulk_create(
        Stationing(station=day.station, deputy=deputy, starts_on=localdate())
        for deputy, day, _ in pairs
    )
    Duty.objects.bulk_create(Duty(day=day, deputy=deputy) for deputy, day, _ in pairs)
    heard = Visit.heard_by.through
    heard.objects.bulk_create(
        heard(visit=visit, deputy=deputy) for deputy, _, visit in pairs
    )


USUAL = {
    "kind": "monthly",
    "days": "5",
    "every": "1",
    "weekday": "0",
    "starts_at": "09:00",
    "ends_at": "11:00",
    "manner": "next",
}


def typed(*rules, initial=0):
    """As a browser sends it."""
    data = {"rules-TOTAL_FORMS": len(rules), "rules-INITIAL_FORMS": initial}
    for n, rule in enumerate(rules):
        for name, value in (USUAL | rule).items():
            data[f"rules-{n}-{name}"] = value
    return data


def lists(data):
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return query
