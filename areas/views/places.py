"""Pages about the area tree, its units and the categories."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from areas import permissions as may
from areas.filters import AreaFilter, UnitFilter
from areas.forms import CategoryForm, UnitForm, offices_of
from areas.models import Area, Category, Unit
from areas.querysets import READERS, AreaQuerySet
from audit.services import history_of
from common.paging import KeysetPage
from common.pills import choice_pills, set_pills


def _seen(request: HttpRequest) -> AreaQuerySet:
    if not may.may_read(request.user):
        raise PermissionDenied
    return Area.objects.visible_to(request.user)


def _roots(request: HttpRequest, seen: AreaQuerySet) -> QuerySet[Area]:
    """The highest areas a person sees: those of their roles, or the provinces."""
    if may.import_scope(request.user) is None:
        return seen.filter(parent=None)
    return seen.filter(pk__in=request.user.area_codes(*READERS))


@require_GET
@vary_on_headers("HX-Request")
def area_list(request: HttpRequest) -> HttpResponse:
    seen = _seen(request)
    roots = _roots(request, seen)
    if len(only := list(roots[:2])) == 1:  # most people's one county or town
        return _area_page(request, seen, seen.below(only[0].pk), only[0])
    return _area_page(request, seen, roots, None)


@require_GET
@vary_on_headers("HX-Request")
def area_detail(request: HttpRequest, code: str) -> HttpResponse:
    seen = _seen(request)
    area = get_object_or_404(seen, pk=code)
    return _area_page(request, seen, seen.below(area.pk), area)


def _area_page(
    request: HttpRequest, seen: AreaQuerySet, shown: QuerySet[Area], area: Area | None
) -> HttpResponse:
    """One level of the tree; a search looks through everything below."""
    if request.GET.get("q"):
        shown = seen.under(area.pk) if area else seen
    found = AreaFilter(request.GET, shown)
    page = KeysetPage.of(request, found.qs.for_list(), ("code",), 100)
    context = {
        "area": area,
        "above": _above(seen, area),
        "has_roots": area is not None and len(_roots(request, seen)[:2]) > 1,
        "page": page,
        "filter": found,
        "active": set_pills(found, request.GET),
        "may_import": may.may_import(request.user),
    }
    template = "areas/_area_table.html" if request.htmx else "areas/area_list.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


def _above(seen: AreaQuerySet, area: Area | None) -> list[Area]:
    """The areas over it that one may see, highest first."""
    if area is None:
        return []
    codes = [area.pk[:n] for n in (2, 4, 6, 9, 12) if n < len(area.pk)]
    return list(seen.filter(pk__in=codes).order_by("code"))


def _units(request: HttpRequest) -> QuerySet[Unit]:
    if not may.may_read(request.user):
        raise PermissionDenied
    return Unit.objects.visible_to(request.user)


@require_GET
@vary_on_headers("HX-Request")
def unit_list(request: HttpRequest) -> HttpResponse:
    found = UnitFilter(request.GET, _units(request))
    page = KeysetPage.of(request, found.qs.for_list(), ("name", "id"), 50)
    context = {
        "page": page,
        "filter": found,
        "pills": choice_pills(found, "kind", request.GET),
        "active": set_pills(found, request.GET, but=("kind",)),
        "may_edit": bool(request.user.area_codes("officer")),
        "may_import": may.may_import(request.user),
    }
    template = "areas/_unit_table.html" if request.htmx else "areas/unit_list.html"
    status = 422 if found.form.errors else 200
    return render(request, template, context, status=status)


@require_http_methods(["GET", "POST"])
def unit_create(request: HttpRequest) -> HttpResponse:
    if not offices_of(request.user).exists():
        raise PermissionDenied
    form = UnitForm(request.POST or None, actor=request.user)
    return _unit_form(request, form, {})


@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    seen = _units(request).select_related("area").prefetch_related("categories")
    unit = get_object_or_404(seen, pk=pk)
    if not may.is_office_of(request.user, unit.area_id):
        raise PermissionDenied
    form = UnitForm(request.POST or None, actor=request.user, unit=unit)
    name, area = unit.name, unit.area
    told = {"unit_name": name, "unit_area": area, "story": history_of(unit)}
    return _unit_form(request, form, told)


def _unit_form(
    request: HttpRequest, form: UnitForm, told: dict[str, Any]
) -> HttpResponse:
    if form.is_bound and form.is_valid() and form.carry_out(actor=request.user):
        return redirect("areas:unit_list")
    status = 422 if form.is_bound else 200
    return render(
        request, "areas/unit_form.html", {"form": form, **told}, status=status
    )


@require_GET
def category_list(request: HttpRequest) -> HttpResponse:
    if not may.may_read(request.user):
        raise PermissionDenied
    query = request.GET.get("q", "").strip()[:50]
    seen = Category.objects.visible_to(request.user).headings()
    if query:
        fits = Q(name__icontains=query) | Q(keywords__icontains=query)
        fits |= Q(initials__startswith=query.lower())
        own = Category.objects.filter(fits)
        seen = seen.filter(Q(pk__in=own) | Q(children__in=own)).distinct()
    context = {
        "headings": seen,
        "query": query,
        "may_edit": may.may_import(request.user),
    }
    return render(request, "areas/category_list.html", context)


@require_http_methods(["GET", "POST"])
def category_create(request: HttpRequest) -> HttpResponse:
    if not may.may_import(request.user):
        raise PermissionDenied
    first = {"parent": request.GET.get("parent", "")}
    form = CategoryForm(request.POST or None, initial=first)
    return _category_form(request, form)


@require_http_methods(["GET", "POST"])
def category_edit(request: HttpRequest, pk: int) -> HttpResponse:
    if not may.may_import(request.user):
        raise PermissionDenied
    category = get_object_or_404(Category.objects.visible_to(request.user), pk=pk)
    form = CategoryForm(request.POST or None, category=category)
    return _category_form(request, form, category.name)


def _category_form(
    request: HttpRequest, form: CategoryForm, name: str = ""
) -> HttpResponse:
    if form.is_bound and form.is_valid() and form.carry_out(actor=request.user):
        return redirect("areas:category_list")
    status = 422 if form.is_bound else 200
    context = {"form": form, "name": name}
    return render(request, "areas/category_form.html", context, status=status)
