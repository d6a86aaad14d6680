"""The item bank as a file: JSON Lines, a header and then one item a line, written and read as a stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flashcards import itemcheck
from flashcards.errors import BadBank
from flashcards.files import replacing
from flashcards.model import Answer, Context, Gap, Item, Passage, Place, Source

SCHEMA = 1
GENERATOR = "flashcards-zh"


@dataclass(frozen=True, slots=True)
class Header:
    """First line of a bank. ``project`` seeds the GUIDs; ``notetypes`` gives each note type's modification time."""

    name: str
    project: str
    lang: str = "zh-Hans"
    notetypes: Mapping[str, int] = field(default_factory=dict)
    generator: str = GENERATOR
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank file: its header, and its items in order, read anew on every iteration.

    ``watch`` is given each iteration's items and gives them on: how the command line shows progress.
    """

    path: Path
    header: Header
    watch: Callable[[Iterator[Item]], Iterator[Item]] | None = None

    def __iter__(self) -> Iterator[Item]:
        items = _items(self.path)
        return items if self.watch is None else self.watch(items)

    def __bool__(self) -> bool:
        return True  # whatever its length is

    def __len__(self) -> int:
        with self.path.open("rb") as file:
            return max(sum(1 for _ in file) - 1, 0)


def write(path: Path, header: Header, items: Iterable[Item]) -> int:
    """Write a bank whole or not at all; returns the number of items. Raises FlashcardsError if it cannot."""
    count = 0
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_dump(header_record(header)) + "\n")
        for item in items:
            file.write(_dump(item_record(item)) + "\n")
            count += 1
    return count


def load(path: Path) -> Bank:
    """Open a bank and check its header. Raises BadBank for a file that is no bank, newer, or cannot be read."""
    try:
        with path.open("rb") as file:
            first = file.readline(1 << 20)
    except OSError as error:
        raise BadBank(f"cannot be read: {error.strerror}; name a bank made by `flashcards build`", path=path) from None
    try:
        record = json.loads(first)
        schema, generator = record["schema"], record["generator"]
    except (ValueError, TypeError, KeyError, UnicodeDecodeError):
        raise BadBank("is no item bank; make one with `flashcards build`", path=path, line=1) from None
    if generator != GENERATOR or type(schema) is not int or schema < 1:
        raise BadBank("is no item bank of this program; make one with `flashcards build`", path=path, line=1)
    if schema > SCHEMA:
        raise BadBank(f"has schema {schema}, newer than {SCHEMA}; update flashcards-zh", path=path, line=1)
    try:
        header = Header(record["name"], record["project"], record["lang"], dict(record["notetypes"]), generator, schema)
    except (KeyError, TypeError, ValueError):
        raise BadBank("has a damaged header; build it again", path=path, line=1) from None
    wrong = _header_fault(header)
    if wrong:
        raise BadBank(f"has a damaged header: {wrong}; build it again", path=path, line=1)
    return Bank(path, header)


def _header_fault(header: Header) -> str | None:
    """What is wrong with the values of a header."""
    if type(header.name) is not str or type(header.project) is not str:
        return "the name or the project is no text"
    if header.lang not in ("zh-Hans", "zh-Hant"):
        return f"unknown lang {header.lang!r}"
    if any(type(time) is not int for time in header.notetypes.values()):
        return "the time of a note type is no number"
    return None


def header_record(header: Header) -> dict[str, Any]:
    """The header as JSON; ``version`` of the program is left out, so that an update alone changes no byte."""
    return {
        "schema": header.schema,
        "generator": header.generator,
        "name": header.name,
        "project": header.project,
        "lang": header.lang,
        "notetypes": dict(sorted(header.notetypes.items())),
    }


def source_record(source: Source) -> dict[str, str | None]:
    """A source as JSON, unknown fields as null."""
    return {
        "marker": source.marker,
        "title": source.title,
        "author": source.author,
        "date": source.date,
        "place": source.place,
        "occasion": source.occasion,
        "publication": source.publication,
        "page": source.page,
        "url": source.url,
        "licence": source.licence,
    }


def item_record(item: Item) -> dict[str, Any]:
    """An item as JSON (DESIGN: the contract of a bank's lines; keys may be added, never removed)."""
    passage = item.passage
    return {
        "key": item.key,
        "number": item.number,
        "kind": item.kind,
        "ask": item.ask,
        "stem": item.stem,
        "gaps": [{"start": gap.start, "end": gap.end} for gap in item.gaps],
        "answer": list(item.answer) if isinstance(item.answer, tuple) else item.answer,
        "accepted": list(item.accepted),
        "hint": item.hint,
        "options": None if item.options is None else list(item.options),
        "explanation": item.explanation,
        "context": {
            "before": item.context.before,
            "after": item.context.after,
            "sentence": item.context.sentence if item.context.sentence != item.stem else None,
        },
        "passage": {
            "id": passage.id,
            "document": passage.document,
            "number": passage.number,
            "lines": list(passage.lines),
            "pages": None if passage.pages is None else list(passage.pages),
            "heading": passage.heading,
            "title": passage.title,
            "text": passage.text,
            "verse": passage.verse,
            "script": passage.script,
        },
        "place": {"sentence": item.place.sentence, "start": item.place.start},
        "source": source_record(passage.source),
        "source_confidence": passage.source_confidence,
        "source_unsure": passage.source_unsure,
        "tags": list(item.tags),
        "reasons": list(item.reasons),
        "modified": item.modified,
    }


def item_from_record(record: Mapping[str, Any], before: Passage | None = None) -> Item:
    """The item of one line. Raises KeyError, TypeError or ValueError where the record is damaged.

    ``before`` is the passage of the item before it: an item of the same passage shares it instead of its copy.
    """
    place, context = record["place"], record["context"]
    stem = record["stem"]
    passage = _passage(record)
    answer: Answer = tuple(record["answer"]) if isinstance(record["answer"], list) else record["answer"]
    return Item(
        kind=record["kind"],
        ask=record["ask"],
        stem=stem,
        gaps=tuple(Gap(gap["start"], gap["end"]) for gap in record["gaps"]),
        answer=answer,
        accepted=tuple(record["accepted"]),
        hint=record["hint"],
        options=None if record["options"] is None else tuple(record["options"]),
        explanation=record["explanation"],
        context=Context(context["before"], context["after"], context["sentence"] or stem),
        passage=before if before == passage and before is not None else passage,
        place=Place(place["sentence"], place["start"]),
        tags=tuple(record["tags"]),
        reasons=tuple(record["reasons"]),
        key=record["key"],
        number=record["number"],
        modified=record["modified"],
    )


def _passage(record: Mapping[str, Any]) -> Passage:
    at = record["passage"]
    return Passage(
        id=at["id"],
        document=at["document"],
        number=at["number"],
        text=at["text"],
        lines=(at["lines"][0], at["lines"][1]),
        pages=None if at["pages"] is None else (at["pages"][0], at["pages"][1]),
        heading=at["heading"],
        title=at["title"],
        verse=at["verse"],
        script=at["script"],
        source=Source(**record["source"]),
        source_confidence=record["source_confidence"],
        source_unsure=record["source_unsure"],
    )


def _items(path: Path) -> Iterator[Item]:
    passage: Passage | None = None
    with path.open("rb") as file:
        next(file, None)
        for number, line in enumerate(file, start=2):
            try:
                if not line.endswith(b"\n"):
                    raise ValueError
                item = item_from_record(json.loads(line), passage)
            except (ValueError, KeyError, TypeError, IndexError, UnicodeDecodeError):
                raise BadBank("damaged or cut line in the bank; build it again", path=path, line=number) from None
            wrong = itemcheck.fault(item)
            if wrong:
                raise BadBank(f"damaged item in the bank: {wrong}; build it again", path=path, line=number)
            passage = item.passage
            yield item


def _dump(record: Mapping[str, Any]) -> str:
    # Lone surrogates cannot be written as UTF-8; as \uXXXX they survive and load back.
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else _escape_surrogates(text)


def _escape_surrogates(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" if 0xD800 <= ord(c) <= 0xDFFF else c for c in text)
