"""What was published is kept while it holds: the options of a choice, the wording of a judgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher

from flashcards.distractors import Question, is_valid
from flashcards.distractors.likeness import fold
from flashcards.model import Item, answer_text

ALIKE = 0.6  # how much of two stems must agree for them to be one question, edited


def keep(items: Iterable[Item], previous: Iterable[Item]) -> tuple[Item, ...]:
    """The new items, with the options and wordings of ``previous`` (as last published) where they are still right.

    Options are taken from the document, so an edit elsewhere in it would change them; a learner who knows a question
    should find it as it was. They are kept while every wrong one is still wrong and the key is the same.
    """
    before: dict[tuple[str, str], list[Item]] = {}
    for item in previous:
        if item.kind in ("choice", "truefalse"):
            before.setdefault(_handle(item), []).append(item)
    return tuple(_kept(item, before.get(_handle(item), [])) if before else item for item in items)


def _handle(item: Item) -> tuple[str, str]:
    if item.kind == "truefalse":
        return item.kind, fold(item.context.sentence)
    return item.kind, fold(answer_text(item))


def _kept(item: Item, before: list[Item]) -> Item:
    if item.kind == "truefalse":
        # A judgement is kept whole: the sentence is the same, so what was wrong of it still is.
        old = before[0] if before else item
        return replace(item, stem=old.stem, answer=old.answer, explanation=old.explanation, place=old.place)
    if item.kind != "choice" or not before:
        return item
    old = max(before, key=lambda old: SequenceMatcher(None, old.stem, item.stem, autojunk=False).ratio())
    likeness = SequenceMatcher(None, old.stem, item.stem, autojunk=False).ratio()
    if likeness < ALIKE or not _holds(item, old):
        return item
    options = tuple(answer_text(item) if at == old.answer else option for at, option in enumerate(old.options or ()))
    return replace(item, options=options, answer=old.answer)


def _holds(item: Item, old: Item) -> bool:
    """Whether the old options are still one right and three wrong ones."""
    spans = tuple((gap.start, gap.end) for gap in item.gaps)
    question = Question(answer_text(item), item.stem, spans, item.context.sentence, item.passage.text)
    wrong = [option for at, option in enumerate(old.options or ()) if at != old.answer]
    return len(set(wrong)) == 3 and all(is_valid(option, question) for option in wrong)
