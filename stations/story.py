"""What happened to a station: its own lines of the trail and those of its staff."""

from django.db.models import Q

from audit.models import Event, EventQuerySet
from stations.choices import StationKind, StationStatus
from stations.models import Station

STAFF_VERBS = ("grant", "end_grant")


def story_of(station: Station) -> EventQuerySet:
    """Facts, deputies, stars, closing; and who was made head or liaison officer."""
    grants = list(station.grants.values_list("pk", "user_id"))
    of_staff = Q(
        object_type="accounts.user",
        object_id__in={user for _, user in grants},
        verb__in=STAFF_VERBS,
        data__grant__in=[grant for grant, _ in grants],
    )
    return Event.objects.filter(
        Q(object_type=station._meta.label_lower, object_id=station.pk) | of_staff
    )


def told(event: Event) -> list[str]:
    """What an edit changed, a line a fact: 电话：旧 → 新."""
    changes = event.data.get("changes")
    if not isinstance(changes, dict):
        return []
    return [
        f"{_label(name)}：{_said(was)} → {_said(now)}"
        for name, (was, now) in changes.items()
    ]


def _label(name: str) -> str:
    return str(Station._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    words = dict(StationKind.choices) | dict(StationStatus.choices)
    return str(words.get(str(value), value)) if value not in (None, "") else "空"
