"""The analysis cache: it saves work, and nothing that happens to it changes a result."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from flashcards import cache, pipeline, segment
from flashcards.inputs import Input
from flashcards.pipeline import Outcome
from flashcards.settings import Settings

TEXT = "# 水利\n\n" + "\n\n".join(
    f"第{n}座堰坝由李冰主持修建，至今仍在灌溉成都平原。飞沙堰泄走内江多余的洪水和泥沙，宝瓶口控制水量。"
    for n in "一二三四五六"
)


@pytest.fixture(autouse=True)
def forget():
    """Every test begins and ends without a cache in this process."""
    yield
    forget_now()


def made(file: Input, place: Path) -> Outcome:
    """The outcome of one file, with a cache."""
    (outcome,) = cache.make_all([file], Settings(), place)
    return outcome


def alone(file: Input) -> Outcome:
    """The outcome of one file, without a cache."""
    (outcome,) = pipeline.make_all([file], Settings())
    return outcome


def forget_now() -> None:
    """Close this process's cache."""
    if segment._store:
        segment._store.close()
    segment.remember(None)
    cache.opened.cache_clear()


@pytest.fixture
def text(tmp_path: Path) -> Input:
    path = tmp_path / "水利.md"
    path.write_text(TEXT, encoding="utf-8")
    return Input(path, "水利.md")


@pytest.fixture
def cuts(monkeypatch) -> list[str]:
    """The passages that are really segmented, in order."""
    seen: list[str] = []
    real = segment._cut

    def counted(passages, terms):
        seen.extend(passage.text for passage in passages)
        return real(passages, terms)

    monkeypatch.setattr(segment, "_cut", counted)
    return seen


def test_a_known_file_is_not_worked_out_again(text, tmp_path, cuts, monkeypatch):
    """The second time the outcome is read, equal in every part, and nothing is cut or even opened by a reader."""
    first = made(text, tmp_path / "cache")
    assert len(cuts) == 6
    monkeypatch.setattr(pipeline, "understand", None)
    assert made(text, tmp_path / "cache") == first
    assert first.error is None
    assert len(cuts) == 6


def test_files_together_are_known_each_by_itself(text, tmp_path):
    """Known, new and failing ones in one batch: outcomes and marks are those of each alone, and no error is kept."""
    other, bad = Input(tmp_path / "乙.md", "乙.md"), Input(tmp_path / "nowhere.md", "nowhere.md")
    other.path.write_text(TEXT.replace("李冰", "鲁班"), encoding="utf-8")
    alone = [made(file, tmp_path / "alone") for file in (text, other)]
    made(text, tmp_path / "cache")
    for _ in range(2):
        found = cache.make_all([bad, text, other], Settings(), tmp_path / "cache")
        assert found[1:] == alone
        assert found[0].error and not found[0].mark


def test_a_file_that_is_edited_while_it_is_read_is_not_kept(text, tmp_path, monkeypatch):
    """What was made of the new text must not be found by the old one."""
    real = pipeline.make_all

    def edited(files, settings):
        text.path.write_text(TEXT.replace("李冰", "鲁班"), encoding="utf-8")
        return real(files, settings)

    monkeypatch.setattr(pipeline, "make_all", edited)
    ((_, drafts),) = made(text, tmp_path / "cache").documents
    assert any("鲁班" in item.stem for item in drafts.items())
    monkeypatch.setattr(pipeline, "make_all", real)
    text.path.write_text(TEXT, encoding="utf-8")
    assert made(text, tmp_path / "cache").documents == alone(text).documents


def test_a_known_file_is_no_load(text, tmp_path):
    """What the cache holds needs no workers; what it does not is as much work as it has bytes."""
    size = text.path.stat().st_size
    assert cache.load(text, Settings(), tmp_path / "cache") == size
    made(text, tmp_path / "cache")
    assert cache.load(text, Settings(), tmp_path / "cache") == 0
    assert cache.load(text, Settings(density=2.0), tmp_path / "cache") == size


def test_after_an_edit_only_the_changed_passage_is_segmented(text, tmp_path, cuts):
    """One character changed: one passage is cut, and the outcome is the one a build without a cache would make."""
    made(text, tmp_path / "cache")
    cuts.clear()
    text.path.write_text(TEXT.replace("第三座", "第七座"), encoding="utf-8")
    after = made(text, tmp_path / "cache")
    assert len(cuts) == 1
    assert cuts[0].startswith("第七座")
    segment.remember(None)
    assert after.documents == alone(text).documents


def test_a_sidecar_or_a_list_of_terms_counts_as_content(text, tmp_path):
    """What the user says beside the text, or names in the settings, is part of the key."""
    terms = tmp_path / "terms.txt"
    terms.write_text("飞沙堰\n", encoding="utf-8")
    settings = Settings(terms=terms)
    keys = {cache.file_key(text, Settings()), cache.file_key(text, settings), cache.file_key(text, Settings(density=2))}
    terms.write_text("宝瓶口\n", encoding="utf-8")
    keys.add(cache.file_key(text, settings))
    (tmp_path / "水利.md.sources.yaml").write_text("title: 讲稿\n", encoding="utf-8")
    keys.add(cache.file_key(text, settings))
    keys.add(cache.file_key(replace(text, id="other"), settings))
    assert len(keys) == 6


class Watched(Settings):
    """Settings that remember which of them were read."""

    seen: ClassVar[set[str]] = set()

    def __getattribute__(self, name):
        """The value; its name is remembered."""
        Watched.seen.add(name)
        return super().__getattribute__(name)


def test_settings_of_the_sheet_and_the_deck_are_no_part_of_the_key(text):
    """Another sheet of the same texts finds their items in the cache."""
    other = Settings(items="all", layout=("fill",), show_passage=True, split=100)
    assert cache.file_key(text, other) == cache.file_key(text, Settings())


@pytest.mark.parametrize("suffix", [".md", ".txt", ".html", ".jsonl"])
def test_no_step_up_to_the_items_reads_a_setting_that_is_no_part_of_the_key(tmp_path, suffix):
    """What the key leaves out cannot change an item, whatever was asked of the items."""
    path = tmp_path / f"水利{suffix}"
    record = json.dumps({"id": "1", "text": TEXT}, ensure_ascii=False)
    path.write_text(record if suffix == ".jsonl" else TEXT, encoding="utf-8")
    Watched.seen.clear()
    for asked in (Watched(), Watched(recite=True, density=2.0, level="hsk3", review=tmp_path / "review.jsonl")):
        assert pipeline.make_all([Input(path, path.name)], asked)[0].error is None
    assert {"density", "recite", "kind", "level"} <= Watched.seen
    assert not cache.PUBLISHING & Watched.seen


def test_another_version_finds_nothing(text, monkeypatch):
    """The fingerprint of the program is part of every key."""
    before = cache.file_key(text, Settings()), cache.passage_key("文", False, "zh-Hans", ())
    monkeypatch.setattr(cache, "_fingerprint", lambda: b"another version")
    assert cache.file_key(text, Settings()) != before[0]
    assert cache.passage_key("文", False, "zh-Hans", ()) != before[1]


def test_errors_are_not_kept(tmp_path):
    """A file that could not be read is tried again."""
    file = Input(tmp_path / "fehlt.txt", "fehlt.txt")
    assert made(file, tmp_path / "cache").error
    file.path.write_text(TEXT, encoding="utf-8")
    assert made(file, tmp_path / "cache").documents


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"no database at all" * 100,
        lambda data: data[: len(data) // 2],
        lambda data: data[:100] + os.urandom(len(data) - 100),
        lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
    ],
    ids=["empty", "foreign", "cut", "noise", "half-written"],
)
def test_a_damaged_cache_changes_nothing(text, tmp_path, damage):
    """Whatever stands in the file, the outcome is right, and the next build has a cache again."""
    first = made(text, tmp_path / "cache")
    forget_now()
    path = tmp_path / "cache" / "analysis.sqlite"
    path.write_bytes(damage(path.read_bytes()))
    for _ in range(2):
        assert made(text, tmp_path / "cache") == first
        forget_now()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM entries").fetchone()[0] >= 7
    db.close()


def test_damaged_entries_are_worked_out_again(text, tmp_path):
    """Entries of nonsense are no error and no result."""
    place = tmp_path / "cache"
    first = made(text, place)
    forget_now()
    with sqlite3.connect(place / "analysis.sqlite") as db:
        assert db.execute("UPDATE entries SET value = ?", (b"\x78\x01nonsense",)).rowcount == 7
    db.close()
    assert made(text, place) == first


@pytest.mark.skipif(sys.platform == "win32", reason="a folder of Windows is not made read-only by its mode")
def test_without_a_place_to_write_there_is_no_cache(text, tmp_path):
    """A file where the folder should be: the build goes on without."""
    place = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    assert made(text, place).documents == alone(text).documents


def test_a_worker_that_has_imported_nothing_yet_knows_an_outcome(text, tmp_path):
    """An outcome is read in a fresh process, where only the cache is loaded."""
    path = tmp_path / "outcome"
    path.write_bytes(cache.pack(alone(text)))
    code = (
        f"from pathlib import Path; from flashcards import cache; assert cache.unpack(Path({str(path)!r}).read_bytes())"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_no_entry_is_trusted_to_be_code(tmp_path):
    """A pickle that names a function is refused; nothing is called."""

    class Evil:
        def __reduce__(self):
            return (os.mkdir, (str(mark),))

    mark = tmp_path / "called"
    assert cache.unpack(pickle.dumps(Evil())) is None
    assert cache.unpack(pickle.dumps(pipeline.make_all)) is None
    assert not mark.exists()


def test_two_builds_may_share_it(tmp_path):
    """Many writers at once lose nothing they committed and read back only what was put."""
    failures = []

    def work(number: int) -> None:
        store = cache.Cache(tmp_path)
        for n in range(40):
            store.put(f"{number}-{n}".encode(), f"value {number} {n}".encode())
            store.commit()
        if any(store.get(f"{number}-{n}".encode()) != f"value {number} {n}".encode() for n in range(40)):
            failures.append(number)
        store.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("verse", [False, True])
def test_words_come_back_as_they_were(verse):
    """What is noted of a passage gives its words, tags and clauses again; a note of another text does not."""
    from flashcards.model import Passage, Words

    passage = Passage("d#1", "d", 1, "李冰治水，功在千秋。GB3838-2002的3.5%。\n他说：“好！”", (1, 1), verse=verse)
    made = segment.sentences(passage)
    words = Words()
    table = words, segment._Memo(lambda word: words.add(*word))
    found = segment._recall(passage.text, passage.text, segment._noted(made), *table)
    assert found == made
    assert [sentence.tokens.numbered.texts for sentence in found] == [list(each.tokens.texts) for each in made]
    assert segment._recall(passage.text + "。", passage.text + "。", segment._noted(made), *table) is None


def run(library: Path, output: Path, *options: str) -> dict[str, bytes]:
    """Build a folder of texts; the bytes of every output but the ledger."""
    from click.testing import CliRunner

    from flashcards.cli import cli

    arguments = ["build", str(library), "-o", str(output), "--name", "deck", "--workers", "1", *options]
    result = CliRunner().invoke(cli, arguments, env={"SOURCE_DATE_EPOCH": "1790000000"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return {path.name: path.read_bytes() for path in sorted(output.iterdir()) if path.suffix != ".sqlite"}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three texts."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in "甲乙丙":
        (folder / f"{name}.md").write_text(TEXT.replace("堰坝", f"{name}堰"), encoding="utf-8")
    return folder


def test_a_rebuild_after_an_edit_has_the_bytes_of_one_without_a_cache(library, tmp_path):
    """What was known of the other documents, in the cache and in the ledger, changes no byte of the outputs."""
    for output in ("with", "without"):
        run(library, tmp_path / output)
    path = library / "乙.md"
    path.write_text(path.read_text(encoding="utf-8").replace("第三座", "第七座"), encoding="utf-8")
    assert run(library, tmp_path / "with") == run(library, tmp_path / "without", "--no-cache")


def test_unchanged_documents_are_settled_as_they_were(library, tmp_path, monkeypatch):
    """Only the edited document is matched against the ledger again."""
    from flashcards.ledger import Ledger

    settled: list[str] = []
    real = Ledger.settle

    def counted(self, drafts, mark=""):
        settled.append(drafts.document)
        real(self, drafts, mark)

    monkeypatch.setattr(Ledger, "settle", counted)
    first = run(library, tmp_path / "out")
    assert len(settled) == 3
    settled.clear()
    assert run(library, tmp_path / "out") == first
    assert settled == []
    path = library / "乙.md"
    path.write_text(path.read_text(encoding="utf-8").replace("第三座", "第七座"), encoding="utf-8")
    run(library, tmp_path / "out")
    assert settled == ["乙.md"]


def test_items_that_are_no_longer_those_published_are_matched_again(library, tmp_path):
    """Where the ledger's rows are not what the mark was written for (a build rolled back), the document is settled."""
    run(library, tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "deck.ledger.sqlite") as db:
        lost = db.execute("SELECT key FROM items WHERE document = '乙.md' LIMIT 1").fetchone()
        db.execute("DELETE FROM items WHERE key = ?", lost)
    db.close()
    run(library, tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "deck.ledger.sqlite") as db:
        assert db.execute("SELECT count(*) FROM items WHERE key = ?", lost).fetchone() == (1,)
    db.close()
