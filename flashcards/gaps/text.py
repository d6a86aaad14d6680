"""What the rules on gaps must know of a whole document: how short it is, and whether it tells of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flashcards.gaps.batch import Batch
from flashcards.model import KINDS, Analysis
from flashcards.settings import Settings

SHORT = 700  # words; in a shorter text nothing but repetition shows that a common phrase is a term of it
GOOD = 0.5  # what a phrase told once must be worth to be asked where a passage has nothing else
SENTENCES = 3  # a text of no more is one thought, and is asked something, however little it tells
PER = 150  # words to a date in a text of facts
LEAST = 0.05  # what the best score of a document counts at the least


@dataclass(frozen=True, slots=True)
class Text:
    """What the rules must know of a document.

    ``short``: it has fewer than 700 words; ``factual``: a date to every 150 words; ``tiny``: three sentences at the
    most; ``best``: the best score of its phrases; ``counts``: how often those stand there that stand there three times
    or more; ``sparing``: no more gaps are asked for than by default, so that phrases told once can be left out;
    ``floor``: what a prospect must be worth though nothing else is asked; ``lenient``: nothing else is left to ask, so
    that only what is given away is left out.
    """

    short: bool
    factual: bool
    tiny: bool
    best: float
    counts: Mapping[str, int]
    sparing: bool = True
    floor: float = 0.0
    lenient: bool = False

    @classmethod
    def of(cls, analyses: Sequence[Analysis], settings: Settings) -> Text:
        """The facts of a document."""
        return cls.of_all(Batch.of([analyses]), settings)[0]

    @classmethod
    def of_all(cls, batch: Batch, settings: Settings) -> list[Text]:
        """The facts of each document of a batch."""
        import numpy as np

        own = batch.kinds != KINDS.index("user")
        best = np.full(len(batch.documents), LEAST)
        np.maximum.at(best, batch.of_phrase[own], batch.scores[own])
        dates = np.zeros(len(best), np.int64)
        np.add.at(dates, batch.of_phrase, batch.count * (batch.kinds == KINDS.index("date")))
        again = np.flatnonzero(own & (batch.count > 2))
        counts: list[dict[str, int]] = [{} for _ in batch.documents]
        for document, row, count in zip(
            batch.of_phrase[again].tolist(), again.tolist(), batch.count[again].tolist(), strict=True
        ):
            counts[document][batch.texts[row]] = count
        return [
            cls._of(analyses, settings, *facts)
            for analyses, *facts in zip(batch.documents, dates.tolist(), best.tolist(), counts, strict=True)
        ]

    @classmethod
    def _of(
        cls, analyses: Sequence[Analysis], settings: Settings, dates: int, best: float, counts: Mapping[str, int]
    ) -> Text:
        words = sum([len(sentence.tokens.texts) for analysis in analyses for sentence in analysis.sentences])
        return cls(
            short=words < SHORT,
            factual=dates * PER >= words,
            tiny=sum([len(analysis.sentences) for analysis in analyses]) <= SENTENCES,
            best=best,
            counts=counts,
            sparing=settings.density <= 1,
        )

    @property
    def strict(self) -> bool:
        """Whether its sentences had better name what they speak of: it is short or tells of facts, but not tiny."""
        return (self.short or self.factual) and not self.tiny

    def any_phrase(self) -> Text:
        """The same, where good phrases told once may be asked."""
        return replace(self, sparing=False, floor=GOOD)

    def anything(self) -> Text:
        """The same, where all may be asked that is not given away."""
        return replace(self, lenient=True)
