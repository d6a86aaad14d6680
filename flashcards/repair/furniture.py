"""Page furniture in plain lines: numbers, running headers, rules, columns of cells leave the flow (PDF: `pages`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from flashcards.repair.measure import Line
from flashcards.repair.roles import framed, is_cells, is_item, is_page_number, is_rule

DIGITS = re.compile(r"[\d〇一二三四五六七八九十百]+")
BARE = re.compile(r"\d+|[ivxlc]+|[IVXLC]+")
OFTEN = 3


def mark(lines: Sequence[Line]) -> list[Line]:
    """The lines, each page number, running header and rule with its role; the rest stays ``line``.

    What follows furniture begins a run of its own, so that only the page gate can join it to what stood before.
    """
    outside = _roles(lines)
    if not outside and all(line.role == "line" for line in lines):
        return list(lines)
    marked: list[Line] = []
    aside = False
    for line in lines:
        role = outside.get(line.order, line.role)
        gap = line.gap or (aside and role == "line")
        marked.append(line if (role, gap) == (line.role, line.gap) else line._replace(role=role, gap=gap))
        aside = role != "line"
    return marked


def _roles(lines: Sequence[Line]) -> dict[int, str]:
    roles = dict.fromkeys(_running(lines), "running-header")
    roles |= dict.fromkeys(_page_numbers(lines), "page-number")
    roles |= {line.order: "table" for line in lines if is_cells(line.text) and not is_item(line.text)}
    signed = [line for line in lines if line.signed]
    roles |= {line.order: "heading" for line in signed if framed(line.text)}
    roles |= {line.order: "rule" for line in signed if is_rule(line.text)}
    return {line.order: roles[line.order] for line in lines if line.role == "line" and line.order in roles}


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Lines that are only a page number. A bare number counts where another of the file is near it in value."""
    alone = [line for line, after in _with_next(lines) if _apart(line, after) and is_page_number(line.text)]
    found = {line.order for line in alone if not BARE.fullmatch(line.text)}
    bare = [(int(line.text), line) for line in alone if line.text.isdecimal()]
    for index, (number, line) in enumerate(bare):
        near = [other for other, _ in bare[max(0, index - 1) : index + 2]]
        if any(0 < abs(other - number) <= 2 for other in near):
            found.add(line.order)
    return found | _counting(lines)


def _counting(lines: Sequence[Line]) -> set[int]:
    """Bare numbers between lines of text that count on by one at least three times, some lines apart."""
    bare = [(int(line.text), line.order) for line in lines if line.text.isdecimal() and len(line.text) < 5]
    chain: list[tuple[int, int]] = []
    found: set[int] = set()
    for number, order in bare:
        if chain and (number != chain[-1][0] + 1 or order < chain[-1][1] + 5):
            chain = []
        chain.append((number, order))
        if len(chain) >= OFTEN:
            found |= {place for _, place in chain}
    return found


def _running(lines: Sequence[Line]) -> set[int]:
    """Lines that recur, digits aside, at least three times and stand apart: headers and footers of pages."""
    apart = [line for line, after in _with_next(lines) if not line.final and _apart(line, after)]
    openings = {_digitless(line.text[0]) for line in apart}
    alike = [line for line in lines if _digitless(line.text[0]) in openings]
    keys = {line.order: _digitless("".join(line.text.split())) for line in alike}
    counts = Counter(keys.values())
    return {line.order for line in apart if counts[keys[line.order]] >= OFTEN and len(keys[line.order]) >= 4}


def _digitless(text: str) -> str:
    """A text with 0 for every number."""
    return DIGITS.sub("0", text)


def _with_next(lines: Sequence[Line]) -> list[tuple[Line, Line | None]]:
    return list(zip(lines, [*lines[1:], None], strict=True)) if lines else []


def _apart(line: Line, after: Line | None) -> bool:
    """Whether a line stands between blank lines or at the edge of a page (form feed)."""
    edge = after is None or after.gap or after.page != line.page
    return (line.gap and edge) or (line.page is not None and (line.gap or edge))
