"""Pages about deputy groups: the list, one group, its members and their roles."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from audit.services import history_of
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills
from common.search import folded
from deputies import permissions as may
from deputies.choices import GroupRole
from deputies.filters import GroupFilter
from deputies.forms.groups import (
    GroupForm,
    JoinForm,
    LeaveForm,
    MembersForm,
    RoleForm,
)
from deputies.models import Deputy, Group, Membership
from deputies.querysets import DeputyQuerySet
from deputies.views.people import seen_deputy


def _group(request: HttpRequest, pk: int) -> Group:
    seen = Group.objects.visible_to(request.user).select_related("area")
    return get_object_or_404(seen, pk=pk)


def _own_group(request: HttpRequest, pk: int) -> Group:
    """The group, to change it."""
    group = _group(request, pk)
    if not may.may_edit_group(request.user, group):
        raise PermissionDenied
    return group


def _member(request: HttpRequest, pk: int) -> Membership:
    seen = Membership.objects.visible_to(request.user).filter(ends_on=None)
    member = get_object_or_404(seen.select_related("group", "deputy"), pk=pk)
    if not may.may_edit_group(request.user, member.group):
        raise PermissionDenied
    return member


@require_GET
@vary_on_headers("HX-Request")
def group_list(request: HttpRequest) -> HttpResponse:
    if not may.may_see_deputies(request.user):
        raise PermissionDenied
    asked = request.GET.copy()
    asked.setdefault("is_active", "true")
    seen = Group.objects.visible_to(request.user)
    found = GroupFilter(asked, seen, request=request)
    page = KeysetPage.of(request, found.qs.for_list(localdate()), ("name", "id"), 50)
    context = {
        "filter": found,
        "page": page,
        "pills": choice_pills(found, "kind", request.GET),
        "active": set_pills(found, request.GET, but=("kind", "is_active")),
        "may_keep": may.may_keep(request.user),
        "may_oversee": may.may_oversee(request.user),
    }
    template = "deputies/_groups.html" if request.htmx else "deputies/groups.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_GET
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    group, today = _group(request, pk), localdate()
    now = group.memberships.on(today).in_order().select_related("deputy__area")
    former = group.memberships.filter(ends_on__lte=today).select_related("deputy")
    members = _with_states(list(now), today)
    context = {
        "group": group,
        "members": members,
        "has_leader": any(m.role == GroupRole.LEADER for m in members),
        "former": former.order_by("-ends_on", "-pk")[:20],
        "history": history_of(group).reverse()[:8],
        "may_edit": may.may_edit_group(request.user, group),
    }
    return render(request, "deputies/group_detail.html", context)


def _with_states(members: list[Membership], today: Any) -> list[Membership]:
    """Each member's deputy with levels and state of seat, in a few queries for all."""
    deputies = Deputy.objects.filter(pk__in=[m.deputy_id for m in members])
    full = {deputy.pk: deputy for deputy in deputies.for_list(today)}
    for member in members:
        member.deputy = full[member.deputy_id]
    return members


@require_http_methods(["GET", "POST"])
def group_create(request: HttpRequest) -> HttpResponse:
    if not may.may_keep(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = GroupForm(data, actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"已建立{form.group}。")
        return redirect(form.group)
    status = 422 if form.is_bound else 200
    return render(request, "deputies/group_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    group = _own_group(request, pk)
    data = request.POST if request.method == "POST" else None
    form = GroupForm(data, actor=request.user, group=group)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已保存。")
        return redirect(group)
    status = 422 if form.is_bound else 200
    context = {"form": form, "group": group}
    return render(request, "deputies/group_form.html", context, status=status)


def _candidates(request: HttpRequest, group: Group, name: str) -> DeputyQuerySet:
    """Deputies in office who may join: those in no group first, then by name."""
    today = localdate()
    seen = Deputy.objects.visible_to(request.user).under(group.area_id).active(today)
    inside = group.memberships.filter(ends_on=None).values("deputy")
    found = seen.exclude(pk__in=inside).for_list(today)
    found = found.named(folded(name)) if name else found
    return found.loose_first(today)


@require_http_methods(["GET", "POST"])
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    group = _own_group(request, pk)
    name = request.GET.get("q", "").strip()[:50]
    data = request.POST if request.method == "POST" else None
    form = MembersForm(data, group=group, found=_candidates(request, group, name))
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已保存。")
        return redirect(group)
    status = 422 if form.is_bound else 200
    context = {"form": form, "group": group, "name": name}
    return render(request, "deputies/member_add.html", context, status=status)


@require_http_methods(["GET", "POST"])
def deputy_join(request: HttpRequest, pk: int) -> HttpResponse:
    deputy = seen_deputy(request, pk)
    if not may.may_group(request.user, deputy):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = JoinForm(data, deputy=deputy, actor=request.user)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, f"已把{deputy}编入小组。")
        return redirect(deputy)
    status = 422 if form.is_bound else 200
    context = {"form": form, "deputy": deputy}
    return render(request, "deputies/join.html", context, status=status)


@require_http_methods(["GET", "POST"])
def member_role(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    data = request.POST if request.method == "POST" else None
    wanted = request.GET.get("role", member.role)
    form = RoleForm(data, member=member, initial={"role": wanted})
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已保存。")
        return redirect(member.group)
    status = 422 if form.is_bound else 200
    context = {"form": form, "member": member}
    return render(request, "deputies/member_role.html", context, status=status)


@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    data = request.POST if request.method == "POST" else None
    form = LeaveForm(data, member=member)
    if form.is_valid() and form.carry_out(actor=request.user):
        messages.success(request, "已保存。")
        return redirect(member.group)
    status = 422 if form.is_bound else 200
    context = {"form": form, "member": member}
    return render(request, "deputies/member_end.html", context, status=status)
