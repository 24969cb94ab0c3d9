"""Which rows of a roster are no people: totals, notes, headings between groups."""

import re
from typing import Any

from deputies.roster import values
from deputies.roster.fields import Field
from deputies.roster.values import Unclear

LONGEST = 100  # signs of a heading that are kept
SUBTOTAL = re.compile(r"^(小计|合计|总计|共计|累计|总人数|合计人数|共\d+[人名])")
NOTE = re.compile(
    r"^(注|备注|附注|说明|填表说明|填报说明|附|备考)\d*[:：、.．]"
    r"|^注\s|^(填表|制表|填报|审核|审批|单位|联系|负责|打印|校对|报送|主管|经办|统计)"
    r"[^:：]{0,12}[:：]|^第.{1,4}页|^\(?盖章\)?$|^(日期|时间)[:：]"
    r"|^(例|示例|样例|范例|举例)[:：]|^[(（](必填|选填|示例|样例|填写|格式|例)"
)
COUNTED = re.compile(r"[(（]?共?\s*(\d{1,4})\s*[人名位][)）]?\s*$")
HEADING_WORDS = re.compile(r"代表|小组|选区|街道|名册|名单|\d+\s*[人名]|第.{1,3}组")
NUMBERED = re.compile(r"^[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．]?\s*")
HEADINGS: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (Field.DELEGATION, re.compile(r"代表团$")),
    (Field.GROUP, re.compile(r"(小组|代表组|第.{1,3}组|活动组)$")),
    (Field.CONSTITUENCY, re.compile(r"选区$|^第.{1,4}选区")),
    (Field.AREA, re.compile(r"^.{1,10}(乡|镇|街道)(办事处)?$")),
    (Field.OCCUPATION, re.compile(r"^(工人|农民|干部|党政领导干部|专业技术人员|军人)")),
)


def meaning(words: str) -> tuple[Field | None, Any]:
    """The field a heading between rows sets, and to what."""
    try:
        return Field.LEVEL, values.parse_levels(words)
    except Unclear:
        pass
    for told, pattern in HEADINGS:
        if pattern.search(words):
            return told, words[:LONGEST]
    return None, None
