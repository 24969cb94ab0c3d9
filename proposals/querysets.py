"""Reading matters: who may know of them, what is late, what a list shows."""

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.choices import Role
from areas.querysets import PlacedQuerySet, under
from proposals.choices import CommitmentState, HandlingStatus, Status
from stations.choices import StationStatus

SEEING_ROLES = (Role.OFFICER, Role.LEADER, Role.COORDINATOR, Role.CLIENT)

# Before they are handed in, only their author knows of them.
UNSEEN = (Status.DRAFT, Status.COSIGNING)


def seen_proposals(user: Any) -> Q:
    """The one answer to “may this person know of this matter?”, as a condition."""
    # Kept to one equality for those who oversee an area, so that its index serves.
    overseen = under(user.area_codes(*SEEING_ROLES, Role.TOWNSHIP))
    station = Q(station_id__in=user.station_ids())
    seen = ~Q(status__in=UNSEEN) & (overseen | station)
    if units := user.unit_ids():
        seen |= Q(pk__in=_handled_by(units))
    if user.deputy_id:
        heard = Q(visits__heard_by=user.deputy_id)
        seen |= Q(lead__deputy=user.deputy_id) | Q(pk__in=_ids_where(heard))
    return seen


def seen_photos(user: Any) -> Q:
    """Matters whose visitors' photos this person may see: those who work on them.

    Narrower than knowing of the matter: neither other systems' accounts nor units
    whose objection was upheld.
    """
    overseeing = (Role.OFFICER, Role.LEADER, Role.COORDINATOR, Role.TOWNSHIP)
    seen = under(user.area_codes(*overseeing)) | Q(station_id__in=user.station_ids())
    if units := user.unit_ids():
        handling = _handled_by(units).exclude(status=HandlingStatus.UPHELD)
        seen |= Q(pk__in=handling)
    if user.deputy_id:
        heard = Q(visits__heard_by=user.deputy_id)
        seen |= Q(lead__deputy=user.deputy_id) | Q(pk__in=_ids_where(heard))
    return seen


def _handled_by(units: list[int]) -> QuerySet:
    handling = _model("Handling")._default_manager.filter(unit__in=units)
    return handling.values("proposal")


def _ids_where(condition: Q) -> QuerySet:
    return _model("Proposal")._default_manager.filter(condition).values("pk")


def _model(name: str) -> Any:
    return apps.get_model("proposals", name)


class ProposalQuerySet(PlacedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The one answer to “may this person know of this matter?”"""
        return self.filter(seen_proposals(user))

    def search(self, words: str) -> Self:
        """Matters with all these words in number, title, text, reply or people."""
        found = self
        for word in words.split():
            short = len(word) < 2
            found = found.filter(
                Q(title__istartswith=word) if short else Q(bigrams__has=word)
            )
        return found

    def open(self) -> Self:
        """Those on which somebody still has to act."""
        return self.filter(
            status__in=(
                Status.SUBMITTED,
                Status.ACCEPTED,
                Status.HANDLING,
                Status.REPLIED,
                Status.ESCALATED,
            )
        )

    def overdue(self, on: dt.date) -> Self:
        """Open ones whose next date has passed."""
        return self.open().filter(next_due_on__lt=on)

    def due_soon(self, on: dt.date, days: int) -> Self:
        """Open ones whose next date lies within so many days from this day."""
        return self.open().filter(
            next_due_on__gte=on, next_due_on__lte=on + dt.timedelta(days=days)
        )

    def for_list(self) -> Self:
        """With all that one line of a list shows: no query per row."""
        return self.select_related(
            "category", "station", "unit", "lead__deputy", "result", "area"
        ).defer("text", "request", "bigrams")

    def with_slip(self, on: dt.date) -> Self:
        """Annotated `has_slip`: a promise of it is past its day and not kept."""
        slipped = _model("Commitment")._default_manager.broken(on)
        return self.annotate(has_slip=Exists(slipped.filter(proposal=OuterRef("pk"))))

    def public(self) -> Self:
        """Matters that may be shown to anybody (never with people's names)."""
        return self.filter(
            is_public=True,
            status=Status.CLOSED,
            station__is_public=True,
            station__status=StationStatus.ACTIVE,
        )


class HandlingQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """A unit's own parts, and all parts of the matters one oversees."""
        proposals = _model("Proposal")._default_manager.visible_to(user)
        return self.filter(proposal__in=proposals.values("pk"))

    def of_units(self, unit_ids: list[int]) -> Self:
        return self.filter(unit__in=unit_ids)


class DeadlineQuerySet(QuerySet):
    def open(self) -> Self:
        """Still binding: neither met nor dropped."""
        return self.filter(met_at=None, dropped_at=None)

    def past(self, on: dt.date) -> Self:
        return self.open().filter(due_on__lt=on)


class CommitmentQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the matters one may know of; of receptions: station, office, deputies on
        duty, and the unit that promised."""
        proposals = _model("Proposal")._default_manager.visible_to(user)
        seen = Q(proposal__in=proposals.values("pk"))
        areas = user.area_codes(*SEEING_ROLES, Role.TOWNSHIP)
        here = under(areas, prefix="day__station__")
        here |= Q(day__station__in=user.station_ids())
        if units := user.unit_ids():
            here |= Q(unit__in=units)
        if user.deputy_id:
            duties = apps.get_model("stations", "Duty")._default_manager
            here |= Q(day__in=duties.filter(deputy=user.deputy_id).values("day"))
        return self.filter(seen | (Q(day__isnull=False) & here))

    def for_list(self) -> Self:
        """With all that one line shows: no query per row."""
        return self.select_related("unit", "proposal__lead__deputy", "day__station")

    def broken(self, on: dt.date) -> Self:
        """Past their day and not kept."""
        return self.filter(state=CommitmentState.OPEN, due_on__lt=on)


class AttachmentQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Files of the matters one may know of; voters' photos by seen_photos()."""
        matters = _model("Proposal")._default_manager.visible_to(user)
        known = self.filter(proposal__in=matters.values("pk"))
        return known.filter(
            Q(visit=None) | Q(proposal__in=_ids_where(seen_photos(user)))
        )


class LedgerImportQuerySet(QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the stations one runs or watches."""
        roles = (Role.OFFICER, Role.TOWNSHIP, Role.LEADER)
        seen = under(user.area_codes(*roles), prefix="station__")
        return self.filter(seen | Q(station__in=user.station_ids()))
