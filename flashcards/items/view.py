"""What a kind sees of a document: its analyses, the gaps chosen in it, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flashcards.gaps import Choice
from flashcards.model import Analysis, Context, Passage
from flashcards.settings import Settings


@dataclass(frozen=True)
class View:
    """One document, ready to be asked about. ``gaps`` are in reading order, and every one deserves a cloze item."""

    analyses: tuple[Analysis, ...]
    gaps: tuple[Choice, ...]
    settings: Settings

    @cached_property
    def by_passage(self) -> dict[str, Analysis]:
        """Analyses by the id of their passage."""
        return {analysis.passage.id: analysis for analysis in self.analyses}

    def context(self, passage: Passage, sentence: int) -> Context:
        """The whole sentence with the sentences before and after it in its passage."""
        sentences = self.by_passage[passage.id].sentences
        before = sentences[sentence - 1].text.strip() if sentence > 0 else ""
        after = sentences[sentence + 1].text.strip() if sentence + 1 < len(sentences) else ""
        return Context(before, after, sentences[sentence].text)


def occurrences(text: str, phrase: str) -> Iterator[int]:
    """The offsets of a phrase in a text, without overlap."""
    at = text.find(phrase)
    while phrase and at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def trimmed(text: str, start: int = 0) -> tuple[int, str]:
    """A text without the white space around it, and the offset at which what is left begins."""
    return start + len(text) - len(text.lstrip()), text.strip()
