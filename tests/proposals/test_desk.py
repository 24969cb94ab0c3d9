"""Lines of the reception desk: stored once, changed by one, each outcome done."""

import datetime as dt
import threading
import time
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection

from audit.services import history_of
from common.crypto import digest
from common.errors import Overtaken, RuleViolation, WrongState
from proposals.choices import Status
from proposals.desk import Desk, opening_hours
from proposals.models import Proposal
from proposals.register import alike, lines_of
from proposals.services.attendance import change_duty, tick_present
from proposals.services.desk import (
    close_desk,
    find_mergeable,
    reissue_code,
    settle_line,
)
from proposals.services.opening import join_visit
from proposals.workflow.intake import accept, withdraw
from stations.choices import DayStatus, DutyState
from stations.models import ReceptionDay, Visit
from stations.services import amend_visit
from stations.workflow import hold, set_duty
from tests.factories import (
    DayFactory,
    DeputyFactory,
    MandateFactory,
    StationFactory,
)

pytestmark = pytest.mark.django_db
WORDS = "文峰泵站只有一台泵在转，一下大雨就进水"


@pytest.fixture
def settle(day, station_staff):
    """Settle a line of the day; a new key unless one is given."""

    def do(**facts):
        asked = {"key": uuid.uuid4(), "actor": station_staff, "words": WORDS} | facts
        return settle_line(asked.pop("day", day), **asked)

    return do


@pytest.fixture
def open_opinion(settle):
    """An opinion of the station, from an earlier line of the same day."""
    return settle(words="学校门口早上堵死", outcome="opinion").opinion


def again(line, settle, **facts):
    """The same line sent once more, from the version it now has."""
    version = line.visit.version
    return settle(key=line.visit.key, **{"version": version, **facts})


# --- once -------------------------------------------------------------------------


def test_settle_stores_a_line_once(settle, day):
    key = uuid.uuid4()

    first = settle(key=key, visitor_name="刘德才", party_size=3, outcome="opinion")
    second = settle(key=key, visitor_name="刘德才", party_size=3, outcome="opinion")

    visit = Visit.objects.get()
    assert (visit.day, visit.visitor_name, visit.party_size) == (day, "刘德才", 3)
    assert first.visit == second.visit == visit
    assert first.opinion == second.opinion == Proposal.objects.get()
    assert [event.verb for event in history_of(visit)] == ["log"]


@pytest.mark.django_db(transaction=True)
def test_settle_the_same_line_twice_at_once_is_one_visit(day, station_staff):
    key, results = uuid.uuid4(), []

    def send():
        own = ReceptionDay.objects.select_related("station").get(pk=day.pk)
        asked = {"key": key, "actor": station_staff, "words": WORDS}
        results.append(settle_line(own, outcome="opinion", **asked).visit.pk)

    def insist():
        # SQLite in memory, of tests alone, refuses where a file would wait.
        for _ in range(500):
            try:
                return send()
            except OperationalError:
                time.sleep(0.01)
            finally:
                connection.close()
        return None

    threads = [threading.Thread(target=insist) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Visit.objects.count(), Proposal.objects.count()) == (1, 1)
    assert results == [Visit.objects.get().pk] * 4


def test_settle_again_after_a_lost_answer_changes_nothing(settle):
    line = settle()
    changed = again(line, settle, words="泵站两台泵都停了", party_size=2)

    repeated = again(line, settle, words="泵站两台泵都停了", party_size=2)

    assert repeated.visit.version == changed.visit.version == 1
    assert history_of(line.visit).count() == 2


def test_settle_tells_the_second_of_two_people(settle):
    line = settle()
    again(line, settle, words="先改的这一句话")

    with pytest.raises(Overtaken):
        again(line, settle, words="后改的这一句话")

    line.visit.refresh_from_db()
    assert line.visit.words == "先改的这一句话"


def test_settle_an_old_line_does_not_undo_what_was_changed_since(settle):
    key = uuid.uuid4()
    line = settle(key=key, words="排队时写的原话")
    again(line, settle, words="后来改好的原话")

    with pytest.raises(Overtaken):
        settle(key=key, words="排队时写的原话")

    line.visit.refresh_from_db()
    assert line.visit.words == "后来改好的原话"


def test_settle_keeps_a_contact_that_is_given_masked(settle):
    line = settle(visitor_contact="13812345678")

    same = again(line, settle, visitor_contact="138****5678", words="换了一句原话")
    other = again(same, settle, visitor_contact="13900000000")
    none = again(other, settle, visitor_contact="")

    assert same.visit.visitor_contact == "13812345678"
    assert other.visit.contact_digest == digest("13900000000")
    assert none.visit.visitor_contact == ""


def test_settle_refuses_a_key_of_another_day(settle, station):
    line = settle()
    later = DayFactory(station=station, starts_at=dt.time(14), ends_at=dt.time(16))

    with pytest.raises(RuleViolation) as refused:
        settle(key=line.visit.key, day=later)

    assert refused.value.field == "key"


# --- outcomes ---------------------------------------------------------------------


def test_settle_as_opinion_opens_it_with_a_code_for_the_voter(settle, category):
    line = settle(outcome="opinion", category=category, visitor_contact="13812345678")

    opinion = Proposal.objects.get()
    assert line.opinion == opinion
    assert (opinion.status, opinion.text, opinion.category) == (
        Status.SUBMITTED,
        WORDS,
        category,
    )
    assert opinion.query_code == digest(line.code) != ""
    assert opinion.next_due_on is not None


def test_settle_as_opinion_without_contact_has_no_code(settle):
    line = settle(outcome="opinion")

    assert (line.code, line.opinion.query_code) == ("", "")

    with_phone = again(line, settle, visitor_contact="13812345678")
    assert with_phone.code != ""


def test_settle_answers_the_code_only_once(settle):
    key = uuid.uuid4()
    facts = {"outcome": "opinion", "visitor_contact": "13812345678"}
    first = settle(key=key, **facts)

    second = settle(key=key, **facts)

    assert (bool(first.code), second.code) == (True, "")
    assert Proposal.objects.get().query_code == digest(first.code)


def test_settle_as_opinion_needs_some_words(settle):
    with pytest.raises(RuleViolation) as refused:
        settle(words="泵坏", outcome="opinion")

    assert refused.value.field == "words"
    assert (Visit.objects.count(), Proposal.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("outcome", "field"),
    [
        ("answered", "answer"),
        ("referred", "referred_to"),
        ("merged", "merged_into"),
        ("shouted", "outcome"),
    ],
)
def test_settle_asks_what_the_outcome_needs(settle, outcome, field):
    with pytest.raises(RuleViolation) as refused:
        settle(outcome=outcome)

    assert refused.value.field == field
    assert Visit.objects.count() == 0


def test_settle_as_answered_and_referred_open_nothing(settle):
    answered = settle(outcome="answered", answer="凭转诊备案一次办结")
    referred = settle(outcome="referred", referred_to="judicial")

    assert answered.telling == "凭转诊备案一次办结"
    assert referred.telling == "法院诉讼服务中心"
    assert Proposal.objects.count() == 0


def test_settle_as_merged_joins_the_matter(settle, open_opinion):
    line = settle(outcome="merged", merged_into=open_opinion)
    repeated = settle(key=line.visit.key, outcome="merged", merged_into=open_opinion)

    assert line.opinion == repeated.opinion == open_opinion
    assert open_opinion.visits.count() == 2
    assert history_of(open_opinion).filter(verb="join_visit").count() == 1


def test_settle_merges_only_into_matters_of_the_station(settle, town, township):
    elsewhere = DayFactory(station=StationFactory(area=town))
    other = settle(day=elsewhere, actor=township, outcome="opinion").opinion

    with pytest.raises(RuleViolation) as refused:
        settle(outcome="merged", merged_into=other)

    assert refused.value.field == "merged_into"


# --- changed minds ------------------------------------------------------------------


def test_settle_away_from_opinion_withdraws_it(settle):
    line = settle(outcome="opinion")

    changed = again(line, settle, outcome="answered", answer="当面说清楚了")

    opinion = Proposal.objects.get()
    assert opinion.status == Status.WITHDRAWN
    assert not opinion.visits.exists()
    assert changed.visit.outcome == "answered"


def test_settle_back_to_opinion_opens_a_new_one(settle):
    line = settle(outcome="opinion")
    changed = again(line, settle, outcome="referred", referred_to="petition")

    back = again(changed, settle, outcome="opinion")

    assert back.opinion.status == Status.SUBMITTED
    assert back.opinion.pk != line.opinion.pk


def test_settle_away_from_an_accepted_opinion_is_refused(
    settle, station_staff, category
):
    line = settle(outcome="opinion")
    accept(line.opinion, actor=station_staff, category=category, route="county")

    with pytest.raises(RuleViolation, match="已经受理") as refused:
        again(line, settle, outcome="answered", answer="不用办了")

    assert refused.value.field == "outcome"
    line.visit.refresh_from_db()
    assert (line.visit.outcome, line.visit.version) == ("opinion", 0)


def test_settle_away_from_an_opinion_others_joined_is_refused(settle, open_opinion):
    settle(outcome="merged", merged_into=open_opinion)
    first = Visit.objects.order_by("id").first()

    with pytest.raises(RuleViolation, match="已有别的来访"):
        settle(key=first.key, version=0, outcome="open", words=first.words)

    assert Proposal.objects.get(pk=open_opinion.pk).status == Status.SUBMITTED


def test_settle_moves_a_merged_line_to_another_matter(settle, open_opinion):
    line = settle(outcome="merged", merged_into=open_opinion)
    other = settle(words="小吃街油烟进屋", outcome="opinion").opinion

    moved = again(line, settle, outcome="merged", merged_into=other)

    assert moved.opinion == other
    assert (open_opinion.visits.count(), other.visits.count()) == (1, 2)
    assert moved.visit.version == 1


def test_settle_moves_a_merged_line_for_the_first_of_two_people(settle, open_opinion):
    line = settle(outcome="merged", merged_into=open_opinion)
    other = settle(words="小吃街油烟进屋", outcome="opinion").opinion
    again(line, settle, outcome="merged", merged_into=other)

    with pytest.raises(Overtaken):
        again(line, settle, outcome="merged", merged_into=open_opinion)

    assert list(line.visit.proposals.all()) == [other]


def test_settle_leaves_a_merged_line_where_the_visitor_was_told(settle, open_opinion):
    line = settle(outcome="merged", merged_into=open_opinion)
    Proposal.objects.filter(pk=open_opinion.pk).update(status=Status.REFUSED)

    with pytest.raises(RuleViolation, match="已经办结或告知") as refused:
        again(line, settle, outcome="answered", answer="当面说清楚了")

    assert refused.value.field == "outcome"
    assert open_opinion.visits.count() == 2


def test_settle_as_opinion_when_nothing_was_opened_yet(settle, station_staff):
    """A visit marked so elsewhere, whose matter was not opened there."""
    line = settle()
    visit = amend_visit(line.visit, actor=station_staff, version=0, outcome="opinion")

    changed = settle(
        key=visit.key, version=1, outcome="referred", referred_to="petition"
    )

    assert (changed.opinion, Proposal.objects.count()) == (None, 0)


def test_settle_leaves_links_alone_that_other_pages_made(
    settle, open_opinion, station_staff
):
    line = settle(outcome="answered", answer="当面说清楚了")
    join_visit(open_opinion, line.visit, actor=station_staff)

    again(line, settle, outcome="referred", referred_to="petition")

    assert open_opinion.visits.count() == 2


def test_settle_does_not_merge_an_opinion_into_itself(settle):
    line = settle(outcome="opinion")

    with pytest.raises(RuleViolation, match="自己的意见"):
        again(line, settle, outcome="merged", merged_into=line.opinion)


def test_settle_corrects_the_opinion_until_it_is_taken_in(
    settle, station_staff, category
):
    line = settle(outcome="opinion")
    mended = again(line, settle, words="泵站两台水泵都停了", category=category)
    opinion = Proposal.objects.get()
    assert (opinion.text, opinion.category) == ("泵站两台水泵都停了", category)
    assert opinion.title == "泵站两台水泵都停了"
    Proposal.objects.filter(pk=opinion.pk).update(title="泵站停摆")
    mended = again(mended, settle, words="泵站两台水泵昨天都停了")
    opinion.refresh_from_db()
    assert (opinion.title, opinion.text) == ("泵站停摆", "泵站两台水泵昨天都停了")
    assert Proposal.objects.search("水泵").get() == opinion

    accept(opinion, actor=station_staff, category=category, route="county")
    again(mended, settle, words="受理以后又改了原话")

    opinion.refresh_from_db()
    assert opinion.text == "泵站两台水泵昨天都停了"


# --- who, when ----------------------------------------------------------------------


def test_settle_is_for_those_who_keep_the_desk(
    settle, township, officer, leader, deputy_user, handler, stranger, sys_admin
):
    for person in (officer, leader, deputy_user, handler, stranger, sys_admin):
        with pytest.raises(PermissionDenied):
            settle(actor=person)
    assert Visit.objects.count() == 0

    assert settle(actor=township).visit.recorded_by == township


@pytest.mark.parametrize("status", [DayStatus.HELD, DayStatus.CANCELLED])
def test_settle_on_a_closed_day_is_refused(settle, station, status):
    closed = DayFactory(
        station=station, status=status, starts_at=dt.time(14), ends_at=dt.time(16)
    )

    with pytest.raises(WrongState):
        settle(day=closed)


def test_settle_after_the_closing_changes_nothing(settle, day, station_staff):
    line = settle()
    hold(day, actor=station_staff)

    with pytest.raises(WrongState):
        again(line, settle, outcome="opinion")
    assert settle(key=line.visit.key).visit == line.visit


def test_settle_was_heard_by_those_present_unless_said_otherwise(
    settle, day, deputy, station_staff
):
    other = DeputyFactory(name="李国强")
    MandateFactory(deputy=other)
    for one in (deputy, other):
        set_duty(day, one, DutyState.ATTENDED, actor=station_staff)

    line = settle()
    said = settle(heard_by=[other])

    assert set(line.visit.heard_by.all()) == {deputy, other}
    assert list(said.visit.heard_by.all()) == [other]
    mended = again(line, settle, heard_by=[deputy])
    assert list(mended.visit.heard_by.all()) == [deputy]


# --- codes, ticks, the end ------------------------------------------------------------


def test_reissue_ends_the_code_before(settle, day, station_staff):
    line = settle(outcome="opinion", visitor_contact="13812345678")

    again_ = reissue_code(day, actor=station_staff, key=line.visit.key)

    opinion = Proposal.objects.get()
    assert opinion.query_code == digest(again_.code) != digest(line.code)
    assert history_of(opinion).last().verb == "issue_code"


def test_reissue_needs_an_opinion_and_a_contact(settle, day, station_staff, officer):
    line = settle(outcome="opinion")

    with pytest.raises(RuleViolation):
        reissue_code(day, actor=station_staff, key=line.visit.key)
    with pytest.raises(RuleViolation):
        reissue_code(day, actor=station_staff, key=uuid.uuid4())
    with pytest.raises(PermissionDenied):
        reissue_code(day, actor=officer, key=line.visit.key)


def test_tick_says_who_has_come_and_takes_it_back(day, deputy, station_staff):
    set_duty(day, deputy, DutyState.CONFIRMED, actor=station_staff)

    assert tick_present(day, [deputy.pk], actor=station_staff) == ["周敏"]
    assert day.duties.get().state == DutyState.ATTENDED
    assert tick_present(day, [], actor=station_staff) == []
    assert day.duties.get().state == DutyState.INVITED


def test_tick_is_for_those_who_keep_the_desk(day, officer):
    with pytest.raises(PermissionDenied):
        tick_present(day, [], actor=officer)


def test_change_duty_puts_one_in_anothers_place(day, deputy, station_staff):
    other = DeputyFactory(name="李国强")
    MandateFactory(deputy=other)
    set_duty(day, deputy, DutyState.INVITED, actor=station_staff)

    change_duty(day, actor=station_staff, absent=deputy, instead=other)

    assert day.duties.get(deputy=deputy).state == DutyState.ON_LEAVE
    came = day.duties.get(deputy=other)
    assert (came.state, came.stands_in_for) == (DutyState.ATTENDED, deputy)
    tick_present(day, [], actor=station_staff)
    assert day.duties.get(deputy=other).state == DutyState.SUBSTITUTE


def test_change_duty_says_that_one_is_on_leave_or_one_more_comes(
    day, deputy, station_staff, officer
):
    change_duty(day, actor=station_staff, instead=deputy)
    assert day.duties.get().state == DutyState.ATTENDED
    change_duty(day, actor=station_staff, absent=deputy)
    assert day.duties.get().state == DutyState.ON_LEAVE
    with pytest.raises(RuleViolation):
        change_duty(day, actor=station_staff)
    with pytest.raises(PermissionDenied):
        change_duty(day, actor=officer, absent=deputy)


def test_close_ends_the_reception(settle, day, station_staff, officer):
    settle()
    with pytest.raises(PermissionDenied):
        close_desk(day, actor=officer)

    close_desk(day, actor=station_staff)

    day.refresh_from_db()
    assert day.status == DayStatus.HELD


def test_find_mergeable_knows_a_number_by_its_end(settle, day, station_staff):
    one = settle(outcome="opinion").opinion

    assert find_mergeable(day, station_staff, one.number) == one
    assert find_mergeable(day, station_staff, one.number[-4:]) == one
    for unknown in ("9999", "", "%"):
        with pytest.raises(RuleViolation):
            find_mergeable(day, station_staff, unknown)
    other = settle(outcome="opinion", words="另一件事情也很急").opinion
    Proposal.objects.filter(pk=other.pk).update(number=f"9{one.number}")
    with pytest.raises(RuleViolation, match="不止一件"):
        find_mergeable(day, station_staff, one.number[-4:])


def test_settle_takes_hostile_texts_or_says_what_is_wrong(settle):
    line = settle(
        words="=cmd|' /C calc'!A0\x00 \u202e倒过来 😀 一句话",
        visitor_name="\u202e王\x00",
    )

    assert line.visit.words == "=cmd|' /C calc'!A0 倒过来 😀 一句话"
    assert line.visit.visitor_name == "王"
    with pytest.raises(RuleViolation) as refused:
        settle(words="长" * 10_000)
    assert refused.value.field == "words"


# --- what the page shows --------------------------------------------------------------


def test_telling_says_what_became_of_a_line(settle, open_opinion, station_staff):
    opened = lines_of(ReceptionDay.objects.get())[0]
    merged = settle(outcome="merged", merged_into=open_opinion)
    due = open_opinion.next_due_on

    assert opened.telling == f"{due.month}月{due.day}日前受理"
    assert merged.telling == "学校门口早上堵死；来访人列入告知名单"
    assert (merged.outcome_key, settle().outcome_key) == ("4 并入已有", "待定")
    assert settle().telling == "还没有选怎么办"
    withdraw(Proposal.objects.get(), actor=station_staff, reason="登记错了")
    opened = lines_of(ReceptionDay.objects.get())[0]
    assert opened.telling == "已撤回"


def test_alike_finds_the_matter_that_says_the_same(settle, day, station_staff):
    same = settle(words="文峰泵站只有一台泵在转，大雨进水", outcome="opinion")
    other = settle(words="小吃街油烟太大窗子不敢开", outcome="opinion")
    line = settle(words="泵站只有一台泵转，下大雨就进水", outcome="opinion")

    assert alike(line, day, station_staff) == same.opinion
    assert alike(other, day, station_staff) is None
    assert alike(settle(words="泵站只有一台泵转"), day, station_staff) is None


def test_candidates_are_of_the_station_or_its_township(day, deputy, station_staff):
    stationed = DeputyFactory(area__code="420802009", name="外镇驻站")
    MandateFactory(deputy=stationed)
    MandateFactory(deputy=DeputyFactory(area__code="420802009", name="外镇"))
    DeputyFactory(name="没有任期")
    day.station.stationings.create(deputy=stationed, starts_on=day.date)
    desk = Desk(day, station_staff)
    assert {one.name for one in desk.candidates} == {"周敏", "外镇驻站"}

    set_duty(day, deputy, DutyState.ON_LEAVE, actor=station_staff)

    desk = Desk(day, station_staff)
    assert [one.name for one in desk.candidates] == ["外镇驻站"]
    assert [tick["note"] for tick in desk.ticks] == ["县（区）代表，请假"]


@pytest.mark.parametrize(
    ("hour", "minute", "hours"),
    [
        (9, 5, ("09:05", "11:05")),
        (23, 0, ("23:00", "23:59")),
        (23, 59, ("23:58", "23:59")),
    ],
)
def test_opening_hours_end_before_midnight(hour, minute, hours):
    at = dt.datetime(2026, 11, 5, hour, minute, 59, tzinfo=dt.UTC)

    start, end = opening_hours(at)

    assert (f"{start:%H:%M}", f"{end:%H:%M}") == hours
    assert start < end
