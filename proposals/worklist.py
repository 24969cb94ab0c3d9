"""What waits for a person today: late, soon due, and their own next moves."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.choices import Role
from accounts.models import User
from areas.querysets import under
from proposals.choices import (
    CommitmentState,
    HandlingStatus,
    Kind,
    Satisfaction,
    Status,
)
from proposals.models import Commitment, Handling, Proposal, Rating
from proposals.story import due_words, page_of, status_state

SHOWN = 6
SOON_DAYS = 15
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Line:
    """One line: state · what · whom · date · verb."""

    state: str
    label: str
    title: str
    number: str
    whom: str
    due_on: dt.date | None
    url: str
    verb: str
    verb_url: str


@dataclass(frozen=True)
class Bucket:
    """The first lines of one heap, and how many there are in all."""

    key: str
    title: str
    hint: str
    lines: list[Line]
    count: int
    url: str


# What a person of each role does next with a matter in each status.
MOVES: dict[str, tuple[str, str]] = {
    "accept": ("待受理", "受理"),
    "hand_over": ("待交办", "交办"),
    "decide_objection": ("异议待裁定", "裁定"),
    "close": ("可以办结", "办结"),
    "redo": ("评价不满意", "退回重办"),
    "tell": ("待告知", "告知"),
    "rate": ("待评价", "评价"),
    "submit": ("待提交", "提交"),
    "sign_for": ("待签收", "签收"),
    "reply": ("待答复", "写答复"),
}


def _objected() -> Exists:
    rows = Handling.objects.filter(
        proposal=OuterRef("pk"), status=HandlingStatus.OBJECTED
    )
    return Exists(rows)


def _unrated_by_deputy() -> Exists:
    rated = Rating.objects.filter(
        proposal=OuterRef("pk"), round=OuterRef("round"), rater="deputy"
    )
    return ~Exists(rated)  # type: ignore[return-value]


def _may_close() -> Q:
    """Replied, told (or nobody to tell), and judged well enough."""
    told = Q(told_at__isnull=False) | ~Q(Exists(_visits_behind()))
    judged = Q(satisfaction__in=(Satisfaction.SATISFIED, Satisfaction.BASICALLY))
    return Q(status=Status.REPLIED) & told & judged


def _must_redo() -> Q:
    """Judged dissatisfied, with a unit that can try again."""
    return Q(
        status=Status.REPLIED,
        satisfaction=Satisfaction.DISSATISFIED,
        unit__isnull=False,
    )


def _visits_behind() -> QuerySet:
    return Proposal.visits.through.objects.filter(proposal=OuterRef("pk"))


def moves_of(user: User) -> dict[str, Q]:
    """Per verb the matters on which this person is the one to move."""
    moves: dict[str, Q] = {}

    def add(verb: str, condition: Q) -> None:
        moves[verb] = moves[verb] | condition if verb in moves else condition

    office, town = user.area_codes(Role.OFFICER), user.area_codes(Role.TOWNSHIP)
    if office:
        # Opinions are the township's and the station's to take in.
        own = under(office)
        add("accept", own & Q(status=Status.SUBMITTED) & ~Q(kind=Kind.OPINION))
        add("hand_over", own & Q(status=Status.ACCEPTED))
        add("close", own & _may_close())
        add("redo", own & _must_redo())
    if office or user.has_role(Role.COORDINATOR):
        own = under([*office, *user.area_codes(Role.COORDINATOR)])
        add("decide_objection", own & Q(status=Status.HANDLING) & Q(_objected()))
    if town:
        own = under(town)
        add("accept", own & Q(status=Status.SUBMITTED))
        add("hand_over", own & Q(status=Status.ACCEPTED, kind=Kind.OPINION))
        of_voters = own & Q(kind=Kind.OPINION)
        add("close", of_voters & _may_close())
        add("redo", of_voters & _must_redo())
    if stations := user.station_ids():
        here = Q(station__in=stations, kind=Kind.OPINION)
        add("accept", here & Q(status=Status.SUBMITTED))
        add("tell", here & Q(status=Status.REPLIED, told_at=None))
    if user.deputy_id:
        lead = Q(lead__deputy=user.deputy_id)
        add("submit", lead & Q(status__in=(Status.DRAFT, Status.RETURNED)))
        heard = lead | Q(visits__heard_by=user.deputy_id, kind=Kind.OPINION)
        asked = Proposal.objects.filter(heard, status=Status.REPLIED)
        asked = asked.filter(_unrated_by_deputy())
        add("rate", Q(pk__in=asked.values("pk")))
    if units := user.unit_ids():
        add("sign_for", Q(pk__in=_in_hand(units, HandlingStatus.OFFERED)))
        add("reply", Q(pk__in=_in_hand(units, HandlingStatus.SIGNED)))
    return moves


def _in_hand(units: list[int], status: str) -> QuerySet:
    parts = Handling.objects.filter(unit__in=units, status=status)
    return parts.filter(proposal__status=Status.HANDLING).values("proposal")


def buckets(user: User) -> list[Bucket]:
    """The three heaps of the today page, in a constant number of queries."""
    today = localdate()
    seen = Proposal.objects.visible_to(user)
    late, soon = seen.overdue(today), seen.due_soon(today, SOON_DAYS)
    # Those about a matter stand with the matter's own dates.
    promises = Commitment.objects.visible_to(user).filter(proposal=None)
    promises = promises.filter(state=CommitmentState.OPEN)
    until = today + dt.timedelta(days=SOON_DAYS)
    everything = reverse("proposals:list")
    return [
        _bucket(
            late,
            "overdue",
            "逾期",
            "没有按期完成，先办这些",
            f"{everything}?when=overdue",
            user,
            promises.broken(today),
        ),
        _bucket(
            soon,
            "soon",
            "将到期",
            f"{SOON_DAYS} 天内到期",
            f"{everything}?when=soon",
            user,
            promises.filter(due_on__range=(today, until)),
        ),
        _mine(user, seen),
    ]


def _bucket(
    rows: QuerySet,
    key: str,
    title: str,
    hint: str,
    url: str,
    user: User,
    promises: QuerySet,
) -> Bucket:
    found = list(rows.for_list().order_by("next_due_on", "id")[:SHOWN])  # type: ignore[attr-defined]
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    verbs = _verbs(user, found)
    lines = [_line(row, verbs.get(row.pk, "")) for row in found]
    owed = list(promises.for_list().order_by("due_on", "id")[:MOST_COUNTED])  # type: ignore[attr-defined]
    lines += [_promise_line(row, user) for row in owed[:SHOWN]]
    lines.sort(key=lambda line: line.due_on or dt.date.max)
    return Bucket(key, title, hint, lines[:SHOWN], count + len(owed), url)


def _promise_line(row: Commitment, user: User) -> Line:
    """A promise made at a reception, among the matters due."""
    late = row.due_on < localdate()
    may_keep = row.unit_id in user.unit_ids()
    return Line(
        state="overdue" if late else "soon",
        label=f"承诺{due_words(row.due_on)}",
        title=row.what,
        number="",
        whom=str(row.unit),
        due_on=row.due_on,
        url=row.get_absolute_url(),
        verb="报完成" if may_keep else "",
        verb_url=reverse("proposals:keep", args=[row.pk]) if may_keep else "",
    )


def _mine(user: User, seen: QuerySet) -> Bucket:
    moves = moves_of(user)
    if not moves:
        return Bucket("doing", "等我处理", "", [], 0, "")
    mine = Q()
    for condition in moves.values():
        mine |= condition
    rows = seen.filter(mine)
    found = list(rows.for_list().order_by("next_due_on", "id")[:SHOWN])  # type: ignore[attr-defined]
    verbs = _verbs(user, found)
    lines = [_line(row, verbs.get(row.pk, ""), by_move=True) for row in found]
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return Bucket("doing", "等我处理", "轮到您走下一步", lines, count, "")


def _verbs(user: User, rows: list[Proposal]) -> dict[int, str]:
    """For each of these rows the verb this person takes next: one query for all."""
    moves = moves_of(user)
    if not moves or not rows:
        return {}
    parts = [
        Proposal.objects.filter(condition, pk__in=[row.pk for row in rows])
        .order_by()
        .values_list("pk", Value(verb))
        for verb, condition in moves.items()
    ]
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    verbs: dict[int, str] = {}
    for pk, verb in found:
        verbs.setdefault(pk, verb)
    return verbs


def _line(row: Proposal, verb: str, *, by_move: bool = False) -> Line:
    due_on = row.next_due_on
    state = status_state(row.status, due_on)
    label = due_words(due_on) or row.get_status_display()
    if by_move and verb:
        state = "overdue" if state == "overdue" else "draft"
        label = MOVES[verb][0]
    whom: Any = row.unit or row.station or (row.lead and row.lead.deputy) or ""
    url = row.get_absolute_url()
    return Line(
        state=state,
        label=label,
        title=row.title,
        number=row.number,
        whom=str(whom),
        due_on=due_on,
        url=url,
        verb=MOVES[verb][1] if verb else "",
        verb_url=reverse(f"proposals:{page_of(verb)}", args=[row.pk]) if verb else "",
    )
