"""The answer a unit sends to the deputies who made a suggestion (建议答复函)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from common.documents.official import OfficialDocument
from common.documents.text import clean_line


@dataclass(frozen=True)
class Reply:
    """What stands in a reply letter, already worded and decided.

    `subject` names what is answered without its number (东宝区第六届人民代表大会第五次
    会议); `deputies` begins with the lead; `body` has a line for each paragraph.
    """

    organisation: str
    number: str  # ××函〔2026〕19号
    subject: str
    matter_number: str
    deputies: Sequence[str]
    body: str
    signed_on: dt.date
    result_class: str = ""  # A, B, C or D
    matter: str = "建议"
    handler: str = ""
    phone: str = ""
    copies: Sequence[str] = ()
    attachments: Sequence[str] = ()


def reply_letter(reply: Reply, *, created: dt.datetime) -> OfficialDocument:
    """The letter, in the letter form of GB/T 9704-2012 clause 10.1, ready to save."""
    title = reply_title(reply)
    letter = OfficialDocument(title=title, author=reply.organisation, created=created)
    mark = f"类别标记：{reply.result_class}" if reply.result_class else ""
    letter.letterhead(reply.organisation, mark=mark)
    letter.letter_number(reply.number)
    letter.title(title)
    letter.addressee(salutation(reply.deputies))
    letter.paragraph(reply.body)
    letter.attachments(reply.attachments)
    letter.signature(reply.organisation, reply.signed_on)
    if called := _whom_to_call(reply):
        letter.remark(called)
    letter.cc(reply.copies)
    return letter


def reply_title(reply: Reply) -> str:
    """关于对…会议第19号建议的答复, broken before 第 when one line cannot hold it."""
    start = f"关于对{clean_line(reply.subject)}"
    end = f"第{clean_line(reply.matter_number)}号{reply.matter}的答复"
    return f"{start}\n{end}" if len(start + end) > 20 else start + end


def salutation(deputies: Sequence[str]) -> str:
    """王某代表, or 王某等5名代表 for those who signed together."""
    if not deputies:
        return "各位代表"
    lead = clean_line(deputies[0])
    return f"{lead}等{len(deputies)}名代表" if len(deputies) > 1 else f"{lead}代表"


def _whom_to_call(reply: Reply) -> str:
    said = (("经办人", reply.handler), ("联系电话", reply.phone))
    return "；".join(f"{label}：{clean_line(words)}" for label, words in said if words)
