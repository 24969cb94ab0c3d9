"""What is missing: deputies without a station, villages unserved, empty stations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.choices import Role
from accounts.models import Grant
from areas.choices import Level
from areas.models import Area
from areas.querysets import under
from deputies.models import Deputy, Membership
from stations.choices import StationKind, StationStatus
from stations.models import Station, Stationing
from stations.permissions import OVERSEEING

LOOKING = (*OVERSEEING, Role.LEADER)
# Kinds without a place of their own need no point on the map.
NOWHERE = (StationKind.ONLINE, StationKind.MOBILE)


@dataclass(frozen=True)
class Gap:
    """One kind of gap: its key, its words, and the rows it is looked for among."""

    key: str
    label: str
    base: str
    among: Callable[[Any, str], QuerySet]
    missing: Any  # a condition on the rows
    order: tuple[str, ...]

    def all_rows(self, user: Any, town: str = "") -> QuerySet:
        """Everything that should be covered, of one town or of all."""
        return self.among(user, town)

    def rows(self, user: Any, town: str = "") -> QuerySet:
        """What is not covered, ordered for pages."""
        return self.among(user, town).filter(self.missing).order_by(*self.order)


def _codes(user: Any, town: str) -> list[str]:
    """The areas asked about: those one looks after, or one town of them."""
    own = sorted(set(user.area_codes(*LOOKING)))
    if not town:
        return own
    return [town] if any(town.startswith(code) for code in own) else []


def _villages(user: Any, town: str) -> QuerySet:
    found = Q(pk__in=())
    for code in _codes(user, town):
        found |= Q(code__startswith=code)
    return Area.objects.filter(found, level=Level.VILLAGE).select_related("parent")


def _deputies(user: Any, town: str) -> QuerySet:
    seen = Deputy.objects.visible_to(user).active(localdate())
    return seen.filter(under(_codes(user, town))).select_related("area")


def _stations(user: Any, town: str) -> QuerySet:
    seen = Station.objects.visible_to(user).exclude(status=StationStatus.CLOSED)
    return seen.filter(under(_codes(user, town))).select_related("area", "host")


def _open_stations(**found: Any) -> QuerySet:
    return Station.objects.exclude(status=StationStatus.CLOSED).filter(**found)


def gaps() -> dict[str, Gap]:
    """All gaps by key, as they stand today."""
    today = localdate()
    held = Stationing.objects.on(today).exclude(station__status=StationStatus.CLOSED)
    grants = Grant.objects.on(today).filter(role=Role.STATION, user__is_active=True)
    served = Station.serves.through.objects.filter(area=OuterRef("pk"))
    served = served.exclude(station__status=StationStatus.CLOSED)
    own = _open_stations(area=OuterRef("pk"))
    point = Q(longitude=None) | Q(latitude=None)
    host_point = Q(host__longitude=None) | Q(host__latitude=None)
    plain = ("town_code", "name", "pk")
    found = (
        Gap(
            "village",
            "没有站服务的村社区",
            "村社区",
            _villages,
            ~Exists(own) & ~Exists(served),
            ("code",),
        ),
        Gap(
            "stationing",
            "没有驻站的代表",
            "在任代表",
            _deputies,
            ~Exists(held.filter(deputy=OuterRef("pk"))),
            plain,
        ),
        Gap(
            "group",
            "没有编组的代表",
            "在任代表",
            _deputies,
            ~Exists(Membership.objects.on(today).filter(deputy=OuterRef("pk"))),
            plain,
        ),
        Gap(
            "head",
            "没有站长的站",
            "联络站",
            _stations,
            ~Exists(grants.filter(station=OuterRef("pk"), is_head=True)),
            plain,
        ),
        Gap(
            "empty",
            "没有驻站代表的站",
            "联络站",
            _stations,
            ~Exists(held.filter(station=OuterRef("pk"))),
            plain,
        ),
        Gap(
            "point",
            "没有位置的站",
            "联络站",
            _stations,
            point & host_point & ~Q(kind__in=NOWHERE),
            plain,
        ),
        Gap(
            "phone",
            "没有电话的站",
            "联络站",
            _stations,
            Q(phone="") & (Q(host=None) | Q(host__phone="")),
            plain,
        ),
    )
    return {gap.key: gap for gap in found}


def overview(user: Any, town: str = "") -> list[dict[str, Any]]:
    """One line a gap: how many are missing of how many. Ten queries at most."""
    bases: dict[str, int] = {}
    lines = []
    for gap in gaps().values():
        if gap.base not in bases:
            bases[gap.base] = gap.all_rows(user, town).count()
        base, count = bases[gap.base], gap.rows(user, town).count()
        share = (base - count) / base if base else None
        lines.append({"gap": gap, "count": count, "base": base, "share": share})
    return lines
