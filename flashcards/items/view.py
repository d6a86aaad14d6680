"""What a kind sees of a document: its analyses, the gaps chosen in it, and what was asked for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flashcards.distractors.neighbours import DATE, QUANTITY, is_number
from flashcards.gaps import Choice, lists, stems
from flashcards.items.mix import Room
from flashcards.model import Analysis, Context, Passage
from flashcards.numerals import value
from flashcards.settings import Settings

NEAR = 20  # passages before and after one whose text is searched for the same slot
MOST = 80  # phrases before and after a gap that are compared as wrong options
_RANGE = "—-–－〜~～至到.、零一二三四五六七八九十百千"
_VAGUE = frozenset(("公", "分", "点", "口", "方", "道", "世", "万", "亿"))  # 七分朝天子, 三点水: seldom a quantity


@dataclass(frozen=True)
class View:
    """One document, ready to be asked about.

    ``gaps`` are in reading order, and every one deserves a cloze item; ``spare`` are those that fell short of it by
    little, good for wrong options.
    """

    analyses: tuple[Analysis, ...]
    gaps: tuple[Choice, ...]
    settings: Settings
    spare: tuple[Choice, ...] = ()
    room: Room | None = None

    def full(self, kind: str, gap: Choice) -> bool:
        """Whether an item of this kind for this gap would be left out anyway, so that it need not be made."""
        return self.room is not None and self.room.full(kind, gap)

    @cached_property
    def by_passage(self) -> dict[str, Analysis]:
        """Analyses by the id of their passage."""
        return {analysis.passage.id: analysis for analysis in self.analyses}

    @cached_property
    def worth(self) -> tuple[Choice, ...]:
        """The gaps from which other kinds are made, the best of every passage first, then its other numbers."""
        asked = {(gap.passage.id, gap.sentence, gap.phrase) for gap in self.gaps}
        more = [n for a in self.analyses for n in numbers(a) if (n.passage.id, n.sentence, n.phrase) not in asked]
        return tuple(
            sorted(
                (*self.gaps, *more), key=lambda g: (g.passage.number, -g.score, g.sentence, g.start, g.gaps[0].start)
            )
        )

    @cached_property
    def worth_of(self) -> dict[str, list[Choice]]:
        """`worth` by the id of the passage."""
        found: dict[str, list[Choice]] = {}
        for gap in self.worth:
            found.setdefault(gap.passage.id, []).append(gap)
        return found

    def near(self, passage: Passage) -> str:
        """The text of a passage with those around it: what might say the same of something else."""
        at = self._place[passage.id]
        return "\n".join(a.passage.text for a in self.analyses[max(0, at - NEAR) : at + NEAR + 1])

    def phrases(self, gap: Choice) -> tuple[str, ...]:
        """What an examiner would ask of the text around a gap, of the gap's kind, in order of first appearance.

        Only around it: a long document holds more than can be compared, and an edit far away changes nothing here.
        """
        numbers, phrases = self._phrases.get(gap.kind, ([], []))
        at = bisect_left(numbers, gap.passage.number)
        return tuple(phrases[max(0, at - MOST) : at + MOST])

    @cached_property
    def _place(self) -> dict[str, int]:
        return {analysis.passage.id: at for at, analysis in enumerate(self.analyses)}

    @cached_property
    def _phrases(self) -> dict[str, tuple[list[int], list[str]]]:
        first: dict[str, dict[str, int]] = {}
        for gap in (*self.gaps, *self.spare):
            seen = first.setdefault(gap.kind, {})
            seen[gap.phrase] = min(gap.passage.number, seen.get(gap.phrase, gap.passage.number))
        found = {}
        for kind, seen in first.items():
            pairs = sorted((number, phrase) for phrase, number in seen.items())
            found[kind] = [number for number, _ in pairs], [phrase for _, phrase in pairs]
        return found

    def context(self, passage: Passage, sentence: int) -> Context:
        """The whole sentence with the sentences before and after it in its passage."""
        sentences = self.by_passage[passage.id].sentences
        before = sentences[sentence - 1].text.strip() if sentence > 0 else ""
        after = sentences[sentence + 1].text.strip() if sentence + 1 < len(sentences) else ""
        return Context(before, after, sentences[sentence].text)


def numbers(analysis: Analysis) -> Iterator[Choice]:
    """The quantities and dates of a passage that can be asked: where a gap for each would stand, with the score 0."""
    for index, sentence in enumerate(analysis.sentences):
        edges = {0, *(token.end for token in sentence.tokens)}
        for start, end in _quantities(sentence.text, edges):
            phrase = sentence.text[start:end]
            stem = stems.cut(sentence, start, end)
            if len(stem.gaps) == 1 and stems.enough(phrase, stem):
                yield Choice(
                    passage=analysis.passage,
                    sentence=index,
                    start=stem.start,
                    stem=stem.text,
                    gaps=stem.gaps,
                    phrase=phrase,
                    kind="date" if DATE.fullmatch(phrase) else "number",
                    hint="",
                    reasons=(),
                    whole=sentence.text,
                )


def _quantities(text: str, edges: set[int]) -> Iterator[tuple[int, int]]:
    """The spans of dates and of numbers with their measure words: whole words, no range, no first, no one and only."""
    dates = [match.span() for match in DATE.finditer(text)]
    for start, end in (*dates, *(match.span() for match in QUANTITY.finditer(text))):
        beside = text[max(0, start - 1) : start] + text[end : end + 1]
        if not {start, end} <= edges or any(c.isdigit() or c in _RANGE for c in beside):
            continue
        if (start, end) in dates or (_counts(text[start:end]) and not any(a < end and start < z for a, z in dates)):
            yield start, end


def _counts(phrase: str) -> bool:
    """Whether a match of `QUANTITY` says how many, rather than 一种, 第一次 or 七分."""
    match = QUANTITY.fullmatch(phrase)
    if match is None or not match["unit"] or match["unit"] in _VAGUE:
        return False
    return not phrase.startswith(("一", "第一")) and is_number(phrase)


def occurrences(text: str, phrase: str) -> Iterator[int]:
    """The offsets of a phrase in a text, without overlap."""
    at = text.find(phrase)
    while phrase and at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def trimmed(text: str, start: int = 0) -> tuple[int, str]:
    """A text without the white space around it, and the offset at which what is left begins."""
    return start + len(text) - len(text.lstrip()), text.strip()


def listed(view: View, gap: Choice) -> bool:
    """Whether a gap asks a member of a parallel list: there any other example may be as right as the one printed."""
    sentence = view.by_passage[gap.passage.id].sentences[gap.sentence]
    spans = [(gap.start + g.start, gap.start + g.end) for g in gap.gaps]
    return any(
        member.start < end and start < member.end
        for found in lists(sentence)
        for member in found.members
        for start, end in spans
    )


def counted(gap: Choice) -> bool:
    """Whether a number is no question: 第一, the label 第五条, and 有三项功能：…、…和…, which only needs counting."""
    if gap.kind not in ("number", "date"):
        return False
    if gap.phrase.startswith("第一") or (gap.phrase.startswith("第") and not gap.stem[: gap.gaps[0].start].strip()):
        return True
    number = QUANTITY.match(gap.phrase)
    size = value(number["number"]) if number else None
    at = gap.gaps[0].start
    clause = re.split("[，。；：]", gap.stem[:at])[-1] + re.split("[，。；]", gap.stem[at:])[0]
    marks = clause.count("、")
    listed_here = size is not None and marks > 0 and size in (str(marks + 1), str(marks + 2))
    return listed_here or any(mark in gap.stem[gap.gaps[0].end :] for mark in "：:")
