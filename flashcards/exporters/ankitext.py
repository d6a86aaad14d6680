"""Anki's own text import file: notes by GUID with note type and deck, as Anki's manual describes its file headers.

It updates notes by comparing contents, not times, so it overwrites a learner's own edits of the same fields; the tags
are left out, because a tag column would replace the learner's. Its note types must be there: import NAME.apkg first.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards import learner
from flashcards.bank import GENERATOR
from flashcards.exporters import anki_aids
from flashcards.exporters.anki_fields import deck, fields
from flashcards.exporters.anki_notetypes import KINDS
from flashcards.exporters.apkg import check_name, spread
from flashcards.files import replacing
from flashcards.ledger.identity import guid
from flashcards.words import words

if TYPE_CHECKING:
    from flashcards.bank import Bank
    from flashcards.settings import Settings

# Anki passes over a header that it does not know, such as our mark.
HEADERS = (
    "#separator:tab",
    "#html:true",
    f"#generator:{GENERATOR}",
    "#guid column:1",
    "#notetype column:2",
    "#deck column:3",
)


def write(bank: Bank, target: Path, settings: Settings) -> tuple[Path, ...]:
    """Write the bank's items as a text file for Anki, a note a line, every cell quoted; returns the file.

    Raises what `exporters.apkg.write` raises.
    """
    check_name(bank.header.project)
    table = words("anki", bank.header.lang)
    project = bank.header.project
    aided = bool(learner.fingerprint(settings))
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in HEADERS)
        for item in spread(bank):
            values = fields(learner.view(item, settings) if aided else item, table)
            if aided:
                values = anki_aids.added(values, item, settings, table)
            cells = (guid(project, item.key), KINDS[item.kind].name, deck(project, item.passage, table), *values)
            file.write("\t".join(map(_cell, cells)) + "\n")
    return (target,)


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if text else ""


def search(bank: Bank, keys: Collection[str]) -> str:
    """What finds the notes of these items in Anki's browser, there to be tagged; empty where the bank has none.

    No import can tag them without harm: measured on anki 26.9, a ``#tags`` header leaves unchanged notes alone, and a
    tag column replaces the learner's own tags.
    """
    wanted = frozenset(keys)
    numbers = sorted({item.number for item in bank if item.key in wanted})
    name = re.sub(r'([\\"*_])', r"\\\1", bank.header.project)  # the marks of Anki's search
    return f'"deck:{name}" ({" OR ".join(f"tag:q{number:04d}" for number in numbers)})' if numbers else ""
