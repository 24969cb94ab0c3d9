"""The five rates side by side, by month, unit, station, category or area."""

from typing import Any

from reports.dashboard import RATES
from reports.labels import labelled
from reports.questions import Question
from reports.reading import answer
from reports.tables import Headings, rows_url

BY_WORDS = {
    "month": "月份",
    "unit": "承办单位",
    "station": "联络站",
    "category": "类别",
    "area": "地区",
}


def breakdown(question: Question, by: str) -> list[dict[str, Any]]:
    """One line a group: its word and five cells; groups without any base are left out.

    Months and areas in their own order, the rest by what was handed over.
    """
    found = answer(RATES, question, by)
    if by == "category":
        found = Headings().merged(found)
    bases = {key: figures["K07"] for key, figures in found.items()}
    lines = []
    for key, label, asked in labelled(by, bases, question):
        figures = [found[key][code] for code in RATES]
        if not any(figure.denominator for figure in figures):
            continue
        cells = [
            {
                "figure": figure,
                "text": figure.text,
                "url": rows_url(figure, asked),
                "base_url": rows_url(figure, asked, "denominator"),
            }
            for figure in figures
        ]
        lines.append({"label": label, "cells": cells})
    return lines
