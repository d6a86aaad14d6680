"""JSON Lines: ``{"id", "title"?, "text", …}`` a line, each a document of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flashcards import dates
from flashcards.errors import UnreadableInput
from flashcards.model import Block, Document
from flashcards.readers.encoding import decode
from flashcards.readers.frontmatter import SOURCE_KEYS
from flashcards.settings import Settings


def read(path: Path, data: bytes, document_id: str, settings: Settings) -> Iterator[Document]:
    """A Document a record, its id ``FILE#ID`` unless the record's id is needed alone (see `_id`).

    Damaged lines are named after the good ones were given: raises UnreadableInput for the first of them.
    """
    decoded = decode(data, path, encoding=settings.encoding)
    bad: list[UnreadableInput] = []
    seen: set[str] = set()
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _record(line, path, number)
            document = _document(record, path, number, document_id, decoded.encoding)
            if document.id in seen:
                raise UnreadableInput(f"id {record.get('id')!r} stands twice; ids must differ", path=path, line=number)
        except UnreadableInput as error:
            bad.append(error)
        else:
            seen.add(document.id)
            yield document
    if bad:
        more = f" (and {len(bad) - 1} more bad lines)" if len(bad) > 1 else ""
        raise UnreadableInput(bad[0].what + more, path=path, line=bad[0].line)


def _record(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise UnreadableInput("is no JSON; write one object a line", path=path, line=number) from None
    if not isinstance(record, dict):
        raise UnreadableInput('is no object; write {"id": …, "text": …}', path=path, line=number)
    if not isinstance(record.get("text"), str) or not record["text"].strip():
        raise UnreadableInput('has no text; give "text" with words in it', path=path, line=number)
    if not isinstance(record.get("title") or "", str):
        raise UnreadableInput('"title" must be a string', path=path, line=number)
    if not isinstance(record.get("id", ""), str | int):
        raise UnreadableInput('"id" must be a string', path=path, line=number)
    return record


def _document(record: dict[str, Any], path: Path, number: int, document_id: str, encoding: str) -> Document:
    """The record's lines as blocks; all of them stand on the one line of the file, so a blank line is told by a gap."""
    blocks, gap = [], False
    for line in record["text"].splitlines():
        if line.strip():
            blocks.append(Block(line, "line", (number, number), layout={"gap": float(gap)}))
        gap = not line.strip()
    name = str(record["id"]) if "id" in record else f"{document_id}#{number}"
    return Document(
        id=name,
        path=str(path),
        blocks=tuple(blocks),
        title=record.get("title") or None,
        encoding=encoding,
        meta=_source(record, path, number),
    )


def _source(record: dict[str, Any], path: Path, number: int) -> dict[str, object]:
    given = record.get("source")
    fields = dict(given) if isinstance(given, dict) else {"note": given} if isinstance(given, str) and given else {}
    fields = {key: str(value) for key, value in fields.items() if value is not None and key in (*SOURCE_KEYS, "note")}
    if fields.get("date"):
        date = dates.parse(fields["date"])
        if date is None:
            raise UnreadableInput(f"date {fields['date']!r} is none; write 2023-05-10", path=path, line=number)
        fields["date"] = date
    return {"source": fields} if fields else {}
