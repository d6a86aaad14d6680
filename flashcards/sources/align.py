"""Which passage belongs to which source, where nothing marks it: likeness of words, in order, with posteriors.

Passages and notes are compared by character n-grams; a left-to-right hidden Markov model (each source once, in order)
gives the best division (Viterbi) and how sure each passage is (forward-backward; Rabiner 1989). A change of source
costs more between passages that are alike (after TextTiling, Hearst 1997). Light self-training adds what the passages
of a source have in common; its weight stays small, for it makes wrong answers confident.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NOT_HAN = re.compile("[^\u3400-\u9fffA-Za-z]+")
SIZES = (2, 3, 4, 5, 6)
SELF = 0.2  # weight of self-training
ROUNDS = 2
SHARP = 9.0  # how much one unit of likeness (root of the cosine) counts, in nats
SURE = 0.9
NEAR = 3  # passages looked at on each side of a change of source
COHESION = 1.0  # weight of their likeness
CUE = 1.5  # nats that the first words of a passage count for or against a change
GOES_ON = re.compile("还?要|同时|此外|另外|其次|再次")
OPENS = re.compile("[^，。；]{0,12}(?:以来|年来|之际)[，,]|(?:同志们|各位|尊敬的)")


@dataclass(frozen=True, slots=True)
class Assignment:
    """The source index of a passage, its posterior, the next best source, and whether the user should look."""

    source: int
    confidence: float
    alternative: int | None
    unsure: bool


Vector = dict[str, float]


def align(
    texts: Sequence[str], notes: Sequence[str], fixed: Mapping[int, int], starts: Mapping[int, int]
) -> list[Assignment]:
    """Assign passages to notes that are in the order of the passages.

    ``fixed``: passage -> source known; ``starts``: source -> passage it begins with. Source: Rabiner 1989 for the HMM.
    """
    size = len(notes)
    if not texts or not size:
        return []
    texts, notes = _one_script(texts, notes)
    allowed = [[_may(i, k, fixed, starts) for k in range(size)] for i in range(len(texts))]
    vectors, targets = _vectors(texts, notes)
    # The root keeps one long phrase of a note, quoted once, from outweighing its place name in every passage.
    plain = [[math.sqrt(_cosine(vector, target)) for target in targets] for vector in vectors]
    cuts = _cuts(vectors, texts)
    first = _viterbi(plain, allowed, cuts)
    if first is None:
        return _apart(plain, fixed)
    mixed, before = plain, _posteriors(plain, allowed, cuts)
    for _ in range(ROUNDS):
        mixed = _mixed(plain, _posteriors(mixed, allowed, cuts), vectors)
    best = _viterbi(mixed, allowed, cuts) or first
    gamma = _posteriors(mixed, allowed, cuts)
    found = []
    for i, k in enumerate(best):
        others = sorted((j for j in range(size) if j != k), key=lambda j: (-gamma[i][j] - before[i][j], j))
        share = min(gamma[i][k], before[i][k])
        sure = share >= SURE and first[i] == k
        doubt = first[i] if first[i] != k else others[0] if others else None
        found.append(Assignment(k, round(share, 2), None if sure else doubt, not sure))
    return found


def _may(passage: int, source: int, fixed: Mapping[int, int], starts: Mapping[int, int]) -> bool:
    if passage in fixed:
        return fixed[passage] == source
    for other, begin in starts.items():
        if (passage >= begin and source < other) or (passage < begin and source >= other):
            return False
    return True


def _one_script(texts: Sequence[str], notes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Texts and notes in simplified script where any of them is traditional; only for comparing."""
    from flashcards.script import is_traditional, simplified_shadow

    if any(is_traditional(text) for text in (*texts, *notes)):
        return [simplified_shadow(text) for text in texts], [simplified_shadow(note) for note in notes]
    return list(texts), list(notes)


def shared_grams(texts: Sequence[str]) -> list[Counter[str]]:
    """The character n-grams of each text that another text has, too, inside runs of Chinese and Latin letters.

    Size by size: where a gram stands in one text only, no longer one that begins or ends with it is looked at.

    >>> shared_grams(["防汛工作，防汛", "防汛会", "采茶"])
    [Counter({'防汛': 2}), Counter({'防汛': 1}), Counter()]
    """
    runs = ["\n".join(NOT_HAN.split(text)) for text in texts]
    found: list[Counter[str]] = [Counter() for _ in texts]
    alive: list[Sequence[int]] = [range(len(run) - 1) for run in runs]
    for size in SIZES:
        cut = [[run[at : at + size] for at in here] for run, here in zip(runs, alive, strict=True)]
        spread = Counter(gram for grams in cut for gram in set(grams))
        shared = {gram for gram, count in spread.items() if count > 1 and "\n" not in gram}
        for n, (grams, here) in enumerate(zip(cut, alive, strict=True)):
            kept = [at for at, gram in zip(here, grams, strict=True) if gram in shared]
            found[n].update(filter(shared.__contains__, grams))
            follows = set(kept)
            alive[n] = [at for at in kept if at + 1 in follows]
    return found


def _vectors(texts: Sequence[str], notes: Sequence[str]) -> tuple[list[Vector], list[Vector]]:
    """Unit vectors; a gram counts (n-1) times its rarity, less the more notes share it, nothing if all do."""
    counted = shared_grams([*texts, *notes])
    spread = Counter(gram for counts in counted for gram in counts)
    shared = Counter(gram for counts in counted[len(texts) :] for gram in counts)
    total = len(counted)

    def vector(counts: Counter[str]) -> Vector:
        weights: Vector = {}
        for gram, count in counts.items():
            weight = (len(gram) - 1) * math.log(total / spread[gram]) * (1 + math.log(count))
            if shared[gram] > 1:
                weight *= 1 - (shared[gram] - 1) / (len(notes) - 1)
            if weight > 0:
                weights[gram] = weight
        return _unit(weights)

    vectors = [vector(counts) for counts in counted]
    return vectors[: len(texts)], vectors[len(texts) :]


def _cuts(vectors: Sequence[Vector], texts: Sequence[str]) -> list[float]:
    """What a change of source costs before each passage, in nats: more where the passages on both sides are alike,
    and where the passage goes on from the one before by its first words; less where it looks back to begin."""
    costs = [0.0]
    for i in range(1, len(vectors)):
        before, after = _sum(vectors[max(0, i - NEAR) : i]), _sum(vectors[i : i + NEAR])
        wording = -CUE * bool(GOES_ON.match(texts[i])) + CUE * bool(OPENS.match(texts[i]))
        costs.append(wording - SHARP * COHESION * _cosine(_unit(before), _unit(after)))
    return costs


def _sum(vectors: Sequence[Vector]) -> Vector:
    total: Vector = {}
    for vector in vectors:
        for gram, value in vector.items():
            total[gram] = total.get(gram, 0.0) + value
    return total


def _unit(weights: Vector) -> Vector:
    norm = math.sqrt(sum(value * value for value in weights.values()))
    return {gram: value / norm for gram, value in weights.items()} if norm else {}


def _cosine(a: Vector, b: Vector) -> float:
    if len(b) < len(a):
        a, b = b, a
    return sum(value * b[gram] for gram, value in a.items() if gram in b)


def _mixed(
    plain: Sequence[Sequence[float]], gamma: Sequence[Sequence[float]], vectors: Sequence[Vector]
) -> list[list[float]]:
    """Likeness to the note, and to the other passages of the source by their posteriors (leave one out)."""
    size = len(plain[0])
    sums: list[Vector] = [{} for _ in range(size)]
    for vector, row in zip(vectors, gamma, strict=True):
        for k, share in enumerate(row):
            if share > 0.01:
                total = sums[k]
                for gram, value in vector.items():
                    total[gram] = total.get(gram, 0.0) + share * value
    squares = [sum(value * value for value in total.values()) for total in sums]
    mixed = []
    for vector, row, likes in zip(vectors, gamma, plain, strict=True):
        one = sum(value * value for value in vector.values())
        line = []
        for k in range(size):
            share = row[k] if row[k] > 0.01 else 0.0
            dot = _cosine(vector, sums[k])
            norm = math.sqrt(max(squares[k] - 2 * share * dot + share * share * one, 1e-12))
            line.append((1 - SELF) * likes[k] + SELF * (dot - share * one) / norm)
        mixed.append(line)
    return mixed


def _viterbi(
    likes: Sequence[Sequence[float]], allowed: Sequence[Sequence[bool]], cuts: Sequence[float]
) -> list[int] | None:
    """The best division in order, each source used; None where none is allowed."""
    count, size = len(likes), len(likes[0])
    if count < size:
        return None
    score = [[-math.inf] * size for _ in range(count)]
    back = [[0] * size for _ in range(count)]
    for i in range(count):
        for k in range(size):
            if not allowed[i][k]:
                continue
            stay = score[i - 1][k] if i else (0.0 if k == 0 else -math.inf)
            step = score[i - 1][k - 1] + cuts[i] if i and k else -math.inf
            score[i][k] = max(stay, step) + SHARP * likes[i][k]
            back[i][k] = k if stay >= step else k - 1
    if score[-1][-1] == -math.inf:
        return None
    path = [size - 1]
    for i in range(count - 1, 0, -1):
        path.append(back[i][path[-1]])
    return path[::-1]


def _posteriors(
    likes: Sequence[Sequence[float]], allowed: Sequence[Sequence[bool]], cuts: Sequence[float]
) -> list[list[float]]:
    """How likely each source is for each passage over all divisions in order."""
    count, size = len(likes), len(likes[0])
    emit = [[SHARP * likes[i][k] if allowed[i][k] else -math.inf for k in range(size)] for i in range(count)]
    forward = [[-math.inf] * size for _ in range(count)]
    backward = [[-math.inf] * size for _ in range(count)]
    for i in range(count):
        for k in range(size):
            before = (
                (0.0 if k == 0 else -math.inf)
                if not i
                else _add(forward[i - 1][k], forward[i - 1][k - 1] + cuts[i] if k else -math.inf)
            )
            forward[i][k] = before + emit[i][k]
    backward[-1][-1] = 0.0
    for i in range(count - 2, -1, -1):
        for k in range(size):
            step = backward[i + 1][k + 1] + emit[i + 1][k + 1] + cuts[i + 1] if k + 1 < size else -math.inf
            backward[i][k] = _add(backward[i + 1][k] + emit[i + 1][k], step)
    total = forward[-1][-1]
    if total == -math.inf:
        return [[1 / size] * size for _ in range(count)]
    return [
        [math.exp(min(0.0, f + b - total)) for f, b in zip(*rows, strict=True)]
        for rows in zip(forward, backward, strict=True)
    ]


def _add(a: float, b: float) -> float:
    """log(exp a + exp b)"""
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))


def _apart(likes: Sequence[Sequence[float]], fixed: Mapping[int, int]) -> list[Assignment]:
    """Without an order that could hold (more sources than passages): each passage to the note it is most like."""
    found = []
    for i, row in enumerate(likes):
        order = sorted(range(len(row)), key=lambda k: (-row[k], k))
        if i in fixed:
            found.append(Assignment(fixed[i], 1.0, None, False))
            continue
        weights = [math.exp(SHARP * (value - row[order[0]])) for value in row]
        share = round(weights[order[0]] / sum(weights), 2)
        found.append(Assignment(order[0], min(share, 0.89), order[1] if len(order) > 1 else None, True))
    return found
