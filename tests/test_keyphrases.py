"""Key phrases: candidates, ranking, reasons, both scripts, odd inputs."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashcards import inputs, keyphrases, pipeline, script, segment
from flashcards.errors import BadConfiguration
from flashcards.keyphrases import analysis, background, candidates, features, terms
from flashcards.keyphrases.grid import TITLE, Segment, build
from flashcards.keyphrases.ranking import ROWS, ranker
from flashcards.model import KINDS, Keyphrase, Numbered, Occurrence, Passage, Phrases
from flashcards.settings import Settings

TEXT = (
    "版本控制系统记录文件的每一次修改。分布式版本控制系统让每个人都有完整的仓库。"
    "在“暂存区”里准备提交，提交以后进入版本库。版本控制系统也叫作修订控制系统。"
)


def passages(*texts: str, title: str | None = None) -> list[Passage]:
    return [Passage(f"d#{n}", "d", n, text, (n, n), title=title) for n, text in enumerate(texts, 1)]


def texts(found) -> list[str]:
    return [phrase.text for phrase in found]


def grid_of(text: str, title: str = ""):
    made = [Segment.of(segment.numbered(title), TITLE)] if title else []
    made += [Segment.of(s.tokens.numbered) for s in segment.sentences(passages(text)[0])]
    return build([made], background.vocabulary())


def test_whole_term_comes_before_its_fragments():
    """A term of several words is ranked above the words it is made of."""
    found = texts(keyphrases.rank(TEXT, title="版本控制系统入门"))
    assert found.index("版本控制系统") < found.index("版本") if "版本" in found else "版本控制系统" in found[:3]


def test_function_words_are_no_phrases():
    """No phrase begins or ends with a light word."""
    light = background.light()
    for phrase in keyphrases.rank(TEXT, top=50):
        words = segment.words(phrase.text)
        assert words[0][0] not in light["first"] and words[-1][0] not in light["last"]


def test_same_list_on_every_run():
    """Ranking has no chance and no clock in it."""
    first = keyphrases.rank(TEXT, title="版本控制", top=40)
    background.vocabulary.cache_clear()
    assert keyphrases.rank(TEXT, title="版本控制", top=40) == first


def test_occurrences_are_the_places_of_the_phrase():
    """Every occurrence, cut out of its sentence, is the phrase."""
    for one in keyphrases.analyse(passages(TEXT, TEXT[::-1], "版本控制系统很有用。"), Settings()):
        for phrase in one.keyphrases:
            here = [place for place in phrase.occurrences if place.passage == one.passage.number]
            assert here
            for place in here:
                assert one.sentences[place.sentence].text[place.start : place.end] == phrase.text


def test_phrases_that_stand_in_the_title_only_are_none():
    """A phrase must stand in a sentence to be asked for: with one character of text there is none."""
    assert keyphrases.analyse(passages("好", title="版本控制系统"), Settings())[0].keyphrases[:] == ()


def test_reasons_add_up_to_the_score():
    """What the features contribute, with the mean of the trees, is the score of the trees."""
    grid = grid_of(TEXT)
    found = candidates.find(grid)
    model = ranker()
    rows = features.matrix(features.columns(grid, found, model.shapes), slice(None))
    weight = model.weight / model.weight.sum(axis=1, keepdims=True)
    mean = float((model.leaf * weight).sum()) * model.scale + model.bias
    assert model.contributions(rows).sum(axis=1) + mean == pytest.approx(model.scores(rows), abs=1e-6)


def test_explained_phrase_tells_feature_value_and_contribution():
    """`rank` names features that the table of features explains in words."""
    best = keyphrases.rank(TEXT, title="版本控制系统入门")[0]
    assert best.reasons and all(reason.feature in features.MEANINGS for reason in best.reasons)


def test_quotation_is_a_candidate_and_no_edge_lies_inside():
    """A short quotation is one candidate without its marks; no phrase begins or ends within it."""
    grid = grid_of("我们要牵住这个“关键环节”，办好事情。")
    found = candidates.find(grid)
    made = {found.text(grid, i) for i in range(len(found.first))}
    assert "关键环节" in made
    assert not {"关键", "环节", "“关键", "环节”"} & made


@pytest.mark.parametrize(
    ("text", "phrase", "kind"),
    [
        ("全长5464公里。", "5464公里", "number"),
        ("2016年11月30日列入名录。", "2016年11月30日", "date"),
        ("公元前256年修建。", "公元前256年", "date"),
        ("他读了《说文解字》三遍。", "说文解字", "title"),
        ("大约40多年的努力。", "40多年", "number"),
        ("艾萨克·牛顿发现了规律。", "艾萨克·牛顿", "name"),
    ],
)
def test_numbers_dates_and_titles_are_found_whole(text, phrase, kind):
    """A number has its unit, a date its parts, a title no marks."""
    found = {p.text: p.kind for p in keyphrases.rank(text, top=50)}
    assert found.get(phrase) == kind


def test_traditional_text_gets_the_phrases_of_its_simplified_shadow():
    """Both scripts give the same spans; the phrases are slices of the original."""
    simple = "甲骨文是目前所知最早的成熟汉字，主要刻在龟甲和兽骨上。甲骨文的内容多为占卜记录。"
    shadow = script.to_traditional(simple)
    assert len(shadow) == len(simple)
    a, b = keyphrases.rank(simple), keyphrases.rank(shadow)
    assert [p.occurrences for p in a] == [p.occurrences for p in b]
    assert all(p.text in shadow for p in b)


def test_forced_term_comes_first(tmp_path):
    """A term of the user's list is put before all others, in a file with BOM, CRLF, blanks and an absent term."""
    path = tmp_path / "terms.txt"
    path.write_bytes("\ufeff每个人都有 2\r\n\r\n  天外来客 \r\n# 注\r\n".encode())
    found = keyphrases.best(keyphrases.analyse(passages(TEXT), Settings(terms=path)), 5)
    assert found[0].text == "每个人都有" and found[0].kind == "user"
    assert "天外来客" not in texts(found)


def test_stopped_phrase_never_shows(tmp_path):
    """A phrase of the stop list is left out."""
    path = tmp_path / "stop.txt"
    path.write_text("版本控制系统\n", encoding="utf-8")
    assert "版本控制系统" not in texts(keyphrases.best(keyphrases.analyse(passages(TEXT), Settings(stop=path)), 50))


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", "词 -3\n".encode(), ("长" * 60 + "\n").encode()])
def test_bad_term_list_is_one_line_with_the_file(tmp_path, data):
    """Not UTF-8, a negative weight, a term without end: one error that names the file."""
    path = tmp_path / "terms.txt"
    path.write_bytes(data)
    with pytest.raises(BadConfiguration, match=r"terms\.txt"):
        terms.load(Settings(terms=path))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "好",
        "1234567890" * 50,
        "hello world",
        "。。。！！",
        "的" * 500,
        "\ud800坏\u0007字",
        "子曰：学而时习之，不亦说乎？",
    ],
)
def test_odd_texts_do_not_break_the_ranking(text):
    """One word, only numbers, only Latin, only marks, a lone surrogate: a list, if an empty one."""
    assert isinstance(keyphrases.rank(text), list)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="甲乙雄安新区建设的和是在“”《》、，。 1abc\n年多", max_size=80))
def test_every_phrase_stands_in_the_text(text):
    """Whatever the text, each phrase is a piece of it, and scores fall."""
    found = keyphrases.rank(text, top=30)
    assert all(phrase.text in text for phrase in found)
    assert all(a.score >= b.score for a, b in pairwise(found))


def test_long_document_is_ranked_in_windows_and_keeps_its_places(monkeypatch):
    """A document longer than a window gives the same phrases for each window, with places in every passage."""
    monkeypatch.setattr(analysis, "WINDOW", 60)
    made = keyphrases.analyse(passages(*[TEXT] * 6), Settings())
    assert all(any(p.text == "版本控制系统" for p in one.keyphrases) for one in made)


def told(analyses) -> list:
    """All that an analysis says, to compare it by."""
    rows = []
    for one in analyses:
        phrases = one.keyphrases.document
        assert [phrases.scores.dtype, phrases.kinds.dtype, phrases.places.shape[0]] == [np.float64, np.int8, 4]
        rows.append((one.passage, one.sentences, one.keyphrases.rows.tolist(), list(phrases)))
        rows.append([sentence.tokens.numbered.texts for sentence in one.sentences])
    return rows


def library() -> list[list[Passage]]:
    """The documents of the corpus (verse and traditional text among them), and what is hardly one: nothing, a passage
    without text, a word, a title that nothing follows, statements, a list of words of which none comes again."""
    files = inputs.find([Path(__file__).resolve().parents[1] / "corpus"]).files
    documents = [list(found) for file in files for _, found in pipeline.understand(file, Settings())]
    statement = "植物细胞的细胞壁由纤维素构成，缺少纤维素会使细胞壁的支持作用减弱。"
    dated = "2016年11月30日列入名录。我们研究名录，也研究名录的意义。"
    words = chain.from_iterable(segment.words(passage.text) for found in documents for passage in found)
    listed = "，".join(dict.fromkeys(word for word, _ in words if len(word) > 1))
    odd = ["", "好", statement, dated, TEXT + TEXT, "我们\ud800坏版本控制\u0007字"]
    titled = [passages(text, title="版本控制系统") for text in ("", "版本控制系统很有用。", statement)]
    late = [*passages(TEXT), replace(passages("")[0], number=2, title="修订控制系统")]
    return [*documents, [], *map(passages, [*odd, listed]), *titled, late]


@pytest.fixture(scope="module")
def shelf() -> list[tuple[list[Passage], dict[bool, list]]]:
    """The library with what is told of each document by itself, without reasons and with them."""
    rows = []
    for found in library():
        alone = {why: told(keyphrases.analyse(found, Settings(), explain=why)) for why in (False, True)}
        rows.append((found, alone))
    return rows


@settings(max_examples=12, deadline=None)
@given(data=st.data(), explain=st.booleans())
def test_documents_together_are_analysed_as_each_by_itself(shelf, data, explain):
    """Whatever stands beside it, in whatever order, a document has the same sentences, phrases and places."""
    some = data.draw(st.lists(st.sampled_from(range(len(shelf))), max_size=12))
    together = keyphrases.analyse_all([shelf[number][0] for number in some], Settings(), explain=explain)
    assert list(map(told, together)) == [shelf[number][1][explain] for number in some]


@pytest.mark.parametrize("window", [150, analysis.WINDOW])
def test_lists_of_the_user_and_windows_hold_for_each_document(tmp_path, monkeypatch, window):
    """Terms and stopped words count the same in documents that are ranked together, also where some have windows."""
    monkeypatch.setattr(analysis, "WINDOW", window)
    own = Settings(terms=tmp_path / "terms.txt", stop=tmp_path / "stop.txt")
    own.terms.write_text("每个人都有 2\n细胞\n", encoding="utf-8")
    own.stop.write_text("版本控制系统\n", encoding="utf-8")
    documents = library()
    assert list(map(told, keyphrases.analyse_all(documents, own))) == [
        told(keyphrases.analyse(found, own)) for found in documents
    ]


def order(phrase: Keyphrase) -> tuple[float, int, int, int, str]:
    place = phrase.occurrences[0]
    return (-phrase.score, place.passage, place.sentence, place.start, phrase.text)


def merged(windows: Sequence[Sequence[Keyphrase]]) -> list[Keyphrase]:
    """The phrases of all windows one after the other: the oracle of `analysis._merged`."""
    ranked: dict[str, Keyphrase] = {}
    for phrase in (phrase for phrases in windows for phrase in phrases):
        old = ranked.setdefault(phrase.text, phrase)
        if old is not phrase:
            better = old if old.score >= phrase.score else phrase
            ranked[phrase.text] = replace(better, occurrences=old.occurrences + phrase.occurrences)
    return sorted(ranked.values(), key=order)


@st.composite
def windows_of_phrases(draw) -> list[list[Keyphrase]]:
    """Windows over passages of one sentence each, and pieces of the sentence with some of their places as phrases."""
    sentence, windows = "甲乙甲乙丙甲", []
    for window in range(draw(st.integers(0, 3))):
        made = []
        for start, end in draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 2)), max_size=6)):
            text = sentence[start : start + end]
            starts = [at for at in range(len(sentence)) if sentence.startswith(text, at)]
            spots = draw(st.sets(st.tuples(st.integers(0, 2), st.sampled_from(starts)), min_size=1))
            places = [Occurrence(3 * window + n, 0, at, at + len(text)) for n, at in sorted(spots)]
            score, kind = draw(st.sampled_from([0.25, 0.5, 0.75])), draw(st.sampled_from(KINDS))
            made.append(Keyphrase(text, score, kind, occurrences=tuple(places)))
        windows.append(sorted(made, key=order))
    return windows


@given(windows_of_phrases())
def test_windows_are_merged_as_phrase_by_phrase(windows):
    """A text of several windows, or twice in one, is one phrase with all its places, by its better score."""
    assert list(analysis._merged(list(map(Phrases.of, windows)))) == merged(windows)


@given(windows_of_phrases(), st.slices(8))
def test_columns_are_a_sequence_of_phrases(windows, some):
    """Phrases in columns are read as a tuple of them would be, those of a passage too."""
    phrases = tuple(phrase for window in windows for phrase in window)
    columns = Phrases.of(phrases)
    assert (tuple(columns), columns[some], columns[-1:]) == (phrases, phrases[some], phrases[-1:])
    for number, here in zip(range(9), columns.of_passages(range(9)), strict=True):
        wanted = [phrase for phrase in phrases if any(place.passage == number for place in phrase.occurrences)]
        assert [*here] == list(here[:]) == wanted


@given(st.lists(st.lists(st.sampled_from(["版本", "控制", "的", "、", "Git", "2024", "\n", "乙甲", "\ud800"]))))
def test_words_met_one_by_one_are_known_as_those_met_at_once(groups):
    """However the words come, each has the same rarity, lists and priors; and room grows without a change to them."""
    bit_by_bit, at_once = background.Vocabulary(), background.Vocabulary()
    for group in groups:
        bit_by_bit.ids(group)
    words = [word for group in groups for word in group]
    a, b = bit_by_bit.ids(words), at_once.ids([*words, *(f"词{n}" for n in range(background.LEAST))])[: len(words)]
    for name in ("idf", "count", "surface", "chars", "known", "lists", "priors"):
        assert (getattr(bit_by_bit, name)[..., a] == getattr(at_once, name)[..., b]).all()


@given(st.lists(st.lists(st.sampled_from([("版本", "n"), ("控制", "v"), ("控制", "vn"), ("Git", "eng"), ("、", "x")]))))
def test_words_known_by_number_are_those_looked_up_one_by_one(texts):
    """Whatever numbers a text has for its words, they get the numbers and classes of the vocabulary."""
    vocabulary = background.Vocabulary()
    numbers, classes = vocabulary.numbered([Numbered.of(text) for text in texts])
    words = [word for text in texts for word, _ in text]
    tags = [tag for text in texts for _, tag in text]
    assert numbers.tolist() == [vocabulary.numbers[word] for word in words]
    assert classes.tolist() == [
        background.surface_class(w) or background.word_class(t) for w, t in zip(words, tags, strict=True)
    ]


def slow_scores(model, rows) -> list[float]:
    """The oracle of `Ranker.scores`: each tree asked question by question."""
    scores = []
    for row in rows:
        total = 0
        for feature, threshold, leaf in zip(model.feature, model.threshold, model.leaf, strict=True):
            answers = [row[f] > t for f, t in zip(feature, threshold, strict=True)]
            total += int(leaf[sum(1 << level for level, yes in enumerate(answers) if yes)])
        scores.append(total * model.scale + model.bias)
    return scores


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_scores_are_those_of_the_trees_asked_one_by_one(data):
    """Any row, also one right on thresholds: the score of the arrays is the score of the oracle, to the bit."""
    model = ranker()
    values = sorted({float(t) for t in model.threshold.ravel()})
    number = st.one_of(st.sampled_from(values), st.floats(-20, 20, width=32))
    size = len(features.NAMES)
    rows = np.array(data.draw(st.lists(st.lists(number, min_size=size, max_size=size), max_size=3)), np.float32)
    rows = rows.reshape(-1, size)
    assert model.scores(rows).tolist() == slow_scores(model, rows)


@pytest.mark.parametrize("count", [0, 1, ROWS, ROWS + 1])
def test_scores_do_not_depend_on_how_many_are_scored_at_once(count):
    """No row, one, a block, a block and one more: each row has its own score."""
    rows = np.random.default_rng(1).normal(0, 3, (count, len(features.NAMES))).astype(np.float32)
    assert ranker().scores(rows).tolist() == [score for row in rows for score in ranker().scores(row[None])]


@settings(deadline=None)
@given(st.text(alphabet="甲乙版本控制系统的和“”《》、，。 1a年多", max_size=60))
def test_candidates_are_grouped_by_their_string(text):
    """One number where their strings are equal; first, count and order are those of the group."""
    grid = grid_of(text)
    found = candidates.find(grid)
    places = list(zip(found.start.tolist(), found.size.tolist(), strict=True))
    assert places == sorted(set(places))
    groups: dict[str, list[int]] = {}
    for place, (start, size) in enumerate(places):
        groups.setdefault(grid.text[grid.starts[start] : grid.starts[start + size]], []).append(place)
    assert {found.of[group[0]]: group for group in groups.values()} == {
        number: found.order[at : at + found.count[number]].tolist() for number, at in enumerate(found.bounds)
    }
    assert found.first.tolist() == [found.order[at] for at in found.bounds]


@settings(deadline=None)
@given(st.text(alphabet="甲乙版本控制系统的和“”《》、，。 1a年多", min_size=1, max_size=60))
def test_the_strings_one_word_longer(text):
    """Flat look-ups find the candidate that has one word more on the left, on the right, and tell where none has."""
    found = candidates.find(grid_of(text, "版本控制"))
    spans = list(zip(found.start.tolist(), found.size.tolist(), strict=True))
    short = {span: of for span, of in zip(spans, found.of.tolist(), strict=True) if span[1] <= candidates.LONGEST}
    left, right = (some.tolist() for some in found.longer(np.arange(len(spans))))
    for at, (start, size) in enumerate(spans):
        more = min(size, candidates.LONGEST) + 1
        assert left[at] == short.get((start - 1, more), -1)
        assert right[at] == short.get((start, more), -1)


@settings(deadline=None)
@given(st.text(alphabet="甲乙版本控制系统的和、，1a年多", min_size=1, max_size=80), st.randoms(use_true_random=False))
def test_what_is_true_of_the_places_of_a_string(text, chance):
    """Greatest, mean and total of the values of its places, whether a string is repeated or not."""
    found = candidates.find(grid_of(text))
    values = np.array([chance.randint(0, 65535) for _ in found.of], np.float32) / np.float32(65535)
    places = [values[found.of == number] for number in range(len(found.first))]
    first, again = values[found.first], values[found.again]
    assert found.greatest(first, again).tolist() == [some.max() for some in places]
    assert found.mean(first, again).tolist() == [some.sum(dtype=np.float64) / len(some) for some in places]
    assert found.totals(again).tolist() == [some.sum(dtype=np.float64) for some in places if len(some) > 1]


@given(st.lists(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 9)), unique=True), min_size=1, max_size=4))
def test_ranked_by_score_and_place(windows):
    """Scores of six digits and places as one number are in the order that two keys give, window by window."""
    rows = [(number, *row) for number, window in enumerate(windows) for row in window]
    window, score, place = np.array(rows, np.int64).reshape(-1, 3).T
    scores = np.round(score / 7, 6)
    bounds = np.cumsum([0, *map(len, windows)])
    assert analysis._ranked(scores, place, bounds).tolist() == np.lexsort((place, -scores, window)).tolist()


@settings(deadline=None)
@given(st.text(alphabet="甲乙版本控制系统的和“”《》、，。 1a年多", min_size=1, max_size=60))
def test_features_are_those_counted_place_by_place(text):
    """Columns that arrays work out all at once are what plain loops over the places and words of a candidate count."""
    grid = grid_of(text, "版本控制")
    found = candidates.find(grid)
    rows = features.matrix(features.columns(grid, found, ranker().shapes), slice(None))
    words, idf = grid.words.tolist(), grid.vocabulary.idf
    for number, row in enumerate(rows):
        places = [at for at, of in enumerate(found.of) if of == number]
        spans = [(int(found.start[at]), int(found.start[at] + found.size[at])) for at in places]
        first = words[spans[0][0] : spans[0][1]][: candidates.LONGEST]
        own, singles = [idf[word] for word in first], [words.count(word) for word in first]
        expected = {
            "frequency": math.log(len(places)),
            "title": any(grid.zone[start] == TITLE for start, _ in spans),
            "free_left": len({words[start - 1] if start else words[-1] for start, _ in spans}) / len(places),
            "free_right": len({words[end] for _, end in spans}) / len(places),
            "rarity_least": min(own),
            "rarity_most": max(own),
            "part_least": math.log(min(singles) / len(places)),
            "part_most": math.log(max(singles)),
        }
        for name, value in expected.items():
            assert row[features.NAMES.index(name)] == pytest.approx(float(value), abs=1e-3), name


@given(st.text(alphabet="第一百两3８.，,年月日世纪初末代万多个人—至公元前中", max_size=40))
def test_dates_and_numbers_are_found_from_their_beginnings(text):
    """To look only where a date or a number can begin finds what the patterns find."""
    patterns = ((candidates._DATES, candidates._DATE_BEGINS), (candidates._NUMBERS, candidates._NUMBER_BEGINS))
    for pattern, begins in patterns:
        spans = [match.span() for match in candidates._matches(pattern, begins, text)]
        assert spans == [match.span() for match in pattern.finditer(text)]


def test_tables_are_small_and_sorted():
    """The learned tables hold at most 300 kB, and the keys are sorted (they are searched by halving)."""
    data = Path(background.__file__).parents[1] / "data"
    assert (data / "ranker.npz").stat().st_size + (data / "lexicon.npy").stat().st_size <= 300_000
    for name in ("rarity.npy", "lexicon.npy"):
        keys = background.load(name)["key"]
        assert (keys[1:] > keys[:-1]).all()


def test_sums_of_rarities_and_priors_are_exact():
    """No sum over the words that are ranked together is ever rounded, so it does not matter where in them a word is."""
    idf = background.load("rarity.npy")["idf"] / np.float32(background.IDF_STEPS)
    inside = background.load("lexicon.npy")["inside"] / np.float32(65535)
    for values, bits in ((np.append(idf, np.float32(background.UNSEEN)), 4), (inside, 35)):
        whole = values.astype(np.float64) * 2.0**bits
        assert (whole == np.floor(whole)).all() and 2 * analysis.TOGETHER * whole.max() < 2.0**53


def test_every_feature_is_told_in_the_docs():
    """docs/keyphrases.md has a line for each column."""
    told = (Path(__file__).resolve().parents[1] / "docs" / "keyphrases.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | {meaning} |" in told for name, meaning in features.FEATURES.items())


@pytest.mark.skipif("FLASHCARDS_EXTRA_DOCS" not in os.environ, reason="FLASHCARDS_EXTRA_DOCS is not set")
def test_askers_answers_are_among_the_first_fifteen():
    """On encyclopedia paragraphs (never learned from) recall at 15 stays above 0.17."""
    path = Path(os.environ["FLASHCARDS_EXTRA_DOCS"]) / "eval" / "answerspans_cmrc2018.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:150]]
    rows = [row for row in rows if row["keywords"]]
    hits = [
        len(set(row["keywords"]) & set(texts(keyphrases.rank(row["text"], title=row["title"]))))
        / len(set(row["keywords"]))
        for row in rows
    ]
    assert sum(hits) / len(hits) > 0.17
