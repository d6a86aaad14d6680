"""The main job, end to end: texts in; a bank, a deck for the real Anki, a sheet, a key and a page out."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from flashcards import bank
from flashcards.cli import cli
from tests.support.learner import CLEAN, Learner

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
OUTPUTS = (".apkg", ".bank.jsonl", ".key.html", ".ledger.sqlite", ".quiz.html", ".selftest.html")


def run(*arguments, **environment):
    """The command line in this process; `now` fixed."""
    return CliRunner().invoke(cli, [str(a) for a in arguments], env={"SOURCE_DATE_EPOCH": "1790000000", **environment})


def texts(shape: str, request) -> Path:
    """A folder of texts: our corpus, or the first user's document where the extra documents are at hand."""
    return CORPUS if shape == "corpus" else request.getfixturevalue("shared") / "input"


@pytest.fixture(scope="module", params=["corpus", "document"])
def built(request, tmp_path_factory):
    """A build of each kind of input: the result of the command, its folder, and what was read."""
    folder, source = tmp_path_factory.mktemp("decks"), texts(request.param, request)
    result = run("build", source, "-o", folder, "--name", "deck")
    assert result.exit_code == 0, result.output
    return result, folder, source


def test_every_output_is_there(built):
    """A build leaves the deck, the bank, the sheet, its key, the page and the ledger, and nothing else."""
    _, folder, _ = built
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"deck{suffix}" for suffix in OUTPUTS)


def test_the_report_ends_the_build(built):
    """The report counts files, passages, sources, phrases, items, changes and names every file."""
    result, _, _ = built
    for label in ("read:", "sources:", "phrases:", "items:", "since the last build:", "written:"):
        assert label in result.stdout
    for suffix in OUTPUTS:
        assert (f"deck{suffix}" in result.stdout) == (suffix != ".ledger.sqlite")


def test_anki_imports_every_item_as_one_note(built, tmp_path):
    """The real importer makes one note with one card of every item, and a second import changes nothing."""
    _, folder, _ = built
    items = list(bank.load(folder / "deck.bank.jsonl"))

    with Learner(tmp_path / "anki") as learner:
        assert learner.bring_in(folder / "deck.apkg") == {"new": len(items)}
        assert learner.bring_in(folder / "deck.apkg") == {"duplicate": len(items)}
        assert len(learner.held()) == len(items)
        assert learner.check() == CLEAN
        assert learner.col.card_count() == len(items)
        assert not learner.col.get_empty_cards().notes


def test_every_card_shows_both_sides(built, tmp_path):
    """No card of the deck has an empty side or shows raw template marks."""
    _, folder, _ = built
    with Learner(tmp_path / "anki") as learner:
        learner.bring_in(folder / "deck.apkg")
        for guid in learner.held():
            for face in learner.faces(guid):
                plain = re.sub(r"<!--.*?-->|<[^>]+>", "", face)
                assert plain.strip()
                assert "{{" not in plain
                assert "}}" not in plain


def test_no_answer_on_the_front(built, tmp_path):
    """The question side of a cloze card never shows its answer."""
    _, folder, _ = built
    items = {item.key: item for item in bank.load(folder / "deck.bank.jsonl") if item.kind == "cloze"}
    with Learner(tmp_path / "anki") as learner:
        learner.bring_in(folder / "deck.apkg")
        seen = 0
        for guid, held in learner.held().items():
            item = items.get(re.sub(r"<[^>]*>", "", held.fields[0]))
            if item is not None:
                question = re.sub(r"<!--.*?-->|<[^>]+>", "", learner.faces(guid)[0])
                assert item.answer not in question, item.stem
                seen += 1
        assert seen == len(items)


def test_gaps_hold_the_answer_everywhere(built):
    """Every gap of a cloze item cuts out its answer, and no occurrence of it is left in the stem."""
    _, folder, _ = built
    for item in bank.load(folder / "deck.bank.jsonl"):
        if item.kind == "cloze":
            assert {item.stem[gap.start : gap.end] for gap in item.gaps} == {item.answer}
            assert len(item.gaps) == item.stem.count(item.answer)


def test_stems_are_verbatim(built):
    """A cloze item's stem stands in its sentence at its place, and the sentence in its passage."""
    _, folder, _ = built
    for item in bank.load(folder / "deck.bank.jsonl"):
        if item.kind == "cloze":
            assert item.context.sentence[item.place.start :].startswith(item.stem)
            assert item.context.sentence in item.passage.text


def test_rebuild_changes_no_byte(built):
    """A rebuild of unchanged text gives identical files, whatever the time is."""
    _, folder, source = built
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".sqlite"}

    result = run("build", source, "-o", folder, "--name", "deck", "--json", SOURCE_DATE_EPOCH="1790009999")

    report = json.loads(result.stdout)
    assert (report["added"], report["changed"], report["withdrawn"]) == (0, 0, 0)
    assert report["unchanged"] == report["items"] > 0
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".sqlite"} == before


def test_same_bytes_in_another_process_and_locale(built, tmp_path):
    """Another process with another hash seed under LANG=C gives the same bytes."""
    _, folder, source = built
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1790000000"}
    environment.pop("PYTHONUTF8", None)
    command = [sys.executable, "-m", "flashcards", "build", str(source)]
    result = subprocess.run([*command, "-o", str(tmp_path), "--name", "deck"], env=environment, capture_output=True)

    assert result.returncode == 0, result.stderr.decode()
    for suffix in (".apkg", ".bank.jsonl", ".key.html", ".quiz.html", ".selftest.html"):
        assert (tmp_path / f"deck{suffix}").read_bytes() == (folder / f"deck{suffix}").read_bytes(), suffix


def test_the_first_user_document(shared, tmp_path):
    """The first user's document: 27 passages, 7 joins, 4 sources; every wrong attribution flagged, at most 7 flags."""
    result = run("read", shared / "input")
    passages = [json.loads(line) for line in result.stdout.splitlines()]
    file = next((shared / "input").glob("*.txt"))
    raw = re.sub(r"\s", "", file.read_text(encoding="utf-8"))

    assert result.exit_code == 0
    assert len(passages) == 27
    assert all(re.sub(r"\s", "", passage["text"]) in raw.replace("\n", "") for passage in passages if passage)
    assert sum("page" in name for p in passages for name in map(str, p["repairs"])) == 7
    assert not [p for p in passages if "讲话" in p["text"] and "2023年" in p["text"]]
    gold = ["①"] * 6 + ["②"] * 6 + ["③"] * 7 + ["④"] * 8
    wrong = [p for p, marker in zip(passages, gold, strict=True) if p["source"]["marker"] != marker]
    assert all(p["source_unsure"] for p in wrong)
    assert sum(p["source_unsure"] for p in passages) <= 7
    sources = {(p["source"]["marker"], p["source"]["date"], p["source"]["place"]) for p in passages}
    assert sources == {
        ("①", "2023-05-10", "河北雄安新区"),
        ("②", "2023-05-12", "河北石家庄"),
        ("③", "2023-06-06", "内蒙古巴彦淖尔"),
        ("④", "2023-09-07", "黑龙江哈尔滨"),
    }
    assert all(p["source"]["occasion"].startswith("在") for p in passages)


HOSTILE = (
    "<script>alert(1)</script>和{{c1::空格}}，还有}}与a::b以及[sound:x.mp3]，\\(x\\)与\x07响铃，&amp;都是原文。"
    "水是生命之源，山是大地之骨。"
)


def test_hostile_text_shows_literally(tmp_path):
    """Markup, cloze marks and sound tags in a text are shown as they stand, on the cards and in the pages."""
    (tmp_path / "a.txt").write_text(HOSTILE + "\n", encoding="utf-8")
    assert run("build", tmp_path / "a.txt", "-o", tmp_path / "out").exit_code == 0

    with Learner(tmp_path / "anki") as learner:
        log = learner.bring_in(tmp_path / "out" / "a.apkg")
        assert log["new"] == len(learner.held()) == learner.col.card_count()
        assert learner.check() == CLEAN
        for guid in learner.held():
            for face in learner.faces(guid):
                assert "<script" not in face
                assert "[anki:play" not in face
    for suffix in (".quiz.html", ".key.html", ".selftest.html"):
        assert "<script>alert" not in (tmp_path / "out" / f"a{suffix}").read_text(encoding="utf-8")


BAD = [
    ("missing.txt", None, 1, r"missing\.txt: is not there"),
    ("empty.txt", b"", 1, r"empty\.txt.*(empty|no text)"),
    ("blank.txt", b"  \n\n", 1, r"blank\.txt.*(empty|no text|no passage)"),
    ("binary.txt", b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 8, 1, r"binary\.txt"),
    ("x.xyz", "水".encode(), 1, r"x\.xyz.*\.txt"),
    ("front.md", "---\ntitle: [水\n---\n水是生命之源。\n".encode(), 1, r"front\.md:\d+: "),
    ("key.md", "---\ntitel: 水\n---\n水是生命之源。\n".encode(), 1, r"key\.md:2: .*titel"),
    ("date.md", "---\ndate: 2023-13-40\n---\n水是生命之源。\n".encode(), 1, r"date\.md:2: "),
    ("line.jsonl", '[1]\n{"id":"a","text":"水是生命之源。"}\n'.encode(), 1, r"line\.jsonl(:1)?: "),
    ("english.txt", b"There is no Chinese in this file at all, not one word.\n", None, r"english\.txt.*Chinese|Han"),
]


@pytest.mark.parametrize(("name", "content", "status", "words"), BAD, ids=[row[0] for row in BAD])
def test_bad_input_is_one_line_and_the_rest_goes_on(tmp_path, name, content, status, words):
    """A bad file is named in one line; the good file beside it is built all the same."""
    bad, good = tmp_path / name, tmp_path / "good.txt"
    if content is not None:
        bad.write_bytes(content)
    good.write_text("光合作用是绿色植物利用光能合成有机物的过程。叶绿体是进行光合作用的场所。\n", encoding="utf-8")

    result = run("build", bad, good, "-o", tmp_path / "out", "--name", "deck")

    assert re.search(words, result.stderr), result.output
    assert "Traceback" not in result.output
    assert result.exit_code == (status if status is not None else result.exit_code)
    assert result.exit_code in (0, 1)
    assert (tmp_path / "out" / "deck.apkg").exists()
    assert not list(tmp_path.glob("out/.*"))


@pytest.mark.parametrize(("name", "content", "status", "words"), BAD[:9], ids=[row[0] for row in BAD[:9]])
def test_nothing_but_bad_input_leaves_nothing(tmp_path, name, content, status, words):
    """Where no input can be read there is one line, status 1, and no output."""
    bad = tmp_path / name
    if content is not None:
        bad.write_bytes(content)

    result = run("build", bad, "-o", tmp_path / "out")

    assert result.exit_code == status
    assert re.search(words, result.stderr), result.output
    assert not list((tmp_path / "out").glob("*.apkg"))


def test_folder_without_text(tmp_path):
    """A folder that holds no text is one line."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.png").write_bytes(b"\x89PNG")
    result = run("build", tmp_path / "texts", "-o", tmp_path / "out")

    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "has no text" in result.stderr


@pytest.mark.parametrize("arguments", [["--to", "docx"], ["--density", "0"], ["--kind", "riddle"], ["--lang", "fr"]])
def test_bad_options_are_usage_errors(tmp_path, arguments):
    """A wrong option is status 2 and writes nothing."""
    result = run("build", CORPUS, "-o", tmp_path / "out", *arguments)

    assert result.exit_code == 2, result.output
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").glob("*.apkg"))


def test_the_review_file_rules_the_next_build(tmp_path):
    """--review writes every gap as a line; a line set to drop is gone from the next build, and stays gone."""
    table = tmp_path / "gaps.tsv"
    arguments = ("build", CORPUS / "二十四节气.md", "-o", tmp_path / "out", "--name", "deck", "--review", table)
    assert run(*arguments).exit_code == 0
    head, *lines = table.read_text(encoding="utf-8").splitlines()
    _, answer, rest = next(line.split("\t", 2) for line in lines if line.startswith("keep"))
    assert any(item.answer == answer for item in bank.load(tmp_path / "out" / "deck.bank.jsonl"))
    table.write_text("\n".join([head, f"drop\t{answer}\t{rest}", *lines[1:]]) + "\n", encoding="utf-8")

    assert run(*arguments).exit_code == 0

    sentence = rest.split("\t")[0]
    asked = [i for i in bank.load(tmp_path / "out" / "deck.bank.jsonl") if i.kind == "cloze"]
    assert not [i for i in asked if i.answer == answer and i.context.sentence == sentence]
    assert f"drop\t{answer}\t" in table.read_text(encoding="utf-8")
