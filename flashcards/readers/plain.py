"""Plain text: one Block a physical line; a YAML front matter is taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document
from flashcards.readers import frontmatter
from flashcards.readers.encoding import decode
from flashcards.settings import Settings

LARGEST = 50_000_000  # bytes of a text
LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
ESCAPES = re.compile("\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """The one document of a text file. Raises UnreadableInput where it cannot be decoded or is too large."""
    if len(data) > LARGEST:
        raise UnreadableInput(f"is a text of more than {LARGEST // 10**6} MB; split it", path=path)
    decoded = decode(data, path, encoding=settings.encoding)
    meta, body, first = frontmatter.split(decoded.text, path)
    yield Document(
        id=str(meta.get("id") or document_id),
        path=str(path),
        blocks=tuple(lines(body, first)),
        title=str(meta["title"]) if meta.get("title") else None,
        encoding=decoded.encoding,
        meta=meta,
        warnings=decoded.warnings,
    )


def lines(text: str, first: int = 1) -> Iterator[Block]:
    """A Block for every line that is not blank, numbered from ``first``; a form feed begins a new page.

    Terminal escapes are dropped: they are no text.
    """
    pages = text.split("\f")
    number = first
    for page, on_page in enumerate(pages, start=1):
        for number, line in enumerate(LINE_END.split(on_page), start=number):  # noqa: B020  (a page goes on in its line)
            if "\x1b" in line:
                line = ESCAPES.sub("", line)
            if line.strip():
                yield Block(line, "line", (number, number), page if len(pages) > 1 else None)
