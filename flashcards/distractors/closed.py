"""The mates of a term: what else of its closed sets may stand where it stands, worked out once for each term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from flashcards.distractors import family, likeness, terms
from flashcards.distractors.apart import apart
from flashcards.distractors.family import Family
from flashcards.distractors.folding import fold
from flashcards.distractors.neighbours import is_number
from flashcards.distractors.rivals import Rival, contraries, mates, unwrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 9.0  # the likeness below which a term of the same kind is no rival
_MEMO = 1 << 12  # terms remembered; those of closed sets are some 1,200


@dataclass(frozen=True, slots=True, eq=False)
class Mates:
    """The rivals of a term that mean something else, and how alike they and the term are.

    ``likest`` are the rivals that are like enough to be options, the likest first, by their texts: each with its row
    and column in ``alike``, where the term itself has those of ``own``. ``whole`` is the family of them all.
    """

    rivals: tuple[Rival, ...]
    likest: Mapping[str, int]
    own: int
    alike: NDArray[Any]
    whole: Family

    def family_of(self, texts: Sequence[str]) -> Family:
        """The family of these of the likest, in their order."""
        # Few questions strike one out.
        return self.whole if len(texts) == len(self.likest) else _family(self.likest, self.own, self.alike, texts)


def _family(places: Mapping[str, int], own: int, alike: NDArray[Any], texts: Sequence[str]) -> Family:
    columns = [places[text] for text in texts]
    rows = alike[[own, *columns]][:, columns]
    return family.of(texts, rows[0], rows[1:])


@lru_cache(maxsize=1 << 12)
def may_have_options(answer: str) -> bool:
    """Whether a closed question can be asked at all: about a number, or a member of a closed set or its title.

    >>> [answer for answer in ("黄河", "史记", "三项", "发展") if may_have_options(answer)]
    ['黄河', '史记', '三项']
    """
    inner, wrap = unwrapped(answer)
    simple = fold(inner)
    keys = {simple, fold(answer)} if wrap else {simple, f"《{simple}》"}
    return is_number(answer) or not keys.isdisjoint(_members())


@lru_cache(maxsize=_MEMO)
def of(answer: str, traditional: bool, titled: bool) -> Mates:
    """The mates of a term, in traditional script and without the title marks around it where the text has it so.

    A contrary of a term is none, nor is what shares a narrower set with it that is not closed.
    """
    found: dict[str, Rival] = {}
    for rival in chain(
        contraries(answer, traditional=traditional), mates(answer, traditional=traditional, titled=titled)
    ):
        found.setdefault(fold(rival.text), rival)
    every = [rival for rival in found.values() if rival.closed]
    places, alike = _alike(tuple(sorted({answer, *(rival.text for rival in every)})))
    others = tuple(rival for rival in every if apart(answer, rival.text))
    own = places[answer]
    scores = alike[own].round(6).tolist()
    scored = sorted((-scores[places[rival.text]], rival.text) for rival in others)
    likest = {text: places[text] for score, text in scored if -score >= LEAST}
    whole = _family(likest, own, alike, list(likest))
    return Mates(others, likest, own, alike, whole._replace(order=family.ranked(whole, "")))


@lru_cache(maxsize=1 << 9)
def _alike(texts: tuple[str, ...]) -> tuple[dict[str, int], NDArray[Any]]:
    """The places of texts and how alike any two of them are: the same for all members of a closed set."""
    return {text: at for at, text in enumerate(texts)}, likeness.likenesses(texts, texts)


@cache
def _members() -> frozenset[str]:
    """The terms of all closed sets, folded."""
    table = terms.table()
    return frozenset(fold(term) for group in table.closed for term in table.groups[group])
