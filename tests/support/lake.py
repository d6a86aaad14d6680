"""A small bank with every kind of item, about a lake; banks of any size; for tests of the fronts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flashcards import bank
from flashcards.model import Context, Gap, Item, Passage, Place, Source
from flashcards.settings import Settings

SENTENCES = (
    "春天的湖边住着一位老渔夫。",
    "他每天清晨划船出门，中午才回来。",
    "湖里的鲤鱼和鲫鱼都认得他的船。",
    "到了秋天，他把网晾在院子里的竹竿上。",
    "村里的孩子们喜欢听他讲二十年前的大水。",
)
SOURCE = Source(title="湖边旧事", author="林禾", date="2024-03-05")
PASSAGE = Passage("湖.txt#1", "湖.txt", 1, "".join(SENTENCES), (1, 3), "湖边", "湖边旧事", SOURCE)
NAME = "湖边"


def ask(number: int, sentence: int, phrase: str, kind: str = "cloze", answer: object = None, **more: object) -> Item:
    """An item about a sentence; its gap is the phrase, its answer too unless another is given."""
    stem = str(more.pop("stem", SENTENCES[sentence]))
    at = stem.index(phrase)
    gaps = (Gap(at, at + len(phrase)),) if phrase else ()
    context = Context(sentence=SENTENCES[sentence])
    return Item(
        kind,
        stem,
        gaps,
        phrase if answer is None else answer,  # type: ignore[arg-type]
        PASSAGE,
        Place(sentence),
        context=context,
        key=f"key{number:04d}",
        number=number,
        **more,  # type: ignore[arg-type]
    )


ITEMS = (
    ask(1, 0, "老渔夫"),
    ask(2, 1, "划船"),
    ask(3, 2, "鲤鱼和鲫鱼"),
    ask(4, 3, "竹竿"),
    ask(5, 4, "二十年"),
    ask(6, 2, "", "list", ("鲤鱼", "鲫鱼"), stem="湖里有哪些鱼认得他的船？"),
    ask(7, 3, "竹竿", "choice", 1, options=("木杆", "竹竿", "铁杆", "绳子")),
    ask(8, 1, "", "truefalse", False, stem="他每天清晨划船出门，晚上才回来。", explanation="中午才回来。"),
    ask(9, 1, SENTENCES[1], "recitation", ask="next", stem=SENTENCES[0] + SENTENCES[1]),
    ask(10, 0, "", "source", "林禾", ask="author"),
)


def many(count: int) -> list[Item]:
    """So many cloze items, each with a passage of its own about as long as a real one."""
    items = []
    for number in range(1, count + 1):
        stem = f"第{number}号观测站的记录员在风雨中写下了第{number * 7 % 1000}次水位变化。"
        passage = Passage(f"站.txt#{number}", "站.txt", number, stem * 4, (number, number), None, "水文", SOURCE)
        gap = Gap(stem.index("记录员"), stem.index("记录员") + 3)
        context = Context("前一天还是晴天。", "后来水退了。", stem)
        items.append(
            Item("cloze", stem, (gap,), "记录员", passage, Place(0), context=context, key=f"k{number}", number=number)
        )
    return items


def save(folder: Path, items: Sequence[Item] = ITEMS, name: str = NAME) -> bank.Bank:
    """A bank of these items."""
    path = folder / f"{name}.bank.jsonl"
    bank.write(path, bank.Header(name, name), items)
    return bank.load(path)


def page(folder: Path, items: Sequence[Item] = ITEMS, name: str = NAME, settings: Settings | None = None) -> Path:
    """The self-test page of these items."""
    from flashcards.exporters import selftest

    settings = settings or Settings(items="all")
    return selftest.write(save(folder, items, name), folder / f"{name}.selftest.html", settings)[0]
