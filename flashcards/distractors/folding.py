"""Texts and terms as they are compared: what differs in width, case, white space or script only is one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from flashcards import script

_COMPATIBLE = re.compile("[\u2e80-\u2fff\u3038-\u303a\u3192-\u33ff\uf900-\ufaff\U0001f200-\U0003ffff]")  # ㈠, ⼤
# Without these most texts are NFKC, which is quickly seen.
_MARKS = tuple(zip("，：；（）？！", ",:;()?!", strict=True))


@lru_cache(maxsize=64)  # what a question shows is compared several times in a row
def folded(text: str) -> str:
    """A text as it is compared: compatibility forms, case, white space and script folded."""
    return _folded(text)


@lru_cache(maxsize=1 << 12)
def fold(term: str) -> str:
    """`folded` of a term, remembered for long."""
    return _folded(term)


def _folded(text: str) -> str:
    for wide, narrow in _MARKS:
        text = text.replace(wide, narrow)
    return script.simplified_shadow("".join(unicodedata.normalize("NFKC", text).split()).casefold())


def is_plain(text: str) -> bool:
    """Whether folding changes no Han of a text, nor makes one: a cheap test, which is right when it says yes."""
    return not _COMPATIBLE.search(text) and script.is_simplified(text)
