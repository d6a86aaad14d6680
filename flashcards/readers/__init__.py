"""One file -> Documents. One module a format, one line a suffix in the table; magic bytes are trusted over the suffix.

A reader module has ``read(path, data, document_id, settings) -> Iterator[Document]``. What it gives to repair:

- Lines as they stand (``wrapped=True``): one Block of role ``line`` a physical line, ``lines=(n, n)``, blank lines left
  out (the hole in the numbers tells; where there are no numbers, ``layout["gap"]`` of 1 does). Paged formats number
  lines in reading order and add ``page`` and the ``layout`` they measured (`pdf`), which `repair.geometry` reads.
- Paragraphs it knows itself (``wrapped=False``): Blocks of role ``body``, ``heading`` (with ``level``), ``item``,
  ``note``, ``verse``, ``code``, ``table`` …; ``lines`` are source lines, or element numbers where there are none.

``meta["properties"]`` holds title, author, date, publication from the file's own properties (the last resort);
``meta["source"]`` and ``meta["sources"]`` come from front matter and sidecars (`frontmatter`).
A ``warnings`` entry is what a user should know, without the path; it may begin with ``page 3: `` or ``line 3: ``.
"""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from flashcards.errors import UnreadableInput
from flashcards.model import Document
from flashcards.settings import Settings

# suffix -> module of this package
READERS = {
    ".txt": "plain",
    ".text": "plain",
    ".rst": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "records",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".html": "webpage",
    ".htm": "webpage",
    ".xhtml": "webpage",
    # text files that carry their encoding as a suffix
    ".utf8": "plain",
    ".utf-8": "plain",
    ".utf-16": "plain",
    ".gb18030": "plain",
    ".gb2312": "plain",
    ".gbk": "plain",
    ".gb": "plain",
    ".euc": "plain",
    ".big5": "plain",
}
# what office programs and converters write as author where nobody gave one
ACCOUNT = (
    r"(?:(?:微软|微軟|Microsoft|Windows|Office|WPS|Word|HP|Lenovo|联想|Apple)[\s_-]*(?:用户|用戶|使用者|User|Office|Corporation)?"
    r"|Administrators?|Admin\d*|管理员|管理員|系统管理员|超级管理员|root|(?:Office|Home)?\s*Users?[\s_-]*\d*|用户\d*|用戶\d*|使用者"
    r"|guest|owner|default|unknown|unnamed|untitled|anonymous|author|none|null|n/?a|test|PC|pc-?\d*"
    r"|作者|未知|未知作者|佚名作者|匿名|无|無|不详|不詳|默认|(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]+"
    r"|(?:python-docx|pandoc|LibreOffice|OpenOffice(?:\.org)?|calibre|WPS Office|Microsoft Office User|Acrobat.*)|\W+)"
)
CONTAINERS = {"pdf": "a PDF", "docx": "a Word file (.docx)", "epub": "an EPUB"}
LARGEST = 200_000_000  # bytes of any input file

# first bytes -> what it is and what to do, for files that nobody can read as text
REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Office file (.doc, .wps); save it as .docx"),
    (b"{\\rtf", "is a rich text file; save it as .docx or .txt"),
    (b"\x7fELF", "is a program, not a text; name a text"),
    (b"MZ\x90\x00", "is a program, not a text; name a text"),
    (b"\x89PNG", "is a picture, not a text; run OCR first"),
    (b"\xff\xd8\xff", "is a picture, not a text; run OCR first"),
    (b"GIF8", "is a picture, not a text; run OCR first"),
    (b"\x1f\x8b", "is a compressed file; unpack it first"),
    (b"7z\xbc\xaf", "is an archive; unpack it first"),
    (b"Rar!", "is an archive; unpack it first"),
    (b"SQLite format 3", "is a database, not a text; name a text"),
)


def read(path: Path, document_id: str, settings: Settings) -> Iterator[Document]:
    """The documents of one file (``-`` is standard input); a ``.jsonl`` file gives one a record.

    A sidecar ``NAME.sources.yaml`` beside the file is merged into ``meta``, where it wins over the file's own words.
    Raises UnreadableInput where the file is missing, empty, damaged, too large or of an unknown kind.
    """
    from flashcards.readers import frontmatter

    data = load(path)
    module = kind_of(path, data)
    sidecar = frontmatter.sidecar(path)
    for document in import_module(f"flashcards.readers.{module}").read(path, data, document_id, settings):
        meta = _without_account(document.meta) if "properties" in document.meta else document.meta
        yield replace(document, meta={**meta, **sidecar}) if sidecar or meta is not document.meta else document


def _without_account(meta: Mapping[str, object]) -> Mapping[str, object]:
    """Meta without an author that is only the account a program ran under."""
    said = meta["properties"]
    if not isinstance(said, Mapping) or not is_account(str(said.get("author", ""))):
        return meta
    left = {key: value for key, value in said.items() if key != "author"}
    return {key: left if key == "properties" else value for key, value in meta.items() if key != "properties" or left}


def is_account(author: str) -> bool:
    """Whether the author of a file's properties is a name that programs fill in.

    >>> [is_account(name) for name in ("Administrator", "微软用户", "Windows 用户", "费孝通", "User Li")]
    [True, True, True, False, False]
    """
    return bool(author) and re.fullmatch(ACCOUNT, author.strip(), re.IGNORECASE) is not None


def load(path: Path) -> bytes:
    """The bytes of a regular file, or of standard input for ``-``. Never blocks on a fifo or device."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
    else:
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableInput("is no regular file; name a file or a folder", path=path)
            if status.st_size > LARGEST:
                raise UnreadableInput(f"is larger than {LARGEST // 10**6} MB; split it", path=path)
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableInput(f"cannot be read: {error.strerror or error}; check the name", path=path) from None
        except ValueError as error:
            raise UnreadableInput(f"is no usable file name: {error}; check the name", path=path) from None
    if len(data) > LARGEST:
        raise UnreadableInput(f"is larger than {LARGEST // 10**6} MB; split it", path=path)
    if not data.strip(b"\x00\t\n\r\x0b\x0c \xef\xbb\xbf\xff\xfe"):
        raise UnreadableInput("is empty; name a file with text in it", path=path)
    return data


def kind_of(path: Path, data: bytes) -> str:
    """The reader module for these bytes: what they begin with, and only then the suffix.

    Raises UnreadableInput for known binaries, for a container suffix over other bytes, and for an unknown suffix.
    """
    for magic, advice in REFUSED:
        if data.startswith(magic):
            hint = f"is not {CONTAINERS[kind]} (or damaged); it " if (kind := _by_suffix(path)) in CONTAINERS else ""
            raise UnreadableInput(hint + advice, path=path)
    found = _by_magic(path, data)
    kind = _by_suffix(path)
    if found:
        return found
    if kind in CONTAINERS:
        raise UnreadableInput(f"is not {CONTAINERS[kind]} (or damaged); export it again", path=path)
    if kind is None:
        known = " ".join(READERS)
        raise UnreadableInput(f"has the unknown suffix {path.suffix!r}; known: {known}", path=path)
    return kind


def _by_suffix(path: Path) -> str | None:
    if str(path) == "-" or not path.suffix:
        return "plain"
    return READERS.get(path.suffix.lower())


def _by_magic(path: Path, data: bytes) -> str | None:
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _by_members(path, data)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "webpage"
    return None


def _by_members(path: Path, data: bytes) -> str:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, NotImplementedError, ValueError, OSError):
        raise UnreadableInput("is a damaged archive (.docx, .epub); export it again", path=path) from None
    if "META-INF/container.xml" in names:
        return "epub"
    if "word/document.xml" in names:
        return "docx"
    raise UnreadableInput("is an archive without a Word or EPUB text; unpack it first", path=path)
