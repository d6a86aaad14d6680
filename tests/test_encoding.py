"""Chinese bytes in any encoding become the text they are, or a line that says why not."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards import readers
from flashcards.errors import BadConfiguration, UnreadableInput
from flashcards.readers.encoding import COMMON_MARKS, TIER_WEIGHTS, _weights, decode, known, score

ROOT = Path(__file__).parents[1]
SIMPLIFIED = (Path(__file__).parent / "cases" / "repair" / "prose.txt").read_text(encoding="utf-8").replace("\n", "")
TRADITIONAL = "".join((ROOT / "corpus" / "漢字的演變.txt").read_text(encoding="utf-8").split("---\n")[-1].split())
HERE = Path("a.txt")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "cp950", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be")


def snippets(text: str, size: int, count: int = 60) -> list[str]:
    """Windows of a text, always the same."""
    chance = random.Random(size)
    return [text[at : at + size] for at in (chance.randrange(len(text) - size) for _ in range(count))]


def encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("size", [20, 40, 100])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_snippet_of_twenty_characters_is_decoded(encoding, size):
    """From 20 characters on every snippet is right, in simplified and traditional text, in every encoding."""
    pool = [*snippets(SIMPLIFIED, size), *snippets(TRADITIONAL, size)]
    texts = [text for text in pool if encodable(text, encoding)]

    assert len(texts) >= 20
    assert [t for t in texts if decode(t.encode(encoding), HERE).text != t] == []


def test_a_margin_is_given():
    """A guessed encoding has its margin over the next; a BOM, UTF-8 or the user leaves no doubt."""
    assert 0.2 < decode(SIMPLIFIED[:200].encode("gb18030"), HERE).margin < 1
    assert decode(SIMPLIFIED.encode(), HERE).margin == 1
    assert decode(SIMPLIFIED.encode("gbk"), HERE, encoding="gbk").margin == 1


@pytest.mark.parametrize("cut", [1, 2])
def test_one_cut_character_at_the_end_stays_utf8(cut):
    """A file cut inside its last character is UTF-8, with a warning that names line and byte."""
    data = "第一行。\n第二行还没有写完".encode()
    decoded = decode(data[:-cut], HERE)

    assert (decoded.encoding, decoded.text) == ("utf-8", "第一行。\n第二行还没有写")
    assert f"line 2: ends inside a character at byte {len(data) - 3}" in decoded.warnings[0]


def test_foreign_bytes_inside_utf8_are_named():
    """UTF-8 with a few bytes of another encoding is refused with line and byte, not read as something else."""
    data = SIMPLIFIED.encode() + b"\n" + "混入".encode("gbk") + SIMPLIFIED.encode()
    with pytest.raises(UnreadableInput, match=rf"^a\.txt:2: .*at byte {len(SIMPLIFIED.encode()) + 1}"):
        decode(data, HERE)


@pytest.mark.parametrize(
    ("right", "wrong"), [("utf-8", "gb18030"), ("utf-8", "latin-1"), ("gb18030", "latin-1"), ("big5", "latin-1")]
)
def test_text_decoded_wrongly_before_is_refused(right, wrong):
    """UTF-8 saved as GBK and the like is refused, and both encodings are named."""
    text = TRADITIONAL[:150] if right == "big5" else SIMPLIFIED[:150]
    broken = text.encode(right).decode(wrong, errors="ignore")
    with pytest.raises(UnreadableInput, match=f"looks like {'cp950' if right == 'big5' else right}"):
        decode(broken.encode("utf-8", errors="ignore"), HERE)


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x7f\x00\x01\x02" * 50, random.Random(1).randbytes(600)])
def test_what_is_no_text_is_refused(data):
    """Binary bytes are refused whatever the suffix."""
    with pytest.raises(UnreadableInput):
        decode(data, HERE)


def test_the_users_word_wins():
    """`--encoding` is taken as it is; where it does not fit, the byte is named."""
    data = SIMPLIFIED.encode("gb18030")

    assert decode(data, HERE, encoding="GB2312").text == SIMPLIFIED
    with pytest.raises(UnreadableInput, match=r"^a\.txt:1: is not utf-8 at byte 0"):
        decode(data, HERE, encoding="utf-8")
    with pytest.raises(BadConfiguration, match="unknown encoding"):
        decode(data, HERE, encoding="klingon")


@pytest.mark.parametrize(
    ("label", "codec"),
    [("GBK", "gb18030"), ("gb2312", "gb18030"), ("Big5", "cp950"), ("'utf-8'", "utf-8"), ("rot13", None)],
)
def test_labels_are_read_as_their_writers_mean_them(label, codec):
    """Labels of files mean the larger set; what is no text codec is none."""
    assert known(label) == codec


def test_a_label_that_does_not_fit_is_not_believed():
    """A page labelled gb2312 that is UTF-8 is read as UTF-8."""
    assert decode(SIMPLIFIED.encode(), HERE, declared="gb2312").text == SIMPLIFIED


def test_encoded_files_of_others(shared):
    """The files of the shared folder in nine encodings give the text of their UTF-8 twins."""
    twins = {"vim_tutor.zh.big5": "vim_tutor.zh_tw.utf-8", "vim_tutor.zh.euc": "vim_tutor.zh_cn.utf-8"}
    folder = shared / "documents"
    for name, twin in twins.items():
        assert decode((folder / name).read_bytes(), HERE).text == (folder / twin).read_text(encoding="utf-8")
    law = (folder / "law_专属经济区和大陆架法.md").read_text(encoding="utf-8")
    for name in ("gb18030", "utf16le-bom", "utf16be-nobom", "utf8-bom-crlf"):
        text = decode((folder / f"derived_law.{name}.txt").read_bytes(), HERE).text
        assert text.split() == law.split()
    with pytest.raises(UnreadableInput, match="no encoding known here"):
        decode((folder / "uchardet_euc-tw.txt").read_bytes(), HERE)


def weight(character: str) -> float:
    """The weight of one character by its tier or block, asked rule by rule."""
    tiers = (Path(readers.__file__).parent.parent / "data" / "common_characters.txt").read_text("utf-8").splitlines()
    if character in COMMON_MARKS:
        return 1.0
    for tier, tenths in zip(tiers, TIER_WEIGHTS, strict=True):
        if character in tier:
            return tenths / 10
    code = ord(character)
    if code < 0xA0 or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF or code >= 0x30000 or code == 0xFFFD:
        return -2.0
    if 0x3040 <= code <= 0x30FF or 0xAC00 <= code <= 0xD7AF or 0x00A0 <= code <= 0x024F:
        return 0.2
    return 0.0 if 0x4E00 <= code <= 0x9FFF else -0.3


@given(st.text(st.one_of(st.characters(), st.sampled_from("中文的简繁，。鐨勬 a1")), max_size=60))
def test_score_is_the_mean_weight_of_the_characters(text):
    """The table gives the mean that weighing the characters one by one gives."""
    weights = [weight(c) for c in text if not "\x20" <= c <= "\x7e" and c not in "\t\n\r\x0c"]
    assert score(text) == pytest.approx(sum(weights) / len(weights) if weights else 0.0)


def test_the_table_of_weights_holds_each_block_to_its_ends():
    """At and beside the ends of every block the table has the weight of the rule."""
    ends = (0xA0, 0x250, 0x3040, 0x3100, 0x4E00, 0xA000, 0xAC00, 0xD7B0, 0xD800, 0xE000, 0xF900, 0xFFFD, 0x30000)
    for code in (at + step for at in ends for step in (-1, 0, 1)):
        assert _weights()[min(code, 0x30000)] == round(weight(chr(code)) * 10)
