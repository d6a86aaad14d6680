"""The Anki deck: rows streamed from the bank into a collection, zipped so that the same bank gives the same bytes.

genanki defines what a package is (tables, note types, decks); its in-memory Deck is passed by, so that a deck of any
size needs little memory. A test compares the rows with those genanki itself writes.
"""

from __future__ import annotations

import heapq
import json
import logging
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from glob import escape
from hashlib import sha256
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards import learner
from flashcards.bank import Bank, Header, lines_of, parts, write_lines
from flashcards.errors import BadConfiguration, FlashcardsError
from flashcards.exporters import anki_aids
from flashcards.exporters.anki_fields import Shared, fields, shared, tags
from flashcards.exporters.anki_notetypes import FIELDS, KINDS, SORT_FIELD, NoteType, note_types
from flashcards.files import replacing
from flashcards.ledger.identity import clean, guid
from flashcards.words import words

if TYPE_CHECKING:
    from flashcards.engine import Away
    from flashcards.model import Item, Passage
    from flashcards.settings import Settings

BIRTH = 1735689600  # 2025-01-01: the time of note types in a bank that tells none
SPREAD = 20  # new cards between two items of one sentence: a day's usual share
BATCH = 500
PASSAGES = 256  # remembered: the notes of neighbours are learned in turns
LEVEL = 1  # deflate: level 6 costs 3.4 times the time for 3 % less
LARGE = 1_000_000  # characters of a note
LOG = logging.getLogger(__name__)
MEMBER_TIME = (1980, 1, 1, 0, 0, 0)


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the bank's items as an Anki package, whole or not at all; returns the file.

    With `Settings.split` no package holds more notes than that; the second is NAME.2.apkg, and so on. Raises
    BadConfiguration for a project no deck can be named by, BadBank for a damaged bank, FlashcardsError where an item
    would make no card or a file cannot be written.
    """
    check_name(bank.header.project)
    items = iter(bank)
    written: list[Path] = []
    before = bank.before
    part = list(islice(items, 1))
    while part or not written:
        path = part_of(target, len(written) + 1)
        rest = items if settings.split is None else islice(items, settings.split - 1)
        with replacing(path) as temporary:
            _package(bank, chain(part, rest), before, temporary, settings)
        written.append(path)
        before += settings.split or 0
        part = list(islice(items, 1))
    return tuple(written)


def part_of(target: Path, number: int) -> Path:
    """The file of a package of a split deck, counted from 1."""
    return target if number == 1 else target.with_name(f"{target.stem}.{number}.apkg")


def packed(header: Header, lines: bytes, before: int, settings: Settings) -> bytes:
    """A package of a split deck as `write` makes it, of the bank's lines, for a machine that has no bank.

    ``before`` is how many items stand before these. Raises what `write` raises; a line is counted from these.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="flashcards-") as folder:
            bank, target = Bank(Path(folder) / "part.bank.jsonl", header), Path(folder) / "part.apkg"
            write_lines(bank.path, header, [lines])
            _package(bank, bank, before, target, settings)
            return target.read_bytes()
    except OSError as error:
        raise FlashcardsError(
            f"a worker cannot write to its temporary folder ({error.strerror}); free some space there"
        ) from None


def write_packed(bank: Bank, target: Path, settings: Settings, away: Away) -> None:
    """`write` of a split deck whose packages are made by ``away``, a map over tasks that may run on other machines."""
    check_name(bank.header.project)
    assert settings.split, "a deck that is one package is made here"
    every = parts(bank, settings.split)
    made = iter(away(partial(packed, bank.header, lines_of(part), part.before, settings) for part in every))
    for number, part in enumerate(every, start=1):
        try:
            package = next(made)
        except FlashcardsError as error:  # it names files of the other machine
            line = error.line and error.line + part.before
            raise type(error)(error.what, path=bank.path, line=line) from None
        with replacing(part_of(target, number)) as temporary:
            temporary.write_bytes(package)


def _package(bank: Bank, items: Iterable[Item], before: int, target: Path, settings: Settings) -> None:
    # Beside the target: what a worker leaves that is ended goes with the folder in which a build is staged.
    with tempfile.TemporaryDirectory(prefix=".flashcards-", dir=target.parent) as folder:
        database = Path(folder) / "collection.anki2"
        _fill(database, bank, enumerate(spread(items), start=before + 1), settings)
        _zip(database, target)


def outdated(folder: Path, target: Path) -> list[str]:
    """Names of parts of an earlier, longer split in ``folder`` that were not written again beside ``target``."""
    parts = (path.name for path in folder.glob(f"{escape(target.stem)}.*.apkg"))
    numbered = (name for name in parts if name[len(target.stem) + 1 : -len(".apkg")].isdecimal())
    return sorted(name for name in numbered if not target.with_name(name).exists())


def check_name(project: str) -> None:
    """Raise BadConfiguration for a project whose name is empty or has an empty level (``a::::b``)."""
    if not project.strip() or not all(level.strip() for level in project.split("::")):
        raise BadConfiguration(f"the project {project!r} cannot name a deck; give it a name without empty levels")


def _fill(path: Path, bank: Bank, items: Iterable[tuple[int, Item]], settings: Settings) -> None:
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
        _rows(db, bank, items, settings, decks)
        _describe(db, bank, settings, decks)
        db.execute("COMMIT")
        db.executescript("CREATE INDEX" + indexes)
        _refuse_twins(db, bank)
    except sqlite3.OperationalError as error:
        raise FlashcardsError(f"the package could not be made: {error}", path=path.name) from None
    finally:
        db.close()


def _rows(
    db: sqlite3.Connection, bank: Bank, items: Iterable[tuple[int, Item]], settings: Settings, decks: dict[str, int]
) -> None:
    """Insert every note with its one card, in the order in which they are to be learned."""
    table = words("anki", bank.header.lang)
    project = bank.header.project
    first = min(bank.header.notetypes.values(), default=BIRTH) * 1000
    aided, aids_since = bool(learner.fingerprint(settings)), bank.header.notetypes.get(anki_aids.SINCE, 0)
    notes: list[tuple[object, ...]] = []
    cards: list[tuple[object, ...]] = []
    mended, first_mended = 0, ""
    near: dict[int, tuple[Passage, Shared]] = {}  # passages, by where they lie, with what their notes share
    for due, item in items:
        if id(item.passage) not in near:
            if len(near) == PASSAGES:
                near.clear()
            near[id(item.passage)] = item.passage, shared(item.passage, project, table)
        _, common = near[id(item.passage)]
        if common.deck not in decks:
            decks[common.deck] = deck_id(common.deck)
        tagged = tags(item, common)
        if aided:
            values = anki_aids.added(fields(learner.view(item, settings), table), item, settings, table)
            tagged += anki_aids.tags(item, settings)
        else:
            values = fields(item, table, common)
        text = "\x1f".join(values)
        note = first + item.number
        modified = max(item.modified, aids_since, 1)
        tag_list = f" {' '.join(tagged)} "
        kind = KINDS[item.kind].id
        notes.append((note, guid(project, item.key), kind, modified, tag_list, text, values[SORT_FIELD]))
        cards.append((note, decks[common.deck], modified, due))
        if len(notes) == BATCH:
            _insert(db, bank, notes, cards)
        if len(text) > LARGE:
            LOG.warning("%s holds %.1f million characters; phones may not show it", _named(item), len(text) / 1e6)
        if clean(item.stem) is not item.stem:
            mended, first_mended = mended + 1, first_mended or _named(item)
    _insert(db, bank, notes, cards)
    if mended:
        LOG.warning(
            "%d items hold characters that Anki would change (control characters, not NFC); they are mended on the "
            "cards only; the first: %s",
            mended,
            first_mended,
        )


def _named(item: Item) -> str:
    return f"{item.passage.document}:{item.passage.lines[0]}: item {item.number}"


def _insert(
    db: sqlite3.Connection, bank: Bank, notes: list[tuple[object, ...]], cards: list[tuple[object, ...]]
) -> None:
    try:
        db.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, 0, 0, '')", notes)
        db.executemany("INSERT INTO cards VALUES (?1, ?1, ?2, 0, ?3, -1, 0, 0, ?4, 0, 0, 0, 0, 0, 0, 0, 0, '')", cards)
    except sqlite3.IntegrityError:
        raise FlashcardsError("two items have one number; build the bank again", path=bank.path) from None
    notes.clear()
    cards.clear()


def _refuse_twins(db: sqlite3.Connection, bank: Bank) -> None:
    # Anki imports both of two notes with one GUID, and only ever updates one of them.
    if db.execute("SELECT 1 FROM notes GROUP BY guid HAVING count(*) > 1").fetchone():
        raise FlashcardsError("two items have one key; build the bank again", path=bank.path)


def spread(items: Iterable[Item]) -> Iterator[Item]:
    """Items in passage order, but the second, third … of one sentence each `SPREAD` places later; holds few at a time.

    At the end, where no more sentences come, they stand closer.
    """
    waiting: list[tuple[int, int, Item]] = []
    place = order = 0
    for _, group in groupby(items, key=lambda item: (item.passage.id, item.place.sentence)):
        while waiting and waiting[0][0] <= place:
            yield heapq.heappop(waiting)[2]
            place += 1
        for turn, item in enumerate(group):
            if turn:
                heapq.heappush(waiting, (place + turn * SPREAD, order, item))
                order += 1
            else:
                yield item
        place += 1
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
