"""True/false 判断: a sentence of the text as it stands, or with one phrase exchanged for a wrong option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import chain

from flashcards import distractors, script
from flashcards.distractors import contrasts
from flashcards.distractors.closed import may_have_options
from flashcards.distractors.folding import folded, is_plain
from flashcards.distractors.rivals import Rival
from flashcards.gaps import Choice, stems
from flashcards.items.alone import ENDS, is_complete, is_whole, points_back, speaks
from flashcards.items.choice import GLOSS, question
from flashcards.items.mix import Room
from flashcards.items.view import View, approximate, counted, is_damaged, listed
from flashcards.model import Analysis, Item, Place
from flashcards.words import words

_MEASURE = re.compile("[0-9零一二三四五六七八九十百千万约平同其标规预]")  # 高于10米, but 高|于娄 is a name
_LEAST = 12
_MOST = 90


def make(view: View, room: Room | None = None) -> Iterator[Item]:
    """The judgements of a document, best gaps first: a true and a false version of each sentence; `mix` takes one.

    A true one is made only where a false one could be, so that its subject does not tell which it is. What is
    exchanged is an exact number, a member of a closed set (a river, an organelle), or turned into its contrary (上游,
    应当): another phrase of the same text might say nearly the same, and an estimate is not wrong by one.
    """
    room = room or Room()
    for analysis in view.analyses:
        if room.is_full("truefalse", analysis.passage):
            continue
        for gap, wrong in chain(_exchanged(view, room, analysis), _turned(view, room, analysis)):
            for version in (None, wrong) if distractors.seed("truefalse", gap.whole) % 2 else (wrong, None):
                yield _item(view, gap, version)
                if room.closed("truefalse", gap.passage, gap.sentence, gap.whole):
                    break  # this version was taken
            if room.is_full("truefalse", analysis.passage):
                break


def _exchanged(view: View, room: Room, analysis: Analysis) -> Iterator[tuple[Choice, Rival]]:
    """What is asked, with a wrong option in its place."""
    for gap in view.worth(analysis, partial(room.closed, "truefalse", analysis.passage)):
        if not may_have_options(gap.phrase) or gap.kind == "idiom" or room.full("truefalse", gap):
            continue
        if counted(gap) or approximate(gap) or listed(view, gap) or not _stands_alone(view, analysis, gap):
            continue
        for wrong in distractors.choose(question(view, gap), 1):
            yield gap, wrong


def _turned(view: View, room: Room, analysis: Analysis) -> Iterator[tuple[Choice, Rival]]:
    """Words of a sentence whose contrary would make another sense of it."""
    stated = contrasts.words().stated
    plain = is_plain(analysis.passage.text)
    for index, sentence in enumerate(analysis.sentences):
        if plain and stated.keys().isdisjoint(sentence.tokens.texts):
            continue  # as nearly all, and no word was folded
        closed = partial(room.closed, "truefalse", analysis.passage, index, sentence.text)
        if closed():
            continue
        for token in sentence.tokens:
            contrary = _contrary(token.text)
            if contrary is None or closed():
                continue
            if contrary in folded(sentence.text) or is_damaged(sentence.text):
                continue
            if token.text[-1] in "于於" and not _MEASURE.match(sentence.text, token.end):
                continue
            stem = stems.cut(sentence, token.start, token.end)
            gap = Choice(
                passage=analysis.passage,
                sentence=index,
                start=stem.start,
                stem=stem.text,
                gaps=stem.gaps,
                phrase=token.text,
                kind="contrast",
                hint="",
                reasons=(),
                whole=sentence.text,
            )
            if _stands_alone(view, analysis, gap):
                traditional = analysis.passage.script == "zh-Hant"
                yield gap, Rival(script.to_traditional(contrary) if traditional else contrary, "说法相反")


@lru_cache(maxsize=1 << 13)
def _contrary(word: str) -> str | None:
    """What a word of a sentence may be turned into."""
    return contrasts.words().stated.get(folded(word))


def _stands_alone(view: View, analysis: Analysis, gap: Choice) -> bool:
    """Whether a stem can be judged without the sentence before it."""
    if (
        not _LEAST <= len(gap.stem.rstrip()) <= _MOST
        or len(gap.gaps) > 1
        or not is_complete(gap.stem)
        or GLOSS.match(gap.stem, gap.gaps[0].end)
    ):
        return False
    if not is_whole(gap.stem, gap.start, gap.whole) or points_back(gap.stem):
        return False
    return speaks(view, analysis, gap)


def _item(view: View, gap: Choice, wrong: Rival | None) -> Item:
    stem, explanation = gap.stem, ""
    if wrong is not None:
        at = gap.gaps[0]
        stem = stem[: at.start] + wrong.text + stem[at.end :]
        form = words("items", _language(gap))["truefalse-wrong"]
        explanation = form.format(wrong=wrong.text, right=gap.phrase)
    return Item(
        kind="truefalse",
        stem=_closed(stem),
        gaps=(),
        answer=wrong is None,
        passage=gap.passage,
        place=Place(gap.sentence, gap.start),
        explanation=explanation,
        context=view.context(gap.passage, gap.sentence),
        reasons=(*gap.reasons, *([f"{wrong.text}：{wrong.origin}"] if wrong is not None else [])),
    )


def _language(gap: Choice) -> str:
    """What is explained is explained in the script of the text."""
    return "zh-Hant" if gap.passage.script == "zh-Hant" else "zh-Hans"


def _closed(stem: str) -> str:
    """A clause as a sentence of its own: its last comma becomes a full stop."""
    stem = stem.rstrip()
    return stem.rstrip(ENDS) + "。" if stem[-1:] in ENDS else stem
