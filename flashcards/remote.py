"""Documents named by URL (``s3://…``, ``memory://…``, ``file:///…``): listed here, fetched where they are read.

What fsspec can open, it opens (extra `cluster`; its page names the package that a scheme needs). As a path such a URL
has one slash behind its scheme; `url` gives it back. Nothing is fetched that the user did not name.
"""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from flashcards.errors import FlashcardsError, MissingExtra, UnreadableInput

if TYPE_CHECKING:
    from flashcards.inputs import Input
    from flashcards.pipeline import Outcome
    from flashcards.settings import Settings

SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):/+")  # two letters at least: one is a drive of Windows


def is_url(path: Path) -> bool:
    """Whether the user named a URL.

    >>> [is_url(Path(name)) for name in ("s3://books/a.txt", "a.txt", "C:/a.txt", "-")]
    [True, False, False, False]
    """
    return SCHEME.match(path.as_posix()) is not None


def url(path: Path) -> str:
    """The URL that became a path.

    >>> [url(Path(name)) for name in ("s3://books/a.txt", "file:///books/a.txt")]
    ['s3://books/a.txt', 'file:///books/a.txt']
    """
    scheme, _, rest = path.as_posix().partition(":/")
    return f"{scheme}://{'/' if scheme == 'file' else ''}{rest}"


def find(path: Path, passed_over: Callable[[PurePosixPath], str | None]) -> list[tuple[Path, str]]:
    """The files of a URL, each with its name below it, sorted; a single file is named by its name.

    ``passed_over`` says why a file below a folder is no text (by its name), or None; hidden folders are left out.
    Raises UnreadableInput where there is nothing or it cannot be listed, MissingExtra where a package is missing.
    """
    system, root = _opened(path)
    try:
        if not system.isdir(root):
            if not system.exists(root):
                raise UnreadableInput("is not there; check the name", path=url(path))
            return [(path, path.name)]
        below = [PurePosixPath(name).relative_to(PurePosixPath(root)) for name in system.find(root)]
    except FlashcardsError:
        raise
    except Exception as error:  # every file system has errors of its own
        raise UnreadableInput(f"cannot be listed: {_said(error)}", path=url(path)) from None
    shown = [name for name in sorted(below) if not any(part.startswith(".") for part in name.parts)]
    return [(path / name, name.as_posix()) for name in shown if not passed_over(name)]


def make_all(files: Sequence[Input], settings: Settings, step: Callable[..., Iterable[Outcome]]) -> Iterator[Outcome]:
    """``step`` of files; those named by URL are fetched first, with their sidecars, and the copies thrown away after.

    What is said of them names the URL.
    """
    if not any(is_url(file.path) for file in files):
        yield from step(files, settings=settings)
        return
    from flashcards import engine

    made: dict[int, Outcome] = {}
    waiting: deque[int] = deque()
    given = 0
    with TemporaryDirectory(prefix="flashcards-") as folder:
        # How large they are is known only now: few copies are kept at a time, and few outcomes.
        for batch in engine.batches(_fetched(files, Path(folder), made, waiting)):
            for outcome in step(batch, settings=settings):
                at = waiting.popleft()
                made[at] = _named(outcome, files[at].path)
                shutil.rmtree(Path(folder) / str(at), ignore_errors=True)
            while given in made:
                yield made.pop(given)
                given += 1
    yield from (made[at] for at in sorted(made))  # what could not be fetched behind the last batch


def _fetched(files: Sequence[Input], folder: Path, made: dict[int, Outcome], waiting: deque[int]) -> Iterator[Input]:
    """The files on this machine; ``waiting`` says which they are, ``made`` what could not be fetched."""
    from flashcards.pipeline import Outcome

    for at, file in enumerate(files):
        here = file
        if is_url(file.path):
            here = replace(file, path=folder / str(at) / file.path.name)
            try:
                here.path.parent.mkdir()
                _fetch(file.path, here.path)
            except FlashcardsError as error:
                made[at] = Outcome(file.path, (), error)
                continue
        waiting.append(at)
        yield here


def _named(outcome: Outcome, path: Path) -> Outcome:
    """The outcome of a copy, as that of what was copied."""
    if not is_url(path):
        return outcome
    fault = outcome.error and type(outcome.error)(outcome.error.what, path=url(path), line=outcome.error.line)
    documents = tuple((replace(read, path=url(path)), drafts) for read, drafts in outcome.documents)
    return replace(outcome, path=path, documents=documents, error=fault)


def _fetch(path: Path, local: Path) -> None:
    from flashcards.inputs import SIDECAR
    from flashcards.readers import LARGEST

    system, name = _opened(path)
    try:
        if (system.size(name) or 0) > LARGEST:
            raise UnreadableInput(f"is larger than {LARGEST // 10**6} MB; split it", path=url(path))
        system.get_file(name, str(local))
        if system.exists(name + SIDECAR):
            system.get_file(name + SIDECAR, str(local) + SIDECAR)
    except FlashcardsError:
        raise
    except Exception as error:  # every file system has errors of its own
        raise UnreadableInput(f"cannot be fetched: {_said(error)}", path=url(path)) from None


def _opened(path: Path) -> tuple[Any, str]:
    """The file system of a URL, and the URL's name in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingExtra("a URL needs: python -m pip install 'flashcards-zh[cluster]'") from None
    try:
        system, name = url_to_fs(url(path))
    except ImportError as error:  # fsspec names the package
        raise MissingExtra(f"{url(path)}: {error}") from None
    except Exception as error:  # every file system has errors of its own
        raise UnreadableInput(f"cannot be opened: {_said(error)}; check the name", path=url(path)) from None
    return system, str(name)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
