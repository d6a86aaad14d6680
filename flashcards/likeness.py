"""How alike two terms are to a person who must choose between them: form, grammar, and the company they keep.

The weights were set by hand, in halves, from what makes a wrong option credible in the testing literature (same kind,
same grammar, near length, family likeness; Haladyna, Downing and Rodriguez 2002); nothing was fitted to data. The
company of characters (`data/characters.npy`) stands for meaning where no two characters are shared.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flashcards import script, terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_HAN = re.compile("[\u3400-\u9fff〇]+")
_LATIN = re.compile("[a-z]+")
_NEGATIVE = re.compile("[不无非未]")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What is compared of a term. ``text`` is folded (NFKC, lower case, no white space, simplified script)."""

    text: str
    characters: frozenset[str]
    pairs: frozenset[str]
    tags: tuple[str, ...]
    shape: str
    marks: str
    frame: str
    number: float | None
    name: str
    vectors: NDArray[Any]
    mean: NDArray[Any]


@lru_cache(maxsize=1 << 15)
def form(term: str) -> Form:
    """The form of a term; remembered, because every term of a text is compared with many others."""
    from flashcards import segment

    text = fold(term)
    tags = tuple(tag for _, tag in segment.words(text)) if text else ()
    places, vectors = _vectors()
    numbers = NUMBER.findall(text)
    return Form(
        text=text,
        characters=frozenset(text),
        pairs=frozenset(a + b for a, b in pairwise(text)),
        tags=tags,
        shape=_HAN.sub("字", _LATIN.sub("a", NUMBER.sub("9", text))),
        marks="".join(c for c in text if unicodedata.category(c)[0] in "PS"),
        frame=NUMBER.sub("9", text),
        number=float(numbers[0].replace(",", "")) if numbers else None,
        name=_name(text, tags),
        vectors=vectors[[places[c] for c in text if c in places]],
        mean=company(text),
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


def fold(term: str) -> str:
    """A term as it is compared: compatibility forms, case, white space and script folded."""
    return script.simplified_shadow("".join(unicodedata.normalize("NFKC", term).split()).casefold())


def likeness(one: str, other: str) -> float:
    """How alike two terms are; about 4 for two that share nothing but their length, 12 and more for close relatives."""
    a, b = form(one), form(other)
    return _surface(a, b) + _family(a, b) + _grammar(a, b) + _meaning(a, b)


def _surface(a: Form, b: Form) -> float:
    """Length and script: an option that looks different is passed over, whatever it says."""
    longest = max(len(a.text), len(b.text), 1)
    score = 3.0 * min(len(a.text), len(b.text)) / longest + 0.5 * (len(a.text) == len(b.text))
    score += 1.0 * (a.shape == b.shape)
    score -= 1.5 * ((a.number is None) != (b.number is None))
    score -= 1.0 * (("a" in a.shape) != ("a" in b.shape)) + 1.0 * (a.marks != b.marks)
    if a.number is not None and b.number is not None:
        score += 1.5 * (a.frame == b.frame)
        score += 1.0 / (1.0 + abs(math.log((a.number + 1) / (b.number + 1))))
    return score


def _family(a: Form, b: Form) -> float:
    """Shared characters; the last ones are the head of a Chinese compound and say of what kind it is."""
    score = 3.5 * _dice(a.characters, b.characters) + 1.0 * _dice(a.pairs, b.pairs)
    score += 2.0 * (a.text[-1:] == b.text[-1:]) + 1.0 * (a.text[-2:] == b.text[-2:])
    return score + 1.0 * (a.text[:1] == b.text[:1]) + 1.0 * (a.text[:2] == b.text[:2])


def _grammar(a: Form, b: Form) -> float:
    """Word class at both ends: a learner who only sees that a verb does not fit has not been tested."""
    if not a.tags or not b.tags:
        return 0.0
    return 0.5 * (a.tags[0][0] == b.tags[0][0]) + 1.0 * (a.tags[-1] == b.tags[-1]) + 0.5 * (a.tags == b.tags)


def _meaning(a: Form, b: Form) -> float:
    """One kind in our table, both names, and characters that keep the same company in words."""
    score = 4.5 * float(a.mean @ b.mean) + 1.0 * (a.name != "" and a.name == b.name)
    if len(a.vectors) and len(b.vectors):
        cosines = a.vectors @ b.vectors.T
        score += 1.0 * float(cosines.max(axis=0).mean() + cosines.max(axis=1).mean()) / 2
    return score + 3.5 * terms.table().together(a.text, b.text)


def nearness(stem: str, term: str) -> float:
    """How much of a term's wording the question holds: an option that echoes the question is tempting."""
    a, b = form(stem), form(term)
    return 1.5 * len(a.pairs & b.pairs) / max(1, len(b.pairs)) + len(a.characters & b.characters) / max(
        1, len(b.characters)
    )


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))


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
