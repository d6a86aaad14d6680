"""Decks of marked sentences: `推动[东北]全面[振兴]` has two cloze items. The rest is the real program."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flashcards import pipeline
from flashcards.ledger import Ledger, Summary, draft
from flashcards.model import Context, Gap, Item, Passage, Place, Source
from flashcards.settings import Settings

MARK = re.compile(r"\[([^\]]+)\]")
SOURCE = {"title": "在座谈会上的讲话", "date": "2023-09-07", "place": "哈尔滨", "occasion": "座谈会"}
NAME = "deck"
PROJECT = "测试"


def items_of(
    document: str, lines: Sequence[str | Mapping[str, object]], source: Mapping[str, str] = SOURCE
) -> list[Item]:
    """The items of a document's marked lines; a line may also be a record of an item of another kind."""
    text = "".join(MARK.sub(r"\1", line) if isinstance(line, str) else str(line["stem"]) for line in lines)
    passage = Passage(
        id=f"{document}#1", document=document, number=1, text=text, lines=(1, len(lines)), source=Source(**source)
    )
    plain = [MARK.sub(r"\1", line) if isinstance(line, str) else str(line["stem"]) for line in lines]
    items: list[Item] = []
    for number, line in enumerate(lines):
        context = Context(plain[number - 1] if number else "", "".join(plain[number + 1 : number + 2]), plain[number])
        if isinstance(line, str):
            for phrase in dict.fromkeys(MARK.findall(line)):
                gaps = tuple(Gap(m.start(), m.end()) for m in re.finditer(re.escape(phrase), plain[number]))
                items.append(Item("cloze", plain[number], gaps, phrase, passage, Place(number), context=context))
        else:
            items.append(_other(line, passage, number, context))
    return items


def _other(record: Mapping[str, object], passage: Passage, number: int, context: Context) -> Item:
    answer = record["answer"]
    options = record.get("options")
    return Item(
        kind=str(record["kind"]),
        ask=str(record.get("ask", "")),
        stem=str(record["stem"]),
        gaps=tuple(Gap(start, end) for start, end in record.get("gaps", ())),
        answer=tuple(answer) if isinstance(answer, list) else answer,
        options=None if options is None else tuple(options),
        explanation=str(record.get("explanation", "")),
        hint=str(record.get("hint", "")),
        passage=passage,
        place=Place(number),
        context=context,
    )


def build(
    folder: Path,
    documents: Mapping[str, Sequence[Item]],
    now: int,
    *,
    gone: Callable[[str], bool] = lambda document: False,
    prune: bool = False,
    settings: Settings | None = None,
    project: str = PROJECT,
    formats: Sequence[str] = ("apkg",),
) -> Summary:
    """One build of a deck, as the command line does it, of items instead of files."""
    with Ledger.open(folder / f"{NAME}.ledger.sqlite", project=project, now=now) as ledger:
        for document, items in documents.items():
            ledger.settle(draft(document, items))
        summary = ledger.finish(gone=gone, prune=prune)
        pipeline.publish(ledger, folder, NAME, project, formats, settings or Settings())
    return summary


def with_source(items: Sequence[Item], **changes: str | None) -> list[Item]:
    """The items with another source."""
    return [replace(i, passage=replace(i.passage, source=replace(i.passage.source, **changes))) for i in items]
