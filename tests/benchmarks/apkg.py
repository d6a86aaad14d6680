"""Packaging alone, from a bank file, beside plain genanki on the same notes in the same run.

    python tests/benchmarks/apkg.py [NOTES] [ROUNDS]

Each writer runs in a process of its own, in turn; prints CPU seconds, peak memory and file size, and the ratios (median
of the rounds). Plain genanki reads the same bank and makes the same fields. A third row gives genanki the finished
fields, so that all its time is its own, while ours still reads the bank and makes the fields.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

THROUGHPUT, SIZE, MEMORY = 1.0, 0.25, 1 / 3


def make(folder: Path, notes: int) -> None:
    """A bank of so many notes, in documents of 200, and the same notes as finished fields for genanki."""
    from flashcards import bank
    from flashcards.exporters.anki_fields import fields, tags
    from flashcards.exporters.anki_notetypes import KINDS
    from flashcards.ledger.identity import guid
    from flashcards.words import words

    header = bank.Header("deck", "速度", "zh-Hans", dict.fromkeys(KINDS, 1700000000))
    bank.write(folder / "deck.bank.jsonl", header, items(notes))
    table = words("anki", "zh-Hans")
    with (folder / "fields.jsonl").open("w", encoding="utf-8") as file:
        for item in bank.load(folder / "deck.bank.jsonl"):
            row = [guid("速度", item.key), item.passage.document, tags(item), fields(item, table)]
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def items(notes: int):
    """Unique sentences of about 60 characters with one gap each, with context and source."""
    import random

    from flashcards.model import Context, Gap, Item, Passage, Place, Source

    rng = random.Random(1)
    common = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
    source = Source(title="关于工作的报告", date="2023-09-07", place="哈尔滨", occasion="座谈会")
    before = ""
    for number in range(1, notes + 1):
        stem = "".join(rng.choices(common, k=57)) + f"{number}。"
        document = f"文件{number // 200:04}.txt"
        passage = Passage(
            f"{document}#1", document, 1, stem, (number, number), title=f"文件{number // 200:04}", source=source
        )
        start = rng.randrange(40)
        yield Item(
            kind="cloze",
            stem=stem,
            gaps=(Gap(start, start + 5),),
            answer=stem[start : start + 5],
            passage=passage,
            place=Place(number),
            context=Context(before, "", stem),
            key=f"{rng.getrandbits(80):020x}"[:16],
            number=number,
            modified=1_700_000_000,
        )
        before = stem


def ours(folder: Path) -> Path:
    """Our writer, from the bank file."""
    from flashcards import bank
    from flashcards.exporters import apkg
    from flashcards.settings import Settings

    target = folder / "ours.apkg"
    apkg.write(bank.load(folder / "deck.bank.jsonl"), target, Settings())
    return target


def plain(folder: Path) -> Path:
    """genanki as its README shows it, with the same note types, fields, GUIDs, tags and decks, from the bank file."""
    from flashcards import bank
    from flashcards.exporters.anki_fields import fields, tags
    from flashcards.ledger.identity import guid
    from flashcards.words import words

    table = words("anki", "zh-Hans")
    return genanki_write(
        folder / "plain.apkg",
        (
            (guid("速度", item.key), item.passage.document, tags(item), fields(item, table))
            for item in bank.load(folder / "deck.bank.jsonl")
        ),
    )


def ready(folder: Path) -> Path:
    """genanki with finished fields, a note a line."""
    with (folder / "fields.jsonl").open(encoding="utf-8") as file:
        return genanki_write(folder / "ready.apkg", map(json.loads, file))


def genanki_write(target: Path, notes) -> Path:
    """Plain genanki: decks of notes, then a package."""
    import warnings

    import genanki

    from flashcards.exporters.anki_notetypes import note_types
    from flashcards.exporters.apkg import deck_id, model
    from flashcards.settings import Settings

    warnings.simplefilter("ignore")  # genanki takes our comments for invalid HTML
    kind = model(note_types(Settings())["cloze"])
    decks: dict[str, genanki.Deck] = {}
    for due, (guid, document, tags, fields) in enumerate(notes):
        deck = decks.setdefault(document, genanki.Deck(deck_id(document), f"速度::{document}"))
        deck.add_note(genanki.Note(model=kind, fields=list(fields), tags=tags, guid=guid, due=due))
    genanki.Package(list(decks.values())).write_to_file(target, timestamp=1_700_000_000)
    return target


def measure(writer: str, folder: Path) -> dict[str, float]:
    """One writer in a process of its own: CPU and wall seconds, peak memory (MiB), file size (MB)."""
    out = subprocess.run(
        [sys.executable, __file__, "--one", writer, str(folder)], capture_output=True, check=True, text=True
    )
    return dict(json.loads(out.stdout))


def one(writer: str, folder: Path) -> None:
    """What `measure` starts."""
    wall, cpu = time.perf_counter(), time.process_time()
    target = {"ours": ours, "plain": plain, "ready": ready}[writer](folder)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "wall": wall, "memory": peak, "size": target.stat().st_size / 1e6}))


def main(notes: int = 100_000, rounds: int = 3) -> int:
    """Measure, print, and return 1 if a goal is missed."""
    measured: dict[str, list[dict[str, float]]] = {"ours": [], "plain": [], "ready": []}
    with TemporaryDirectory(prefix="flashcards-") as name:
        folder = Path(name)
        make(folder, notes)
        for _ in range(rounds):
            for writer, rows in measured.items():
                rows.append(measure(writer, folder))
                cpu, wall, peak, size = (rows[-1][each] for each in ("cpu", "wall", "memory", "size"))
                print(f"{writer:6} cpu {cpu:6.2f} s  wall {wall:6.2f} s  peak {peak:6.1f} MiB  file {size:6.2f} MB")
    ours, plain = measured["ours"], measured["plain"]
    throughput = ratio(plain, ours, "cpu")
    size, memory = ratio(ours, plain, "size"), ratio(ours, plain, "memory")
    print(f"{notes} notes, ours against plain genanki:")
    print(f"  CPU throughput  {throughput:.2f} (goal: at least {THROUGHPUT})")
    print(f"    with genanki's fields given  {ratio(measured['ready'], ours, 'cpu'):.2f}")
    print(f"  file size       {size:.3f} (goal: at most {SIZE})")
    print(f"  peak memory     {memory:.3f} (goal: at most {MEMORY:.3f})")
    return int(throughput < THROUGHPUT or size > SIZE or memory > MEMORY)


def ratio(above: list[dict[str, float]], below: list[dict[str, float]], what: str) -> float:
    """Median over the rounds."""
    return statistics.median(a[what] / b[what] for a, b in zip(above, below, strict=True))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
