"""Words of fixed meaning about stations, reception days and visits."""

from django.db import models


class StationKind(models.TextChoices):
    """Kinds of stations; see the county's registry."""

    HEADQUARTERS = "headquarters", "联络总站"
    HOME = "home", "代表之家"
    STATION = "station", "代表联络站"
    CONTACT_POINT = "contact_point", "代表联系点"
    ONLINE = "online", "网上联络站"
    LEGISLATIVE = "legislative", "基层立法联系点"
    OBSERVATION = "observation", "基层观察点"
    THEMED = "themed", "特色工作室"
    MOBILE = "mobile", "流动站"


# Those of which nobody expects reception days.
NOT_RECEIVING = (StationKind.ONLINE, StationKind.LEGISLATIVE, StationKind.OBSERVATION)


class StationStatus(models.TextChoices):
    ACTIVE = "active", "在用"
    PAUSED = "paused", "暂停"
    CLOSED = "closed", "撤销"


class DayStatus(models.TextChoices):
    PLANNED = "planned", "待公告"
    ANNOUNCED = "announced", "已公告"
    HELD = "held", "已接待"
    CANCELLED = "cancelled", "已取消"


# Days whose duties and register may still change.
OPEN_DAYS = (DayStatus.PLANNED, DayStatus.ANNOUNCED)


class DayForm(models.TextChoices):
    """接访 at the station, 联合接待 with heads of units (局长进站), 下访 elsewhere."""

    RECEPTION = "reception", "接访"
    JOINT = "joint", "联合接待"
    OUTING = "outing", "下访"


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "草案"
    PUBLISHED = "published", "已公布"


class RuleKind(models.TextChoices):
    """The usual rules, each written by a form; RRULE for the others."""

    MONTHLY = "monthly", "每月几日"
    WEEKLY = "weekly", "每周星期几"
    NTH_WEEKDAY = "nth_weekday", "每月第几个星期几"
    FREE = "free", "自选日期"
    RRULE = "rrule", "RRULE"


class HolidayManner(models.TextChoices):
    """What happens to a reception that falls on a day off."""

    NEXT = "next", "顺延到下一个工作日"
    PREVIOUS = "previous", "提前到上一个工作日"
    KEEP = "keep", "照常"
    SKIP = "skip", "取消这一次"


class CheckStatus(models.TextChoices):
    DRAFT = "draft", "检查中"
    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已确认"


class CodeKind(models.TextChoices):
    """What a public code opens; the feeds are calendars to subscribe to."""

    STATION = "station", "站码"
    DEPUTY = "deputy", "代表码"
    STATION_FEED = "station_feed", "站日历"
    DEPUTY_FEED = "deputy_feed", "代表日历"


class BookingState(models.TextChoices):
    BOOKED = "booked", "已约"
    CAME = "came", "已到"
    MISSED = "missed", "未到"
    CANCELLED = "cancelled", "已取消"


class DutyState(models.TextChoices):
    INVITED = "invited", "已排"
    CONFIRMED = "confirmed", "确认"
    ON_LEAVE = "on_leave", "请假"
    SUBSTITUTE = "substitute", "替班"
    ATTENDED = "attended", "到站"
    ABSENT = "absent", "未到"


# Duties of deputies who do not come.
NOT_COMING = (DutyState.ON_LEAVE, DutyState.ABSENT)


class Channel(models.TextChoices):
    """How a visitor's words reached the station."""

    STATION = "station", "到站"
    VISIT = "visit", "走访"
    APPOINTMENT = "appointment", "预约"
    PHONE = "phone", "电话"
    LETTER = "letter", "来信"
    ONLINE = "online", "网上"
    ACTIVITY = "activity", "活动"


class Outcome(models.TextChoices):
    """What became of a visit; the desk's keys 1 to 4."""

    OPEN = "open", "待定"
    ANSWERED = "answered", "当场答复"
    OPINION = "opinion", "转为意见"
    REFERRED = "referred", "引导他处"
    MERGED = "merged", "并入已有"


class ReferredTo(models.TextChoices):
    """Where matters are sent that a station does not take (信访工作条例)."""

    JUDICIAL = "judicial", "法院诉讼服务中心"
    PROCURATORATE = "procuratorate", "检察院"
    PETITION = "petition", "信访部门"
    SUPERVISION = "supervision", "纪检监察机关"
    POLICE = "police", "公安机关"
    ARBITRATION = "arbitration", "仲裁机构"
    HOTLINE = "hotline", "12345 热线"
    OTHER = "other", "其他"


class AgeBand(models.TextChoices):
    UNDER_14 = "under_14", "14 岁以下"
    UNDER_35 = "under_35", "14–34 岁"
    UNDER_60 = "under_60", "35–59 岁"
    SENIOR = "senior", "60 岁以上"
