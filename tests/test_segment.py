"""Sentences and words: lossless, jieba's, and the same with either engine."""

from __future__ import annotations

import json
import pickle
import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashcards import script, segment
from flashcards.model import Passage, Sentence, Token, Tokens
from flashcards.segment.sentences import _CLAUSE, _END, split
from flashcards.segment.tagging import guess
from flashcards.segment.viterbi import Model

CASES = Path(__file__).parent / "cases" / "segment"
CORPUS = Path(__file__).parents[1] / "corpus"

# Han of the dictionary, rare Han, marks, Latin, digits, white space, controls: what fuzz text is made of.
POOL = [
    "中国人民的生活水平在不断提高，我们要一步一步地走下去。研究生命起源",
    "abcXYZ0123456789+#&._%- ",
    "㐀㐁\u9fd6\u9fff豈更𠀀𠀁😀é１２Ａ\r\n\x00〇々ひ",
    "".join(map(chr, range(0x4E00, 0x9FD6, 7))),
    "，。！？“”《》（）、：；…—",
]
CHARACTERS = st.sampled_from(sorted(set("".join(POOL))))
TEXTS = st.text(CHARACTERS, max_size=60)


def passage(text: str, **more: object) -> Passage:
    return Passage("d#1", "d", 1, text, (1, 1), **more)  # type: ignore[arg-type]


def pairs(engine: segment.Cutter, text: str) -> list[tuple[str, str]]:
    """The words of an engine with their tags."""
    cut = engine.cut(text)
    return list(zip(cut.texts, cut.tags, strict=True))


def fuzz(count: int) -> list[str]:
    """Strings that mix runs of all kinds, the same on every run."""
    chance = random.Random(20)
    made = []
    for _ in range(count):
        text = ""
        while len(text) < chance.randint(1, 30):
            pool = chance.choice(POOL)
            start = chance.randrange(len(pool))
            text += pool[start : start + chance.randint(1, 6)]
        made.append(text)
    return made


def corpus_sentences() -> list[str]:
    """Every line of the plain texts of the corpus."""
    paths = sorted(path for path in CORPUS.rglob("*") if path.suffix in {".txt", ".md"})
    return [line for path in paths for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines()]


@pytest.fixture(scope="module")
def jieba_engine() -> segment.Jieba:
    return segment.Jieba()


@pytest.mark.parametrize("case", json.loads((CASES / "sentences.json").read_text("utf-8")), ids=lambda c: c["why"])
def test_sentence_cases(case):
    """Sentences end where a reader would end them."""
    text = "".join(case["sentences"])
    assert [s.text for s in segment.sentences(passage(text))] == case["sentences"]


@pytest.mark.parametrize("case", json.loads((CASES / "clauses.json").read_text("utf-8")), ids=lambda c: c["why"])
def test_clause_cases(case):
    """Clauses end behind ，；： outside brackets, series and short quotations."""
    ends, at = [], 0
    for clause in case["clauses"][:-1]:
        at += len(clause)
        ends.append(at)
    assert [clauses for _, _, clauses in split("".join(case["clauses"]))] == [tuple(ends)]


def test_every_sentence_carries_its_clauses():
    """The clauses of each sentence count from its own start."""
    first, second = segment.sentences(passage("天晴了，风停了。雨来了，大家跑。"))
    assert first.clauses == second.clauses == (4,)


@given(TEXTS, st.booleans())
def test_sentences_are_a_lossless_partition(text, verse):
    """Sentences joined are the passage, tokens joined are the sentence, and all offsets are true."""
    made = segment.sentences(passage(text, verse=verse))
    assert "".join(s.text for s in made) == text
    for sentence in made:
        assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text
        assert "".join(token.text for token in sentence.tokens) == sentence.text
        assert all(sentence.text[t.start : t.end] == t.text and t.text and t.pos for t in sentence.tokens)
        assert all(0 < end < len(sentence.text) for end in sentence.clauses)


@given(TEXTS)
def test_sentence_ends_rise_to_the_end(text):
    """Ends rise strictly, the last is the length of the text, and none is a sentence of white space alone."""
    ends = [end for _, end, _ in split(text)]
    assert ends == sorted(set(ends))
    assert ends[-1:] == ([len(text)] if text else [])
    if text.strip():
        assert all(text[a:b].strip() for a, b in zip([0, *ends], ends, strict=False))


def test_a_line_of_verse_is_a_sentence():
    """In verse a line break ends a sentence, with or without a mark before it."""
    made = segment.sentences(passage("山高月小\n水落石出。\n江流有声", verse=True))
    assert [s.text for s in made] == ["山高月小\n", "水落石出。\n", "江流有声"]


def test_traditional_text_is_cut_like_its_simplified_twin():
    """Traditional tokens are slices of the original at the places of the simplified words, with the same tags."""
    traditional = segment.sentences(passage("這個軟件的開發過程十分複雜，乾隆年間還沒有計畫。", script="zh-Hant"))[0]
    simplified = segment.sentences(passage("这个软件的开发过程十分复杂，乾隆年间还没有计划。"))[0]
    assert [(t.start, t.end, t.pos) for t in traditional.tokens] == [(t.start, t.end, t.pos) for t in simplified.tokens]
    assert traditional.tokens[1].text == "軟件"


@given(
    st.lists(st.sampled_from([*"這個軟件髮乾隆計畫后里面。，！“”》\n a", "頭髮", "乾隆", "那麼", "什麼"]), max_size=40),
    st.booleans(),
)
def test_words_by_number_are_those_of_the_shadow_of_each_sentence(parts, verse):
    """A sentence of traditional text has by number the words of its own shadow, though the passage was converted."""
    made = segment.sentences(passage("".join(parts), verse=verse, script="zh-Hant"))
    for sentence in made:
        plain = script.simplified_shadow(sentence.text)
        assert list(zip(sentence.tokens.numbered.texts, sentence.tokens.tags, strict=True)) == segment.words(plain)


def test_words_are_jiebas_on_the_corpus(jieba_engine):
    """On every line of the corpus the fast engine gives jieba's words and our tags."""
    lines = corpus_sentences()
    assert len(lines) > 10
    assert [segment.words(line) for line in lines] == [pairs(jieba_engine, line) for line in lines]


def test_words_are_jiebas_on_fuzz_text(jieba_engine):
    """Rare Han, ASCII in a block, controls, CRLF, emoji: cuts and tags of both engines are equal."""
    texts = fuzz(4000)
    engine = segment.Rjieba()
    assert [t for t in texts if pairs(engine, t) != pairs(jieba_engine, t)] == []


@given(TEXTS)
def test_the_fallback_cuts_what_jieba_cuts(text):
    """The reference engine is `jieba.cut` itself."""
    import jieba

    assert segment.Jieba().cut(text).texts == list(jieba.cut(text))


def test_the_hidden_markov_model_is_jiebas():
    """Our Viterbi gives the words of `jieba.finalseg` on random runs of Han, known and rare."""
    from jieba import finalseg

    model = Model(finalseg.start_P, finalseg.trans_P, finalseg.emit_P)
    chance = random.Random(4)
    han = [chr(point) for point in range(0x4E00, 0x9FD6)]
    runs = ["".join(chance.choices(han[:3000] if n % 2 else han, k=chance.randint(1, 9))) for n in range(4000)]
    assert [run for run in runs if model.cut(run) != list(finalseg.cut(run))] == []


def test_a_near_tie_of_the_model_falls_as_in_jieba():
    """常在较: two ways differ by less than a single-precision float can show."""
    assert [word for word, _ in segment.words("常在较陡峭的礁岸")][:3] == ["常", "在", "较"]


@pytest.mark.parametrize("engine", [segment.Rjieba, segment.Jieba])
def test_terms_are_cut_whole(engine):
    """A term of the user is one word, with either engine, and gets the tag nz."""
    term = "无坝引水枢纽"
    assert (term, "nz") not in pairs(engine(), "这座无坝引水枢纽很古老")
    assert (term, "nz") in pairs(engine((term,)), "这座无坝引水枢纽很古老")


def test_terms_cut_alike_with_both_engines():
    """Han, Latin and mixed terms, known words among them: the same cuts and tags from both engines."""
    terms = ("飞沙堰", "内江引水", "GB3838标准", "BERT", "联赛", "宝瓶口的")
    fast, slow = segment.Rjieba(terms), segment.Jieba(terms)
    texts = ["飞沙堰和宝瓶口的水，内江引水灌溉", "按GB3838标准执行，GPTBERT与BERT不同", "全国联赛BERT2.0", *fuzz(200)]
    assert [t for t in texts if pairs(fast, t) != pairs(slow, t)] == []


def test_a_term_with_a_space_or_mark_is_one_word():
    """What jieba's blocks would break is taken out first, the longest first."""
    found = [word for word, _ in segment.words("用Deep Learning和《论 语》", ("Deep Learning", "《论 语》", "《论"))]
    assert "Deep Learning" in found
    assert "《论 语》" in found


def test_terms_reach_traditional_text():
    """A traditional term is found in traditional text though the words are cut in simplified script."""
    tokens = segment.sentences(passage("這座無壩引水樞紐很古老。", script="zh-Hant"), ("無壩引水樞紐",))[0].tokens
    assert "無壩引水樞紐" in [token.text for token in tokens]


def test_lone_surrogates_stay_in_place():
    """What cannot cross into the engine comes back as it was."""
    assert "".join(word for word, _ in segment.words("坏\ud800字")) == "坏\ud800字"


def test_without_rjieba_jieba_cuts(monkeypatch):
    """Where rjieba has no wheel the program runs with jieba, and says the same."""
    segment.cutter.cache_clear()
    monkeypatch.setitem(sys.modules, "rjieba", None)
    try:
        slow = segment.words("都江堰坐落在岷江由山区流入平原的出口上")
        assert isinstance(segment.cutter(), segment.Jieba)
    finally:
        segment.cutter.cache_clear()
    monkeypatch.undo()
    assert slow == segment.words("都江堰坐落在岷江由山区流入平原的出口上")


@pytest.mark.parametrize("word", ["一七", "知州", "高达", "打进"])
def test_a_dictionary_word_that_its_parts_outweigh_has_its_tag(word, jieba_engine):
    """Words the dictionary path never gives keep their dictionary tag where the model finds them."""
    assert segment.Rjieba()._tag(word) == jieba_engine._tags[word]


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("1988", "m"),
        ("3.5%", "m"),
        ("２０２３", "m"),
        ("GB3838-2002", "eng"),
        ("，", "x"),
        (" ", "x"),
        ("%", "x"),
        ("木津川市", "ns"),
        ("丁善玺", "nr"),
    ],
)
def test_unknown_words_are_tagged_by_shape(word, tag):
    """Numbers, Latin, marks, places and names are told apart without a model."""
    assert guess(word) == tag


@given(TEXTS, st.slices(12))
def test_columns_are_a_sequence_of_tokens(text, some):
    """Tokens in columns are read as a tuple of them would be, and are equal, hashed and pickled as one."""
    at, tokens = 0, []
    for word, tag in segment.words(text):
        tokens.append(Token(word, at, tag))
        at = tokens[-1].end
    columns = Tokens.of(tokens)
    assert list(columns) == tokens == [columns[index] for index in range(len(columns))]
    assert columns[some] == tuple(tokens)[some]
    assert columns[-1:] == tuple(tokens[-1:])
    again = pickle.loads(pickle.dumps(columns))
    assert (again, hash(again)) == (columns, hash(columns))


@given(st.text(st.sampled_from("。！.…abA “，；,;——1中\n"), max_size=20))
def test_marks_are_those_that_the_plain_patterns_find(text):
    """The patterns that begin with a set of characters find what their plain forms find."""
    end = re.compile('[。！？!?｡．…]+|(?<=[a-z]{2})\\.(?=\\s+[A-Z“"])')
    clause = re.compile("[，；：]+|(?<![0-9])[,;](?=\\s|[\u3400-\u9fff])|——")
    for fast, plain in ((_END, end), (_CLAUSE, clause)):
        assert [mark.span() for mark in fast.finditer(text)] == [mark.span() for mark in plain.finditer(text)]


@pytest.mark.parametrize("unit", ["“", "（", "”", "《", "。", "“。", "。”", "a.", "？", "…", "，", '“"'])
def test_hostile_marks_take_linear_time(unit):
    """A hundred thousand marks in a row are split at once and lose nothing (a quadratic way would never return)."""
    text = unit * 100_000
    made = list(split(text))
    assert made[0][0] == 0
    assert made[-1][1] == len(text)


def test_a_million_characters_without_punctuation_are_one_sentence():
    """Text without a mark is cut, whole, in memory of its own size."""
    text = "都江堰水利工程" * 150_000
    made = segment.sentences(passage(text))
    assert len(made) == 1
    assert "".join(t.text for t in made[0].tokens) == text


def test_sentences_of_a_published_treebank(shared):
    """On UD Chinese GSD (eight sentences joined) at least 99 % of the ends are found and true."""
    right = found = gold = 0
    for line in (shared / "eval" / "sentences_udgsd.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        ends, at = set(), 0
        for sentence in record["sentences"]:
            at += len(sentence)
            ends.add(at)
        ours = {end for _, end, _ in split(record["text"])}
        right, found, gold = right + len(ends & ours), found + len(ours), gold + len(ends)
    assert min(right / found, right / gold) >= 0.99


def cut_alone(of: Passage) -> tuple[Sentence, ...]:
    """The oracle of `segment.sentences_of`: one sentence after the other."""
    shadow = script.simplified_shadow(of.text) if script.is_traditional(of.text) else of.text
    made = []
    for start, end, clauses in split(of.text, verse=of.verse):
        text, at, tokens = of.text[start:end], 0, []
        for word, tag in segment.words(shadow[start:end]):
            tokens.append(Token(text[at : at + len(word)], at, tag))
            at += len(word)
        made.append(Sentence(text, start, Tokens.of(tokens), clauses))
    return tuple(made)


@given(st.lists(TEXTS, max_size=4), st.booleans())
def test_passages_cut_together_are_cut_as_each_alone(texts, verse):
    """What stands in one passage or sentence changes no word of another."""
    several = [passage(text, verse=verse) for text in texts]
    assert segment.sentences_of(several) == list(map(cut_alone, several))


def test_stretches_are_cut_as_one(monkeypatch):
    """How much text is cut in one call changes no word."""
    several = [passage(text) for text in corpus_sentences()[:20]]
    together = segment.sentences_of(several)
    monkeypatch.setattr(segment, "_STRETCH", 30)
    assert segment.sentences_of(several) == together
