"""Bank -> Moodle XML: one question an item, in a category for each document.

Gaps and lists become cloze questions (``{1:SHORTANSWER:=…}`` in the text), the others choice, true/false, short answer
or essay. Moodle publishes no schema; what its importer reads (`question/format/xml/format.php`,
`question/type/multianswer/questiontype.php`) is the specification; `tests/cases/school/moodle.rng` says it as a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards.bank import GENERATOR, Bank
from flashcards.exporters.gift import NAME, category
from flashcards.files import replacing
from flashcards.model import Item, answer_text
from flashcards.settings import Settings
from flashcards.sheet import place_of, usable
from flashcards.sheet.drafts import Words, single
from flashcards.sheet.layout import printable
from flashcards.sheet.options import from_settings, wanted
from flashcards.words import words

if TYPE_CHECKING:
    from lxml.etree import _Element

GAP = "____"
IN_TEXT = re.compile(r"[{}$\\]")  # in a question's text they could begin a cloze or, for Moodle's filters, a formula
IN_ANSWER = re.compile(r"[&{}~#=%\\:<>\"'*]")  # in a cloze's answer; Moodle reads entities back


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write every item as a Moodle question. Raises FlashcardsError if it cannot."""
    from lxml import etree

    table = words("quiz", settings.lang)
    holds = wanted(from_settings(settings))
    document = None
    with replacing(target) as temporary, etree.xmlfile(str(temporary), encoding="utf-8") as xml:
        xml.write_declaration()
        xml.write(etree.Comment(f" generator: {GENERATOR} "), pretty_print=True)
        with xml.element("quiz"):
            xml.write("\n")
            for item in bank:
                if usable(item) and holds(item):
                    if item.passage.document != document:
                        document = item.passage.document
                        xml.write(_category(category(bank.header.name, document)), pretty_print=True)
                    xml.write(question(item, table), pretty_print=True)
    return (target,)


def question(item: Item, table: Words) -> _Element:
    """One item as a ``question`` element."""
    if item.kind == "choice":
        return _choice(item, table)
    if item.kind == "truefalse":
        return _truefalse(item, table)
    draft = single(item, table)
    if item.gaps and item.ask != "definition" and (item.kind != "list" or len(draft.replies) == len(item.gaps)):
        return _cloze(item, table)
    if item.kind == "list" or item.ask == "definition":
        return _essay(item, table)
    return _short(item, table)


def _cloze(item: Item, table: Words) -> _Element:
    """Gaps in the text. The members of a list may come in any order, so each of its gaps takes every member."""
    draft = single(item, table)
    members = [reply.text for reply in draft.replies]
    parts = []
    for part in draft.stem:
        if isinstance(part, str):
            parts.append(_html(part))
        else:
            reply = draft.replies[part]
            answers = [reply.text, *(members if item.kind == "list" else reply.accepted)]
            parts.append(_gap(answers))
    return _question("cloze", item, table, "".join(parts) + _html(draft.ask))


def _gap(answers: Iterable[str]) -> str:
    entities = (IN_ANSWER.sub(_entity, answer.replace("*", "\\*")) for answer in dict.fromkeys(answers))
    return "{1:SHORTANSWER:" + "~".join("=" + " ".join(answer.split()) for answer in entities) + "}"


def _choice(item: Item, table: Words) -> _Element:
    root = _question("multichoice", item, table)
    _leaf(root, "single", "true")
    _leaf(root, "shuffleanswers", "true")
    _leaf(root, "answernumbering", "ABCD")
    for at, option in enumerate(item.options or ()):
        _text(root, "answer", _html(option), format="html", fraction="100" if at == item.answer else "0")
    return root


def _truefalse(item: Item, table: Words) -> _Element:
    root = _question("truefalse", item, table)
    for value in (True, False):
        fraction = "100" if item.answer is value else "0"
        _text(root, "answer", "true" if value else "false", format="moodle_auto_format", fraction=fraction)
    return root


def _short(item: Item, table: Words) -> _Element:
    root = _question("shortanswer", item, table)
    _leaf(root, "usecase", "0")
    for answer in dict.fromkeys((answer_text(item), *item.accepted)):
        # Moodle reads * in a short answer as a wildcard.
        _text(root, "answer", answer.replace("*", "\\*"), format="plain_text", fraction="100")
    return root


def _essay(item: Item, table: Words) -> _Element:
    root = _question("essay", item, table)
    _leaf(root, "responseformat", "plain")
    _leaf(root, "responserequired", "1")
    _leaf(root, "responsefieldlines", "5")
    _leaf(root, "attachments", "0")
    _text(root, "graderinfo", _html(answer_text(item)), format="html")
    return root


def _question(kind: str, item: Item, table: Words, html: str | None = None) -> _Element:
    from lxml import etree

    root = etree.Element("question", type=kind)
    number = f"q{item.number:04d} " if item.number else ""
    _text(root, "name", number + " ".join(_stem(item, table).split())[:NAME])
    _text(root, "questiontext", _html(_stem(item, table)) if html is None else html, format="html")
    feedback = "；".join(part for part in (item.explanation, place_of(item.passage)) if part)
    _text(root, "generalfeedback", _html(feedback), format="html")
    _leaf(root, "defaultgrade", "1")
    _leaf(root, "penalty", "0")
    _leaf(root, "hidden", "0")
    if item.key:
        _leaf(root, "idnumber", item.key)
    return root


def _category(path: str) -> _Element:
    from lxml import etree

    root = etree.Element("question", type="category")
    _text(root, "category", f"$course$/top/{path}")
    return root


def _stem(item: Item, table: Words) -> str:
    draft = single(item, table)
    return "".join(part if isinstance(part, str) else GAP for part in draft.stem) + draft.ask


def _html(text: str) -> str:
    """Text as HTML in which no mark of a cloze is left; line ends become ``<br>``."""
    return IN_TEXT.sub(_entity, escape(text, quote=False)).replace("\n", "<br>")


def _entity(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _text(parent: _Element, tag: str, text: str, **attributes: str) -> None:
    from lxml import etree

    _leaf(etree.SubElement(parent, tag, attributes), "text", text)


def _leaf(parent: _Element, tag: str, text: str) -> None:
    from lxml import etree

    etree.SubElement(parent, tag).text = printable(text)
