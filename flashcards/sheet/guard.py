"""Promise 6 while a sheet is chosen: no answer stands anywhere a student can read it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise


def fold(text: str) -> str:
    """Text as a reader sees it: one width, one case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class Guard:
    """What the chosen questions show and what they must hide; tells whether one more question may join them.

    Shown texts are indexed by their pairs of characters, so that an answer is looked for only in the texts that have
    its rarest pair; hidden answers are kept by length, so that a new text is checked by as many look-ups as it has
    substrings of those lengths. Neither grows with the size of the sheet.
    """

    def __init__(self, shown: Iterable[str] = ()) -> None:
        self.repeats = True  # may two questions have the same answer?
        self._shown: list[str] = []
        self._places: dict[str, list[int]] = {}
        self._secrets: set[str] = set()
        self._boxed: set[str] = set()
        self._lengths: set[int] = set()
        for text in shown:
            self._show(fold(text))

    def admits(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> bool:
        """Whether a question with these texts and answers gives nothing away, neither its own nor another's.

        ``boxed`` answers stand in a box of words, each once; no other question may have one of them as its answer.
        """
        texts = [fold(text) for text in shown]
        folded = [fold(secret) for secret in secrets]
        own = "\n".join(texts)
        if any(not secret or secret in own or self._shows(secret) for secret in folded):
            return False
        if not (self._boxed if self.repeats and not boxed else self._secrets).isdisjoint(folded):
            return False
        return not any(self._holds_secret(text) for text in texts)

    def add(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> None:
        """Remember a question that was chosen."""
        for text in shown:
            self._show(fold(text))
        for secret in secrets:
            self._secrets.add(fold(secret))
            self._lengths.add(len(fold(secret)))
            if boxed:
                self._boxed.add(fold(secret))

    def _show(self, text: str) -> None:
        at = len(self._shown)  # one integer for all its pairs: there may be millions
        for part in {*text, *map("".join, pairwise(text))}:
            self._places.setdefault(part, []).append(at)
        self._shown.append(text)

    def _shows(self, secret: str) -> bool:
        """Whether a folded answer stands in a text that is shown."""
        parts = map("".join, pairwise(secret)) if len(secret) > 1 else secret
        rarest = min((self._places.get(part, []) for part in parts), key=len, default=[])
        return any(secret in self._shown[at] for at in rarest)

    def _holds_secret(self, text: str) -> bool:
        return any(
            text[start : start + length] in self._secrets
            for length in self._lengths
            for start in range(len(text) - length + 1)
        )
