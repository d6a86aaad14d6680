"""Choice 选择: one gap, four options; only where three wrong ones are worth fearing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from flashcards import distractors
from flashcards.distractors import Question
from flashcards.distractors.closed import may_have_options
from flashcards.distractors.rivals import Rival
from flashcards.gaps import Choice
from flashcards.items.alone import is_whole, points_back, speaks
from flashcards.items.mix import Room
from flashcards.items.view import View, approximate, counted, listed
from flashcards.model import Item, Place

LETTERS = 4
GLOSS = re.compile("”?[（(][A-Za-z]")  # 仓库（repository）: the other language tells
LEAST = 14  # letters and Han that stay to be read: 悬红增至［30万元］ of what?


def make(view: View, room: Room | None = None) -> Iterator[Item]:
    """The choice items of a document, for every gap that has three good wrong options and room, best gaps first.

    Options are numbers, or members of one closed set: what else resembles the key seldom fits the sentence.
    """
    room = room or Room()
    for analysis in view.analyses:
        if room.is_full("choice", analysis.passage):
            continue
        for gap in view.worth(analysis, partial(room.closed, "choice", analysis.passage)):
            if not may_have_options(gap.phrase) or room.full("choice", gap):
                continue
            if counted(gap) or (gap.kind == "date" and approximate(gap)) or listed(view, gap):
                continue  # 大约公元前256年: another source may say 251
            if not _is_clear(gap) or not speaks(view, analysis, gap):
                continue
            options = distractors.choose(question(view, gap))
            if options:
                yield _item(view, gap, options)
                if room.is_full("choice", analysis.passage):
                    break


def _is_clear(gap: Choice) -> bool:
    """Whether a stem can be understood without the sentence before it."""
    if len(gap.gaps) > 1 or GLOSS.match(gap.stem, gap.gaps[0].end) or gap.stem.rstrip()[-1:] in ("；", ";"):
        return False
    hidden = sum(g.end - g.start for g in gap.gaps)
    enough = sum(map(str.isalnum, gap.stem)) - hidden >= LEAST
    return enough and is_whole(gap.stem, gap.start, gap.whole) and not points_back(gap.stem)


def question(view: View, gap: Choice) -> Question:
    """What a wrong option for a gap must be wrong in."""
    return Question(
        answer=gap.phrase,
        stem=gap.stem,
        gaps=tuple((g.start, g.end) for g in gap.gaps),
        sentence=gap.whole,
        near=view.near(gap.passage),
        traditional=gap.passage.script == "zh-Hant",
        closed=True,
    )


def _item(view: View, gap: Choice, options: tuple[Rival, ...]) -> Item:
    key = distractors.seed(gap.passage.document, "choice", gap.whole, gap.phrase)
    wrong = distractors.shuffled((option.text for option in options), key)
    right = key % LETTERS
    return Item(
        kind="choice",
        stem=gap.stem,
        gaps=gap.gaps,
        answer=right,
        options=(*wrong[:right], gap.phrase, *wrong[right:]),
        passage=gap.passage,
        place=Place(gap.sentence, gap.start),
        context=view.context(gap.passage, gap.sentence),
        reasons=(*gap.reasons, *(f"{option.text}：{option.origin}" for option in options)),
    )
