"""Writing deputies as persons, their seats, and what was asked of their files."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from areas.choices import Level
from areas.models import Area, Term
from audit.models import Event
from audit.services import record
from common.crypto import digest
from common.errors import RuleViolation
from deputies import permissions as may
from deputies.models import Deputy, Mandate
from deputies.roster.values import Unclear, parse_id_number, parse_name, parse_phone
from deputies.services.saving import changed, labels_of, plain, save_within_rules

# Never in the trail: what is encrypted in the row stays unread there too.
SECRET = ("phone", "id_number", "address")


@transaction.atomic
def create_deputy(
    *, actor: User, area: Area, name: str, is_namesake: bool = False, **facts: Any
) -> Deputy:
    """Enter a person in the roll of an area.

    A person of the same county with the same name and month of birth is taken for
    the same one and refused, unless `is_namesake` says that they are two.
    """
    if not may.may_keep_area(actor, area):
        raise PermissionDenied
    facts = _tidy({"name": name, "area": area, **facts})
    if not is_namesake:
        _refuse_double(facts)
    deputy = Deputy(**facts)
    save_within_rules(deputy)
    record("create", deputy, actor=actor, label="登记代表")
    return deputy


@transaction.atomic
def edit_deputy(deputy: Deputy, *, actor: User, **facts: Any) -> Event | None:
    """Change facts of a person; the trail names what changed, None if nothing did."""
    if not may.may_edit(actor, deputy):
        raise PermissionDenied
    facts = _tidy(facts)
    area = facts.get("area", deputy.area)
    if not may.may_keep_area(actor, area):
        raise RuleViolation("您不管理这个地区的名册。", field="area")
    before = changed(deputy, facts)
    if not before:
        return None
    save_within_rules(deputy, only=[*before, "updated_at"])
    return record(
        "edit",
        deputy,
        actor=actor,
        label="修改代表信息",
        note=labels_of(deputy, (name for name in before if name != "id_digest")),
        data={n: str(v) for n, v in before.items() if n not in (*SECRET, "id_digest")},
    )


def _tidy(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts in the forms the roll keeps: the same as the import's."""
    facts = plain(facts)
    area = facts.get("area")
    if area is not None and area.level not in (Level.COUNTY, Level.TOWN, Level.VILLAGE):
        raise RuleViolation("请选择县（区）、乡镇或村。", field="area")
    readers = {
        "name": lambda text: parse_name(text).name,
        "phone": parse_phone,
        "id_number": lambda text: parse_id_number(text).number,
    }
    for field, read in readers.items():
        if facts.get(field):
            try:
                facts[field] = read(facts[field])
            except Unclear as unclear:
                raise RuleViolation(f"{unclear}。", field=field) from unclear
    if "id_number" in facts:
        facts["id_digest"] = digest(facts["id_number"])
    birth = facts.get("birth_month")
    if birth is not None:
        facts["birth_month"] = _birth(birth)
    return facts


def _birth(month: dt.date) -> dt.date:
    """First day of the month; deputies are citizens of 18 and more (宪法第三十四条)."""
    today = localdate()
    age = today.year - month.year - (today.month < month.month)
    if not 18 <= age <= 100:
        raise RuleViolation("年龄应在 18 到 100 岁之间，请核对。", field="birth_month")
    return month.replace(day=1)


def _refuse_double(facts: dict[str, Any]) -> None:
    same = Deputy.objects.under(facts["area"].pk[:6]).filter(
        name=facts["name"], birth_month=facts.get("birth_month")
    )
    if same.exists():
        text = (
            "本县（区）已有同名、同出生年月的代表。确是两个人的，请勾选“确是另一人”。"
        )
        raise RuleViolation(text, field="name")


def terms_for(code: str) -> QuerySet[Term]:
    """Terms of the congresses a person of this area may sit in: above, at and below."""
    above = [code[:n] for n in (2, 4, 6, 9) if n <= len(code)]
    seats = Q(congress__area=None) | Q(congress__area__in=above)
    found = Term.objects.filter(seats | Q(congress__area__code__startswith=code))
    return found.select_related("congress").order_by("congress__level", "-number")


@transaction.atomic
def add_mandate(
    deputy: Deputy, *, actor: User, term: Term, starts_on: dt.date, **facts: Any
) -> Mandate:
    """Enter a seat; its level is that of the congress."""
    level = term.congress.level
    if not may.may_set_seat(actor, deputy, level):
        raise PermissionDenied
    if not terms_for(deputy.area_id).filter(pk=term.pk).exists():
        raise RuleViolation("这一届人大不在该代表所在地区。", field="term")
    _check_start(term, starts_on)
    mandate = Mandate(
        deputy=deputy, term=term, level=level, starts_on=starts_on, **plain(facts)
    )
    save_within_rules(mandate)
    data = {"mandate": mandate.pk, "term": str(term)}
    record(
        "add_mandate",
        deputy,
        actor=actor,
        label="登记代表资格",
        note=str(term),
        data=data,
    )
    return mandate


@transaction.atomic
def edit_mandate(mandate: Mandate, *, actor: User, **facts: Any) -> Event | None:
    """Correct the facts of a seat; term and status are not among them."""
    if not may.may_step(actor, mandate):
        raise PermissionDenied
    if "starts_on" in facts:
        _check_start(mandate.term, facts["starts_on"])
    before = changed(mandate, plain(facts))
    if not before:
        return None
    save_within_rules(mandate, only=list(before))
    return record(
        "edit_mandate",
        mandate.deputy,
        actor=actor,
        label="修改代表资格信息",
        note=labels_of(mandate, before),
        data={"mandate": mandate.pk, **{n: str(v) for n, v in before.items()}},
    )


def _check_start(term: Term, starts_on: dt.date) -> None:
    if term.starts_on and starts_on < term.starts_on:
        text = f"这一届从 {term.starts_on} 开始，任职不能更早。"
        raise RuleViolation(text, field="starts_on")
    if term.ends_on and starts_on >= term.ends_on:
        raise RuleViolation(f"这一届已于 {term.ends_on} 结束。", field="starts_on")


@transaction.atomic
def reveal_phone(deputy: Deputy, *, actor: User, reason: str) -> str:
    """The full phone number, for a reason that stays in the trail."""
    if not may.may_reveal(actor, deputy):
        raise PermissionDenied
    text = reason.strip()
    if len(text) < 2:
        raise RuleViolation("请写明为什么要看完整号码。", field="reason")
    record("reveal_phone", deputy, actor=actor, label="查看完整手机号码", note=text)
    return deputy.phone


def note_export(*, actor: User, count: int, conditions: str) -> Event:
    """Leave in the trail that the roll was taken away as a file."""
    if not may.may_oversee(actor):
        raise PermissionDenied
    return record(
        "export",
        None,
        actor=actor,
        label="导出代表名册",
        note=conditions,
        data={"rows": count},
    )
