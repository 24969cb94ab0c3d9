"""Typed text on its way into a record."""

import io

import pytest
from docx import Document

from common.texts import cleaned, one_line


@pytest.mark.parametrize("clean", [cleaned, one_line])
def test_signs_that_no_word_file_may_hold_are_dropped(clean):
    every = "".join(map(chr, range(0x11000)))

    kept = clean(every, label="原话", field="words", longest=10**6)

    document = Document()
    document.add_paragraph(kept)  # refuses what XML does not know
    document.save(io.BytesIO())
    assert "水" in kept
