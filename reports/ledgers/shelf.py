"""All ledgers, and where the columns of the forms that offices use went."""

from reports.ledgers.matters import JUDGEMENTS, OPINIONS, SUGGESTIONS, SUPERVISION
from reports.ledgers.meetings import ACTIVITIES, DUTY_REPORT, PAIRING, STUDY, SURVEY
from reports.ledgers.shape import Ledger
from reports.ledgers.voices import CONTACT, NOTICES, RECEPTION

# 七簿 of a home, in the order in which offices name them.
SEVEN = (STUDY, CONTACT, RECEPTION, DUTY_REPORT, SURVEY, PAIRING, SUPERVISION)
OTHERS = (OPINIONS, SUGGESTIONS, JUDGEMENTS, ACTIVITIES, NOTICES)
LEDGERS: dict[str, Ledger] = {one.key: one for one in (*SEVEN, *OTHERS)}

# Columns of forms in use: form, its column, our ledger and column.
COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    "人大代表接待选民记录表": {
        "接待时间": ("reception", "接待时间"),
        "接待地点": ("reception", "接待地点"),
        "接待代表": ("reception", "接待代表"),
        "选民": ("reception", "选民"),
        "反映的意见和请求（保持原话原意）": (
            "reception",
            "反映的意见和请求（保持原话原意）",
        ),
        "处理方式（当场办理/交社区办理/交街道人大工委办理/转区人大常委会交办/"
        "委托市代表提建议）": ("reception", "处理方式"),
        "办理结果": ("reception", "办理结果"),
        "告知接待代表": ("reception", "告知接待代表"),
        "告知选民": ("reception", "告知选民"),
        "存档": ("reception", "存档"),
    },
    "接待日公告": {
        "接待日": ("notices", "接待日"),
        "接待时间": ("notices", "接待时间"),
        "接待地点": ("notices", "接待地点"),
        "接待人（代表姓名）": ("notices", "接待人（代表姓名）"),
        "公告日期（提前3天）": ("notices", "公告日期"),
    },
    "代表建议列表": {
        "建议编号": ("suggestions", "建议编号"),
        "题目": ("suggestions", "标题"),
        "领衔代表": ("suggestions", "领衔代表"),
        "类型": ("suggestions", "类型"),
        "要求结办日期": ("suggestions", "要求结办日期"),
        "主办单位": ("suggestions", "拟主办单位"),
        "办理类型": ("suggestions", "办理类型"),
    },
    "代表建议导出字段": {
        "建议标题": ("suggestions", "标题"),
        "领衔代表": ("suggestions", "领衔代表"),
        "类型": ("suggestions", "类型"),
        "提交状态": ("suggestions", "提交状态"),
        "可否网上公开": ("suggestions", "可否网上公开"),
        "是否会上": ("suggestions", "是否会上"),
        "处理方式": ("suggestions", "办理类型"),
        "提交日期": ("suggestions", "提交日期"),
    },
    "代表建议详情": {
        "标题": ("suggestions", "标题"),
        "领衔代表": ("suggestions", "领衔代表"),
        "承办单位": ("suggestions", "拟主办单位"),
        "办理类型": ("suggestions", "办理类型"),
        "要求结办日期": ("suggestions", "要求结办日期"),
    },
}
