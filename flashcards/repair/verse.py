"""Lines that are not wrapped: a paragraph each, but a poem's stanza is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flashcards.repair.measure import CLOSERS, MARKS, Line, groups
from flashcards.repair.paragraphs import Paragraph
from flashcards.repair.roles import heading_level, is_author, is_byline, is_item, is_note

LONGEST = 24.0  # em of a line of verse
REGULAR = 0.6


def stanzas(lines: Sequence[Line]) -> list[Paragraph]:
    """Paragraphs of lines that stand as they are: runs of verse together, every other line alone."""
    found: list[Paragraph] = []
    poem = _is_poem(lines)
    for run in groups(lines):
        top = len(run) if _is_title(run) or (poem and not found and len(run) <= 2) else _title(run)
        if top < len(run) and is_verse(run[top:], least=2 if poem else 4):
            found.extend(Paragraph((line,)) for line in run[:top])
            found.append(Paragraph(tuple(run[top:]), role="verse"))
        else:
            found.extend(Paragraph((line,)) for line in run)
    return found


def _is_title(run: Sequence[Line]) -> bool:
    """Whether a run is nothing but a title and an author."""
    return len(run) == 2 and not _marked(run[0].text) and is_author(run[1].text)


def _title(run: Sequence[Line]) -> int:
    """How many lines stand above a poem in its run (title, author): shorter, without a mark, unlike its lines."""
    lengths = Counter(_han(line.text) for line in run[1:])
    usual, count = lengths.most_common(1)[0] if lengths else (0, 0)
    top = 0
    while top < 2 and len(run) - top > 2 and count >= 2 and _han(run[top].text) != usual and not _marked(run[top].text):
        top += 1
    return top


def _han(text: str) -> int:
    return sum("\u3400" <= c <= "\u9fff" for c in text)


def _marked(text: str) -> bool:
    return not MARKS.isdisjoint(text)


def _is_poem(lines: Sequence[Line]) -> bool:
    """Whether a whole file is short lines without marks in stanzas: free verse."""
    return (
        len(lines) >= 6
        and sum(line.gap for line in lines) < 0.7 * len(lines)
        and max(line.width for line in lines) <= 18
        and sum(_marked(line.text) for line in lines) <= 0.3 * len(lines)
    )


def is_verse(run: Sequence[Line], *, least: int = 4) -> bool:
    """Whether a run of lines is a stanza: short lines of one length, or short lines that end in no mark.

    ``least``: so many lines make a stanza of the second kind.
    """
    if len(run) < 2 or max(line.width for line in run) > LONGEST:
        return False
    signed = [line.text for line in run if line.signed]
    if any(is_item(text) or is_note(text) or is_byline(text) or heading_level(text, alone=False) for text in signed):
        return False
    ends = sum(line.text.rstrip(CLOSERS)[-1:] in MARKS for line in run)
    inner = sum(_marked(line.text.rstrip(CLOSERS)[:-1]) for line in run)
    lengths = Counter(_han(line.text) for line in run)
    regular = lengths.most_common(1)[0][1] >= REGULAR * len(run)
    if regular and (ends >= 0.8 * len(run) or not inner):
        return True
    return (
        len(run) >= least
        and ends <= 0.4 * len(run)
        and inner <= 0.3 * len(run)
        and max(line.width for line in run) <= 18
    )
