"""Reading an Anki package of the classic format: its notes, note types, decks and cards, a note at a time."""

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

LARGEST = 4 << 30  # bytes a collection may unpack to
COLLECTIONS = ("collection.anki21", "collection.anki2")


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a package: its identity, note type (by id), modification time in seconds, tags and fields."""

    guid: str
    notetype: int
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


class Package:
    """An open package; ``notetypes`` and ``decks`` are Anki's own records, by id."""

    def __init__(self, db: sqlite3.Connection, media: dict[str, str]) -> None:
        self._db = db
        self.media = media
        models, decks = db.execute("SELECT models, decks FROM col").fetchone()
        self.notetypes: dict[int, dict[str, Any]] = {int(key): value for key, value in json.loads(models).items()}
        self.decks: dict[int, dict[str, Any]] = {int(key): value for key, value in json.loads(decks).items()}

    def notes(self) -> Iterator[Note]:
        """Every note, in the order of the package."""
        for guid, mid, modified, tags, flds in self._db.execute(
            "SELECT guid, mid, mod, tags, flds FROM notes ORDER BY id"
        ):
            yield Note(guid, mid, modified, tuple(tags.split()), tuple(flds.split("\x1f")))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over Anki's tables (`notes`, `cards`, `revlog`)."""
        return self._db.execute(query).fetchall()


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a package for reading. Raises BadBank for a file that is none, is damaged or is in a newer format."""
    with tempfile.TemporaryDirectory(prefix="flashcards-") as folder:
        database = Path(folder) / "collection"
        media = _unpack(path, database)
        db = sqlite3.connect(database)
        try:
            yield Package(db, media)
        except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError) as error:
            raise BadBank(f"is a damaged Anki package ({error}); export it again", path=path) from None
        finally:
            db.close()


def _unpack(path: Path, database: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "collection.anki21b" in names:
                raise BadBank(
                    'is in the newest package format; export it with "Support older Anki versions"', path=path
                )
            name = next((each for each in COLLECTIONS if each in names), None)
            if name is None:
                raise BadBank("is no Anki package; name a file that ends in .apkg", path=path)
            if package.getinfo(name).file_size > LARGEST:
                raise BadBank("unpacks to more than 4 GiB and was not opened", path=path)
            with package.open(name) as source, database.open("wb") as file:
                while block := source.read(1 << 20):
                    file.write(block)
            media = json.loads(package.read("media")) if "media" in names else {}
            return {str(key): str(value) for key, value in media.items()}
    except OSError as error:
        raise BadBank(f"cannot be read: {error.strerror}; name a file that ends in .apkg", path=path) from None
    except (zipfile.BadZipFile, EOFError, ValueError, AttributeError, NotImplementedError, RuntimeError):
        raise BadBank("is no Anki package or is damaged; export it again", path=path) from None
