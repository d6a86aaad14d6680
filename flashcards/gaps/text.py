"""What the rules on gaps must know of a whole document: how short it is, and whether it tells of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flashcards.model import KINDS, Analysis, phrases_of
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
        import numpy as np

        words = sum([len(sentence.tokens.texts) for analysis in analyses for sentence in analysis.sentences])
        phrases = phrases_of(analyses)
        own = phrases.kinds != KINDS.index("user")
        count = np.diff(phrases.bounds)
        again = np.flatnonzero(own & (count > 2))
        dates = int(count[phrases.kinds == KINDS.index("date")].sum())
        return cls(
            short=words < SHORT,
            factual=dates * PER >= words,
            tiny=sum(len(analysis.sentences) for analysis in analyses) <= SENTENCES,
            best=float(phrases.scores[own].max(initial=LEAST)),
            counts=dict(zip(map(phrases.texts.__getitem__, again.tolist()), count[again].tolist(), strict=True)),
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
