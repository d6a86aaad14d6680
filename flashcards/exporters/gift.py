"""Bank -> GIFT, the plain-text question format of Moodle that many other school systems read too.

Every text is marked ``[plain]`` and escaped, so that it shows literally. What GIFT cannot grade (lists in any order,
definitions) becomes an essay with the answer as its feedback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flashcards.bank import GENERATOR, Bank
from flashcards.files import replacing
from flashcards.model import Item, answer_text
from flashcards.settings import Settings
from flashcards.sheet import place_of, usable
from flashcards.sheet.drafts import Words, single
from flashcards.sheet.layout import printable
from flashcards.sheet.options import from_settings, wanted
from flashcards.words import words

GAP = "____"
NAME = 30  # characters of the stem in a question's name
SPECIAL = re.compile(r"[\\~=#{}:]")
FORMATS = ("[html]", "[moodle]", "[plain]", "[markdown]")


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write every item as a GIFT question, a category for each document. Raises FlashcardsError if it cannot."""
    table = words("quiz", settings.lang)
    holds = wanted(from_settings(settings))
    document = None
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"// generator: {GENERATOR}\n\n")
        for item in bank:
            if usable(item) and holds(item):
                if item.passage.document != document:
                    document = item.passage.document
                    file.write(f"$CATEGORY: {category(bank.header.name, document)}\n\n")
                file.write(question(item, table) + "\n\n")
    return (target,)


def category(name: str, document: str) -> str:
    """A category path; a slash within a name is doubled, as Moodle reads it."""
    return "/".join(" ".join(part.split()).replace("/", "//") or "-" for part in (name, document))


def question(item: Item, table: Words) -> str:
    """One item as one GIFT question."""
    draft = single(item, table)
    stem = "".join(part if isinstance(part, str) else GAP for part in draft.stem)
    number = f"q{item.number:04d} " if item.number else ""
    name = escape(f"{number}{' '.join(stem.split())[:NAME]}")
    told = "" if graded(item) else answer_text(item)
    feedback = "####" + escape("；".join(part for part in (told, item.explanation, place_of(item.passage)) if part))
    return f"::{name}::[plain]{escape(stem + draft.ask)}{{{' '.join(_answers(item))}{feedback}}}"


def _answers(item: Item) -> Iterator[str]:
    if item.kind == "choice":
        for at, option in enumerate(item.options or ()):
            # After = no weight is read, after ~ one is: 0 keeps an option such as %50% from giving points.
            yield "=" + _literal(option) if at == item.answer else "~%0%" + _literal(option)
    elif item.kind == "truefalse":
        yield "TRUE" if item.answer else "FALSE"
    elif graded(item):
        for answer in dict.fromkeys((answer_text(item), *item.accepted)):
            # Moodle reads * in a short answer as a wildcard.
            yield "=%100%" + _literal(answer.replace("*", "\\*"))


def graded(item: Item) -> bool:
    """Whether a machine can grade it by comparing words; ``->`` would make GIFT see a matching question."""
    if item.kind in {"choice", "truefalse"}:
        return True
    return item.kind != "list" and item.ask != "definition" and "->" not in "".join((answer_text(item), *item.accepted))


def _literal(text: str) -> str:
    """An answer; what looks like the name of a format at its start is kept from being one."""
    escaped = escape(text)
    return "[plain]" + escaped if escaped.startswith(FORMATS) else escaped


def escape(text: str) -> str:
    """Text with GIFT's reserved marks escaped and its line ends written as ``\\n``."""
    lines = "\n".join(printable(text).strip().splitlines())
    return SPECIAL.sub(lambda match: "\\" + match[0], lines).replace("\n", "\\n")
