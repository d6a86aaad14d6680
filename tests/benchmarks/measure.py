"""Running programs side by side: alternating, medians, peak memory of a whole process tree."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """One run of a program: seconds on the clock, CPU seconds with its children, peak MiB of all its processes."""

    wall: float
    cpu: float
    peak: float


def flashcards(*arguments: str | Path) -> list[str]:
    """The command line of our program."""
    return [sys.executable, "-m", "flashcards", *map(str, arguments)]


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end. Raises RuntimeError, with what it said, where it fails."""
    ours = {"PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)}
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # as pip installs programs, whatever the environment says
    variables = {**os.environ, **ours, **compiled, **(environment or {})}
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=variables)
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    _, said = process.communicate()
    wall, after = time.perf_counter() - start, os.times()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:6])} … ended with {process.returncode}: {said.decode()[-500:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, peak[0])


def alternate(programs: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Each program once a round, in turn, so that what else the machine does falls on all alike."""
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(program())
    return runs


def ratio(mine: Sequence[float], other: Sequence[float]) -> str:
    """The median of the ratios round by round, with the least and the most."""
    ratios = sorted(a / b for a, b in zip(mine, other, strict=True))
    return f"{statistics.median(ratios):.2f} [{ratios[0]:.2f}-{ratios[-1]:.2f}]"


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    sys.stdout.write(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    for row in rows:
        sys.stdout.write(f"| {' | '.join(map(str, row))} |\n")
    sys.stdout.flush()


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """Sample the proportional memory (PSS) of the process and all under it; 0 where the system does not tell."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_memory, _family(process.pid))) / 1024)
        time.sleep(0.1)


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text(encoding="ascii").split():
                found += _family(int(child))
        except OSError:
            continue
    return found


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
