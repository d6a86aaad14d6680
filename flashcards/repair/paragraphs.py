"""Lines -> paragraphs: where a run of lines breaks, and which halves a page break parted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from flashcards.dates import DATE
from flashcards.repair.measure import MARKS, Line, column, ends_sentence, first_token, groups
from flashcards.repair.roles import (
    NOTE_END,
    heading_level,
    is_byline,
    is_item,
    is_note,
    is_rule,
    item_follows,
)

FULL = 0.85  # of the column: a line that goes to the edge
GATE = 0.7  # share of full last lines among the ends without a final mark, from which page breaks are joined
NARROW = 0.6  # of the column: a line without a final mark that stops here is a heading or the like
BULGE = 1.1  # of the column: a line that someone edited
NARROWEST = 9.0  # em; nobody wraps prose at less
LONG_LINES = 17  # lines of a run from which its column is measured around each line
NEAR = 6  # lines looked at on each side
LONG_RUN = 1500.0  # em; a run longer than paragraphs are is parted even where nothing but short lines tells
SHORT_PIECE = 110.0  # em; so is a shorter run whose pieces are this short on average
SLACKS = (0.0, 0.5, 1.0, 1.6, 2.0, 3.0)  # em that a line may end early without saying anything


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; ``joins`` are the indexes of lines that follow a page break, ``column`` in em."""

    lines: tuple[Line, ...]
    role: str = "body"
    level: int = 0
    column: float = 0.0
    joins: tuple[int, ...] = ()


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines are physical: many end in mid-sentence at the edge of their column, and they read like prose.

    A file with a sentence or a paragraph a line, verse and lists of words have next to none of these.
    """
    full = pairs = 0
    for group in groups(lines):
        edge = column(group)
        if edge < NARROWEST:
            continue
        for line, after in pairwise(group):
            goes_on = not line.final and _reach(line, edge) >= FULL * edge
            if not goes_on or not (_is_marked(line) or _is_marked(after)):
                pairs += 1
                full += goes_on
    prose = sum(not MARKS.isdisjoint(line.text) for line in lines)
    return full > 0 and full >= 0.25 * pairs and prose >= 0.2 * len(lines)


def single_spaced(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without the blank line that some exports put behind every physical line; others as they are."""
    runs = groups(lines)
    alone = [run[0] for run in runs if len(run) == 1]
    if len(alone) < 8 or len(alone) < 0.9 * len(runs):
        return lines
    edge = column(alone)
    full = sum(_reach(line, edge) >= FULL * edge and not line.final for line in alone)
    prose = sum(not MARKS.isdisjoint(line.text) for line in alone)
    if full < 0.4 * len(alone) or prose < 0.6 * len(alone) or edge < NARROWEST:
        return lines
    close = [True, *(after.number - line.number <= 2 for line, after in pairwise(lines))]
    return [line._replace(gap=line.gap and not near) for line, near in zip(lines, close, strict=True)]


def with_room(lines: Sequence[Line]) -> list[Line]:
    """The lines; those of long runs with the room behind them, by the column around them.

    A file without blank lines may be set in several widths, and holds notes that are not wrapped at all. The column at
    a line is the widest that three lines share, of the lines before it or of those behind it, whichever is less.
    """
    found: list[Line] = []
    runs = groups(lines)
    inner = [line.indent + line.width for run in runs for line in run[:-1]]
    common = sorted(inner)[-1 - max(2, len(inner) // 20)] if len(inner) > 2 else 0.0
    for run in runs:
        if any(line.free is not None for line in run):
            found += run
            continue
        if len(run) < LONG_LINES:
            edge = _without_bulge(run, common)
            found += [line._replace(free=edge - line.indent - line.width) for line in run] if edge else run
            continue
        widths = [line.indent + line.width for line in run]
        for i, line in enumerate(run):
            sides = (widths[max(0, i - NEAR) : i + 1], widths[i : i + NEAR + 1])
            edge = min(_common(side) for side in sides if len(side) > 3)
            found.append(line._replace(free=max(0.0, edge - widths[i])))
    return found


def _without_bulge(run: Sequence[Line], common: float) -> float:
    """The column of a short run in which one line alone goes far beyond it, as an edited line does; else 0.

    ``common``: where the full lines of the document end; another line of the run ends there, too.
    """
    ends = sorted(line.indent + line.width for line in run)
    if len(run) < 2 or common < NARROWEST or ends[-1] < BULGE * max(common, ends[-2]):
        return 0.0
    return ends[-2] if FULL * common <= ends[-2] <= BULGE * common else common


def _common(widths: Sequence[float]) -> float:
    """The widest that three of these widths share, to 1.6 em; else the widest."""
    ordered = sorted(widths, reverse=True)
    return next((wide for wide, third in zip(ordered, ordered[2:], strict=False) if wide - third <= 1.6), ordered[0])


def _is_marked(line: Line) -> bool:
    """Whether a line says itself that it is no running prose."""
    text = line.text
    return line.signed and (is_note(text) or is_byline(text) or heading_level(text, alone=False) > 0)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a document sets its paragraphs: whether first lines are indented, from which indent, and how ragged.

    ``narrowed``: first lines are shorter by an indent that extraction lost.
    """

    indented: bool
    base: float
    slack: float
    narrowed: bool


def habit_of(runs: Sequence[Sequence[Line]], edges: Sequence[float]) -> Habit:
    """A document's habit, measured once over all its runs of lines and their columns."""
    after = Counter(round(line.indent * 2) / 2 for run in runs for line in run[1:])
    base = after.most_common(1)[0][0] if after else 0.0
    first = [run[0].indent - base >= 1.5 for run in runs if len(run) > 1]
    inner = [line.indent - base >= 1.5 for run in runs for line in run[1:]]
    indented = sum(first) + sum(inner) >= 2 and sum(first) >= 0.6 * len(first)
    indented = indented or (len(first) == 1 and first[0] and 1.5 <= runs[0][0].indent - base <= 5)
    return Habit(indented, base, _slack(runs, edges), not indented and _narrowed(runs, edges))


def _narrowed(runs: Sequence[Sequence[Line]], edges: Sequence[float]) -> bool:
    """Whether lines that begin a paragraph are shorter by some 2 em, and other lines inside paragraphs are not."""
    first: list[bool] = []
    inner: list[bool] = []
    for run, edge in zip(runs, edges, strict=True):
        for before, line, after in zip([None, *run], run, run[1:], strict=False):
            if line.final or _is_marked(after):
                continue
            begins = before is None or ends_sentence(before.text)
            (first if begins else inner).append(_is_narrow(line, edge))
    return len(first) >= 4 and sum(first) >= 0.5 * len(first) and sum(inner) <= 0.1 * len(inner)


def _is_narrow(line: Line, edge: float) -> bool:
    return 1.4 <= _room(line, edge) <= 4.6


def split(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of hard-wrapped lines; nothing is joined over a blank line yet."""
    runs = groups(lines)
    edges = list(map(column, runs))
    habit = habit_of(runs, edges)
    found: list[Paragraph] = []
    for run, edge in zip(runs, edges, strict=True):
        parts = _parted(run, partial(_breaks, edge=edge, habit=habit))
        told = [part for part in parts if len(part) > 1 and not _is_listed(part[0].text)]
        prose = sum(line.width for part in told for line in part)
        for part in parts:
            pieces = [part] if habit.indented else _parted(part, partial(_fits, edge=edge, habit=habit))
            if prose <= LONG_RUN and not _often(pieces):
                pieces = [part]
            found.extend(Paragraph(tuple(piece), column=edge) for piece in pieces)
    return found


def _is_listed(text: str) -> bool:
    """Whether a line opens a member of a list; an article of a law is prose."""
    return is_item(text) and not text.startswith("第")


def _often(pieces: Sequence[Sequence[Line]]) -> bool:
    """Whether lines that end early are so many that they part paragraphs even in a run of a paragraph's length.

    Else such a run is left whole: two paragraphs in one passage do less harm than a paragraph in two, and its sentences
    are found all the same.
    """
    total = sum(line.width for piece in pieces for line in piece)
    return len(pieces) > 2 and total < SHORT_PIECE * len(pieces)


def _parted(run: Sequence[Line], begins: Callable[[Sequence[Line], Line], bool]) -> list[list[Line]]:
    """A run cut before every line that begins something."""
    parts: list[list[Line]] = []
    for line in run:
        if parts and not begins(parts[-1], line):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _breaks(part: Sequence[Line], line: Line, edge: float, habit: Habit) -> bool:
    """Whether ``line`` begins a paragraph behind the lines of ``part``: by an indent, a list, a heading."""
    last, text = part[-1], line.text
    signed, opened, final = line.signed, part[0].signed, last.final
    if (signed and is_rule(text)) or (last.signed and is_rule(last.text)):
        return True
    room = _room(last, edge)
    noted = signed and is_note(text)
    if noted and DATE.search(text[:24]):
        return True
    if opened and is_note(part[0].text) and (NOTE_END.search(last.text) or last.width > 1.2 * max(line.width, edge)):
        return True
    hangs = opened and is_item(part[0].text) and line.indent >= part[0].indent + 0.5
    if habit.indented and 1.5 <= line.indent - habit.base <= 5 and not hangs:
        return True
    if not hangs and line.indent - last.indent >= 1.5 and (final or room > 1.6):
        return True
    if (noted or (signed and is_item(text))) and (final or room > 1.6 or item_follows(part[0].text, text)):
        return True
    if len(part) == 1 and room > 1.6 and heading_level(last.text, alone=False):
        return True
    if signed and 0 < heading_level(text, alone=False) <= 4 and (final or room > 1.6):
        return True
    if last.order < 3 and MARKS.isdisjoint(last.text) and room - first_token(text) > max(habit.slack, 1.6):
        return True  # a title above a text without blank lines
    if final or habit.indented or edge <= NARROWEST:
        return False
    if len(part) > 1 and _reach(part[-2], edge) >= FULL * edge and not part[-2].final:
        return False  # a line that someone shortened: it goes on from the line above
    return _reach(last, edge) < NARROW * edge and room - first_token(text) >= habit.slack


def _fits(part: Sequence[Line], line: Line, edge: float, habit: Habit) -> bool:
    """Whether a break behind a final mark was meant: the next word would have fit, or an indent was lost."""
    last = part[-1]
    if not last.final:
        return False
    if habit.narrowed and _is_narrow(line, edge) and not line.final:
        return True
    return _room(last, edge) - first_token(line.text) >= habit.slack


def _reach(line: Line, edge: float) -> float:
    """Where a line ends, in em from the left edge of its column."""
    return edge - _room(line, edge)


def _room(line: Line, edge: float) -> float:
    """What is free behind a line, in em."""
    return line.free if line.free is not None else edge - line.indent - line.width


def _slack(runs: Sequence[Sequence[Line]], edges: Sequence[float]) -> float:
    """How much room lines leave in mid-sentence where the next word would have fit: the document's own habit."""
    over: list[float] = []
    for run, edge in zip(runs, edges, strict=True):
        for line, after in pairwise(run):
            if not line.final and after.indent < line.indent + 1.5:
                over.append(_room(line, edge) - first_token(after.text))
    if len(over) < 5:
        return 1.6
    return next((s for s in SLACKS if sum(value >= s for value in over) <= 0.03 * len(over)), SLACKS[-1])


def join_pages(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], float]:
    """Join the halves that page breaks parted, if this document's ends without a final mark look like page breaks.

    Returns the paragraphs and the confidence of the joins (0 where none was made). What stands between two halves
    (page numbers, running headers, notes) is kept behind the joined paragraph.
    """
    pairs = [(a, b) for a, b in _neighbours(paragraphs) if _open(paragraphs[a]) and not _closed(paragraphs[b])]
    full = [pair for pair in pairs if _cut(paragraphs[pair[0]], paragraphs[pair[1]])]
    if not full or len(full) < GATE * len(pairs):
        return list(paragraphs), 0.0
    confidence = (len(full) + 0.5) / (len(pairs) + 1)
    into = {b: a for a, b in full}
    merged = list(paragraphs)
    for b in sorted(into):
        a = into[b]
        while a in into:
            a = into[a]
        head, tail = merged[a], paragraphs[b]
        joins = (*head.joins, len(head.lines))
        merged[a] = replace(head, lines=head.lines + tail.lines, joins=joins, column=max(head.column, tail.column))
    return [paragraph for index, paragraph in enumerate(merged) if index not in into], confidence


def _neighbours(paragraphs: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """Indexes of body paragraphs that follow each other, page furniture and notes aside."""
    body = [
        index
        for index, paragraph in enumerate(paragraphs)
        if paragraph.role not in ("page-number", "running-header", "note", "rule")
    ]
    return [
        (a, b) for a, b in pairwise(body) if paragraphs[a].role in ("body", "item") and paragraphs[b].role == "body"
    ]


def _open(paragraph: Paragraph) -> bool:
    """Whether a paragraph stops without a final mark, colon or semicolon."""
    return not paragraph.lines[-1].final


def _closed(paragraph: Paragraph) -> bool:
    """Whether a paragraph surely begins here."""
    line = paragraph.lines[0]
    return line.signed and (is_note(line.text) or is_item(line.text))


def _cut(head: Paragraph, tail: Paragraph) -> bool:
    """Whether the last line of ``head`` goes to the edge and ``tail`` begins at the edge."""
    edge = max(head.column, tail.column if len(tail.lines) > 1 or len(head.lines) == 1 else 0.0)
    last, first = head.lines[-1], tail.lines[0]
    inner = (
        head.lines[1].indent if len(head.lines) > 1 else tail.lines[1].indent if len(tail.lines) > 1 else first.indent
    )
    return _reach(last, edge) >= FULL * edge and abs(first.indent - inner) < 1.5
