"""Bank -> a self-test: one HTML file that needs no network, no server and no installation."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from flashcards import learner
from flashcards.bank import Bank
from flashcards.errors import BadConfiguration
from flashcards.files import write_pieces
from flashcards.grading import mode_of
from flashcards.model import Item, Passage
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

    The items are read once and wait in a temporary file, for what is gathered from them stands before them.
    """
    header = bank.header
    places: dict[str, int] = {}
    passages: list[dict[str, Any]] = []
    answers: set[str] = set()
    rounds: dict[object, int] = {}
    match: list[list[int]] = []
    order: list[list[int]] = []
    count = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as waiting:
        for id, group in groupby(items, key=lambda item: item.passage.id):
            members = list(group)
            if id not in places:
                places[id] = len(places)
                passages.append(_passage(members[0].passage))
            for at, (item, turn) in enumerate(zip(members, turns(members, rounds), strict=True), start=count):
                waiting.write(("," if at else "") + _json(_record(item, places[id], turn, said, settings)))
                answers.update(_answer(item))
            match += [[count + at for at in found] for found in matchings(members)]
            order += [[count + at for at in found] for found in orderings(members)]
            count += len(members)
        head = {
            "schema": SCHEMA,
            "pinyin": settings.pinyin,
            "deck": hashlib.sha256(json.dumps([header.project, header.name]).encode()).hexdigest()[:16],
            "name": header.name,
            "words": said,
            "same": same_characters(answers),
            "passages": passages,
        }
        yield _json(head)[:-1] + ',"items":['
        waiting.seek(0)
        yield from iter(partial(waiting.read, BLOCK), "")
        yield "]," + _json({"match": match, "order": order})[1:]


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


def _json(data: dict[str, Any]) -> str:
    """JSON that can stand in a script element: no `<`, no line separators, no lone surrogates."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
