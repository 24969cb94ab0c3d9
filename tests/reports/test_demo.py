"""The demo county, made once in a small size: it is genuine and stands as it should."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.timezone import localdate, now

from accounts.models import User
from areas.models import Area
from audit.models import Event
from deputies.models import Deputy, Mandate
from notices.models import Notice
from proposals.choices import (
    CommitmentState,
    HandlingStatus,
    Kind,
    Satisfaction,
    Status,
)
from proposals.inbox import heaps
from proposals.models import Commitment, Deadline, Handling, Proposal, Rating
from proposals.worklist import buckets
from reports import rollup
from reports.demo.accounts import ACCOUNTS, PASSWORD, is_demo
from reports.demo.texts import topics
from stations.choices import CodeKind, DayStatus, Outcome
from stations.models import Booking, PublicCode, ReceptionDay, Station, Visit


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """A small county, made once for all tests of this module and then taken back."""
    said = io.StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", scale=0.05, stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


# Each test runs in a savepoint within the transaction that holds the county.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_make_tells_of_its_progress(demo):
    assert "演示县已建成。" in demo
    assert f"{localdate().year}年{localdate().month}月 …" in demo


def test_make_has_the_real_places():
    assert Area.objects.filter(parent="420802").count() == 10
    assert Area.objects.filter(code__startswith="420802", level=5).count() == 208


def test_make_seats_deputies_at_five_levels():
    levels = set(Mandate.objects.values_list("level", flat=True))

    assert levels == {1, 2, 3, 4, 5}
    assert Mandate.objects.count() > Deputy.objects.count()
    assert not Deputy.objects.filter(memberships=None).exists()


@pytest.mark.parametrize(
    "status",
    [
        Status.SUBMITTED,
        Status.RETURNED,
        Status.REFUSED,
        Status.ACCEPTED,
        Status.HANDLING,
        Status.REPLIED,
        Status.CLOSED,
    ],
)
def test_make_leaves_opinions_in_every_state(status):
    assert Proposal.objects.filter(kind=Kind.OPINION, status=status).exists()


@pytest.mark.parametrize(
    "status",
    [
        Status.DRAFT,
        Status.SUBMITTED,
        Status.RETURNED,
        Status.ACCEPTED,
        Status.HANDLING,
        Status.REPLIED,
        Status.CLOSED,
    ],
)
def test_make_leaves_suggestions_in_every_state(status):
    assert Proposal.objects.filter(kind=Kind.SUGGESTION, status=status).exists()


@pytest.mark.parametrize("status", HandlingStatus.values)
def test_make_leaves_units_in_every_state(status):
    assert Handling.objects.filter(status=status).exists()


def test_make_has_the_dissatisfied_and_second_rounds():
    poor = Rating.objects.filter(result=Satisfaction.DISSATISFIED, round=1)

    assert poor.exists()
    assert Proposal.objects.filter(round=2, status=Status.CLOSED).exists()
    assert {"deputy", "voter"} == set(Rating.objects.values_list("rater", flat=True))


def test_make_keeps_and_breaks_promises():
    broken = Commitment.objects.filter(
        state=CommitmentState.OPEN, due_on__lt=localdate()
    )

    assert broken.count() >= 2
    assert Commitment.objects.filter(state=CommitmentState.KEPT).exists()


def test_make_holds_joint_receptions_with_promises():
    joint = ReceptionDay.objects.filter(form="joint", status="held")
    assert joint.count() == 2
    made = Commitment.objects.filter(day__in=joint)
    assert {row.state for row in made} == {"open", "kept"}
    assert made.broken(localdate()).exists()
    assert Visit.objects.filter(channel__in=("visit", "letter")).count() >= 4
    assert Visit.objects.filter(is_assisted=True, sheet__isnull=False).exists()


def test_make_leaves_some_overdue():
    late = Proposal.objects.open().filter(next_due_on__lt=localdate())

    assert late.count() >= 5


def test_make_puts_all_steps_in_their_order():
    for row in Proposal.objects.all():
        moments = [
            row.created_at,
            row.submitted_at,
            row.accepted_at,
            row.handed_over_at,
            row.replied_at,
            row.closed_at,
        ]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known), row
    ordered = list(Event.objects.order_by("id").values_list("at", flat=True))
    assert ordered == sorted(ordered)


def test_make_counts_deadlines_from_the_day_of_the_step():
    for deadline in Deadline.objects.filter(kind="reply").select_related("handling"):
        assert deadline.starts_on == localdate(deadline.handling.offered_at)
        assert "依据" in deadline.explanation[-1]


def test_make_lets_the_demo_station_receive_today():
    day = ReceptionDay.objects.get(
        station__grants__user__username="station", date=localdate()
    )

    assert day.status == DayStatus.ANNOUNCED
    assert day.duties.filter(deputy__user__username="deputy").exists()


def test_make_has_days_behind_and_ahead():
    today = localdate()
    days = ReceptionDay.objects

    assert not days.filter(date__lt=today, status=DayStatus.ANNOUNCED).exists()
    assert days.filter(date__gt=today).exists()
    assert {Outcome.OPINION, Outcome.ANSWERED, Outcome.REFERRED} <= set(
        Visit.objects.values_list("outcome", flat=True)
    )


def test_make_gives_no_two_opinions_one_title():
    titles = list(Proposal.objects.values_list("title", flat=True))

    assert len(titles) == len(set(titles))
    assert sum(len(topic.words) for topic in topics()) >= 60


@pytest.mark.parametrize(
    "username", ["officer", "township", "station", "deputy", "unit", "unitleader"]
)
def test_make_fills_the_today_page_of(username):
    heap = {b.key: b.count for b in buckets(User.objects.get(username=username))}

    assert all(heap[key] >= 2 for key in ("overdue", "soon", "doing"))


def test_make_fills_the_inbox_of_the_unit():
    found = {heap.key: heap for heap in heaps(User.objects.get(username="unit"))}
    labels = {row.label for heap in found.values() for row in heap.rows}

    assert set(found) == {"overdue", "soon", "doing", "ink"}
    assert {"等签发", "待签收"} <= labels
    assert any(row.keep for row in found["overdue"].rows)


def test_make_leaves_notices_sent_and_a_few_unread():
    unread = Notice.objects.filter(recipient__username="officer", read_at=None)

    assert not Notice.objects.filter(state="planned", send_at__lte=now()).exists()
    assert 0 < unread.count() < 60


def test_make_leaves_a_whole_chain_and_true_figures():
    call_command("verify_audit", stdout=io.StringIO())

    assert rollup.verify() == []
    assert not Event.objects.filter(position=None).exists()


def test_make_lets_every_demo_account_in():
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.name == account.name
        if account.role == "client":
            assert not user.has_usable_password()
            continue
        assert user.check_password(PASSWORD)
        assert user.why_change_password == ""
    others = User.objects.exclude(username__in=[a.username for a in ACCOUNTS])
    assert not any(user.has_usable_password() for user in others)


def test_demo_if_empty_changes_nothing_the_second_time():
    before = (Event.objects.count(), Proposal.objects.count(), User.objects.count())

    call_command("demo", if_empty=True, stdout=io.StringIO())

    after = (Event.objects.count(), Proposal.objects.count(), User.objects.count())
    assert after == before


def test_demo_refuses_where_there_are_data():
    with pytest.raises(CommandError, match="空库"):
        call_command("demo", stdout=io.StringIO())


def test_demo_accounts_lists_them_and_warns():
    out = io.StringIO()

    call_command("demo_accounts", stdout=out)

    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["账号", "密码", "身份", "姓名", "所在"]
    assert [line.split()[0] for line in lines[1:-1]] == [a.username for a in ACCOUNTS]
    assert "公开" in lines[-1]


def test_demo_accounts_says_nothing_of_other_counties():
    out = io.StringIO()
    User.objects.filter(username="officer").update(name="另一位")

    call_command("demo_accounts", stdout=out)

    assert out.getvalue() == ""
    assert not is_demo()


def test_make_gives_every_station_its_code():
    codes = PublicCode.objects.open().filter(kind=CodeKind.STATION)

    assert codes.count() == Station.objects.count()


def test_make_prints_codes_of_the_demo_stations_deputies():
    station = User.objects.get(username="station").station_ids()
    codes = PublicCode.objects.open().filter(kind=CodeKind.DEPUTY)

    assert codes.filter(deputy__stationings__station__in=station).exists()


def test_make_books_slots_of_the_next_announced_day():
    days = ReceptionDay.objects.filter(pk__in=Booking.objects.values("day"))

    assert days.exists()
    assert {day.status for day in days} == {DayStatus.ANNOUNCED}
