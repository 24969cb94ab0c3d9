"""The reply letter read back: what it says, in which order, whatever the words."""

import datetime as dt
import io

from docx import Document
from docx.oxml.ns import qn

from common.documents import OfficialDocument, Reply, reply_letter

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
DAY = dt.date(2026, 11, 2)
HOSTILE = "恶意\x00\x0b\ud800\u202e😀\r\n第二行" + "长" * 10_000


def _read(document: OfficialDocument):
    buffer = io.BytesIO()
    document.save(buffer)
    return Document(buffer)


def _lines(document: OfficialDocument) -> list[str]:
    return [paragraph.text for paragraph in _read(document).paragraphs]


def _words(element) -> str:
    return "".join(written.text for written in element.iter(qn("w:t")))


def _reply(**changes) -> Reply:
    known = {
        "organisation": "东宝区住建局",
        "number": "东建函〔2026〕19号",
        "subject": "东宝区第六届人民代表大会第五次会议",
        "matter_number": "19",
        "deputies": ["王某某", "李某", "张某"],
        "body": "建议收悉，现答复如下：\n一是修建泵站。",
        "signed_on": DAY,
        "result_class": "B",
        "handler": "周某",
        "phone": "0724-2345678",
        "copies": ["区人大代工委", "区政府办"],
    }
    return Reply(**(known | changes))


def test_reply_letter_says_everything_in_order():
    letter = reply_letter(_reply(attachments=["征询意见表"]), created=NOW)

    read = _read(letter)
    head = read.sections[0].first_page_header.paragraphs
    assert [paragraph.text for paragraph in head] == ["类别标记：B", "东宝区住建局"]
    assert [line for line in _lines(letter) if line] == [
        "东建函〔2026〕19号",
        "关于对东宝区第六届人民代表大会第五次会议\n第19号建议的答复",
        "王某某等3名代表：",
        "建议收悉，现答复如下：",
        "一是修建泵站。",
        "附件：征询意见表",
        "东宝区住建局",
        "2026年11月2日",
        "（经办人：周某；联系电话：0724-2345678）",
    ]
    assert read.tables[0].rows[0].cells[0].text == "抄送：区人大代工委，区政府办。"


def test_reply_letter_names_one_deputy_alone_and_leaves_out_what_is_not_known():
    reply = _reply(
        deputies=["王某某"], handler="", phone="", result_class="", copies=()
    )
    read = _read(reply_letter(reply, created=NOW))

    assert read.paragraphs[2].text == "王某某代表："
    assert read.paragraphs[-1].text == "2026年11月2日"
    head = read.sections[0].first_page_header.paragraphs
    assert [paragraph.text for paragraph in head] == ["东宝区住建局"]
    assert read.tables == []


def test_reply_letter_has_no_number_on_its_first_page():
    section = _read(reply_letter(_reply(), created=NOW)).sections[0]

    assert section.different_first_page_header_footer is True
    assert _words(section.first_page_footer._element) == ""
    assert _words(section.footer._element) == "— 1 —"


def test_reply_letter_takes_any_text():
    reply = _reply(
        organisation=HOSTILE,
        subject=HOSTILE,
        matter_number=HOSTILE,
        deputies=[HOSTILE] * 2,
        body=HOSTILE,
        copies=[HOSTILE],
    )

    assert "第恶意" in _lines(reply_letter(reply, created=NOW))[1]
