from django.db import models


class Dimension(models.TextChoices):
    """By what figures are told apart, beside area and month."""

    AREA = "area", "地区"
    STATION = "station", "联络站"
    UNIT = "unit", "承办单位"
    CATEGORY = "category", "类别"


class ReportKind(models.TextChoices):
    MONTH = "month", "月报"


class ReportState(models.TextChoices):
    QUEUED = "queued", "排队中"
    BUILDING = "building", "生成中"
    READY = "ready", "已生成"
    FAILED = "failed", "生成失败"
