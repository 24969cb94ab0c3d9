"""The dictionary of figures: each declared once, used by pages, REST and reports alike.

Codes and formulas after the indicator dictionary of the domain rules. A rate is a
percentage with two decimals; without a denominator it has no value (shown as —). As a
check, two published breakdowns: class A 54 of 93 is 58.06 % (one report printed 58.07,
the rest of the hundred after rounding its other classes), 64 of 128 is 50.00 %.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from proposals.choices import Kind
from reports.counting import COLUMNS, STATIONED, Source

CENT = Decimal("0.01")
EXCLUSIONS = "不含草稿、撤回、并案、不予受理、退回的事项和不计入统计的旧台账"
OLD_LEDGERS = "不含选了不计入统计的旧台账"
PERCENT, DAYS = "%", "天"


@dataclass(frozen=True)
class Metric:
    """One figure: what is above the line, what below, and how to say it.

    `top` and `bottom` are columns that are added up; `bottom` is empty for a count.
    `awaited` names the moment whose absence keeps a matter that is not yet due at the
    cut-off out of the denominator. `of_persons`: each person once (persons.py), no
    columns; never added up over months or places.
    """

    code: str
    name: str
    definition: str
    numerator: str
    denominator: str
    period: str
    unit: str
    top: tuple[str, ...]
    bottom: tuple[str, ...] = ()
    exclusions: str = EXCLUSIONS
    kinds: tuple[str, ...] = ()
    awaited: str = ""
    of_persons: bool = False

    @property
    def source(self) -> Source:
        if self.of_persons:
            return STATIONED
        return COLUMNS[self.top[0]].source

    @property
    def is_rate(self) -> bool:
        return bool(self.bottom)

    @property
    def formula(self) -> str:
        return f"{self.numerator} ÷ {self.denominator}" if self.bottom else ""


@dataclass(frozen=True)
class Figure:
    """A metric's numbers for one place and period. `denominator` None: a count."""

    metric: Metric
    numerator: int
    denominator: int | None = None

    @property
    def value(self) -> Decimal | None:
        """Two decimals for rates and means; None where the denominator is zero."""
        if self.denominator is None:
            return Decimal(self.numerator)
        if self.denominator == 0:
            return None
        factor = 100 if self.metric.unit == PERCENT else 1
        exact = Decimal(self.numerator * factor) / Decimal(self.denominator)
        return exact.quantize(CENT, ROUND_HALF_UP)

    @property
    def share(self) -> float | None:
        """0 … 1 for bars; None where the denominator is zero."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def text(self) -> str:
        """93.33%, 12.50 天, 187 条; — where there is nothing to divide by."""
        value = self.value
        if value is None:
            return "—"
        if self.metric.unit == PERCENT:
            return f"{value}%"
        if self.metric.is_rate:
            return f"{value} {self.metric.unit}"
        return f"{value:,} {self.metric.unit}"

    @property
    def base(self) -> str:
        """28/30, for beside the value."""
        if self.denominator is None:
            return ""
        return f"{self.numerator}/{self.denominator}"


HANDED_PERIOD = "按交办日计入月份；默认口径为期内交办的全部事项"
DUE_PERIOD = "按答复期限计入月份；本月未到期又未办完的，截至当日不计入分母"

METRICS: dict[str, Metric] = {
    m.code: m
    for m in (
        Metric(
            "K01",
            "进站代表人次",
            "已结束的接待日里到站值班的代表，每到一次计一人次（含替班）。",
            "到站代表人次",
            "",
            "按接待日期计入月份",
            "人次",
            ("deputy_times",),
            exclusions="不含已取消和尚未结束的接待日、请假和未到的代表",
        ),
        Metric(
            "K01R",
            "进站率",
            "驻站代表中，期内到本人所驻的站值过班的比例。每名代表只计一次，"
            "各月、各站的人数不能相加。",
            "到过站的驻站代表（人）",
            "期内驻站代表（人）",
            "期内驻站、期内到站；按月看时每月单独计算",
            PERCENT,
            ("entered",),
            ("stationed",),
            exclusions="不含已取消和尚未结束的接待日；到别的站替班的不算",
            of_persons=True,
        ),
        Metric(
            "K02",
            "接待选民人次",
            "登记的来访（到站、预约、电话、来信、网上、活动）按人数相加，"
            "一批三人计三人次。",
            "来访人数之和",
            "",
            "按来访时间计入月份",
            "人次",
            ("visitors",),
            exclusions=f"不含走访（见 K03）；{OLD_LEDGERS}",
        ),
        Metric(
            "K03",
            "走访群众人次",
            "方式为走访的登记按人数相加，一户三人计三人次。",
            "走访到的人数之和",
            "",
            "按走访时间计入月份",
            "人次",
            ("outreach",),
            exclusions=f"不含到站等其他方式（见 K02）；{OLD_LEDGERS}",
        ),
        Metric(
            "K04",
            "收集意见建议",
            "期内提交的选民意见件数。",
            "期内提交的选民意见",
            "",
            "按提交日计入月份",
            "条",
            ("received",),
            kinds=(Kind.OPINION,),
        ),
        Metric(
            "K05",
            "推动解决",
            "期内办结、答复类别计为解决的选民意见件数。",
            "期内办结且已解决的选民意见",
            "",
            "按办结日计入月份",
            "件",
            ("closed_solved",),
            kinds=(Kind.OPINION,),
        ),
        Metric(
            "K06",
            "交办率",
            "期内受理、须交办的事项中，已经交给承办单位的比例。",
            "已交办",
            "期内受理",
            "按受理日计入月份",
            PERCENT,
            ("accepted_handed",),
            ("accepted",),
            exclusions=f"{EXCLUSIONS}；不含当场答复、不需交办的事项",
        ),
        Metric(
            "K07",
            "办结率",
            "期内交办的事项中，已经办结（答复、告知选民、评价都完成）的比例。",
            "已办结",
            "期内交办",
            HANDED_PERIOD,
            PERCENT,
            ("handed_closed",),
            ("handed",),
        ),
        Metric(
            "K08",
            "按期办结率",
            "答复期限在期内的事项中，期限当日或以前办结的比例；重办的按新期限。",
            "按期办结",
            "期内到期",
            DUE_PERIOD,
            PERCENT,
            ("due_closed_in_time",),
            ("due",),
            awaited="closed_at",
        ),
        Metric(
            "K09",
            "答复率",
            "期内交办的事项中，承办单位已经答复的比例。",
            "已答复",
            "期内交办",
            HANDED_PERIOD,
            PERCENT,
            ("handed_replied",),
            ("handed",),
        ),
        Metric(
            "K10",
            "按期答复率",
            "答复期限在期内的事项中，期限当日或以前答复的比例；重办的按新期限。",
            "按期答复",
            "期内到期",
            DUE_PERIOD,
            PERCENT,
            ("due_replied_in_time",),
            ("due",),
            awaited="replied_at",
        ),
        Metric(
            "K12",
            "满意率",
            "期内评价的事项中评为满意的比例，不含基本满意；没有评价的不计。",
            "评为满意",
            "期内评价",
            "按评价日计入月份",
            PERCENT,
            ("satisfied",),
            ("rated",),
        ),
        Metric(
            "K13",
            "满意率（含基本满意）",
            "期内评价的事项中评为满意或基本满意的比例；没有评价的不计。",
            "评为满意或基本满意",
            "期内评价",
            "按评价日计入月份",
            PERCENT,
            ("satisfied", "basically"),
            ("rated",),
        ),
        Metric(
            "K15",
            "解决率",
            "期内答复的事项中，答复类别计为解决（默认 A 类）的比例。",
            "已解决（A类）",
            "期内答复",
            "按答复日计入月份；含当场答复",
            PERCENT,
            ("replied_solved",),
            ("replied",),
        ),
        Metric(
            "K26",
            "平均办理时长",
            "期内交办且已答复的事项，从交办到答复的平均天数（自然日）。",
            "交办到答复的天数之和",
            "已答复件数",
            HANDED_PERIOD,
            DAYS,
            ("reply_days",),
            ("handed_replied",),
        ),
    )
}

# Plain counts that pages show beside the dictionary.
COUNTS: dict[str, Metric] = {
    m.code: m
    for m in (
        Metric(
            "N01",
            "收到事项",
            "期内提交的事项件数。",
            "期内提交",
            "",
            "按提交日计入月份",
            "件",
            ("received",),
        ),
        Metric(
            "N02",
            "办结事项",
            "期内办结的事项件数，不论何时提交。",
            "期内办结",
            "",
            "按办结日计入月份",
            "件",
            ("closed",),
        ),
    )
}
EVERY = METRICS | COUNTS
