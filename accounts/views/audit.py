"""The audit trail as its administrator reads it; reading it is recorded too."""

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts import permissions as may
from accounts.filters import EventFilter
from audit.models import Event, EventQuerySet
from audit.services import record
from common.paging import KeysetPage
from common.pills import set_pills
from common.spreadsheets import csv_line

HEADER = (
    "编号",
    "时间",
    "操作人",
    "身份",
    "动作",
    "说法",
    "对象",
    "对象编号",
    "对象名称",
    "原状态",
    "现状态",
    "说明",
    "数据",
    "链序号",
    "校验值",
)
STATE_FIELDS = ("status", "state", "outcome")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the local code page


def _found(request: HttpRequest) -> EventFilter:
    if not may.read_audit(request.user):
        raise PermissionDenied
    return EventFilter(request.GET, Event.objects.visible_to(request.user))


def kind_of(object_type: str) -> str:
    """The Chinese word for a kind of record (accounts.user: 用户)."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def states_of(event: Event) -> str:
    """From which state to which, in the record's own words (待受理 → 待交办)."""
    if not event.now or event.was == event.now:
        return ""
    try:
        fields = apps.get_model(event.object_type)._meta.fields
    except (LookupError, ValueError):
        fields = ()
    words = {
        code: word
        for field in fields
        if field.name in STATE_FIELDS
        for code, word in field.flatchoices
    }
    steps = (words.get(code, code) for code in (event.was, event.now))
    return " → ".join(str(step) for step in steps).strip()


def _asked(found: EventFilter) -> dict[str, str]:
    """What was looked for, for the line that says somebody looked."""
    found.form.full_clean()
    given = found.form.cleaned_data.items()
    return {name: str(value) for name, value in given if value not in (None, "")}


@require_GET
@vary_on_headers("HX-Request")
def audit(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    page = KeysetPage.of(request, found.qs, ("-id",), 50)
    context = {
        "page": page,
        "lines": [
            (event, kind_of(event.object_type), states_of(event)) for event in page
        ],
        "filter": found,
        "active": set_pills(found, request.GET),
        "query": request.GET.urlencode(),
    }
    asked = _asked(found)
    record("read_audit", None, actor=request.user, label="查审计", data=asked)
    template = "accounts/_audit_table.html" if request.htmx else "accounts/audit.html"
    return render(request, template, context)


@require_GET
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    found = _found(request)
    asked = _asked(found)
    record("export_audit", None, actor=request.user, label="导出审计", data=asked)
    answer = StreamingHttpResponse(
        _lines(found.qs.order_by("id")), content_type="text/csv; charset=utf-8"
    )
    name = f"audit-{localdate():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(events: EventQuerySet) -> Iterator[str]:
    yield BYTE_ORDER_MARK + csv_line(HEADER)
    for event in events.iterator(chunk_size=2000):
        yield csv_line(
            (
                event.pk,
                localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
                event.actor_name,
                event.actor_role,
                event.verb,
                event.label,
                event.object_type,
                event.object_id,
                event.object_label,
                event.was,
                event.now,
                event.note,
                str(event.data or ""),
                event.position,
                event.chain_hash,
            )
        )
