"""The items of one document on the way into the ledger: plain values that travel between processes and wait in caches.

Whatever can be worked out of an item alone is worked out here, so that it is done where the item is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from flashcards.bank import item_from_record, item_pieces, passage_from_record, passage_pieces
from flashcards.ledger.identity import content_hash, new_key, signature
from flashcards.model import Item, Passage

# An item: content hash, signature, the key it gets if it is new, name of its passage, `bank.item_pieces`.
Row = tuple[bytes, bytes, str, int, bytes]


@dataclass(frozen=True, slots=True)
class Drafts:
    """The items of a document in their order, made by `draft`, and `bank.passage_pieces` by the names of passages."""

    document: str
    rows: Sequence[Row]
    passages: Mapping[int, bytes]

    def items(self) -> tuple[Item, ...]:
        """The items themselves, without what no bank keeps of their passages."""
        passages = {name: parsed_passage(piece) for name, piece in self.passages.items()}
        return tuple(parsed_item(record, passages[passage]) for *_, passage, record in self.rows)


def draft(document: str, items: Iterable[Item]) -> Drafts:
    """Make the items of a document ready for the ledger."""
    rows: list[Row] = []
    pieces: dict[int, bytes] = {}
    passage: Passage | None = None
    name = 0
    for item in items:
        if item.passage is not passage:
            passage = item.passage
            piece = passage_pieces(passage)
            name = passage_name(piece)
            pieces[name] = piece
        rows.append((content_hash(item), signature(item), new_key(document, item, 0), name, item_pieces(item)))
    return Drafts(document, rows, pieces)


def passage_name(piece: bytes) -> int:
    """The name of a passage: 64 bits over all that a bank says of it, as SQLite keeps integers."""
    return int.from_bytes(sha256(piece).digest()[:8], "big", signed=True)


@lru_cache(maxsize=8)  # neighbours share a passage
def parsed_passage(piece: bytes) -> Passage:
    """The passage of `bank.passage_pieces`."""
    return passage_from_record(json.loads(b"{%b}" % piece.replace(b"\n", b",")))


def parsed_item(record: bytes, passage: Passage, key: str = "", number: int = 0, modified: int = 0) -> Item:
    """The item of `bank.item_pieces`, with what the ledger gives it."""
    values = json.loads(b"{%b}" % record.replace(b"\n", b","))
    return item_from_record({**values, "key": key, "number": number, "modified": modified}, passage)
