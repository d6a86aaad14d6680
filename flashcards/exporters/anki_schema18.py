"""The newest format of Anki packages (schema 18): zstd, and Protocol Buffers where the classic format has JSON.

Field numbers as in Anki's own `notetypes.proto`, `import_export.proto` and `storage/`; only what is shown is decoded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import IO, Any

from flashcards.errors import MissingExtra

KIND, CSS, FRONT, BACK, ENTRY, NAME = 1, 3, 1, 2, 1, 1
LARGEST_MEDIA_LIST = 1 << 28


def decompressed(source: IO[bytes]) -> IO[bytes]:
    """A stream of what a zstd stream holds; damaged data raises ValueError on reading."""
    return _Reader(_zstandard().ZstdDecompressor().stream_reader(source))  # type: ignore[return-value]


class _Reader:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        try:
            return bytes(self._stream.read(size))
        except _zstandard().ZstdError as error:
            raise ValueError(str(error)) from None


def _zstandard() -> Any:
    try:
        import zstandard
    except ImportError:
        raise MissingExtra(
            "the newest package format needs zstandard: pip install 'flashcards-zh[anki]', "
            'or export the deck with "Support older Anki versions"'
        ) from None
    return zstandard


def media(packed: bytes) -> dict[str, str]:
    """Media names by their number in the archive, from the packed list."""
    import io

    listed = decompressed(io.BytesIO(packed)).read(LARGEST_MEDIA_LIST)
    names = [_text(dict(fields(entry)), NAME) for number, entry in fields(listed) if number == ENTRY]
    return {str(number): name for number, name in enumerate(names)}


def notetypes(db: sqlite3.Connection) -> dict[int, dict[str, Any]]:
    """The note types in the shape of the classic format."""
    _collate(db)
    found: dict[int, dict[str, Any]] = {}
    for number, name, modified, config in db.execute("SELECT id, name, mtime_secs, config FROM notetypes"):
        table = dict(fields(config))
        shape = {"name": name, "mod": modified, "type": table.get(KIND, 0), "css": _text(table, CSS)}
        found[number] = {**shape, "flds": [], "tmpls": []}
    # An export leaves fields and templates of note types that it left out.
    for number, name in db.execute(
        "SELECT ntid, name FROM fields WHERE ntid IN (SELECT id FROM notetypes) ORDER BY ntid, ord"
    ):
        found[number]["flds"].append({"name": name})
    for number, name, config in db.execute(
        "SELECT ntid, name, config FROM templates WHERE ntid IN (SELECT id FROM notetypes) ORDER BY ntid, ord"
    ):
        table = dict(fields(config))
        found[number]["tmpls"].append({"name": name, "qfmt": _text(table, FRONT), "afmt": _text(table, BACK)})
    return found


def decks(db: sqlite3.Connection) -> dict[int, dict[str, Any]]:
    """The decks in the shape of the classic format; levels are parted by U+001F here."""
    _collate(db)
    return {number: {"name": name.replace("\x1f", "::")} for number, name in db.execute("SELECT id, name FROM decks")}


def _collate(db: sqlite3.Connection) -> None:
    db.create_collation("unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold()))


def _text(table: dict[int, int | bytes], number: int) -> str:
    value = table.get(number, b"")
    return value.decode("utf-8") if isinstance(value, bytes) else ""


def fields(message: bytes | int) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a Protocol Buffers message. Raises ValueError where it is damaged."""
    if isinstance(message, int):
        raise ValueError("a number where a message was expected")
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        value: int | bytes
        match tag & 7:
            case 0:
                value, at = _varint(message, at)
            case 1 | 5 as wire:
                size = 8 if wire == 1 else 4
                value, at = message[at : at + size], at + size
            case 2:
                size, at = _varint(message, at)
                value, at = message[at : at + size], at + size
            case wire:
                raise ValueError(f"unknown wire type {wire}")
        if at > len(message):
            raise ValueError("cut message")
        yield tag >> 3, value


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message) or shift > 63:
            raise ValueError("damaged number")
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
