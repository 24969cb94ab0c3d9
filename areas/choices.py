"""Words of fixed meaning about places and organisations."""

from django.db import models


class Level(models.IntegerChoices):
    """Level of an area in the administrative tree; follows from the code's length."""

    PROVINCE = 1, "省级"
    CITY = 2, "市级"
    COUNTY = 3, "县级"
    TOWN = 4, "乡级"
    VILLAGE = 5, "村级"
    GRID = 6, "网格"


# Signs of a trimmed code at each level: 42 4208 420802 420802102 420802102003 + grid.
CODE_LENGTHS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5, 15: 6}


class CongressLevel(models.IntegerChoices):
    """Level of a people's congress (五级人大)."""

    NATIONAL = 1, "全国"
    PROVINCE = 2, "省"
    PREFECTURE = 3, "市"
    COUNTY = 4, "县（区）"
    TOWNSHIP = 5, "乡（镇）"


class UnitKind(models.TextChoices):
    DEPARTMENT = "department", "政府部门"
    TOWNSHIP = "township", "乡镇街道"
    COURT = "court", "法院"
    PROCURATORATE = "procuratorate", "检察院"
    SUPERVISORY = "supervisory", "监察委"
    PARTY = "party", "党委部门"
    VILLAGE = "village", "村（社区）"
    ENTERPRISE = "enterprise", "企事业单位"
    OTHER = "other", "其他"


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", "节假日"
    WORKDAY = "workday", "调休上班"


class ImportKind(models.TextChoices):
    AREAS = "areas", "地区"
    UNITS = "units", "承办单位"
    CATEGORIES = "categories", "类别"
    LEDGER = "ledger", "旧台账"


class ImportState(models.TextChoices):
    QUEUED = "queued", "等待开始"
    RUNNING = "running", "正在导入"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
