"""Promise 6 while a sheet is chosen: no answer stands anywhere a student can read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flashcards.sheet.answers import Answers, ManyAnswers, fold

BETWEEN = "\uffff"
SHOWN, SECRET, BOXED = 1, 2, 4  # what is known of an answer: a text shows it; it is hidden; it stands in a box


class Guard:
    """What the chosen questions show and what they must hide; tells whether one more question may join them.

    It knows a byte of every answer and keeps no text, so that its memory grows with the number of different answers
    only, and a question costs as many look-ups as there are places in it where an answer could begin.
    """

    def __init__(self, answers: Answers | ManyAnswers, shown: Iterable[str] = ()) -> None:
        self.repeats = True  # may two questions have the same answer?
        self._answers = answers
        self._known = bytearray(len(answers))
        # What was admitted last is mostly what is added next: its texts and answers, and the numbers of both.
        self._last: tuple[Sequence[str], Sequence[str], list[int], list[int]] = ((), (), [], [])
        for text in shown:
            self.add([text], ())

    def spent(self, number: int, *, boxed: bool = False) -> bool:
        """Whether the answer of that number can be asked no more, whatever the question."""
        return bool(self._known[number] & (SHOWN | (BOXED if self.repeats and not boxed else SECRET)))

    def waits(self, number: int) -> bool:
        """Whether nothing but another question with the same answer stands against asking for that answer."""
        return self._known[number] & (SHOWN | SECRET | BOXED) == SECRET

    def admits(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> bool:
        """Whether a question with these texts and answers gives nothing away, neither its own nor another's.

        ``boxed`` answers stand in a box of words, each once; no other question may have one of them as its answer.
        """
        text = _joined(shown)
        hidden = []
        for secret in map(fold, secrets):
            if not secret or secret in text or self.spent(number := self._answers.number(hash(secret)), boxed=boxed):
                return False
            hidden.append(number)
        found = []
        for number in self._answers.within(text):
            if self._known[number] & SECRET:
                return False
            found.append(number)
        self._last = (shown, secrets, found, hidden)
        return True

    def add(self, shown: Sequence[str], secrets: Sequence[str], *, boxed: bool = False) -> None:
        """Remember a question that was chosen."""
        last_shown, last_secrets, found, hidden = self._last
        for number in found if shown == last_shown else self._answers.within(_joined(shown)):
            self._known[number] |= SHOWN
        for number in hidden if secrets == last_secrets else self._numbers(secrets):
            self._known[number] |= SECRET | (BOXED if boxed else 0)

    def _numbers(self, secrets: Iterable[str]) -> Iterator[int]:
        return (self._answers.number(hash(fold(secret))) for secret in secrets)


def _joined(texts: Sequence[str]) -> str:
    """Texts folded as one, with a noncharacter between them that no answer has, and that folding leaves alone."""
    return fold(BETWEEN.join(texts))
