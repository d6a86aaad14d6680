"""Marks that call a note (①, [1]) are taken out of the words to be learned; which note they called is kept."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from flashcards.model import Block, Repair
from flashcards.repair.roles import CIRCLED

MARKER = re.compile(rf"[{CIRCLED}]|\[\d{{1,3}}\]|〔\d{{1,3}}〕|［\d{{1,3}}］|【\d{{1,3}}】|[*＊†]{{1,3}}")
# A circled number calls a note only before a mark or the end; elsewhere it counts the members of a list.
CALL = re.compile(
    rf"[{CIRCLED}](?=[，。；：、！？…”’」』）》]|\s*$)|\[\d{{1,3}}\]|〔\d{{1,3}}〕|［\d{{1,3}}］|【\d{{1,3}}】"
)
INNER_END = re.compile(r"[。！？!?…][”’」』）)》]*(?=.*\w)", re.DOTALL)  # a sentence ends, and words follow
Starts = Sequence[tuple[int, int]]  # offset in the text where a line begins, and the number of that line
PROSE = ("body", "item", "verse")


def called(notes: Iterable[str]) -> frozenset[str]:
    """The marks that notes open with."""
    return frozenset(match.group() for note in notes if (match := MARKER.match(note.lstrip())))


def take_out(block: Block, known: frozenset[str], starts: Starts) -> tuple[Block, list[Repair]]:
    """A passage without the marks of ``known`` notes, and a repair for each; ``starts`` are the offsets of its lines.

    ``layout["mark"]`` of the block is the number of the mark at its end, or in its only sentence; ``layout["cited"]``
    that of the first mark that stands behind another of its sentences and tells of that sentence at most.
    """
    if not known or block.role not in PROSE:
        return block, []
    calls = [m for m in CALL.finditer(block.text) if m.group() in known and m.start()]
    if not calls:
        return block, []
    repairs = []
    for call in calls:
        start, line = starts[bisect_right(starts, call.start(), key=lambda entry: entry[0]) - 1]
        repairs.append(Repair("note-mark", line, f"{call.group()} removed, column {call.start() - start + 1}"))
    kept = pairwise([0, *(edge for call in calls for edge in call.span()), len(block.text)])
    text = "".join(block.text[start:end] for start, end in islice(kept, 0, None, 2)).rstrip()
    layout = dict(block.layout)
    for call in calls:
        value = float(marker_value(call.group()) or 0)
        if not any(c.isalnum() for c in block.text[call.end() :]) or not INNER_END.search(text):
            layout["mark"] = value
        elif "cited" not in layout:
            layout["cited"] = value
    return replace(block, text=text, layout=layout), repairs


def marker_value(marker: str | None) -> int | None:
    """The number a marker stands for.

    >>> marker_value("③"), marker_value("[12]"), marker_value("〔2〕"), marker_value("*")
    (3, 12, 2, None)
    """
    if not marker:
        return None
    digits = "".join(c for c in marker if c.isdecimal())
    if digits:
        return int(digits)
    try:
        return int(unicodedata.numeric(marker[0]))
    except ValueError:
        return None
