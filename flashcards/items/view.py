"""What a kind sees of a document: its analyses, the gaps chosen in it, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from flashcards import gaps
from flashcards.gaps import Choice, lists
from flashcards.model import Analysis, Context, Passage
from flashcards.settings import Settings

WIDE = 3.0  # the density at which the document's phrases are gathered as wrong options


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

    @cached_property
    def text(self) -> str:
        """The text of the whole document."""
        return "\n".join(analysis.passage.text for analysis in self.analyses)

    @cached_property
    def worth(self) -> tuple[Choice, ...]:
        """The gaps from which other kinds are made, the best of every passage first."""
        return tuple(sorted(self.gaps, key=lambda gap: (gap.passage.number, -gap.score, gap.sentence, gap.start)))

    def phrases(self, kind: str) -> tuple[str, ...]:
        """What an examiner would ask of this document, of one kind of phrase, in order of appearance."""
        return self._phrases.get(kind, ())

    @cached_property
    def _phrases(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for gap in gaps.choose(self.analyses, replace(self.settings, density=WIDE)):
            found.setdefault(gap.kind, {})[gap.phrase] = None
        return {kind: tuple(texts) for kind, texts in found.items()}

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
