"""Key phrases measured against authors, askers and examiners, with jieba's TF-IDF and TextRank beside ours.

Reads `eval/` in the folder FLASHCARDS_EXTRA_DOCS. The trees were learned from keyphrases_csl.jsonl, so its first rows
here are not honest: `train_keyphrases.py --cross-validate` gives the honest ones.

    python tests/benchmarks/keyphrases.py [--limit N] [--flat]      --flat: time per character from 10 KB up
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from flashcards import gaps, keyphrases, segment  # noqa: E402
from flashcards.keyphrases import analysis, terms  # noqa: E402
from flashcards.model import Passage  # noqa: E402
from flashcards.settings import Settings  # noqa: E402

Extract = Callable[[str, str, int], list[str]]


def ours(title: str, text: str, top: int) -> list[str]:
    """The phrases of this program."""
    lines = [line for line in text.split("\n") if line.strip()]
    passages = [Passage(f"-#{n}", "-", n, line, (n, n), title=title or None) for n, line in enumerate(lines, 1)]
    return [phrase.text for phrase in keyphrases.best(keyphrases.analyse(passages, Settings()), top)]


def tfidf(title: str, text: str, top: int) -> list[str]:
    """jieba.analyse.extract_tags, as it comes."""
    import jieba.analyse

    return list(jieba.analyse.extract_tags(f"{title}\n{text}", topK=top))


def textrank(title: str, text: str, top: int) -> list[str]:
    """jieba.analyse.textrank, as it comes."""
    import jieba.analyse

    return list(jieba.analyse.textrank(f"{title}\n{text}", topK=top))


METHODS: dict[str, Extract] = {"ours": ours, "jieba TF-IDF": tfidf, "jieba TextRank": textrank}


def scorer(folder: Path) -> Any:
    """The evaluation script that lies beside the data."""
    spec = importlib.util.spec_from_file_location("eval_keyphrases", folder / "eval_keyphrases.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predictions(extract: Extract, gold: list[dict[str, Any]], titled: bool, top: int) -> tuple[dict[str, Any], float]:
    """The phrases of each document, and documents per CPU second, text to list."""
    extract("", gold[0]["text"], 1)
    start = time.process_time()
    found = {d["id"]: extract(d.get("title", "") if titled else "", d["text"], top) for d in gold}
    return found, len(gold) / max(1e-9, time.process_time() - start)


def sets(folder: Path, limit: int | None) -> None:
    """Authors' key phrases with and without titles, and askers' answers in both scripts."""
    score = scorer(folder)
    rows = (
        ("keyphrases_csl.jsonl", True),
        ("keyphrases_csl.jsonl", False),
        ("answerspans_cmrc2018.jsonl", True),
        ("answerspans_drcd_traditional.jsonl", True),
    )
    for name, titled in rows:
        gold = score.load(folder / name)[:limit]
        print(f"{name}{'' if titled else ', without titles'}")
        for method, extract in METHODS.items():
            found, speed = predictions(extract, gold, titled, 15)
            at = score.score(gold, found, boot=0)["at"]
            print(
                f"  {method:15} F1@5 {at['5']['exact']['F1']:.3f}  strict F1@10 {at['10']['strict']['F1']:.3f}  "
                f"boundary@10 {at['10']['boundary']:.3f}  recall@15 {at['15']['exact']['R']:.3f} / "
                f"{at['15']['relaxed']['R']:.3f}  {speed:.0f} documents per CPU second"
            )


def examiners(folder: Path) -> None:
    """How many of the examiners' blanks the first five phrases hit exactly, and overlap."""
    score = scorer(folder)
    gold = score.load(folder / "teacherblanks_gaokao_biology.jsonl")
    print("teacherblanks_gaokao_biology.jsonl, blanks filled in, first 5")
    for method, extract in METHODS.items():
        exact = near = total = 0
        for document in gold:
            answers = iter(document["answers"])
            text = re.sub("_{2,}", lambda _, answers=answers: next(answers, ""), document["text"])
            found = [score.norm(phrase) for phrase in extract("", text, 5)]
            wanted = {score.norm(answer) for answer in document["answers"]}
            exact += len(wanted & set(found))
            near += sum(any(score.near(x, y) or x == y for y in found) for x in wanted)
            total += len(wanted)
        print(f"  {method:15} exact {exact / total:.3f}  overlap {near / total:.3f}  of {total}")


def speed(folder: Path) -> None:
    """Abstracts per CPU second from words to ranked list (words cut beforehand)."""
    lines = (folder / "keyphrases_csl.jsonl").read_text(encoding="utf-8").splitlines()
    passages = [
        Passage(f"{n}#1", str(n), 1, record["text"], (1, 1), title=record["title"])
        for n, record in enumerate(map(json.loads, lines))
    ]
    cut = [[[(passage, segment.sentences(passage))]] for passage in passages]
    own = terms.load(Settings())
    analysis.rank_windows(cut[0], own, False)
    start = time.process_time()
    for windows in cut:
        analysis.rank_windows(windows, own, False)
    print(f"words to ranked list: {len(cut) / (time.process_time() - start):.0f} abstracts per CPU second")


def flat(folder: Path) -> None:
    """Microseconds per character for ever longer texts: of passages, of one passage, without any mark."""
    lines = (folder / "keyphrases_csl.jsonl").read_text(encoding="utf-8").splitlines()
    whole = "".join(json.loads(line)["text"].replace("\n", "") for line in lines) * 20
    bare = re.sub("[^\u4e00-\u9fff]", "", whole)
    for size in (3_400, 34_000, 340_000, 3_400_000):
        cuts = [whole[at : at + 200] for at in range(0, size, 200)]
        for name, parts in (("passages", cuts), ("one passage", [whole[:size]]), ("no marks", [bare[:size]])):
            passages = [Passage(f"d#{n}", "d", n, part, (n, n)) for n, part in enumerate(parts, 1)]
            start = time.process_time()
            analyses = keyphrases.analyse(passages, Settings())
            middle = time.process_time()
            gaps.choose(analyses, Settings())
            end = time.process_time()
            print(
                f"{3 * size / 1000:8.0f} KB {name:12} phrases {(middle - start) / size * 1e6:6.2f}  "
                f"gaps {(end - middle) / size * 1e6:6.2f} microseconds per character"
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--limit", type=int, help="only so many documents of each set")
    parser.add_argument("--flat", action="store_true", help="only the time per character, 10 KB to 10 MB")
    given = parser.parse_args()
    folder = os.environ.get("FLASHCARDS_EXTRA_DOCS")
    if not folder:
        sys.exit("set FLASHCARDS_EXTRA_DOCS to the folder that holds eval/")
    data = Path(folder) / "eval"
    if given.flat:
        flat(data)
        return
    import jieba

    jieba.setLogLevel(logging.ERROR)
    sets(data, given.limit)
    examiners(data)
    speed(data)


if __name__ == "__main__":
    main()
