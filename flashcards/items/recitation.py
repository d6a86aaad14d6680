"""Recitation 默写 and 接龙: the next line, the line before, or both from their first character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from flashcards.gaps.stems import balanced
from flashcards.items.view import View, is_damaged, trimmed
from flashcards.model import Analysis, Context, Gap, Item, Place

DENSE = 2.0  # from this density on, the best sentence of a passage of prose is recited as well
SHORTEST, LONGEST = 4, 30  # characters of a line
CUE = 80  # characters of a sentence of prose before the clause that is asked
_LINE = re.compile(r"[^，。；：！？、,.;:!?\n“”‘’「」『』\s]+(?:[、：“”‘’「」『』][^，。；！？,.;!?\n]*)?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of verse or a clause: its span in the passage, and the index of its sentence."""

    start: int
    end: int
    sentence: int


def make(view: View) -> Iterator[Item]:
    """For verse, always; for prose where the user recites, or asks for much."""
    for analysis in view.analyses:
        recited = range(len(analysis.sentences)) if analysis.passage.verse else _recited(view, analysis)
        if recited:
            yield from _chain(view, analysis, [line for index in recited for line in _lines(analysis, index)])


def _recited(view: View, analysis: Analysis) -> Sequence[int]:
    """Which sentences of a passage of prose are recited, in order."""
    if view.settings.recite:
        return [at for at, sentence in enumerate(analysis.sentences) if not is_damaged(sentence.text)]
    if view.settings.density < DENSE:
        return ()
    return [gap.sentence for gap in islice(view.worth(analysis), 1)]


def _lines(analysis: Analysis, index: int) -> Iterator[Line]:
    """The lines of a sentence."""
    sentence = analysis.sentences[index]
    for match in _LINE.finditer(sentence.text):
        yield Line(sentence.start + match.start(), sentence.start + match.end(), index)


def _chain(view: View, analysis: Analysis, lines: list[Line]) -> Iterator[Item]:
    """Every line from the one before it; in verse each couplet also backwards, and from its first character on wish.

    A line that stands twice is no cue and no answer: two lines could follow it.
    """
    text = analysis.passage.text
    often = Counter(text[line.start : line.end] for line in lines)
    for number, (one, two) in enumerate(pairwise(lines)):
        pair = text[one.start : one.end], text[two.start : two.end]
        if not all(SHORTEST <= len(part) <= LONGEST and often[part] == 1 for part in pair):
            continue
        if not analysis.passage.verse:
            yield from _prose(view, analysis, one, two)
            continue
        yield _item(view, analysis, one, two, "next")
        if number % 2 == 0:
            yield _item(view, analysis, one, two, "previous")
            if view.settings.recite:
                yield _item(view, analysis, one, two, "first")


def _prose(view: View, analysis: Analysis, one: Line, two: Line) -> Iterator[Item]:
    """A clause of prose from all of its sentence before it, for a clause alone has lost its subject; and the two that
    begin a sentence from their first character, where no other sentence of the passage begins with it."""
    sentence = analysis.sentences[one.sentence]
    if one.sentence != two.sentence or two.start - sentence.start > CUE:
        return
    before, both = (sentence.text[: at - sentence.start] for at in (two.start, two.end))
    if not balanced(before) or not balanced(both):
        return
    start, _ = trimmed(sentence.text, sentence.start)
    yield _item(view, analysis, Line(start, one.end, one.sentence), two, "next")
    if view.settings.recite and one.start == start:
        initials = Counter(other.text.lstrip()[:1] for other in analysis.sentences)
        if initials[analysis.passage.text[start]] == 1:
            yield _item(view, analysis, one, two, "first")


def _item(view: View, analysis: Analysis, one: Line, two: Line, ask: str) -> Item:
    text = analysis.passage.text
    hidden = {
        "next": Gap(two.start - one.start, two.end - one.start),
        "previous": Gap(0, one.end - one.start),
        "first": Gap(1, two.end - one.start),
    }[ask]
    end = two.end + 1 if text[two.end : two.end + 1] in tuple("，。；！？") else two.end
    stem = text[one.start : end]
    answer = stem[hidden.start : hidden.end]
    return Item(
        kind="recitation",
        ask=ask,
        stem=stem,
        gaps=(hidden,),
        answer=answer,
        accepted=(stem[: hidden.end],) if ask == "first" else (),
        passage=analysis.passage,
        place=Place(one.sentence, one.start - analysis.sentences[one.sentence].start),
        context=_context(view, analysis, one, two),
    )


def _context(view: View, analysis: Analysis, one: Line, two: Line) -> Context:
    """The sentences of both lines as one, and what stands around them."""
    first, last = view.context(analysis.passage, one.sentence), view.context(analysis.passage, two.sentence)
    whole = "".join(s.text for s in analysis.sentences[one.sentence : two.sentence + 1])
    return Context(first.before, last.after, whole)
