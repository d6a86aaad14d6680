"""The item bank as a file."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards import bank, itemcheck
from flashcards.errors import BadBank
from flashcards.items import KINDS
from flashcards.model import Context, Gap, Item, Passage, Place, Source

HEADER = b'{"schema":1,"generator":"flashcards-zh","name":"a","project":"a","lang":"zh-Hans","notetypes":{}}\n'
TEXT = st.text(min_size=1, max_size=30)
PASSAGE = Passage("书.txt#3", "书.txt", 3, "水是生命之源。", (7, 8), source=Source(date="2023-05", place="北京"))


def item(**changes):
    made = {
        "kind": "cloze",
        "stem": "水是生命之源。",
        "gaps": (Gap(2, 6),),
        "answer": "生命之源",
        "passage": PASSAGE,
        "place": Place(0, 0),
        "context": Context("", "", "水是生命之源。"),
        "key": "k1",
        "number": 1,
        "modified": 5,
    }
    return Item(**{**made, **changes})


@given(
    st.builds(
        item,
        stem=TEXT,
        answer=st.one_of(TEXT, st.booleans(), st.integers(0, 3), st.lists(TEXT, max_size=3).map(tuple)),
        options=st.one_of(st.none(), st.lists(TEXT, max_size=4).map(tuple)),
        accepted=st.lists(TEXT, max_size=2).map(tuple),
        hint=st.text(max_size=5),
        context=st.builds(Context, before=st.text(max_size=9), after=st.text(max_size=9), sentence=TEXT),
        tags=st.lists(TEXT, max_size=2).map(tuple),
    )
)
def test_record_round_trip(made):
    """Any item survives the way through a line of JSON."""
    assert bank.item_from_record(json.loads(json.dumps(bank.item_record(made)))) == made


def clear_record(made):
    """What a line says, read off the item field by field: the oracle of `bank.item_line`."""
    passage = made.passage
    return {
        "key": made.key,
        "number": made.number,
        "kind": made.kind,
        "ask": made.ask,
        "stem": made.stem,
        "gaps": [{"start": gap.start, "end": gap.end} for gap in made.gaps],
        "answer": made.answer,
        "accepted": made.accepted,
        "hint": made.hint,
        "options": made.options,
        "explanation": made.explanation,
        "context": {
            "before": made.context.before,
            "after": made.context.after,
            "sentence": made.context.sentence if made.context.sentence != made.stem else None,
        },
        "passage": {
            "id": passage.id,
            "document": passage.document,
            "number": passage.number,
            "lines": passage.lines,
            "pages": passage.pages,
            "heading": passage.heading,
            "title": passage.title,
            "text": passage.text,
            "verse": passage.verse,
            "script": passage.script,
        },
        "place": {"sentence": made.place.sentence, "start": made.place.start},
        "source": bank.source_record(passage.source),
        "source_confidence": passage.source_confidence,
        "source_unsure": passage.source_unsure,
        "tags": made.tags,
        "reasons": made.reasons,
        "modified": made.modified,
    }


def dumped(record):
    """A record as a line, by the standard library alone."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
    return "".join(f"\\u{ord(c):04x}" if 0xD800 <= ord(c) <= 0xDFFF else c for c in text).encode()


ANY = st.text(st.characters(exclude_categories=[]), max_size=12)
ANY_PASSAGES = st.builds(
    Passage,
    id=ANY,
    document=ANY,
    number=st.integers(0, 99),
    text=ANY,
    lines=st.just((1, 2)),
    heading=st.none() | ANY,
    title=st.none() | ANY,
    source=st.builds(Source, title=st.none() | ANY, url=st.none() | ANY),
    source_confidence=st.floats(0, 1),
    source_unsure=st.booleans(),
    pages=st.none() | st.just((3, 4)),
    verse=st.booleans(),
)
ANY_ITEMS = st.builds(
    item,
    kind=ANY,
    ask=ANY,
    stem=ANY,
    gaps=st.lists(st.builds(Gap, st.integers(0, 9), st.integers(0, 9)), max_size=2).map(tuple),
    answer=st.one_of(ANY, st.booleans(), st.integers(0, 3), st.lists(ANY, max_size=3).map(tuple)),
    passage=ANY_PASSAGES,
    accepted=st.lists(ANY, max_size=2).map(tuple),
    hint=ANY,
    options=st.none() | st.lists(ANY, max_size=3).map(tuple),
    explanation=ANY,
    context=st.builds(Context, ANY, ANY, ANY),
    tags=st.lists(ANY, max_size=2).map(tuple),
    reasons=st.lists(ANY, max_size=2).map(tuple),
    key=ANY,
)


@given(ANY_ITEMS)
def test_a_line_says_what_the_item_says(made):
    """The line put together of pieces is the one that the standard library writes of the item's fields."""
    assert bank.item_line(made) == dumped(clear_record(made))


@given(st.lists(ANY_ITEMS, max_size=4))
def test_a_line_in_parts_is_read_as_a_whole_line(found):
    """Passage and rest of a line, parsed apart, give the item of the whole line."""
    known = bank.NONE
    for made in [*found, *found[-1:]]:
        line = bank.item_line(made)
        own, pieces = bank._parted(line, known)
        assert bank._parted(line) == (own, pieces) != (line, bank.NONE)
        assert {**json.loads(own), **json.loads(bank._passage_object(pieces))} == json.loads(line)
        known = pieces


def test_file_round_trip(tmp_path):
    """What is written is read back, item by item, on every iteration."""
    items = [item(), item(stem="山\u2028高\ud800", gaps=(), number=2, context=Context("", "", "山\u2028高\ud800"))]
    path = tmp_path / "a.bank.jsonl"
    header = bank.Header("a", "课本", notetypes={"cloze": 7})

    assert bank.write(path, header, items) == 2

    opened = bank.load(path)
    assert opened.header == header
    assert list(opened) == list(opened) == items


def test_lone_surrogate_is_valid_utf8_on_disk(tmp_path):
    """A lone surrogate is written as an escape, so the file is UTF-8."""
    path = tmp_path / "a.bank.jsonl"
    bank.write(path, bank.Header("a", "a"), [item(stem="\udc80")])

    assert "\\udc80" in path.read_text(encoding="utf-8")


def test_gaps_are_spans_of_the_stem():
    """The gap of a stored item cuts the answer out of the stem."""
    record = bank.item_record(item())
    gap = record["gaps"][0]

    assert record["stem"][gap["start"] : gap["end"]] == record["answer"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no item bank"),
        (b"hello\n", "no item bank"),
        (b"[1]\n", "no item bank"),
        (b'{"schema":1,"generator":"other"}\n', "not|no item bank of this program"),
        (b'{"schema":99,"generator":"flashcards-zh","name":"a"}\n', "newer"),
        (b'{"schema":1,"generator":"flashcards-zh"}\n', "damaged header"),
        (b"\xff\xfe\x00\n", "no item bank"),
        (HEADER.replace(b'"schema":1', b'"schema":9'), "schema 9, newer"),
        (HEADER.replace(b'"schema":1', b'"schema":0'), "no item bank"),
        (HEADER.replace(b'"schema":1', b'"schema":true'), "no item bank"),
        (HEADER.replace(b'"name":"a"', b'"name":3'), "damaged header: the name"),
        (HEADER.replace(b"zh-Hans", b"fr"), "damaged header: unknown lang"),
    ],
)
def test_what_is_no_bank_is_refused(tmp_path, content, words):
    """A file that is no bank, newer or damaged is refused with its path and line."""
    path = tmp_path / "a.bank.jsonl"
    path.write_bytes(content)

    with pytest.raises(BadBank, match=words) as caught:
        bank.load(path)
    assert str(caught.value).startswith(f"{path}:1: ")


@pytest.mark.parametrize("tail", [b'{"key":"k"}\n', b"nonsense\n", b'{"key":"k', b"[]\n"])
def test_damaged_line_names_its_number(tmp_path, tail):
    """A damaged or cut line is named by its number; the lines before it are given."""
    path = tmp_path / "a.bank.jsonl"
    bank.write(path, bank.Header("a", "a"), [item()])
    path.write_bytes(path.read_bytes() + tail)
    items = iter(bank.load(path))
    next(items)

    with pytest.raises(BadBank, match=":3: damaged"):
        next(items)


def test_missing_bank(tmp_path):
    """A bank that is not there is one line, no traceback of ours."""
    with pytest.raises(BadBank, match="cannot be read"):
        bank.load(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "essay"}, "unknown kind 'essay'"),
        ({"gaps": (Gap(0, 9999),)}, "gap 0-9999"),
        ({"gaps": (Gap(-1, 2),)}, "gap -1-2"),
        ({"gaps": (Gap(3, 3),)}, "gap 3-3"),
        ({"gaps": (Gap(3, 5), Gap(0, 2))}, "gap 0-2"),
        ({"gaps": (Gap(0, 3), Gap(2, 4))}, "gap 2-4"),
        ({"gaps": (Gap(0.5, 2),)}, "gap 0.5-2"),
        ({"answer": True}, "answer of a cloze is not a text"),
        ({"kind": "truefalse", "answer": 1}, "answer of a truefalse is not true or false"),
        ({"kind": "list", "answer": ("水", 3)}, "member of the list"),
        ({"kind": "choice", "answer": 2, "options": ("水", "山")}, "option 2 of 2"),
        ({"kind": "choice", "answer": 0}, "option 0 of 0"),
        ({"hint": 3}, "a text is not a text"),
        ({"number": "3"}, "number no number"),
    ],
)
def test_an_item_that_cannot_be_used_names_its_line(tmp_path, changes, words):
    """A line of JSON that is no item of ours is one error with path, line and what is wrong."""
    path = tmp_path / "a.bank.jsonl"
    damaged = replace(item(), **changes)
    bank.write_lines(path, bank.Header("a", "a"), [bank.item_line(item()), dumped(clear_record(damaged))])

    with pytest.raises(BadBank, match=words) as caught:
        list(bank.load(path))
    assert str(caught.value).startswith(f"{path}:3: ")


def test_every_kind_has_its_type_of_answer():
    """The table of answers and the table of kinds name the same kinds."""
    assert set(itemcheck.ANSWERS) == set(KINDS)


def test_items_of_one_passage_share_it(tmp_path):
    """Neighbouring items of a passage hold one passage, not a copy each; a bank knows its length without them."""
    path = tmp_path / "a.bank.jsonl"
    other = Passage("书.txt#4", "书.txt", 4, "山高水长。", (9, 9))
    made = [item(), item(key="k2", number=2), item(key="k3", number=3, passage=other)]
    bank.write(path, bank.Header("a", "a"), made)
    opened = bank.load(path)
    first, second, third = opened
    assert first.passage is second.passage and [first, second, third] == made
    assert len(opened) == 3


def written(folder, count):
    """A bank of so many items, each with its number."""
    path = folder / "a.bank.jsonl"
    bank.write(path, bank.Header("a", "a"), (item(key=f"k{n}", number=n) for n in range(1, count + 1)))
    return bank.load(path)


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (3, [3]), (4, [3, 1]), (9, [3, 3, 3])])
def test_parts_are_the_bank(tmp_path, count, sizes):
    """Every item is in one part, in order; each part knows how many stand before it and has its own lines."""
    whole = written(tmp_path, count)
    parts = bank.parts(whole, 3)
    assert [len(part) for part in parts] == sizes
    assert [part.before for part in parts] == [sum(sizes[:at]) for at in range(len(sizes))]
    assert [each for part in parts for each in part] == list(whole)
    assert b"".join(map(bank.lines_of, parts)) == whole.path.read_bytes().split(b"\n", 1)[1]


def test_a_damaged_line_of_a_part_is_named_by_its_number_in_the_file(tmp_path):
    """Whoever looks for it has the whole file before him."""
    whole = written(tmp_path, 5)
    damaged = whole.path.read_bytes().replace(b'"key":"k5"', b'"key":   5')
    whole.path.write_bytes(damaged)
    with pytest.raises(BadBank, match=r"jsonl:6: damaged"):
        list(bank.parts(whole, 2)[2])
