"""A character of a page with its box."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, bottom, right, top
Row = tuple[str, dict[str, float]]  # text, layout


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box in points, origin at the page's lower left.

    A space has no box; its ``weight`` is 1 where PDFium guessed it from the distance, 0 where the file has it.
    """

    text: str
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    weight: int = -1
