"""Builds killed, starved of disk, refused or run twice at once: the old files stay good, or the new ones are whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.builder import edition
from support.decks import NAME, PROJECT, build

from flashcards import bank
from flashcards.errors import FlashcardsError
from flashcards.exporters.anki_package import opened
from flashcards.ledger import Ledger, draft, store

BUILDER = Path(__file__).parent / "support" / "builder.py"
FIRST, SECOND = 1_700_000_000, 1_700_000_100
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and limits")


def start(folder: Path, number: int, now: int, *how: str) -> subprocess.Popen[str]:
    """A build in a process of its own, up to the moment where it begins."""
    command = [sys.executable, "-W", "error", str(BUILDER), str(folder), str(number), str(now), *how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()
    return process


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit status and what it said on stderr."""
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said, said
    return process.returncode, said.strip()


def files(folder: Path) -> dict[str, bytes]:
    """The outputs of a folder (the ledger is checked by what the next build makes of it)."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".apkg", ".jsonl")}


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A folder with edition 1 published, its files, and the files that edition 2 gives when nothing disturbs it."""
    folder = tmp_path_factory.mktemp("editions")
    build(folder / "one", edition(1), FIRST)
    shutil.copytree(folder / "one", folder / "two")
    build(folder / "two", edition(2), SECOND)
    return folder / "one", files(folder / "one"), files(folder / "two")


def assert_whole(folder: Path, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Every file is the old or the new one; the next build of edition 2 gives edition 2, with nothing left aside."""
    for name, content in files(folder).items():
        assert content in (old.get(name), new[name]), f"{name} is neither the old nor the new file"
        if name.endswith(".apkg"):
            with opened(folder / name) as package:
                assert sum(1 for _ in package.notes())
    build(folder, edition(2), SECOND)
    assert files(folder) == new
    assert {path.name for path in folder.iterdir()} == {*new, f"{NAME}.ledger.sqlite"}


def kill_at_random(editions: tuple, tmp_path: Path, times: int, seed: int) -> None:
    first, old, new = editions
    calm = tmp_path / "calm"
    shutil.copytree(first, calm)
    process = start(calm, 2, SECOND)
    began = time.monotonic()
    assert finish(process)[0] == 0
    length = time.monotonic() - began
    rng = random.Random(seed)
    for number in range(times):
        folder = tmp_path / str(number)
        shutil.copytree(first, folder)
        process = start(folder, 2, SECOND)
        time.sleep(rng.uniform(0, length))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert_whole(folder, old, new)
        shutil.rmtree(folder)


@posix
def test_a_build_killed_at_any_moment_leaves_whole_files_and_a_usable_ledger(editions: tuple, tmp_path: Path) -> None:
    """SIGKILL at random moments: old or new files, whole, and the next build gives the undisturbed build's bytes."""
    kill_at_random(editions, tmp_path, 4, seed=1)


@posix
@pytest.mark.slow
def test_fifty_builds_killed(editions: tuple, tmp_path: Path) -> None:
    """The same fifty times."""
    kill_at_random(editions, tmp_path, 50, seed=2)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_build_that_dies_between_two_moves_is_finished_by_the_next(editions: tuple, tmp_path: Path, at: int) -> None:
    """Some files moved, some not: the next build, whatever it builds, first moves the rest."""
    first, old, new = editions
    folder = tmp_path / "decks"
    shutil.copytree(first, folder)
    assert finish(start(folder, 2, SECOND, "replace", str(at)))[0] == 9
    found = files(folder)
    assert sum(found.get(name) == new[name] for name in new) == at - 1
    with Ledger.open(folder / f"{NAME}.ledger.sqlite", project=PROJECT, now=SECOND) as ledger:
        assert files(folder) == new
        assert len(list(ledger.previous("a.txt"))) == len(edition(2)["a.txt"])
    assert_whole(folder, old, new)


def test_a_build_whose_staged_files_are_lost_is_rolled_back(editions: tuple, tmp_path: Path) -> None:
    """Promised, nothing moved, the stage gone: the ledger is again what the old files say."""
    first, old, _ = editions
    folder = tmp_path / "decks"
    shutil.copytree(first, folder)
    assert finish(start(folder, 2, SECOND, "replace", "1"))[0] == 9
    shutil.rmtree(folder / f".{NAME}.building")
    with Ledger.open(folder / f"{NAME}.ledger.sqlite", project=PROJECT, now=SECOND) as ledger:
        before = sorted((item.key, item.number, item.modified, item.stem, item.answer) for item in ledger.items())
    published = bank.load(folder / f"{NAME}.bank.jsonl")
    assert before == sorted((item.key, item.number, item.modified, item.stem, item.answer) for item in published)
    assert files(folder) == old


def test_a_dry_run_sees_through_an_interrupted_build_without_touching_it(editions: tuple, tmp_path: Path) -> None:
    """`flashcards diff` after a crash compares with what will be published, and leaves every byte where it is."""
    first, _, _ = editions
    folder = tmp_path / "decks"
    shutil.copytree(first, folder)
    assert finish(start(folder, 2, SECOND, "replace", "1"))[0] == 9
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with Ledger.open(folder / f"{NAME}.ledger.sqlite", project=PROJECT, now=SECOND, dry=True) as ledger:
        for document, items in edition(2).items():
            ledger.settle(draft(document, items))
        summary = ledger.finish()
    assert (summary.added, summary.changed, summary.withdrawn) == (0, 0, 0)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@posix
@pytest.mark.parametrize("limit", [0, 4096, 20_000, 40_000, 100_000])
def test_a_full_disk_is_told_and_harms_nothing(editions: tuple, tmp_path: Path, limit: int) -> None:
    """Where a file cannot grow any more the build says so in one line; the old files stay, the next build works."""
    first, old, new = editions
    folder = tmp_path / "decks"
    shutil.copytree(first, folder)
    status, said = finish(start(folder, 2, SECOND, "size", str(limit)))
    assert (status, said.count("\n")) == (1, 0) and str(folder) in said and ".building" not in said
    assert files(folder) == old
    assert_whole(folder, old, new)


@posix
def test_a_full_disk_leaves_no_first_build_half_done(tmp_path: Path) -> None:
    """The first build of a deck that cannot be written leaves no file at all."""
    status, said = finish(start(tmp_path / "decks", 1, FIRST, "size", "20000"))
    assert status == 1 and said
    assert not [path for path in (tmp_path / "decks").iterdir() if path.is_file()]


@posix
def test_a_read_only_folder_is_told_and_harms_nothing(editions: tuple, tmp_path: Path) -> None:
    """A folder that may not be written is named in one line."""
    first, old, _ = editions
    folder = tmp_path / "decks"
    shutil.copytree(first, folder)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.name.startswith(("pytest-", "test_")):
            parent.chmod(0o755)  # so that a user without rights reaches the folder itself
    folder.chmod(0o555)
    try:
        status, said = finish(start(folder, 2, SECOND, "nobody"))
        assert status == 1 and said.count("\n") == 0 and str(folder) in said
        assert files(folder) == old
    finally:
        folder.chmod(0o755)


def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    """Two builds at once: both end well, one after the other, and the deck is whole."""
    folder = tmp_path / "decks"
    both = [start(folder, 1, FIRST), start(folder, 1, FIRST)]
    assert [finish(process) for process in both] == [(0, ""), (0, "")]
    build(tmp_path / "calm", edition(1), FIRST)
    assert files(folder) == files(tmp_path / "calm")


def test_a_second_build_is_told_when_the_first_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that another build, or another program, holds is named in one line."""
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    path = tmp_path / f"{NAME}.ledger.sqlite"
    with (
        Ledger.open(path, project=PROJECT, now=FIRST),
        pytest.raises(FlashcardsError, match="another build or program is using this ledger"),
        Ledger.open(path, project=PROJECT, now=FIRST),
    ):
        raise AssertionError("two builds hold one ledger")


def test_a_file_that_cannot_be_replaced_is_named_and_the_build_finished_later(
    editions: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deck that another program keeps open (as on Windows) is named; the next build moves it into place."""
    first, old, new = editions
    folder = tmp_path / "decks"
    shutil.copytree(first, folder)
    real = os.replace

    def busy(source: str | Path, target: str | Path) -> None:
        if Path(target) == folder / f"{NAME}.bank.jsonl":
            raise PermissionError(13, "Permission denied")
        real(source, target)

    monkeypatch.setattr(os, "replace", busy)
    with pytest.raises(FlashcardsError, match=f"{NAME}.bank.jsonl: could not be replaced"):
        build(folder, edition(2), SECOND)
    monkeypatch.undo()
    assert_whole(folder, old, new)
