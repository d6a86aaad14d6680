"""Markdown: the blocks of CommonMark with their lines; markup is dropped, words are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document
from flashcards.readers import frontmatter
from flashcards.readers.encoding import decode
from flashcards.readers.plain import LARGEST
from flashcards.settings import Settings

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ANCHOR = re.compile(r"\s*\{#[^}]*\}\s*$")
FOOTNOTE = re.compile(r"^\[\^([^\]]+)\]:\s*")
FOOTNOTE_MARK = re.compile(r"\[\^([^\]]+)\]")
NOTE_CALL = "\x01^"  # stands for [^ while parsing, which CommonMark would take for a link
WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff“”‘’…—]")


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """The one document of a Markdown file; its title is front matter's, else the first heading of level 1."""
    if len(data) > LARGEST:
        raise UnreadableInput(f"is a text of more than {LARGEST // 10**6} MB; split it", path=path)
    decoded = decode(data, path, encoding=settings.encoding)
    meta, body, first = frontmatter.split(decoded.text, path)
    found = tuple(blocks(body, first))
    top = next((block.text for block in found if block.role == "heading" and block.level == 1), None)
    yield Document(
        id=str(meta.get("id") or document_id),
        path=str(path),
        blocks=found,
        title=str(meta["title"]) if meta.get("title") else top,
        encoding=decoded.encoding,
        wrapped=False,
        meta=meta,
        warnings=decoded.warnings,
    )


def blocks(text: str, first: int = 1) -> Iterator[Block]:
    """The blocks of a Markdown text whose first line has the number ``first``."""
    tokens = _parser().parse(text.replace("[^", NOTE_CALL))
    role, level = "body", 0
    inside: list[str] = []
    for token in tokens:
        lines = (first + token.map[0], first + token.map[1] - 1) if token.map else (first, first)
        if token.type == "heading_open":
            role, level = "heading", int(token.tag[1])
        elif token.type == "paragraph_open":
            role, level = ("item" if inside and inside[-1] == "list_item" else "body"), 0
        elif token.type.endswith(("list_item_open", "blockquote_open", "table_open")):
            inside.append(token.type.removesuffix("_open"))
        elif token.type.endswith(("list_item_close", "blockquote_close", "table_close")):
            inside.pop()
        elif token.type in ("fence", "code_block"):
            yield Block(token.content.replace(NOTE_CALL, "[^"), "code", lines)
        elif token.type == "hr":
            yield Block("---", "rule", lines)
        elif token.type == "inline":
            yield from _inline(token, lines, "table" if "table" in inside else role, level)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def _inline(token: Token, lines: tuple[int, int], role: str, level: int) -> Iterator[Block]:
    """A block's words; a hard break makes verse lines, and a footnote's text becomes a note."""
    text = _words(token)
    if role == "heading":
        text = ANCHOR.sub("", text)
    note = FOOTNOTE.match(text)
    if note:
        for line in re.split(r"\n(?=\[\^)", text):
            yield Block(FOOTNOTE.sub(lambda m: f"[{m[1]}] ", line), "note", lines)
        return
    text = FOOTNOTE_MARK.sub(r"[\1]", text)
    if text.strip():
        yield Block(text, "verse" if "\n" in text and role == "body" else role, lines, level=level)


def _words(token: Token) -> str:
    """The words of an inline token. A line break between two Chinese characters is nothing, elsewhere a space."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content.replace(NOTE_CALL, "[^"))
        elif child.type == "softbreak":
            parts.append("\x00")
        elif child.type == "hardbreak":
            parts.append("\n")
    text = "".join(parts)
    if "[^" in text:
        text = re.sub("\x00(?=\\[\\^[^\\]]+\\]:)", "\n", text)
    return re.sub("(.?)\x00(.?)", _soft, text).strip()


def _soft(match: re.Match[str]) -> str:
    before, after = match[1], match[2]
    if not before or not after or WIDE.match(before) or WIDE.match(after):
        return before + after
    return f"{before} {after}"
