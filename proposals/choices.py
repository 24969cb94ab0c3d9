"""Words of fixed meaning about proposals and their way."""

from django.db import models


class Kind(models.TextChoices):
    OPINION = "opinion", "选民意见"
    SUGGESTION = "suggestion", "代表建议"
    BILL = "bill", "议案"


class Status(models.TextChoices):
    """How far a matter came. Overdue is computed, never a status; so is *solved*."""

    DRAFT = "draft", "草稿"
    COSIGNING = "cosigning", "联名中"
    SUBMITTED = "submitted", "待受理"
    RETURNED = "returned", "退回修改"
    REFUSED = "refused", "不予受理"
    ACCEPTED = "accepted", "待交办"
    HANDLING = "handling", "办理中"
    REPLIED = "replied", "已答复"
    CLOSED = "closed", "已办结"
    ESCALATED = "escalated", "提级处理"
    WITHDRAWN = "withdrawn", "已撤回"
    MERGED = "merged", "已并案"
    CONVERTED = "converted", "已转建议"


# Not counted in any rate: never handled as a matter of its own.
UNCOUNTED = (Status.WITHDRAWN, Status.MERGED, Status.REFUSED, Status.RETURNED)


class Route(models.TextChoices):
    """Which way an opinion goes; decides its reply date."""

    VILLAGE = "village", "村（社区）办理"
    TOWN = "town", "乡镇街道办理"
    COUNTY = "county", "县直部门办理"
    UPWARD = "upward", "向上级反映"


class Ground(models.TextChoices):
    """Coded grounds for not taking a matter."""

    OWN_INTEREST = "own_interest", "解决代表本人及亲属的个人问题"
    CASE = "case", "涉及具体案件或正在审理、仲裁、复议的事项"
    FORWARDED_LETTER = "forwarded_letter", "转递他人来信或申诉材料"
    COMPLAINT = "complaint", "检举、控告或申诉"
    ACADEMIC_PROMO = "academic_promo", "学术探讨、产品推介或政策咨询"
    TENDER = "tender", "涉及具体招标投标"
    EMPTY = "empty", "没有具体内容"
    OUT_OF_SCOPE = "out_of_scope", "不属于本行政区域职权范围"
    UNLAWFUL = "unlawful", "违反法律规定"
    OTHER = "other", "其他"


class Part(models.TextChoices):
    """A unit's part in the handling."""

    SINGLE = "single", "独办"
    LEAD = "lead", "主办"
    CO = "co", "协办"
    SEPARATE = "separate", "分办"


# Parts that must reply before the matter counts as replied.
REPLYING_PARTS = (Part.SINGLE, Part.LEAD, Part.SEPARATE)


class HandlingStatus(models.TextChoices):
    OFFERED = "offered", "待签收"
    SIGNED = "signed", "已签收"
    OBJECTED = "objected", "有异议"
    UPHELD = "upheld", "异议成立"
    REPLIED = "replied", "已答复"


class DeadlineKind(models.TextChoices):
    TRIAGE = "triage", "受理"
    HAND_OVER = "hand_over", "交办"
    SIGN = "sign", "签收"
    OBJECT = "object", "异议"
    CONTACT = "contact", "联系代表"
    REPLY = "reply", "答复"
    REDO = "redo", "再次答复"
    TELL = "tell", "告知选民"
    FEEDBACK = "feedback", "评价"
    COMMITMENT = "commitment", "兑现承诺"


class ContactMethod(models.TextChoices):
    """How a unit spoke with the deputy; the first four are face to face (面商)."""

    MEETING = "meeting", "当面商谈"
    VISIT = "visit", "上门走访"
    SITE = "site", "现场查看"
    FORUM = "forum", "座谈会"
    PHONE = "phone", "电话"
    ONLINE = "online", "网络"


FACE_CONTACT = (
    ContactMethod.MEETING,
    ContactMethod.VISIT,
    ContactMethod.SITE,
    ContactMethod.FORUM,
)


class CommitmentState(models.TextChoices):
    OPEN = "open", "进行中"
    KEPT = "kept", "已兑现"
    SLIPPED = "slipped", "已延期"
    DROPPED = "dropped", "已取消"


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Rater(models.TextChoices):
    DEPUTY = "deputy", "代表"
    VOTER = "voter", "选民"


class TellingChannel(models.TextChoices):
    PHONE = "phone", "电话"
    FACE = "face", "当面"
    SMS = "sms", "短信"
    ONLINE = "online", "凭查询码自查"
    SLIP = "slip", "书面"
    IMPOSSIBLE = "impossible", "无法告知"


class AttachmentKind(models.TextChoices):
    IMAGE = "image", "图片"
    DOCUMENT = "document", "文件"


class LedgerRows(models.TextChoices):
    """What the rows of an old ledger become."""

    GUESS = "guess", "有编号、承办单位或办结日期的记为意见，其余记为来访"
    MATTERS = "matters", "每一行都记为意见"
    VISITS = "visits", "都只记为来访"
