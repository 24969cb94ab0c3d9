"""Pages by position (keyset): as quick on the thousandth page as on the first."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict

MOST_COUNTED = 10_000
PARAMETER = "cursor"


class Key:
    """One field of the order: its path, its direction, whether it may be empty.

    Empty values stand last, on both databases and in both directions.
    """

    def __init__(self, spelled: str, queryset: QuerySet) -> None:
        self.is_down = spelled.startswith("-")
        self.path = spelled.lstrip("-")
        self.may_be_null = _may_be_null(queryset, self.path)

    def order(self, *, backwards: bool) -> OrderBy:
        column = F(self.path)
        last = self.may_be_null or None
        if not backwards:
            return (
                column.desc(nulls_last=last)
                if self.is_down
                else column.asc(nulls_last=last)
            )
        return (
            column.asc(nulls_first=last)
            if self.is_down
            else column.desc(nulls_first=last)
        )

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Rows that stand behind the value (backwards: before it); None: no rows."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        sign = "lt" if self.is_down != backwards else "gt"
        found = Q(**{f"{self.path}__{sign}": value})
        if self.may_be_null and not backwards:
            found |= Q(**{f"{self.path}__isnull": True})
        return found

    def same(self, value: Any) -> Q:
        if value is None:
            return Q(**{f"{self.path}__isnull": True})
        return Q(**{self.path: value})

    def value_of(self, row: Any) -> Any:
        for name in self.path.split("__"):
            row = getattr(row, name)
        return row


def _may_be_null(queryset: QuerySet, path: str) -> bool:
    """Whether any step of the path may be empty; annotations count as never empty."""
    model = queryset.model
    for name in path.split("__"):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        if getattr(field, "null", False):
            return True
        model = field.related_model
    return False


class KeysetPage:
    """One page of a queryset ordered by `fields`, the last of them unique.

    `cursor` comes from an earlier page's address; a wrong or old one is the first page.
    `params` are the other parameters of the address, kept in `next_url` and `prev_url`.
    Costs one query for the rows, and one more (capped) when the count is shown.
    """

    def __init__(
        self,
        queryset: QuerySet,
        fields: Sequence[str] = ("-created_at", "-id"),
        cursor: str = "",
        size: int = 20,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        self.keys = [Key(field, queryset) for field in fields]
        self.signer = Signer(salt="keyset:" + ",".join(fields))
        self.queryset, self.size, self.params = queryset, size, params
        place = self._read(cursor)
        self.rows, self._before, self._after = self._found(place)
        if place and not self.rows:
            self.rows, self._before, self._after = self._found(None)

    @classmethod
    def of(
        cls,
        request: HttpRequest,
        queryset: QuerySet,
        fields: Sequence[str] = ("-created_at", "-id"),
        size: int = 20,
    ) -> "KeysetPage":
        """The page a request asks for."""
        cursor = request.GET.get(PARAMETER, "")
        return cls(queryset, fields, cursor, size, request.GET)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def next_url(self) -> str:
        return self._url("after", self.rows[-1]) if self._after else ""

    @property
    def prev_url(self) -> str:
        return self._url("before", self.rows[0]) if self._before else ""

    @cached_property
    def count(self) -> int:
        """How many rows in all, counted no further than one over MOST_COUNTED."""
        return self.queryset.order_by()[: MOST_COUNTED + 1].count()

    @property
    def count_label(self) -> str:
        if self.count > MOST_COUNTED:
            return f"超过 {MOST_COUNTED:,} 条"
        return f"共 {self.count:,} 条"

    def _found(
        self, place: tuple[str, list[Any]] | None
    ) -> tuple[list[Any], bool, bool]:
        """The rows at a place, whether there are rows before them, and behind them."""
        backwards = place is not None and place[0] == "before"
        rows = self.queryset.order_by(
            *(k.order(backwards=backwards) for k in self.keys)
        )
        if place:
            rows = rows.filter(self._beyond(place[1], backwards=backwards))
        found = list(rows[: self.size + 1])
        more = len(found) > self.size
        found = found[: self.size]
        if backwards:
            return found[::-1], more, True
        return found, bool(place), more

    def _beyond(self, values: list[Any], *, backwards: bool) -> Q:
        """(a, b, c) beyond (x, y, z), written so that an index on (a, b, c) serves."""
        found = Q(pk__in=())
        ties = Q()
        for key, value in zip(self.keys, values, strict=True):
            beyond = key.beyond(value, backwards=backwards)
            if beyond is not None:
                found |= ties & beyond
            ties &= key.same(value)
        first, value = self.keys[0], values[0]
        if value is not None and not first.may_be_null:
            # Implied by the rest, but a plain bound that a database can seek to.
            sign = "lte" if first.is_down != backwards else "gte"
            found &= Q(**{f"{first.path}__{sign}": value})
        return found

    def _url(self, way: str, row: Any) -> str:
        values = [_plain(key.value_of(row)) for key in self.keys]
        query = QueryDict(mutable=True)
        if isinstance(self.params, QueryDict):
            query = self.params.copy()
        elif self.params:
            query.update(self.params)
        query[PARAMETER] = self.signer.sign_object([way, values], compress=False)
        return "?" + query.urlencode()

    def _read(self, cursor: str) -> tuple[str, list[Any]] | None:
        """The place a cursor names. Signed by us for this order, or it is none."""
        if not cursor:
            return None
        try:
            way, values = self.signer.unsign_object(cursor)
        except (BadSignature, ValueError, TypeError):
            return None
        return way, values


def _plain(value: Any) -> Any:
    """As JSON holds it; dates and moments as text that the fields read back."""
    if value is None or isinstance(value, int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
