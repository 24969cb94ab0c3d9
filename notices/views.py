"""A person's inbox."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from common.paging import KeysetPage
from notices import services
from notices.models import Notice


def _notice(request: HttpRequest, pk: int) -> Notice:
    return get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)


@require_GET
@vary_on_headers("HX-Request")
def inbox(request: HttpRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.user)
    only_unread = request.GET.get("unread") == "1"
    unread_count = rows.unread().count()
    if only_unread:
        rows = rows.unread()
    page = KeysetPage.of(request, rows, ("-sent_at", "-id"), size=30)
    pills = [
        {"label": "全部", "url": "?", "on": not only_unread},
        {"label": f"未读 {unread_count}", "url": "?unread=1", "on": only_unread},
    ]
    template = "notices/_list.html" if request.htmx else "notices/inbox.html"
    context = {"page": page, "pills": pills, "only_unread": only_unread}
    return render(request, template, context | {"unread_count": unread_count})


@require_GET
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes to what the notice is about; who follows the link has read it."""
    notice = _notice(request, pk)
    services.mark_read(notice, actor=request.user)
    is_ours = notice.url.startswith("/") and url_has_allowed_host_and_scheme(
        notice.url, {request.get_host()}
    )
    return redirect(notice.url if is_ours else "notices:inbox")


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    services.mark_read(_notice(request, pk), actor=request.user)
    return redirect("notices:inbox")


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(request.user)
    messages.success(request, f"{count} 条标为已读。")
    return redirect("notices:inbox")
