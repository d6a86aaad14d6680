"""Cloze 填空: one phrase of one sentence is hidden, at all its occurrences there."""

from __future__ import annotations

from collections.abc import Iterator

from flashcards.items.view import View
from flashcards.model import Item, Place


def make(view: View) -> Iterator[Item]:
    """One item for every gap chosen, in reading order."""
    for gap in view.gaps:
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
