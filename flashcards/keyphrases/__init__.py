"""Stage 5 of 7: Sentences -> ranked Keyphrases, every score with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flashcards.model import Analysis, Keyphrase, Occurrence, Passage, Sentence
from flashcards.settings import Settings

__all__ = ["analyse", "rank"]


def analyse(passages: Sequence[Passage], settings: Settings) -> tuple[Analysis, ...]:
    """Cut the passages of one document into sentences and rank its key phrases over the whole document."""
    from flashcards import segment

    cut = [(passage, segment.sentences(passage)) for passage in passages]
    ranked = _ranked([(passage.number, sentences) for passage, sentences in cut])
    return tuple(
        Analysis(
            passage,
            sentences,
            tuple(phrase for phrase in ranked if any(o.passage == passage.number for o in phrase.occurrences)),
        )
        for passage, sentences in cut
    )


def rank(text: str, *, title: str = "", top: int = 15) -> list[Keyphrase]:
    """The ``top`` best key phrases of a text, best first; spans count in ``text``."""
    passage = Passage("-#1", "-", 1, text, (1, 1), title=title or None)
    return list(analyse([passage], Settings())[0].keyphrases[:top])


def _ranked(cut: list[tuple[int, tuple[Sentence, ...]]]) -> list[Keyphrase]:
    found: dict[str, Keyphrase] = {}
    for number, sentences in cut:
        for index, sentence in enumerate(sentences):
            for start, end in _spans(sentence):
                text = sentence.text[start:end]
                old = found.get(text, Keyphrase(text, 0.0))
                here = Occurrence(number, index, start, end)
                found[text] = replace(old, score=old.score + len(text) ** 0.5, occurrences=(*old.occurrences, here))
    return sorted(found.values(), key=lambda p: (-p.score, p.occurrences[0].passage, p.occurrences[0].sentence, p.text))


def _spans(sentence: Sentence) -> list[tuple[int, int]]:
    spans, run = [], []
    for token in (*sentence.tokens, None):
        if token is not None and (token.pos[:1] in "nj" or token.pos in ("vn", "l", "i", "b", "eng")):
            run.append(token)
        else:
            if run and run[-1].end - run[0].start >= 2:
                spans.append((run[0].start, run[-1].end))
            run = []
    return spans
