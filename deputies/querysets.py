"""Reading deputies, mandates and groups."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.choices import Role
from areas.querysets import PlacedQuerySet, under
from audit.models import Event
from deputies.choices import GroupRole, MandateStatus, SeatState

# Roles that see every deputy of the area they are held for.
SEEING_ROLES = (Role.OFFICER, Role.LEADER, Role.TOWNSHIP, Role.COORDINATOR, Role.CLIENT)

HELD = (MandateStatus.ACTIVE, MandateStatus.SUSPENDED)


def _rows(name: str, app: str = "deputies") -> Any:
    """The manager of a model of this app, which imports this file and not the reverse;
    or of one above, which is reached by the relations it has to ours.
    """
    return apps.get_model(app, name)._default_manager


def seen_codes(user: Any) -> set[str]:
    """Areas in which this person may know of deputies and groups.

    Station staff see those of their station's county: duties are shared beyond the
    township. Deputies see their colleagues of the same county.
    """
    codes = set(user.area_codes(*SEEING_ROLES))
    codes |= {g.station.area_id[:6] for g in user.held if g.station_id}
    if user.deputy_id:
        codes.add(user.deputy.area_id[:6])
    return codes


class PeriodQuerySet(QuerySet):
    """Of rows with half-open `starts_on`, `ends_on`."""

    def on(self, day: dt.date) -> Self:
        return self.filter(holding_on(day))


def holding_on(day: dt.date) -> Q:
    """The period of the row includes this day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


class MandateQuerySet(PeriodQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The seats of the deputies this person may know of."""
        return self.filter(under(seen_codes(user), prefix="deputy__"))

    def in_state(self, state: str, on: dt.date) -> Self:
        """Seats that are held (在任), suspended, or over on this day."""
        held = holding_on(on)
        if state == SeatState.ACTIVE:
            return self.filter(held, status=MandateStatus.ACTIVE)
        if state == SeatState.SUSPENDED:
            return self.filter(held, status=MandateStatus.SUSPENDED)
        if state == SeatState.ENDED:
            return self.exclude(held & Q(status__in=HELD))
        return self

    def for_list(self) -> Self:
        return self.select_related("term__congress").order_by("level", "-starts_on")


class DeputyQuerySet(PlacedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Deputies this person may know of; which facts, permissions.py says."""
        return self.filter(under(seen_codes(user)))

    def for_list(self, on: dt.date) -> Self:
        """With all that one line of a list shows: a constant number of queries."""
        seats = _rows("Mandate").on(on).for_list()
        groups = _rows("Membership").on(on).select_related("group").order_by("group")
        return (
            self.with_state(on)
            .select_related("area")
            .prefetch_related(
                Prefetch("mandates", seats, to_attr="current_mandates"),
                Prefetch("memberships", groups, to_attr="current_memberships"),
            )
        )

    def with_state(self, on: dt.date) -> Self:
        """Annotated with `seat_state`: of several seats the best one speaks.

        "" for a person who never had a seat.
        """
        held = holding_on(on)
        rank = Case(
            When(held & Q(status=MandateStatus.ACTIVE), then=Value(0)),
            When(held & Q(status=MandateStatus.SUSPENDED), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        seats = _rows("Mandate").filter(deputy=OuterRef("pk")).annotate(rank=rank)
        best = Subquery(seats.order_by("rank").values("rank")[:1])
        states = (SeatState.ACTIVE, SeatState.SUSPENDED, SeatState.ENDED)
        words = [When(best_rank=n, then=Value(s.value)) for n, s in enumerate(states)]
        return self.alias(best_rank=best).annotate(
            seat_state=Case(*words, default=Value(""))
        )

    def with_seat(
        self, on: dt.date, *, level: int | None = None, state: str = ""
    ) -> Self:
        """Those with a seat of this level in this state; both mean the same seat.

        Who was elected again is not among the ended, although a seat of theirs ended.
        """
        seats = _rows("Mandate").filter(deputy=OuterRef("pk"))
        if level:
            seats = seats.filter(level=level)
        found = self
        if level or state:
            found = self.filter(Exists(seats.in_state(state, on)))
        if state == SeatState.ENDED:
            found = found.exclude(Exists(seats.on(on).filter(status__in=HELD)))
        return found

    def active(self, on: dt.date) -> Self:
        """Those who hold a seat on this day."""
        return self.with_seat(on, state=SeatState.ACTIVE)

    def in_group(self, group: Any, on: dt.date) -> Self:
        """Those who belong to this group on this day."""
        members = _rows("Membership").on(on).filter(group=group)
        return self.filter(pk__in=members.values("deputy"))

    def without_group(self, on: dt.date) -> Self:
        """Those in no group on this day; a group out of use is none."""
        members = _rows("Membership").on(on).filter(group__is_active=True)
        return self.exclude(pk__in=members.values("deputy"))

    def loose_first(self, on: dt.date) -> Self:
        """In the order in which members are sought: those in no group, then by name."""
        members = _rows("Membership").on(on).filter(deputy=OuterRef("pk"))
        is_in = Exists(members.filter(group__is_active=True))
        return self.annotate(is_grouped=is_in).order_by("is_grouped", "name", "id")

    def named(self, words: str) -> Self:
        """Those whose name has this in it; blanks within the name do not count."""
        return self.filter(name__icontains="".join(words.split()))


class GroupQuerySet(PlacedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(under(seen_codes(user)))

    def for_list(self, on: dt.date) -> Self:
        """With number of members and leader, in a constant number of queries."""
        members = _rows("Membership").on(on)
        counted = members.filter(group=OuterRef("pk")).order_by().values("group")
        leaders = members.filter(role=GroupRole.LEADER).select_related("deputy")
        return (
            self.select_related("area")
            .annotate(member_count=_number(counted.annotate(n=Count("pk")).values("n")))
            .prefetch_related(
                Prefetch("memberships", leaders, to_attr="current_leaders")
            )
        )


class MembershipQuerySet(PeriodQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The members of the groups this person may know of."""
        return self.filter(under(seen_codes(user), prefix="group__"))

    def in_order(self) -> Self:
        """Leader first, then vice leaders, then the others by name."""
        rank = Case(
            When(role=GroupRole.LEADER, then=Value(0)),
            When(role=GroupRole.VICE, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by(rank, "deputy__name", "pk")


def _number(query: QuerySet) -> Any:
    """A count in a subquery: 0 where it finds no row."""
    return Coalesce(Subquery(query, output_field=IntegerField()), 0)


def story_of(deputy: Any) -> QuerySet:
    """The lines of the trail about a person and the person's seats, newest first."""
    seats = deputy.mandates.values("pk")
    own = Q(object_type="deputies.deputy", object_id=deputy.pk)
    found = own | Q(object_type="deputies.mandate", object_id__in=seats)
    return Event.objects.filter(found).order_by("-at", "-pk")


# --- what the apps above know of a deputy ---------------------------------------------


def stationings_of(deputy: Any, on: dt.date) -> QuerySet:
    """The stations the deputy belongs to on this day."""
    rows = deputy.stationings.on(on).select_related("station__area")
    return rows.order_by("station__code")


def stations_open_to(user: Any, deputy: Any) -> set[int]:
    """Keys of the deputy's stations whose pages this person may open."""
    rows = _rows("Station", "stations").visible_to(user)
    own = rows.filter(stationings__deputy=deputy)
    return set(own.values_list("pk", flat=True))


def duties_to_come(deputy: Any, on: dt.date) -> QuerySet:
    """Turns on reception days from this day on, nearest first."""
    days = _rows("ReceptionDay", "stations").coming(on).order_by()
    rows = deputy.duties.filter(day__in=days).select_related("day__station")
    return rows.order_by("day__date", "day__starts_at", "pk")


def matters_led(deputy: Any, user: Any) -> QuerySet:
    """Matters the deputy leads, of those that the user may know of, newest first."""
    rows = _rows("Proposal", "proposals").visible_to(user).filter(lead__deputy=deputy)
    return rows.select_related("unit").order_by("-created_at", "-pk")


def matters_heard(deputy: Any, user: Any) -> QuerySet:
    """Opinions out of visits the deputy heard, of those the user may know of."""
    visits = deputy.visits_heard.values("pk")
    rows = _rows("Proposal", "proposals").visible_to(user).filter(kind="opinion")
    heard = rows.model.visits.through._default_manager.filter(visit__in=visits)
    found = rows.filter(pk__in=heard.values("proposal"))
    return found.select_related("unit").order_by("-created_at", "-pk")


def awaiting_rating(deputy: Any, user: Any) -> QuerySet:
    """Matters the deputy leads that were answered, and not yet rated by the deputy."""
    ratings = _rows("Rating", "proposals").filter(
        proposal=OuterRef("pk"), round=OuterRef("round"), rater="deputy"
    )
    rows = matters_led(deputy, user).filter(status="replied")
    return rows.exclude(Exists(ratings)).order_by("replied_at", "pk")


@dataclass(frozen=True)
class YearFigures:
    """What the records of one year say of a deputy."""

    year: int
    reception_count: int  # reception days attended and held
    visit_count: int  # visits heard (批次)
    visitor_count: int  # visitors in them (人次)
    opinion_count: int  # opinions that came of visits heard
    suggestion_count: int  # suggestions led and handed in


def year_figures(deputy: Any, year: int) -> YearFigures:
    """Counted from the records themselves, by the day on which each happened."""
    duties = deputy.duties.filter(
        state="attended", day__status="held", day__date__year=year
    )
    visits = deputy.visits_heard.filter(visited_at__year=year, is_counted=True)
    heard = visits.aggregate(visits=Count("pk"), visitors=Sum("party_size"))
    matters = _rows("Proposal", "proposals")
    opinions = matters.filter(
        kind="opinion", is_counted=True, visits__in=visits.values("pk")
    )
    suggestions = matters.filter(
        kind="suggestion", lead__deputy=deputy, submitted_at__year=year
    )
    return YearFigures(
        year=year,
        reception_count=duties.count(),
        visit_count=heard["visits"],
        visitor_count=heard["visitors"] or 0,
        opinion_count=opinions.distinct().count(),
        suggestion_count=suggestions.count(),
    )
