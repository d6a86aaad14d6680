"""Stage 4 of 7: Passage -> Sentences of Tokens."""

from __future__ import annotations

from functools import cache


@cache
def _dictionary() -> dict[str, str]:
    from importlib.resources import files

    tags = {}
    for line in files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, tag = line.split(" ")
        tags[word] = tag
    return tags


def words(text: str) -> list[tuple[str, str]]:
    """Cut ``text`` into (word, tag) pairs; joined back they are ``text``."""
    import rjieba

    tags = _dictionary()
    return [(word, tags.get(word, "x")) for word in rjieba.cut(text, True)]
