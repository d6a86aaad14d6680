"""What is known of words is the same, however they were met."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flashcards.gaps import lexicon
from flashcards.gaps.places import class_of, familiar, plain

WORDS = st.sampled_from(["优化", "優化", "政治", "的", "，", "A", "3", "\U00020bb7", "\ud800", "知州", "骨", "獸骨"])
DOCUMENTS = st.lists(st.lists(st.tuples(WORDS, st.sampled_from(["n", "v", "x"])), max_size=8), max_size=6)


def check(known: lexicon.Lexicon, document: list[tuple[str, str]]) -> None:
    """The numbers and columns of a document say what the tables say of each word by itself."""
    words, kinds = known.look_up([word for word, _ in document], [tag for _, tag in document])
    assert kinds.tolist() == [class_of(word, tag) for word, tag in document]
    for number, (word, _) in zip(words.tolist(), document, strict=True):
        assert (known.numbers[word], known.texts[number], known.sizes[number]) == (number, word, len(word))
        assert (known.known[number], known.rarity[number]) == familiar(word)
        assert known.texts[known.plain[number]] == plain(word)
        assert (known.heads[number], known.tails[number]) == (min(ord(word[0]), 0xFFFF), min(ord(word[-1]), 0xFFFF))


@given(DOCUMENTS)
def test_words_of_any_document_are_known_as_each_by_itself(documents):
    """A word with another tag, in the other script, met before or not has its own class, rarity and plain form."""
    known = lexicon.Lexicon()
    for document in documents:
        check(known, document)


@given(DOCUMENTS, st.frozensets(WORDS))
def test_members_of_a_list_are_found_whatever_words_are_added(documents, members):
    """What was found of a list holds for the words of later documents."""
    known = lexicon.Lexicon()
    for document in documents:
        words, _ = known.look_up([word for word, _ in document], [tag for _, tag in document])
        found = lexicon.among(members, known.numbers, known.lists)
        assert found[words].tolist() == [word in members for word, _ in document]


def test_a_full_lexicon_begins_anew(monkeypatch):
    """Where too many words are remembered all are forgotten; the columns taken before stay as they were."""
    monkeypatch.setattr(lexicon, "LIMIT", 2)
    known = lexicon.Lexicon()
    check(known, [("优化", "v"), ("政治", "n"), ("知州", "n")])
    texts, rarity = known.texts, known.rarity.copy()
    check(known, [("骨", "n")])
    assert (texts, known.texts) == (["", "优化", "政治", "知州"], ["", "骨"])
    assert familiar("优化")[1] == rarity[1]
