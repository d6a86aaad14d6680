"""A Dask cluster: the scheduler the user names, or one of this machine's processes (extra `cluster`)."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from logging.handlers import QueueHandler
from pathlib import Path
from queue import SimpleQueue
from threading import get_ident
from typing import TYPE_CHECKING, Any

from flashcards import __version__
from flashcards.engine import Engine, batches, here, lost, piped, work
from flashcards.errors import BadConfiguration, FlashcardsError, MissingExtra
from flashcards.remote import is_url

if TYPE_CHECKING:
    from flashcards.engine import Make
    from flashcards.inputs import Input
    from flashcards.pipeline import Outcome

_AHEAD = 4
_PATIENCE = 15  # seconds until a scheduler, or its first worker, counts as not there


@contextmanager
def joined(workers: int, scheduler: str | None, beside: Sequence[Path] = ()) -> Iterator[Engine]:
    """The cluster as an engine: joined, or made of ``workers`` processes of this machine, when it is first needed.

    Its maps raise MissingExtra without the packages, BadConfiguration for a scheduler that cannot be reached, a worker
    without this program (or with another version of it), and files that the workers cannot see: the texts, and those
    read ``beside`` them.
    """
    with ExitStack() as stack:

        @cache
        def client() -> Any:
            return stack.enter_context(_client(workers, scheduler))

        def run(make: Make, files: Sequence[Input]) -> Iterator[Outcome]:
            if piped(files):
                return here(make, files)
            # Workers may stand in another folder.
            every = [file if is_url(file.path) else replace(file, path=file.path.absolute()) for file in files]
            # A URL is no path to be seen: who cannot fetch it says so of each document.
            texts = [file.path for file in every if not is_url(file.path)]
            _check(client(), (*texts[:1], *beside), scheduler)
            return _mapped(client(), make, batches(every))

        def away(tasks: Iterable[Callable[[], bytes]]) -> Iterator[bytes]:
            _check(client(), beside, scheduler)
            return _done(client(), tasks)

        yield Engine(run, away)


def _mapped(client: Any, make: Make, batches: Iterable[Sequence[Input]]) -> Iterator[Outcome]:
    """The outcomes of all batches in their order.

    Dask gives the tasks of a dead worker to another; a document that kills three of them is named and left out.
    """
    window: deque[tuple[Sequence[Input], Any]] = deque()
    ahead = _AHEAD * _workers(client)
    for batch in batches:
        window.append((batch, client.submit(work, make, batch, pure=False)))
        if len(window) >= ahead:
            yield from _outcomes(client, make, *window.popleft())
    while window:
        yield from _outcomes(client, make, *window.popleft())


def _done(client: Any, tasks: Iterable[Callable[[], bytes]]) -> Iterator[bytes]:
    """The results of tasks in their order; what they warn of is said here.

    Raises FlashcardsError for a task that kills three workers.
    """
    window: deque[Any] = deque()
    ahead = 1 + _workers(client)  # a task carries what it works on
    for task in tasks:
        window.append(client.submit(_heard, task, pure=False))
        if len(window) >= ahead:
            yield _result(window.popleft())
    while window:
        yield _result(window.popleft())


def _result(future: Any) -> bytes:
    from distributed.scheduler import KilledWorker

    try:
        made, records = future.result()
    except KilledWorker:
        raise FlashcardsError("workers died while they wrote (out of memory?); build with a smaller --split") from None
    for record in records:
        logging.getLogger(record.name).handle(record)
    return bytes(made)


def _heard(task: Callable[[], bytes]) -> tuple[bytes, list[logging.LogRecord]]:
    """The result of a task, and what it warned of."""
    heard: SimpleQueue[Any] = SimpleQueue()
    handler, ours = QueueHandler(heard), logging.getLogger("flashcards")
    here = get_ident()
    handler.addFilter(lambda record: record.thread == here)  # a worker may have several threads
    ours.addHandler(handler)
    try:
        return task(), [heard.get() for _ in range(heard.qsize())]
    finally:
        ours.removeHandler(handler)


def _workers(client: Any) -> int:
    return max(1, len(client.scheduler_info()["workers"]))


def _outcomes(client: Any, make: Make, batch: Sequence[Input], future: Any) -> list[Outcome]:
    from distributed.scheduler import KilledWorker

    try:
        return list(future.result())
    except KilledWorker:
        if len(batch) == 1:
            return [lost(batch[0])]
    found: list[Outcome] = []
    for file in batch:
        found += _outcomes(client, make, (file,), client.submit(work, make, (file,), pure=False))
    return found


@contextmanager
def _client(workers: int, scheduler: str | None) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise MissingExtra("--engine dask needs: python -m pip install 'flashcards-zh[cluster]'") from None
    # Restarted workers and closed connections are the cluster's business: what matters to the user we say ourselves.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    settings = {
        "distributed.comm.timeouts.connect": f"{_PATIENCE}s",
        "distributed.worker.daemon": True,
        "distributed.admin.large-graph-warning-threshold": "1GB",  # tasks carry their part of the bank, so that they
        # outlive the worker that had them
    }
    with dask.config.set(settings):
        if scheduler is None:
            with (
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                ) as cluster,
                Client(cluster) as client,  # type: ignore[no-untyped-call]
            ):
                yield client
            return
        try:
            client = Client(scheduler, timeout=_PATIENCE)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise BadConfiguration(
                f"--scheduler {scheduler} cannot be reached ({type(error).__name__}); "
                "start it with `dask scheduler`, its workers with `dask worker ADDRESS`"
            ) from None
        with client:
            yield client


def _check(client: Any, paths: Sequence[Path], scheduler: str | None) -> None:
    """Refuse a cluster that could only fail: no workers, another version, no view of the files."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise BadConfiguration(f"--scheduler {scheduler} has no workers; start one: dask worker {scheduler}") from None
    for address, (version, hidden) in _probed(client, paths).items():
        if version != __version__:
            raise BadConfiguration(
                f"the worker {address} runs {version or 'no flashcards-zh'}, not {__version__}; "
                f"install the same there: python -m pip install 'flashcards-zh[cluster]=={__version__}'"
            )
        if hidden:
            raise BadConfiguration(
                f"the worker {address} cannot see {hidden}; put the texts, and what the settings name, where all "
                "machines see them under one path"
            )


def _probed(client: Any, paths: Sequence[Path]) -> dict[str, tuple[str | None, str | None]]:
    """Worker address -> its version of this program (None without it), and the first path that it does not see."""

    # A nested function travels as code, not as a reference: a worker without this package can answer, too.
    def probe() -> tuple[str | None, str | None]:
        import os

        try:
            from flashcards import __version__ as version
        except ImportError:
            return None, None
        # This runs on another machine, which may have paths of another kind.
        return version, next((name for name in names if not os.path.exists(name)), None)  # noqa: PTH110

    names = list(map(str, paths))
    return dict(client.run(probe))
