"""A Dask cluster: the scheduler the user names, or one of this machine's processes (extra `cluster`)."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards import __version__
from flashcards.engine import lost, work
from flashcards.errors import BadConfiguration, MissingExtra
from flashcards.remote import is_url

if TYPE_CHECKING:
    from flashcards.engine import Make
    from flashcards.inputs import Input
    from flashcards.pipeline import Outcome

_AHEAD = 4
_PATIENCE = 15  # seconds until a scheduler, or its first worker, counts as not there


def run(
    make: Make, files: Sequence[Input], batches: Iterable[tuple[Input, ...]], workers: int, scheduler: str | None
) -> Iterator[Outcome]:
    """The outcomes of all batches in their order.

    Dask gives the tasks of a dead worker to another; a document that kills three of them is named and left out.
    Raises MissingExtra without the packages, BadConfiguration for a scheduler that cannot be reached, a worker
    without this program (or with another version of it), and files that the workers cannot see.
    """
    with _client(workers, scheduler) as client:
        _check(client, files, scheduler)
        window: deque[tuple[tuple[Input, ...], Any]] = deque()
        ahead = _AHEAD * max(1, len(client.scheduler_info()["workers"]))
        for batch in batches:
            window.append((batch, client.submit(work, make, batch, pure=False)))
            if len(window) >= ahead:
                yield from _outcomes(client, make, *window.popleft())
        while window:
            yield from _outcomes(client, make, *window.popleft())


def _outcomes(client: Any, make: Make, batch: tuple[Input, ...], future: Any) -> list[Outcome]:
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
    settings = {"distributed.comm.timeouts.connect": f"{_PATIENCE}s", "distributed.worker.daemon": True}
    with dask.config.set(settings):
        if scheduler is None:
            with (
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
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


def _check(client: Any, files: Sequence[Input], scheduler: str | None) -> None:
    """Refuse a cluster that could only fail: no workers, another version, no view of the files."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise BadConfiguration(f"--scheduler {scheduler} has no workers; start one: dask worker {scheduler}") from None
    # A URL is no path to be seen: who cannot fetch it says so of each document.
    path = next((file.path for file in files if not is_url(file.path)), None)
    for address, (version, seen) in _probed(client, path).items():
        if version != __version__:
            raise BadConfiguration(
                f"the worker {address} runs {version or 'no flashcards-zh'}, not {__version__}; "
                f"install the same there: python -m pip install 'flashcards-zh[cluster]=={__version__}'"
            )
        if not seen:
            raise BadConfiguration(
                f"the worker {address} cannot see {path}; put the texts where all machines see them under one path"
            )


def _probed(client: Any, path: Path | None) -> dict[str, tuple[str | None, bool]]:
    """Worker address -> its version of this program (None without it), and whether it sees the path."""

    # A nested function travels as code, not as a reference: a worker without this package can answer, too.
    def probe() -> tuple[str | None, bool]:
        import os

        try:
            from flashcards import __version__ as version
        except ImportError:
            return None, False
        return version, name is None or os.path.exists(name)  # noqa: PTH110  (this runs on another machine)

    name = None if path is None else str(path)
    return dict(client.run(probe))
