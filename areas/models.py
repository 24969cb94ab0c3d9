"""Places, congresses, handling units, categories, policies and the working calendar."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from areas.choices import (
    CODE_LENGTHS,
    CongressLevel,
    DayKind,
    ImportKind,
    ImportState,
    Level,
    UnitKind,
)
from areas.querysets import (
    AreaQuerySet,
    CategoryQuerySet,
    ImportJobQuerySet,
    OutlineQuerySet,
    PlacedQuerySet,
    PolicyQuerySet,
    UnitQuerySet,
)


class Area(models.Model):
    """A node of the administrative tree, known by its trimmed code (42, 4208…)."""

    code = models.CharField("代码", max_length=15, primary_key=True)
    name = models.CharField("名称", max_length=100)
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        db_column="parent_code",
        verbose_name="上级",
    )
    full_name = models.CharField("全称", max_length=300)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "地区"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def county_id(self) -> str:
        """Code of the county it lies in, or its own code above county level.

        For a town right under a city (441900003) it is the city: there is no 441900.
        """
        return self.code[:4] if self.code[4:6] == "00" else self.code[:6]

    @staticmethod
    def level_of(code: str) -> int:
        """Level by the code's length; raises KeyError for other lengths."""
        return CODE_LENGTHS[len(code)]


def _level_code(length: int) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Left(F("area"), length),
        output_field=models.CharField(max_length=length),
        db_persist=True,
    )


class Placed(models.Model):
    """A record that lies in an area, with a column a level derived by the database.

    "Everything under an area" is then one equality on one column (areas.querysets.
    under), flat at ten million rows where prefix ranges have holes. A record of the
    county itself has the county's code in `town_code` too, which groups it apart.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, db_column="area_code", verbose_name="地区"
    )
    province_code = _level_code(2)
    city_code = _level_code(4)
    county_code = _level_code(6)
    town_code = _level_code(9)

    objects: Any = PlacedQuerySet.as_manager()

    class Meta:
        abstract = True


class Congress(models.Model):
    """The people's congress of an area. Streets have none."""

    area = models.OneToOneField(
        Area, models.PROTECT, null=True, blank=True, verbose_name="地区"
    )
    level = models.PositiveSmallIntegerField(
        "层级", choices=CongressLevel, db_index=True
    )
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = "人民代表大会"
        constraints = (
            models.UniqueConstraint(
                name="congress_one_national", fields=("level",), condition=Q(area=None)
            ),
        )

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """One term (届) of a congress; its end is set by hand, never computed."""

    congress = models.ForeignKey(Congress, models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField("届", validators=[MinValueValidator(1)])
    starts_on = models.DateField("开始", null=True, blank=True)
    ends_on = models.DateField("结束", null=True, blank=True)

    class Meta:
        verbose_name = "届"
        constraints = (
            models.UniqueConstraint(
                name="term_number_in_congress", fields=("congress", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.congress} 第{self.number}届"


class Session(models.Model):
    """One session (次) of a term."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField("次")
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束")

    class Meta:
        verbose_name = "会议"
        constraints = (
            models.UniqueConstraint(
                name="session_number_in_term", fields=("term", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.term}第{self.number}次会议"


class Category(models.Model):
    """What a matter is about, in two levels; children carry the reports' headings."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.CharField("编号", max_length=20)
    name = models.CharField("名称", max_length=60)
    initials = models.CharField("首字母", max_length=20, blank=True)
    keywords = models.CharField("关键词", max_length=500, blank=True)
    is_active = models.BooleanField("启用", default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = "类别"
        verbose_name_plural = "类别"
        ordering = ("code",)
        constraints = (models.UniqueConstraint(name="category_code", fields=("code",)),)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A handling unit (承办单位) of an area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="units")
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=50, blank=True)
    aliases = models.CharField("别名", max_length=500, blank=True)
    kind = models.CharField(
        "类型", max_length=20, choices=UnitKind, default=UnitKind.DEPARTMENT
    )
    leader_name = models.CharField("负责人", max_length=50, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    categories = models.ManyToManyField(
        Category, blank=True, related_name="units", verbose_name="常办类别"
    )
    is_active = models.BooleanField("启用", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "承办单位"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="unit_name_in_area",
                fields=("area", "name"),
                violation_error_message="该地区已有同名单位。",
            ),
        )

    def __str__(self) -> str:
        return self.short_name or self.name


def _days(
    label: str, default: int, source: str = ""
) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=source,
    )


class Policy(models.Model):
    """Every deadline and threshold that the law or the place sets, with its history.

    A row is never edited, a new one with a later `effective_from` takes over. The
    nearest ancestor's newest row wins (querysets.holding); no row: these defaults.
    `_wd` = working days, `_months` = calendar months (民法典第二百至二百零三条).
    """

    area_code = models.CharField("地区代码", max_length=15, blank=True)  # "" = all
    effective_from = models.DateField("施行日")
    note = models.CharField("依据", max_length=200, blank=True)

    triage_wd = _days("意见受理（工作日）", 3)
    hand_over_wd = _days("受理后交办（工作日）", 5)
    sign_wd = _days("签收（工作日）", 3)
    object_wd = _days("提出异议（工作日）", 10)
    reassign_wd = _days("重新交办（工作日）", 10)
    contact_wd = _days("首次联系代表（工作日）", 20)
    co_opinion_months = _days("会办意见（月）", 1)
    reply_months = _days("答复（月）", 3, "代表法第五十一条")
    complex_months = _days("复杂事项答复（月）", 6, "代表法第五十一条")
    opinion_village_wd = _days("意见答复·村社区（工作日）", 7)
    opinion_town_wd = _days("意见答复·乡镇街道（工作日）", 15)
    opinion_county_wd = _days("意见答复·县直部门（工作日）", 30)
    tell_wd = _days("告知选民（工作日）", 3)
    feedback_wd = _days("评价（工作日）", 15)
    redo_months = _days("重新办理（月）", 1)
    max_redo = models.PositiveSmallIntegerField("最多重办次数", default=2)
    notify_days = _days("接待日提前通知代表（天）", 7)
    announce_days = _days("接待日提前公告（天）", 3)
    deputy_receptions = _days("代表每年接待（次）", 2)
    quiet_days = _days("久未活动提示（天）", 60)
    warn_yellow_days = _days("将到期提醒（天）", 15)
    warn_red_days = _days("临近到期提醒（天）", 5)
    pii_retention_months = models.PositiveSmallIntegerField(
        "个人信息保存（月）", default=36
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "期限规则"
        constraints = (
            models.UniqueConstraint(
                name="policy_one_a_day_and_area",
                fields=("area_code", "effective_from"),
                violation_error_message="这一天已有一版规则。",
            ),
        )

    def __str__(self) -> str:
        return f"期限规则（{self.effective_from} 起施行）"


class Outline(models.Model):
    """The outline of an area as maps draw it: a simplified GeoJSON MultiPolygon.

    `note` stands under the map: who approved it for the public (审图号).
    """

    area = models.OneToOneField(
        Area, models.PROTECT, related_name="outline", verbose_name="地区"
    )
    geojson = models.JSONField("边界")
    note = models.CharField("审图号", max_length=100, blank=True)
    loaded_at = models.DateTimeField("读入时间", auto_now=True)

    objects = OutlineQuerySet.as_manager()

    class Meta:
        verbose_name = "边界"

    def __str__(self) -> str:
        return f"{self.area} 边界"


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or made up for one (调休)."""

    day = models.DateField("日期", primary_key=True)
    kind = models.CharField("类型", max_length=10, choices=DayKind)
    name = models.CharField("名称", max_length=50, blank=True)
    is_provisional = models.BooleanField("暂定", default=False)

    class Meta:
        verbose_name = "工作日历"
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class Counter(models.Model):
    """Running numbers (document numbers): one row a series, moved by one update."""

    key = models.CharField(max_length=100, primary_key=True)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "流水号"

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


class ImportJob(models.Model):
    """A table that somebody handed in, and what became of it.

    `refused` holds [line, text, reason] of the first lines that stayed out. The file
    is deleted when the job ends. Of old ledgers no text is kept.
    """

    kind = models.CharField("种类", max_length=20, choices=ImportKind)
    state = models.CharField(
        "状态", max_length=10, choices=ImportState, default=ImportState.QUEUED
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, verbose_name="地区"
    )
    file = models.FileField("文件", upload_to="imports/", blank=True)
    file_name = models.CharField("文件名", max_length=200)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    summary = models.CharField("结果", max_length=200, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        indexes = (
            models.Index(
                name="importjob_by_person", fields=("requested_by", "-requested_at")
            ),
        )

    def __str__(self) -> str:
        return f"导入{self.get_kind_display()}（{self.file_name}）"

    @property
    def is_over(self) -> bool:
        return self.state in (ImportState.DONE, ImportState.FAILED)
