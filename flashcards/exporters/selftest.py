"""Bank -> a self-test: one HTML file that needs no network, no server and no installation."""

from __future__ import annotations

import base64
import hashlib
import json
import marshal
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Self

from flashcards import learner
from flashcards.bank import Bank
from flashcards.errors import BadConfiguration
from flashcards.files import scratch, write_pieces
from flashcards.grading import mode_of
from flashcards.model import Item, Passage, Source
from flashcards.script import same_characters
from flashcards.settings import Settings
from flashcards.study.groups import matchings, orderings, turns
from flashcards.study.show import accepted_forms, hint, parts, question, source_line
from flashcards.templates import environment, template_path
from flashcards.words import words

MOST_ITEMS = 500
SCHEMA = 1
BLOCK = 1 << 20  # characters
UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the page; one of a bank whose items were all withdrawn says that there are none."""
    items = spread(bank, most(settings.items))
    script = "\n".join(
        template_path(f"selftest/{name}").read_text(encoding="utf-8") for name in ("grading.js", "page.js")
    )
    style = template_path("selftest/page.css").read_text(encoding="utf-8")
    page = (
        environment()
        .get_template("selftest/page.html")
        .generate(
            name=_utf8(bank.header.name),
            lang=settings.lang,
            words=words("selftest", settings.lang),
            policy=policy(script, style),
            script=script,
            style=style,
            data=page_data(bank, items, words("selftest", settings.lang), settings),
        )
    )
    write_pieces(target, page)
    return (target,)


def most(items: str | None) -> int | None:
    """How many items at most: None for all. Raises BadConfiguration for what is no number."""
    if items is None:
        return MOST_ITEMS
    if items == "all":
        return None
    if not items.isdecimal() or not int(items):
        raise BadConfiguration(f"items: {items!r} is neither a number from 1 nor `all`")
    return int(items)


def spread(bank: Bank | Sequence[Item], most: int | None) -> Iterator[Item]:
    """At most so many items, evenly spread over the bank, in its order."""
    total = len(bank)
    if most is None or total <= most:
        return iter(bank)
    wanted = {index * total // most for index in range(most)}
    return (item for index, item in enumerate(islice(bank, total)) if index in wanted)


def page_data(bank: Bank, items: Iterable[Item], said: dict[str, str], settings: Settings) -> Iterator[str]:
    """What the page knows, as JSON in pieces: its words, its items, what counts as the same, groups for two layouts.

    The items are read once. Everything that there may be much of waits in temporary files, for what is gathered from
    all items stands before them.
    """
    header = bank.header
    characters: set[str] = set()
    count = 0
    with _Waiting() as passages, _Waiting() as records, _Waiting() as match, _Waiting() as order, _Asked() as asked:
        for id, group in groupby(items, key=lambda item: item.passage.id):
            members = list(group)
            place, rounds = asked.before(id, members)
            if place == len(passages):
                passages.add(_json(_passage(members[0].passage)))
            for item, turn in zip(members, turns(members, rounds), strict=True):
                records.add(_json(_record(item, place, turn, said, settings)))
                characters.update(_answer(item))
            asked.now(id, rounds)
            for kept, groups in ((match, matchings(members)), (order, orderings(members))):
                for found in groups:
                    kept.add(_json([count + at for at in found]))
            count += len(members)
        head = {
            "schema": SCHEMA,
            "pinyin": settings.pinyin,
            "deck": hashlib.sha256(json.dumps([header.project, header.name]).encode()).hexdigest()[:16],
            "name": header.name,
            "words": said,
            "same": same_characters(characters),
        }
        yield _json(head)[:-1]
        for name, values in (("passages", passages), ("items", records), ("match", match), ("order", order)):
            yield f',"{name}":['
            yield from values
            yield "]"
        yield "}"


class _Waiting:
    """The values of a JSON list, in a temporary file until they are written."""

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")
        self._count = 0
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, value: str) -> None:
        self._file.write("," + value if self._count else value)
        self._count += 1

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        return iter(partial(self._file.read, BLOCK), "")


class _Asked:
    """Which passages were there, and how often their sentences and sources were asked, on disk.

    A passage mostly comes once, with all its items; what is kept is for one that comes again.
    """

    def __enter__(self) -> Self:
        self._db = scratch()
        self._db.executescript(
            "PRAGMA journal_mode = OFF; CREATE TABLE passage (id BLOB PRIMARY KEY, number INTEGER, sentences BLOB);"
            "CREATE TABLE source (id BLOB PRIMARY KEY, rounds INTEGER) WITHOUT ROWID; BEGIN;"
        )
        self._count = 0
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    def before(self, passage: str, items: Iterable[Item]) -> tuple[int, dict[object, int]]:
        """The number of a passage, and the rounds of its sentences and sources so far, as `turns` takes them."""
        row = self._db.execute("SELECT number, sentences FROM passage WHERE id = ?", (_bytes(passage),)).fetchone()
        number, sentences = row or (self._count, None)
        self._count += row is None
        rounds: dict[object, int] = {}
        if sentences:
            rounds.update(((passage, sentence), times) for sentence, times in marshal.loads(sentences))
        for source in {item.passage.source for item in items if item.kind == "source"}:
            found = self._db.execute("SELECT rounds FROM source WHERE id = ?", (_bytes(repr(source)),)).fetchone()
            if found:
                rounds[source] = found[0]
        self._number = number
        return number, rounds

    def now(self, passage: str, rounds: Mapping[object, int]) -> None:
        """Keep the rounds of the passage that `before` was asked about."""
        sentences = [(about[1], times) for about, times in rounds.items() if isinstance(about, tuple)]
        row = (_bytes(passage), self._number, marshal.dumps(sentences))
        self._db.execute("INSERT OR REPLACE INTO passage VALUES (?, ?, ?)", row)
        for about, times in rounds.items():
            if isinstance(about, Source):
                self._db.execute("INSERT OR REPLACE INTO source VALUES (?, ?)", (_bytes(repr(about)), times))


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "name": passage.heading or passage.title or passage.document,
        "document": passage.document,
        "number": passage.number,
        "source": source_line(passage.source),
        "unsure": passage.source_unsure,
    }


def _record(item: Item, passage: int, turn: int, said: dict[str, str], settings: Settings) -> dict[str, Any]:
    text = isinstance(item.answer, str)
    return {
        "key": item.key,
        "number": item.number,
        "kind": item.kind,
        "asked": question(item, said),
        "parts": parts(item),
        "answer": list(item.answer) if isinstance(item.answer, tuple) else item.answer,
        "accepted": [*accepted_forms(item), *learner.accepted(item, settings)] if text else [],
        "mode": mode_of(item),
        "options": None if item.options is None else list(item.options),
        "cue": item.hint,
        "hint": hint(item),
        "turn": turn,
        "explanation": item.explanation,
        "before": item.context.before,
        "sentence": item.context.sentence if item.context.sentence != item.stem else "",
        "after": item.context.after,
        "passage": passage,
    }


def _answer(item: Item) -> str:
    if isinstance(item.answer, tuple):
        return "".join(item.answer)
    return "".join((item.answer, *item.accepted)) if isinstance(item.answer, str) else ""


def policy(script: str, style: str) -> str:
    """The page's content security policy: its own script and style by their hashes, and nothing else at all."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: dict[str, Any] | list[int]) -> str:
    """JSON that can stand in a script element: no `<`, no line separators, no lone surrogates."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
