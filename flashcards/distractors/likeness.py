"""How alike two terms are to a person who must choose between them: form, grammar, and the company they keep.

The weights were set by hand, in halves, from what makes a wrong option credible in the testing literature (same kind,
same grammar, near length, family likeness; Haladyna, Downing and Rodriguez 2002); nothing was fitted to data. The
company of characters (`data/characters.npy`) stands for meaning where no two characters are shared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import add
from typing import TYPE_CHECKING, Any
from zlib import crc32

from flashcards.distractors import terms
from flashcards.distractors.folding import fold, folded

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_HAN = re.compile("[\u3400-\u9fff〇]+")
_LATIN = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What is compared of a term. ``text`` is folded (NFKC, lower case, no white space, simplified script)."""

    text: str
    characters: frozenset[str]
    pairs: frozenset[str]
    tags: tuple[str, ...]
    number: float | None
    features: NDArray[Any]
    vectors: NDArray[Any]
    mean: NDArray[Any]


@lru_cache(maxsize=1 << 12)
def form(term: str) -> Form:
    """The form of a term; remembered, because every term of a text is compared with many others."""
    from flashcards import segment

    text = fold(term)
    tags = tuple(tag for _, tag in segment.words(text)) if text else ()
    places, vectors = _vectors()
    numbers = NUMBER.findall(text)
    number = float(numbers[0].replace(",", "")) if numbers else None
    return Form(
        text=text,
        characters=frozenset(text),
        pairs=_pairs(text),
        tags=tags,
        number=number,
        features=_features(text, tags, number),
        vectors=vectors[[places[c] for c in text if c in places]],
        mean=company(text),
    )


# What two terms have in common or not, and what it counts when they do: an option that looks different is passed over,
# whatever it says; the last characters are the head of a Chinese compound and say of what kind it is; a learner who
# only sees that a verb does not fit has not been tested.
_COUNTS = {
    "length": 0.5,
    "shape": 1.0,
    "is a number": 1.5,
    "has Latin": 1.0,
    "marks": 1.0,
    "frame of its number": 1.5,
    "last character": 2.0,
    "last two": 1.0,
    "first character": 1.0,
    "first two": 1.0,
    "first word's class": 0.5,
    "last word's tag": 1.0,
    "all tags": 0.5,
    "a name of the same kind": 1.0,
}
_DIFFERENCES = 3.5  # what is taken off where number, Latin and marks all differ
_NONE = -1  # equals nothing, itself included


def _features(text: str, tags: tuple[str, ...], number: float | None) -> NDArray[Any]:
    """The features of `_COUNTS` as numbers: equal features have equal numbers."""
    import numpy as np

    shape = _HAN.sub("字", _LATIN.sub("a", NUMBER.sub("9", text)))
    marks = "".join(c for c in text if unicodedata.category(c)[0] in "PS")
    name = _name(text, tags)
    ends = (text[-1:], text[-2:], text[:1], text[:2])
    grammar = (tags[0][0], tags[-1], tags) if tags else (None, None, None)
    frame = None if number is None else NUMBER.sub("9", text)
    said = (len(text), shape, number is None, "a" in shape, marks, frame, *ends, *grammar, name or None)
    return np.array(
        [_NONE if value is None else crc32(repr(value).encode("ascii", "backslashreplace")) for value in said]
    )


def company(text: str) -> NDArray[Any]:
    """The company a term's characters keep: the mean of their vectors, of length 1 (0 where none is known)."""
    import numpy as np

    places, vectors = _vectors()
    rows = [places[c] for c in text if c in places]
    if not rows:
        return np.zeros(vectors.shape[1], dtype=np.float32)
    mean = vectors[rows].mean(axis=0)
    unit: NDArray[Any] = mean / (float(np.linalg.norm(mean)) or 1.0)
    return unit


def likeness(one: str, other: str) -> float:
    """How alike two terms are; about 4 for two that share nothing but their length, 12 and more for close relatives."""
    return float(likenesses((one,), (other,))[0, 0])


def likenesses(ones: Sequence[str], others: Sequence[str]) -> NDArray[Any]:
    """How alike each of ``ones`` is to each of ``others``: one row for each of the former, as a matrix."""
    import numpy as np

    a, b = [form(term) for term in ones], [form(term) for term in others]
    score: NDArray[Any] = _equal(a, b) + _numbers_apart(a, b) + _company(a, b) + _kinds(a, b)
    lengths = [np.array([len(form.text) for form in forms]) for forms in (a, b)]
    one, other = lengths[0][:, None], lengths[1][None]
    score += 3.0 * np.minimum(one, other) / np.maximum(np.maximum(one, other), 1)
    score += 3.5 * _dice(a, b, "characters") + 1.0 * _dice(a, b, "pairs")
    score += 4.5 * (np.array([form.mean for form in a]) @ np.array([form.mean for form in b]).T)
    return score


def _equal(a: Sequence[Form], b: Sequence[Form]) -> NDArray[Any]:
    """What the equal features of each two terms count."""
    import numpy as np

    one, other = np.array([form.features for form in a]), np.array([form.features for form in b])
    same = (one[:, None] == other[None]) & (one[:, None] != _NONE)
    return np.asarray(same @ np.array(list(_COUNTS.values())) - _DIFFERENCES)


def _numbers_apart(a: Sequence[Form], b: Sequence[Form]) -> NDArray[Any]:
    """1 for equal numbers, less the further apart they are; 0 where one is none."""
    import numpy as np

    if not any(form.number is not None for form in a):
        return np.zeros((len(a), len(b)))
    logs = [np.array([np.nan if f.number is None else np.log(f.number + 1) for f in forms]) for forms in (a, b)]
    return np.asarray(np.nan_to_num(1.0 / (1.0 + np.abs(logs[0][:, None] - logs[1][None]))))


def _kinds(a: Sequence[Form], b: Sequence[Form]) -> NDArray[Any]:
    """3.5 for two terms of one group in our table of kinds."""
    import numpy as np

    score = np.zeros((len(a), len(b)))
    groups = terms.table().of
    known = [(at, set(groups[form.text])) for at, form in enumerate(b) if form.text in groups]
    for row, one in enumerate(a):
        own = set(groups.get(one.text, ()))
        if own:
            score[row, [at for at, other in known if not own.isdisjoint(other)]] = 3.5
    return score


def _company(a: Sequence[Form], b: Sequence[Form]) -> NDArray[Any]:
    """For each character of either term the nearest of the other's, both ways in the mean; 0 where none is known."""
    import numpy as np

    score = np.zeros((len(a), len(b)))
    rows = [at for at, form in enumerate(a) if len(form.vectors)]
    columns = [at for at, form in enumerate(b) if len(form.vectors)]
    if not rows or not columns:
        return score
    cosines = np.concatenate([a[at].vectors for at in rows]) @ np.concatenate([b[at].vectors for at in columns]).T
    counts = [np.array([len(forms[at].vectors) for at in some]) for forms, some in ((a, rows), (b, columns))]
    starts = [np.concatenate(([0], np.cumsum(count)[:-1])) for count in counts]
    nearest_a = np.maximum.reduceat(cosines, starts[1], axis=1)  # characters of a, terms of b
    nearest_b = np.maximum.reduceat(cosines, starts[0], axis=0)  # terms of a, characters of b
    mean_a = np.add.reduceat(nearest_a, starts[0], axis=0) / counts[0][:, None]
    mean_b = np.add.reduceat(nearest_b, starts[1], axis=1) / counts[1][None]
    score[np.ix_(rows, columns)] = (mean_a + mean_b) / 2
    return score


def _dice(a: Sequence[Form], b: Sequence[Form], parts: str) -> NDArray[Any]:
    """Twice what the sets of two terms share, over the sum of their sizes."""
    import numpy as np

    sets = [[getattr(form, parts) for form in forms] for forms in (a, b)]
    sizes = [np.array([len(one) for one in some]) for some in sets]
    shared = np.array([[len(one & other) for other in sets[1]] for one in sets[0]])
    return np.asarray(2 * shared / np.maximum(sizes[0][:, None] + sizes[1][None], 1))


def nearness(stem: str, terms: Iterable[str]) -> list[float]:
    """How much of each term's wording the question holds: an option that echoes the question is tempting."""
    text = folded(stem)
    characters = frozenset(text)
    return [0.0 if characters.isdisjoint(b.characters) else _echo(text, characters, b) for b in map(form, terms)]


def _echo(text: str, characters: frozenset[str], b: Form) -> float:
    """The share of a term's characters that a text holds, and more for its pairs of them."""
    pairs = sum([pair in text for pair in b.pairs])
    return 1.5 * pairs / max(1, len(b.pairs)) + len(characters & b.characters) / max(1, len(b.characters))


def _pairs(text: str) -> frozenset[str]:
    """Every two characters in a row."""
    return frozenset(map(add, text, text[1:]))


# Characters that transliterate foreign names; four fifths of a name are made of them.
_SOUNDS = frozenset(
    "斯夫尔特克姆拉罗德基马恩格伯巴列雅维弗莱布伦顿森诺蒂萨卡梅杜洛里亚兰奥米勒柯泰贝托瓦欧霍普塞利达曼丁尼耶"
)


def _name(text: str, tags: tuple[str, ...]) -> str:
    """Whether a term is a person's or a place's name, as far as its form tells."""
    if len(text) >= 3 and sum(c in _SOUNDS for c in text) >= 0.8 * len(text):
        return "person"
    if tags and all(tag.startswith("nr") for tag in tags):
        return "person"
    return "place" if tags and all(tag.startswith("ns") for tag in tags) else ""


@cache
def _vectors() -> tuple[dict[str, int], NDArray[Any]]:
    from importlib.resources import as_file, files

    import numpy as np

    with as_file(files("flashcards").joinpath("data", "characters.npy")) as path:
        table = np.load(path)
    vectors = table["vector"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {chr(code): index for index, code in enumerate(table["character"].tolist())}, vectors
