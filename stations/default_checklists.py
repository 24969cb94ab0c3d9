"""The checklists every installation begins with; people change copies of their own.

No readable source names the items of 六有, 十有 and 六统一: these are proposed. 八有 is
that of 咸宁市咸安区. The star sheet has a hundred points under seven headings.
"""

from typing import NamedTuple


class Item(NamedTuple):
    """One item: its text, its most points, and whether it must be there."""

    text: str
    score: int = 1
    is_required: bool = False


class DefaultChecklist(NamedTuple):
    name: str
    note: str
    items: tuple[Item, ...]
    gives_star: bool = False


SIX = tuple(
    Item(f"有{what}") for what in ("场所", "标识", "人员", "制度", "活动", "档案")
)
FOUR_MORE = tuple(Item(f"有{what}") for what in ("设备", "经费", "计划", "公示"))
UNIFIED = ("标识", "制度", "台账", "公示", "流程", "档案")
EIGHT = ("国徽", "牌子", "桌椅", "柜子", "电脑", "资料", "制度", "经费")

STAR_ITEMS = (
    Item("场所标识：固定场所，接待、议事、展示分区", 8, True),
    Item("场所标识：门牌、国徽、标识统一规范", 4),
    Item("场所标识：无障碍和便民设施", 3),
    Item("人员制度：站长、联络员到位，驻站代表落实", 6, True),
    Item("人员制度：学习、联系选民、接待、述职、督办制度齐全", 5),
    Item("人员制度：年度工作计划和经费落实", 4),
    Item("公开公示：驻站代表、职责、联系方式公示", 4),
    Item("公开公示：接待日提前 3 天公告", 4),
    Item("公开公示：办理结果向选民公开", 2),
    Item("接待轮值：接待日按计划举行", 10, True),
    Item("接待轮值：每名代表每年接待不少于 2 次", 6),
    Item("接待轮值：走访、下访、约访等多种方式", 4),
    Item("意见办理：当日登记、分类交办", 6),
    Item("意见办理：按期办结", 8),
    Item("意见办理：结果告知选民", 6),
    Item("档案台账：台账齐全", 6),
    Item("档案台账：一事一档，资料完整", 4),
    Item("特色品牌：一站一品，有主题有活动", 6),
    Item("特色品牌：有典型事例和经验", 4),
)

DEFAULT_CHECKLISTS = (
    DefaultChecklist("联络站六有", "联络站的基本条件", SIX),
    DefaultChecklist("代表之家十有", "六有之外再加四有", SIX + FOUR_MORE),
    DefaultChecklist("六统一", "", tuple(Item(f"{what}统一") for what in UNIFIED)),
    DefaultChecklist("八有", "场所和设备", tuple(Item(f"有{w}") for w in EIGHT)),
    DefaultChecklist(
        "星级联络站评分",
        "满分 100 分；一个季度没有活动、弄虚作假的否决",
        STAR_ITEMS,
        True,
    ),
)
