"""The Anki deck: rows streamed from the bank into a collection, zipped so that the same bank gives the same bytes.

genanki defines what a package is (tables, note types, decks); its in-memory Deck is passed by, so that a deck of any
size needs little memory. A test compares the rows with those genanki itself writes.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards import learner
from flashcards.errors import BadConfiguration, FlashcardsError
from flashcards.exporters import anki_aids
from flashcards.exporters.anki_fields import deck, fields, tags
from flashcards.exporters.anki_notetypes import FIELDS, KINDS, SORT_FIELD, NoteType, note_types
from flashcards.files import replacing
from flashcards.ledger.identity import guid
from flashcards.words import words

if TYPE_CHECKING:
    from flashcards.bank import Bank
    from flashcards.model import Item
    from flashcards.settings import Settings

BIRTH = 1735689600  # 2025-01-01: the time of note types in a bank that tells none
SPREAD = 20  # new cards between two items of one sentence: a day's usual share
BATCH = 500
LEVEL = 1  # deflate: level 6 costs 3.4 times the time for 3 % less
MEMBER_TIME = (1980, 1, 1, 0, 0, 0)


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the bank's items as an Anki package, whole or not at all; returns the file (`Settings.split`: files).

    Raises BadConfiguration for a project no deck can be named by, BadBank for a damaged bank, FlashcardsError where
    an item would make no card or the file cannot be written.
    """
    _check_name(bank.header.project)
    with replacing(target) as temporary, tempfile.TemporaryDirectory(prefix="flashcards-") as folder:
        database = Path(folder) / "collection.anki2"
        _fill(database, bank, settings)
        _zip(database, temporary)
    return (target,)


def _check_name(project: str) -> None:
    if not project.strip() or not all(level.strip() for level in project.split("::")):
        raise BadConfiguration(f"the project {project!r} cannot name a deck; give it a name without empty levels")


def _fill(path: Path, bank: Bank, settings: Settings) -> None:
    from genanki.apkg_col import APKG_COL
    from genanki.apkg_schema import APKG_SCHEMA

    tables, _, indexes = APKG_SCHEMA.partition("CREATE INDEX")
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(tables)
        db.executescript(APKG_COL)
        db.execute("BEGIN")
        decks: dict[str, int] = {}
        _rows(db, bank, settings, decks)
        _describe(db, bank, settings, decks)
        db.execute("COMMIT")
        db.executescript("CREATE INDEX" + indexes)
        _refuse_twins(db, bank)
    except sqlite3.OperationalError as error:
        raise FlashcardsError(f"the package could not be made: {error}", path=path.name) from None
    finally:
        db.close()


def _rows(db: sqlite3.Connection, bank: Bank, settings: Settings, decks: dict[str, int]) -> None:
    """Insert every note with its one card, in the order in which they are to be learned."""
    table = words("anki", bank.header.lang)
    project = bank.header.project
    first = min(bank.header.notetypes.values(), default=BIRTH) * 1000
    aided, aids_since = bool(learner.fingerprint(settings)), bank.header.notetypes.get(anki_aids.SINCE, 0)
    notes: list[tuple[object, ...]] = []
    cards: list[tuple[object, ...]] = []
    for due, item in enumerate(spread(bank), start=1):
        name = deck(project, item.passage, table)
        at = decks.setdefault(name, deck_id(name))
        values = fields(learner.view(item, settings) if aided else item, table)
        if aided:
            values = anki_aids.added(values, item, settings, table)
        note = first + item.number
        modified = max(item.modified, aids_since, 1)
        notes.append(
            (
                note,
                guid(project, item.key),
                KINDS[item.kind].id,
                modified,
                -1,
                f" {' '.join([*tags(item), *anki_aids.tags(item, settings)])} ",
                "\x1f".join(values),
                values[SORT_FIELD],
                0,
                0,
                "",
            )
        )
        cards.append((note, note, at, 0, modified, -1, 0, 0, due, 0, 0, 0, 0, 0, 0, 0, 0, ""))
        if len(notes) == BATCH:
            _insert(db, bank, notes, cards)
    _insert(db, bank, notes, cards)


def _insert(
    db: sqlite3.Connection, bank: Bank, notes: list[tuple[object, ...]], cards: list[tuple[object, ...]]
) -> None:
    try:
        db.executemany(f"INSERT INTO notes VALUES ({','.join('?' * 11)})", notes)
        db.executemany(f"INSERT INTO cards VALUES ({','.join('?' * 18)})", cards)
    except sqlite3.IntegrityError:
        raise FlashcardsError("two items have one number; build the bank again", path=bank.path) from None
    notes.clear()
    cards.clear()


def _refuse_twins(db: sqlite3.Connection, bank: Bank) -> None:
    # Anki imports both of two notes with one GUID, and only ever updates one of them.
    if db.execute("SELECT 1 FROM notes GROUP BY guid HAVING count(*) > 1").fetchone():
        raise FlashcardsError("two items have one key; build the bank again", path=bank.path)


def spread(items: Iterable[Item]) -> Iterator[Item]:
    """Items in passage order, the second, third … of one sentence each `SPREAD` places later; holds few at a time."""
    waiting: list[tuple[int, int, Item]] = []
    sentence: object = None
    turn = 0
    for order, item in enumerate(items):
        at = (item.passage.id, item.place.sentence)
        turn = turn + 1 if at == sentence else 0
        sentence = at
        if not turn and not waiting:
            yield item
            continue
        heapq.heappush(waiting, (order + turn * SPREAD, order, item))
        while waiting and waiting[0][0] <= order:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def deck_id(name: str) -> int:
    """A fixed id of a deck by its name (Anki itself goes by the name), between 10^12 and 2^41."""
    return 10**12 + int.from_bytes(sha256(name.encode("utf-8")).digest()[:5], "big") % (2**41 - 10**12)


def _describe(db: sqlite3.Connection, bank: Bank, settings: Settings, decks: dict[str, int]) -> None:
    """Write the note types and decks of the rows into the collection's one row."""
    import genanki

    used = {row[0] for row in db.execute("SELECT DISTINCT mid FROM notes")}
    first_deck = min(decks.values(), default=1)
    models = {
        str(each.id): model(each).to_json(bank.header.notetypes.get(kind, BIRTH), first_deck)
        for kind, each in note_types(settings).items()
        if each.id in used
    }
    known = json.loads(db.execute("SELECT decks FROM col").fetchone()[0])
    known.update({str(number): genanki.Deck(number, name).to_json() for name, number in decks.items()})
    db.execute("UPDATE col SET models = ?, decks = ?", (json.dumps(models), json.dumps(known)))


def model(each: NoteType) -> Any:
    """A note type as genanki's, with the ids of its fields and template."""
    import genanki

    return genanki.Model(
        each.id,
        each.name,
        fields=[{"name": name, "id": number} for name, number in zip(FIELDS, each.field_ids, strict=True)],
        templates=[{"name": "Card", "id": each.template_id, "qfmt": each.front, "afmt": each.back}],
        css=each.css,
        model_type=genanki.Model.CLOZE if each.cloze else genanki.Model.FRONT_BACK,
        sort_field_index=SORT_FIELD,
    )


def _zip(database: Path, target: Path) -> None:
    """Zip the collection with fixed times and rights: the same rows give the same bytes."""
    with zipfile.ZipFile(target, "w") as package:
        with database.open("rb") as source, package.open(_member("collection.anki2"), "w", force_zip64=True) as member:
            while block := source.read(1 << 20):
                member.write(block)
        package.writestr(_member("media"), "{}")


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, MEMBER_TIME)
    info.create_system = 3
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    info._compresslevel = LEVEL  # type: ignore[attr-defined]
    return info
