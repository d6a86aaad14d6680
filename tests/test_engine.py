"""Engines: order, batches, dead workers, Ctrl-C, and the same bytes from one process, several, and a Dask cluster."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from flashcards import engine
from flashcards.engine import local
from flashcards.errors import BadConfiguration, FlashcardsError, MissingExtra
from flashcards.inputs import Input
from flashcards.pipeline import Outcome
from tests.support import makers

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by POSIX signals")

SENTENCES = (
    "都江堰由李冰主持修建，至今仍在灌溉成都平原。飞沙堰泄走内江多余的洪水和泥沙。",
    "赵州桥建于隋代，是世界上现存最早的敞肩石拱桥。大拱两肩各有两个小拱。",
    "灵渠连接湘江和漓江，全长三十多公里。铧嘴把湘江水分成两股。",
)


def inputs(count: int, folder: Path, name: str = "text{}.txt") -> tuple[Input, ...]:
    return tuple(Input(folder / name.format(n), name.format(n)) for n in range(count))


def run(step, files, *options, **more) -> list[Outcome]:
    """The outcomes of a step mapped over files."""
    with engine.opened(*options, **more) as opened:
        return list(opened.map(step, files))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder of nine texts, large enough for workers once the threshold is lowered."""
    for number in range(9):
        text = f"# 第{number}讲\n\n" + "\n\n".join(SENTENCES[(number + k) % 3] for k in range(3))
        (tmp_path / "texts" / f"{number}.md").parent.mkdir(exist_ok=True)
        (tmp_path / "texts" / f"{number}.md").write_text(text, encoding="utf-8")
    return tmp_path / "texts"


def build(library: Path | str, target: Path, *options: str, before: str = "") -> dict[str, bytes]:
    """Run the command line in its own process, workers forced, ``before`` it more code; the bytes of its outputs."""
    code = (
        "from flashcards import engine; engine._WORTH_WORKERS = engine._WORTH_WRITERS = 0\n"
        f"{before}\n"
        "from flashcards.__main__ import main\n"
        "if __name__ == '__main__':\n    main()"
    )
    command = [sys.executable, "-c", code, "build", str(library), "-o", str(target), "--no-cache", *options]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return {path.name: path.read_bytes() for path in sorted(target.iterdir()) if path.suffix != ".sqlite"}


def test_outcomes_come_in_the_order_of_the_files(tmp_path):
    """Whoever finishes first, the results are in order, and every file has one."""
    files = inputs(40, tmp_path)
    batches = [files[start : start + 3] for start in range(0, 40, 3)]
    found = [outcome.path for outcome in local.run(makers.echo, batches, 2)]
    assert found == [file.path for file in files]


def test_a_dead_worker_costs_its_document_only(tmp_path):
    """The documents that kill their worker are named as errors in their place; all others are done."""
    files = list(inputs(12, tmp_path))
    for n in (3, 7):
        files[n] = Input(tmp_path / f"deadly{n}.txt", f"deadly{n}.txt")
    batches = [tuple(files[start : start + 2]) for start in range(0, 12, 2)]
    found = list(local.run(makers.deadly, batches, 2))
    assert [outcome.path for outcome in found] == [file.path for file in files]
    assert [n for n, outcome in enumerate(found) if outcome.error] == [3, 7]
    assert "deadly3.txt: its worker died" in str(found[3].error)


def test_a_fault_of_the_program_is_raised(tmp_path):
    """An exception that is no error of the input reaches the caller and leaves no worker."""
    with pytest.raises(ZeroDivisionError):
        list(local.run(makers.failing, [inputs(1, tmp_path)], 2))


def test_an_abandoned_run_leaves_no_worker(tmp_path):
    """Closing the generator in mid-run ends the workers at once, though they would sleep for a minute."""
    import multiprocessing

    before = {process.pid for process in multiprocessing.active_children()}
    files = inputs(8, tmp_path)
    running = local.run(makers.echo, [(file,) for file in files], 2)
    next(running)
    running.close()
    assert {process.pid for process in multiprocessing.active_children()} <= before


@posix
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_no_worker_outlives_its_parent(tmp_path, blow):
    """However the program ends, its busy workers end with it."""
    code = (
        "import signal, sys\nfrom functools import partial\nfrom pathlib import Path\n"
        "from flashcards.engine import local\n"
        "from flashcards.inputs import Input\nfrom tests.support import makers\n"
        "if __name__ == '__main__':\n    marks = Path(sys.argv[1])\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "    files = [(Input(marks / str(n), str(n)),) for n in range(4)]\n"
        "    list(local.run(partial(makers.slow, marks=marks), files, 2))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code, encoding="utf-8")
    marks = tmp_path / "marks"
    marks.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(marks)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
    try:
        wait_until(lambda: len(list(marks.iterdir())) == 2)
        workers = [int(path.name) for path in marks.iterdir()]
        assert all(map(alive, workers))
        if blow == signal.SIGINT:  # the terminal sends it to the whole group
            os.killpg(process.pid, blow)
        else:
            process.kill()
        process.wait(20)
        wait_until(lambda: not any(map(alive, workers)))
    finally:
        process.kill()
        process.wait()


def alive(number: int) -> bool:
    """Whether a process runs (a dead one that nobody has waited for does not)."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return False
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return False
        return True
    return state not in "ZX"


def wait_until(true) -> None:
    """Wait for something at most 20 seconds; fails if it does not happen."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_small_files_travel_together(tmp_path):
    """Batches keep the order, hold at most 64 files, and a large file travels alone."""
    files = inputs(150, tmp_path)
    for file in files:
        file.path.write_bytes(b"x")
    files[100].path.write_bytes(b"x" * (engine._BATCH_BYTES + 1))
    made = list(engine.batches(files))
    assert [file for batch in made for file in batch] == list(files)
    assert [files[100]] in made
    assert max(map(len, made)) == 64


def test_a_batch_collects_garbage_seldom_and_leaves_the_setting_as_it_was(tmp_path):
    """A worker may be a process of somebody's cluster."""
    before, meanwhile = gc.get_threshold(), []
    engine.work(lambda files: [meanwhile.append(gc.get_threshold())], inputs(1, tmp_path))
    assert meanwhile[0] > before == gc.get_threshold()


def test_little_text_needs_no_workers(tmp_path):
    """A few small files are done in this process: starting workers would cost more."""
    files = inputs(3, tmp_path)
    found = run(makers.signed, files, workers=2)
    assert [(outcome.path, outcome.mark) for outcome in found] == [(file.path, str(os.getpid())) for file in files]


@pytest.mark.parametrize(("left", "here"), [(0, True), (1_000_000, False)], ids=["known", "to be worked out"])
def test_workers_are_started_for_the_work_that_is_left(tmp_path, left, here):
    """Files that are known already are read in this process, however many there are."""
    found = run(makers.signed, inputs(2, tmp_path), workers=2, load=lambda file: left)
    assert all((outcome.mark == str(os.getpid())) is here for outcome in found)


@pytest.mark.parametrize(
    ("options", "message"),
    [(("spark",), "unknown engine 'spark'"), (("local", 2, "tcp://127.0.0.1:1"), "--engine dask")],
)
def test_wrong_options_are_one_line(options, message):
    """An unknown engine, or a scheduler without its engine, is refused before anything is read."""
    with pytest.raises(BadConfiguration, match=message):
        run(makers.echo, (), *options)


def test_the_bytes_do_not_depend_on_the_workers(library, tmp_path):
    """One process or three: the deck, the bank, the sheet, its key and the page are the same bytes."""
    one = build(library, tmp_path / "one", "--workers", "1")
    assert len(one) >= 5
    assert build(library, tmp_path / "three", "--workers", "3") == one


def test_tasks_beside_one_another_are_all_done(tmp_path):
    """The first runs here, the others in workers; when they are done no worker is left."""
    engine.each([partial(makers.sign, tmp_path / str(n)) for n in range(5)], 3)
    numbers = [(tmp_path / str(n)).read_text(encoding="utf-8") for n in range(5)]
    assert numbers[0] == str(os.getpid()) and str(os.getpid()) not in numbers[1:]
    assert not any(alive(int(number)) for number in numbers[1:])


@pytest.mark.parametrize(
    ("task", "error"),
    [(makers.failing, ZeroDivisionError), pytest.param(makers.deadly, FlashcardsError, marks=posix)],
    ids=["a fault", "a death"],
)
def test_a_task_that_fails_beside_ours_is_raised(tmp_path, task, error):
    """What goes wrong in a worker reaches the caller; a worker that died is one line."""
    file = Input(tmp_path / "deadly.txt", "deadly.txt")
    with pytest.raises(error):
        engine.each([partial(makers.echo, [file]), partial(task, [file])], 2)


def test_little_to_write_needs_no_workers():
    """The formats of a small bank are written here, one after the other; those of a large one where cores are free."""
    large = 1_000_000_000
    assert [engine.beside(2, 1000, 2), engine.beside(2, large, 1), engine.beside(1, large, 2)] == [False] * 3
    assert engine.beside(2, large, 2)


SPLIT = ("--split", "4", "--to", "apkg", "--to", "quiz", "--name", "d")


def test_the_packages_of_a_split_deck_do_not_depend_on_the_workers(library, tmp_path):
    """One process makes them one after the other, several beside one another and the sheet; the bytes are the same."""
    one = build(library, tmp_path / "one", "--workers", "1", *SPLIT)
    assert {"d.apkg", "d.2.apkg", "d.quiz.html"} < set(one)
    assert build(library, tmp_path / "three", "--workers", "3", *SPLIT) == one


@pytest.fixture(scope="module")
def away():
    """The map over tasks of a cluster of two."""
    with engine.opened("dask", 2) as opened:
        yield opened.away


class TestDask:
    """The same on a real cluster of processes."""

    @pytest.fixture(autouse=True)
    def needs_dask(self):
        pytest.importorskip("distributed", reason="needs the extra `cluster`")

    def test_the_workers_make_the_packages_of_a_split_deck(self, library, tmp_path):
        """They, the bank and the sheet are the bytes of one process."""
        one = build(library, tmp_path / "one", "--workers", "1", *SPLIT)
        options = ("--engine", "dask", "--workers", "2", *SPLIT)
        unable = "from flashcards.exporters import apkg; apkg.write = None"  # this process could make none
        assert build(library, tmp_path / "dask", *options, before=unable) == one

    def test_what_the_settings_name_is_read_wherever_a_worker_stands(self, library, tmp_path, monkeypatch):
        """A list of terms named relative to the user's folder is the same file to every worker."""
        (tmp_path / "terms.txt").write_text("内江多余的洪水\n", encoding="utf-8")
        relative = os.path.relpath(tmp_path / "terms.txt", ROOT)
        one = build(library, tmp_path / "one", "--workers", "1", "--to", "apkg", "--terms", relative)
        options = ("--engine", "dask", "--workers", "1", "--to", "apkg", "--terms", relative)
        elsewhere = (
            "import os; from flashcards.engine import cluster; real = cluster.work\n"
            "def moved(make, batch):\n    os.chdir(os.sep)\n    return real(make, batch)\n"
            "cluster.work = moved"
        )
        assert build(library, tmp_path / "dask", *options, before=elsewhere) == one

    def test_what_is_done_away_comes_in_order_and_is_heard(self, away, caplog):
        """Results come in the order of the tasks, and their warnings are said by this process."""
        with caplog.at_level(logging.WARNING):
            assert list(away(partial(makers.warned, n) for n in range(9))) == [bytes([n]) for n in range(9)]
        assert [record.getMessage() for record in caplog.records] == [f"task {n} warns" for n in range(9)]

    @posix
    def test_a_worker_killed_over_a_package_is_survived(self, away, tmp_path):
        """The task goes to another worker; one that kills three of them ends the build with one line."""
        assert list(away([partial(makers.killed_once, tmp_path / "mark")])) == [b"done"]
        with pytest.raises(FlashcardsError, match="--split"):
            list(away([makers.killed]))

    def test_texts_named_by_url_are_fetched_by_the_workers(self, library, tmp_path):
        """A folder by URL on a cluster gives the deck of the folder itself."""
        one = build(library, tmp_path / "one", "--workers", "1", "--to", "apkg", "--name", "d")
        options = ("--engine", "dask", "--workers", "2", "--to", "apkg", "--name", "d")
        assert build(library.as_uri(), tmp_path / "dask", *options) == one

    def test_a_killed_worker_is_survived(self, tmp_path):
        """A worker killed in mid-run costs nothing: its documents go to another."""
        files = (*inputs(6, tmp_path), Input(tmp_path / "deadly.txt", "deadly.txt"))
        for file in files:
            file.path.write_bytes(b"x" * engine._BATCH_BYTES)
        step = partial(makers.once, mark=tmp_path / "mark")
        found = run(step, files, "dask", 2)
        assert [(outcome.path, outcome.error) for outcome in found] == [(file.path, None) for file in files]
        assert (tmp_path / "mark").exists()

    def test_a_scheduler_that_is_not_there_is_one_line(self, tmp_path, monkeypatch):
        """Nobody listens at the address: the message names it and says how to start one."""
        from flashcards.engine import cluster

        monkeypatch.setattr(cluster, "_PATIENCE", 1)
        with pytest.raises(BadConfiguration, match=r"tcp://127\.0\.0\.1:9 cannot be reached.*dask scheduler"):
            run(makers.echo, inputs(1, tmp_path), "dask", 1, "tcp://127.0.0.1:9")

    def test_files_the_workers_cannot_see_are_named(self, tmp_path):
        """The first text, and what is read beside it, are looked for on every worker before the work begins."""
        with pytest.raises(BadConfiguration, match=r"cannot see .*text0\.txt"):
            run(makers.echo, inputs(1, tmp_path), "dask", 1)
        terms = tmp_path / "terms.txt"
        (text,) = inputs(1, tmp_path)
        text.path.write_text("水", encoding="utf-8")
        with pytest.raises(BadConfiguration, match=r"cannot see .*terms\.txt"):
            run(makers.echo, [text], "dask", 1, beside=[terms])


def test_without_dask_the_message_names_the_extra(tmp_path, monkeypatch):
    """Where the packages are missing the message is the pip command."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"pip install 'flashcards-zh\[cluster\]'"):
        run(makers.echo, inputs(1, tmp_path), "dask", 1)
