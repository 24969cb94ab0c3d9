"""Words of fixed meaning about activities and who takes part."""

from django.db import models


class ActivityKind(models.TextChoices):
    """The first six are ledgers of a home (七簿); receptions are days, not these."""

    STUDY = "study", "学习培训"
    CONTACT = "contact", "联系选民"
    DUTY_REPORT = "duty_report", "述职履职"
    SURVEY = "survey", "调研视察"
    PAIRING = "pairing", "双百帮扶"
    SUPERVISION = "supervision", "建议督办"
    LAW_CHECK = "law_check", "执法检查"
    DELIBERATION = "deliberation", "议事协商"
    JOINT_MEETING = "joint_meeting", "联席会议"
    PUBLICITY = "publicity", "宣传"
    OTHER = "other", "其他"


class ActivityStatus(models.TextChoices):
    PLANNED = "planned", "已安排"
    HELD = "held", "已开展"
    CANCELLED = "cancelled", "已取消"


class TakingPart(models.TextChoices):
    """How it stands with an invited deputy; leave is no absence."""

    INVITED = "invited", "已邀请"
    ATTENDED = "attended", "到会"
    ON_LEAVE = "on_leave", "请假"
    ABSENT = "absent", "未到"


# What a deputy may say about his own part.
OWN_ANSWERS = (TakingPart.INVITED, TakingPart.ON_LEAVE)
# What is only known on the day or after.
SEEN_ON_THE_DAY = (TakingPart.ATTENDED, TakingPart.ABSENT)


class Invited(models.TextChoices):
    """Whom a new activity invites at once; single deputies are added on its page."""

    STATION = "station", "本站全体驻站代表"
    GROUP = "group", "小组全体成员"
    NOBODY = "nobody", "以后再选"
