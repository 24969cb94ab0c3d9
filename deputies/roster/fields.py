"""The columns a roster may have, and the names offices give them.

The values of `Field` are the attributes of `entry.Entry`, so that a recognised column
has one place to go to.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Field(StrEnum):
    """What a column says. `KNOWN_ONLY` ones are recognised but not kept."""

    SERIAL = "serial"
    NAME = "name"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    BIRTH = "birth"
    ID_NUMBER = "id_number"
    PARTY = "party"
    EDUCATION = "education"
    DEGREE = "degree"
    EMPLOYER_POST = "employer_post"
    EMPLOYER = "employer"
    POST = "post"
    OCCUPATION = "occupation"
    PHONE = "phone"
    OFFICE_PHONE = "office_phone"
    ADDRESS = "address"
    LEVEL = "level"
    TERM = "term"
    CERTIFICATE_NO = "certificate_no"
    DELEGATION = "delegation"
    CONSTITUENCY = "constituency"
    ELECTING_UNIT = "electing_unit"
    SOURCE = "source"
    REELECTED = "is_reelected"
    CONGRESS_POST = "congress_post"
    GROUP = "group"
    STATION = "station"
    AREA = "area"
    STATUS = "status"
    REMARK = "remark"
    OTHER = "other"

    @property
    def label(self) -> str:
        return FACTS[self].label


@dataclass(frozen=True)
class Fact:
    """The Chinese label of a field and the other names it goes by."""

    label: str
    names: tuple[str, ...] = ()


# The forms in use; the order decides between equally good guesses.
FACTS: dict[Field, Fact] = {
    Field.SERIAL: Fact("序号", ("编号", "顺序号", "序列", "NO", "行号", "排序")),
    Field.NAME: Fact(
        "姓名", ("代表姓名", "名字", "姓名(代表)", "代表名单", "代表名字")
    ),
    Field.SEX: Fact("性别"),
    Field.ETHNICITY: Fact("民族", ("族别",)),
    Field.BIRTH: Fact(
        "出生年月",
        ("出生日期", "出生时间", "出生", "生日", "出生年月日", "出生年份", "生年月"),
    ),
    Field.ID_NUMBER: Fact(
        "身份证号",
        ("身份证号码", "身份证", "公民身份号码", "证件号码", "居民身份证号码"),
    ),
    Field.PARTY: Fact(
        "政治面貌", ("党派", "政治面目", "党派团体", "所属党派", "党派名称", "党团")
    ),
    Field.EDUCATION: Fact(
        "学历", ("文化程度", "文化", "受教育程度", "最高学历", "全日制学历", "学历学位")
    ),
    Field.DEGREE: Fact("学位"),
    Field.EMPLOYER_POST: Fact(
        "单位及职务",
        (
            "工作单位及职务",
            "工作单位和职务",
            "工作单位职务",
            "单位职务",
            "单位和职务",
            "所在单位及职务",
            "现任职务",
            "工作单位及职务职称",
            "职业及职务",
            "现工作单位及职务",
            "单位职务职称",
        ),
    ),
    Field.EMPLOYER: Fact(
        "工作单位", ("单位", "所在单位", "单位名称", "工作单位名称", "现工作单位")
    ),
    Field.POST: Fact("职务", ("职位", "职务职称", "行政职务", "职业", "担任职务")),
    Field.OCCUPATION: Fact(
        "代表构成",
        (
            "结构类型",
            "代表结构",
            "代表阶层",
            "界别",
            "构成",
            "代表界别",
            "职业构成",
            "代表类别",
            "身份类别",
            "阶层",
            "结构",
            "代表身份",
            "所属界别",
            "职业分类",
        ),
    ),
    Field.PHONE: Fact(
        "手机号码",
        (
            "手机",
            "手机号",
            "联系电话",
            "电话",
            "电话号码",
            "移动电话",
            "联系方式",
            "本人电话",
            "联系手机",
            "电话手机",
        ),
    ),
    Field.OFFICE_PHONE: Fact(
        "座机号", ("单位电话", "办公电话", "座机", "固定电话", "办公室电话", "宅电")
    ),
    Field.ADDRESS: Fact(
        "住址",
        (
            "详细住址",
            "家庭住址",
            "家庭地址",
            "现住址",
            "居住地址",
            "居住地",
            "通讯地址",
            "通信地址",
            "地址",
            "常住地址",
        ),
    ),
    Field.LEVEL: Fact("代表级别", ("层级", "代表层级", "级别", "代表层次", "层次")),
    Field.TERM: Fact("届别", ("届次", "有效届次", "当选届次", "所属届次", "届")),
    Field.CERTIFICATE_NO: Fact(
        "代表证号",
        ("代表证编号", "证号", "代表证", "代表编号", "代表证件号", "代表证号码"),
    ),
    Field.DELEGATION: Fact("代表团", ("团别", "所属代表团", "代表团名称", "分团")),
    Field.CONSTITUENCY: Fact(
        "选区", ("所在选区", "选区名称", "所属选区", "选区号", "当选选区", "原选区")
    ),
    Field.ELECTING_UNIT: Fact(
        "选举单位", ("原选举单位", "选出单位", "推选单位", "当选单位")
    ),
    Field.SOURCE: Fact(
        "选区或选举单位",
        (
            "原选举单位或选区",
            "选举单位或选区",
            "选举单位选区",
            "选区选举单位",
            "原选区或选举单位",
            "原选区选举单位",
            "选举单位及选区",
        ),
    ),
    Field.REELECTED: Fact("是否连任", ("连任", "连任情况", "新任连任", "是否连选连任")),
    Field.CONGRESS_POST: Fact(
        "人大职务", ("是否常委会委员", "常委会职务", "人大任职", "常委会组成人员")
    ),
    Field.GROUP: Fact(
        "所属小组",
        ("代表小组", "小组", "所在小组", "活动小组", "代表活动小组", "编组", "组别"),
    ),
    Field.STATION: Fact(
        "联络站", ("代表联络站", "所属联络站", "进驻联络站", "代表之家", "所在联络站")
    ),
    Field.AREA: Fact(
        "所属行政区",
        ("乡镇", "所属乡镇", "乡镇街道", "所在乡镇", "所属地区", "镇街", "行政区划"),
    ),
    Field.STATUS: Fact("状态", ("代表状态", "任职状态")),
    Field.REMARK: Fact("备注", ("说明", "附注", "备 注")),
    Field.OTHER: Fact(
        "（不导入）",
        (
            "籍贯",
            "出生地",
            "职称",
            "专业技术职称",
            "毕业院校",
            "毕业学校",
            "专业",
            "参加工作时间",
            "入党时间",
            "邮箱",
            "电子邮箱",
            "QQ",
            "微信",
            "微信号",
            "邮政编码",
            "邮编",
            "用户名",
            "履职承诺",
            "照片",
            "电子照片",
            "电子照片有无",
            "曾任代表",
            "专门委员会",
            "工作委员会",
            "年龄",
            "签名",
            "签到",
            "选择",
            "健康状况",
        ),
    ),
}

# Columns that are recognised, so that they are not taken for others, but not kept.
NOT_KEPT = (
    Field.SERIAL,
    Field.DEGREE,
    Field.OFFICE_PHONE,
    Field.STATION,
    Field.STATUS,
    Field.OTHER,
)

# Fields whose single words may head a column of ticks (性别 over 男 | 女).
CHOICES = (
    Field.SEX,
    Field.PARTY,
    Field.EDUCATION,
    Field.OCCUPATION,
    Field.ETHNICITY,
    Field.REELECTED,
    Field.LEVEL,
)

SIGNS = re.compile(r"[\W_]+")
BRACKETS = re.compile(r"[(（\[【<《][^)）\]】>》]*[)）\]】>》]")


def folded(text: str) -> str:
    """The text as headings are compared: half-width, no blanks, no punctuation."""
    return SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


def plain(text: str) -> str:
    """The folded text without what stands in brackets."""
    return folded(BRACKETS.sub("", unicodedata.normalize("NFKC", text)))


NAMES: dict[str, Field] = {}
for _field, _fact in FACTS.items():
    for _name in (_fact.label, *_fact.names):
        NAMES.setdefault(folded(_name), _field)
del NAMES[folded(FACTS[Field.OTHER].label)]
LONG_NAMES = sorted((n for n in NAMES if len(n) >= 2), key=len, reverse=True)

LONGEST_HEADING = 14
EXACT, BRACKETED, ENDED, STRETCHED = 1.0, 0.95, 0.7, 0.6
NEUTRAL = re.compile(r"(名称|号码|号|信息|全称|情况|填写|必填|有无|一栏|栏)$")


def known(heading: str) -> Field | None:
    """The field a heading names as it stands; quick, for every cell of a file."""
    return NAMES.get(folded(heading)) if len(heading) <= LONGEST_HEADING else None


@lru_cache(maxsize=4096)
def guess(heading: str) -> tuple[Field | None, float]:
    """The field a heading names, and how sure that is (1 = a known name)."""
    if not heading:
        return None, 0.0
    for text, score in ((folded(heading), EXACT), (plain(heading), BRACKETED)):
        if text in NAMES:
            return NAMES[text], score
    text = plain(heading) or folded(heading)
    if len(text) > LONGEST_HEADING:  # a sentence, not a heading
        return None, 0.0
    for tried, score in ((text, ENDED), (NEUTRAL.sub("", text), STRETCHED)):
        for name in LONG_NAMES:
            if tried.endswith(name):
                return NAMES[name], score
    return None, 0.0
