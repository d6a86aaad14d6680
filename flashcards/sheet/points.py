"""Points: whole or half ones, the same for every question of a section where the total allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def share(units: Mapping[str, Sequence[int]], total: int | None) -> dict[str, list[float]]:
    """Points of every question: ``units`` gives per section the number of answers of each question.

    Without a ``total`` each answer gets the usual points of its layout. With one, every answer of a section gets the
    same half points, as near to the usual proportions as sums allow; where no such division exists, some questions of
    one section get half a point more. The sum is exactly ``total``. Raises BadConfiguration for a total that is less
    than half a point an answer.
    """
    counts = {layout: sum(numbers) for layout, numbers in units.items()}
    if total is None:
        return {layout: [n * USUAL[layout] / 2 for n in numbers] for layout, numbers in units.items()}
    halves = total * 2
    if halves < sum(counts.values()):
        least = -(-sum(counts.values()) // 2)
        raise BadConfiguration(
            f"--points {total} is too few for {sum(counts.values())} answers; half a point each needs {least}"
        )
    each, rest = _divide(counts, halves)
    points = {layout: [n * each[layout] for n in numbers] for layout, numbers in units.items()}
    if rest:
        _spread(points[max(counts, key=lambda layout: counts[layout])], rest)
    return {layout: [half / 2 for half in numbers] for layout, numbers in points.items()}


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


def _spread(points: list[int], rest: int) -> None:
    more, extra = divmod(rest, len(points))
    for number in range(len(points)):
        points[number] += more + (number < extra)
