"""What is known of words that come by number is what is known of each, and is asked for once."""

from __future__ import annotations

import gc
from weakref import ref

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flashcards.model import Numbered, Words
from flashcards.numbered import Rows

PAIRS = st.tuples(st.sampled_from(["水", "治水", "李冰", "，"]), st.sampled_from(["n", "v", "x"]))


def look_up(words, tags):
    """Two numbers of a word that depend on word and tag."""
    return np.array([len(word) for word in words]), np.array([ord(tag) for tag in tags])


@given(st.lists(st.lists(PAIRS)), st.lists(st.lists(st.integers(0, 30))))
def test_words_of_any_texts_have_their_own_numbers(own, shared):
    """Texts with words of their own and texts that share words that grow: each word has what the function says."""
    rows, words = Rows(look_up), Words()
    texts = [Numbered.of(pairs) for pairs in own]
    for numbers in shared:
        while len(words.texts) <= max(numbers, default=-1):
            words.add("水" * len(words.texts), "nvx"[len(words.texts) % 3])
        texts.append(Numbered(words, numbers))
        one, other = rows.of(texts)
        assert one.tolist() == [len(word) for text in texts for word in text.texts]
        assert other.tolist() == [ord(tag) for text in texts for tag in text.tags]


def test_a_word_is_asked_for_once():
    """The function is asked only for words that no text had before."""
    asked: list[str] = []
    rows = Rows(lambda words, tags: (asked.extend(words), look_up(words, tags))[1])
    words, _ = text = Numbered.of([("水", "n"), ("李冰", "r"), ("水", "n")])
    rows.of([text])
    words.add("岷江", "n")
    rows.of([text, Numbered(words, [2, 0])])
    assert asked == ["水", "李冰", "岷江"]


def test_what_is_known_goes_with_the_words():
    """Words that nobody has any more are not kept."""
    rows, text = Rows(look_up), Numbered.of([("水", "n")])
    rows.of([text])
    words = ref(text.words)
    del text
    gc.collect()
    assert words() is None
    assert len(rows._kept) == 0
