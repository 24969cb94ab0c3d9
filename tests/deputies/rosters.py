"""A small roster and the ways tests bring it in."""

from common.spreadsheets import Row, Sheet
from deputies.services.roster import apply_roster, plan_roster

HEADER = ["姓名", "性别", "出生年月", "代表证号", "单位及职务", "手机号码"]
WANG = ["王芳", "女", "1965.03", "001", "第一中学教师", "13812345678"]
LI = ["李强", "男", "1970.10", "002", "农民", "13912345678"]


def sheet(*rows, header=HEADER, name="名册") -> Sheet:
    lines = [list(header), *map(list, rows)]
    return Sheet(name, [Row(n, line) for n, line in enumerate(lines, 1)])


def plan(target, *rows, actor=None, header=HEADER, name="名册", **more):
    sheets = [sheet(*rows, header=header, name=name)]
    return plan_roster(sheets, target, actor=actor, **more)


def imported(target, *rows, actor=None, **more):
    return apply_roster(plan(target, *rows, actor=actor, **more), actor=actor)


def counted(plan) -> dict[str, int]:
    return {outcome: n for outcome, n in plan.counts.items() if n}
