"""Categories: the first ones, editing, and the one that a visitor's words point to."""

import re
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from areas import permissions as may
from areas.default_categories import DEFAULT_CATEGORIES
from areas.initials import initials
from areas.models import Category
from audit.services import record
from common.errors import RuleViolation
from common.search import folded
from common.texts import one_line

BETWEEN = re.compile(r"[\s,，、;；|/]+")


class Suggestion(NamedTuple):
    """A category that fits, and in Chinese why."""

    category: Category
    reason: str


@transaction.atomic
def seed_categories() -> int:
    """Enter the default categories whose codes are not there; answers how many.

    Existing ones are left as people made them, switched off or renamed included.
    """
    held = {row.code: row for row in Category.objects.all()}
    before = len(held)
    for heading in DEFAULT_CATEGORIES:
        parent = held.get(heading.code) or _new(heading.code, heading.name)
        for code, name, keywords in heading.children:
            if code not in held:
                held[code] = _new(code, name, keywords, parent)
        held[heading.code] = parent
    return len(held) - before


def _new(
    code: str, name: str, keywords: str = "", parent: Category | None = None
) -> Category:
    return Category.objects.create(
        code=code,
        name=name,
        keywords=keywords.replace(" ", "、"),
        initials=initials(name)[:20],
        parent=parent,
    )


def suggest_category(words: str) -> Suggestion | None:
    """The active category whose key words weigh most in these words, if any occur.

    A long key word says more than a short one; every key word counts once. Costs one
    query. It only proposes: a person chooses.
    """
    text = folded(words)
    best, best_weight, best_found = None, 0, []
    for category in Category.objects.filter(is_active=True, parent__isnull=False):
        found = [word for word in key_words(category) if word in text]
        weight = sum(len(word) ** 2 for word in found)
        if weight > best_weight:
            best, best_weight, best_found = category, weight, found
    if best is None:
        return None
    said = "、".join(f"“{word}”" for word in best_found[:3])
    return Suggestion(best, f"原话提到{said}")


def key_words(category: Category) -> list[str]:
    """The words that point to a category: its own name and its key words."""
    words = [category.name, *BETWEEN.split(category.keywords)]
    return [w for w in dict.fromkeys(map(folded, words)) if len(w) > 1 and w != "其他"]


@transaction.atomic
def create_category(
    *, actor: Any, code: str, parent: Category | None = None, **told: Any
) -> Category:
    """A new heading, or with `parent` (a heading) a category below it."""
    code = one_line(code, label="编号", field="code", longest=20, required=True)
    if Category.objects.filter(code=code).exists():
        raise RuleViolation("已有这个编号。", field="code")
    if parent is not None and parent.parent_id is not None:
        raise RuleViolation("类别只有两级，请选一级类别。", field="parent")
    category = Category(code=code, parent=parent)
    return _write(category, "create_category", "新建类别", actor, told)


@transaction.atomic
def edit_category(category: Category, *, actor: Any, **told: Any) -> Category:
    """Change name, initials, key words, or whether it is in use; never its place."""
    return _write(category, "edit_category", "修改类别", actor, told)


TEXTS = {"name": ("名称", 60), "initials": ("首字母", 20), "keywords": ("关键词", 500)}


def _write(
    category: Category, verb: str, label: str, actor: Any, told: dict[str, Any]
) -> Category:
    if not may.may_import(actor):
        raise PermissionDenied
    was = {key: getattr(category, key) for key in told} if category.pk else {}
    for key, value in told.items():
        if key in TEXTS:
            word, longest = TEXTS[key]
            needed = key == "name"
            value = one_line(
                value, label=word, field=key, longest=longest, required=needed
            )
        setattr(category, key, value)
    category.initials = category.initials.lower() or initials(category.name)[:20]
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:  # somebody else entered it a moment ago
        raise RuleViolation("已有这个编号。", field="code") from error
    moved = {
        key: [before, getattr(category, key)]
        for key, before in was.items()
        if getattr(category, key) != before
    }
    record(verb, category, actor=actor, label=label, data={"changed": moved})
    return category
