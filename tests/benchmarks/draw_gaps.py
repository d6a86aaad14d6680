"""Draw gaps for readers who judge them: each a card (both faces) with its passage, as one JSON object a line.

    python tests/benchmarks/draw_gaps.py --seed 1 --count 100 FILE…

The draw is even over the gaps of all files named; one seed and the same files give the same cards. A reader sees only
this: what is asked (`front`), the hint, what is on the back, and the passage.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from flashcards import gaps, inputs, keyphrases, pipeline  # noqa: E402
from flashcards.gaps import Choice  # noqa: E402
from flashcards.settings import Settings  # noqa: E402

BLANK = "____"


def chosen(paths: list[Path], density: float) -> Iterator[Choice]:
    """All gaps that a build would ask, in order."""
    settings = Settings(density=density)
    for file in inputs.find(paths).files:
        for _, passages in pipeline.understand(file, settings):
            yield from gaps.choose(keyphrases.analyse(passages, settings), settings)


def card(choice: Choice, number: int) -> dict[str, object]:
    """A card as a reader sees it."""
    behind = choice.whole[choice.start + len(choice.stem) :].strip()
    front, at = "……" if choice.whole[: choice.start].strip() else "", 0
    for gap in choice.gaps:
        front += choice.stem[at : gap.start] + BLANK
        at = gap.end
    return {
        "card": number,
        "front": front + choice.stem[at:] + ("……" if len(behind) > 1 else ""),
        "hint": choice.hint,
        "answer": choice.phrase,
        "back": choice.whole.strip(),
        "source": ("出处待核实 · " if choice.passage.source_unsure else "")
        + (choice.passage.source.title or choice.passage.source.occasion or ""),
        "passage": choice.passage.text,
    }


def main() -> None:
    """Print the cards drawn."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--density", type=float, default=1.0)
    given = parser.parse_args()
    found = list(chosen(given.paths, given.density))
    drawn = random.Random(given.seed).sample(range(len(found)), min(given.count, len(found)))
    for number, index in enumerate(sorted(drawn), start=1):
        sys.stdout.buffer.write(json.dumps(card(found[index], number), ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
