"""Typed text on its way into a record: unseen signs are dropped, length is held."""

import re
import unicodedata

from common.errors import RuleViolation

# Control signs but line feed and tab, halves of surrogate pairs, marks that turn the
# direction of what follows (they make one text look like another), and the two signs
# that are none: no Word or Excel file may hold them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufffe\uffff\ud800-\udfff]"
)

# A mobile number, or a landline with its area code (mainland China).
MAINLAND_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", re.ASCII)


def cleaned(
    text: str, *, label: str, field: str, longest: int, required: bool = False
) -> str:
    """The text without unseen signs and outer blanks.

    Raises RuleViolation naming `field`, in words with `label`, when it is longer than
    `longest` signs, or empty though required.
    """
    plain = UNSEEN.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n")).strip()
    if required and not plain:
        raise RuleViolation(f"请填写{label}。", field=field)
    if len(plain) > longest:
        raise RuleViolation(
            f"{label}最多 {longest} 字，现在有 {len(plain)} 字。", field=field
        )
    return plain


def one_line(
    text: str, *, label: str, field: str, longest: int, required: bool = False
) -> str:
    """As `cleaned`, with every run of blanks and line ends as one blank."""
    return cleaned(
        " ".join(str(text).split()),
        label=label,
        field=field,
        longest=longest,
        required=required,
    )


def normal_contact(text: str) -> str:
    """A telephone number or other contact as it is compared: no blanks, no +86."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"[\s\-()]", "", UNSEEN.sub("", plain))
    return re.sub(r"^(\+|00)86(?=\d)", "", plain)
