"""Where the map step runs: in this process, on this machine's cores, or on a Dask cluster. Bytes out are the same.

An engine is a map over the input files that keeps their order, holds only a window of results, and turns the death of
a worker into the error of the document that killed it.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from flashcards.errors import BadConfiguration, UnreadableInput
from flashcards.packs import packs

if TYPE_CHECKING:
    from pathlib import Path

    from flashcards.inputs import Input
    from flashcards.pipeline import Outcome

    Make = Callable[[Sequence[Input]], Iterable[Outcome]]
    Map = Callable[[Make, Sequence[Input]], Iterator[Outcome]]
    Away = Callable[[Iterable[Callable[[], bytes]]], Iterator[bytes]]

ENGINES = ("local", "dask")
# Below this many bytes in all, starting workers costs more than they save.
_WORTH_WORKERS = 1_500_000
# Below this many bytes of a bank, its formats are sooner written one after the other.
_WORTH_WRITERS = 25_000_000
# As in the main program: our objects are many and make no cycles.
_THRESHOLD = (100_000, 50, 100)
# Small files travel together, so that a million of them cost no million round trips.
_BATCH_BYTES = 256_000
_BATCH_FILES = 64


def size(file: Input) -> int:
    """The size of a file in bytes; 0 where it cannot be told (reading it will say why)."""
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


class Engine(NamedTuple):
    """Where a build runs.

    ``map`` takes the pipeline's step over files. ``away`` takes tasks that need nothing of this machine and gives their
    results in order; None where there is only this machine.
    """

    map: Map
    away: Away | None = None


@contextmanager
def opened(
    engine: str = "local",
    workers: int | None = None,
    scheduler: str | None = None,
    load: Callable[[Input], int] = size,
    beside: Sequence[Path] = (),
) -> Iterator[Engine]:
    """The engine of a build; ``workers`` None means all cores this process may use. A cluster is joined when needed.

    ``load`` tells how many bytes of a file the step must work out: for few of them no workers are started. The files
    ``beside`` the texts are read by the workers, too. Raises BadConfiguration for an unknown engine or a scheduler
    without the engine that has one.
    """
    if engine not in ENGINES:
        raise BadConfiguration(f"unknown engine {engine!r}; known: {', '.join(ENGINES)}")
    if scheduler and engine != "dask":
        raise BadConfiguration("--scheduler belongs to --engine dask; add it")
    if engine == "dask":
        from flashcards.engine import cluster

        with cluster.joined(workers or cores(), scheduler, beside) as joined:
            yield joined
        return

    def run(make: Make, files: Sequence[Input]) -> Iterator[Outcome]:
        count = min(workers or cores(), len(files))
        if piped(files) or count < 2 or not any(total >= _WORTH_WORKERS for total in accumulate(map(load, files))):
            return here(make, files)
        from flashcards.engine import local

        return local.run(make, batches(files), count)

    yield Engine(run)


def here(make: Make, files: Sequence[Input]) -> Iterator[Outcome]:
    """The map of one process."""
    return chain.from_iterable(map(make, batches(files)))


def piped(files: Sequence[Input]) -> bool:
    """Whether one of the files is the standard input, which only this process has."""
    return any(str(file.path) == "-" for file in files)


def beside(tasks: int, size: int, workers: int | None = None) -> bool:
    """Whether so many tasks, each over ``size`` bytes, are sooner done beside each other (``workers`` None: cores)."""
    return min(workers or cores(), tasks) > 1 and size >= _WORTH_WRITERS


def each(tasks: Sequence[Callable[[], object]], workers: int | None = None) -> None:
    """Run tasks that do not depend on one another beside each other; raises the first error, in their order.

    Tasks are functions that can be pickled, but for the first, which runs here. One worker is this process.
    """
    if min(workers or cores(), len(tasks)) < 2:
        for task in tasks:
            task()
        return
    from flashcards.engine import local

    local.each(tasks, workers or cores())


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def batches(files: Iterable[Input]) -> Iterator[list[Input]]:
    """Neighbouring files that travel together: at most 64 of them, and small in all unless one alone is not."""
    return packs(files, lambda file: max(size(file), _BATCH_BYTES // _BATCH_FILES), _BATCH_BYTES)


def work(make: Make, batch: Sequence[Input]) -> list[Outcome]:
    """What a worker does with a batch. The process may be another's: it collects garbage as before afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLD)
    try:
        return list(make(batch))
    finally:
        gc.set_threshold(*before)


def lost(file: Input) -> Outcome:
    """The outcome of a document that killed its worker."""
    from flashcards.pipeline import Outcome

    what = "its worker died (out of memory, or a fault in a library); build it alone with --workers 1 to see why"
    return Outcome(file.path, (), UnreadableInput(what, path=file.path))
