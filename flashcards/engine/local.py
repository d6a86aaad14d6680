"""This machine's cores: worker processes of the standard library."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING

from flashcards.engine import lost, work
from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.engine import Make
    from flashcards.inputs import Input
    from flashcards.pipeline import Outcome

    Window = deque[tuple[Sequence[Input], Future[list[Outcome]]]]

# Batches under way per worker: enough to keep it busy while the oldest result is waited for, and a bound on memory.
_AHEAD = 4
# What a worker needs; loaded once in the server that workers are forked from, where the system has one.
_PRELOAD = [
    "flashcards.engine.local",
    "flashcards.readers",
    "flashcards.repair",
    "flashcards.sources",
    "flashcards.keyphrases",
    "flashcards.items",
    "rjieba",
    "numpy",
]


def run(make: Make, batches: Iterable[Sequence[Input]], workers: int) -> Iterator[Outcome]:
    """The outcomes of all batches in their order; ends with no worker left, whatever happens."""
    waiting = iter(batches)
    more = True
    while more:
        pool = _pool(workers)
        window: Window = deque()
        try:
            more = yield from _until_broken(pool, make, waiting, window, workers)
        except BaseException:  # Ctrl-C, a closed generator: nothing under way is wanted any more
            _kill(pool)
            raise
        pool.shutdown()
        # Empty unless the pool broke: find the document that did it by giving each its own process.
        for batch, future in window:
            yield from _salvage(make, batch, future)


def each(tasks: Sequence[Callable[[], object]], workers: int) -> None:
    """Run the first task here and the others beside it in ``workers`` processes; ends with none of them left.

    While the first runs there is one process more than asked for, and then exactly as many.
    """
    pool = _pool(min(workers, len(tasks) - 1))
    try:
        others = [pool.submit(task) for task in tasks[1:]]
        tasks[0]()
        for other in others:
            other.result()
    except BrokenProcessPool:
        _kill(pool)
        raise FlashcardsError("a worker died while it wrote (out of memory?); build with --workers 1") from None
    except BaseException:  # Ctrl-C, a disk that is full: nothing under way is wanted any more
        _kill(pool)
        raise
    pool.shutdown()


def _until_broken(
    pool: ProcessPoolExecutor, make: Make, waiting: Iterator[Sequence[Input]], window: Window, workers: int
) -> Generator[Outcome, None, bool]:
    """Yield outcomes until all is done (False) or a worker died (True; the batches under way stay in the window)."""
    while True:
        try:
            while len(window) < workers * _AHEAD:
                batch = next(waiting, None)
                if batch is None:
                    break
                # In the window first: a batch that a broken pool refuses is salvaged with the others.
                window.append((batch, Future()))
                window[-1] = (batch, pool.submit(work, make, batch))
            if not window:
                return False
            outcomes = window[0][1].result()
        except BrokenProcessPool:
            return True
        window.popleft()
        yield from outcomes


def _salvage(make: Make, batch: Sequence[Input], future: Future[list[Outcome]]) -> Iterator[Outcome]:
    if future.done() and not future.cancelled() and future.exception() is None:
        yield from future.result()
        return
    for file in batch:
        pool = _pool(1)
        try:
            yield from pool.submit(work, make, (file,)).result()
        except BrokenProcessPool:
            yield lost(file)
        finally:
            _kill(pool)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=_context(), initializer=_begin)


def _context() -> BaseContext:
    """A server that forks clean workers where there is one, else fresh interpreters; never a fork of this process."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return context


def _begin() -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent does, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the workers at once and leave none behind; what is under way is not waited for."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join()
