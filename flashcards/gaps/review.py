"""The review file: every gap that was chosen, or nearly, as a line that the user may settle: keep, drop or lock.

It is a table of tab-separated values that any editor or spreadsheet opens. ``keep`` asks a gap as long as it can be
asked, ``lock`` asks it whatever the rules say, ``drop`` never asks it; ``spare`` marks what fell short by a hair. A
line is known again by document, answer and a similar sentence, so a decision outlives edits of the text.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards.errors import BadConfiguration
from flashcards.files import write_text

if TYPE_CHECKING:
    from flashcards.gaps import Choice

DECISIONS = ("keep", "drop", "lock", "spare")
COLUMNS = ("decision", "answer", "sentence", "document", "lines", "reasons")
SIMILAR = 0.5  # two sentences that share half of their character pairs are one sentence, edited
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet would run such a cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what the user decided of one answer in one sentence. An empty document or sentence means any."""

    decision: str
    answer: str
    sentence: str = ""
    document: str = ""
    lines: str = ""
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The lines of a review file, found by document and answer."""

    entries: tuple[Entry, ...] = ()
    _index: Mapping[tuple[str, str], tuple[Entry, ...]] = field(default_factory=dict)
    _present: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Review:
        """A review of these lines."""
        kept = tuple(entries)
        index: dict[tuple[str, str], tuple[Entry, ...]] = {}
        for entry in kept:
            key = (entry.document, folded(entry.answer))
            index[key] = (*index.get(key, ()), entry)
        return cls(kept, index)

    def within(self, sentences: Iterable[str]) -> Review:
        """The same review for a document of these sentences: a line whose sentence still stands speaks of it alone."""
        return replace(self, _present=frozenset(map(folded, sentences)))

    def decision(self, document: str, answer: str, sentence: str) -> str:
        """What was decided of an answer in a sentence: the line of that sentence, else the most similar; else ''."""
        key, own = folded(answer), folded(sentence)
        lines = (*self._index.get((document, key), ()), *self._index.get(("", key), ()))
        free = [e for e in lines if folded(e.sentence) == own or folded(e.sentence) not in self._present]
        near = [(similarity(entry.sentence, sentence), entry) for entry in free]
        best = max(near, key=lambda pair: pair[0], default=None)
        return best[1].decision if best is not None and best[0] >= SIMILAR else ""

    def locked(self, document: str) -> Iterator[Entry]:
        """The locked lines that may concern a document."""
        return (entry for entry in self.entries if entry.decision == "lock" and entry.document in ("", document))


def folded(text: str) -> str:
    """A text without differences of width, case and white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def similarity(line: str, sentence: str) -> float:
    """The share of character pairs two sentences have in common (Dice), 0 to 1; an empty line is like any sentence."""
    a, b = _pairs(folded(line)), _pairs(folded(sentence))
    return 1.0 if not a else 2 * len(a & b) / (len(a) + len(b))


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or ({text} if text else set())


def load(path: Path) -> Review:
    """The review file at ``path``; where there is none yet, an empty review.

    Raises BadConfiguration with the line where the table is damaged or a decision is none of `DECISIONS`.
    """
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return Review()
    except OSError as error:
        raise BadConfiguration(f"cannot be read: {error.strerror}; name a file", path=path) from None
    return _load(path, stamp)


@lru_cache(maxsize=4)
def _load(path: Path, stamp: int) -> Review:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadConfiguration(f"cannot be read: {error.strerror}; name a file", path=path) from None
    except UnicodeDecodeError:
        raise BadConfiguration("is not UTF-8; save it as UTF-8 text", path=path) from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        return Review.of(_entries(rows, path))
    except csv.Error as error:
        raise BadConfiguration(f"is no table of tab-separated values: {error}", path=path) from None


def _entries(rows: Iterator[list[str]], path: Path) -> Iterator[Entry]:
    header = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in ("decision", "answer") if name not in header]
    if header and missing:
        raise BadConfiguration(f"has no column {missing[0]!r}; its first line names the columns", path=path, line=1)
    for number, row in enumerate(rows, start=2):
        cells = {name: _plain(cell) for name, cell in zip(header, row, strict=False)}
        if not any(cells.values()):
            continue
        decision = cells.get("decision", "").strip().lower()
        if decision not in DECISIONS:
            raise BadConfiguration(
                f"unknown decision {decision!r}; write {', '.join(DECISIONS)}", path=path, line=number
            )
        if not cells["answer"].strip():
            raise BadConfiguration("has no answer; delete the line or write one", path=path, line=number)
        yield Entry(decision, *(cells.get(name, "").strip() for name in COLUMNS[1:]))


def write(path: Path, choices: Sequence[Choice], rejected: Sequence[Choice]) -> None:
    """Write the chosen and the nearly chosen gaps of a build, with the decisions that the file already holds.

    Dropped and locked lines stay even where their gap is not among the choices, and so do all lines of documents that
    are not in this build. Written whole or not at all. Raises FlashcardsError where it cannot be.
    """
    old = load(path)
    lines = [_entry(choice, old, "keep") for choice in choices] + [_entry(c, old, "spare") for c in rejected]
    fresh = Review.of(lines)
    built = {choice.passage.document for choice in (*choices, *rejected)}
    for entry in old.entries:
        settled = entry.decision in ("drop", "lock") or entry.document not in built
        if settled and not fresh.decision(entry.document, entry.answer, entry.sentence):
            lines.append(entry)
    buffer = io.StringIO(newline="")
    table = csv.writer(buffer, delimiter="\t", lineterminator="\n")
    table.writerow(COLUMNS)
    for entry in lines:
        table.writerow([_safe(getattr(entry, name)) for name in COLUMNS])
    write_text(path, buffer.getvalue())


def _entry(choice: Choice, old: Review, otherwise: str) -> Entry:
    passage = choice.passage
    first, last = passage.lines
    decision = old.decision(passage.document, choice.phrase, choice.whole)
    return Entry(
        decision if decision in ("drop", "lock") else otherwise,
        choice.phrase,
        " ".join(choice.whole.split()),
        passage.document,
        str(first) if first == last else f"{first}-{last}",
        "; ".join(choice.reasons),
    )


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
