"""Benchmarks of cutting alone, in one process, by CPU time: against jieba, traditional text, time per character."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from flashcards import segment
from flashcards.model import Passage
from flashcards.settings import Settings
from tests.benchmarks.measure import median, ratio, table
from tests.benchmarks.whole import Bench


def words(bench: Bench) -> None:
    """Words and words with tags against jieba, one call a line; caches are cold at the first round only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
        import jieba.posseg
    jieba.setLogLevel(60)
    lines = _lines(bench, 1.0)
    engine = segment.Rjieba()
    size = sum(len(line.encode()) for line in lines) / 1e6
    for call in (jieba.lcut, jieba.posseg.lcut, engine.cut):  # load what loads at first use
        call("热身")
    differing = sum(list(engine.cut(line)[0]) != jieba.lcut(line) for line in lines)
    cold = segment.Rjieba()
    rates: dict[str, list[float]] = {"jieba.cut": [], "jieba.posseg.cut": [], "segment.words": [], "first pass": []}
    rates["first pass"].append(size / _seconds(cold.cut, lines))
    for _ in range(bench.rounds):
        rates["jieba.cut"].append(size / _seconds(jieba.lcut, lines))
        rates["segment.words"].append(size / _seconds(engine.cut, lines))
        rates["jieba.posseg.cut"].append(size / _seconds(jieba.posseg.lcut, lines[::10]) / 10)
    first = f"{rates['first pass'][0] / median(rates['jieba.cut']):.2f}"
    table(
        f"Words, {size:.1f} MB, {len(lines)} lines, {differing} of them cut otherwise than by jieba.cut",
        ("engine", "MB/s", "to jieba.cut", "to jieba.posseg.cut"),
        [
            ("jieba.cut, HMM on", f"{median(rates['jieba.cut']):.2f}", 1, ""),
            ("jieba.posseg.cut, HMM on", f"{median(rates['jieba.posseg.cut']):.2f}", "", 1),
            ("segment.words (words and tags), first pass", f"{rates['first pass'][0]:.2f}", first, ""),
            (
                "segment.words (words and tags), again",
                f"{median(rates['segment.words']):.2f}",
                ratio(rates["segment.words"], rates["jieba.cut"]),
                ratio(rates["segment.words"], rates["jieba.posseg.cut"]),
            ),
        ],
    )


def traditional(bench: Bench) -> None:
    """The same text in both scripts: sentences, then sentences with ranked phrases (where posseg falls 145-fold)."""
    from flashcards import keyphrases, script

    simplified = _lines(bench, 0.5)
    both = {"zh-Hans": simplified, "zh-Hant": [script.to_traditional(line) for line in simplified]}
    passages = {
        name: [Passage(f"d#{n}", "d", n, line, (n, n), script=name) for n, line in enumerate(lines, start=1)]
        for name, lines in both.items()
    }
    steps: dict[str, Callable[[str], float]] = {
        "sentences": lambda name: _seconds(segment.sentences, passages[name]),
        "phrases": lambda name: _seconds(lambda some: keyphrases.analyse(some, Settings()), [passages[name]]),
    }
    rows = []
    for step, seconds in steps.items():
        times: dict[str, list[float]] = {name: [] for name in both}
        for name in both:
            seconds(name)
        for _ in range(bench.rounds):
            for name in both:
                times[name].append(seconds(name))
        rows.append((step, ratio(times["zh-Hant"], times["zh-Hans"])))
    table("Traditional text, CPU time against the same text in simplified script", ("step", "ratio"), rows)


def flat(bench: Bench) -> None:
    """Time a character of one passage without any mark, from 10 kB to 10 MB: it must not grow."""
    line = "".join(_lines(bench, 0.2)).translate({ord(c): None for c in "，。！？、；：“”‘’（）《》\n "})
    rows, first = [], 0.0
    for size in (10_000, 100_000, 1_000_000, 10_000_000):
        text = (line * (size // len(line.encode()) + 1))[: size // 3]
        segment.sentences(Passage("d#1", "d", 1, text[:100], (1, 1)))
        took = median([_seconds(segment.sentences, [Passage("d#1", "d", 1, text, (1, 1))]) for _ in range(3)]) / len(
            text
        )
        first = first or took
        rows.append((f"{size / 1000:,.0f} kB", f"{took * 1e6:.2f} µs", f"{took / first:.2f}"))
    table("One sentence without a mark: CPU time a character", ("length", "a character", "to 10 kB"), rows)


def _seconds(function: Callable[[Any], object], values: Iterable[Any]) -> float:
    start = time.process_time()
    for value in values:
        function(value)
    return time.process_time() - start


def _lines(bench: Bench, megabytes: float) -> list[str]:
    """The paragraphs of generated text, at least 30 characters each."""
    found = []
    for path in bench.texts(megabytes):
        found += [line for line in path.read_text(encoding="utf-8").split("\n") if len(line) >= 30]
    return found
