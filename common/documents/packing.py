"""Writing a document so that the same content gives the same bytes, always."""

import datetime as dt
import io
import zipfile
from typing import Any, BinaryIO

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from common.documents.text import clean_line

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip entry can bear
LONGEST_PROPERTY = 255
# What the starting file of python-docx carries and no document of ours needs.
UNUSED_IN_PACKAGE = (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
UNUSED_IN_DOCUMENT = (
    RELATIONSHIP_TYPE.CUSTOM_XML,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
)


def set_properties(
    document: Document, *, title: str, author: str, created: dt.datetime
) -> None:
    """Title, author and moment, which must know its time zone; nothing else is told."""
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    moment = created.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
    known = document.core_properties
    known.title = clean_line(title)[:LONGEST_PROPERTY]
    known.author = known.last_modified_by = clean_line(author)[:LONGEST_PROPERTY]
    known.comments = ""
    known.language = "zh-CN"
    known.revision = 1
    known.created = known.modified = moment


def drop_unused_parts(document: Document) -> None:
    """Take out the preview picture and other leftovers of the starting file."""
    _drop(document.part.package.rels, UNUSED_IN_PACKAGE)
    _drop(document.part.rels, UNUSED_IN_DOCUMENT)


def _drop(relations: Any, kinds: tuple[str, ...]) -> None:
    for key in [key for key, rel in relations.items() if rel.reltype in kinds]:
        del relations[key]


def write(document: Document, buffer: BinaryIO) -> None:
    """Save the document with entries that bear no clock and no machine."""
    saved = io.BytesIO()
    document.save(saved)
    with (
        zipfile.ZipFile(saved) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
