"""Checks of a station: marks, proofs, proposing, confirming; stars rise and fall."""

import datetime as dt
import os

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from common.uploads import older_than, write_private
from notices.models import Notice
from stations.choices import CheckStatus
from stations.models import CheckFile, Checklist, StationCheck
from stations.services.checklists import seed_checklists
from stations.services.checks import (
    MOST_FILES,
    Mark,
    attach,
    create_check,
    discard_check,
    remove_file,
    save_check,
)
from stations.tasks import sweep_station_files
from stations.workflow_checks import (
    FLOW,
    confirm,
    propose,
    send_back,
    take_back,
    verdict_of,
)
from tests.factories import person
from tests.factories.files import jpeg, office, pdf, png_bomb, upload


@pytest.fixture
def sheet(db):
    seed_checklists()
    return Checklist.objects.get(gives_star=True)


@pytest.fixture
def check(station, sheet, station_staff):
    return create_check(station, sheet, actor=station_staff, checked_on=localdate())


def marked(check, lost=0, **facts):
    """All points but so many, of the last items."""
    marks = {}
    for mark in reversed(check.marks.all()):
        off = 0 if mark.is_required else min(lost, mark.out_of)
        marks[mark.pk] = Mark(mark.out_of - off)
        lost -= off
    facts = {"checked_on": check.checked_on} | facts
    save_check(check, actor=check.checked_by, marks=marks, **facts)
    return check


def proposed(check, lost=0, **facts):
    marked(check, lost, **facts)
    propose(check, actor=check.checked_by)
    return check


def test_create_copies_the_items(check, sheet):
    assert check.marks.count() == sheet.items.count() == 19
    assert sum(mark.out_of for mark in check.marks.all()) == 100


def test_create_leaves_checks_alone_when_the_checklist_changes(check, sheet):
    sheet.items.all().delete()

    assert check.marks.count() == 19


def test_create_is_refused_while_another_is_open(check, sheet, officer):
    with pytest.raises(RuleViolation) as refused:
        create_check(check.station, sheet, actor=officer, checked_on=localdate())

    assert refused.value.field == "checklist"


@pytest.mark.parametrize("days", [-1, 367])
def test_create_refuses_a_day_to_come_or_long_past(station, sheet, officer, days):
    day = localdate() - dt.timedelta(days=days)
    with pytest.raises(RuleViolation) as refused:
        create_check(station, sheet, actor=officer, checked_on=day)

    assert refused.value.field == "checked_on"


def test_create_refuses_a_checklist_of_elsewhere_and_a_closed_station(
    station, sheet, officer, other_county
):
    Checklist.objects.filter(pk=sheet.pk).update(area=other_county)
    sheet.refresh_from_db()
    with pytest.raises(RuleViolation):
        create_check(station, sheet, actor=officer, checked_on=localdate())

    station.status = "closed"
    with pytest.raises(RuleViolation):
        create_check(station, sheet, actor=officer, checked_on=localdate())


def test_create_is_for_those_who_run_the_station(station, sheet, deputy_user, stranger):
    for somebody in (deputy_user, stranger):
        with pytest.raises(PermissionDenied):
            create_check(station, sheet, actor=somebody, checked_on=localdate())


def test_save_is_for_the_checker_alone(check, officer):
    with pytest.raises(PermissionDenied):
        save_check(check, actor=officer, checked_on=localdate(), marks={})


def test_save_refuses_more_points_than_there_are(check, station_staff):
    mark = check.marks.first()

    with pytest.raises(RuleViolation) as refused:
        save_check(
            check,
            actor=station_staff,
            checked_on=localdate(),
            marks={mark.pk: Mark(mark.out_of + 1)},
        )

    assert refused.value.field == f"score_{mark.pk}"


def test_propose_settles_points_and_star(check, station_staff):
    proposed(check, lost=5)

    check.refresh_from_db()
    assert (check.status, check.proposed_star) == (CheckStatus.PROPOSED, 5)
    assert history_of(check).last().note == "95 / 100 分"


def test_propose_needs_every_item_marked(check, station_staff):
    with pytest.raises(RuleViolation, match="19 项"):
        propose(check, actor=station_staff)


def test_propose_with_a_veto_proposes_no_star(check):
    proposed(check, veto="一个季度没有活动")

    assert check.proposed_star is None


def test_propose_is_for_the_checker(check, officer):
    with pytest.raises(PermissionDenied):
        propose(check, actor=officer)


def test_propose_after_a_later_save_is_overtaken(check, station_staff):
    marked(check)
    stale = StationCheck.objects.get(pk=check.pk)
    marked(check, lost=40)

    with pytest.raises(Overtaken):
        propose(stale, actor=station_staff)


def test_take_back_opens_the_draft_again(check, station_staff):
    proposed(check)

    take_back(check, actor=station_staff)

    assert (check.status, check.proposed_star) == (CheckStatus.DRAFT, None)


def test_save_and_attach_are_refused_once_proposed(check, station_staff):
    proposed(check)

    with pytest.raises(WrongState):
        marked(check)
    with pytest.raises(WrongState):
        attach(check.marks.first(), actor=station_staff, file=upload(jpeg()))


def test_send_back_tells_the_checker_why(check, officer, station_staff):
    proposed(check)

    send_back(check, actor=officer, reason="缺公示照片")

    assert (check.status, check.reason) == (CheckStatus.DRAFT, "缺公示照片")
    assert Notice.objects.get(recipient=station_staff).text == "缺公示照片"


def test_send_back_needs_a_reason_and_a_second_person(check, officer, station_staff):
    proposed(check)

    with pytest.raises(RuleViolation):
        send_back(check, actor=officer, reason=" ")
    with pytest.raises(PermissionDenied):
        send_back(check, actor=station_staff, reason="x")


def test_confirm_gives_the_station_its_star(check, officer, station):
    proposed(check)

    confirm(check, actor=officer, star=5)

    station.refresh_from_db()
    assert (station.star, station.star_since) == (5, localdate())
    assert history_of(station).get(verb="rate").note == "未评 → 五星"


def test_confirm_can_let_the_star_fall(check, officer, station, sheet):
    confirm(proposed(check), actor=officer, star=5)
    other = person("另一工委", "officer", area=officer.held[0].area)
    again = create_check(station, sheet, actor=officer, checked_on=localdate())

    confirm(proposed(again, lost=60), actor=other, star=None)

    station.refresh_from_db()
    assert (station.star, station.is_below_stars) == (None, True)


def test_confirm_of_another_star_needs_a_reason(check, township, station):
    proposed(check)

    with pytest.raises(RuleViolation) as refused:
        confirm(check, actor=township, star=4)
    assert refused.value.field == "reason"

    confirm(check, actor=township, star=4, reason="公示不全")
    station.refresh_from_db()
    assert station.star == 4


@pytest.mark.parametrize("star", [6, -1])
def test_confirm_refuses_a_star_that_is_none(check, officer, star):
    with pytest.raises(RuleViolation):
        confirm(proposed(check), actor=officer, star=star, reason="x")


def test_confirm_is_for_a_second_person(check, station, sheet, officer, station_staff):
    with pytest.raises(PermissionDenied):
        confirm(proposed(check), actor=station_staff, star=5)

    confirm(check, actor=officer, star=5)
    own = create_check(station, sheet, actor=officer, checked_on=localdate())
    with pytest.raises(PermissionDenied):
        confirm(proposed(own), actor=officer, star=5)


def test_confirm_is_not_for_other_counties_or_deputies(check, stranger, deputy_user):
    proposed(check)

    for somebody in (stranger, deputy_user):
        with pytest.raises(PermissionDenied):
            confirm(check, actor=somebody, star=5)


def test_confirm_twice_is_not_now(check, officer):
    confirm(proposed(check), actor=officer, star=5)

    with pytest.raises(WrongState):
        confirm(check, actor=officer, star=5)


def test_confirm_refuses_an_older_check_than_the_last(check, officer, station, sheet):
    proposed(check)
    old = create_check(
        station,
        Checklist.objects.create(name="旧标准", gives_star=True, stars=[[60, 0]]),
        actor=check.checked_by,
        checked_on=localdate() - dt.timedelta(days=9),
    )
    old.marks.create(text="项", out_of=10)
    proposed(old)
    confirm(check, actor=officer, star=5)

    with pytest.raises(RuleViolation, match="之后"):
        confirm(old, actor=officer, star=0)


def test_confirm_without_stars_leaves_the_station_alone(station, officer, sheet):
    six = Checklist.objects.get(name="联络站六有")
    check = create_check(
        station,
        six,
        actor=person("乙", "station", station=station),
        checked_on=localdate(),
    )

    confirm(proposed(check), actor=officer, star=5)

    station.refresh_from_db()
    assert (check.confirmed_star, station.star, station.star_since) == (
        None,
        None,
        None,
    )
    assert verdict_of(check).points == 6


@pytest.mark.parametrize("verb", FLOW.steps)
def test_steps_are_refused_from_every_other_state(check, officer, verb):
    confirm(proposed(check), actor=officer, star=5)
    actor = check.checked_by if verb in ("propose", "take_back") else officer

    with pytest.raises(WrongState):
        FLOW.check(verb, check, actor=actor)


def test_attach_makes_images_anew(check, station_staff):
    row = attach(check.marks.first(), actor=station_staff, file=upload(jpeg(gps=True)))

    data = (settings.MEDIA_ROOT / row.file.name).read_bytes()
    assert b"SecretCamera" not in data
    assert (row.kind, row.is_image) == ("image/jpeg", True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90 program",
        b"<svg onload='alert(1)'/>",
        b"<html>",
        png_bomb(30_000),
        office("docx", **{"word/vbaProject.bin": b"x"}),
    ],
)
def test_attach_refuses_what_is_no_proof(check, station_staff, data):
    before = len(older_than(settings.MEDIA_ROOT, -1))

    with pytest.raises(RuleViolation) as refused:
        attach(check.marks.first(), actor=station_staff, file=upload(data))

    assert refused.value.field == "file"
    assert len(older_than(settings.MEDIA_ROOT, -1)) == before


def test_attach_takes_so_many_files_of_an_item(check, station_staff):
    mark = check.marks.first()
    for _ in range(MOST_FILES):
        attach(mark, actor=station_staff, file=upload(pdf(), "证明.pdf"))

    with pytest.raises(RuleViolation):
        attach(mark, actor=station_staff, file=upload(pdf(), "证明.pdf"))


def test_remove_file_takes_row_and_file(
    check, station_staff, officer, django_capture_on_commit_callbacks
):
    row = attach(check.marks.first(), actor=station_staff, file=upload(pdf()))
    path = settings.MEDIA_ROOT / row.file.name
    with pytest.raises(PermissionDenied):
        remove_file(row, actor=officer)

    with django_capture_on_commit_callbacks(execute=True):
        remove_file(row, actor=station_staff)

    assert not path.exists()
    assert not CheckFile.objects.exists()


def test_sweep_removes_old_files_that_no_check_names(check, station_staff):
    row = attach(check.marks.first(), actor=station_staff, file=upload(pdf()))
    lost = settings.MEDIA_ROOT / "checks" / "00" / "lost"
    write_private(lost, b"x")
    path = settings.MEDIA_ROOT / row.file.name
    for file in (lost, path):
        os.utime(file, (0, 0))

    sweep_station_files()

    assert (lost.exists(), path.exists()) == (False, True)


def test_discard_takes_marks_and_files(
    check, station_staff, officer, django_capture_on_commit_callbacks
):
    row = attach(check.marks.first(), actor=station_staff, file=upload(pdf()))
    path = settings.MEDIA_ROOT / row.file.name

    with django_capture_on_commit_callbacks(execute=True):
        discard_check(check, actor=officer)

    assert not StationCheck.objects.exists()
    assert not path.exists()


def test_discard_is_refused_once_proposed_and_to_others(check, station_staff, stranger):
    with pytest.raises(PermissionDenied):
        discard_check(check, actor=stranger)
    proposed(check)

    with pytest.raises(WrongState):
        discard_check(check, actor=station_staff)
