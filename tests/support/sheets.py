"""Banks for sheets: the cases of every kind, and as many made-up passages as a test wants, all from one seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from flashcards import bank
from flashcards.bank import Bank, Header
from flashcards.model import Context, Gap, Item, Passage, Place, Source

CASES = Path(__file__).resolve().parents[1] / "cases" / "sheet"
EVERY_KIND = CASES / "every-kind.bank.jsonl"
FIRST = "江河湖海山岭原野城镇街巷桥路田园林木花草春夏秋冬晨暮风云雨雪"
LAST = "工程制度计划仪式传说技艺市场学校法令会议运河灌渠码头粮仓驿站书院"
FRAME = ("早在明代，{}就已传入{}，后来又经过{}的改造。", "据县志记载，{}与{}同年建成，比{}早了十二年。")


def stored(folder: Path, items: Iterable[Item], name: str = "测验") -> Bank:
    """A bank file of these items, numbered and keyed where they are not, opened."""
    path = folder / f"{name}.bank.jsonl"
    bank.write(path, Header(name, "test"), items)
    return bank.load(path)


def passages(count: int, seed: int = 1) -> list[Item]:
    """Items of so many made-up passages of two sentences: clozes, a choice, a judgement and a source each."""
    rng = Random(seed)
    terms = [a + b + c for a in FIRST for b in FIRST if a != b for c in LAST]
    rng.shuffle(terms)
    items: list[Item] = []
    for number in range(1, count + 1):
        taken = [terms.pop() for _ in range(6)]
        sentences = [frame.format(*taken[at * 3 : at * 3 + 3]) for at, frame in enumerate(FRAME)]
        source = Source(title=f"第{number}回讲稿", author=f"讲者{terms.pop()}", marker=f"[{number}]")
        passage = Passage(
            f"书.txt#{number}", "书.txt", number, "".join(sentences), (number * 2, number * 2 + 1), source=source
        )
        items += _of(passage, sentences, taken, terms[-3:], number)
    return [numbered(item, at) for at, item in enumerate(items, start=1)]


def numbered(item: Item, number: int) -> Item:
    """The item with a number and a key of its own."""
    return replace(item, number=number, key=f"k{number:06d}")


def cloze(passage: Passage, sentence: str, index: int, phrase: str, **more: object) -> Item:
    """A cloze item of a sentence: all occurrences of the phrase are its gaps."""
    starts = [at for at in range(len(sentence)) if sentence.startswith(phrase, at)]
    gaps = tuple(Gap(at, at + len(phrase)) for at in starts)
    context = Context(sentence=sentence)
    return Item("cloze", sentence, gaps, phrase, passage, Place(index), context=context, **more)  # type: ignore[arg-type]


def _of(passage: Passage, sentences: Sequence[str], taken: Sequence[str], wrong: Sequence[str], n: int) -> list[Item]:
    first, second = sentences
    key = n % 4
    options = (*wrong[:key], taken[2], *wrong[key:])
    gap = Gap(first.index(taken[2]), first.index(taken[2]) + len(taken[2]))
    return [
        *(cloze(passage, first, 0, phrase) for phrase in taken[:3]),
        *(cloze(passage, second, 1, phrase) for phrase in taken[3:]),
        Item("choice", first, (gap,), key, passage, Place(0), options=options, context=Context(sentence=first)),
        Item("truefalse", second, (), n % 2 == 0, passage, Place(1), context=Context(sentence=second)),
        Item("source", second, (), passage.source.author or "", passage, Place(1), ask="author"),
    ]


def printable() -> None:
    """Skip the test where PDFs cannot be made: no typst, or no Chinese font."""
    import pytest

    from flashcards.errors import BadConfiguration
    from flashcards.exporters import pdf

    try:
        pdf.families("zh-Hans", set(pdf.installed().families()))
    except BadConfiguration as error:
        pytest.skip(f"needs a Chinese font and typst (Debian: apt install fonts-noto-cjk): {error}")
