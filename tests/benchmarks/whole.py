"""Benchmarks of the whole program, each run in its own process, alternating with its peer."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import generate, measure
from tests.benchmarks.measure import Run, alternate, flashcards, median, ratio, table

NAIVE = Path(__file__).with_name("naive.py")


@dataclass(frozen=True)
class Bench:
    """Where texts and outputs lie, how many rounds, how many megabytes, the user's real text, how large a file is."""

    place: Path
    rounds: int
    megabytes: float
    real: tuple[Path, ...] = ()
    file_bytes: int = generate.FILE_BYTES

    def folder(self, megabytes: float) -> Path:
        """The folder of generated texts of that size."""
        return self.place / f"texts-{megabytes:g}-{self.file_bytes}"

    def texts(self, megabytes: float) -> list[Path]:
        """Generated files of that size, made once."""
        return generate.write(self.folder(megabytes), megabytes, 1, self.real, self.file_bytes)

    def build(self, megabytes: float, *options: str, fresh: bool = True, cache: str = "none") -> Run:
        """Text to apkg and the whole sheet; a fresh build has no ledger, and no cache unless it is named."""
        self.texts(megabytes)
        output = self.place / "built"
        if fresh:
            shutil.rmtree(output, ignore_errors=True)
        keep = ["--no-cache"] if cache == "none" else []
        formats = ["--to", "apkg", "--to", "quiz", "--items", "all"]
        command = flashcards(
            "build", self.folder(megabytes), "-o", output, "--name", "bench", *formats, *keep, *options
        )
        return measure.run(command, {"SOURCE_DATE_EPOCH": "1700000000", "FLASHCARDS_CACHE": str(self.place / cache)})


def start(bench: Bench) -> None:
    """--help and --version against importing click; a 16 kB document to deck, sheet and self-test."""
    text = bench.texts(0.01)[0]

    def document() -> Run:
        shutil.rmtree(bench.place / "small", ignore_errors=True)
        return measure.run(flashcards("build", text, "-o", bench.place / "small", "--no-cache"))

    runs = alternate(
        {
            "click": lambda: measure.run([sys.executable, "-c", "import click"]),
            "--help": lambda: measure.run(flashcards("--help")),
            "--version": lambda: measure.run(flashcards("--version")),
            "document": document,
        },
        max(bench.rounds, 11),
    )
    walls = {name: [run.wall for run in found] for name, found in runs.items()}
    rows: list[tuple[object, ...]] = [
        (f"flashcards {name}", ratio(walls[name], walls["click"]), f"{median(walls[name]):.2f} s")
        for name in ("--help", "--version")
    ]
    size = text.stat().st_size // 1000
    rows.append((f"build of {size} kB: apkg, sheet, key, self-test", "", f"{median(walls['document']):.2f} s"))
    table("Start, against `python -c 'import click'`", ("command", "ratio", "median"), rows)


def peer(bench: Bench) -> None:
    """The whole job in one process against the naive peer."""
    texts = bench.texts(bench.megabytes)
    runs = alternate(
        {
            "naive": lambda: measure.run([sys.executable, str(NAIVE), str(bench.place / "naive"), *map(str, texts)]),
            "ours": lambda: bench.build(bench.megabytes, "--workers", "1"),
        },
        bench.rounds,
    )
    _compare(f"Text to apkg and whole sheet, {bench.megabytes:g} MB, one process", runs, "naive", bench.megabytes)


def cores(bench: Bench) -> None:
    """Two workers against one."""
    runs = alternate(
        {
            "1 worker": lambda: bench.build(bench.megabytes, "--workers", "1"),
            "2 workers": lambda: bench.build(bench.megabytes, "--workers", "2"),
        },
        bench.rounds,
    )
    _compare(f"Two workers, {bench.megabytes:g} MB", runs, "1 worker", bench.megabytes)


def rebuild(bench: Bench) -> None:
    """A rebuild after a one-character edit against exporting that bank in the same formats."""
    bench.build(bench.megabytes, cache="cache")
    text = bench.texts(bench.megabytes)[0]
    states = ("的", "地")

    def edited() -> Run:
        content = text.read_text(encoding="utf-8")
        old, new = states if states[0] in content else states[::-1]
        text.write_text(content.replace(old, new, 1), encoding="utf-8")
        return bench.build(bench.megabytes, fresh=False, cache="cache")

    def exported() -> Run:
        bank = bench.place / "built" / "bench.bank.jsonl"
        formats = ["--to", "apkg", "--to", "quiz", "--items", "all"]
        return measure.run(flashcards("export", bank, "-o", bench.place / "exported", *formats))

    runs = alternate({"export": exported, "rebuild": edited}, bench.rounds)
    _compare(f"Rebuild after an edit, {bench.megabytes:g} MB", runs, "export", bench.megabytes)


def slope(bench: Bench) -> None:
    """Time and memory from a tenth of the text to ten times of it."""
    sizes = [bench.megabytes / 10, bench.megabytes, bench.megabytes * 10]
    rows, times, peaks = [], [], []
    for size in sizes:
        runs = [bench.build(size, "--workers", "1") for _ in range(bench.rounds if size <= bench.megabytes else 1)]
        times.append(median([run.wall for run in runs]))
        peaks.append(median([run.peak for run in runs]))
        rows.append((f"{size:g} MB", f"{times[-1]:.1f} s", f"{peaks[-1]:.0f} MiB"))
    x, y = [math.log(size) for size in sizes], [math.log(time) for time in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    fit = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    last = math.log(times[2] / times[1]) / math.log(10)
    rows.append((f"exponent of time: all {fit:.3f}", f"last step {last:.3f}", f"memory x{peaks[2] / peaks[1]:.2f}"))
    table("Slope, one worker", ("text", "time", "peak memory"), rows)


def cluster(bench: Bench) -> None:
    """A Dask LocalCluster of two workers against the local engine with two."""
    runs = alternate(
        {
            "local": lambda: bench.build(bench.megabytes, "--workers", "2"),
            "dask": lambda: bench.build(bench.megabytes, "--workers", "2", "--engine", "dask"),
        },
        bench.rounds,
    )
    _compare(f"Dask LocalCluster, {bench.megabytes:g} MB, two workers each", runs, "local", bench.megabytes)


def _compare(title: str, runs: dict[str, list[Run]], base: str, megabytes: float) -> None:
    by: Callable[[str, str], list[float]] = lambda name, what: [getattr(run, what) for run in runs[name]]  # noqa: E731
    rows = [
        (
            name,
            f"{median(by(name, 'wall')):.1f} s",
            f"{megabytes / median(by(name, 'wall')):.2f} MB/s",
            1 if name == base else ratio(by(name, "wall"), by(base, "wall")),
            1 if name == base else ratio(by(name, "cpu"), by(base, "cpu")),
            f"{median(by(name, 'peak')):.0f} MiB",
        )
        for name in runs
    ]
    table(title, ("program", "wall", "text", f"wall to {base}", f"CPU to {base}", "peak memory"), rows)
