"""Analyses made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from flashcards.model import Analysis, Keyphrase, Passage, Phrases, Sentence


def analysed(
    cut: Sequence[tuple[Passage, tuple[Sentence, ...]]], phrases: Sequence[Keyphrase] = ()
) -> tuple[Analysis, ...]:
    """The passages of a document with their sentences and its phrases, which are ranked as they stand."""
    found = Phrases.of(phrases).of_passages([passage.number for passage, _ in cut])
    return tuple(Analysis(passage, sentences, here) for (passage, sentences), here in zip(cut, found, strict=True))
