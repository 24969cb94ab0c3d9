"""Voters' forms: plain words, no script, and guarded against machines without puzzles.

A guarded form has a field that people do not see (a machine fills it), and a stamp
that says when its page was made (a machine answers at once). Nobody is asked to read
letters off a picture, and what was typed stays whatever is refused.
"""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from common.forms import PublicFormRenderer

OPEN_FOR = 12 * 3600  # seconds a page may lie open before it is sent
STAMP, TRAP = "stamp", "nickname_2"
TOO_QUICK = "刚打开就提交了。请看一遍再点一次，您填的都还在。"
TOO_OLD = "这一页开得太久了。请再点一次提交，您填的都还在。"


class PublicForm(forms.Form):
    """A form in spoken language, that works without script."""

    default_renderer = PublicFormRenderer


def new_stamp() -> str:
    """The stamp of a page made now; random, so that it can be the form's key too."""
    return _signer().sign(secrets.token_hex(16))


def key_of(stamp: str) -> str:
    """The random part of a stamp; empty when it is not ours."""
    try:
        return _signer().unsign(stamp)
    except BadSignature:
        return ""


def sent_by_machine(typed: Any) -> str:
    """Why this post is not taken (words for a person it may hit), or nothing.

    `typed` holds STAMP and TRAP as they were sent.
    """
    if typed.get(TRAP):
        return "有一格请不要填（叫“请留空”），清空后再点一次。"
    stamp = typed.get(STAMP, "")
    try:
        _signer().unsign(stamp, max_age=OPEN_FOR)
    except BadSignature:
        return TOO_OLD
    return TOO_QUICK if _is_young(stamp) else ""


def stamp_again(typed: Any) -> str:
    """The stamp for the page that is shown again: the one sent, unless it is bad."""
    stamp = typed.get(STAMP, "")
    try:
        _signer().unsign(stamp, max_age=OPEN_FOR)
    except BadSignature:
        return new_stamp()
    return str(stamp)


def _is_young(stamp: str) -> bool:
    least = settings.PUBLIC_FORM_SECONDS
    try:
        _signer().unsign(stamp, max_age=least)
    except SignatureExpired:
        return False
    return least > 0


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="public form")
