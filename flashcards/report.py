"""What a build did: counted while it runs, told to people and (as JSON) to machines at its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards.errors import FlashcardsError

if TYPE_CHECKING:
    from flashcards.gaps import Survey
    from flashcards.ledger import Summary


@dataclass(frozen=True, slots=True)
class Read:
    """What one document was understood to be.

    ``warnings`` are what the user should look at, ``doubts`` unsure sources with the line that settles them,
    ``remarks`` what is good to know (why a kind has few items).
    """

    document: str
    path: str
    passages: int
    sources: int
    sure: int
    unsure: int
    phrases: int
    kinds: dict[str, int]
    warnings: tuple[str, ...]
    doubts: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """Sums over all documents; only what is said of single ones is kept, so a large library stays small here."""

    files: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    errors: list[FlashcardsError] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)  # filled only where a review file is asked for
    summary: Summary | None = None
    written: tuple[Path, ...] = ()

    def add(self, read: Read) -> None:
        """Count one document."""
        self.sums["documents"] += 1
        for name in ("passages", "sources", "sure", "unsure", "phrases"):
            self.sums[name] += getattr(read, name)
        self.kinds.update(read.kinds)
        self.warnings.extend(f"{read.path}: {warning}" for warning in read.warnings)
        self.doubts.extend(read.doubts)
        self.remarks.update(read.remarks)

    @property
    def items(self) -> int:
        """Items of the deck as it now is, those of documents not read in this build too."""
        made = self.summary
        return made.added + made.changed + made.unchanged + made.kept + made.held if made else 0


def record(report: Report) -> dict[str, Any]:
    """The report as JSON for machines."""
    changes = ("added", "changed", "unchanged", "withdrawn", "kept", "held")
    return {
        "files": report.files,
        "documents": report.sums["documents"],
        "passages": report.sums["passages"],
        "sources": report.sums["sources"],
        "sources_sure": report.sums["sure"],
        "sources_unsure": report.sums["unsure"],
        "phrases": report.sums["phrases"],
        "items": report.items,
        "kinds": dict(report.kinds),
        **{name: getattr(report.summary, name) if report.summary else 0 for name in changes},
        "written": [path.as_posix() for path in report.written],
        "skipped": dict(report.skipped),
        "warnings": [*report.warnings, *report.doubts],
        "remarks": dict(sorted(report.remarks.items())),
        "errors": [str(error) for error in report.errors],
    }


def table(report: Report) -> list[tuple[str, str]]:
    """The report for people: label and text of each row."""
    sums, summary = report.sums, report.summary
    skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(report.skipped.items()))
    kinds = ", ".join(f"{kind} {count}" for kind, count in report.kinds.items())
    changes = (
        [(name, getattr(summary, name)) for name in ("added", "changed", "unchanged", "withdrawn")] if summary else []
    )
    if summary:
        # kept: of documents not read now; held: gone from their text, but too many to withdraw without --prune
        changes += [(name, count) for name, count in (("kept", summary.kept), ("held", summary.held)) if count]
    return [
        ("read", f"{report.files} files, {sums['passages']} passages" + (f" (skipped: {skipped})" if skipped else "")),
        ("sources", f"{sums['sources']} ({sums['sure']} passages sure, {sums['unsure']} unsure)"),
        ("phrases", str(sums["phrases"])),
        ("items", f"{report.items}: {kinds}"),
        *(("", _remark(text, count, sums["documents"])) for text, count in sorted(report.remarks.items())),
        ("since the last build", ", ".join(f"{count} {name}" for name, count in changes)),
        *((("", "written")[number == 0], path.as_posix()) for number, path in enumerate(report.written)),
    ]


def _remark(text: str, count: int, documents: int) -> str:
    return text if documents == 1 else f"{text} ({count} of {documents} documents)"
