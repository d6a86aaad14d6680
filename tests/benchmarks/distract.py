"""Wrong options for questions without a document, one JSON line {"id", "distractors"} each, for eval_text.py distract.

python tests/benchmarks/distract.py MCQ.jsonl > predictions.jsonl          our own options, from the question alone
python tests/benchmarks/distract.py --rank POOL.jsonl                      overlap@3 of the pool's ranking, printed
"""

import json
import sys
from pathlib import Path

from flashcards.distractors import Question, choose, rank

BLANK = "＿"


def main(arguments: list[str]) -> None:
    """Rank pools, or make options."""
    records = [json.loads(line) for line in Path(arguments[-1]).read_text(encoding="utf-8").splitlines()]
    if "--rank" in arguments:
        hits = [len({*rank(r["answer"], r["pool"], r["question"])[:3]} & {*r["distractors"]}) / 3 for r in records]
        print(f"overlap@3 {sum(hits) / len(hits):.4f} of {len(hits)} items")
        return
    for record in records:
        if not record["term_like"]:
            continue
        stem = record["question"] + BLANK
        question = Question(record["answer"], stem, ((len(stem) - 1, len(stem)),), stem, stem)
        options = [rival.text for rival in choose(question)]
        print(json.dumps({"id": record["id"], "distractors": options}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
