"""True/false 判断: a sentence of the text as it stands, or with one phrase exchanged for a wrong option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from flashcards import distractors
from flashcards.gaps import Choice
from flashcards.items.choice import question
from flashcards.items.view import View, counted, listed
from flashcards.model import Item, Place
from flashcards.rivals import Rival
from flashcards.words import words

# A judgement must be understood by itself: not begin with what points back, nor with what hangs on a clause before it.
_POINTS_BACK = re.compile(
    "[“「『（(]?(?:我|你|今天|今日|在?这|在?那|在此|此|该|其|它|他|她|两者|二者|前者|后者|同时|另外|此外|因此|因而|所以|于是|然而|但|不过|而|并|且|也|还|"
    "则|却|又|再|就|便|从而|以及|及其|如此|同样|相反|例如|比如|其中|一是|二是|三是|首先|其次|最后|之后|后来|为此|"
    "這|該|兩者|後者|另外|因而|於是|後來|為此)"
)
_ENDS = "，；：、。,;"
_LEAST = 12
_MOST = 90


def make(view: View) -> Iterator[Item]:
    """The judgements of a document, best gaps first: a true and a false version of each sentence; `mix` takes one.

    A true one is made only where a false one could be, so that its subject does not tell which it is. What is
    exchanged is of a known kind (a number, a place, an organelle): a phrase of the same text might say nearly the same.
    """
    for gap in view.worth:
        if not _LEAST <= len(gap.stem) <= _MOST or _POINTS_BACK.match(gap.stem) or len(gap.gaps) > 1:
            continue
        if gap.kind == "idiom" or listed(view, gap) or counted(gap) or gap.stem.rstrip()[-1:] in "？?":
            continue
        wrong = distractors.choose(replace(question(view, gap), phrases=()), 1)
        if wrong:
            versions = [_item(view, gap, None), _item(view, gap, wrong[0])]
            yield from versions if distractors.seed("truefalse", gap.whole) % 2 else reversed(versions)


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
    return stem.rstrip(_ENDS) + "。" if stem[-1:] in _ENDS else stem
