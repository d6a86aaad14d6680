"""Identity across builds: the rules, the ledger's file, and what it refuses."""

from __future__ import annotations

import json
import sqlite3
import sys
import unicodedata
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.decks import NAME, PROJECT, build, items_of
from support.edits import deck

from flashcards import bank
from flashcards.errors import BadBank, BadConfiguration, FlashcardsError
from flashcards.ledger import Ledger, draft, matching, store
from flashcards.ledger.identity import (
    clean,
    clean_spans,
    content_hash,
    fold,
    guid,
    new_key,
    same_answer,
    signature,
    source_row,
)
from flashcards.model import Context, Gap, Item, answer_text

CASES = Path(__file__).parent / "cases" / "ledger"
ANSWERS = json.loads((CASES / "answers.json").read_text(encoding="utf-8"))
BASE = json.loads((CASES / "base.json").read_text(encoding="utf-8"))
NOW = 1_700_000_000
texts = st.text(st.characters(codec="utf-8"), max_size=30)


def open_ledger(folder: Path, now: int = NOW, **options: object):
    return Ledger.open(folder / f"{NAME}.ledger.sqlite", project=PROJECT, now=now, **options)


def bank_of(folder: Path) -> dict[str, Item]:
    return {item.key: item for item in bank.load(folder / f"{NAME}.bank.jsonl")}


@pytest.mark.parametrize(("old", "new", "same", "why"), ANSWERS, ids=[row[3] for row in ANSWERS])
def test_the_same_answer_rule(old: str, new: str, same: bool, why: str) -> None:
    """Reviews of one answer count for another only after folding, or one edit in four without digit or negation."""
    assert same_answer(old, new) is same
    assert same_answer(new, old) is same


@given(texts)
def test_an_answer_is_the_same_as_itself(text: str) -> None:
    """The rule never tells a text apart from itself."""
    assert same_answer(text, text)


@given(texts)
def test_cleaning_and_folding_are_done_once(text: str) -> None:
    """Cleaned or folded text does not change when it is cleaned or folded again."""
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@given(texts, st.data())
def test_spans_stay_on_their_text(text: str, data: st.DataObject) -> None:
    """A span covers the cleaned form of what it covered before."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    cleaned, [(new_start, new_end)] = clean_spans(text, [(start, end)])
    assert cleaned[new_start:new_end] == clean(text[start:end])
    assert cleaned == clean(text[:start]) + clean(text[start:end]) + clean(text[end:])


def clear_fold(text: str) -> str:
    """`fold`, character by character."""
    text = unicodedata.normalize("NFKC", clean(text)).casefold()
    text = "".join(character for character in text if unicodedata.category(character)[0] in "LNM")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


# What composes, decomposes, changes case or is left out, side by side.
AWKWARD = st.text("水e\u0301É\u0307Iİǰß\u1100\u1161\u11a8ㄱㅏ가ｶﾞ①½Ⅳ，,. 　…\x00\x1f\ud800\uf900\u0338>·—٣", max_size=8)


@given(st.text(max_size=30) | AWKWARD)
def test_folding_is_that_of_each_character(text: str) -> None:
    """What is left out as a run is what would be left out one by one."""
    assert fold(text) == clear_fold(text)


def test_every_character_is_folded_by_its_category() -> None:
    """`re` and Unicode's categories agree on letters, digits and marks, for every code point of this Python."""
    for start in range(0, sys.maxunicode, 4096):
        text = "".join(map(chr, range(start, min(start + 4096, sys.maxunicode + 1))))
        assert fold(text) == clear_fold(text)


def clear_digest(value: object) -> bytes:
    """The hash of a value as the standard library writes it in JSON."""
    return sha256(json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")).digest()


@given(
    stem=texts,
    answer=st.one_of(texts, st.booleans(), st.lists(texts, max_size=3).map(tuple)),
    options=st.none() | st.lists(texts, max_size=3).map(tuple),
    hint=texts,
    title=st.none() | texts,
    unsure=st.booleans(),
    data=st.data(),
)
def test_hashes_are_those_of_json_lists(stem, answer, options, hint, title, unsure, data) -> None:
    """Content hash, signature, key and GUID are for ever: the hashes of these lists."""
    ends = sorted(data.draw(st.lists(st.integers(0, len(stem)), min_size=2, max_size=2)))
    (made,) = items_of("a.txt", ["推动[东北]振兴。"])
    passage = replace(made.passage, source=replace(made.passage.source, title=title), source_unsure=unsure)
    item = replace(made, stem=stem, gaps=(Gap(*ends),), answer=answer, options=options, hint=hint, passage=passage)
    kept, spans = clean_spans(stem, [(ends[0], ends[1])])
    choices = None if options is None else [clean(option) for option in options]
    said = clean(answer) if isinstance(answer, str) else answer
    said = [clean(part) for part in answer] if isinstance(answer, tuple) else said
    doubt = [True] if unsure else []
    content = [kept, spans, said, choices, clean(hint), source_row(passage.source), *doubt]
    assert content_hash(item) == clear_digest(content)[:16]
    text = answer_text(item)
    folded = clear_fold(text) or clean(text)
    assert signature(item) == clear_digest([item.kind, item.ask, clear_fold(stem), folded])[:16]
    anchor = clear_fold(item.context.sentence)
    assert new_key("b", item, 2) == clear_digest(["b", item.kind, item.ask, anchor, folded, 2]).hex()[:16]
    assert guid(stem, hint) == clear_digest([stem, hint]).hex()[:20]


@given(st.tuples(texts, texts), st.tuples(texts, texts))
def test_no_two_projects_and_keys_share_a_guid(left: tuple[str, str], right: tuple[str, str]) -> None:
    """A GUID is made of an unambiguous encoding: moving text between project and key gives another one."""
    assert (guid(*left) == guid(*right)) == (left == right)


def test_the_content_hash_covers_what_is_asked_and_told_and_nothing_else() -> None:
    """Stem, gaps, answer, options, hint and every part of the source count; context, tags and the rest do not."""
    item = items_of("a.txt", ["推动[东北]全面振兴，[东北]大有可为。"])[0]
    source = item.passage.source

    def sourced(**changes: str) -> Item:
        return replace(item, passage=replace(item.passage, source=replace(source, **changes)))

    counting = [
        replace(item, stem=item.stem + "！"),
        replace(item, gaps=item.gaps[:1]),
        replace(item, answer="西北"),
        replace(item, options=("东北", "西北")),
        replace(item, hint="东"),
        *[sourced(**{name: "某"}) for name in ("title", "author", "date", "place", "occasion", "publication", "page")],
        sourced(url="https://example.org/"),
    ]
    ignored = [
        replace(item, context=Context("前", "后", item.stem)),
        replace(item, tags=("标签",), explanation="解释", accepted=("东北三省",), reasons=("名",)),
        replace(item, number=7, key="k", modified=9),
        replace(item, passage=replace(item.passage, lines=(8, 9), heading="标题", number=3)),
        sourced(licence="CC0", marker="①"),
    ]
    hashes = [content_hash(each) for each in (item, *counting)]
    assert len(set(hashes)) == len(hashes)
    assert {content_hash(each) for each in ignored} == {content_hash(item)}


def test_keys_tell_documents_kinds_questions_sentences_answers_and_copies_apart() -> None:
    """Each part of a key counts; punctuation and width of the sentence do not."""
    item = items_of("a.txt", ["推动[东北]全面振兴。"])[0]
    other = [
        new_key("b.txt", item, 0),
        new_key("a.txt", replace(item, kind="term"), 0),
        new_key("a.txt", replace(item, ask="date"), 0),
        new_key("a.txt", replace(item, context=Context(sentence="推动西北全面振兴。")), 0),
        new_key("a.txt", replace(item, answer="西北"), 0),
        new_key("a.txt", item, 1),
    ]
    assert len({new_key("a.txt", item, 0), *other}) == 7
    assert new_key("a.txt", replace(item, context=Context(sentence="推动东北全面振兴！")), 0) == new_key(
        "a.txt", item, 0
    )


def test_matching_a_large_document_compares_few_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one answer stands in hundreds of sentences, only similar ones are compared, and each finds its own."""
    lines = [f"第{n}条由[主管部门]负责，期限为{n * 7}天，方式{n % 13}。" for n in range(400)]
    edited = [line.replace("负责", "来负责") for line in lines]
    old = [matching.Candidate(f"k{n}", n, item) for n, item in enumerate(items_of("a", lines))]
    new = [matching.Candidate(n, n, item) for n, item in enumerate(items_of("a", edited))]
    compared = 0
    real = matching.score

    def counted(*args: object, **options: object) -> float | None:
        nonlocal compared
        compared += 1
        return real(*args, **options)

    monkeypatch.setattr(matching, "score", counted)
    assert matching.within(old, new, {}) == {n: f"k{n}" for n in range(400)}
    assert compared <= 400 * matching.FEW


S = "在哈尔滨的会上说到，要坚定不移地推进[高质量发展]，这是长远之计。"
T = "在长春的会上说到，要坚定不移地推进[高质量发展]，这是长远之计。"
U = "在哈尔滨的会上说到，要因地制宜地发展[高质量发展]，不能有半点松懈。"


def stems_by_key(folder: Path) -> dict[str, str]:
    return {key: item.stem for key, item in bank_of(folder).items()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a.txt": [S, S, S, S, S, T], "b.txt": [U, T, S]}, {"a.txt": [U, T, S], "b.txt": [S, S, S, S, S, T]}),
        ({"a.txt": [S], "b.txt": [T]}, {"a.txt": [T], "b.txt": [S]}),
        ({"a.txt": [S], "b.txt": [T], "c.txt": [U]}, {"a.txt": [T], "b.txt": [U], "c.txt": [S]}),
    ],
    ids=["files of several copies trade names", "lookalikes trade places", "three files in a ring"],
)
def test_a_sentence_that_moved_keeps_its_key_from_its_lookalikes(
    before: dict[str, list[str]], after: dict[str, list[str]], tmp_path: Path
) -> None:
    """Equal text in any document goes before similar text in the same one."""
    build(tmp_path, {name: items_of(name, lines) for name, lines in before.items()}, NOW)
    stems = stems_by_key(tmp_path)
    summary = build(tmp_path, {name: items_of(name, lines) for name, lines in after.items()}, NOW + 1)
    assert (summary.added, summary.changed, summary.withdrawn) == (0, 0, 0)
    assert stems_by_key(tmp_path) == stems


def test_an_edited_sentence_stays_itself_where_another_document_has_its_lookalike(tmp_path: Path) -> None:
    """Among edits, the item of the same document goes before one of another that is as similar."""
    build(tmp_path, {"a.txt": items_of("a.txt", [S]), "b.txt": items_of("b.txt", [S, U])}, NOW)
    kept = {item.passage.document: key for key, item in bank_of(tmp_path).items() if "坚定" in item.stem}
    edited = S.replace("说到", "又说到")
    summary = build(tmp_path, {"a.txt": items_of("a.txt", [edited]), "b.txt": items_of("b.txt", [edited, U])}, NOW + 1)
    assert (summary.added, summary.changed, summary.withdrawn) == (0, 2, 0)
    assert {i.passage.document: key for key, i in bank_of(tmp_path).items() if "坚定" in i.stem} == kept


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(["a.txt", "b.txt", "c.txt"])] * 2, st.sampled_from([S, T, U])), max_size=9))
def test_moving_sentences_between_documents_adds_and_withdraws_nothing(moves: list[tuple[str, str, str]]) -> None:
    """However alike sentences are and wherever they go, each keeps a key of its own text."""
    before: dict[str, list[str]] = {"a.txt": [], "b.txt": [], "c.txt": []}
    after: dict[str, list[str]] = {"a.txt": [], "b.txt": [], "c.txt": []}
    for source, target, line in moves:
        before[source].append(line)
        after[target].insert(0, line)
    with TemporaryDirectory() as name:
        folder = Path(name)
        build(folder, {document: items_of(document, lines) for document, lines in before.items()}, NOW, formats=())
        stems = stems_by_key(folder)
        with open_ledger(folder, NOW + 1) as ledger:
            for document, lines in after.items():
                ledger.settle(draft(document, items_of(document, lines)))
            summary = ledger.finish()
            assert (summary.added, summary.changed, summary.withdrawn, summary.held) == (0, 0, 0, 0)
            assert {item.key: item.stem for item in ledger.items()} == stems


def test_numbers_are_given_once(tmp_path: Path) -> None:
    """A withdrawn item's number stays a hole; a new item gets the next one."""
    lines = [f"第{n}句说到[短语{n}号]。" for n in range(10)]
    build(tmp_path, {"a.txt": items_of("a.txt", lines)}, NOW)
    build(tmp_path, {"a.txt": items_of("a.txt", lines[:9])}, NOW + 1)
    build(tmp_path, {"a.txt": items_of("a.txt", [*lines[:9], "全新的一句提到[另外一词]。"])}, NOW + 2)
    assert [item.number for item in bank_of(tmp_path).values()] == [*range(1, 10), 11]


def test_an_item_that_comes_back_is_the_same_item(tmp_path: Path) -> None:
    """A sentence that was removed and put back keeps key and number, and leaves the withdrawn package."""
    lines = [f"第{n}句说到[短语{n}号]。" for n in range(10)]
    first = build_and_load(tmp_path, lines, NOW)
    build(tmp_path, {"a.txt": items_of("a.txt", lines[:9])}, NOW + 10)
    assert (tmp_path / f"{NAME}.withdrawn.apkg").exists()
    again = build_and_load(tmp_path, lines, NOW + 20)
    assert {key: item.number for key, item in again.items()} == {key: item.number for key, item in first.items()}
    assert sorted(item.modified for item in again.values()) == [NOW] * 9 + [NOW + 20]
    assert not (tmp_path / f"{NAME}.withdrawn.apkg").exists()


def build_and_load(folder: Path, lines: list[str], now: int) -> dict[str, Item]:
    build(folder, {"a.txt": items_of("a.txt", lines)}, now)
    return bank_of(folder)


@pytest.mark.parametrize(
    ("second", "expected"), [(NOW + 5, NOW + 5), (NOW, NOW + 1), (NOW - 99, NOW + 1), (0, NOW + 1)]
)
def test_modification_times_move_forward_only(tmp_path: Path, second: int, expected: int) -> None:
    """max(now, old + 1) for what changed, the old time for what did not, whatever the clock says."""
    lines = ["推动[东北]全面振兴，关键在人才。", "要以[科技创新]引领产业全面振兴。"]
    build_and_load(tmp_path, lines, NOW)
    times = {i.answer: i.modified for i in build_and_load(tmp_path, [lines[0], lines[1] + "！"], second).values()}
    assert times == {"东北": NOW, "科技创新": expected}


def test_a_clock_at_zero_gives_no_note_the_time_zero(tmp_path: Path) -> None:
    """Note time 0 breaks Anki's collection; SOURCE_DATE_EPOCH=0 gives 1."""
    items = build_and_load(tmp_path, ["推动[东北]全面振兴。"], 0)
    assert [item.modified for item in items.values()] == [1]


def test_a_rebuild_with_nothing_changed_gives_the_same_bytes_whenever_it_is(tmp_path: Path) -> None:
    """Same input, settings and ledger: bank and package are identical, whatever `now` is (promise 5)."""
    build(tmp_path, deck(BASE), NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".sqlite"}
    build(tmp_path, deck(BASE), NOW + 86_400)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".sqlite"}
    assert before == after and set(before) == {f"{NAME}.apkg", f"{NAME}.bank.jsonl"}


def test_the_same_build_gives_the_same_bytes_in_another_folder(tmp_path: Path) -> None:
    """Same input, settings, ledger and `now`: nothing of the machine or folder is in the files (promise 5)."""
    build(tmp_path / "one", deck(BASE), NOW)
    build(tmp_path / "two" / "deeper", deck(BASE), NOW)
    for name in (f"{NAME}.apkg", f"{NAME}.bank.jsonl"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / "deeper" / name).read_bytes()


def test_note_types_move_only_with_their_templates(tmp_path: Path) -> None:
    """A note type's time moves when its fingerprint does, forward, and alone."""
    with open_ledger(tmp_path) as ledger:
        assert ledger.notetypes({"a": "1", "b": "1"}) == {"a": NOW, "b": NOW}
        assert ledger.notetypes({"a": "2", "b": "1"}) == {"a": NOW + 1, "b": NOW}
        assert ledger.notetypes({"a": "2", "b": "1"}) == {"a": NOW + 1, "b": NOW}


def test_previous_items_keep_their_options(tmp_path: Path) -> None:
    """What was published of a document can be asked for before it is settled again."""
    build(tmp_path, deck(BASE), NOW)
    with open_ledger(tmp_path) as ledger:
        previous = ledger.previous("c.txt")
        assert [item.options for item in previous if item.kind == "choice"] == [("苏州", "杭州", "扬州", "宁波")]
        assert [item.key for item in previous] == [item.key for item in bank_of(tmp_path).values()][-len(previous) :]
        assert ledger.previous("unknown.txt") == ()


def test_frozen_values_outlive_the_build_that_published_them(tmp_path: Path) -> None:
    """A value is kept only by a published build."""
    with open_ledger(tmp_path) as ledger:
        ledger.freeze("corpus", "1")
    with open_ledger(tmp_path) as ledger:
        assert ledger.frozen("corpus") is None
        ledger.freeze("corpus", "2")
        ledger.finish()
        with ledger.publish(tmp_path):
            pass
    with open_ledger(tmp_path) as ledger:
        assert ledger.frozen("corpus") == "2"


def test_a_build_that_is_not_published_leaves_nothing(tmp_path: Path) -> None:
    """Settling and finishing alone write no file, and change no ledger."""
    with open_ledger(tmp_path) as ledger:
        ledger.settle(draft("a.txt", items_of("a.txt", ["推动[东北]全面振兴。"])))
        ledger.finish()
    assert not list(tmp_path.iterdir())


def test_an_exporter_that_fails_leaves_the_old_files(tmp_path: Path) -> None:
    """An error while the stage is written: nothing is published, the ledger is as it was."""
    build(tmp_path, deck(BASE), NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FlashcardsError, match="would make no card"), open_ledger(tmp_path, NOW + 9) as ledger:
        ledger.settle(draft("d.txt", [replace(items_of("d.txt", ["[东]"])[0], answer="", gaps=(Gap(0, 0),))]))
        ledger.finish()
        with ledger.publish(tmp_path) as stage:
            (stage.folder / f"{NAME}.apkg").write_bytes(b"half")
            raise FlashcardsError("item 1 would make no card")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_publishing_comes_last(tmp_path: Path) -> None:
    """A dry run, or a ledger that was not finished, publishes nothing."""
    with open_ledger(tmp_path) as ledger, pytest.raises(ValueError, match="after finish"), ledger.publish(tmp_path):
        pass
    with open_ledger(tmp_path, dry=True) as ledger:
        ledger.finish()
        with pytest.raises(ValueError, match="dry run"), ledger.publish(tmp_path):
            pass


def test_a_document_comes_once_in_a_build(tmp_path: Path) -> None:
    """Two documents of one id would withdraw each other's items; the second is refused."""
    with open_ledger(tmp_path) as ledger:
        ledger.settle(draft("a.txt", []))
        with pytest.raises(BadConfiguration, match=r"a\.txt: two documents have this id"):
            ledger.settle(draft("a.txt", []))


def test_a_dry_run_tells_old_and_new(tmp_path: Path) -> None:
    """The changes of a build that is not made: added, changed with both items, withdrawn; no byte is written."""
    lines = [f"第{n}句说到[短语{n}号]。" for n in range(10)]
    build(tmp_path, {"a.txt": items_of("a.txt", lines)}, NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    edited = ["第0句又说到[短语0号]。", *lines[1:9], "说的是另一回[事情经过]了。"]
    with open_ledger(tmp_path, NOW + 9, dry=True) as ledger:
        ledger.settle(draft("a.txt", items_of("a.txt", edited)))
        ledger.finish()
        changes = [(c.what, c.old and c.old.stem, c.new and c.new.stem) for c in ledger.changes()]
    assert changes == [
        ("changed", "第0句说到短语0号。", "第0句又说到短语0号。"),
        ("withdrawn", "第9句说到短语9号。", None),
        ("added", None, "说的是另一回事情经过了。"),
    ]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_dry_run_needs_no_ledger_and_makes_none(tmp_path: Path) -> None:
    """Before the first build everything is new."""
    with open_ledger(tmp_path / "none", dry=True) as ledger:
        ledger.settle(draft("a.txt", items_of("a.txt", ["推动[东北]全面振兴。"])))
        assert ledger.finish().added == 1
    assert not (tmp_path / "none").exists()


def refused(folder: Path, match: str, kind: type[FlashcardsError] = BadBank, **options: object) -> None:
    """The ledger is refused in one line that names it, and not a byte of it changes."""
    path = folder / f"{NAME}.ledger.sqlite"
    before = path.read_bytes() if path.exists() else None
    for dry in (False, True):
        with pytest.raises(kind, match=match) as raised, open_ledger(folder, dry=dry, **options):
            raise AssertionError("it was opened")
        assert "\n" not in str(raised.value) and str(folder) in str(raised.value)
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    """Text, and a file cut after its first bytes, are damaged ledgers."""
    path = tmp_path / f"{NAME}.ledger.sqlite"
    path.write_text("no ledger at all, but some text\n" * 40, encoding="utf-8")
    refused(tmp_path, "is no ledger or is damaged; restore it from a backup")
    path.write_bytes(b"SQLite format 3\0" + b"\0" * 10)
    refused(tmp_path, "damaged")


def test_a_ledger_with_a_damaged_page_is_refused(tmp_path: Path) -> None:
    """Bytes overwritten in the middle are found before anything is built on them."""
    build(tmp_path, deck(BASE), NOW)
    path = tmp_path / f"{NAME}.ledger.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(content)
    refused(tmp_path, "is damaged")


def test_a_cut_ledger_is_refused(tmp_path: Path) -> None:
    """A ledger of which half is missing is damaged."""
    build(tmp_path, deck(BASE), NOW)
    path = tmp_path / f"{NAME}.ledger.sqlite"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(tmp_path, "is damaged")


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    """A schema of the future is not guessed at."""
    build(tmp_path, deck(BASE), NOW)
    change(tmp_path, f"PRAGMA user_version = {store.SCHEMA + 1}")
    refused(tmp_path, f"has schema {store.SCHEMA + 1}, newer than {store.SCHEMA}; update flashcards-zh")


def as_schema_1(folder: Path) -> None:
    """Turn a ledger into what the first schema kept: whole lines, deflated, no table of passages."""
    path = folder / f"{NAME}.ledger.sqlite"
    db = sqlite3.connect(path)
    rows = db.execute("SELECT key, record, pieces FROM items JOIN passages ON passages.id = passage").fetchall()
    for key, record, pieces in rows:
        text = json.dumps(json.loads(bank.line("", 0, 0, record, pieces)), ensure_ascii=True, separators=(",", ":"))
        db.execute("UPDATE items SET record = ? WHERE key = ?", (zlib.compress(text.encode("ascii"), 1), key))
    for statement in (
        "DROP INDEX items_withdrawn",
        "DROP TABLE passages",
        "ALTER TABLE items DROP COLUMN passage",
        "ALTER TABLE undo DROP COLUMN passage",
        "DELETE FROM undo",
        "PRAGMA user_version = 1",
    ):
        db.execute(statement)
    db.commit()
    db.close()


def test_a_ledger_of_the_first_schema_goes_on(tmp_path: Path) -> None:
    """Its items keep key, number and time, unread documents come through it unchanged, edits find their old items."""
    for name in ("old", "new"):
        build(tmp_path / name, deck(BASE), NOW)
    as_schema_1(tmp_path / "old")
    edited = {document: items for document, items in deck(BASE).items() if document != "c.txt"}
    edited["a.txt"] = items_of("a.txt", [line.replace("。", "！") for line in BASE["a.txt"]])
    summaries = [build(tmp_path / name, edited, NOW + 5) for name in ("old", "new")]
    assert summaries[0] == summaries[1]
    assert summaries[0].changed
    old, new = ((tmp_path / name / f"{NAME}.bank.jsonl").read_bytes() for name in ("old", "new"))
    assert old == new


def test_a_ledger_of_the_first_schema_is_looked_at_without_a_change(tmp_path: Path) -> None:
    """A dry run works on a copy: the file stays of its schema."""
    build(tmp_path, deck(BASE), NOW)
    as_schema_1(tmp_path)
    before = (tmp_path / f"{NAME}.ledger.sqlite").read_bytes()
    with open_ledger(tmp_path, dry=True) as ledger:
        assert len(list(ledger.items())) == 28
    assert (tmp_path / f"{NAME}.ledger.sqlite").read_bytes() == before


def test_passages_that_nothing_names_leave_the_ledger(tmp_path: Path) -> None:
    """Of an edited document only the passages of its items, old or withdrawn ones too, are kept."""
    for turn in range(4):
        lines = [f"第{n}句说到[短语{n}号]，这是第{turn}次。" for n in range(10)]
        build(tmp_path, {"a.txt": items_of("a.txt", lines)}, NOW + turn)
    db = sqlite3.connect(tmp_path / f"{NAME}.ledger.sqlite")
    kept = db.execute("SELECT count(*) FROM passages").fetchone()[0]
    db.close()
    assert kept == 2  # of the items as they are, and as they were before a pending build would be rolled back


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """An SQLite file that is not ours is left alone."""
    change(tmp_path, "CREATE TABLE precious (x)")
    refused(tmp_path, "is a database of another program")


def test_another_projects_ledger_is_refused(tmp_path: Path) -> None:
    """Another project name would give every note a new GUID, so every note twice."""
    build(tmp_path, deck(BASE), NOW, project="别的")
    refused(tmp_path, "belongs to the project '别的', not '测试'", BadConfiguration)


def change(folder: Path, statement: str) -> None:
    db = sqlite3.connect(folder / f"{NAME}.ledger.sqlite")
    db.execute(statement)
    db.commit()
    db.close()


def test_an_empty_ledger_file_counts_as_none(tmp_path: Path) -> None:
    """A file of no bytes, as a crash may leave it, holds nothing that could be lost."""
    (tmp_path / f"{NAME}.ledger.sqlite").touch()
    build(tmp_path, deck(BASE), NOW)
    assert len(bank_of(tmp_path)) == 28


def test_a_lost_ledger_is_rebuilt_from_the_packages(tmp_path: Path) -> None:
    """Keys, numbers, times and what was withdrawn come back; the next build changes nothing."""
    lines = [f"第{n}句说到[短语{n}号]。" for n in range(10)]
    documents = {"a.txt": items_of("a.txt", lines[:9]), "c.txt": items_of("c.txt", BASE["c.txt"])}
    build(tmp_path, {**documents, "a.txt": items_of("a.txt", lines)}, NOW)
    build(tmp_path, documents, NOW + 5)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".sqlite"}
    (tmp_path / f"{NAME}.ledger.sqlite").unlink()
    summary = build(tmp_path, documents, NOW + 10)
    assert (summary.added, summary.changed, summary.withdrawn, summary.removed) == (0, 0, 0, 1)
    again = {i.key: (i.number, i.modified) for i in bank_of(tmp_path).values()}
    lines_before = before[f"{NAME}.bank.jsonl"].decode("utf-8").splitlines()[1:]
    old = {r["key"]: (r["number"], r["modified"]) for r in map(json.loads, lines_before)}
    assert again == old
    build(tmp_path, {**documents, "a.txt": items_of("a.txt", lines)}, NOW + 15)
    assert max(item.number for item in bank_of(tmp_path).values()) == 18


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18], ids=["empty", "text", "empty zip"])
def test_without_a_ledger_a_package_that_cannot_be_read_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    """The only trace of the learners' notes may be in it."""
    (tmp_path / f"{NAME}.apkg").write_bytes(content)
    refused(tmp_path, "package")
    assert (tmp_path / f"{NAME}.apkg").read_bytes() == content


def test_without_a_ledger_another_projects_package_is_not_overwritten(tmp_path: Path) -> None:
    """A deck of someone else that happens to have our name stays."""
    build(tmp_path, deck(BASE), NOW, project="别的")
    (tmp_path / f"{NAME}.ledger.sqlite").unlink()
    refused(tmp_path, "is no package of the project '测试', and there is no ledger")


def test_only_a_package_that_names_another_place_is_read_from_there(tmp_path: Path) -> None:
    """Where the ledger is kept elsewhere (`ledger` in flashcards.toml), it is rebuilt from the deck's own folder."""
    build(tmp_path / "decks", deck(BASE), NOW)
    place = tmp_path / "safe" / "my.sqlite"
    package = tmp_path / "decks" / f"{NAME}.apkg"
    with Ledger.open(place, project=PROJECT, now=NOW, dry=True, package=package) as ledger:
        assert len(list(ledger.items())) == 28


def test_settling_a_doubtful_source_renews_the_note():
    """A card says that its source is unsure, so the doubt is part of what is hashed; a sure source hashes as before."""
    sure = items_of("a.txt", ["推动[东北]振兴。"])[0]
    unsure = replace(sure, passage=replace(sure.passage, source_unsure=True))

    assert content_hash(sure) != content_hash(unsure)
