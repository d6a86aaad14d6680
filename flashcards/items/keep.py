"""What was published is kept while it holds: options of a choice, wording of a judgement, quotation of a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher

from flashcards.distractors import Question, is_valid
from flashcards.distractors.folding import fold, folded
from flashcards.items.source import said
from flashcards.model import Item, answer_text

ALIKE = 0.6  # how much of two stems must agree for them to be one question, edited


def keep(items: Iterable[Item], previous: Iterable[Item]) -> tuple[Item, ...]:
    """The new items, with the options and wordings of ``previous`` (as last published) where they are still right.

    Options are taken from the document, so an edit elsewhere in it would change them; a learner who knows a question
    should find it as it was. They are kept while every wrong one is still wrong and the key is the same.
    """
    before: dict[tuple[str, str], list[Item]] = {}
    for item in previous:
        if item.kind in ("choice", "truefalse") or _quotes(item):
            before.setdefault(_handle(item), []).append(item)
    return tuple(_kept(item, before.get(_handle(item), [])) if before else item for item in items)


def _handle(item: Item) -> tuple[str, str]:
    if item.kind == "truefalse":
        return item.kind, folded(item.context.sentence)
    if item.kind == "source":
        return item.kind, ""
    return item.kind, fold(answer_text(item))


def _quotes(item: Item) -> bool:
    """Whether an item asks for the source of words that it quotes."""
    return item.kind == "source" and not item.ask.startswith("line-")


def _kept(item: Item, before: list[Item]) -> Item:
    if item.kind == "truefalse":
        # A judgement is kept whole: the sentence is the same, so what was wrong of it still is.
        old = before[0] if before else item
        return replace(item, stem=old.stem, answer=old.answer, explanation=old.explanation, place=old.place)
    if _quotes(item):
        return next((_asked_again(item, old) for old in before if _still_said(item, old)), item)
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


def _still_said(item: Item, old: Item) -> bool:
    """Whether the old quotation still stands in the passage and the old answer is still what its source says."""
    return old.stem in item.passage.text and said(item.passage.source, old.ask) == old.answer


def _asked_again(item: Item, old: Item) -> Item:
    return replace(
        item,
        ask=old.ask,
        stem=old.stem,
        answer=old.answer,
        accepted=old.accepted,
        place=old.place,
        context=old.context,
    )
