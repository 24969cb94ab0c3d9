"""What the pages about units, rules, the calendar and imports ask for."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.timezone import localdate

from areas import permissions as may
from areas.choices import DayKind, ImportKind, Level, UnitKind
from areas.models import Area, Category, ImportJob, Unit
from areas.services import calendar, categories, import_jobs, policies, units
from common.forms import DateField, PickMany, RuleForm


def offices_of(user: Any) -> Any:
    """The counties (or cities) whose office this person is."""
    return Area.objects.filter(pk__in=user.area_codes("officer")).order_by("code")


class TicksByHeading(forms.CheckboxSelectMultiple):
    template_name = "areas/_ticks_by_heading.html"


class ByHeading(forms.models.ModelChoiceIterator):
    """Categories in groups: a heading itself, then its children."""

    def __iter__(self) -> Iterator[Any]:
        seen = self.queryset.select_related("parent")
        rows = sorted(seen, key=lambda row: ((row.parent or row).code, row.code))
        for heading, group in groupby(rows, key=lambda row: row.parent or row):
            # A heading sorts before its children only if its code does: look for it.
            within = sorted(
                group, key=lambda row: (row.parent_id is not None, row.code)
            )
            yield heading.name, [self.choice(row) for row in within]


class CategoriesField(PickMany):
    iterator = ByHeading
    widget = TicksByHeading

    def label_from_instance(self, obj: Any) -> str:
        return str(obj) if obj.parent_id else f"{obj}（整类）"


class UnitForm(RuleForm):
    """Enter a unit, or change one. The area of a unit never changes."""

    area = forms.ModelChoiceField(
        Area.objects.none(), label="所属地区", empty_label=None
    )
    kind = forms.ChoiceField(
        label="类型", choices=UnitKind.choices, initial=UnitKind.DEPARTMENT
    )
    name = forms.CharField(label="名称", max_length=100)
    short_name = forms.CharField(
        label="简称", required=False, max_length=50, help_text="列表里显示，如 水利局"
    )
    aliases = forms.CharField(
        label="别名",
        required=False,
        max_length=500,
        help_text="旧名和俗称，用顿号分开，如 水务局、河道局",
    )
    leader_name = forms.CharField(label="负责人", required=False, max_length=50)
    phone = forms.CharField(label="电话", required=False, max_length=30)
    categories = CategoriesField(
        Category.objects.none(), label="常办类别", required=False
    )

    def __init__(
        self, *args: Any, actor: Any, unit: Unit | None = None, **kwargs: Any
    ) -> None:
        if unit:
            names = [*UnitForm.base_fields, "is_active"]
            initial = {name: getattr(unit, name) for name in names}
            initial["categories"] = list(unit.categories.all())
            kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.unit = unit
        self._offer_categories()
        if unit:
            del self.fields["area"]
            self.fields["is_active"] = forms.BooleanField(
                label="在用",
                required=False,
                help_text="去掉勾选即停用，不再出现在交办名单里",
            )
        else:
            self.fields["area"].queryset = _own_places(actor)

    def _offer_categories(self) -> None:
        """Those in use and, for a unit, those it has."""
        wanted = Q(is_active=True)
        if self.unit:
            wanted |= Q(pk__in=[row.pk for row in self.unit.categories.all()])
        self.fields["categories"].queryset = Category.objects.filter(wanted)

    def do(self, actor: Any) -> None:
        told = self.cleaned_data.copy()
        if self.unit:
            units.edit_unit(self.unit, actor=actor, **told)
        else:
            self.unit = units.create_unit(told.pop("area"), actor=actor, **told)


def _own_places(actor: Any) -> Any:
    """The counties of an office and their towns, counties first."""
    found = Q(pk__in=())
    for code in actor.area_codes("officer"):
        found |= Q(code__startswith=code)
    rows = Area.objects.filter(found, level__in=(Level.COUNTY, Level.TOWN))
    return rows.order_by("level", "code")


class CategoryForm(RuleForm):
    """Enter a category, or change one. Code and place of a category never change."""

    parent = forms.ModelChoiceField(
        Category.objects.none(),
        label="一级类别",
        required=False,
        empty_label="（本身是一级类别）",
    )
    code = forms.CharField(
        label="编号", max_length=20, help_text="列表按它排，如 C13；以后不能改"
    )
    name = forms.CharField(label="名称", max_length=60)
    initials = forms.CharField(
        label="首字母",
        required=False,
        max_length=20,
        help_text="接待台按它找，如 slpl；不填就按名称生成",
    )
    keywords = forms.CharField(
        label="关键词",
        required=False,
        max_length=500,
        help_text="原话里出现这些词就提示这个类别，用顿号分开",
    )

    def __init__(
        self, *args: Any, category: Category | None = None, **kwargs: Any
    ) -> None:
        if category:
            names = ("name", "initials", "keywords", "is_active")
            kwargs["initial"] = {name: getattr(category, name) for name in names}
        super().__init__(*args, **kwargs)
        self.category = category
        if category:
            del self.fields["parent"], self.fields["code"]
            self.fields["is_active"] = forms.BooleanField(
                label="在用",
                required=False,
                help_text="去掉勾选即停用，已归入的事项不变",
            )
        else:
            headings = Category.objects.filter(parent=None).order_by("code")
            self.fields["parent"].queryset = headings

    def do(self, actor: Any) -> None:
        if self.category:
            categories.edit_category(self.category, actor=actor, **self.cleaned_data)
        else:
            categories.create_category(actor=actor, **self.cleaned_data)


class PolicyForm(RuleForm):
    """A new version of the rules of an area, from a day on."""

    effective_from = DateField(label="从哪天起施行", years=(2020, 2100))
    note = forms.CharField(
        label="依据",
        required=False,
        max_length=200,
        help_text="文件名或会议，会留在历史里",
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        now = policies.policy_at(area.pk, localdate())
        kwargs["initial"] = {name: getattr(now, name) for name in policies.RULES}
        kwargs["initial"]["effective_from"] = localdate()
        super().__init__(*args, **kwargs)
        self.area = area
        for name in policies.RULES:
            self.fields[name] = _rule_field(name)

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in policies.RULES]

    def do(self, actor: Any) -> None:
        policies.set_policy(self.area, actor=actor, **self.cleaned_data)


def _rule_field(name: str) -> forms.IntegerField:
    field = policies.FIELDS[name]
    is_count = name in {"max_redo", "pii_retention_months"}
    return forms.IntegerField(
        label=field.verbose_name,
        min_value=0 if name == "max_redo" else 1,
        max_value=600 if is_count else 366,
        help_text=field.help_text,
    )


class ImportForm(RuleForm):
    """Hand in a table of areas, units or categories."""

    kind = forms.ChoiceField(
        label="导入什么",
        choices=[c for c in ImportKind.choices if c[0] != ImportKind.LEDGER],
        initial=ImportKind.AREAS,
        widget=forms.RadioSelect,
    )
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="所属地区",
        required=False,
        empty_label="请选择",
        help_text="只有导入单位时要选",
    )
    file = forms.FileField(
        label="文件",
        max_length=255,
        allow_empty_file=False,
        help_text="CSV、CSV.gz 或 Excel，不超过 20 MB；UTF-8 或 GB18030 都认",
        widget=forms.FileInput({"accept": ".csv,.gz,.xlsx,.xls"}),
        error_messages={
            "empty": "文件是空的。",
            "max_length": "文件名太长，请改短后再上传。",
        },
    )

    job: ImportJob

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = may.import_scope(actor)
        places = Area.objects.filter(level=Level.COUNTY).order_by("code")
        if scope is not None:
            places = Area.objects.filter(pk__in=scope).order_by("code")
        else:
            # A whole country does not fit a list: the code is typed.
            self.fields["area"].widget = forms.TextInput({"inputmode": "numeric"})
            self.fields["area"].help_text = "只有导入单位时要填，如 420802"
            self.fields["area"].error_messages["invalid_choice"] = "没有这个地区代码。"
        self.fields["area"].queryset = places
        if len(places[:2] if scope is not None else ()) == 1:
            self.fields["area"].initial = places[0]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError("文件超过 20 MB，请拆分后再上传。")
        return file

    def do(self, actor: Any) -> None:
        self.job = import_jobs.request_import(actor=actor, **self.cleaned_data)


class DayForm(RuleForm):
    """Set what a day is, where the published table is missing or wrong."""

    WEEKDAY = "weekday"

    day = DateField(label="日期", years=(calendar.FIRST_YEAR, calendar.LAST_YEAR))
    kind = forms.ChoiceField(
        label="这一天",
        choices=[
            (DayKind.HOLIDAY, "放假"),
            (DayKind.WORKDAY, "调休上班"),
            (WEEKDAY, "按星期几"),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label="节日",
        required=False,
        max_length=50,
        help_text="如 春节，会写进期限的说明",
    )

    def do(self, actor: Any) -> None:
        told = self.cleaned_data
        if told["kind"] == self.WEEKDAY:
            calendar.clear_day(told["day"], actor=actor)
        else:
            calendar.set_day(actor=actor, **told)
