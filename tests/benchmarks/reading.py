"""How well wrapped lines are rejoined, how fast; figures for the closing notes.

    python -m tests.benchmarks.reading SHARED

SHARED is the folder of documents that FLASHCARDS_EXTRA_DOCS names. Break F1 counts paragraph ends (white space aside)
of eval/hardwrap_synthetic.jsonl by style, the style not being given to the program; joins is the share of the newlines
of eval/hardwrap_pdf.jsonl whose right treatment is known that are treated right.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from flashcards import sources
from flashcards.model import Document
from flashcards.readers.plain import lines
from flashcards.repair import repair


def paragraphs(text: str) -> list[str]:
    """The blocks of a repaired text, a line of verse each for itself."""
    found = repair(Document("a", "a", tuple(lines(text)))).blocks
    return [part for block in found for part in (block.text.split("\n") if block.role == "verse" else [block.text])]


def ends(parts: list[str]) -> set[int]:
    """Offsets of paragraph ends, white space not counted."""
    total, found = 0, set()
    for part in parts:
        total += len("".join(part.split()))
        found.add(total)
    return found


def wrapped(path: Path) -> dict[str, float]:
    """Break F1 by style, or under ``joins`` the share of known newlines treated right."""
    hits: dict[str, list[int]] = {}
    right = known = 0
    for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        found = ends(paragraphs(record["wrapped"]))
        if "paragraphs" in record:
            gold = ends(record["paragraphs"])
            counts = hits.setdefault(record["style"], [0, 0])
            counts[0] += 2 * len(gold & found)
            counts[1] += len(gold) + len(found)
            continue
        offset, newline = 0, 0
        for character in record["wrapped"]:
            if character == "\n":
                label = record["newlines"][newline]
                newline += 1
                known += label is not None
                right += label is not None and (offset in found) == (label == "break")
            elif not character.isspace():
                offset += 1
    if known:
        return {"joins": right / known}
    return {style: both / total for style, (both, total) in hits.items()}


def speed(path: Path) -> dict[str, float]:
    """Seconds of processor time for a document, and for its body 112 times over (some 600,000 characters)."""
    text = path.read_text(encoding="utf-8")
    body = "\n\n".join(part for part in text.split("\n\n") if part[:1] not in "①②③④")
    figures = {}
    for name, sample in (("document", text), ("long", "\n\n".join([body] * 112))):
        started = time.process_time()
        passages = sources.passages(repair(Document("a", "a", tuple(lines(sample)))))
        figures[name] = round(time.process_time() - started, 3)
        figures[f"{name}_characters"] = sum(len(passage.text) for passage in passages)
    return figures


if __name__ == "__main__":
    shared = Path(sys.argv[1])
    for name in ("hardwrap_synthetic", "hardwrap_pdf"):
        print(name, {key: round(value, 4) for key, value in wrapped(shared / "eval" / f"{name}.jsonl").items()})
    document = next((shared / "input").glob("*.txt"))
    speed(document)  # the first run imports and compiles
    print("seconds", speed(document))
