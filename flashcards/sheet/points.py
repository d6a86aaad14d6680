"""Points: whole or half ones, the same for every question of a section where the total allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flashcards.errors import BadConfiguration

# What one answer of a layout is usually worth on a Chinese school paper, in half points.
USUAL = {
    "fill": 4,
    "choice": 4,
    "truefalse": 2,
    "wordbank": 2,
    "pinyin": 2,
    "spelling": 2,
    "list": 4,
    "match": 2,
    "order": 8,
    "recitation": 2,
    "source": 4,
    "term": 8,
}
HALF = 0.3  # how much worse than whole points half ones are, in shares of the ideal


@dataclass(frozen=True, slots=True)
class Worth:
    """What the questions of a section are worth, in half points.

    Every answer is worth ``each``; every question gets ``more``, and the first ``extra`` questions one more.
    """

    each: int
    more: int = 0
    extra: int = 0

    def points(self, at: int, units: int) -> float:
        """The points of a question by its place in the section and the number of its answers."""
        return (units * self.each + self.more + (at < self.extra)) / 2


def share(counts: Mapping[str, tuple[int, int]], total: int | None) -> dict[str, Worth]:
    """What questions are worth: ``counts`` gives per section how many answers and how many questions it has.

    Without a ``total`` each answer gets the usual points of its layout. With one, every answer of a section gets the
    same half points, as near to the usual proportions as sums allow; where no such division exists, some questions of
    one section get half a point more. The sum is exactly ``total``. Raises BadConfiguration for a total that is less
    than half a point an answer.
    """
    if total is None:
        return {layout: Worth(USUAL[layout]) for layout in counts}
    answers = {layout: units for layout, (units, _) in counts.items()}
    halves = total * 2
    if halves < sum(answers.values()):
        least = -(-sum(answers.values()) // 2)
        raise BadConfiguration(
            f"--points {total} is too few for {sum(answers.values())} answers; half a point each needs {least}"
        )
    each, rest = _divide(answers, halves)
    largest = max(answers, key=lambda layout: answers[layout])
    spread = divmod(rest, counts[largest][1])
    return {layout: Worth(each[layout], *(spread if layout == largest else ())) for layout in counts}


def _divide(counts: Mapping[str, int], halves: int) -> tuple[dict[str, int], int]:
    """Half points for one answer of each section, and the half points left over (0 where it comes out even).

    A walk over the sections keeps, for every sum that can be reached, the division nearest to the usual proportions.
    """
    usual = sum(count * USUAL[layout] for layout, count in counts.items())
    reached: dict[int, tuple[float, dict[str, int]]] = {0: (0.0, {})}
    ahead = sum(counts.values())
    for layout, count in counts.items():
        ahead -= count
        ideal = USUAL[layout] * halves / usual
        following: dict[int, tuple[float, dict[str, int]]] = {}
        for at, (cost, each) in reached.items():
            for value in _near(ideal, (halves - ahead - at) // count):
                sum_, worse = at + value * count, cost + count * (abs(value - ideal) / ideal + HALF * (value % 2))
                if sum_ not in following or worse < following[sum_][0]:
                    following[sum_] = (worse, {**each, layout: value})
        reached = following
    best = halves if halves in reached else max(reached)
    return reached[best][1], halves - best


def _near(ideal: float, most: int) -> range:
    """Whole numbers around ``ideal``, from 1 to ``most``; at least 1 itself, so that a division always exists."""
    low = max(1, min(int(ideal / 2), most))
    return range(low, max(low, min(int(ideal * 2) + 3, most)) + 1)
