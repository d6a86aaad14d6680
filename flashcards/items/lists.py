"""List 并列: the whole of a parallel list is asked; its members, one by one, are cloze items."""

from __future__ import annotations

from collections.abc import Iterator

from flashcards.items.view import View, occurrences
from flashcards.model import Analysis, Gap, Item, Place, Sentence
from flashcards.patterns import Enumeration
from flashcards.patterns import lists as enumerations
from flashcards.stems import cut

FEWEST, MOST = 3, 7  # fewer is no list, more is no question but a recitation
LONGEST = 12  # characters of a member
CUE = 6  # characters of the stem that must stay to say what is listed


def make(view: View) -> Iterator[Item]:
    """One item for every list that can be asked, in reading order, at most one a sentence."""
    for analysis in view.analyses:
        for index, sentence in enumerate(analysis.sentences):
            found = [item for e in enumerations(sentence) for item in _items(view, analysis, index, sentence, e)]
            yield from found[:1]


def _items(view: View, analysis: Analysis, index: int, sentence: Sentence, found: Enumeration) -> Iterator[Item]:
    members = tuple(sentence.text[gap.start : gap.end] for gap in found.members)
    stem = cut(sentence, found.start, found.end)
    gaps = tuple(Gap(gap.start - stem.start, gap.end - stem.start) for gap in found.members)
    if _can_be_asked(stem.text, members, gaps):
        yield Item(
            kind="list",
            stem=stem.text,
            gaps=gaps,
            answer=members,
            passage=analysis.passage,
            place=Place(index, stem.start),
            context=view.context(analysis.passage, index),
        )


def _can_be_asked(stem: str, members: tuple[str, ...], gaps: tuple[Gap, ...]) -> bool:
    if not FEWEST <= len(members) <= MOST or len(set(members)) < len(members) or max(map(len, members)) > LONGEST:
        return False
    if min(map(len, members)) < 2 or gaps[0].start < 0 or gaps[-1].end > len(stem):
        return False
    shown, at = [], 0
    for gap in gaps:
        shown.append(stem[at : gap.start])
        at = gap.end
    rest = "".join([*shown, stem[at:]])
    if any(member in rest for member in members) or any(len(list(occurrences(stem, m))) > 1 for m in members):
        return False
    return sum(c.isalnum() for c in rest) >= max(CUE, len("".join(members)) // 3)
