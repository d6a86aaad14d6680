"""The stem of a gap: which clauses stand around it, what else in them gives it away, and the hint it needs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from flashcards.model import Gap, Sentence

LONGEST = 80  # characters of a stem, about
HARD = 120  # a single clause longer than this is cut at word edges
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’", "【": "】", "〈": "〉"}
_CLOSE = {close: open_ for open_, close in _PAIRS.items()}
_MARKS = re.compile("[" + re.escape("".join([*_PAIRS, *_CLOSE])) + "]")


@dataclass(frozen=True, slots=True)
class Stem:
    """A stretch of a sentence: its offset there, its text, and the gaps as spans in the text."""

    start: int
    text: str
    gaps: tuple[Gap, ...]

    @property
    def visible(self) -> str:
        """What stays to be read, a line feed for each gap."""
        parts, at = [], 0
        for gap in self.gaps:
            parts.append(self.text[at : gap.start])
            at = gap.end
        return "\n".join([*parts, self.text[at:]])


def cut(sentence: Sentence, start: int, end: int) -> Stem:
    """The stem around a span: the whole sentence where it is short, else as many clauses as fit into 80 characters.

    Clauses are added on the shorter side first, so that the gap has context on both; a quotation is never cut.
    All occurrences of the span's text in the stem are gaps.
    """
    left, right = _clauses(sentence, start, end)
    while left < start and sentence.text[left].isspace():
        left += 1
    while right > end and sentence.text[right - 1].isspace():
        right -= 1
    text, phrase = sentence.text[left:right], sentence.text[start:end]
    return Stem(left, text, tuple(_occurrences(text, phrase)))


def _occurrences(text: str, phrase: str) -> list[Gap]:
    gaps, at = [], text.find(phrase)
    while at >= 0:
        gaps.append(Gap(at, at + len(phrase)))
        at = text.find(phrase, at + len(phrase))
    return gaps


def _clauses(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    text = sentence.text
    if len(text) <= 2 * LONGEST and len(text.strip()) <= LONGEST:
        return 0, len(text)
    left, right = _edge_before(sentence, start + 1), _edge_behind(sentence, end - 1)
    if right - left > HARD:
        return _window(sentence, start, end, left, right)
    while True:
        before, after = _edge_before(sentence, left), _edge_behind(sentence, right)
        sides = []
        if before < left and right - before <= LONGEST:
            sides.append((start - left, 0))
        if after > right and after - left <= LONGEST:
            sides.append((right - end, 1))
        if not sides:
            return left, right
        if min(sides)[1] == 0:
            left = before
        else:
            right = after


def _edge_before(sentence: Sentence, at: int) -> int:
    """The last clause edge before ``at`` that cuts no quotation; the sentence's beginning where there is none."""
    index = bisect_left(sentence.clauses, at) - 1
    while index >= 0 and not _whole(sentence, sentence.clauses[index]):
        index -= 1
    return sentence.clauses[index] if index >= 0 else 0


def _edge_behind(sentence: Sentence, at: int) -> int:
    """The first clause edge behind ``at`` that cuts no quotation; the sentence's end where there is none."""
    index = bisect_right(sentence.clauses, at)
    while index < len(sentence.clauses) and not _whole(sentence, sentence.clauses[index]):
        index += 1
    return sentence.clauses[index] if index < len(sentence.clauses) else len(sentence.text)


def _whole(sentence: Sentence, edge: int) -> bool:
    # In a very long sentence marks are not to be trusted, and counting them from its beginning would take ever longer.
    return len(sentence.text) > 6 * LONGEST or balanced(sentence.text[:edge])


def _window(sentence: Sentence, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """A clause without marks for very long: half the room on each side, at word edges."""
    half = (LONGEST - (end - start)) // 2
    tokens = sentence.tokens
    first = bisect_left(tokens, max(left, start - half), key=lambda token: token.start)
    last = bisect_right(tokens, min(right, end + half), key=lambda token: token.end) - 1
    return min(tokens[first].start, start), max(tokens[last].end, end)


def balanced(text: str) -> bool:
    """Whether every quotation mark and bracket that opens in a text closes in it, in order."""
    stack: list[str] = []
    for mark in _MARKS.findall(text):
        if mark in _PAIRS:
            stack.append(mark)
        elif not stack or stack.pop() != _CLOSE[mark]:
            return False
    return not stack


def given_away(phrase: str, stem: Stem) -> bool:
    """Whether most of the answer (three fifths, at least two characters) can be read elsewhere in the stem."""
    size = max(2, -(-len(phrase) * 3 // 5))
    visible = stem.visible
    return any(phrase[at : at + size] in visible for at in range(len(phrase) - size + 1))


def enough(phrase: str, stem: Stem) -> bool:
    """Whether enough stays visible to answer from: 8 letters or Han at least, and as many as the gap hides."""
    seen = sum(character.isalnum() for character in stem.visible)
    return seen >= max(8, len(phrase))


def hint(phrase: str, kind: str, lang: str) -> str:
    """A hint that makes the answer the only one without giving it away: its category, or length and first character."""
    from flashcards.words import words

    table = words("gaps", lang)
    if kind == "date":
        return table["year"] if phrase.endswith("年") and len(phrase) <= 6 else table["date"]
    if kind == "number":
        return table["number"]
    if any(character.isascii() and character.isalnum() for character in phrase):
        return ""
    length = table["characters"].replace("#", str(len(phrase)))
    return length if len(phrase) < 4 else f"{phrase[0]}……，{length}"
