"""Planning, inviting, recording and hearing at activities."""

import datetime as dt
import os
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate, now

from activities import workflow
from activities.models import Activity
from activities.services import planning, recording
from activities.tasks import sweep_activity_files
from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from common.uploads import write_private
from notices.models import Notice
from stations.models import Visit
from tests.factories import DeputyFactory, GroupFactory, MandateFactory
from tests.factories.files import jpeg, upload

NOON = dt.datetime.fromisoformat("2026-11-20T12:00+08:00")


def fresh(activity):
    return Activity.objects.get(pk=activity.pk)


def plan(station, actor, **facts):
    given = {
        "kind": "study",
        "title": "学习代表法",
        "place": "会议室",
        "starts_at": now() + dt.timedelta(days=10),
    }
    return planning.plan_activity(
        station.area, station=station, actor=actor, **given | facts
    )


@pytest.fixture
def stationed(station, deputy):
    station.stationings.create(deputy=deputy, starts_on=dt.date(2022, 1, 10))
    return deputy


def test_plan_lies_where_the_station_lies(station, station_staff):
    activity = plan(station, station_staff)

    assert activity.area == station.area
    assert history_of(activity).get().verb == "plan"


def test_plan_invites_the_whole_station(station, station_staff, stationed):
    activity = plan(station, station_staff, invited="station")

    assert [part.deputy for part in activity.attendances.all()] == [stationed]


def test_plan_invites_the_whole_group(station, township, deputy):
    group = GroupFactory(area=station.area)
    group.memberships.create(deputy=deputy, starts_on=dt.date(2022, 1, 10))

    activity = plan(station, township, group=group, invited="group")

    assert [part.deputy for part in activity.attendances.all()] == [deputy]


@time_machine.travel(NOON, tick=False)
def test_plan_tells_deputies_three_days_ahead(
    station, station_staff, stationed, deputy_user
):
    starts = dt.datetime.fromisoformat("2026-12-07T09:00+08:00")

    plan(station, station_staff, invited="station", starts_at=starts)

    notice = Notice.objects.get()
    assert notice.recipient == deputy_user
    assert notice.send_at == dt.datetime.fromisoformat("2026-12-04T09:00+08:00")
    assert notice.title == "学习培训：12月7日 星期一 9:00"


def test_plan_of_the_past_tells_nobody(station, station_staff, stationed, deputy_user):
    starts = now() - dt.timedelta(days=3)

    plan(station, station_staff, invited="station", starts_at=starts)

    assert not Notice.objects.exists()


def test_plan_for_another_station_is_refused(station, stranger, deputy_user, leader):
    for person in (stranger, deputy_user, leader):
        with pytest.raises(PermissionDenied):
            plan(station, person)


def test_plan_without_a_station_is_for_overseers(county, officer, station_staff):
    facts = {
        "kind": "survey",
        "title": "视察",
        "place": "城区",
        "starts_at": now(),
    }

    assert planning.plan_activity(county, actor=officer, **facts).area == county
    with pytest.raises(PermissionDenied):
        planning.plan_activity(county, actor=station_staff, **facts)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"place": ""}, "place"),
        ({"kind": "party"}, "kind"),
        ({"starts_at": now() - dt.timedelta(days=9999)}, "starts_at"),
        ({"ends_at": now() - dt.timedelta(days=1)}, "ends_at"),
        ({"agenda": "长" * 5001}, "agenda"),
    ],
)
def test_plan_refuses(station, station_staff, facts, field):
    with pytest.raises(RuleViolation) as refused:
        plan(station, station_staff, **facts)

    assert refused.value.field == field


def test_edit_of_another_time_invites_afresh(
    station, station_staff, stationed, deputy_user
):
    activity = plan(station, station_staff, invited="station")
    later = activity.starts_at + dt.timedelta(days=3)

    planning.edit_activity(activity, actor=station_staff, version=0, starts_at=later)

    states = sorted(Notice.objects.values_list("state", flat=True))
    assert states == ["cancelled", "planned"]
    assert fresh(activity).version == 1


def test_edit_refuses_the_second_of_two(activity, station_staff):
    planning.edit_activity(activity, actor=station_staff, version=0, title="一")

    with pytest.raises(Overtaken):
        planning.edit_activity(
            fresh(activity), actor=station_staff, version=0, title="二"
        )


def test_edit_is_refused_once_held(activity, station_staff):
    workflow.hold(activity, actor=station_staff)

    with pytest.raises(WrongState):
        planning.edit_activity(activity, actor=station_staff, version=1, title="二")


def test_edit_with_nothing_new_changes_nothing(activity, station_staff):
    planning.edit_activity(
        activity, actor=station_staff, version=0, title=activity.title
    )

    assert fresh(activity).version == 0


def test_invite_once(activity, invited, deputy, station_staff):
    with pytest.raises(RuleViolation, match="已在名单里"):
        planning.invite(activity, deputy, actor=station_staff)


def test_drop_takes_the_invitation_back(activity, invited, deputy, station_staff):
    planning.drop(activity, deputy, actor=station_staff)

    assert not activity.attendances.exists()


def test_drop_is_refused_once_held(activity, invited, deputy, station_staff):
    workflow.hold(activity, actor=station_staff)

    with pytest.raises(WrongState):
        planning.drop(activity, deputy, actor=station_staff)


def test_set_attendance_lets_a_deputy_ask_for_leave(
    station, station_staff, stationed, deputy_user
):
    activity = plan(station, station_staff, invited="station")

    planning.set_attendance(activity, stationed, "on_leave", actor=deputy_user)

    assert activity.attendances.get().state == "on_leave"
    assert Notice.objects.get().state == "cancelled"


def test_set_attendance_back_brings_the_notice_back(
    station, station_staff, stationed, deputy_user
):
    activity = plan(station, station_staff, invited="station")
    planning.set_attendance(activity, stationed, "on_leave", actor=deputy_user)

    planning.set_attendance(activity, stationed, "invited", actor=deputy_user)

    assert Notice.objects.get().state == "planned"


def test_set_attendance_of_oneself_stops_short_of_present(
    activity, invited, deputy, deputy_user
):
    with pytest.raises(PermissionDenied):
        planning.set_attendance(activity, deputy, "attended", actor=deputy_user)


def test_set_attendance_waits_for_the_day(station, station_staff, stationed):
    activity = plan(station, station_staff, invited="station")

    with pytest.raises(RuleViolation, match="还没有到"):
        planning.set_attendance(activity, stationed, "attended", actor=station_staff)


def test_set_attendance_knows_only_its_words(activity, invited, deputy, station_staff):
    with pytest.raises(RuleViolation):
        planning.set_attendance(activity, deputy, "late", actor=station_staff)


def test_record_writes_who_came_and_what_was_said(
    activity, invited, deputy, station_staff, unit
):
    present = [
        recording.Present("水利局", "许正明", "局长"),
        recording.Present("村委会"),
    ]

    recording.record_activity(
        activity,
        actor=station_staff,
        version=0,
        states={deputy.pk: "attended"},
        guests=present,
        minutes="学习了代表法。",
        hours=Decimal("2.5"),
        met_count=40,
    )

    kept = fresh(activity)
    assert (kept.minutes, kept.hours, kept.met_count) == ("学习了代表法。", 2.5, 40)
    assert kept.attendances.get().state == "attended"
    guests = list(kept.guests.values_list("organisation", "unit", "post"))
    assert guests == [("水利局", unit.pk, "局长"), ("村委会", None, "")]


def test_record_makes_the_writer_the_recorder(activity, township):
    recording.record_activity(activity, actor=township, version=0, minutes="补记。")

    assert fresh(activity).recorded_by == township


@pytest.mark.parametrize(
    "facts",
    [
        {"minutes": "长" * 5001},
        {"met_count": -1},
        {"hours": Decimal(900)},
        {"guests": [recording.Present("长" * 101)]},
        {"guests": [recording.Present("局")] * 61},
        {"states": {0: "attended"}},
    ],
)
def test_record_refuses(activity, station_staff, facts):
    with pytest.raises(RuleViolation):
        recording.record_activity(activity, actor=station_staff, version=0, **facts)


def test_record_is_closed_by_the_review(activity, station_staff, township):
    Activity.objects.filter(pk=activity.pk).update(status="held", minutes="学习。")
    workflow.review(fresh(activity), actor=township)

    with pytest.raises(WrongState):
        recording.record_activity(
            activity, actor=station_staff, version=1, minutes="改。"
        )


def test_hear_makes_a_visit_of_the_station(activity, station_staff):
    visit = recording.hear(
        activity, actor=station_staff, key=uuid.uuid4(), words="路灯不亮。"
    )

    assert visit.channel == "activity"
    assert list(activity.visits.all()) == [visit]


def test_hear_twice_the_same_is_one_visit(activity, station_staff):
    key = uuid.uuid4()

    for _ in range(2):
        recording.hear(activity, actor=station_staff, key=key, words="路灯不亮。")

    assert Visit.objects.count() == 1


def test_attach_keeps_a_photo_made_anew(activity, station_staff):
    row = recording.attach(activity, actor=station_staff, file=upload(jpeg(gps=True)))

    assert row.is_image
    assert history_of(activity).get().verb == "attach"


def test_remove_file_is_for_who_added_it(activity, station_staff, township):
    row = recording.attach(activity, actor=station_staff, file=upload(jpeg()))

    with pytest.raises(PermissionDenied):
        recording.remove_file(row, actor=township)
    recording.remove_file(row, actor=station_staff)

    assert not activity.files.exists()


def test_visible_to_deputies_are_their_own_only(activity, deputy_user, deputy):
    seen = Activity.objects.visible_to(deputy_user)
    assert list(seen) == []

    activity.attendances.create(deputy=deputy)

    assert list(seen.all()) == [activity]


def test_visible_to_others_by_place(
    activity, officer, leader, township, station_staff, client_user, stranger, handler
):
    for person in (officer, leader, township, station_staff, client_user):
        assert list(Activity.objects.visible_to(person)) == [activity]
    for person in (stranger, handler):
        assert list(Activity.objects.visible_to(person)) == []


def test_active_deputies_only_are_invited_as_a_whole(station, station_staff):
    gone = DeputyFactory(area=station.area)
    MandateFactory(deputy=gone, ends_on=localdate() - dt.timedelta(days=30))
    station.stationings.create(deputy=gone, starts_on=dt.date(2022, 1, 10))

    activity = plan(station, station_staff, invited="station")

    assert not activity.attendances.exists()


def test_sweep_removes_old_files_that_no_activity_names(activity, station_staff):
    row = recording.attach(activity, actor=station_staff, file=upload(jpeg()))
    kept = settings.MEDIA_ROOT / row.path
    lost = settings.MEDIA_ROOT / "activities" / "00" / "lost"
    write_private(lost, b"x")
    for file in (lost, kept):
        os.utime(file, (0, 0))

    sweep_activity_files()

    assert (lost.exists(), kept.exists()) == (False, True)
