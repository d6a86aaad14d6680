"""The nouns. Frozen dataclasses without input or output; every offset counts code points.

They are listed in the order in which data flows: a `Document` of `Block`s becomes `Passage`s with a `Source`,
a passage is cut into `Sentence`s of `Token`s and gets `Keyphrase`s, and from that `Analysis` come `Item`s.
Text is never marked up: gaps and phrases are spans, markup is made in the exporters. Words and phrases, of which there
are by far the most, are kept in columns, and one of them is made where somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Source:
    """Whose words these are. ``date`` is ISO and may be partial (``2023-05``); unknown is None."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    place: str | None = None
    occasion: str | None = None
    publication: str | None = None
    page: str | None = None
    url: str | None = None
    licence: str | None = None
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One change made to a text, or one thing flagged: its name, the 1-based line, and what was done."""

    name: str
    line: int
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name}@{self.line}" + (f" {self.detail}" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document with its place: a physical line before repair, a paragraph after it.

    ``lines`` is the 1-based first and last line (in extraction order for paged formats), ``page`` the 1-based page.
    ``role``: line, body, verse, heading, note, item, page-number, running-header, rule, byline, code, table.
    ``level`` is the depth of a heading. ``layout`` holds what a reader measured (indent, width, font size), for repair.
    """

    text: str
    role: str
    lines: tuple[int, int]
    page: int | None = None
    level: int = 0
    layout: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """One text as read: blocks in order, how it was decoded, what was repaired, what a reader warns of.

    ``meta`` is front matter, sidecar and document properties, already checked. ``wrapped`` says whether lines are
    physical (a reader that knows its paragraphs sets it to False, and repair joins nothing).
    """

    id: str
    path: str
    blocks: tuple[Block, ...]
    title: str | None = None
    encoding: str | None = None
    wrapped: bool = True
    meta: Mapping[str, object] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph (or poem) to be asked about. ``text`` holds a line feed only where ``verse`` is true.

    ``id`` is ``document#number``; ``number`` counts from 1 within the document. ``source_confidence`` is 0 to 1;
    ``source_unsure`` asks the user to settle it. ``title`` is the document's. ``script``: zh-Hans or zh-Hant.
    """

    id: str
    document: str
    number: int
    text: str
    lines: tuple[int, int]
    heading: str | None = None
    title: str | None = None
    source: Source = Source()
    source_confidence: float = 1.0
    source_unsure: bool = False
    alternative: str | None = None
    pages: tuple[int, int] | None = None
    verse: bool = False
    script: str = "zh-Hans"
    repairs: tuple[Repair, ...] = ()


class Token(NamedTuple):
    """A word. ``start`` is its offset in the sentence; ``pos`` a tag of the ICTCLAS set as jieba uses it."""

    text: str
    start: int
    pos: str

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.text)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Words:
    """Different words by number, each with its tag, so that what a table says of a word is looked up once, wherever it
    stands. More words may be added; those that are there keep their numbers."""

    texts: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def add(self, text: str, tag: str) -> int:
        """The number of a word that is new."""
        self.texts.append(text)
        self.tags.append(tag)
        return len(self.texts) - 1


class Numbered(NamedTuple):
    """The words of a text, one after the other, by their ``numbers`` in ``words``."""

    words: Words
    numbers: Sequence[int]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Numbered:
        """The words of (word, tag) pairs, numbered by themselves."""
        known: dict[tuple[str, str], int] = {}
        numbers = [known.setdefault(pair, len(known)) for pair in pairs]
        return cls(Words([text for text, _ in known], [tag for _, tag in known]), numbers)

    @property
    def texts(self) -> list[str]:
        """The words."""
        return list(map(self.words.texts.__getitem__, self.numbers))

    @property
    def tags(self) -> list[str]:
        """The tag of each word."""
        return list(map(self.words.tags.__getitem__, self.numbers))


@dataclass(frozen=True, slots=True)
class Tokens(Sequence[Token]):
    """The words of a sentence in columns: their ``texts``, ``starts`` and ``tags``.

    Most words are only read in bulk, column by column; a `Token` is made where somebody looks at one. ``numbered`` are
    the words in simplified script, where the segmenter has made them.
    """

    texts: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    numbered: Numbered | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, tokens: Iterable[Token]) -> Tokens:
        """The columns of tokens."""
        texts, starts, tags = zip(*tokens, strict=True) if (tokens := tuple(tokens)) else ((), (), ())
        return cls(texts, starts, tags)

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Token, ...]: ...
    def __getitem__(self, index: int | slice) -> Token | tuple[Token, ...]:
        if isinstance(index, slice):
            return tuple(map(Token, self.texts[index], self.starts[index], self.tags[index]))
        return Token(self.texts[index], self.starts[index], self.tags[index])

    def __iter__(self) -> Iterator[Token]:
        return map(Token, self.texts, self.starts, self.tags)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence. ``start`` is its offset in the passage; ``clauses`` the offsets (in it) behind each clause mark."""

    text: str
    start: int
    tokens: Tokens
    clauses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a phrase stands where it stands: a feature, its value and what it added to the score."""

    feature: str
    value: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a phrase stands: passage number, sentence index in the passage, span in the sentence."""

    passage: int
    sentence: int
    start: int
    end: int


KINDS = ("term", "number", "date", "quote", "title", "name", "place", "organisation", "idiom", "user")  # of phrases


@dataclass(frozen=True, slots=True)
class Keyphrase:
    """A phrase worth knowing, ranked within its document, with every occurrence in the document.

    ``kind`` is one of `KINDS`.
    """

    text: str
    score: float
    kind: str = "term"
    reasons: tuple[Reason, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    runners_up: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Phrases(Sequence[Keyphrase]):
    """The key phrases of a document in columns, best first; a `Keyphrase` is made where somebody looks at one.

    One entry a phrase: ``texts``, ``scores``, ``kinds`` (indices of `KINDS`) and, where they were asked for,
    ``reasons`` and ``runners_up``. ``places`` has a column a place, phrase by phrase, with the rows passage, sentence,
    start and end as in `Occurrence`; the places of a phrase begin at its entry in ``bounds`` and end before the next.
    """

    texts: Sequence[str]
    scores: NDArray[np.float64]
    kinds: NDArray[np.int8]
    bounds: NDArray[np.int64]
    places: NDArray[np.int64]
    reasons: Sequence[tuple[Reason, ...]] = ()
    runners_up: Sequence[tuple[str, ...]] = ()
    _numbers: dict[str, int] = field(default_factory=dict, init=False, repr=False)
    _made: dict[int, Keyphrase] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, phrases: Sequence[Keyphrase]) -> Phrases:
        """The columns of phrases, which are ranked as they stand."""
        import numpy as np

        places = [(at.passage, at.sentence, at.start, at.end) for phrase in phrases for at in phrase.occurrences]
        return cls(
            texts=[phrase.text for phrase in phrases],
            scores=np.array([phrase.score for phrase in phrases], np.float64),
            kinds=np.array([KINDS.index(phrase.kind) for phrase in phrases], np.int8),
            bounds=np.cumsum([0, *(len(phrase.occurrences) for phrase in phrases)], dtype=np.int64),
            places=np.array(places, np.int64).reshape(-1, 4).T,
            reasons=[phrase.reasons for phrase in phrases],
            runners_up=[phrase.runners_up for phrase in phrases],
        )

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, index: int) -> Keyphrase: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Keyphrase, ...]: ...
    def __getitem__(self, index: int | slice) -> Keyphrase | tuple[Keyphrase, ...]:
        if isinstance(index, slice):
            return tuple(map(self.__getitem__, range(len(self))[index]))
        number = range(len(self))[index]
        return self._made.get(number) or self._make(number)

    def _make(self, number: int) -> Keyphrase:
        first, last = self.bounds[number : number + 2].tolist()
        made = self._made[number] = Keyphrase(
            self.texts[number],
            float(self.scores[number]),
            KINDS[self.kinds[number]],
            self.reasons[number] if self.reasons else (),
            tuple(map(Occurrence, *self.places[:, first:last].tolist())),
            self.runners_up[number] if self.runners_up else (),
        )
        return made

    @property
    def numbers(self) -> Mapping[str, int]:
        """The index of each phrase by its text."""
        if not self._numbers:
            self._numbers.update(zip(self.texts, range(len(self)), strict=True))
        return self._numbers

    def of_passages(self, numbers: Sequence[int]) -> list[Keyphrases]:
        """The phrases that stand in each passage."""
        import numpy as np

        both = np.arange(len(self)).repeat(self.bounds[1:] - self.bounds[:-1])
        both += self.places[0] * len(self)
        both.sort()
        new = np.ones(len(both), np.bool_)
        np.not_equal(both[1:], both[:-1], out=new[1:])
        passage, row = np.divmod(both[new], max(1, len(self)))
        first, end = passage.searchsorted(numbers).tolist(), passage.searchsorted(numbers, side="right").tolist()
        return [Keyphrases(self, row[a:z]) for a, z in zip(first, end, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Keyphrases(Sequence[Keyphrase]):
    """Those key phrases of a ``document`` that stand in one passage, best first: their indices there are ``rows``."""

    document: Phrases
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Keyphrase: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Keyphrase, ...]: ...
    def __getitem__(self, index: int | slice) -> Keyphrase | tuple[Keyphrase, ...]:
        if isinstance(index, slice):
            return tuple(map(self.document.__getitem__, self.rows[index].tolist()))
        return self.document[int(self.rows[index])]

    @property
    def texts(self) -> list[str]:
        """Their texts."""
        return list(map(self.document.texts.__getitem__, self.rows.tolist()))

    @property
    def scores(self) -> list[float]:
        """Their scores."""
        scores: list[float] = self.document.scores[self.rows].tolist()
        return scores

    @property
    def kinds(self) -> list[str]:
        """Their kinds."""
        return [KINDS[kind] for kind in self.document.kinds[self.rows].tolist()]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A passage with its sentences and the document's key phrases that occur in it (best first)."""

    passage: Passage
    sentences: tuple[Sentence, ...]
    keyphrases: Keyphrases


def phrases_of(analyses: Sequence[Analysis]) -> Phrases:
    """The key phrases of the document that these are the passages of."""
    return analyses[0].keyphrases.document if analyses else Phrases.of(())


class Gap(NamedTuple):
    """A hidden span of an item's stem."""

    start: int
    end: int


class Place(NamedTuple):
    """Where an item was made: sentence index in the passage, and the offset of the stem in that sentence."""

    sentence: int
    start: int = 0


class Context(NamedTuple):
    """What stands around the stem: the sentence before, the one after, and the whole sentence of the stem."""

    before: str = ""
    after: str = ""
    sentence: str = ""


ALONE = Context()
Answer = str | bool | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One assessable question. ``stem`` is the full text, answer included; ``gaps`` are spans in it.

    ``answer``: str (cloze, source, term, recitation), bool (truefalse), index into ``options`` (choice),
    tuple (list). ``ask`` names what is asked where a kind asks several things (source: occasion, date, place, author,
    title; term: term, definition; recitation: next, previous, first; otherwise empty); the words for it come from
    the word tables. ``key``, ``number`` and ``modified`` are given by the ledger and empty before it.
    """

    kind: str
    stem: str
    gaps: tuple[Gap, ...]
    answer: Answer
    passage: Passage
    place: Place
    ask: str = ""
    accepted: tuple[str, ...] = ()
    hint: str = ""
    options: tuple[str, ...] | None = None
    explanation: str = ""
    context: Context = ALONE
    tags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    key: str = ""
    number: int = 0
    modified: int = 0


def answer_text(item: Item) -> str:
    """The right answer in words: a choice's option, a list's members joined by 、, √ or × for a judgement."""
    if isinstance(item.answer, bool):
        return "√" if item.answer else "×"
    if isinstance(item.answer, int):
        return (item.options or ())[item.answer]
    if isinstance(item.answer, tuple):
        return "、".join(item.answer)
    return item.answer


def omitted(item: Item) -> tuple[bool, bool]:
    """Whether the sentence goes on before and behind the stem, so that a front shows …… there.

    A stem that is no stretch of its sentence (a judgement with another word) has nothing left out; nor is the full
    stop that ends the sentence.
    """
    sentence, start = item.context.sentence, item.place.start
    end = start + len(item.stem)
    if sentence[start:end] != item.stem:
        return False, False
    return bool(sentence[:start].strip()), len(sentence[end:].strip()) > 1
