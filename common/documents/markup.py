"""WordprocessingML elements, said shortly.

`element("jc", val="center")` is `<w:jc w:val="center"/>`. The schema fixes the order
of children; whoever builds an element gives them in that order.
"""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TWIPS_PER_POINT = 20


def element(tag: str, *children: Any, **attributes: object) -> Any:
    """One element of the `w:` namespace; children that are None are left out."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(child for child in children if child is not None)
    return made


def twips(points: float) -> int:
    """Points as twentieths of a point, the unit of Word."""
    return round(points * TWIPS_PER_POINT)


def run(text: str, *properties: Any) -> Any:
    """A run of cleaned text; a line end in it becomes a line break."""
    made = element("r", element("rPr", *properties) if properties else None)
    for number, line in enumerate(text.split("\n")):
        if number:
            made.append(element("br"))
        written = element("t")
        written.set(qn("xml:space"), "preserve")
        written.text = line
        made.append(written)
    return made


def field(instruction: str, shown: str) -> Any:
    """A field that Word works out, such as PAGE, with what it shows until then."""
    return element("fldSimple", run(shown), instr=instruction)


def paragraph(style: str, *runs: Any, properties: tuple[Any, ...] = ()) -> Any:
    """A paragraph of a style; `properties` are its own exceptions to that style."""
    settings = element("pPr", element("pStyle", val=style), *properties)
    return element("p", settings, *runs)


def borders(tag: str, **edges: tuple[str, int, str, int]) -> Any:
    """The edges of a paragraph (`pBdr`), a table or a cell.

    Each edge is (kind, eighths of a point, colour, points of distance).
    """
    made = element(tag)
    for edge, (kind, size, colour, space) in edges.items():
        made.append(element(edge, val=kind, sz=size, space=space, color=colour))
    return made
