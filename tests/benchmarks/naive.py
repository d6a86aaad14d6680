"""The naive peer: what a user would write in an afternoon with jieba, genanki and jinja2.

    python tests/benchmarks/naive.py OUTPUT FILE...

Key words by TF-IDF, a cloze card for every sentence with one of them, one page with all questions. No line is mended,
no source read, no phrase found that is more than a word, no answer kept from standing elsewhere on the page.
"""

import re
import sys
from pathlib import Path

import genanki
import jieba.analyse
import jinja2

PAGE = jinja2.Environment(autoescape=True).from_string(
    """<!doctype html><meta charset="utf-8"><title>Quiz</title>
<ol>{% for item in items %}<li>{{ item.question }} <details><summary>answer</summary>{{ item.answer }}</details></li>
{% endfor %}</ol>"""
)
KEPT = ("n", "nr", "ns", "nt", "nz", "vn", "v", "i", "l")


def items(path: Path):
    """A question for every sentence with a key word, the first one hidden."""
    for passage in path.read_text(encoding="utf-8").split("\n\n"):
        words = jieba.analyse.extract_tags(passage, topK=8, allowPOS=KEPT)  # tags by jieba.posseg
        for sentence in re.split("(?<=[。！？])", passage):
            word = next((word for word in words if word in sentence), None)
            if word:
                yield {
                    "cloze": sentence.replace(word, "{{c1::" + word + "}}"),
                    "question": sentence.replace(word, "____"),
                    "answer": word,
                }


def main(output: Path, paths: list[Path]) -> None:
    """Write deck.apkg and quiz.html."""
    made = [item for path in paths for item in items(path)]
    deck = genanki.Deck(1_700_000_001, "Naive")
    for item in made:
        deck.add_note(genanki.Note(model=genanki.CLOZE_MODEL, fields=[item["cloze"], ""]))
    output.mkdir(parents=True, exist_ok=True)
    genanki.Package(deck).write_to_file(output / "deck.apkg")
    (output / "quiz.html").write_text(PAGE.render(items=made), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
