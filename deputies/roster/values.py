"""What a cell of a roster says, in the words of the product.

Every parser takes a cell and gives the value, or raises `Unclear` with the reason in
Chinese. Nothing is guessed: what can be read in two ways is unclear.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from areas.choices import CongressLevel
from common.spreadsheets import CellValue
from deputies.choices import Sex
from deputies.roster.text import clean, squeezed


class Unclear(ValueError):
    """The cell cannot be read, or can be read in two ways."""


# --- names -----------------------------------------------------------------------

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007"
NAME = re.compile(rf"^[{HAN}]{{2,8}}$|^[{HAN}]{{1,20}}(?:·[{HAN}]{{1,20}}){{1,5}}$")
LATIN_NAME = re.compile(r"^[A-Za-z][A-Za-z .·'-]{1,48}$")
DOTS = str.maketrans(dict.fromkeys("•‧・●．.∙⋅᛫", "·"))
BRACKETED = re.compile(r"[(（\[【〔]([^)）\]】〕]*)[)）\]】〕]?")
NOT_NAMES = ("合计", "小计", "总计", "共计", "姓名", "空缺", "缺额", "暂缺", "待补选")
ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass(frozen=True)
class Named:
    """A name with what stood in brackets after it."""

    name: str
    sex: str = ""
    ethnicity: str = ""
    party: str = ""
    rest: str = ""


def parse_name(value: CellValue) -> Named:
    """王　芳 → 王芳; 李娜（女，土家族）→ name, sex and ethnicity."""
    if not isinstance(value, str):
        raise Unclear("姓名不是文字")
    text = clean(value).translate(FULL_COLONS)
    notes = BRACKETED.findall(text)
    name = BRACKETED.sub("", text).strip(" ,，、;；*★☆△▲#")
    name = name if LATIN_NAME.match(name) else _chinese_name(name)
    if len(name) > 50:
        raise Unclear("姓名过长")
    if name in NOT_NAMES or not (NAME.match(name) or LATIN_NAME.match(name)):
        raise Unclear(f"“{_short(text)}”不像姓名")
    return _with_notes(name, notes)


FULL_COLONS = str.maketrans({"：": ":"})


def _chinese_name(text: str) -> str:
    return text.replace(" ", "").translate(DOTS).strip("·")


def _with_notes(name: str, notes: list[str]) -> Named:
    found = {"sex": "", "ethnicity": "", "party": ""}
    rest = []
    parsers = {"sex": parse_sex, "ethnicity": parse_ethnicity, "party": parse_party}
    for word in re.split(r"[,，、;；/\s]+", "，".join(notes)):
        told = next((f for f, parse in parsers.items() if _reads(parse, word)), None)
        if told and not found[told]:
            found[told] = parsers[told](word)
        elif word:
            rest.append(word)
    return Named(name, rest="，".join(rest), **found)


def _reads(parse: Callable[[CellValue], str], word: str) -> bool:
    """Whether a word in brackets says this; 王芳（2）tells people apart, no code."""
    if word.isdigit():
        return False
    try:
        return bool(parse(word))
    except Unclear:
        return False


def looks_like_name(value: CellValue) -> bool:
    try:
        return bool(parse_name(value))
    except Unclear:
        return False


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"


# --- words of fixed meaning --------------------------------------------------------

SEXES = {"男": Sex.MALE, "女": Sex.FEMALE, "男性": Sex.MALE, "女性": Sex.FEMALE}
SEXES |= {"1": Sex.MALE, "2": Sex.FEMALE}  # GB/T 2261.1


def parse_sex(value: CellValue) -> str:
    """The code of `Sex`."""
    text = squeezed(value)
    if text not in SEXES:
        raise Unclear(f"“{_short(text)}”不是性别")
    return SEXES[text].value


# GB/T 3304.
ETHNICITIES = set(
    re.split(
        " ",
        "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 "
        "傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 "
        "毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
        "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺",
    )
)
ETHNIC_SHORT = {"维": "维吾尔", "蒙": "蒙古", "布衣": "布依", "毛难": "毛南"}
ETHNIC_OTHER = ("穿青人", "其他", "外国血统中国籍人士")


def parse_ethnicity(value: CellValue) -> str:
    """One of the 56 with 族 (汉 → 汉族), or the words the standard allows besides."""
    text = squeezed(value)
    if text in ETHNIC_OTHER:
        return text
    stem = text.removesuffix("族")
    stem = ETHNIC_SHORT.get(stem, stem)
    if stem not in ETHNICITIES:
        raise Unclear(f"“{_short(text)}”不是民族名称")
    return stem + "族"


# GB/T 4762 with the short forms in use.
PARTIES = {
    "中共党员": "中共 党员 共产党 共产党员 中国共产党 中国共产党党员 中共正式党员",
    "中共预备党员": "中共预备 预备党员 中共党员预备",
    "共青团员": "团员 共青团 青年团员",
    "民革党员": "民革 民革会员 民革成员 中国国民党革命委员会",
    "民盟盟员": "民盟 民盟会员 民盟成员 中国民主同盟",
    "民建会员": "民建 民建成员 民主建国会 中国民主建国会",
    "民进会员": "民进 民进成员 中国民主促进会",
    "农工党党员": "农工 农工党 农工党员 农工民主党 中国农工民主党",
    "致公党党员": "致公 致公党 致公党员 中国致公党",
    "九三学社社员": "九三 九三学社 九三社员",
    "台盟盟员": "台盟 台湾民主自治同盟",
    "无党派人士": "无党派 无党派民主人士 无党派代表人士",
    "群众": "普通群众 非党群众 群 群众人士",
}
PARTY_NAMES = {
    short: full for full, shorts in PARTIES.items() for short in (full, *shorts.split())
}


def parse_party(value: CellValue) -> str:
    """中共 → 中共党员, 九三 → 九三学社社员; “无” may mean two things."""
    text = re.sub(r"[()（）]", "", squeezed(value))
    if text in PARTY_NAMES:
        return PARTY_NAMES[text]
    if text in ("无", "无党", "非党", "非中共"):
        raise Unclear(f"“{text}”可能是群众，也可能是无党派人士")
    raise Unclear(f"“{_short(text)}”不是政治面貌")


EDUCATIONS = (
    ("研究生", re.compile(r"研究生|硕士|博士")),
    ("大学本科", re.compile(r"本科|^大本$|大学(?!专科|大专)|学士")),
    ("大专", re.compile(r"大专|专科|高职")),
    ("中专", re.compile(r"中专|中技|中职|技校|职高|中等职业|职业高中|中师")),
    ("高中", re.compile(r"高中|普通高级中学")),
    ("初中", re.compile(r"初中|初级中学")),
    ("小学", re.compile(r"小学|文盲|半文盲")),
    ("其他", re.compile(r"^其他|^其它")),
)


def parse_education(value: CellValue) -> str:
    """The eight grades that figures are made by (GB/T 4658)."""
    text = squeezed(value)
    for grade, pattern in EDUCATIONS:
        if pattern.search(text):
            return grade
    raise Unclear(f"“{_short(text)}”不是学历")


OCCUPATIONS = (
    ("党政领导干部", ("干部", "党政", "领导")),
    (
        "企业负责人",
        ("企业负责", "企业家", "企业经营", "企业管理", "企业主", "民营企业"),
    ),
    ("专业技术人员", ("专业技术", "知识分子", "专技", "教师", "医生", "医务", "科技")),
    ("工人", ("工人", "职工", "一线工")),
    ("农民", ("农民", "村民", "村组")),
    ("军人", ("军人", "解放军", "武警", "部队")),
)


def parse_occupation(value: CellValue) -> str:
    """The class that the make-up of a congress is counted by; other words are kept.

    Two classes in one cell (“工人、农民”; “一线工人、农民”) stay as they are written.
    """
    text = squeezed(value)
    if not text or len(text) > 50:
        raise Unclear("代表构成为空或过长")
    found = [name for name, words in OCCUPATIONS if any(w in text for w in words)]
    return found[0] if len(found) == 1 else text


YES = {
    *"√✓✔☑是有对1Y●◆★V",
    "YES",
    "TRUE",
    "连任",
    "打勾",
    "T",
    "√√",
    "是连任",
    "连选连任",
}
NO = {*"否×✗✘无0N非不☐□〇○-—/", "NO", "FALSE", "新任", "初任", "首任", "不是", "新当选"}
NO |= {"非连任", "新选", "首次", "首次当选", "新", "F"}


def parse_flag(value: CellValue) -> bool:
    """√ 是 连任 1 → True; 否 × 新任 0 → False."""
    text = squeezed(value).upper()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Unclear(f"“{_short(text)}”看不出是或否")


LEVEL_WORDS = {
    CongressLevel.NATIONAL: "全国 国家 国家级 全国级",
    CongressLevel.PROVINCE: "省 省级 自治区 自治区级 直辖市",
    CongressLevel.PREFECTURE: "市 市级 地级市 设区的市 设区市 州 州级 自治州 地市",
    CongressLevel.COUNTY: "县 县级 区 区级 县区 区县 县市区 县级市 旗 自治县 市辖区",
    CongressLevel.TOWNSHIP: "乡 镇 乡镇 乡级 镇级 乡镇级 民族乡",
}
LEVELS = {word: level for level, text in LEVEL_WORDS.items() for word in text.split()}
LEVEL_SPLIT = re.compile(r"[、,，/和及＋+;；]|(?<=级)(?=[市县区乡镇])")


def parse_levels(value: CellValue) -> tuple[CongressLevel, ...]:
    """市、区两级 → two levels; 县（区）→ one."""
    text = squeezed(value).replace("县(区)", "县").replace("县（区）", "县")
    text = re.sub(r"乡[(（]镇[)）]", "乡镇", text)
    text = re.sub(r"[两二三四]级(?=代表|人大代表|$)", "", text)
    text = re.sub(r"(人大代表|代表|人大)$", "", text)
    parts = [text] if text in LEVELS else LEVEL_SPLIT.split(text)
    found: dict[CongressLevel, None] = {}
    for part in parts:
        word = re.sub(r"(人大代表|代表|人大)$", "", part)
        if word not in LEVELS:
            raise Unclear(f"“{_short(text)}”不是代表级别")
        found[LEVELS[word]] = None
    return tuple(found)


TERM = re.compile(r"(?:第)?(\d{1,2}|[一二三四五六七八九十]{1,3})届")
DIGITS = {sign: n for n, sign in enumerate("〇一二三四五六七八九")}


def parse_term(value: CellValue) -> int:
    """第十六届 → 16; a bare number is the number of the term."""
    text = squeezed(value)
    found = TERM.search(text)
    number = _small_number(found[1] if found else text)
    if not 1 <= number <= 40:
        raise Unclear(f"“{_short(text)}”不是届次")
    return number


def _small_number(text: str) -> int:
    """Chinese or Arabic numeral below 100; 0 if it is none."""
    if text.isascii() and text.isdigit():
        return int(text[:4])
    if not text or set(text) - set("〇一二三四五六七八九十"):
        return 0
    tens, ten, ones = text.rpartition("十")
    if ten:
        return DIGITS.get(tens or "一", 0) * 10 + (DIGITS.get(ones, 0) if ones else 0)
    return DIGITS[text] if len(text) == 1 else 0


# --- numbers that identify or reach a person ------------------------------------------

MOBILE = re.compile(r"^1[3-9]\d{9}$")
LANDLINE = re.compile(r"^(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,5})?$")
PHONE_SPLIT = re.compile(r"[/、,，;；\n]|(?<=\d)\s+(?=1[3-9]\d)")


def parse_phone(value: CellValue) -> str:
    """The first mainland mobile number of the cell; else the first landline."""
    if isinstance(value, float):
        raise Unclear("电话号码被存成小数")
    numbers = [_dialled(part) for part in PHONE_SPLIT.split(clean(value))]
    numbers = [number for number in numbers if number]
    for pattern in (MOBILE, LANDLINE):
        for number in numbers:
            if pattern.match(number):
                return number
    raise Unclear(f"“{_short(clean(value))}”不是电话号码")


def _dialled(text: str) -> str:
    number = re.sub(r"[\s().（）:：+＋]|[A-Za-z\u3400-\u9fff]", "", text)
    number = number.replace("－", "-").replace("—", "-")
    bare = number.replace("-", "")
    bare = re.sub(r"^(0{0,2}86)(?=1[3-9]\d{9}$)", "", bare)
    return bare if MOBILE.match(bare) else number


ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"


@dataclass(frozen=True)
class IdNumber:
    """A citizen's number that passes its check (GB 11643), and what it says."""

    number: str
    year: int
    month: int
    sex: str


def parse_id_number(value: CellValue) -> IdNumber:
    """18 digits with a right check sign; numbers typed as numbers have lost theirs."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise Unclear("身份证号被存成数字，末几位已丢失，请改为文本格式后重填")
    text = squeezed(value).upper().replace("'", "")
    if re.fullmatch(r"\d{15}", text):
        raise Unclear("身份证号是 15 位旧号码，请填 18 位")
    if not re.fullmatch(r"\d{17}[\dX]", text):
        raise Unclear(f"身份证号应为 18 位，现为 {len(text)} 位")
    total = sum(int(d) * w for d, w in zip(text[:17], ID_WEIGHTS, strict=True))
    if ID_CHECKS[total % 11] != text[17]:
        raise Unclear("身份证号校验不符，可能有误")
    year, month = int(text[6:10]), int(text[10:12])
    if not 1 <= month <= 12:
        raise Unclear("身份证号里的出生日期不对")
    sex = Sex.MALE if int(text[16]) % 2 else Sex.FEMALE
    return IdNumber(text, year, month, sex.value)


def parse_text(value: CellValue, longest: int) -> str:
    """One line of text no longer than its column."""
    text = clean(value)
    if text in ERRORS:
        raise Unclear(f"单元格是公式错误 {text}")
    if len(text) > longest:
        raise Unclear(f"内容超过 {longest} 字")
    return text


def is_nothing(value: CellValue) -> bool:
    """Blank, or one of the signs that stand for “none”."""
    return squeezed(value) in (
        "",
        "-",
        "—",
        "——",
        "--",
        "/",
        "\\",
        "无填",
        "空",
        "／",
        "―",
    )
