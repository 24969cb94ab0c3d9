"""What was once said about the columns of a roster, kept by its header and area."""

from collections.abc import Callable, Mapping

from areas.models import Area
from deputies.models import ColumnMemory
from deputies.roster.fields import Field
from deputies.roster.header import Header

Mapped = Mapping[int, Field | None]


def remembered_columns(area: Area) -> Callable[[Header], Mapped]:
    """Look-up of the mapping for a header; the county's holds for its townships.

    The rows are read once, at the first header.
    """
    memory: dict[str, dict[int, Field | None]] | None = None

    def recall(header: Header) -> Mapped:
        nonlocal memory
        if memory is None:
            codes = {area.pk[:6], area.pk}
            rows = ColumnMemory.objects.filter(area__in=codes).order_by("area_id")
            memory = {row.signature: _read(row.mapping) for row in rows}
        return memory.get(header.signature, {})

    return recall


def remember_columns(area: Area, header: Header, mapping: Mapped) -> None:
    """Keep what a person said about a header; nothing said forgets nothing."""
    if not mapping:
        return
    known, _ = ColumnMemory.objects.get_or_create(area=area, signature=header.signature)
    known.mapping = {**known.mapping, **_written(mapping)}
    known.save(update_fields=["mapping", "updated_at"])


def _written(mapping: Mapped) -> dict[str, str]:
    return {
        str(index): field.value if field else "" for index, field in mapping.items()
    }


def _read(mapping: dict[str, str]) -> dict[int, Field | None]:
    """Without what a later version no longer knows."""
    known = {field.value for field in Field}
    return {
        int(index): Field(value) if value else None
        for index, value in mapping.items()
        if not value or value in known
    }
