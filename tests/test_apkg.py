"""The package: rows as genanki writes them, note types that never change, order, size, bytes, and what is refused."""

from __future__ import annotations

import itertools
import json
import logging
import re
import sqlite3
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.decks import NAME, PROJECT, build, items_of
from support.edits import deck
from support.learner import CLEAN, Learner

from flashcards import bank
from flashcards.errors import BadBank, BadConfiguration, FlashcardsError, MissingExtra
from flashcards.exporters import apkg
from flashcards.exporters.anki_fields import CUT, fields, item_of, show_date, tags
from flashcards.exporters.anki_notetypes import FIELDS, KINDS, fingerprints, note_types
from flashcards.exporters.anki_package import opened
from flashcards.exporters.anki_text import unescape
from flashcards.ledger.identity import content_hash, guid
from flashcards.model import Context, Gap, Item, Place
from flashcards.settings import Settings
from flashcards.words import LANGUAGES, words

CASES = Path(__file__).parent / "cases"
BASE = json.loads((CASES / "ledger" / "base.json").read_text(encoding="utf-8"))
NOW = 1_700_000_000


def header(name: str = PROJECT) -> bank.Header:
    return bank.Header(NAME, name, "zh-Hans", dict.fromkeys(KINDS, NOW))


def numbered(items: list[Item]) -> list[Item]:
    """Items as a ledger gives them: with key, number and time."""
    return [replace(item, key=f"{n:016x}", number=n, modified=NOW + n) for n, item in enumerate(items, start=1)]


def base() -> list[Item]:
    return numbered([item for items in deck(BASE).values() for item in items])


def package(folder: Path, items: list[Item], settings: Settings | None = None, name: str = PROJECT) -> Path:
    """The package of a bank of these items."""
    path = folder / f"{NAME}.bank.jsonl"
    bank.write(path, header(name), items)
    target = folder / f"{NAME}.apkg"
    apkg.write(bank.load(path), target, settings or Settings())
    return target


def rows(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table of a package, by table."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        db = sqlite3.connect(archive.extract("collection.anki2", folder))
        names = ("notes", "cards", "revlog", "graves", "col")
        found = {name: db.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in names[:3]}
        found |= {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names[3:]}
        found["schema"] = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
        db.close()
    return found


def test_the_rows_are_those_that_genanki_writes(tmp_path: Path) -> None:
    """genanki, given the same note types, fields, tags, decks and times, makes the same database, row for row."""
    import genanki

    table = words("anki", "zh-Hans")
    models = {kind: apkg.model(each) for kind, each in note_types(Settings()).items()}
    decks: dict[str, genanki.Deck] = {}

    class Note(genanki.Note):
        item: Item

        def write_to_db(self, cursor, timestamp, deck_id, id_gen) -> None:
            number = NOW * 1000 + self.item.number
            super().write_to_db(cursor, self.item.modified, deck_id, itertools.repeat(number))

    for due, item in enumerate(apkg.spread(base()), start=1):
        name = f"{PROJECT}::{item.passage.document.removesuffix('.txt')}"
        note = Note(model=models[item.kind], fields=list(fields(item, table)), tags=tags(item), due=due)
        note.guid, note.item = guid(PROJECT, item.key), item
        decks.setdefault(name, genanki.Deck(apkg.deck_id(name), name)).add_note(note)
    ours = rows(package(tmp_path, base()))
    genanki.Package(list(decks.values())).write_to_file(tmp_path / "plain.apkg", timestamp=NOW)
    theirs = rows(tmp_path / "plain.apkg")
    for name in ("notes", "cards", "revlog", "graves", "schema"):
        assert ours[name] == theirs[name], name
    for column, (our, their) in enumerate(zip(ours["col"][0], theirs["col"][0], strict=True)):
        if column == 9:  # the note types, where genanki names the deck that it met last
            our, their = ({k: {**m, "did": 0} for k, m in json.loads(each).items()} for each in (our, their))
        elif column == 10:
            our, their = json.loads(our), json.loads(their)
        assert our == their, column


def test_the_note_types_are_those_of_the_first_release() -> None:
    """Ids, names, cloze or not, fields in order with their ids, template id: never may one of them change."""
    frozen = json.loads((CASES / "apkg" / "notetypes.json").read_text(encoding="utf-8"))
    now = {
        kind: {
            "id": each.id,
            "name": each.name,
            "cloze": each.cloze,
            "fields": [list(pair) for pair in zip(FIELDS, each.field_ids, strict=True)],
            "template": each.template_id,
        }
        for kind, each in note_types(Settings()).items()
    }
    assert now == frozen


def every_setting() -> list[Settings]:
    """All combinations of what changes a template."""
    return [
        Settings(lang=lang, tts=tts, typed=typed, context=context)
        for lang, tts, typed, context in itertools.product(LANGUAGES, *[(False, True)] * 3)
    ]


def test_no_template_holds_script_or_loads_anything() -> None:
    """Plain HTML and CSS: no JavaScript, handler, import, url(), font or other file, remote address, left-over mark."""
    for settings in every_setting():
        for each in note_types(settings).values():
            text = each.front + each.back + each.css
            assert not re.search(
                r"<script|javascript:|\son\w+=|@import|url\(|https?:|<link|<iframe|<img|@[a-z]+[:@]", text
            )
            assert 'class="front mathjax_ignore"' in each.front and 'class="back mathjax_ignore"' in each.back
            assert f'lang="{settings.lang}"' in each.front and f'lang="{settings.lang}"' in each.back


def test_settings_change_the_text_of_templates_only() -> None:
    """Speech, typed answers, open context and language move the fingerprints, each in its own way."""
    seen = [tuple(fingerprints(settings).values()) for settings in every_setting()]
    assert len(set(seen)) == len(seen)
    shapes = {
        tuple((each.id, each.name, each.cloze, each.field_ids, each.template_id) for each in note_types(s).values())
        for s in every_setting()
    }
    assert len(shapes) == 1


@pytest.mark.parametrize("settings", every_setting(), ids=lambda s: f"{s.lang} {s.tts} {s.typed} {s.context}")
def test_anki_takes_every_template_and_shows_every_card(settings: Settings, tmp_path: Path) -> None:
    """Anki's own check of note types passes; no card is empty, shows raw marks or an answer on its question."""
    with Learner(tmp_path / "learner") as learner:
        target = package(tmp_path, base(), settings)
        assert learner.bring_in(target) == {"new": 28}
        for model in learner.col.models.all():
            if model["name"].startswith("flashcards-zh"):
                learner.col.models.update_dict(model)
        for item in base():
            note = learner.note(guid(PROJECT, item.key))
            assert len(note.cards()) == 1 and note.fields_check() == 0
            output = note.cards()[0].render_output()
            question, answer = output.question_text, output.answer_text
            assert "{{" not in question + answer and "@" not in question + answer
            shown = re.sub(r'data-cloze="[^"]*"|<!-- -->|\[\[type:[^\]]*\]\]', "", question)
            if item.kind not in ("truefalse", "choice"):
                assert not any(item.stem[g.start : g.end] in shown for g in item.gaps if g.end - g.start > 1)
            assert ("[[type:" in question) == (settings.typed and item.kind not in ("truefalse", "choice"))
            assert bool(output.answer_av_tags) == (settings.tts and item.kind != "truefalse")
        assert learner.check() == CLEAN


def test_the_back_tells_source_context_and_the_whole_sentence(tmp_path: Path) -> None:
    """Title, date, place, occasion, link and lines; the sentence around a shortened stem; its neighbours, folded."""
    item = items_of("a.txt", ["前一句话。", "工程由[鱼嘴]、飞沙堰和宝瓶口组成。", "后一句话。"])[0]
    stem = "由鱼嘴、飞沙堰"
    source = replace(item.passage.source, url="https://example.org/a", publication="人民日报", page="第3版")
    gap = item.gaps[0]._replace(start=1, end=3)
    item = replace(item, stem=stem, gaps=(gap,), passage=replace(item.passage, source=source, heading="第一章"))
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(package(tmp_path, numbered([item])))
        question, answer = learner.faces(guid(PROJECT, numbered([item])[0].key))
    assert "工程" not in question and "鱼嘴" not in re.sub('data-cloze="[^"]*"', "", question)
    text = re.sub(r"<[^>]*>|\s", "", answer)
    assert "前一句话。工程由鱼嘴、飞沙堰和宝瓶口组成。后一句话。" in text
    assert '<span class="near">前一句话。</span>工程' in answer and '<span class="near">后一句话。</span>' in answer
    for part in ("在座谈会上的讲话", "人民日报", "第3版", "2023年9月7日", "哈尔滨", "座谈会", "第一章·第1–3行"):
        assert part in text
    assert 'href="https://example.org/a"' in answer and "<details>" in answer


def test_due_follows_the_passage_and_spreads_the_items_of_a_sentence() -> None:
    """Sentences come in order; two items of one sentence stand a day's new cards apart, where there are enough."""
    lines = [f"第{n}句有[甲{n}]和[乙{n}]与[丙{n}]。" for n in range(100)]
    order = [item.answer for item in apkg.spread(items_of("a.txt", lines))]
    firsts = [answer for answer in order if answer.startswith("甲")]
    assert firsts == [f"甲{n}" for n in range(100)]
    at = {answer: place for place, answer in enumerate(order)}
    assert all(at[f"乙{n}"] - at[f"甲{n}"] >= apkg.SPREAD for n in range(60))
    assert all(at[f"丙{n}"] - at[f"乙{n}"] >= apkg.SPREAD for n in range(60))


@given(st.lists(st.integers(0, 9), max_size=60))
def test_spreading_loses_and_doubles_nothing(sentences: list[int]) -> None:
    """Whatever the sentences, every item comes once."""
    one = items_of("a.txt", ["[东]西"])[0]
    items = [
        replace(one, number=n, place=one.place._replace(sentence=sentence))
        for n, sentence in enumerate(sorted(sentences))
    ]
    assert sorted(item.number for item in apkg.spread(items)) == list(range(len(items)))


def test_cards_are_new_and_in_order_in_anki(tmp_path: Path) -> None:
    """The learner gets the cards in the order of the package, unlearned, without history or personal data."""
    with Learner(tmp_path / "learner") as learner:
        learner.bring_in(package(tmp_path, base()))
        held = learner.held()
        assert all((h.queue, h.reps, h.reviews) == (0, 0, 0) for h in held.values())
        ours = [guid(PROJECT, item.key) for item in apkg.spread(base())]
        assert [held[note].due for note in ours] == list(range(1, 29))
        assert {h.deck for h in held.values()} == {f"{PROJECT}::{name}" for name in "abc"}
    assert rows(tmp_path / f"{NAME}.apkg")["revlog"] == []


def test_tags_tell_number_kind_source_and_the_items_own(tmp_path: Path) -> None:
    """`q0007`, `kind::…`, `source::…`, and tags of one's own, without white space or empty levels."""
    item = replace(items_of("a.txt", ["[东]西"])[0], number=7, tags=("level::hsk4", "我的 标签", " ", "::", "a::::b"))
    assert tags(item) == ["a::b", "kind::cloze", "level::hsk4", "q0007", "source::在座谈会上的讲话", "我的_标签"]


@pytest.mark.parametrize(
    ("date", "shown"),
    [("2023-09-07", "2023年9月7日"), ("2023-05", "2023年5月"), ("1998", "1998年"), ("", ""), ("清末", "清末")],
)
def test_dates_are_shown_as_chinese_writes_them(date: str, shown: str) -> None:
    """ISO dates, whole or partial; anything else as it is."""
    assert show_date(date) == shown


def test_every_kind_can_be_read_back_from_its_note() -> None:
    """Fields and tags give back an item of the same content, number and key, whatever its kind."""
    table = words("anki", "zh-Hans")
    for item in base():
        back = item_of(item.kind, fields(item, table), tags(item), item.modified)
        assert content_hash(back) == content_hash(item), item
        assert (back.key, back.number, back.modified, back.ask) == (item.key, item.number, item.modified, item.ask)
        assert (back.passage.document, back.passage.number) == (item.passage.document, 1)
        assert (back.passage.lines, back.passage.heading) == (item.passage.lines, None)
        assert (back.context.before, back.context.after) == (item.context.before, item.context.after)


def test_a_text_in_the_other_script_is_marked_for_its_glyphs(tmp_path: Path) -> None:
    """On cards worded in simplified characters a traditional text is marked as such, reads back, and shows the same."""
    table = words("anki", "zh-Hans")
    for item in base():
        other = replace(item, passage=replace(item.passage, script="zh-Hant"))
        text = fields(other, table)[1]
        assert '<bdi lang="zh-Hant">' in text and text.endswith("</bdi>")
        assert content_hash(item_of(item.kind, fields(other, table), tags(item), 1)) == content_hash(item)
    items = [replace(item, passage=replace(item.passage, script="zh-Hant")) for item in base()]
    with Learner(tmp_path / "one") as marked, Learner(tmp_path / "two") as plain:
        marked.bring_in(package(tmp_path, items))
        plain.bring_in(package(tmp_path, base()))
        for guid_of in marked.held():
            faces = [re.sub("</?bdi[^>]*>", "", face) for face in marked.faces(guid_of)]
            assert faces == list(plain.faces(guid_of))


def test_an_archive_holds_two_members_and_nothing_of_the_machine(tmp_path: Path) -> None:
    """Fixed times and rights, deflated; no path, user or media in it; nothing left in the temporary folder."""
    before = set(Path(tempfile.gettempdir()).glob("flashcards-*"))
    with zipfile.ZipFile(package(tmp_path, base())) as archive:
        assert archive.namelist() == ["collection.anki2", "media"]
        for info in archive.infolist():
            assert (info.date_time, info.create_system, info.external_attr) == ((1980, 1, 1, 0, 0, 0), 3, 0o600 << 16)
            assert info.compress_type == zipfile.ZIP_DEFLATED
        assert archive.read("media") == b"{}"
        assert str(tmp_path).encode() not in archive.read("collection.anki2")
    assert set(Path(tempfile.gettempdir()).glob("flashcards-*")) <= before
    assert {path.name for path in tmp_path.iterdir()} == {f"{NAME}.bank.jsonl", f"{NAME}.apkg"}


def test_a_split_deck_is_whole_and_updates_as_one(tmp_path: Path) -> None:
    """Parts of at most so many notes, in the order of the deck; together they are the deck, and one ledger's."""
    build(tmp_path, deck(BASE), NOW, settings=Settings(split=12))
    parts = [tmp_path / f"{NAME}{part}.apkg" for part in ("", ".2", ".3")]
    with Learner(tmp_path / "learner") as learner:
        assert [learner.bring_in(part) for part in parts] == [{"new": 12}, {"new": 12}, {"new": 4}]
        assert sorted(h.due for h in learner.held().values()) == list(range(1, 29))
        (tmp_path / f"{NAME}.ledger.sqlite").unlink()
        summary = build(tmp_path, deck(BASE), NOW + 9, settings=Settings(split=12))
        assert (summary.added, summary.changed, summary.unchanged) == (0, 0, 28)
        assert [learner.bring_in(part) for part in parts] == [{"duplicate": 12}, {"duplicate": 12}, {"duplicate": 4}]
    build(tmp_path, deck(BASE), NOW + 10)
    assert [part.exists() for part in parts] == [True, False, False]


def test_a_package_made_elsewhere_is_that_made_here(tmp_path: Path) -> None:
    """Of its lines of the bank alone; and what is wrong with them is said of the user's own file."""
    build(tmp_path, deck(BASE), NOW, settings=Settings(split=12))
    whole = bank.load(tmp_path / f"{NAME}.bank.jsonl")
    target = tmp_path / "away" / "deck.apkg"
    target.parent.mkdir()
    apkg.write_packed(whole, target, Settings(split=12), lambda tasks: (task() for task in tasks))
    for part in ("", ".2", ".3"):
        made = target.with_name(f"deck{part}.apkg").read_bytes()
        assert made == (tmp_path / f"{NAME}{part}.apkg").read_bytes()
    lines = whole.path.read_bytes().splitlines(keepends=True)
    whole.path.write_bytes(b"".join([*lines[:20], b"{}\n", *lines[21:]]))
    with pytest.raises(BadBank, match=rf"{NAME}\.bank\.jsonl:21: damaged"):
        apkg.write_packed(whole, target, Settings(split=12), lambda tasks: (task() for task in tasks))


def test_what_was_withdrawn_of_a_split_deck_is_one_package(tmp_path: Path) -> None:
    """It is small, and its name is the one that the way back from a lost ledger looks for."""
    build(tmp_path, deck(BASE), NOW, settings=Settings(split=12))
    build(tmp_path, {name: [] for name in deck(BASE)}, NOW + 9, settings=Settings(split=12), prune=True)
    assert [path.name for path in sorted(tmp_path.glob("*withdrawn*"))] == [f"{NAME}.withdrawn.apkg"]


def test_an_empty_deck_is_a_package_too(tmp_path: Path) -> None:
    """No items: Anki imports it and finds nothing."""
    with Learner(tmp_path / "learner") as learner:
        assert learner.bring_in(package(tmp_path, [])) == {}


def test_six_hundred_gaps_of_one_phrase_are_one_card(tmp_path: Path) -> None:
    """However often a phrase stands in a sentence, it is one cloze of one card."""
    items = numbered(items_of("a.txt", ["[水]、" * 600 + "都是水。"]))
    assert len(items[0].gaps) == 601
    with Learner(tmp_path / "learner") as learner:
        assert learner.bring_in(package(tmp_path, items)) == {"new": 1}
        assert learner.col.card_count() == 1 and learner.check() == CLEAN
        assert "水" not in re.sub(r'data-cloze="[^"]*"', "", learner.faces(guid(PROJECT, items[0].key))[0])
        assert not learner.col.get_empty_cards().notes


def test_a_field_of_ten_megabytes_is_told_and_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A text beyond any use is named in one line, and loses nothing."""
    items = numbered(items_of("a.txt", ["[水]" + "很长的话" * 2_500_000]))
    with caplog.at_level(logging.WARNING), Learner(tmp_path / "learner") as learner:
        assert learner.bring_in(package(tmp_path, items)) == {"new": 1}
        [held] = learner.held().values()
        assert len(held.fields[1]) == len("{{c1::水}}") + 10_000_000
    assert [record.getMessage() for record in caplog.records] == [
        "a.txt:1: item 1 holds 10.0 million characters; phones may not show it"
    ]


def test_mended_characters_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Control characters and what is not NFC are mended on the cards, in one line, and stay in the bank."""
    items = numbered(items_of("a.txt", ["\uf900\x01[水]", "[火]", "e\u0301[土]"]))
    with caplog.at_level(logging.WARNING):
        target = package(tmp_path, items)
    assert [record.getMessage() for record in caplog.records] == [
        "2 items hold characters that Anki would change (control characters, not NFC); they are mended on the cards"
        " only; the first: a.txt:1: item 1"
    ]
    with opened(target) as found:
        assert [note.fields[1] for note in found.notes()] == ["\u8c48{{c1::水}}", "{{c1::火}}", "\u00e9{{c1::土}}"]
    assert next(iter(bank.load(tmp_path / f"{NAME}.bank.jsonl"))).stem == "\uf900\x01水"


@pytest.mark.parametrize("name", ["", "  ", "::", "::::", "a::::b", "a::", "::b", "a:: ::b"])
def test_a_name_that_is_no_deck_is_refused(tmp_path: Path, name: str) -> None:
    """A deck's name has no empty level; one line says so, and no file is written."""
    with pytest.raises(BadConfiguration, match="cannot name a deck"):
        package(tmp_path, base(), name=name)
    assert not (tmp_path / f"{NAME}.apkg").exists()


@pytest.mark.parametrize("same", ["key", "number"])
def test_two_items_of_one_identity_are_refused(tmp_path: Path, same: str) -> None:
    """Of two notes with one GUID Anki would ever update one only."""
    items = base()[:2]
    items[1] = replace(items[1], **{same: getattr(items[0], same)})
    with pytest.raises(FlashcardsError, match=f"two items have one {same}"):
        package(tmp_path, items)
    assert not (tmp_path / f"{NAME}.apkg").exists()


def test_a_damaged_bank_leaves_the_old_package(tmp_path: Path) -> None:
    """A cut last line, a newer schema and something else are named with file and line; the deck stays."""
    target = package(tmp_path, base())
    before = target.read_bytes()
    path = tmp_path / f"{NAME}.bank.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[:-40])
    with pytest.raises(BadBank, match=rf"{NAME}\.bank\.jsonl:29: damaged or cut line"):
        apkg.write(bank.load(path), target, Settings())
    path.write_bytes(content.replace(b'"schema":1', b'"schema":2', 1))
    with pytest.raises(BadBank, match="has schema 2, newer than 1"):
        apkg.write(bank.load(path), target, Settings())
    assert target.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} == {path.name, target.name}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no Anki package or is damaged"),
        (b"PK\x03\x04 half", "is no Anki package or is damaged"),
        (b"text", "is no Anki package or is damaged"),
    ],
)
def test_what_is_no_package_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    """One line for a file that is no zip."""
    path = tmp_path / "x.apkg"
    path.write_bytes(content)
    with pytest.raises(BadBank, match=said) as raised, opened(path):
        pass
    assert str(path) in str(raised.value)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"a.txt": b"x"}, "is no Anki package; name a file that ends in .apkg"),
        ({"collection.anki2": b"x" * 5000}, "is a damaged Anki package"),
        ({"collection.anki2": b"", "media": b"{}"}, "is a damaged Anki package"),
        ({"collection.anki2": b"x", "media": b"[]"}, "is no Anki package or is damaged"),
        ({"collection.anki21b": b"x", "meta": b"x"}, "is no Anki package or is damaged"),
    ],
)
def test_a_zip_that_is_no_package_is_named(tmp_path: Path, members: dict[str, bytes], said: str) -> None:
    """One line for a zip of something else, and for a collection that is damaged in any format."""
    path = tmp_path / "x.apkg"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(BadBank, match=re.escape(said)), opened(path) as found:
        list(found.notes())


def test_the_newest_format_without_zstandard_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The optional package is named with what to type."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = tmp_path / "x.apkg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("collection.anki21b", b"x")
    with pytest.raises(MissingExtra, match=re.escape("pip install 'flashcards-zh[anki]'")), opened(path):
        pass


def test_a_cut_stem_shows_that_the_sentence_goes_on() -> None:
    """Where a stem is a part of its sentence, the card marks what is left out; the stem is read back unchanged."""
    sentence = "要扎实推动各项任务落实，要坚持市场机制和政府引导相结合，项目和政策两手抓。"
    stem = "要坚持市场机制和政府引导相结合，"
    whole = items_of("a.txt", ["要坚持[市场机制]。"])[0]
    cut = replace(
        whole, stem=stem, gaps=(Gap(3, 7),), place=Place(0, sentence.index(stem)), context=Context("", "", sentence)
    )
    table = words("anki", "zh-Hans")

    text = fields(cut, table)[1]
    assert text.startswith(CUT)
    assert text.endswith(CUT)
    assert CUT not in fields(whole, table)[1]
    assert unescape(text).replace("{{c1::", "").replace("}}", "") == stem
