"""What the visible words of a stem tell, as differences of running totals, is what one reads off them word by word."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from support import judge as slow

from flashcards import gaps, keyphrases
from flashcards.gaps import grid, stems, telling
from flashcards.gaps.front import Front
from flashcards.gaps.places import word_at, word_class
from flashcards.gaps.prospects import Prospect
from flashcards.gaps.text import Text
from flashcards.model import Analysis, Gap, Passage, Sentence, Token
from flashcards.settings import Settings

TEXTS = (
    "李冰主持修建都江堰，灌溉成都平原。都江堰位于岷江，于公元前256年建成，长度为3.5公里！",
    "《水经注》由郦道元所著，「獸骨」刻有甲骨文；GDP增长很快。\n",
    "，、。",
)


def analysed(*texts: str) -> tuple[Analysis, ...]:
    found = [Passage(f"d#{n}", "d", n, text, (n, n)) for n, text in enumerate(texts, 1)]
    return keyphrases.analyse(found, Settings())


FOUND = analysed(*TEXTS)
TEXT = Text.of(FOUND, Settings())


def visible(sentence: Sentence, stem: stems.Stem) -> list[Token]:
    """The words of a stem that no gap hides, not even in part."""
    end = stem.start + len(stem.text)
    return [
        token
        for token in sentence.tokens
        if stem.start <= token.start < end
        and not any(
            token.start < stem.start + gap.end and stem.start + gap.start < max(token.end, token.start + 1)
            for gap in stem.gaps
        )
    ]


def test_totals_of_a_document_are_those_of_its_passages_word_by_word() -> None:
    """The arrays of a document, cut into passages, hold what is counted word by word."""
    found = analysed(*TEXTS, (Path(__file__).parent.parent / "README.zh.md").read_text(encoding="utf-8")[:3000])
    whole = telling.Telling.of(grid.build([analysis.sentences for analysis in found]))
    at = 0
    for analysis in found:
        told, wanted = whole.of_passage(at, len(analysis.sentences)), slow.told(analysis)
        assert list(told.content) == list(wanted.content)
        for index, sentence in enumerate(analysis.sentences):
            stem = stems.Stem(0, sentence.text, (Gap(1, 3),))
            assert told.by(index, sentence, stem) == wanted.by(index, sentence, stem)
        at += len(analysis.sentences)


def test_words_beside_a_phrase_are_those_a_whole_stem_shows() -> None:
    """And no stem of the sentence shows more."""
    readme = (Path(__file__).parent.parent / "README.zh.md").read_text(encoding="utf-8")[:3000]
    for analysis in analysed(*TEXTS, readme):
        told = slow.told(analysis)
        for phrase in analysis.keyphrases:
            for place in phrase.occurrences:
                if place.passage != analysis.passage.number:
                    continue
                sentence = analysis.sentences[place.sentence]
                words = (word_at(sentence, at) for at in (place.start, place.end))
                front = Front(analysis, Prospect.of(phrase, place, *words, 1.0, tuple), TEXT)
                around = gaps._around(front, told)
                if sentence.text.count(phrase.text) == 1:
                    whole = stems.Stem(0, sentence.text, (Gap(place.start, place.end),))
                    assert told.by(place.sentence, sentence, whole) == around
                assert told.by(place.sentence, sentence, front.stem)[0] <= around[0]


def test_passage_without_sentences_tells_nothing() -> None:
    """An empty passage has empty totals."""
    empty = telling.Telling.of(grid.build([]))
    told = empty.of_passage(0, 0)
    assert not sum(told.content) and not len(told.firsts)


@given(st.data())
def test_stem_tells_what_its_visible_words_tell(data: st.DataObject) -> None:
    """Whatever stretch of a sentence a stem is and whatever its gaps hide, also parts of words."""
    analysis = data.draw(st.sampled_from(FOUND))
    index = data.draw(st.integers(0, len(analysis.sentences) - 1))
    sentence = analysis.sentences[index]
    edges = st.sampled_from([*(token.start for token in sentence.tokens), len(sentence.text)])
    start, end = sorted((data.draw(edges), data.draw(edges)))
    cuts = sorted(data.draw(st.sets(st.integers(0, end - start), max_size=6)))
    spans = tuple(Gap(a, z) for a, z in zip(cuts[::2], cuts[1::2], strict=False))
    stem = stems.Stem(start, sentence.text[start:end], spans)
    words = visible(sentence, stem)
    seen = sum(word_class(token) not in telling.SAYS_LITTLE for token in words)
    assert slow.told(analysis).by(index, sentence, stem) == (seen, any(map(slow.is_name, words)))


def test_content_words_are_no_numbers_marks_or_function_words() -> None:
    """A passage's content words are those of the slow way."""
    for analysis in FOUND:
        wanted = [sum(map(slow.is_content, sentence.tokens)) for sentence in analysis.sentences]
        assert list(slow.told(analysis).content) == wanted
