"""What is wrong with an Anki package, ours or another's: faults that Anki imports without a word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flashcards.exporters.anki_package import Note, Package

CLOZE = re.compile(r"\{\{c(\d+)::.+?\}\}", re.DOTALL)
FIELD = re.compile(r"\{\{[#^/]?([^{}!]+)\}\}")
ACTIVE = re.compile(r"<(?:script|iframe|object|embed|form)\b|javascript:|<[^>]*\son\w+\s*=", re.IGNORECASE)
REMOTE = re.compile(r"(?:src|data)\s*=\s*[\"']?https?:|url\(\s*[\"']?https?:|@import|<link\b", re.IGNORECASE)
LATEX = re.compile(r"\[(?:latex|\$\$?)\]")
MEDIA = re.compile(
    r"\[sound:([^\]]+)\]|<(?:img|audio|video|source)\b[^>]*?\ssrc\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE
)
SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag"}
FUTURE = 86_400  # seconds: Anki gives other ids to what is later than that


@dataclass(slots=True)
class Finding:
    """One fault: what is wrong and what to do, how often, and the first place. ``grave``: cards or updates suffer."""

    what: str
    grave: bool
    count: int = 0
    first: str = ""


@dataclass(slots=True)
class Findings:
    """Faults by name, counted as they are found."""

    found: dict[str, Finding] = field(default_factory=dict)

    def add(self, what: str, place: str, *, grave: bool = True) -> None:
        """Count a fault at a place."""
        finding = self.found.setdefault(what, Finding(what, grave, first=place))
        finding.count += 1


def lint(package: Package, now: int) -> list[Finding]:
    """All faults of a package, grave ones first, then by their text. ``now``: seconds since 1970."""
    findings = Findings()
    _templates(package, findings)
    _decks(package, findings)
    _notes(package, findings, now)
    _cards(package, findings)
    return sorted(findings.found.values(), key=lambda each: (not each.grave, each.what))


def _templates(package: Package, findings: Findings) -> None:
    for each in package.notetypes.values():
        names = {one["name"] for one in each["flds"]}
        for template in each["tmpls"]:
            place = f"note type {each['name']!r}"
            faces = template["qfmt"] + template["afmt"]
            for name in sorted({_name(match) for match in FIELD.findall(faces)} - names - SPECIAL):
                findings.add(f"a template names the field {name!r}, which does not exist", place)
            if each["type"] == 1 and "cloze:" not in template["qfmt"]:
                findings.add("a cloze template has no {{cloze:…}} on its front: its notes make no card", place)
            if ACTIVE.search(faces):
                findings.add("templates run scripts; look at them before importing", place, grave=False)
            if REMOTE.search(faces + each.get("css", "")):
                findings.add("templates load something from the network", place, grave=False)


def _name(reference: str) -> str:
    name = reference.rsplit(":", 1)[-1].strip()
    return "FrontSide" if re.fullmatch(r"c\d+", name) else name


def _decks(package: Package, findings: Findings) -> None:
    for each in package.decks.values():
        name = str(each["name"])
        if not all(level.strip() for level in name.split("::")):
            findings.add("a deck has an empty level; Anki calls it `blank`", repr(name))


def _notes(package: Package, findings: Findings, now: int) -> None:
    guids: Counter[str] = Counter()
    firsts: set[tuple[int, str]] = set()
    used: set[str] = set()
    for note in package.notes():
        place = f"note {note.guid}"
        guids[note.guid] += 1
        if guids[note.guid] == 2:
            findings.add("two notes have one GUID: only one of them will ever be updated", place)
        kind = package.notetypes.get(note.notetype)
        if kind is None:
            findings.add("a note has no note type", place)
            continue
        if len(note.fields) != len(kind["flds"]):
            findings.add("a note has another number of fields than its type: the import fails", place)
        _times(note, findings, now, place)
        _fields(note, kind, findings, place)
        if (note.notetype, note.fields[0]) in firsts:
            findings.add("two notes have one first field; Anki's editor calls them duplicates", place, grave=False)
        firsts.add((note.notetype, note.fields[0]))
        used.update(name for value in note.fields for match in MEDIA.findall(value) for name in match if name)
    _media(package, findings, used)


def _times(note: Note, findings: Findings, now: int, place: str) -> None:
    if note.modified <= 0:
        findings.add("a note has the modification time 0: later updates cannot be told", place)
    elif note.modified > now + FUTURE:
        findings.add("a note was modified in the future: it blocks updates until then", place)


def _fields(note: Note, kind: dict[str, Any], findings: Findings, place: str) -> None:
    whole = "\n".join(note.fields)
    if not note.fields[0].strip():
        findings.add("a note's first field is empty: Anki skips it in text imports", place, grave=False)
    if kind["type"] == 1:
        ordinals = {int(each) for each in CLOZE.findall(whole)} - {0}
        if not ordinals:
            findings.add("a cloze note has no cloze: it makes no card", place)
        if max(ordinals, default=0) > 500:
            findings.add("a cloze has a number above 500: Empty Cards would delete it", place)
        if len(ordinals) > 1:
            findings.add(
                "notes have several cloze numbers: an edit can move reviews to other answers", place, grave=False
            )
    elif CLOZE.search(whole):
        findings.add("a note that is no cloze holds cloze marks: Check Database adds cards", place)
    if ACTIVE.search(whole):
        findings.add("fields hold scripts, handlers, frames or forms", place)
    if REMOTE.search(whole):
        findings.add("fields load something from the network", place, grave=False)
    if LATEX.search(whole):
        findings.add("fields hold LaTeX, which phones show as missing pictures", place, grave=False)
    if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in whole):
        findings.add("fields hold control characters; Anki removes them", place, grave=False)
    if not unicodedata.is_normalized("NFC", whole):
        findings.add("fields are not NFC; Anki changes them on import", place, grave=False)
    if any("\u3000" in tag or '"' in tag or "" in tag.split("::") for tag in note.tags):
        findings.add("a tag holds a wide space, a quote or an empty level; Anki changes or splits it", place)


def _media(package: Package, findings: Findings, used: set[str]) -> None:
    local = {name for name in used if not re.match(r"[a-z]+:", name, re.IGNORECASE)}
    there = set(package.media.values())
    for name in sorted(local - there):
        findings.add("a picture or sound is not in the package", repr(name), grave=False)
    for name in sorted(name for name in there - local if not name.startswith(("_", "latex-"))):
        findings.add("a media file is named by no field: Anki drops it", repr(name), grave=False)


def _cards(package: Package, findings: Findings) -> None:
    without = package.rows("SELECT guid FROM notes WHERE id NOT IN (SELECT nid FROM cards) ORDER BY id")
    for (guid,) in without:
        findings.add("a note has no card: Check Database puts one into the wrong deck", f"note {guid}")
    low = package.rows("SELECT count(*) FROM notes WHERE id < 1000000000")[0][0]
    if low:
        findings.add("a note's id is no time: Anki cannot read the note, or dates it 1970", f"{low} notes")
    new, places = package.rows("SELECT count(*), count(DISTINCT due) FROM cards WHERE type = 0")[0]
    if new > 1 and places == 1:
        findings.add("all new cards have one position: they come in no order", f"{new} cards", grave=False)
    reviews = package.rows("SELECT count(*) FROM revlog")[0][0]
    if reviews:
        findings.add("the package holds someone's review history", f"{reviews} reviews", grave=False)


def summary(findings: Iterable[Finding]) -> Iterator[str]:
    """The faults as lines: how grave, how often, what, and where first."""
    for each in findings:
        yield f"{'problem' if each.grave else 'note':8}{each.count:>6} x  {each.what} (first: {each.first})"
