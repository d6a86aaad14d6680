"""Text of any size, the same for the same seed: the sentence shapes of corpus/, filled with words of the same tags.

    python -m tests.benchmarks.generate 10 FOLDER [--seed N] [--text FILE]... [--file-bytes N]

writes 10 MB as files of about 16 kB (or N bytes) in three forms: Markdown, text with a blank line between paragraphs,
and text with broken lines, headings and source notes at the end, as people copy it. Half of the words that are open to
choice come from the corpus, half from jieba's dictionary by frequency, so the vocabulary grows with the text as in real
text. Real text named by `--text` is dealt out among the files, paragraph by paragraph.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from flashcards import inputs, pipeline, segment
from flashcards.segment.sentences import split
from flashcards.settings import Settings

CORPUS = Path(__file__).parents[2] / "corpus"
OPEN = ("n", "nr", "ns", "nt", "nz", "v", "vn", "a", "i", "d", "t")  # tags whose words are drawn anew
FILE_BYTES = 16_000  # unless said otherwise
PEOPLE = ["李明远", "周启文", "陈若水", "吴海棠", "方正平", "孙静"]
PRESSES = ["水利史料", "城市与河流", "古代技术讲义", "地方志丛稿"]


class Generator:
    """Draws sentences, paragraphs and whole files."""

    def __init__(self, seed: int, real: Sequence[Path] = ()) -> None:
        self._chance = random.Random(seed)
        self._shapes, words = _learn()
        self._choices = {tag: _weights(words[tag], tag) for tag in OPEN}
        self._real = [line for path in real for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 40]

    def sentence(self) -> str:
        """A sentence: the shape of one of the corpus with new words in it."""
        shape = self._chance.choice(self._shapes)
        return "".join(self._word(tag) if tag in OPEN and len(word) > 1 else word for word, tag in shape)

    def _word(self, tag: str) -> str:
        words, weights = self._choices[tag][self._chance.random() < 0.5]
        return self._chance.choices(words, cum_weights=weights)[0]

    def paragraph(self) -> str:
        """Three to seven sentences, or a paragraph of the real text where some was named."""
        if self._real and self._chance.random() < 0.5:
            return self._chance.choice(self._real)
        return "".join(self.sentence() for _ in range(self._chance.randint(3, 7)))

    def file(self, number: int, file_bytes: int = FILE_BYTES) -> tuple[str, str]:
        """(suffix, content) of one file of about so many bytes."""
        title = "".join(self._word("n") for _ in range(2))
        paragraphs, size = [], 0
        while size < file_bytes:
            paragraphs.append(self.paragraph())
            size += len(paragraphs[-1].encode())
        form = number % 3
        if form == 0:
            return ".md", f"# {title}\n\n" + "\n\n".join(paragraphs) + "\n"
        if form == 1:
            return ".txt", f"{title}\n\n" + "\n\n".join(paragraphs) + "\n"
        return ".txt", self._dump(title, paragraphs)

    def _dump(self, title: str, paragraphs: list[str]) -> str:
        """Lines broken at 28 characters, every paragraph with a marker, the notes at the end."""
        lines, notes = [title, ""], []
        for number, paragraph in enumerate(paragraphs, start=1):
            text = f"{paragraph}〔{number}〕"
            lines += [text[at : at + 28] for at in range(0, len(text), 28)]
            lines.append("")
            year, month, day = (
                self._chance.randint(1980, 2024),
                self._chance.randint(1, 12),
                self._chance.randint(1, 28),
            )
            person, press = self._chance.choice(PEOPLE), self._chance.choice(PRESSES)
            notes.append(
                f"〔{number}〕{year}年{month}月{day}日，{person}：《{self._word('n')}》，{press}，第{number}页。"
            )
        return "\n".join([*lines, "注释", "", *notes]) + "\n"


def write(
    folder: Path, megabytes: float, seed: int = 1, real: Sequence[Path] = (), file_bytes: int = FILE_BYTES
) -> list[Path]:
    """Write files of ``megabytes`` (10^6 bytes) in all to ``folder``; returns their paths. Existing files are kept."""
    done = folder / ".done"
    if done.exists():
        return sorted(path for path in folder.rglob("*") if path.suffix in {".md", ".txt"})
    generator, size, paths = Generator(seed, real), 0, []
    while size < megabytes * 1e6:
        suffix, content = generator.file(len(paths), file_bytes)
        path = folder / f"{len(paths) // 100:03}" / f"{len(paths):06}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(content.encode("utf-8"))
        paths.append(path)
    done.write_text("", encoding="utf-8")
    return paths


def _learn() -> tuple[list[list[segment.Word]], dict[str, list[str]]]:
    """The sentences of the corpus as (word, tag) pairs, and its words by tag."""
    shapes, words = [], defaultdict(list)
    for file in inputs.find([CORPUS]).files:
        for _, passages in pipeline.understand(file, Settings()):
            for passage in passages:
                text = passage.text
                if passage.script == "zh-Hant" or passage.verse:
                    continue
                for start, end, _ in split(text):
                    if text[end - 1] in "。！？" and end - start >= 12:
                        shapes.append(segment.words(text[start:end]))
    for shape in shapes:
        for word, tag in shape:
            if len(word) > 1:
                words[tag].append(word)
    return shapes, words


def _weights(corpus: list[str], tag: str) -> tuple[tuple[list[str], list[int]], tuple[list[str], list[int]]]:
    """Words with running weights: those of the corpus, and those of the dictionary with this tag."""
    rows = [line.split(" ") for line in _dictionary() if line.endswith(f" {tag}")]
    rows = [row for row in rows if 2 <= len(row[0]) <= 4 and int(row[1]) >= 3]
    words = corpus or ["工程"]
    return (words, list(range(1, len(words) + 1))), (
        [row[0] for row in rows],
        list(accumulate(int(r[1]) for r in rows)),
    )


def _dictionary() -> Iterator[str]:
    yield from segment.jieba_file("dict.txt").read_text(encoding="utf-8").splitlines()


def main() -> None:
    """Write the files and say where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megabytes", type=float)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", type=Path, action="append", default=[])
    parser.add_argument("--file-bytes", type=int, default=FILE_BYTES)
    options = parser.parse_args()
    paths = write(options.folder, options.megabytes, options.seed, options.text, options.file_bytes)
    sys.stdout.write(f"{len(paths)} files in {options.folder}\n")


if __name__ == "__main__":
    main()
