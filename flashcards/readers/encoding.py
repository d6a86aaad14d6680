"""Bytes -> text: a BOM, strict UTF-8, and else the decoding with the most common Chinese characters.

Method and figures: every codec that decodes the whole input is scored by how common its characters are; the true
one wins from eight characters on, because a wrong one yields rare ideographs, private-use characters and controls.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from flashcards.errors import BadConfiguration, UnreadableInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CANDIDATES = ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb": "gb18030", "euc-cn": "gb18030", "big5": "cp950"}
SAMPLE = 20_000  # characters that are scored
LEAST = 0.55  # a best score under this is no Chinese text in any of the codecs
NARROW = 0.12  # a margin under this is told to the user
TENTHS = 10  # weights are whole tenths, so that a sum is exact
TIER_WEIGHTS = (10, 8, 5)
COMMON_MARKS = "，。、；：？！“”‘’「」『』（）《》〈〉【】〔〕—…·　①②③④⑤⑥⑦⑧⑨０１２３４５６７８９○〇－～％"
PLAIN = bytes((*b"\t\n\f\r", *range(0x20, 0x7F)))  # of ASCII: it says nothing about a Chinese codec


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec, by what margin it won (0 to 1; 1 where a BOM, UTF-8 or the user decides), and warnings."""

    text: str
    encoding: str
    margin: float = 1.0
    warnings: tuple[str, ...] = ()


def decode(data: bytes, path: Path, *, encoding: str | None = None, declared: str | None = None) -> Decoded:
    """The text of ``data``: by ``encoding`` (the user's), a BOM, ``declared`` (the file's own label), or the score.

    Raises UnreadableInput naming the byte where no decoding fits, and for text that was decoded wrongly once before;
    BadConfiguration for an encoding that Python does not know.
    """
    if encoding:
        return _as_told(data, path, encoding)
    for bom, name in BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], path, name)
    labelled = known(declared) if declared else None
    if labelled and labelled != "utf-8":
        try:
            text = data.decode(labelled)
        except UnicodeDecodeError:
            text = ""
        if text and (text.isascii() or score(text) >= LEAST):
            return Decoded(text, labelled)
    utf8 = _utf8(data, path)
    if utf8 is not None:
        _refuse_mojibake(utf8.text, path)
        return utf8
    return _best(data, path)


def known(label: str) -> str | None:
    """The codec for a label as files and users write it (gb2312 and gbk mean gb18030, big5 cp950), or None."""
    name = label.strip().strip("\"'").lower().replace("_", "-")
    name = ALIASES.get(name, name)
    try:
        codecs.lookup(name).decode(b"")
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    return name if isinstance(codecs.lookup(name).decode(b"")[0], str) else None


def score(text: str) -> float:
    """How much a text looks like Chinese, -2 to 1: the mean weight of its characters that are not ASCII.

    >>> score("简体中文，繁體中文。") > 0.9
    True
    >>> score("绠€浣撲腑鏂囷紝") < 0.5
    True
    """
    import numpy as np

    sample = text[:SAMPLE]
    plain = sample.encode("ascii", "ignore")
    count = len(sample) - len(plain) + len(plain.translate(None, PLAIN))
    codes = np.frombuffer(sample.encode("utf-32-le", "surrogatepass"), np.uint32)
    return float(_weights().take(codes, mode="clip").sum()) / TENTHS / count if count else 0.0


@cache
def _weights() -> NDArray[np.int8]:
    """The weight of each character in tenths: that of its block, or of its tier. The last one stands for all behind."""
    import numpy as np

    weights = np.full(0x30001, -3, np.int8)
    weights[0x4E00:0xA000] = 0
    for first, end in ((0x3040, 0x3100), (0xAC00, 0xD7B0), (0x00A0, 0x0250)):
        weights[first:end] = 2
    for first, end in ((0, 0xA0), (0xD800, 0xE000), (0xE000, 0xF900), (0xFFFD, 0xFFFE), (0x30000, 0x30001)):
        weights[first:end] = -20
    tiers = files("flashcards").joinpath("data", "common_characters.txt").read_text(encoding="utf-8").splitlines()
    for tier, weight in (*zip(tiers, TIER_WEIGHTS, strict=True), (COMMON_MARKS, 10), (PLAIN.decode(), 0)):
        weights[np.frombuffer(tier.encode("utf-32-le"), np.uint32)] = weight
    return weights


def _as_told(data: bytes, path: Path, encoding: str) -> Decoded:
    name = known(encoding)
    if name is None:
        raise BadConfiguration(f"--encoding: unknown encoding {encoding!r}; known: utf-8, gb18030, big5, utf-16 …")
    for bom, of in BOMS:
        if data.startswith(bom) and name.replace("-", "").startswith(of.replace("-", "")[:5]):
            return _strict(data[len(bom) :], path, of)
    return _strict(data, path, name)


def _strict(data: bytes, path: Path, name: str) -> Decoded:
    try:
        return Decoded(data.decode(name), name)
    except UnicodeDecodeError as error:
        if _only_tail(data, error):
            return _without_tail(data, error, name)
        raise UnreadableInput(
            f"is not {name} at byte {error.start}; give the right --encoding or save it as UTF-8",
            path=path,
            line=_line(data, error.start),
        ) from None


def _utf8(data: bytes, path: Path) -> Decoded | None:
    """UTF-8, forgiving a character cut at the very end; None where it is something else."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _only_tail(data, error) and any(byte > 0x7F for byte in data[: error.start]):
            return _without_tail(data, error, "utf-8")
        if _mostly_utf8(data):
            raise UnreadableInput(
                f"is UTF-8 but has damaged or foreign bytes at byte {error.start}; mend that line, or give --encoding",
                path=path,
                line=_line(data, error.start),
            ) from None
        return None
    # UTF-16 of Latin text is valid UTF-8 full of NULs.
    return None if text.count("\x00") * 10 > len(text) else Decoded(text, "utf-8")


def _only_tail(data: bytes, error: UnicodeDecodeError) -> bool:
    return error.start >= len(data) - 3 and error.end == len(data)


def _without_tail(data: bytes, error: UnicodeDecodeError, name: str) -> Decoded:
    tail = data[error.start :].hex(" ")
    warning = f"line {_line(data, error.start)}: ends inside a character at byte {error.start} ({tail}), left out"
    return Decoded(data[: error.start].decode(name), name, warnings=(warning,))


def _mostly_utf8(data: bytes) -> bool:
    """Whether nearly all bytes above ASCII form UTF-8 characters of three bytes, as no other encoding's do."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for c in text if ord(c) > 0x7F) - bad
    return good > 20 * bad and good >= 10


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _best(data: bytes, path: Path) -> Decoded:
    scored: list[tuple[float, int, str, Decoded]] = []
    for order, name in enumerate(CANDIDATES):
        try:
            decoded = Decoded(data.decode(name), name)
        except UnicodeDecodeError as error:
            if not _only_tail(data, error):
                continue
            decoded = _without_tail(data, error, name)
        if all(decoded.text != other.text for *_, other in scored):
            scored.append((score(decoded.text), -order, name, decoded))
    scored.sort(key=lambda entry: entry[:3], reverse=True)
    if not scored or scored[0][0] < LEAST:
        if data.count(b"\x00"):
            raise UnreadableInput("is binary, not a text; name a text", path=path)
        raise UnreadableInput(_no_codec(data), path=path, line=_first_bad_line(data))
    best = scored[0]
    second = max(scored[1][0], 0.0) if len(scored) > 1 else 0.0
    margin = round(min(1.0, best[0] - second), 3)
    warnings = best[3].warnings
    if margin < NARROW:
        rival = scored[1][2]
        warnings += (f"encoding taken for {best[2]}, but {rival} is near (margin {margin}); settle it with --encoding",)
    return Decoded(best[3].text, best[2], margin, warnings)


def _no_codec(data: bytes) -> str:
    try:
        data.decode("utf-8")
        offset = 0
    except UnicodeDecodeError as error:
        offset = error.start
    tried = ", ".join(("utf-8", *CANDIDATES))
    return f"is text in no encoding known here (byte {offset}; tried {tried}); give --encoding or save it as UTF-8"


def _first_bad_line(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _line(data, error.start)
    return 1


def _foreign(text: str) -> int:
    """How many characters of a text are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _refuse_mojibake(text: str, path: Path) -> None:
    """Refuse text that was decoded wrongly before it was saved: encoded back, it is better Chinese."""
    sample = text[:4000]
    foreign = _foreign(sample)
    if foreign < 8:
        return
    now = score(sample)
    if now > 0.75:
        return
    for wrong, right in (("gb18030", "utf-8"), ("cp950", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "utf-8"),
                         ("latin-1", "gb18030"), ("cp1252", "gb18030"), ("latin-1", "cp950")):  # fmt: skip
        again = sample.encode(wrong, errors="ignore").decode(right, errors="ignore")
        if _foreign(again) * 4 >= foreign and score(again) > max(0.7, now + 0.25):
            raise UnreadableInput(
                f"looks like {right} that was read as {wrong} and saved (…{again.strip()[:8]}…); get the original file",
                path=path,
            )
