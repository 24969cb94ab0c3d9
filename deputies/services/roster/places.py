"""Where a row belongs: its area, its congress, its term."""

import re
from collections import defaultdict

from django.db.models import Q

from areas.choices import CongressLevel, Level
from areas.models import Area, Congress, Term
from common.errors import RuleViolation
from deputies.roster.entry import Entry, RosterRow, RosterSheet
from deputies.roster.text import squeezed
from deputies.roster.values import TERM, Unclear, parse_levels, parse_term
from deputies.services.roster.planned import Target, TermKey

SUFFIX = re.compile(r"(街道办事处|街道办|街道|民族乡|镇|乡)$")
OFFICE = re.compile(r"街道办(事处)?$")
STREET = re.compile(r"街道(办事处)?$")
# A congress meets at these lengths of the code; streets have none (地方组织法第八条).
CODE_LENGTHS = {
    CongressLevel.PROVINCE: 2,
    CongressLevel.PREFECTURE: 4,
    CongressLevel.COUNTY: 6,
    CongressLevel.TOWNSHIP: 9,
}


class Places:
    """The areas and terms that the rows of an import can mean, in a few queries."""

    def __init__(self, target: Target, sheets: list[RosterSheet]) -> None:
        if target.area.level not in (Level.COUNTY, Level.TOWN):
            raise RuleViolation("请选择县（区）或乡镇。", field="area")
        self.target = target
        code = target.area.pk
        above = [code[:n] for n in (2, 4, 6) if n <= len(code)]
        towns = Q(code__startswith=code[:6], level=Level.TOWN)
        self.areas = {a.pk: a for a in Area.objects.filter(Q(pk__in=above) | towns)}
        self.areas[code] = target.area
        self._name_towns()
        self.terms: dict[TermKey, Term] = {}
        self.newest: dict[tuple[int, str], int] = {}
        self._load_terms()
        self.hints = {sheet.name: self._hints(sheet) for sheet in sheets}

    def _name_towns(self) -> None:
        """By full name, and by the name without 镇 or 街道 where only one has it."""
        stems: dict[str, set[str]] = defaultdict(set)
        self.towns: dict[str, str] = {}
        for area in self.areas.values():
            if area.level == Level.TOWN and area.pk.startswith(self.target.area.pk):
                stems[SUFFIX.sub("", area.name)].add(area.pk)
                self.towns[area.name] = area.pk
        for stem, codes in stems.items():
            if len(codes) == 1:
                self.towns.setdefault(stem, codes.pop())

    def _load_terms(self) -> None:
        seats = Q(congress__area=None) | Q(congress__area__in=list(self.areas))
        for term in Term.objects.filter(seats).select_related("congress"):
            level, code = term.congress.level, term.congress.area_id or ""
            self.terms[TermKey(level, code, term.number)] = term
            newest = self.newest.get((level, code), 0)
            self.newest[(level, code)] = max(newest, term.number)

    def _hints(self, sheet: RosterSheet) -> tuple[int | None, int | None, str]:
        """Level, term and town that a sheet's name and titles speak of."""
        texts = [*(sheet.header.titles if sheet.header else ()), sheet.name]
        level = term = None
        town = next((t for t in map(self.town, texts) if t), "")
        for text in map(squeezed, texts):
            level = level or self._level_in(text)
            if term is None and TERM.search(text):
                try:
                    term = parse_term(text)
                except Unclear:
                    continue
        return level, term, town

    def _level_in(self, text: str) -> int | None:
        """东宝区第七届人民代表大会… is the county's; 市级 the city's."""
        head = re.split(r"第?[一二三四五六七八九十\d]{1,3}届|人民代表|人大", text)[0]
        if head == text:  # the name of a place alone says where, not which congress
            head = re.sub(r"(代表)?(名册|名单|花名册|一览表|信息表)$", "", text)
        else:
            for area in sorted(self.areas.values(), key=lambda a: -len(a.pk)):
                if head.endswith(area.name) and not STREET.search(area.name):
                    return {2: 2, 4: 3, 6: 4, 9: 5}[len(area.pk)]
        try:
            levels = parse_levels(head)
        except Unclear:
            return None
        return levels[0].value if len(levels) == 1 else None

    def town(self, text: str) -> str:
        """Code of the township a text names; "" if none or more than one."""
        name = squeezed(text).removeprefix(self.target.area.name)
        return self.towns.get(OFFICE.sub("街道", name), "")

    def area_of(self, row: RosterRow) -> Area:
        """Where the person is looked after. Raises Unclear for a place not below."""
        told = row.entry.area
        if not told:
            hinted = self.hints[row.sheet][2]
            return self.areas[hinted] if hinted else self.target.area
        if squeezed(told) == self.target.area.name:
            return self.target.area
        if code := self.town(told):
            return self.areas[code]
        raise Unclear(f"{self.target.area.name}没有叫“{told[:20]}”的乡镇（街道）")

    def keys_of(self, row: RosterRow, area: Area) -> list[TermKey]:
        """The terms a row has a seat in. Raises Unclear if it cannot be known."""
        entry = row.entry
        hinted = self.hints[row.sheet][0]
        levels = entry.level or (self.target.level or hinted or self._own_level(),)
        return [self._key(entry, int(level), row.sheet, area) for level in levels]

    def _own_level(self) -> int:
        """The congress of the area itself; a street's deputies are the county's."""
        area = self.target.area
        is_town = area.level == Level.TOWN and not STREET.search(area.name)
        return CongressLevel.TOWNSHIP if is_town else CongressLevel.COUNTY

    def _key(self, entry: Entry, level: int, sheet: str, area: Area) -> TermKey:
        code = ""
        if level != CongressLevel.NATIONAL:
            length = CODE_LENGTHS[CongressLevel(level)]
            code = area.pk[:length]
            if len(code) < length:
                raise Unclear("乡级代表须写明是哪个乡镇")
        if level == CongressLevel.TOWNSHIP and STREET.search(self.areas[code].name):
            raise Unclear(f"{self.areas[code].name}不设人民代表大会，没有乡级代表")
        number = (
            entry.term
            or self.target.term
            or self.hints[sheet][1]
            or self.newest.get((level, code))
        )
        if not number:
            raise Unclear("不知道是第几届，请在导入时填写届次")
        return TermKey(level, code, number)

    def ensure_term(self, key: TermKey) -> Term:
        """The term on record; entered, with its congress, if it is not. Writes."""
        if key not in self.terms:
            area = self.areas[key.area_code] if key.area_code else None
            name = f"{area.name if area else '全国'}人民代表大会"
            congress, _ = Congress.objects.get_or_create(
                area=area, level=key.level, defaults={"name": name}
            )
            self.terms[key], _ = Term.objects.get_or_create(
                congress=congress,
                number=key.number,
                defaults={"starts_on": self.target.starts_on},
            )
        return self.terms[key]
