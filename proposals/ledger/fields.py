"""The columns an old ledger may have, and the names offices give them."""

from collections.abc import Iterator
from enum import StrEnum

from deputies.roster.fields import folded, plain


class Field(StrEnum):
    """What a column says."""

    DATE = "date", "日期", "接待日期 接待时间 收集日期 收集时间 来访日期 来访时间"
    WORDS = "words", "反映内容", "内容摘要 内容 主要内容 反映问题 反映事项 意见建议"
    VISITOR = (
        "visitor",
        "来访人",
        "来访人姓名 反映人 反映人姓名 姓名 选民姓名 选民 群众",
    )
    PHONE = "phone", "联系电话", "电话 联系方式 手机 手机号 手机号码 电话号码"
    SEX = "sex", "性别", ""
    AGE = "age", "年龄", "年龄段"
    HOME = "home", "住址或单位", "住址 家庭住址 地址 单位 单位或住址 工作单位 住址单位"
    PARTY = "party", "人数", "来访人数 批次人数 参加人数"
    DEPUTIES = "deputies", "代表", "接待代表 代表姓名 听取代表 走访代表 值班代表"
    CHANNEL = "channel", "来源（方式）", "来源 方式 来访方式 反映方式 接待方式 收集方式"
    STATION = "station", "联络站", "联络站名称 站点 代表联络站 所属联络站 接待站 站名"
    TITLE = "title", "标题", "事由 题目 意见标题 建议标题 主题"
    REQUEST = "request", "诉求", "具体诉求 群众诉求 建议"
    CATEGORY = "category", "类别", "问题类别 意见类别 分类 类型 事项类别"
    NUMBER = "number", "编号", "登记编号 登记号 意见编号 台账编号"
    ANSWER = "answer", "答复内容", "现场答复 办理情况 处理情况 办理结果 处理结果"
    STATE = "state", "办理进展", "办理状态 是否办结 进展 进度 办结情况 状态"
    ROUTE = "route", "处理途径", "办理途径 处理方式 拟办意见 途径"
    UNIT = "unit", "承办单位", "责任单位 办理单位 交办单位 承办部门 主办单位 责任部门"
    HANDED_ON = "handed_on", "交办日期", "交办时间 转办日期 转办时间"
    DUE_ON = "due_on", "办理时限", "办理期限 答复期限 时限"
    REPLIED_ON = "replied_on", "答复日期", "答复时间 回复日期 回复时间"
    TOLD_ON = "told_on", "反馈选民日期", "反馈日期 反馈时间 告知日期"
    CLOSED_ON = "closed_on", "办结日期", "办结时间 完成日期 完成时间 办理日期"
    RESULT = "result", "结果类别", "答复类别 办理结果类别 是否解决 解决情况"
    MARK = "mark", "满意度", "选民评价 群众评价 满意情况 评价 满意度评价 代表评价"
    RECORDER = "recorder", "记录人", "登记人 经办人 填表人"
    REMARK = "remark", "备注", "说明 附注"

    label: str
    names: tuple[str, ...]

    def __new__(cls, value: str, label: str, names: str) -> "Field":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.names = label, (label, *names.split())
        return member


FIELD_NAMES = frozenset(field.value for field in Field)

# Known, so that they are taken for nothing else, but not kept.
PASSED_OVER = (
    *("序号", "顺序号", "行号", "序列", "NO", "签名", "签字", "代表签字", "附件"),
    *("地点", "接待地点", "协办单位", "代表级别", "职务", "层级", "代表团", "选区"),
    *("所在选区", "是否超期", "是否转建议编号", "未导入的原因", "工作表", "照片"),
)
MORE = {
    Field.DATE: "日期 时间 登记日期 登记时间 走访日期 走访时间 反映时间 "
    "提出时间 年月日",
    Field.WORDS: "意见和建议 意见内容 建议内容 问题 反映的问题 群众意见 选民意见 "
    "诉求内容 反映内容原话原意 原话 反映问题及建议 反映的主要问题 社情民意 反映情况",
    Field.ANSWER: "答复情况 答复意见 反馈情况 落实情况 回复内容 处理意见 办理答复 "
    "办理情况及结果 解决办法 整改情况 处理措施 答复",
    Field.VISITOR: "群众姓名 来访群众 来访选民 走访对象 受访人 当事人 户主",
}
NAMES: dict[str, Field | None] = {folded(word): None for word in PASSED_OVER}
for _field in Field:
    for _name in (*_field.names, *MORE.get(_field, "").split()):
        NAMES.setdefault(folded(_name), _field)
LONG_NAMES = sorted((n for n in NAMES if len(n) >= 2), key=len, reverse=True)
LONGEST_HEADING = 16


def known(heading: str) -> bool:
    """Whether this is the name of a column, as it stands."""
    return folded(heading) in NAMES or plain(heading) in NAMES


def guess(heading: str) -> tuple[Field | None, bool]:
    """The field a heading names, and whether that is sure; None is also an answer."""
    for text in (folded(heading), plain(heading)):
        if text in NAMES:
            return NAMES[text], True
    text = plain(heading)
    if not text or len(text) > LONGEST_HEADING:
        return None, False
    for name in _within(text):
        return NAMES[name], False
    return None, False


def _within(text: str) -> Iterator[str]:
    """Known names at the end of a heading, then those anywhere in it; longest first."""
    yield from (name for name in LONG_NAMES if text.endswith(name))
    yield from (name for name in LONG_NAMES if name in text)
