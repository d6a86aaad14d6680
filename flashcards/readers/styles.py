"""Word's styles, as far as a reader of text needs them: heading level, list, hidden, table of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flashcards.readers import xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre)\s*([1-9])$", re.IGNORECASE)
_TITLE = ("title", "标题", "標題")
_CONTENTS = re.compile(r"(?:toc|目录|目錄)\s*(?:[1-9]|heading|标题|標題)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """``level`` is 0 for the title, 1 to 9 for headings, None for text; ``list`` is (numId, level) or None."""

    level: int | None = None
    list: tuple[str, int] | None = None
    hidden: bool = False
    contents: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The document's styles by id, and the id of the default paragraph style."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: str = ""

    def of(self, properties: _Element | None) -> Style:
        """The style of a paragraph with these w:pPr; an outline level set on the paragraph itself wins."""
        named = None if properties is None else xml.child(properties, "pStyle")
        style = self.by_id.get((None if named is None else xml.attribute(named, "val")) or self.default, Style())
        level = _outline(properties)
        return style if level is None or style.level == 0 else replace(style, level=level if level <= 9 else None)

    def is_hidden(self, properties: _Element | None, inherited: bool) -> bool:
        """Whether a run with these w:rPr is hidden text."""
        if properties is None:
            return inherited
        own = _switch(xml.child(properties, "vanish"))
        if own is not None:
            return own
        named = xml.child(properties, "rStyle")
        return (
            inherited
            or self.by_id.get((xml.attribute(named, "val") if named is not None else "") or "", Style()).hidden
        )


def parse(root: _Element | None) -> Styles:
    """The styles of styles.xml (None: the document has none), basedOn chains resolved."""
    if root is None:
        return Styles()
    elements = {xml.attribute(element, "styleId") or "": element for element in xml.children(root, "style")}
    default = next(
        (
            key
            for key, element in elements.items()
            if xml.attribute(element, "type") == "paragraph"
            and xml.attribute(element, "default") in ("1", "true", "on")
        ),
        "",
    )
    return Styles({key: _resolve(key, elements) for key in elements}, default)


def list_of(properties: _Element | None, style: Style) -> tuple[str, int]:
    """The list and level of a paragraph, by itself or by its style; ("", 0) outside lists."""
    own = _list(properties)
    number, depth = own or style.list or ("", 0)
    return ("", 0) if number == "0" else (number or (style.list or ("", 0))[0], depth)


def _resolve(key: str, elements: dict[str, _Element]) -> Style:
    chain: list[_Element] = []
    while key in elements and elements[key] not in chain:
        chain.append(elements[key])
        base = xml.child(elements[key], "basedOn")
        key = "" if base is None else xml.attribute(base, "val") or ""
    style = Style()
    for element in reversed(chain):
        style = _apply(style, element)
    return style


def _apply(style: Style, element: _Element) -> Style:
    named = xml.child(element, "name")
    name = (None if named is None else xml.attribute(named, "val")) or xml.attribute(element, "styleId") or ""
    paragraph = xml.child(element, "pPr")
    level = _outline(paragraph)
    if heading := _HEADING.fullmatch(name):
        level = int(heading[1])
    elif name.lower() in _TITLE:
        level = 0
    hidden = _switch(xml.child(element, "rPr", "vanish"))
    return Style(
        level=style.level if level is None else level if level <= 9 else None,
        list=_list(paragraph) or style.list,
        hidden=style.hidden if hidden is None else hidden,
        contents=style.contents or bool(_CONTENTS.fullmatch(name)),
    )


def _outline(properties: _Element | None) -> int | None:
    """Outline level 1 to 9; 10 for "body text" (Word's 9), None where nothing is said."""
    element = None if properties is None else xml.child(properties, "outlineLvl")
    value = None if element is None else xml.attribute(element, "val")
    return int(value) + 1 if value and value.isdecimal() else None


def _list(properties: _Element | None) -> tuple[str, int] | None:
    element = None if properties is None else xml.child(properties, "numPr")
    if element is None:
        return None
    number, depth = xml.child(element, "numId"), xml.child(element, "ilvl")
    value = None if depth is None else xml.attribute(depth, "val")
    return (
        "" if number is None else xml.attribute(number, "val") or "",
        int(value) if value and value.isdecimal() else 0,
    )


def _switch(element: _Element | None) -> bool | None:
    return None if element is None else xml.attribute(element, "val") not in ("0", "false", "off")
