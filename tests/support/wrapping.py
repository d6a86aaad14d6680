"""Text set in lines as a page sets it, and the check that repair only undid what it recorded."""

import re

from flashcards.model import Block, Document
from flashcards.readers.plain import lines
from flashcards.repair import repair
from flashcards.repair.measure import NO_START, em

MARK = re.compile(r"(\S+) removed, column (\d+)")
CODE = re.compile(r"U\+([0-9A-F]{4,6})(?: (?:removed|-> (.)))?")


def wrap(text: str, columns: float, indent: str = "") -> list[str]:
    """Lines of at most ``columns`` em; a mark that may begin no line hangs; Latin words and numbers stay whole."""
    tokens = re.findall(r"[A-Za-z0-9.,%]+|\s|.", text)
    rows, row, width = [], indent, sum(map(em, indent))
    for token in tokens:
        need = sum(map(em, token))
        if width + need > columns and row.strip() and token[0] not in NO_START:
            rows.append(row.rstrip())
            row, width = "", 0.0
            if token.isspace():
                continue
        row, width = row + token, width + need
    return [*rows, row]


def read(text: str, **more) -> Document:
    """The repaired document of a plain text."""
    return repair(Document("a", "a.txt", tuple(lines(text)), **more))


def paragraphs(text: str) -> list[str]:
    """The texts of passages-to-be: body, items and verse."""
    return [block.text for block in read(text).blocks if block.role in ("body", "item", "verse")]


def bare(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


def assert_only_recorded(before: tuple[Block, ...], after: Document) -> None:
    """Every line of ``before``, with the recorded repairs made to it, stands once, whole and in order in ``after``."""
    waiting: list[tuple[Block, str]] = []
    blocks = [(block, bare(block.text)) for block in after.blocks]
    for line in before:
        rest = _repaired(line, after)
        while rest:
            at = next((n for n, (_, text) in enumerate(waiting) if _fits(text, rest)), None)
            if at is None:
                at = next(n for n, (block, text) in enumerate(blocks) if _fits(text, rest))
                waiting.insert(0, blocks.pop(at))
                at = 0
            block, text = waiting.pop(at)
            assert block.lines[0] <= line.lines[0] <= block.lines[1]
            taken = min(len(text), len(rest))
            if text[taken:]:
                waiting.insert(0, (block, text[taken:]))
            rest = rest[taken:]
    assert not waiting and not [text for _, text in blocks if text]


def _fits(text: str, rest: str) -> bool:
    return bool(text) and (text.startswith(rest) or rest.startswith(text))


def _repaired(line: Block, after: Document) -> str:
    """A line as the recorded repairs leave it, without white space."""
    text = line.text
    here = [done for done in after.repairs if done.line == line.lines[0]]
    for done in here:
        if done.name in ("invisible", "control", "radical"):
            code, target = CODE.match(done.detail).groups()
            if "kept" not in done.detail:
                text = text.replace(chr(int(code, 16)), target or "")
    text = text.strip()
    if any(done.name == "hyphen" for done in here):
        text = text[:-1]
    marks = [MARK.fullmatch(done.detail).groups() for done in here if done.name == "note-mark"]
    for mark, column in sorted(marks, key=lambda entry: -int(entry[1])):
        at = int(column) - 1
        assert text[at:].startswith(mark)
        text = text[:at] + text[at + len(mark) :]
    return bare(text)
