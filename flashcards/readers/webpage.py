"""HTML: the blocks of a page in document order, without scripts, navigation, headers and footers.

A block is the text between two block elements (p, h1-h6, li, dd, blockquote, a bare div …), white space collapsed as
a browser does, except that a newline between two CJK characters vanishes. The walk is also the chapter reader of EPUB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document, Repair
from flashcards.readers import encoding
from flashcards.readers.encoding import Decoded
from flashcards.readers.whitespace import BREAK, EDGES, collapse, paragraphs
from flashcards.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

# fmt: off
DROPPED = frozenset((
    "script", "style", "noscript", "template", "head", "nav", "svg", "math", "object", "iframe", "audio", "video",
    "canvas", "map", "form", "button", "select", "option", "textarea", "input", "dialog", "rt", "rp", "datalist"
))
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr", "rbc", "picture", "source"
))
NOTE_WORDS = frozenset((
    "footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "references", "doc-footnote",
    "doc-endnote", "doc-endnotes"
))
REFERENCE_WORDS = frozenset((
    "noteref", "doc-noteref", "footnote-ref", "footnote-reference", "footnoteref", "reference"
))
BACK_WORDS = frozenset((
    "doc-backlink", "footnote-back", "footnote-backref", "mw-cite-backlink", "backlink"
))
LISTED_WORDS = frozenset((
    "toc", "doc-toc", "landmarks", "page-list", "pagebreak", "doc-pagebreak", "mw-editsection"
))
# fmt: on
MOST_TAGS = 1_000_000  # of a page
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PROPERTIES = {
    "title": ("og:title", "dc.title", "dcterms.title", "citation_title", "articletitle"),
    "author": ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author"),
    "date": (
        "article:published_time",
        "pubdate",
        "publishdate",
        "dc.date",
        "dcterms.date",
        "citation_publication_date",
    ),
    "publication": ("og:site_name", "contentsource", "source", "dc.publisher", "citation_journal_title"),
    "url": ("og:url",),
}


@dataclass(slots=True)
class _Unit:
    """A block being collected: its role, what it holds so far, and how much of that is link text."""

    role: str
    level: int = 0
    line: int = 1
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    prefix: str = ""


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """One Document with finished blocks; ``lines`` are source lines. Raises UnreadableInput where there is no text."""
    decoded = decode(path, data, settings)
    root = parse(decoded.text, path)
    blocks, repairs = walk(root)
    if not any(block.role not in ("code", "table") for block in blocks):
        raise UnreadableInput("holds no text; is the page made by a script? Save it from the browser", path=path)
    meta = properties(root)
    yield Document(
        id=document_id,
        path=str(path),
        blocks=tuple(blocks),
        title=_title(root, blocks, meta),
        encoding=decoded.encoding,
        wrapped=False,
        meta={"properties": meta} if meta else {},
        repairs=tuple(repairs),
        warnings=decoded.warnings,
    )


def decode(path: Path, data: bytes, settings: Settings) -> Decoded:
    """The page's text: by ``--encoding``, byte order mark, the charset it declares, or detection, in this order."""
    label = _XML_CHARSET.search(data[:1024]) or _META_CHARSET.search(data[:4096])
    return encoding.decode(data, path, encoding=settings.encoding, declared=label[1].decode("ascii") if label else None)


def parse(text: str, path: Path) -> _Element:
    """The tree of a page. Raises UnreadableInput for declared XML entities and for a page without any element."""
    from lxml import etree, html

    if text.count("<") > MOST_TAGS:
        raise UnreadableInput(f"has more than {MOST_TAGS:,} tags; split the page", path=path)
    if re.search(r"<!ENTITY\s", text[:65536]):
        raise UnreadableInput("refused: declares XML entities; save it anew with its own program", path=path)
    # "huge" lifts the limit of 256 levels, which old pages with unclosed elements pass; HTML has no entities to expand
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True, remove_comments=True)
    try:
        root: _Element | None = html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise UnreadableInput("its elements are nested too deep (over 2,000 levels); save its text anew", path=path)
    if root is None:
        raise UnreadableInput("holds no text", path=path)
    return root


def properties(root: _Element) -> dict[str, str]:
    """What the page says of itself in its meta elements, under title, author, date, publication, url."""
    said: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or "").lower()
        if name and (content := (element.get("content") or "").strip()):
            said.setdefault(name, content)
    found = {key: next((said[name] for name in names if name in said), "") for key, names in _PROPERTIES.items()}
    title = next(iter(root.iter("title")), None)
    if not found["title"] and title is not None:
        found["title"] = collapse(title.text or "").strip(EDGES)
    return {key: value for key, value in found.items() if value}


def walk(root: _Element, *, book: bool = False) -> tuple[list[Block], list[Repair]]:
    """The blocks of a page in order, and what was left out (navigation); ``book`` keeps asides and page headers."""
    from lxml import etree

    top = root if book else _container(root)
    han = _han(top)
    blocks: list[Block] = []
    repairs: list[Repair] = []
    stack = [_Unit("body", line=_line(top))]
    skipped: list[_Element] = []
    links = 0

    def flush() -> None:
        unit = stack[-1]
        if unit.parts:
            _finish(unit, blocks, repairs)
            unit.parts, unit.linked, unit.prefix = [], 0, ""

    walker = etree.iterwalk(top, events=("start", "end"))
    for event, element in walker:
        tag = _tag(element)
        if event == "start":
            if element is not top and _is_dropped(element, tag, book, han):
                walker.skip_subtree()
                skipped.append(element)
                continue
            if tag not in INLINE:
                flush()
                stack.append(_open(element, tag, stack[-1]))
            links += tag == "a"
            _text(stack[-1], _inline(element, tag), links)
        else:
            if dropped := bool(skipped) and skipped[-1] is element:
                skipped.pop()
            if tag not in INLINE and not dropped:
                flush()
                stack.pop()
            links -= tag == "a" and not dropped
            if element is not top and element.tail:
                _text(stack[-1] if stack else _Unit("body"), element.tail, links)
    return blocks, repairs


def _tag(element: _Element) -> str:
    return element.tag.lower().rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else "#comment"


def _line(element: _Element) -> int:
    line: Any = element.sourceline  # None for an element that stands in no source
    return line or 1


def _words(element: _Element) -> set[str]:
    """Everything an element says about its purpose: class, role, epub:type."""
    said = " ".join(
        element.get(name) or "" for name in ("class", "role", "epub:type", "{http://www.idpf.org/2007/ops}type")
    )
    return set(said.lower().split())


def _is_dropped(element: _Element, tag: str, book: bool, han: int) -> bool:
    if tag in DROPPED or tag == "#comment":
        return True
    if _is_hidden(element) and 2 * _han(element) < han:
        return True  # what holds most of the page is shown by its script, and is what was meant
    words = _words(element)
    if words & (LISTED_WORDS | BACK_WORDS) or words & {"navigation", "banner", "contentinfo"}:
        return True
    if book:
        return False
    if tag == "footer":
        parent = element.getparent()
        return parent is None or _tag(parent) != "blockquote"
    if tag == "header":
        return not any(child.tag in HEADINGS for child in element.iter() if isinstance(child.tag, str)) or not _inside(
            element
        )
    return tag == "aside" and not words & NOTE_WORDS and not _inside(element)


def _is_hidden(element: _Element) -> bool:
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )


def _inside(element: _Element) -> bool:
    return any(_tag(parent) in ("article", "main", "section") for parent in element.iterancestors())


def _container(root: _Element) -> _Element:
    """The main element, or the only article, where it holds at least half of the page's Han; else the whole body."""
    body = root.find("body")
    top = root if body is None else body
    mains = [element for element in top.iter() if _tag(element) == "main" or element.get("role") == "main"]
    articles = list(top.iter("article"))
    for choice in (mains, articles):
        if len(choice) == 1 and 2 * _han(choice[0]) >= _han(top):
            return choice[0]
    return top


def _han(element: _Element) -> int:
    return sum(
        len(_HAN.findall((node.text or "") if _tag(node) not in DROPPED else "")) + len(_HAN.findall(node.tail or ""))
        for node in element.iter()
    )


def _open(element: _Element, tag: str, parent: _Unit) -> _Unit:
    """The unit a block element opens; inside a list item, a note, a table or code the outer role stays."""
    role, level = parent.role, 0
    if tag in HEADINGS and parent.role not in ("table", "note"):
        role, level = "heading", HEADINGS[tag]
    elif _words(element) & NOTE_WORDS:
        role = "note"
    elif tag == "li" and parent.role in ("body", "item"):
        role = "item"
    elif tag == "pre":
        role = "code"
    elif tag == "table":
        role = (
            "table" if element.find(".//th") is not None else "cells" if element.findall(".//td")[1:] else parent.role
        )
    elif tag in ("figcaption", "caption"):
        role = "table"
    elif tag == "footer":
        role = "byline"
    unit = _Unit(role, level, _line(element))
    if tag == "li" and role == "note":
        unit.prefix = _note_number(element)
    return unit


def _note_number(element: _Element) -> str:
    """The number that a numbered list shows before a note: it is not in the text."""
    parent = element.getparent()
    if (
        parent is None
        or _tag(parent) != "ol"
        or re.match(r"\s*[\[〔【①-⑳]", "".join(map(str, element.itertext()))[:20])
    ):
        return ""
    start = parent.get("start") or "1"
    before = sum(1 for _ in element.itersiblings("li", preceding=True))
    return f"[{(int(start) if start.isdecimal() else 1) + before}] "


def _inline(element: _Element, tag: str) -> str:
    if tag == "br":
        return BREAK
    if tag == "img":
        # Characters a font lacks stand in books as small pictures with the character as their text.
        text = (element.get("alt") or "").strip()
        return text if len(text) == 1 and _HAN.match(text) else ""
    text = element.text or ""
    if (
        tag in ("a", "sup")
        and re.fullmatch(r"\s*\d{1,3}\s*", whole := "".join(map(str, element.itertext())))
        and _is_reference(element)
    ):
        mark = f"[{whole.strip()}]"
        for node in element.iter():
            node.text = None
            if node is not element:
                node.tail = None
        return mark
    return text


def _is_reference(element: _Element) -> bool:
    """Whether a bare number is a note's marker: marked as one, or a superior link inside the page."""
    if _words(element) & REFERENCE_WORDS:
        return True
    link = element if _tag(element) == "a" else next((node for node in element.iter("a")), None)
    superior = _tag(element) == "sup" or any(_tag(parent) == "sup" for parent in element.iterancestors())
    return link is not None and superior and "#" in (link.get("href") or "")


def _text(unit: _Unit, text: str, links: int) -> None:
    if text:
        unit.parts.append(text)
        unit.linked += len(text.strip()) if links else 0


def _finish(unit: _Unit, blocks: list[Block], repairs: list[Repair]) -> None:
    raw = "".join(unit.parts)
    lines = (unit.line, unit.line)
    if unit.role == "code":
        if raw.strip():
            blocks.append(Block(raw.strip("\n"), "code", lines))
        return
    text = collapse(raw)
    if not text.strip(EDGES + BREAK):
        return
    if _is_navigation(unit, text):
        repairs.append(Repair("navigation", unit.line, text.strip(EDGES + BREAK)[:40]))
        return
    for part, verse in paragraphs(unit.prefix + text.lstrip(EDGES) if unit.prefix else text):
        blocks.append(Block(part, _role(unit.role, part, verse), lines, level=unit.level))


def _role(role: str, text: str, verse: bool) -> str:
    if role == "cells":  # a table without header cells: layout where it holds sentences, data where it does not
        return "body" if len(text) >= 30 and re.search("[。！？]", text) else "table"
    return "verse" if verse and role == "body" else role


def _is_navigation(unit: _Unit, text: str) -> bool:
    """A line that is nothing but links, such as 首页 | 新闻 or a row of page numbers; a linked sentence is text."""
    bare = text.strip(EDGES + BREAK)
    return unit.role in ("body", "item") and unit.linked >= 0.9 * len(bare) and not bare.endswith(tuple("。！？；："))


def _title(root: _Element, blocks: list[Block], meta: dict[str, str]) -> str | None:
    tops = [block.text for block in blocks if block.role == "heading" and block.level == 1]
    if len(tops) == 1:
        return tops[0].replace("\n", "")
    return meta.get("title")
