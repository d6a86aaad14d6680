"""Marks that call a note (①, [1]) are taken out of the words to be learned; which note they called is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from flashcards.model import Block, Repair
from flashcards.repair.roles import CIRCLED

MARKER = re.compile(rf"[{CIRCLED}]|\[\d{{1,3}}\]|〔\d{{1,3}}〕|［\d{{1,3}}］|【\d{{1,3}}】|[*＊†]{{1,3}}")
# A circled number calls a note only before a mark or the end; elsewhere it counts the members of a list.
CALL = re.compile(
    rf"[{CIRCLED}](?=[，。；：、！？…”’」』）》]|\s*$)|\[\d{{1,3}}\]|〔\d{{1,3}}〕|［\d{{1,3}}］|【\d{{1,3}}】"
)
PROSE = ("body", "item", "verse")


def take_out(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[Repair]]:
    """The blocks without the marks of notes that stand in the document, and a repair for each mark.

    ``layout["mark"]`` of a block is the number of the mark at its end.
    """
    known = {match.group() for block in blocks if block.role == "note" and (match := MARKER.match(block.text.lstrip()))}
    if not known:
        return tuple(blocks), []
    done: list[Block] = []
    repairs: list[Repair] = []
    for block in blocks:
        calls = (
            [m for m in CALL.finditer(block.text) if m.group() in known and m.start()] if block.role in PROSE else []
        )
        if not calls:
            done.append(block)
            continue
        repairs += [Repair("note-mark", block.lines[0], f"{call.group()} removed") for call in calls]
        text = CALL.sub(lambda m: "" if m.group() in known and m.start() else m.group(), block.text).rstrip()
        last = calls[-1]
        layout = dict(block.layout)
        if not any(c.isalnum() for c in block.text[last.end() :]):
            layout["mark"] = float(marker_value(last.group()) or 0)
        done.append(replace(block, text=text, layout=layout))
    return tuple(done), repairs


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
