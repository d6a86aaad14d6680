"""Stage 4 of 7: Passage -> Sentences of Tokens; the only importer of a segmenter.

Words are jieba's (HMM on) whichever engine runs: rjieba, its Rust sibling, where a wheel fits, and jieba itself
elsewhere. Tags are the dictionary's, and for words outside it those of `tagging.guess`, so they too are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import accumulate, pairwise
from pathlib import Path
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from flashcards import memory, script
from flashcards.cache import passage_key
from flashcards.errors import FlashcardsError
from flashcards.model import Numbered, Passage, Sentence, Tokens, Words
from flashcards.segment.sentences import split
from flashcards.segment.tagging import guess
from flashcards.segment.viterbi import Model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# jieba's own block of "words" (re_han_default); everything else it cuts into single characters.
_BLOCK = "\u4e00-\u9fd5a-zA-Z0-9+#&._%\\-"
_IN_BLOCK = frozenset("+#&._%-" + ascii_letters + digits)  # those of its characters that are no Han
_SINGLES = re.compile(b"\\x01{2,}")
# The patterns of jieba.finalseg: Han go through the model, Latin and numbers stay whole.
_HAN_OR_NOT = re.compile("[\u4e00-\u9fd5]+|[^\u4e00-\u9fd5]+")
_LATIN = re.compile("([a-zA-Z0-9]+(?:\\.\\d+)?%?)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TERM_TAG = "nz"
_MEMO = 1 << 15  # words remembered; beyond them all are met anew: a bound, so that memory does not follow the corpus

_NOTED = re.compile("([0-9]+)([a-z]+)")

_BETWEEN = "。"
_STRETCH = 1 << 10  # characters cut in one call: what is read later lies close together in memory

Word = tuple[str, str]
K = TypeVar("K")
T = TypeVar("T")


class Store(Protocol):
    """A place for bytes by key, such as `cache.Cache`."""

    def get(self, key: bytes) -> bytes | None: ...
    def put(self, key: bytes, value: bytes) -> None: ...


_store: Store | None = None


class Cutter(Protocol):
    """An engine: text -> words that join back to the text, and their tags."""

    def cut(self, text: str) -> Numbered: ...


def words(text: str, terms: Collection[str] = ()) -> list[Word]:
    """Cut ``text`` into (word, tag) pairs; joined back they are ``text``.

    The cuts equal ``jieba.cut(text)``. ``terms`` are words of the user: each is cut whole wherever jieba would cut it
    whole with the term in its user dictionary; one with a space or a mark in it, wherever it stands. A term that the
    dictionary has keeps its tag, others get nz.
    """
    cut = numbered(text, terms)
    return list(zip(cut.texts, cut.tags, strict=True))


def numbered(text: str, terms: Collection[str] = ()) -> Numbered:
    """The words of a text as `words` gives them, by number."""
    return _numbered(text, tuple(sorted(set(terms))))


def _numbered(text: str, terms: tuple[str, ...] = ()) -> Numbered:
    try:
        return _with_odd_terms(text, terms) if terms else cutter().cut(text)
    except UnicodeEncodeError:  # lone surrogates cannot cross into rjieba
        cut = _numbered(_SURROGATE.sub("\ufffd", text), terms)
        return Numbered.of(zip(_slices(text, cut.texts), cut.tags, strict=True))


def _slices(text: str, words: Sequence[str]) -> list[str]:
    """A text in pieces as long as the words of its shadow."""
    starts = list(accumulate(map(len, words), initial=0))
    return [text[start:end] for start, end in pairwise(starts)]


def sentences(passage: Passage, terms: Collection[str] = ()) -> tuple[Sentence, ...]:
    """The sentences of a passage with their words; joined back they are ``passage.text``.

    Traditional text is cut by way of its simplified shadow of equal length, so both scripts get the same words; the
    tokens are slices of the original. In verse a line break ends a sentence.
    """
    return sentences_of((passage,), terms)[0]


def sentences_of(passages: Sequence[Passage], terms: Collection[str] = ()) -> list[tuple[Sentence, ...]]:
    """The sentences of each passage, as `sentences` gives them: cut together they cost far less."""
    if _store is None:
        return _cut(passages, terms)
    forced = tuple(sorted(set(terms)))
    keys = [passage_key(passage.text, passage.verse, passage.script, forced) for passage in passages]
    words = Words()
    numbers = _Memo[Word, int](lambda word: words.add(*word))
    made = [
        _recall(passage.text, _shadow(passage), known, words, numbers) if (known := _store.get(key)) else None
        for passage, key in zip(passages, keys, strict=True)
    ]
    new = [number for number, known in enumerate(made) if known is None]
    for number, cut in zip(new, _cut([passages[number] for number in new], terms), strict=True):
        made[number] = cut
        _store.put(keys[number], _noted(cut))
    return [known for known in made if known is not None]


def remember(store: Store | None) -> None:
    """Keep the words of passages in ``store`` from now on in this process, and look there first; None: no more."""
    global _store
    _store = store


def _cut(passages: Sequence[Passage], terms: Collection[str]) -> list[tuple[Sentence, ...]]:
    ends = [list(split(passage.text, verse=passage.verse)) for passage in passages]
    pieces: list[str] = []
    shadows: list[str] = []
    for passage, some in zip(passages, ends, strict=True):
        text, shadow = passage.text, _shadow(passage)
        own = [text[start:end] for start, end, _ in some]
        pieces += own
        shadows += own if shadow is text else [shadow[start:end] for start, end, _ in some]
    cuts = zip(pieces, _by_terms(pieces, shadows, terms) if terms else _together(pieces, shadows), strict=True)
    return [
        tuple(
            [
                Sentence(text, start, tokens, clauses)
                for (start, _, clauses), (text, tokens) in zip(some, cuts, strict=False)
            ]
        )
        for some in ends
    ]


def _shadow(passage: Passage) -> str:
    """The text itself, or its simplified shadow where it is traditional."""
    traditional = passage.script == "zh-Hant" or script.is_traditional(passage.text)
    return script.simplified_shadow(passage.text) if traditional else passage.text


def _by_terms(pieces: Sequence[str], shadows: Sequence[str], terms: Collection[str]) -> Iterator[Tokens]:
    """The words of each piece; in traditional text the terms, too, are sought by their shadows."""
    plain, simple = (tuple(sorted(set(some))) for some in (terms, map(script.simplified_shadow, terms)))
    for piece, shadow in zip(pieces, shadows, strict=True):
        yield from _parts(_numbered(shadow, plain if shadow is piece else simple), [piece], [shadow])


def _together(pieces: Sequence[str], shadows: Sequence[str]) -> Iterator[Tokens]:
    """The words of each piece of text, many pieces cut in one call by their shadows. What stands between them is a
    mark, which jieba cuts by itself, so that each piece is cut as it would be alone."""
    for part in _stretches(shadows):
        yield from _parts(_numbered(_BETWEEN.join(shadows[part])), pieces[part], shadows[part])


def _parts(cut: Numbered, pieces: Sequence[str], shadows: Sequence[str]) -> Iterator[Tokens]:
    """The words of each of the pieces whose shadows were cut as one text with a mark between them."""
    import numpy as np

    words, numbers = cut
    texts, tags = tuple(cut.texts), tuple(cut.tags)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = sizes.cumsum() - sizes
    plain = pieces == shadows
    if not plain:
        texts = _originals(_BETWEEN.join(pieces), _BETWEEN.join(shadows), texts, starts)
    begins = np.array([0, *accumulate(len(piece) + len(_BETWEEN) for piece in pieces)])
    firsts = starts.searchsorted(begins)
    starts -= begins[:-1].repeat(firsts[1:] - firsts[:-1])
    places = tuple(starts.tolist())
    for first, after in pairwise(firsts.tolist()):
        last = after - 1 if after < len(texts) else after
        own = Numbered(words, numbers[first:last])
        yield Tokens(texts[first:last], places[first:last], tags[first:last], own, plain)


def _originals(text: str, shadow: str, words: Sequence[str], starts: NDArray[np.int64]) -> tuple[str, ...]:
    """What stands in a text where the words of its shadow stand: the words themselves, where the two do not differ."""
    import numpy as np

    one, other = (np.frombuffer(some.encode("utf-32-le", "surrogatepass"), np.uint32) for some in (text, shadow))
    found = list(words)
    rows, ends = np.flatnonzero(np.logical_or.reduceat(one != other, starts)), np.append(starts[1:], len(text))
    for row, start, end in zip(rows.tolist(), starts[rows].tolist(), ends[rows].tolist(), strict=True):
        found[row] = text[start:end]
    return tuple(found)


def _stretches(pieces: Sequence[str]) -> Iterator[slice]:
    """The pieces in order, as many together as have `_STRETCH` characters or are one."""
    first = size = 0
    for number, piece in enumerate(pieces):
        if size and size + len(piece) > _STRETCH:
            yield slice(first, number)
            first, size = number, 0
        size += len(piece)
    if pieces:
        yield slice(first, len(pieces))


def _noted(made: tuple[Sentence, ...]) -> bytes:
    """Sentences as bytes: of each its length, its clauses, and its words as lengths and tags (2n1uj3v)."""
    note = "{}{}".format
    rows = [[len(s.text), list(s.clauses), "".join(map(note, map(len, s.tokens.texts), s.tokens.tags))] for s in made]
    return json.dumps(rows, separators=(",", ":")).encode()


def _recall(
    text: str, shadow: str, noted: bytes, words: Words, numbers: Mapping[Word, int]
) -> tuple[Sentence, ...] | None:
    """The sentences of `_noted` in a text with its shadow, by their ``numbers`` in ``words``; None where the note does
    not fit the text."""
    made, start = [], 0
    try:
        for length, clauses, joined in json.loads(noted):
            piece, cut = text[start : start + length], _NOTED.findall(joined)
            ends = [*accumulate((int(width) for width, _ in cut), initial=0)]
            if ends[-1] != len(piece):
                return None
            texts = plain = tuple([piece[at:end] for at, end in pairwise(ends)])
            if shadow is not text:
                plain = tuple([shadow[start + at : start + end] for at, end in pairwise(ends)])
            tags = tuple([tag for _, tag in cut])
            own = Numbered(words, list(map(numbers.__getitem__, zip(plain, tags, strict=True))))
            made.append(
                Sentence(piece, start, Tokens(texts, tuple(ends[:-1]), tags, own, plain is texts), tuple(clauses))
            )
            start += length
    except (ValueError, TypeError):
        return None
    return tuple(made) if start == len(text) else None


@lru_cache(maxsize=4)
def cutter(terms: tuple[str, ...] = ()) -> Cutter:
    """The engine for the user's terms: rjieba where it is installed, else jieba; their words and tags are equal."""
    try:
        import rjieba  # noqa: F401
    except ImportError:
        return Jieba(terms)
    return Rjieba(terms)


memory.kept(cutter.cache_clear)


class _Memo(dict[K, T]):
    """What a function gives for each thing that was asked for."""

    def __init__(self, function: Callable[[K], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> T:
        value = self[key] = self._function(key)
        return value


class Rjieba:
    """rjieba's dictionary path, jieba's hidden Markov model over what it leaves single, and the dictionary's tags.

    rjieba's own HMM is not used: it keeps ASCII runs whole, takes rare Han into its blocks and rounds, so that near
    ties fall the other way; its tags of unknown words are those of whatever word comes first in its trie.
    """

    def __init__(self, terms: tuple[str, ...] = ()) -> None:
        import rjieba

        # The module's own instance is shared: only terms need (and pay for) one of their own.
        self._engine: Any = rjieba.Jieba() if terms else rjieba
        self._terms = frozenset(term for term in terms if not rjieba.has_word(term))
        weights = {term: rjieba.suggest_freq(term) for term in terms}
        for term in terms:
            self._engine.add_word(term, weights[term], _TERM_TAG)
        self._empty()

    def _empty(self) -> None:
        self._words = Words()
        self._numbers = _Memo(self._add)
        self._singles: list[int] = []  # of each word, whether jieba would hand it to its HMM
        self._runs = _Memo(self._recognise)

    def _add(self, word: str) -> int:
        self._singles.append(self._single(word))
        return self._words.add(word, self._tag(word))

    def cut(self, text: str) -> Numbered:
        """The words of a text without lone surrogates."""
        if len(self._numbers) > _MEMO or len(self._runs) > _MEMO:
            self._empty()
        cuts = list(map(self._numbers.__getitem__, self._engine.cut(text, False)))
        return Numbered(self._words, self._with_runs(cuts))

    def _with_runs(self, cuts: list[int]) -> list[int]:
        """The words with those of the HMM in place of each run of two and more singles."""
        found: list[int] = []
        start, text_of = 0, self._words.texts.__getitem__
        for run in _SINGLES.finditer(bytes(map(self._singles.__getitem__, cuts))):
            first, end = run.span()
            found += cuts[start:first]
            found += self._runs["".join(map(text_of, cuts[first:end]))]
            start = end
        return found + cuts[start:] if start else cuts

    def _single(self, word: str) -> int:
        """1 for a word that jieba would hand to its HMM as single characters of a block, else 0.

        rjieba joins single ASCII letters and digits on its dictionary path; jieba's HMM branch has them one by one.
        """
        if len(word) == 1:
            return 1 if "\u4e00" <= word <= "\u9fd5" or word in _IN_BLOCK else 0
        return 1 if word.isascii() and word.isalnum() and not self._engine.has_word(word) else 0

    def _recognise(self, run: str) -> list[int]:
        return [self._numbers[word] for word in (run if self._engine.has_word(run) else _hmm(run))]

    def _tag(self, word: str) -> str:
        if word in self._terms:
            return _TERM_TAG
        if not self._engine.has_word(word):
            return guess(word)
        pairs = self._engine.tag(word, False)
        return str(pairs[0][1]) if len(pairs) == 1 else _dictionary_line(word)


class Jieba:
    """jieba itself, for systems without a wheel of rjieba: the same words and tags, an order of magnitude slower."""

    def __init__(self, terms: tuple[str, ...] = ()) -> None:
        import logging
        import warnings

        with warnings.catch_warnings():  # at its first compile jieba warns of its own escapes and of pkg_resources
            warnings.simplefilter("ignore")
            import jieba
        jieba.setLogLevel(logging.ERROR)
        self._cut: Callable[[str], Iterator[str]] = jieba.cut
        self._tags: dict[str, str] = _dictionary()
        if terms:
            tokenizer = jieba.Tokenizer()
            weights = {term: tokenizer.suggest_freq(term) for term in terms}
            for term in terms:
                tokenizer.add_word(term, weights[term], _TERM_TAG)
            self._cut = tokenizer.cut
            self._tags = {**dict.fromkeys(terms, _TERM_TAG), **self._tags}
        self._empty()

    def _empty(self) -> None:
        self._words = Words()
        self._numbers = _Memo(self._add)

    def _add(self, word: str) -> int:
        return self._words.add(word, self._tags.get(word) or guess(word))

    def cut(self, text: str) -> Numbered:
        """The words of a text without lone surrogates."""
        if len(self._numbers) > _MEMO:
            self._empty()
        return Numbered(self._words, list(map(self._numbers.__getitem__, self._cut(text))))


def _hmm(run: str) -> Iterator[str]:
    """The words of a run of single characters as `jieba.finalseg.cut` gives them."""
    for piece in _HAN_OR_NOT.findall(run):
        if "\u4e00" <= piece[0] <= "\u9fd5":
            yield from _model().cut(piece)
        else:
            yield from filter(None, _LATIN.split(piece))


@cache
def _model() -> Model:
    """jieba's tables (10 ms), loaded by themselves: jieba as a whole takes ten times as long where pkg_resources is."""
    tables = []
    for name in ("start", "trans", "emit"):
        spec = spec_from_file_location(f"_jieba_prob_{name}", jieba_file("finalseg", f"prob_{name}.py"))
        assert spec is not None and spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        tables.append(module.P)
    return Model(*tables)


@cache
def jieba_file(*parts: str) -> Path:
    """The path of a file of the installed jieba, which is not imported. Raises FlashcardsError where there is none."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise FlashcardsError("jieba is not installed; install it with: python -m pip install jieba")
    return Path(spec.submodule_search_locations[0], *parts)


def _with_odd_terms(text: str, terms: tuple[str, ...]) -> Numbered:
    """Terms that jieba's blocks would break (a space, a mark in them) are taken out first, the longest first."""
    plain = tuple(term for term in terms if term and not re.search(f"[^{_BLOCK}]", term))
    odd = sorted((term for term in terms if term and term not in plain), key=lambda term: (-len(term), term))
    engine = cutter(plain)
    if not odd:
        return engine.cut(text)
    pairs: list[Word] = []
    for piece in re.split("(" + "|".join(map(re.escape, odd)) + ")", text):
        cut = Numbered.of([(piece, _TERM_TAG)]) if piece in odd else engine.cut(piece)
        pairs += zip(cut.texts, cut.tags, strict=True)
    return Numbered.of(pairs)


@cache
def _dictionary_bytes() -> bytes:
    return jieba_file("dict.txt").read_bytes()


@cache
def _dictionary() -> dict[str, str]:
    rows = (line.split(" ") for line in _dictionary_bytes().decode("utf-8").splitlines())
    return {word: tag for word, _, tag in rows}


def _dictionary_line(word: str) -> str:
    """The tag of one dictionary word whose own characters outweigh it, so that no cut of it alone shows it.

    The file is sorted but for a few lines: halving finds nearly every word, a plain search the rest.
    """
    table, key = _dictionary_bytes(), word.encode("utf-8")
    low, high = 0, len(table)
    while low < high:
        start = table.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = table.index(b"\n", start)
        found = table[start : table.index(b" ", start)]
        if found == key:
            break
        low, high = (end + 1, high) if found < key else (low, start)
    else:
        start = table.index(b"\n" + key + b" ") + 1
        end = table.index(b"\n", start)
    return table[start:end].decode("utf-8").split(" ")[2].strip()
