"""Reading an Anki package of any format: its notes, note types, decks and cards, a note at a time."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashcards.errors import BadBank
from flashcards.exporters import anki_schema18

LARGEST = 4 << 30  # bytes a collection may unpack to
CLASSIC = 11  # the schema whose note types and decks are JSON; genanki writes it, Anki for older clients
# Beside a newer collection stands an old one that only says "please update".
COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
DAMAGED = (zipfile.BadZipFile, EOFError, ValueError, AttributeError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a package: its identity, note type (by id), modification time in seconds, tags and fields."""

    guid: str
    notetype: int
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class Package:
    """An open package; ``notetypes`` and ``decks`` are Anki's own records (of the classic format), by id."""

    def __init__(self, db: sqlite3.Connection, media: dict[str, str]) -> None:
        self._db = db
        self.media = media
        self.notetypes: dict[int, dict[str, Any]]
        self.decks: dict[int, dict[str, Any]]
        if db.execute("SELECT ver FROM col").fetchone()[0] > CLASSIC:
            self.notetypes, self.decks = anki_schema18.notetypes(db), anki_schema18.decks(db)
        else:
            models, decks = db.execute("SELECT models, decks FROM col").fetchone()
            self.notetypes = {int(key): value for key, value in json.loads(models).items()}
            self.decks = {int(key): value for key, value in json.loads(decks).items()}

    def notes(self) -> Iterator[Note]:
        """Every note, in the order of the package."""
        for guid, mid, modified, tags, flds in self._db.execute(
            "SELECT guid, mid, mod, tags, flds FROM notes ORDER BY id"
        ):
            yield Note(guid, mid, modified, tuple(filter(None, tags.split(" "))), tuple(flds.split("\x1f")))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over Anki's tables (`notes`, `cards`, `revlog`)."""
        return self._db.execute(query).fetchall()


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a package for reading. Raises BadBank for a file that is none or is damaged, MissingExtra where
    the newest format cannot be unpacked for want of zstandard.
    """
    with tempfile.TemporaryDirectory(prefix="flashcards-") as folder:
        database = Path(folder) / "collection"
        media = _unpack(path, database)
        db = sqlite3.connect(database)
        try:
            yield Package(db, media)
        except (sqlite3.DatabaseError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise BadBank(f"is a damaged Anki package ({error}); export it again", path=path) from None
        finally:
            db.close()


def _unpack(path: Path, database: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(path) as package:
            name = next((each for each in COLLECTIONS if each in package.namelist()), None)
            if name is None:
                raise BadBank("is no Anki package; name a file that ends in .apkg", path=path)
            newest = name.endswith("b")
            with package.open(name) as packed, database.open("wb") as file:
                source = anki_schema18.decompressed(packed) if newest else packed
                while block := source.read(1 << 20):
                    if file.tell() > LARGEST:
                        raise BadBank("unpacks to more than 4 GiB and was not opened", path=path)
                    file.write(block)
            if "media" not in package.namelist():
                return {}
            media = package.read("media")
            if newest:
                return anki_schema18.media(media)
            return {str(key): str(value) for key, value in json.loads(media).items()}
    except OSError as error:
        reason = error.strerror or "damaged"
        raise BadBank(f"cannot be read: {reason}; name a file that ends in .apkg", path=path) from None
    except DAMAGED:
        raise BadBank("is no Anki package or is damaged; export it again", path=path) from None
