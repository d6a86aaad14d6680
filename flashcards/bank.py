"""The item bank as a file: JSON Lines, a header and then one item a line, written and read as a stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from json.encoder import encode_basestring as _quoted
from pathlib import Path
from typing import Any, NamedTuple

from flashcards import itemcheck
from flashcards.errors import BadBank
from flashcards.files import replacing
from flashcards.model import Context, Gap, Item, Passage, Place, Source

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


class Part(NamedTuple):
    """Neighbouring items of a bank: the byte where they begin, how many stand before them, and how many they are."""

    start: int
    before: int
    size: int


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank file: its header, and its items in order, read anew on every iteration; or a part of it.

    ``watch`` is given each iteration's items and gives them on: how the command line shows progress.
    """

    path: Path
    header: Header
    watch: Callable[[Iterator[Item]], Iterator[Item]] | None = None
    part: Part | None = None

    def __iter__(self) -> Iterator[Item]:
        items = _items(self.path, self.part)
        return items if self.watch is None else self.watch(items)

    @property
    def before(self) -> int:
        """How many items of the file stand before these."""
        return self.part.before if self.part else 0

    def __bool__(self) -> bool:
        return True  # whatever its length is

    def __len__(self) -> int:
        if self.part:
            return self.part.size
        with self.path.open("rb") as file:
            return max(sum(1 for _ in file) - 1, 0)


def write(path: Path, header: Header, items: Iterable[Item]) -> int:
    """Write a bank whole or not at all; returns the number of items. Raises FlashcardsError if it cannot."""
    return write_lines(path, header, map(item_line, items))


def write_lines(path: Path, header: Header, lines: Iterable[bytes]) -> int:
    """`write` of items that are lines already (see `line`)."""
    count = 0
    with replacing(path) as temporary, temporary.open("wb", buffering=1 << 20) as file:
        file.write(_encoded(_json(header_record(header)) + "\n"))
        for count, each in enumerate(lines, start=1):  # noqa: B007  (how many there were)
            file.write(each)
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


def parts(bank: Bank, size: int) -> list[Bank]:
    """A bank in parts of ``size`` neighbouring items, the last one of what is left; an empty bank is one part."""
    found: list[Bank] = []
    with bank.path.open("rb") as file:
        start = len(file.readline())
        at, count = start, 0
        for line in file:
            if count == size:
                found.append(replace(bank, part=Part(start, size * len(found), count)))
                start, count = at, 0
            at += len(line)
            count += 1
    return [*found, replace(bank, part=Part(start, size * len(found), count))]


def lines_of(bank: Bank) -> bytes:
    """The lines of a part of a bank."""
    assert bank.part, "a whole bank is read item by item"
    with bank.path.open("rb") as file:
        file.seek(bank.part.start)
        return b"".join(islice(file, bank.part.size))


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


def item_pieces(item: Item) -> bytes:
    """What a bank's line says of the item itself: what stands before, between and behind the parts of its passage.

    Three pieces of JSON, separated by line feeds (in JSON a text has none); `line` puts a whole line together.
    DESIGN has the contract of these lines: keys may be added, never removed.
    """
    context, place = item.context, item.place
    if isinstance(item.answer, str):
        answer = _quoted(item.answer)
    else:
        answer = _list(item.answer) if isinstance(item.answer, tuple) else str(item.answer).lower()
    gaps = ",".join([f'{{"start":{gap.start},"end":{gap.end}}}' for gap in item.gaps])
    sentence = "null" if context.sentence == item.stem else _quoted(context.sentence)
    return _encoded(
        f'"kind":{_quoted(item.kind)},"ask":{_quoted(item.ask)},"stem":{_quoted(item.stem)},"gaps":[{gaps}],'
        f'"answer":{answer},"accepted":{_list(item.accepted)},"hint":{_quoted(item.hint)},'
        f'"options":{"null" if item.options is None else _list(item.options)},'
        f'"explanation":{_quoted(item.explanation)},"context":{{"before":{_quoted(context.before)},'
        f'"after":{_quoted(context.after)},"sentence":{sentence}}}\n'
        f'"place":{{"sentence":{place.sentence},"start":{place.start}}}\n'
        f'"tags":{_list(item.tags)},"reasons":{_list(item.reasons)}'
    )


def passage_pieces(passage: Passage) -> bytes:
    """What a bank's line says of the item's passage: the passage, and its source, separated by a line feed."""
    first, last = passage.lines
    heading, title = ("null" if text is None else _quoted(text) for text in (passage.heading, passage.title))
    verse, unsure = (str(said).lower() for said in (passage.verse, passage.source_unsure))
    pages = "null" if passage.pages is None else f"[{passage.pages[0]},{passage.pages[1]}]"
    return _encoded(
        f'"passage":{{"id":{_quoted(passage.id)},"document":{_quoted(passage.document)},"number":{passage.number},'
        f'"lines":[{first},{last}],"pages":{pages},"heading":{heading},'
        f'"title":{title},"text":{_quoted(passage.text)},"verse":{verse},'
        f'"script":{_quoted(passage.script)}}}\n"source":{_source(passage.source)},'
        f'"source_confidence":{passage.source_confidence},"source_unsure":{unsure}'
    )


@lru_cache(maxsize=64)
def _source(source: Source) -> str:
    return _json(source_record(source))


def line(key: str, number: int, modified: int, item: bytes, passage: bytes) -> bytes:
    """A line of a bank, of what the ledger gives an item and of `item_pieces` and `passage_pieces`."""
    first, place, last = item.split(b"\n")
    own, source = passage.split(b"\n")
    return b'{"key":%b,"number":%d,%b,%b,%b,%b,%b,"modified":%d}\n' % (
        _encoded(_quoted(key)),
        number,
        first,
        own,
        place,
        source,
        last,
        modified,
    )


def item_line(item: Item) -> bytes:
    """An item as a line of a bank."""
    return line(item.key, item.number, item.modified, item_pieces(item), passage_pieces(item.passage))


def item_record(item: Item) -> dict[str, Any]:
    """An item as JSON: what its line in a bank says."""
    record: dict[str, Any] = json.loads(item_line(item))
    return record


def item_from_record(record: Mapping[str, Any], passage: Passage | None = None) -> Item:
    """The item of one line, with ``passage`` where that is known already (the record then need not hold it).

    Raises KeyError, TypeError or ValueError where the record is damaged.
    """
    stem, gaps, answer, options = record["stem"], record["gaps"], record["answer"], record["options"]
    context, place = record["context"], record["place"]
    return Item(  # in the order of its fields: names cost a fifth more, and a bank has thousands of lines
        record["kind"],
        stem,
        tuple([Gap(gap["start"], gap["end"]) for gap in gaps]),
        tuple(answer) if isinstance(answer, list) else answer,
        passage or passage_from_record(record),
        Place(place["sentence"], place["start"]),
        record["ask"],
        tuple(record["accepted"]),
        record["hint"],
        None if options is None else tuple(options),
        record["explanation"],
        Context(context["before"], context["after"], context["sentence"] or stem),
        tuple(record["tags"]),
        tuple(record["reasons"]),
        record["key"],
        record["number"],
        record["modified"],
    )


def passage_from_record(record: Mapping[str, Any]) -> Passage:
    """The passage of one line. Raises KeyError, TypeError or ValueError where the record is damaged."""
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


def _items(path: Path, part: Part | None) -> Iterator[Item]:
    passage: Passage | None = None
    known = NONE
    with path.open("rb") as file:
        if part:
            file.seek(part.start)
        else:
            next(file, None)
        lines = islice(file, part.size if part else None)
        for number, line in enumerate(lines, start=2 + (part.before if part else 0)):
            try:
                if not line.endswith(b"\n"):
                    raise ValueError
                own, of_passage = _parted(line, known)
                if of_passage != known:
                    known = of_passage
                    passage = None if known == NONE else passage_from_record(_parsed(_passage_object(known)))
                item = item_from_record(_parsed(own), passage)
            except (ValueError, KeyError, TypeError, IndexError, UnicodeDecodeError):
                raise BadBank("damaged or cut line in the bank; build it again", path=path, line=number) from None
            wrong = itemcheck.fault(item)
            if wrong:
                raise BadBank(f"damaged item in the bank: {wrong}; build it again", path=path, line=number)
            yield item


PASSAGE, PLACE, SOURCE, TAGS = b',"passage":{', b',"place":{', b',"source":{', b',"tags":['
NONE = (b"", b"")


def _parted(line: bytes, known: tuple[bytes, bytes] = NONE) -> tuple[bytes, tuple[bytes, bytes]]:
    """A line without its passage, and the two pieces about that, so that neighbours' passage is parsed once.

    A piece ends with the mark of what follows it. Those of the line before, ``known``, are passed over at once. No text
    holds a mark: its quotation marks are escaped. A line in another order stays whole.
    """
    passage = line.find(PASSAGE)
    place = _mark(line, passage, known[0], PLACE)
    source = line.find(SOURCE, place)
    tags = _mark(line, source, known[1], TAGS)
    if not 0 <= passage < place < source < tags:
        return line, NONE
    pieces = line[passage : place + len(PLACE)], line[source : tags + len(TAGS)]
    return line[:passage] + line[place:source] + line[tags:], pieces


def _mark(line: bytes, at: int, piece: bytes, mark: bytes) -> int:
    """Where a mark stands behind ``at``: at the end of the piece that begins there, if it is that one."""
    return at + len(piece) - len(mark) if piece and line.startswith(piece, at) else line.find(mark, at)


def _passage_object(pieces: tuple[bytes, bytes]) -> bytes:
    passage, source = pieces
    return b"{%b%b}" % (passage[1 : -len(PLACE)], source[: -len(TAGS)])


_decoded = json.JSONDecoder().raw_decode


def _parsed(line: bytes) -> Any:
    """`json.loads` of an object, with nothing but a line feed behind it, in three quarters of its time."""
    text = line.decode()
    value, end = _decoded(text)
    if len(text) - end > 1:
        raise ValueError
    return value


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _list(texts: Sequence[str]) -> str:
    return f"[{','.join(map(_quoted, texts))}]" if texts else "[]"


def _encoded(text: str) -> bytes:
    # Lone surrogates cannot be written as UTF-8; as \uXXXX they survive and load back.
    return text.encode("utf-8", "backslashreplace")
