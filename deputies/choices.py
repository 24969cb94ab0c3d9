"""Words of fixed meaning about deputies."""

from django.db import models


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class MandateStatus(models.TextChoices):
    """Whether the seat is held; see 代表法第六十一至六十三条."""

    ACTIVE = "active", "在任"
    SUSPENDED = "suspended", "暂停执行职务"
    TERMINATED = "terminated", "资格终止"
    TERM_ENDED = "term_ended", "届满"


class SeatState(models.TextChoices):
    """What a list of persons says of their seats on a day; of several the best one."""

    ACTIVE = "active", "在任"
    SUSPENDED = "suspended", "暂停"
    ENDED = "ended", "终止"  # term over counts too


class EndReason(models.TextChoices):
    """Coded reasons why a mandate ended before its term (代表法第六十二条)."""

    MOVED_OUT = "moved_out", "迁出或调离本行政区域"
    RESIGNED = "resigned", "辞职被接受"
    ORDERED_RESIGNATION = "ordered_resignation", "责令辞职"
    ABSENT_TWO_SESSIONS = "absent_two_sessions", "未经批准两次不出席会议"
    RECALLED = "recalled", "被罢免"
    LOST_NATIONALITY = "lost_nationality", "丧失中国国籍"
    DEPRIVED_RIGHTS = "deprived_rights", "被剥夺政治权利"
    LOST_CAPACITY = "lost_capacity", "丧失行为能力"
    DIED = "died", "去世"
    INVALID_ELECTION = "invalid_election", "当选无效"


class SourceType(models.TextChoices):
    CONSTITUENCY = "constituency", "选区"
    ELECTING_UNIT = "electing_unit", "选举单位"


class GroupKind(models.TextChoices):
    TERRITORIAL = "territorial", "地域小组"
    PROFESSIONAL = "professional", "专业小组"
    SUPERVISION = "supervision", "监督小组"
    SERVICE = "service", "服务队"
    CENTRE = "centre", "中心组"


class GroupRole(models.TextChoices):
    LEADER = "leader", "组长"
    VICE = "vice", "副组长"
    MEMBER = "member", "组员"
