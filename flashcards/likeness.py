"""How alike two terms are to a person who must choose between them: form, grammar, and the company they keep.

The weights were set by hand, in halves, from what makes a wrong option credible in the testing literature (same kind,
same grammar, near length, family likeness; Haladyna, Downing and Rodriguez 2002); nothing was fitted to data. The
company of characters (`data/characters.npy`) stands for meaning where no two characters are shared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
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


@lru_cache(maxsize=1 << 16)
def fold(term: str) -> str:
    """A term as it is compared: compatibility forms, case, white space and script folded."""
    return script.simplified_shadow("".join(unicodedata.normalize("NFKC", term).split()).casefold())


def likeness(one: str, other: str) -> float:
    """How alike two terms are; about 4 for two that share nothing but their length, 12 and more for close relatives."""
    return float(likenesses((one,), (other,))[0, 0])


def likenesses(ones: Sequence[str], others: Sequence[str]) -> NDArray[Any]:
    """How alike each of ``ones`` is to each of ``others``: one row for each of the former, as a matrix."""
    a, b = [form(term) for term in ones], [form(term) for term in others]
    score: NDArray[Any] = _surface(a, b) + _family(a, b) + _grammar(a, b) + _meaning(a, b)
    return score


Forms = list[Form]


def _surface(a: Forms, b: Forms) -> NDArray[Any]:
    """Length and script: an option that looks different is passed over, whatever it says."""
    import numpy as np

    one, other = _lengths(a)[:, None], _lengths(b)[None]
    score = 3.0 * np.minimum(one, other) / np.maximum(np.maximum(one, other), 1) + 0.5 * (one == other)
    score += 1.0 * _equal(a, b, lambda form: form.shape)
    score -= 1.5 * ~_equal(a, b, lambda form: form.number is None)
    score -= 1.0 * ~_equal(a, b, lambda form: "a" in form.shape) + 1.0 * ~_equal(a, b, lambda form: form.marks)
    numbers = [np.array([np.nan if form.number is None else form.number for form in forms]) for forms in (a, b)]
    both = ~np.isnan(numbers[0])[:, None] & ~np.isnan(numbers[1])[None]
    if both.any():
        logs = [np.log(np.where(np.isnan(number), 0, number) + 1) for number in numbers]
        apart = np.abs(logs[0][:, None] - logs[1][None])
        score += both * (1.5 * _equal(a, b, lambda form: form.frame) + 1.0 / (1.0 + apart))
    return np.asarray(score)


def _family(a: Forms, b: Forms) -> NDArray[Any]:
    """Shared characters; the last ones are the head of a Chinese compound and say of what kind it is."""
    score: NDArray[Any] = 3.5 * _dice(a, b, lambda form: form.characters)
    score += 1.0 * _dice(a, b, lambda form: form.pairs)
    score += 2.0 * _equal(a, b, lambda form: form.text[-1:]) + 1.0 * _equal(a, b, lambda form: form.text[-2:])
    score += 1.0 * _equal(a, b, lambda form: form.text[:1]) + 1.0 * _equal(a, b, lambda form: form.text[:2])
    return score


def _grammar(a: Forms, b: Forms) -> NDArray[Any]:
    """Word class at both ends: a learner who only sees that a verb does not fit has not been tested."""
    import numpy as np

    tagged = np.array([bool(form.tags) for form in a])[:, None] & np.array([bool(form.tags) for form in b])[None]
    first = _equal(a, b, lambda form: form.tags[0][0] if form.tags else "")
    last = _equal(a, b, lambda form: form.tags[-1] if form.tags else "")
    return np.asarray(tagged * (0.5 * first + 1.0 * last + 0.5 * _equal(a, b, lambda form: form.tags)))


def _meaning(a: Forms, b: Forms) -> NDArray[Any]:
    """One kind in our table, both names, and characters that keep the same company in words."""
    import numpy as np

    score: NDArray[Any] = 4.5 * (np.array([form.mean for form in a]) @ np.array([form.mean for form in b]).T).astype(
        float
    )
    named = np.array([form.name != "" for form in a])[:, None]
    score += named & _equal(a, b, lambda form: form.name)
    score += _company(a, b)
    groups = terms.table().of
    known = [(at, set(groups[form.text])) for at, form in enumerate(b) if form.text in groups]
    for row, one in enumerate(a):
        own = set(groups.get(one.text, ()))
        if own:
            score[row, [at for at, other in known if not own.isdisjoint(other)]] += 3.5
    return score


def _company(a: Forms, b: Forms) -> NDArray[Any]:
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


def _lengths(forms: Forms) -> NDArray[Any]:
    import numpy as np

    return np.array([len(form.text) for form in forms], dtype=float)


def _equal(a: Forms, b: Forms, feature: Callable[[Form], object]) -> NDArray[Any]:
    """Whether a feature of each of ``a`` equals that of each of ``b``."""
    import numpy as np

    numbers: dict[object, int] = {}
    one = np.array([numbers.setdefault(feature(form), len(numbers)) for form in a])
    other = np.array([numbers.setdefault(feature(form), len(numbers)) for form in b])
    return np.asarray(one[:, None] == other[None])


def _dice(a: Forms, b: Forms, feature: Callable[[Form], frozenset[str]]) -> NDArray[Any]:
    """Twice what two sets share, over the sum of their sizes."""
    import numpy as np

    places: dict[str, int] = {}
    for form in a:
        for part in feature(form):
            places.setdefault(part, len(places))
    tables = []
    for forms in (a, b):
        table = np.zeros((len(forms), len(places)), np.float32)
        for at, form in enumerate(forms):
            table[at, [places[part] for part in feature(form) if part in places]] = 1
        tables.append(table)
    sizes = [np.array([len(feature(form)) for form in forms]) for forms in (a, b)]
    shared = (tables[0] @ tables[1].T).astype(float)
    return np.asarray(2 * shared / np.maximum(sizes[0][:, None] + sizes[1][None], 1))


def nearness(stem: str, term: str) -> float:
    """How much of a term's wording the question holds: an option that echoes the question is tempting."""
    a, b = form(stem), form(term)
    return 1.5 * len(a.pairs & b.pairs) / max(1, len(b.pairs)) + len(a.characters & b.characters) / max(
        1, len(b.characters)
    )


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
