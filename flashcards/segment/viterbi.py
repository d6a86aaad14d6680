"""Words in a run of unknown Han by jieba's hidden Markov model, several times faster than jieba's own loop.

The four states are B (begin), M (middle), E (end) and S (single); the sums are made in jieba's order and ties go
to the later letter as in jieba, so that not only the words but every rounding is the same.
"""

from __future__ import annotations

from collections.abc import Mapping

NEVER = -3.14e100  # jieba's MIN_FLOAT: the logarithm of what does not happen
Row = Mapping[str, float]


class Model:
    """The tables of `jieba.finalseg`: logarithms of start, transition and emission probabilities by state."""

    def __init__(self, start: Row, transitions: Mapping[str, Row], emissions: Mapping[str, Row]) -> None:
        self._start = tuple(start[state] for state in "BMES")
        pairs = ("EB", "SB", "BM", "MM", "BE", "ME", "ES", "SS")
        self._steps = tuple(transitions[pair[0]].get(pair[1], NEVER) for pair in pairs)
        self._tables = tuple(emissions[state] for state in "BMES")
        self._memo: dict[str, tuple[float, float, float, float]] = {}

    def cut(self, run: str) -> list[str]:
        """The words of a run of Han; joined back they are the run."""
        back = self._back_pointers(run)
        words: list[str] = []
        end = len(run)
        at, state = end - 1, back[-1]
        # Walk backwards: a word closes at E or S and opens at B or S.
        while at >= 0:
            if state in "BS":
                words.append(run[at:end])
                end = at
            at, state = at - 1, back[at][("BMES").index(state)] if at else ""
        if end:
            words.append(run[:end])
        return words[::-1]

    def _back_pointers(self, run: str) -> list[str]:
        """For each character the best state before it by its own state (B, M, E, S); last of all the final state."""
        eb, sb, bm, mm, be, me, es, ss = self._steps
        first = self._emission(run[0])
        b, m, e, s = (a + c for a, c in zip(self._start, first, strict=True))
        back = ["    "]
        for character in run[1:]:
            em_b, em_m, em_e, em_s = self._memo.get(character) or self._emission(character)
            from_e, from_s = e + eb + em_b, s + sb + em_b
            to_b, way_b = (from_e, "E") if from_e > from_s else (from_s, "S")
            from_b, from_m = b + bm + em_m, m + mm + em_m
            to_m, way_m = (from_b, "B") if from_b > from_m else (from_m, "M")
            from_b, from_m = b + be + em_e, m + me + em_e
            to_e, way_e = (from_b, "B") if from_b > from_m else (from_m, "M")
            from_e, from_s = e + es + em_s, s + ss + em_s
            to_s, way_s = (from_e, "E") if from_e > from_s else (from_s, "S")
            b, m, e, s = to_b, to_m, to_e, to_s
            back.append(way_b + way_m + way_e + way_s)
        back.append("E" if e > s else "S")
        return back

    def _emission(self, character: str) -> tuple[float, float, float, float]:
        b, m, e, s = (table.get(character, NEVER) for table in self._tables)
        self._memo[character] = b, m, e, s
        return b, m, e, s
