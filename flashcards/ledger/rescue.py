"""The way back from a lost ledger: keys, numbers, times and contents are read from the last packages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from flashcards.errors import BadBank
from flashcards.ledger import store
from flashcards.ledger.drafts import draft
from flashcards.ledger.identity import guid

REMOVED = "flashcards::removed"


def restore(db: sqlite3.Connection, project: str, package: Path) -> int:
    """Fill an empty ledger from ``package``, its parts and its withdrawn companion; returns the number of items.

    Raises BadBank where ``package`` is damaged, not ours or of another project: a build would replace it, and the
    learners' notes could not be found again.
    """
    if not package.exists():
        return 0
    name = package.name.removesuffix(".apkg")
    parts = [package]
    while (part := package.with_name(f"{name}.{len(parts) + 1}.apkg")).exists():
        parts.append(part)
    companion = package.with_name(f"{name}.withdrawn.apkg")
    count = sum(_read(db, project, path) for path in [*parts, *([companion] if companion.exists() else [])])
    highest = db.execute("SELECT ifnull(max(number), 0) FROM items").fetchone()[0]
    db.execute("UPDATE meta SET value = ? WHERE name = 'next_number'", (highest + 1,))
    if count:
        db.execute("INSERT INTO builds VALUES (1, 0, 1, NULL)")
    return count


def _read(db: sqlite3.Connection, project: str, path: Path) -> int:
    from flashcards.exporters.anki_fields import item_of
    from flashcards.exporters.anki_notetypes import FIELDS, KINDS
    from flashcards.exporters.anki_package import opened

    kinds = {row.id: kind for kind, row in KINDS.items()}
    count = 0
    with opened(path) as package:
        for position, note in enumerate(package.notes()):
            ours = note.notetype in kinds and len(note.fields) == len(FIELDS)
            if not ours or note.guid != guid(project, note.fields[0]):
                raise BadBank(
                    f"is no package of the project {project!r}, and there is no ledger; "
                    "move it away, or restore its ledger",
                    path=path,
                )
            item = item_of(kinds[note.notetype], note.fields, note.tags, note.modified)
            made = draft(item.passage.document, [item])
            hashed, signature, _, passage, record = made.rows[0]
            live = REMOVED not in note.tags
            try:
                db.execute(
                    "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?, ?)",
                    (
                        item.key,
                        item.passage.document,
                        position,
                        live,
                        item.number,
                        hashed,
                        signature,
                        item.modified,
                        record,
                        passage,
                    ),
                )
            except sqlite3.IntegrityError:
                raise BadBank(
                    "holds two notes of one key or number, and there is no ledger; restore the ledger", path=path
                ) from None
            store.keep_passages(db, made.passages)
            count += 1
        _note_types(db, package.notetypes, kinds)
    return count


def _note_types(db: sqlite3.Connection, found: dict[int, dict[str, object]], kinds: dict[int, str]) -> None:
    """Note types keep their time as the floor; their text is compared anew, so one of them may be sent once more."""
    for number, record in found.items():
        if number in kinds:
            db.execute("INSERT OR IGNORE INTO notetypes VALUES (?, '', ?)", (kinds[number], record["mod"]))
