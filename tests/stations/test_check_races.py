"""Two people at one check, one station or one checklist in the same moment."""

from functools import partial

from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import Refusal
from stations.models import Checklist, Station, StationCheck
from stations.services import close_station, edit_station
from stations.services.checklists import seed_checklists
from stations.services.checks import Mark, create_check, save_check
from stations.workflow_checks import confirm, propose, send_back, verdict_of
from tests.factories import StationFactory, person
from tests.test_races import ROUNDS, at_once, real

pytestmark = real


def refused(answers):
    return [answer for answer in answers if isinstance(answer, Refusal)]


def begun(station, staff):
    seed_checklists()
    sheet = Checklist.objects.get(gives_star=True)
    check = create_check(station, sheet, actor=staff, checked_on=localdate())
    mark_all(check)
    return check


def mark_all(check, lost=0):
    marks = {row.pk: Mark(max(0, row.out_of - lost)) for row in check.marks.all()}
    save_check(check, actor=check.checked_by, checked_on=check.checked_on, marks=marks)


def again(check):
    return StationCheck.objects.get(pk=check.pk)


def test_confirm_and_send_back_at_once_are_one_deed(station, station_staff, county):
    check = begun(station, station_staff)
    officers = [person(name, "officer", area=county) for name in "甲乙"]
    for _ in range(ROUNDS):
        propose(check, actor=station_staff)

        answers = at_once(
            partial(confirm, again(check), actor=officers[0], star=5),
            partial(send_back, again(check), actor=officers[1], reason="缺照片"),
        )

        assert len(refused(answers)) == 1
        check = again(check)
        if check.status == "confirmed":
            station.refresh_from_db()
            assert station.star == 5
            return


def test_propose_never_settles_points_that_changed_meanwhile(station, station_staff):
    check = begun(station, station_staff)
    one, other = again(check), again(check)

    at_once(
        lambda: propose(one, actor=station_staff),
        lambda: mark_all(other, lost=3),
    )

    check = again(check)
    if check.status == "proposed":
        assert check.proposed_star == verdict_of(check).star


def test_create_at_once_begins_one_check(station, station_staff, officer):
    seed_checklists()
    sheet = Checklist.objects.get(name="八有")

    def begin(actor):
        return lambda: create_check(
            Station.objects.get(pk=station.pk),
            sheet,
            actor=actor,
            checked_on=localdate(),
        )

    answers = at_once(begin(station_staff), begin(officer))

    assert len(refused(answers)) == 1
    assert station.checks.count() == 1


def test_close_at_once_closes_once(station, officer):
    def close():
        close_station(Station.objects.get(pk=station.pk), actor=officer, reason="并")

    answers = at_once(close, close)

    assert len(refused(answers)) == 1
    assert history_of(station).filter(verb="close").count() == 1


def test_two_stations_never_become_each_others_venue(town, officer):
    one, other = StationFactory(area=town), StationFactory(area=town)

    def into(guest, host):
        return lambda: edit_station(
            Station.objects.get(pk=guest.pk),
            actor=officer,
            host=Station.objects.get(pk=host.pk),
        )

    answers = at_once(into(one, other), into(other, one))

    assert len(refused(answers)) == 1
    assert Station.objects.exclude(host=None).count() == 1
