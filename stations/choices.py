"""Words of fixed meaning about stations, reception days and visits."""

from django.db import models


class StationKind(models.TextChoices):
    """Kinds of stations; see the county's registry."""

    HOME = "home", "代表之家"
    STATION = "station", "代表联络站"
    CONTACT_POINT = "contact_point", "代表联系点"
    ONLINE = "online", "网上联络站"
    LEGISLATIVE = "legislative", "基层立法联系点"
    OBSERVATION = "observation", "基层观察点"
    THEMED = "themed", "特色工作室"


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
    """Where matters are sent that a station does not take (信访工作条例; §2.4)."""

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
