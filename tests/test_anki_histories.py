"""Random histories of a deck: up to twenty builds of edits, each imported over answered cards."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from support.decks import NAME, build, items_of
from support.learner import CLEAN, Learner

from flashcards import bank
from flashcards.ledger.identity import fold, guid, same_answer
from flashcards.model import answer_text

PHRASES = (
    "高质量发展",
    "科技创新",
    "粮食安全",
    "冰雪经济",
    "东北",
    "2035年",
    "三江平原",
    "黑土地保护",
    "新质生产力",
    "五大安全",
)
PLACES = ("哈尔滨", "长春", "沈阳", "大连", "齐齐哈尔", "牡丹江", "吉林", "鞍山")
ACTS = ("坚定不移地推进", "因地制宜地发展", "下大力气抓好", "始终牢牢守住", "一步一步地落实", "认真研究和解决")
ENDS = ("这是长远之计", "不能有半点松懈", "要靠大家一起努力", "成果由人民共享", "路子要走得稳", "基础要打得牢")
NAMES = ("a.txt", "b.txt", "c.txt")

sentences = st.tuples(
    st.sampled_from(PLACES), st.sampled_from(ACTS), st.sampled_from(PHRASES), st.sampled_from(ENDS)
).map(lambda parts: [f"在{parts[0]}的会上说到，要{parts[1]}", parts[2], f"，{parts[3]}。"])
some = st.integers(0, 10**6)


class History(RuleBasedStateMachine):
    """Documents are lists of sentences (text before, answer, text after); every rule ends in a build and an import."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="flashcards-test-"))
        self.decks = self.folder / "decks"
        self.learner = Learner(self.folder / "learner")
        self.documents: dict[str, list[list[str]]] = {}
        self.gone: set[str] = set()
        self.now = 1_700_000_000
        self.answers: dict[str, str] = {}

    def teardown(self) -> None:
        assert self.learner.check()[0].endswith(CLEAN[0])
        assert not self.learner.col.get_empty_cards().notes
        self.learner.col.close()
        shutil.rmtree(self.folder)

    @initialize(first=st.lists(sentences, min_size=6, max_size=10), second=st.lists(sentences, min_size=3, max_size=6))
    def start(self, first: list[list[str]], second: list[list[str]]) -> None:
        self.documents = {"a.txt": first, "b.txt": second}
        self.publish()

    def place(self, at: int) -> tuple[list[list[str]], int]:
        """One sentence of the deck, chosen by a number: its document and its place there."""
        places = [(lines, line) for _, lines in sorted(self.documents.items()) for line in range(len(lines))]
        return places[at % len(places)] if places else (self.documents.setdefault("a.txt", []), 0)

    @rule(at=some, sentence=sentences)
    def insert(self, at: int, sentence: list[str]) -> None:
        lines, line = self.place(at)
        lines.insert(line, sentence)
        self.publish()

    @rule(at=some)
    def delete(self, at: int) -> None:
        lines, line = self.place(at)
        del lines[line : line + 1]
        self.publish()

    @rule(at=some, extra=st.sampled_from("也更还又都"))
    def edit(self, at: int, extra: str) -> None:
        lines, line = self.place(at)
        for sentence in lines[line : line + 1]:
            before, answer, after = sentence
            where = at % len(after)
            lines[line] = [before, answer, after[:where] + extra + after[where:]]
        self.publish(same_items=True)

    @rule(at=some, phrase=st.sampled_from(PHRASES))
    def answer(self, at: int, phrase: str) -> None:
        lines, line = self.place(at)
        for sentence in lines[line : line + 1]:
            lines[line] = [sentence[0], phrase, sentence[2]]
        self.publish()

    @rule(at=some, to=some)
    def move(self, at: int, to: int) -> None:
        lines, line = self.place(at)
        moved = lines[line : line + 1]
        del lines[line : line + 1]
        target, where = self.place(to)
        target[where:where] = moved
        self.publish(same_items=True)

    @rule(at=some)
    def duplicate(self, at: int) -> None:
        lines, line = self.place(at)
        lines[line:line] = lines[line : line + 1]
        self.publish()

    @rule(at=some, name=st.sampled_from(NAMES))
    def rename(self, at: int, name: str) -> None:
        old = sorted(self.documents)[at % len(self.documents)]
        if name in self.documents:
            self.documents[old], self.documents[name] = self.documents[name], self.documents[old]
        else:
            self.documents[name] = self.documents.pop(old)
            self.gone.add(old)
        self.gone.discard(name)
        self.publish(same_items=True)

    @rule(only=st.sampled_from(NAMES))
    def build_one(self, only: str) -> None:
        self.publish(only=only, same_items=True)

    @rule()
    def prune(self) -> None:
        self.publish(prune=True)

    @rule()
    def lose_ledger(self) -> None:
        (self.decks / f"{NAME}.ledger.sqlite").unlink()
        self.publish(same_items=True)

    def publish(self, *, only: str | None = None, prune: bool = False, same_items: bool = False) -> None:
        """Build, import, answer what is new, and check every promise."""
        before = self.learner.held()
        self.now += 60
        documents = {
            name: items_of(name, [f"{a}[{b}]{c}" for a, b, c in lines])
            for name, lines in sorted(self.documents.items())
            if only is None or name == only
        }
        summary = build(self.decks, documents, self.now, gone=self.gone.__contains__, prune=prune)
        log = self.learner.bring_in(self.decks / f"{NAME}.apkg")
        after = self.learner.held()
        for note, held in before.items():
            assert (after[note].card, after[note].reps, after[note].due) == (held.card, held.reps, held.due)
        items = {guid("测试", item.key): item for item in bank.load(self.decks / f"{NAME}.bank.jsonl")}
        assert set(items) <= set(after)
        assert len(after) - len(before) == log.get("new", 0) <= summary.added
        if same_items:
            assert (summary.added, summary.withdrawn) == (0, 0)
        for note, item in items.items():
            assert same_answer(self.answers.setdefault(note, answer_text(item)), answer_text(item))
            if after[note].modified != item.modified:
                raise AssertionError(f"the learner's note {note} is not the deck's")
            assert fold(item.stem) in fold(after[note].fields[1].replace("{{c1::", "").replace("}}", ""))
        live = sum(len(group) for group in documents.values())
        assert len(items) == live + summary.held + summary.kept
        self.learner.answer_all()


def run(examples: int, steps: int, *, fixed: bool) -> None:
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=fixed,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_deck_with_a_history_harms_no_learner() -> None:
    """Whatever was edited between builds: no duplicate, no lost review, no review on another answer."""
    run(3, 10, fixed=True)


@pytest.mark.slow
def test_many_long_histories_harm_no_learner() -> None:
    """The same over many histories of up to twenty builds, other ones on every run."""
    run(60, 20, fixed=bool(os.environ.get("CI")))
