"""The oracle of the sheet's guard: slow, and plain to see that it is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flashcards.sheet.answers import fold


class PlainGuard:
    """A guard that keeps every shown text, and looks for every answer in all of them."""

    def __init__(self, answers: object, shown: Iterable[str] = ()) -> None:
        self.repeats = True  # may two questions have the same answer?
        self._shown: list[str] = []
        self._secrets: set[str] = set()
        self._boxed: set[str] = set()
        self.add(list(shown), ())

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
        self._shown += map(fold, shown)
        for secret in secrets:
            self._secrets.add(fold(secret))
            if boxed:
                self._boxed.add(fold(secret))

    def spent(self, number: int, *, boxed: bool = False) -> bool:
        """No answer is known before its question is made."""
        return False

    def waits(self, number: int) -> bool:
        """Everything that is refused is tried again."""
        return True

    def _shows(self, secret: str) -> bool:
        return any(secret in text for text in self._shown)

    def _holds_secret(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)
