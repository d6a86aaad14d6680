"""Cloze 填空: one phrase of one sentence is hidden, at all its occurrences there."""

from __future__ import annotations

from collections.abc import Iterator

from flashcards.items.view import View
from flashcards.model import Item, Place

MOST = 40  # gaps of one item: a text that says a phrase more often in one stem is no text to learn


def make(view: View) -> Iterator[Item]:
    """One item for every gap chosen, in reading order."""
    for gap in view.gaps:
        if len(gap.gaps) > MOST:
            continue
        yield Item(
            kind="cloze",
            stem=gap.stem,
            gaps=gap.gaps,
            answer=gap.phrase,
            passage=gap.passage,
            place=Place(gap.sentence, gap.start),
            hint=gap.hint,
            context=view.context(gap.passage, gap.sentence),
            reasons=gap.reasons,
        )
