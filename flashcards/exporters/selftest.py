"""Bank -> a self-test: one HTML file that needs no network, no server and no installation."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from flashcards import learner
from flashcards.bank import Bank
from flashcards.errors import BadConfiguration
from flashcards.files import write_text
from flashcards.grading import mode_of
from flashcards.model import Item
from flashcards.settings import Settings
from flashcards.study.groups import matchings, orderings, turns
from flashcards.study.show import accepted_forms, hint, parts, question, source_line
from flashcards.templates import environment, template_path
from flashcards.words import words

MOST_ITEMS = 500
SCHEMA = 1


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the page; one of a bank whose items were all withdrawn says that there are none."""
    items = spread(bank, most(settings.items))
    data = page_data(bank, items, words("selftest", settings.lang), settings)
    payload = _json(data)
    script = "\n".join(
        template_path(f"selftest/{name}").read_text(encoding="utf-8") for name in ("grading.js", "page.js")
    )
    style = template_path("selftest/page.css").read_text(encoding="utf-8")
    html = (
        environment()
        .get_template("selftest/page.html")
        .render(
            name=_utf8(bank.header.name),
            lang=settings.lang,
            words=words("selftest", settings.lang),
            policy=policy(script, style),
            script=script,
            style=style,
            data=payload,
        )
    )
    write_text(target, html)
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


def spread(bank: Iterable[Item], most: int | None) -> list[Item]:
    """At most so many items, evenly spread over the bank, in its order."""
    total = sum(1 for _ in bank)
    if most is None or total <= most:
        return list(bank)
    wanted = {index * total // most for index in range(most)}
    return [item for index, item in enumerate(islice(bank, total)) if index in wanted]


def page_data(bank: Bank, items: Sequence[Item], said: dict[str, str], settings: Settings) -> dict[str, Any]:
    """What the page knows: its words, its items, the characters that count as the same, groups for two layouts."""
    header = bank.header
    deck = hashlib.sha256(json.dumps([header.project, header.name]).encode()).hexdigest()[:16]
    passages: dict[str, int] = {}
    for item in items:
        passages.setdefault(item.passage.id, len(passages))
    firsts = {item.passage.id: item.passage for item in reversed(items)}
    return {
        "schema": SCHEMA,
        "pinyin": settings.pinyin,
        "deck": deck,
        "name": header.name,
        "words": said,
        "same": _same(items),
        "passages": [
            {
                "name": firsts[id].heading or firsts[id].title or firsts[id].document,
                "document": firsts[id].document,
                "number": firsts[id].number,
                "source": source_line(firsts[id].source),
                "unsure": firsts[id].source_unsure,
            }
            for id in passages
        ],
        "items": [
            _record(item, passages[item.passage.id], turn, said, settings)
            for item, turn in zip(items, turns(items), strict=True)
        ],
        "match": [list(group) for group in matchings(items)],
        "order": [list(group) for group in orderings(items)],
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


def _same(items: Iterable[Item]) -> dict[str, str]:
    """The characters that stand for one of the answers' characters: a small table instead of a dictionary."""
    from flashcards.script import same_characters

    answers = {c for item in items for c in _answer(item)}
    return same_characters(answers)


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
    plain = "".join(f"\\u{ord(c):04x}" if c in "<>&\u2028\u2029" else c for c in text)
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in plain)


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
