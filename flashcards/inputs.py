"""PATH… -> input files with their document ids: walking folders, what a walk skips, where the project begins."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from flashcards import remote
from flashcards.bank import GENERATOR
from flashcards.errors import FlashcardsError, UnreadableInput
from flashcards.exporters import EXPORTERS
from flashcards.names import legible
from flashcards.readers import READERS

CONFIGURATION = "flashcards.toml"
SIDECAR = ".sources.yaml"
# What only our files end in. Whoever gives a sheet or key of his own such a name as x.quiz.pdf has it read.
PRODUCTS = (*(row.suffix for row in EXPORTERS.values() if row.suffix.endswith(".txt")), ".bank.jsonl")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read and the id of its document: the POSIX path relative to the project's root, legible as UTF-8."""

    path: Path
    id: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files in order, what a walk passed over (reason -> count), what was wrong, and the project's root."""

    files: tuple[Input, ...]
    skipped: Counter[str] = field(default_factory=Counter)
    errors: tuple[FlashcardsError, ...] = ()
    root: Path = Path()


def find(paths: Sequence[Path], *, output: Path | None = None) -> Inputs:
    """The input files of paths given by the user; a folder is walked, sorted; nothing is read twice.

    A walk skips hidden files, ``output``, our own products, sidecars, configuration, README and LICENSE, links that
    leave the folder, and counts unknown suffixes; what is named is taken or is an error. Errors are collected: the
    other paths go on.
    """
    files: dict[Path, Input] = {}
    skipped: Counter[str] = Counter()
    errors: list[FlashcardsError] = []
    for path in paths:
        try:
            if remote.is_url(path):
                found_there = remote.find(path, _reason_by_name)
                if not found_there:
                    raise UnreadableInput(f"has no text in it; known: {' '.join(READERS)}", path=remote.url(path))
                for place, name in found_there:
                    files.setdefault(place, Input(place, legible(name)))
                continue
            root = project_root(path)
            found = _walk(path, output, skipped) if path.is_dir() else [_named(path)]
            before = len(files)
            for file in found:
                files.setdefault(_identity(file), Input(file, _document_id(file, root)))
            if path.is_dir() and len(files) == before and not any(_identity(f) in files for f in found):
                errors.append(UnreadableInput(f"has no text in it; known: {' '.join(READERS)}", path=path))
        except FlashcardsError as error:
            errors.append(error)
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or str(error)
            errors.append(UnreadableInput(f"cannot be read: {what}; check the name", path=path))
    root = project_root(paths[0]) if paths else Path.cwd()
    return Inputs(tuple(_distinct(files.values())), skipped, tuple(errors), root)


def project_root(path: Path) -> Path:
    """The nearest folder upward with a ``flashcards.toml``, else the folder itself, else the file's folder."""
    if str(path) == "-":
        return Path.cwd()
    start = path.resolve()
    if not start.is_dir():
        start = start.parent
    return next((folder for folder in (start, *start.parents) if (folder / CONFIGURATION).is_file()), start)


def _named(path: Path) -> Path:
    """A file the user named; what it holds is judged when it is read."""
    if str(path) != "-" and not path.exists():
        raise UnreadableInput("is not there; check the name", path=path)
    if path.suffix.lower() == ".jsonl" and path.is_file() and _ours(path):
        raise UnreadableInput("is an item bank, no text; give it alone to quiz, study or export", path=path)
    return path


def _walk(folder: Path, output: Path | None, skipped: Counter[str]) -> list[Path]:
    out = output.resolve() if output else None
    inside = folder.resolve()
    found: list[Path] = []

    def lost(error: OSError) -> None:
        raise error

    for parent, folders, names in os.walk(folder, onerror=lost):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (here / name).resolve() != out)
        for name in sorted(names):
            reason = _reason(here / name) or _leaves(here / name, inside)
            if reason:
                skipped[reason] += 1
            else:
                found.append(here / name)
    if out and folder.resolve() == out:
        return []
    return sorted(found, key=lambda file: file.relative_to(folder).parts)


def _leaves(path: Path, folder: Path) -> str | None:
    """A link to a file outside the folder: whoever means it names it."""
    return None if not path.is_symlink() or path.resolve().is_relative_to(folder) else "link out of the folder"


def _reason(path: Path) -> str | None:
    """Why a walk passes over a file, or None."""
    reason = _reason_by_name(path)
    if reason in (None, "unknown suffix", "made by flashcards") and not path.is_file():
        return "no regular file"
    return "made by flashcards" if reason is None and _ours(path) else reason


def _reason_by_name(path: PurePath) -> str | None:
    """Why a walk passes over a file, as far as its name tells."""
    name = path.name
    if name.startswith("."):
        return "hidden"
    if name == CONFIGURATION or name.endswith((SIDECAR, ".terms.txt", ".stop.txt")):
        return "configuration"
    if name.upper().startswith(("README", "LICENSE")):
        return "readme"
    if path.suffix.lower() not in READERS:
        return "unknown suffix"
    return "made by flashcards" if name.lower().endswith(PRODUCTS) else None


def _ours(path: Path) -> bool:
    """Whether a file carries the header of a bank or the generator mark of a page, a PDF or a text of ours."""
    suffix = path.suffix.lower()
    if suffix not in (".jsonl", ".html", ".htm", ".txt", ".pdf"):
        return False
    try:
        with path.open("rb") as file:
            if suffix == ".pdf":  # what a PDF says of itself stands before its table of objects, at the end
                file.seek(max(file.seek(0, os.SEEK_END) - 1_000_000, 0))
                return re.search(rb"/Keywords ?\(" + GENERATOR.encode() + rb"\)", file.read()) is not None
            head = file.read(4096)
    except OSError:
        return False  # reading it will say what is wrong
    if suffix == ".txt":
        return re.search(rb"^(?:// generator: |#generator:)" + GENERATOR.encode() + rb"\r?$", head, re.M) is not None
    if suffix == ".jsonl":
        try:
            first = json.loads(head.split(b"\n", 1)[0])
        except ValueError:
            return False
        return isinstance(first, dict) and first.get("generator") == GENERATOR
    return b'name="generator"' in head and GENERATOR.encode() in head


def _identity(path: Path) -> Path:
    return path if str(path) == "-" else path.resolve()


def _document_id(path: Path, root: Path) -> str:
    if str(path) == "-":
        return "-"
    resolved = Path(os.path.abspath(path))  # noqa: PTH100  (a linked file keeps the name the user gave it)
    for base in (root, root.resolve()):
        if resolved.is_relative_to(base):
            return resolved.relative_to(base).as_posix()
    real = path.resolve()
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else PurePath(path.name).as_posix()


def _distinct(files: Iterable[Input]) -> Iterator[Input]:
    """Two files of different roots may have one relative path; the later ones get their folder's name before it."""
    seen: set[str] = set()
    for file in files:
        name, parts = file.id, list(file.path.resolve().parent.parts)
        while name in seen and parts:
            name = f"{parts.pop()}/{name}"
        seen.add(name)
        yield Input(file.path, legible(name))
