"""True/false 判断: a sentence of the text as it stands, or with one phrase exchanged for a wrong option."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from flashcards import distractors, script
from flashcards.distractors import contrasts
from flashcards.distractors.likeness import fold
from flashcards.distractors.rivals import Rival
from flashcards.gaps import Choice, stems
from flashcards.items.choice import question
from flashcards.items.view import View, counted, listed
from flashcards.model import Analysis, Item, Place
from flashcards.words import words

# A judgement must be understood by itself: not begin with what points back, nor with what hangs on a clause before it.
_POINTS_BACK = re.compile(
    "[“「『（(]?(?:我|你|今天|今日|在?这|在?那|在此|在随后|此|该|其|它|他|她|牠|两者|二者|前者|后者|同时|同年|同月|同日|当天|当年|当时|"
    "次年|翌年|随后|此后|此前|不久|期间|另外|此外|因此|因而|所以|于是|然而|但|不过|而|并|且|也|还|则|却|又|再|就|便|从而|以及|及其|"
    "如此|同样|相反|例如|比如|一是|二是|三是|首先|其次|最后|之后|后来|为此|至今|位于|属于|为|可|是|有|拥有|分布|体积|面积|全程|全长|建于|始建|内部|外部|上述|中央|另一方面|包括|从事|每次|其次|直到|如今|現在|现在|"
    "這|該|兩者|後者|當|此後|隨後|因而|於是|後來|為此)"
)
# Nor speak, in its first clauses, of somebody or something named before it, or only of a time.
_UNNAMED = re.compile(
    "^(?:[^，。；]{0,24}[，；])?[^，。；]{0,12}(?:[他她牠它]|[这這那][一二三两几些个個种種艘位座家次场場部支条條项項里裡时時]|该|該|上述|本[文书書次])"
    "|^[0-9零〇一二三四五六七八九十正]{1,3}(?:年|月|日|个月后|年后|天后)(?:[（(，]|初|[0-9一二三四五六七八九十]+[日，])"
)
_HALF = re.compile(
    "当|如果|若|虽|尽管|由于|为了|随着|只要|只有|无论|除|當|雖|儘管|為了|隨著"
)  # opens what needs a second clause
_ENDS = "，；：、。,;"
_LEAST = 12
_MOST = 90


def make(view: View) -> Iterator[Item]:
    """The judgements of a document, best gaps first: a true and a false version of each sentence; `mix` takes one.

    A true one is made only where a false one could be, so that its subject does not tell which it is. What is
    exchanged is of a known kind (a number, a place, an organelle) or turned into its contrary (上游, 应当): a phrase of
    the same text might say nearly the same.
    """
    for analysis in view.analyses:
        here = view.worth_of.get(analysis.passage.id, [])
        for gap, wrong in chain(_exchanged(view, here), _turned(analysis)):
            if view.full("truefalse", gap):
                continue
            versions = [_item(view, gap, None), _item(view, gap, wrong)]
            yield from versions if distractors.seed("truefalse", gap.whole) % 2 else reversed(versions)


def _exchanged(view: View, here: Sequence[Choice]) -> Iterator[tuple[Choice, Rival]]:
    """What is asked, with a wrong option in its place."""
    for gap in here:
        if (
            view.full("truefalse", gap)
            or gap.kind == "idiom"
            or listed(view, gap)
            or counted(gap)
            or not _stands_alone(gap)
        ):
            continue
        for wrong in distractors.choose(replace(question(view, gap), phrases=()), 1):
            if wrong.sure:
                yield gap, wrong


def _turned(analysis: Analysis) -> Iterator[tuple[Choice, Rival]]:
    """Words of a sentence whose contrary would make another sense of it."""
    for index, sentence in enumerate(analysis.sentences):
        for token in sentence.tokens:
            contrary = contrasts.words().stated.get(fold(token.text))
            if contrary is None or contrary in fold(sentence.text):
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
            if _stands_alone(gap):
                traditional = analysis.passage.script == "zh-Hant"
                yield gap, Rival(script.to_traditional(contrary) if traditional else contrary, "说法相反")


def _stands_alone(gap: Choice) -> bool:
    """Whether a stem can be judged without the sentence before it."""
    stem = gap.stem.rstrip()
    if not _LEAST <= len(stem) <= _MOST or len(gap.gaps) > 1 or stem[-1:] in "？?":
        return False
    if _HALF.match(stem) and "，" not in stem.rstrip(_ENDS):
        return False
    return not _POINTS_BACK.match(stem) and not _UNNAMED.search(stem)


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
