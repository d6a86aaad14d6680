"""Promise 6 while a sheet is chosen: no answer stands anywhere a student can read it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def fold(text: str) -> str:
    """Text as a reader sees it: one width, one case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class Guard:
    """What the chosen questions show and what they must hide; tells whether one more question may join them.

    Shown texts are kept in one string, so that an answer is looked up by one search; hidden answers are kept by
    length, so that a new text is checked by as many look-ups as it has substrings of those lengths.
    """

    def __init__(self, shown: Iterable[str] = ()) -> None:
        self._shown = "\n".join(fold(text) for text in shown)
        self._secrets: set[str] = set()
        self._boxed: set[str] = set()
        self._lengths: set[int] = set()

    def admits(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> bool:
        """Whether a question with these texts and answers gives nothing away, neither its own nor another's.

        ``boxed`` answers stand in a box of words, each once; no other question may have one of them as its answer.
        """
        texts = [fold(text) for text in shown]
        folded = [fold(secret) for secret in secrets]
        own = "\n".join(texts)
        if any(not secret or secret in own or secret in self._shown for secret in folded):
            return False
        if not (self._secrets if boxed else self._boxed).isdisjoint(folded):
            return False
        return not any(self._holds_secret(text) for text in texts)

    def add(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> None:
        """Remember a question that was chosen."""
        self._shown = "\n".join((self._shown, *(fold(text) for text in shown)))
        for secret in secrets:
            self._secrets.add(fold(secret))
            self._lengths.add(len(fold(secret)))
            if boxed:
                self._boxed.add(fold(secret))

    def _holds_secret(self, text: str) -> bool:
        return any(
            text[start : start + length] in self._secrets
            for length in self._lengths
            for start in range(len(text) - length + 1)
        )
