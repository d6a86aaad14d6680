"""Stage 5 of 7: Sentences -> ranked Keyphrases, every score with its reasons."""

from __future__ import annotations

from flashcards.keyphrases.analysis import analyse, analyse_all, best, rank

__all__ = ["analyse", "analyse_all", "best", "rank"]
