"""Edits of a deck's marked documents, as the case files write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flashcards.model import Item
from support.decks import SOURCE, items_of

Documents = dict[str, list[Any]]


def edited(documents: Documents, edits: Iterable[Mapping[str, Any]]) -> tuple[Documents, dict[str, dict[str, str]]]:
    """The documents after the edits, and each document's source."""
    documents = {name: list(lines) for name, lines in documents.items()}
    sources: dict[str, dict[str, str]] = {}
    for edit in edits:
        _apply(documents, sources, edit)
    return documents, sources


def _apply(documents: Documents, sources: dict[str, dict[str, str]], edit: Mapping[str, Any]) -> None:
    name, line = edit["doc"], edit.get("line", 0)
    match edit["do"]:
        case "replace":
            documents[name][line] = edit["with"]
        case "insert":
            documents[name].insert(line, edit["with"])
        case "delete":
            del documents[name][line]
        case "move":
            moved = documents[name].pop(line)
            documents.setdefault(edit["to"], []).insert(edit["at"], moved)
        case "reverse":
            documents[name].reverse()
        case "rename":
            documents[edit["to"]] = documents.pop(name)
        case "remove":
            del documents[name]
        case "document":
            documents[name] = edit["with"]
        case "source":
            sources[name] = {**SOURCE, **edit["set"]}
        case other:
            raise ValueError(other)


def deck(documents: Documents, sources: Mapping[str, Mapping[str, str]] = {}) -> dict[str, list[Item]]:
    """The items of every document, in the order of the documents' names."""
    return {name: items_of(name, lines, sources.get(name, SOURCE)) for name, lines in sorted(documents.items())}
