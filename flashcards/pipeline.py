"""The whole flow on one screen: files -> documents -> passages -> analyses -> items -> bank -> decks, sheets, pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashcards import bank
from flashcards.errors import FlashcardsError, UnreadableInput
from flashcards.model import Document, Item, Passage
from flashcards.settings import Settings

if TYPE_CHECKING:
    from flashcards.inputs import Input
    from flashcards.ledger import Ledger, Summary

Map = Callable[[Callable[["Input"], "Outcome"], Iterable["Input"]], Iterable["Outcome"]]


@dataclass(frozen=True, slots=True)
class Read:
    """What one document was understood to be, in counts and in lines for the report."""

    document: str
    path: str
    passages: int
    sources: int
    sure: int
    unsure: int
    phrases: int
    kinds: dict[str, int]
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one input file gave: its documents with their items, or the error that stopped it."""

    path: Path
    documents: tuple[tuple[Read, tuple[Item, ...]], ...] = ()
    error: FlashcardsError | None = None


@dataclass(slots=True)
class Report:
    """What a build did, for people and (as JSON) for machines."""

    read: list[Read] = field(default_factory=list)
    errors: list[FlashcardsError] = field(default_factory=list)
    files: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    summary: Summary | None = None
    written: tuple[Path, ...] = ()


def understand(file: Input, settings: Settings) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
    """Stages 1 to 3: the documents of a file, repaired, with their passages and sources.

    A document of the file that cannot be used is named (UnreadableInput) after the others were given.
    """
    from flashcards import readers, repair, sources

    bad: list[UnreadableInput] = []
    for document in readers.read(file.path, file.id, settings):
        try:
            repaired = repair.repair(document)
            found = sources.attribute(repaired)
        except UnreadableInput as error:
            bad.append(error)
        else:
            yield replace(repaired, warnings=(*repaired.warnings, *found.warnings)), found.passages
    if bad:
        more = f" (and {len(bad) - 1} more of its documents)" if len(bad) > 1 else ""
        raise UnreadableInput(bad[0].what + more, path=bad[0].path, line=bad[0].line)


def make(file: Input, settings: Settings) -> Outcome:
    """Stages 1 to 6 for one file: the step that runs in this process, on its cores or on a cluster."""
    from flashcards import items, keyphrases, sources

    documents = []
    try:
        for document, passages in understand(file, settings):
            analyses = keyphrases.analyse(passages, settings)
            made = items.make(analyses, settings)
            unsure = sum(passage.source_unsure for passage in passages)
            known = [p.source for p in passages if p.source.date or p.source.title or p.source.author]
            read = Read(
                document=document.id,
                path=document.path,
                passages=len(passages),
                sources=len(set(known)),
                sure=len(known) - unsure,
                unsure=unsure,
                phrases=len({phrase.text for analysis in analyses for phrase in analysis.keyphrases}),
                kinds=dict(made.report.counts),
                notes=(*document.warnings, *made.report.notes),
                doubts=tuple(sources.unsure_report(passages)),
            )
            documents.append((read, tuple(made.items)))
    except FlashcardsError as error:
        return Outcome(file.path, tuple(documents), error)
    return Outcome(file.path, tuple(documents))


def settle(
    files: Sequence[Input],
    ledger: Ledger,
    settings: Settings,
    report: Report,
    run: Map = map,
    step: Callable[..., Outcome] = make,
) -> None:
    """Give every item of ``files`` its identity, document by document, in order; counts go to ``report``.

    ``run`` is where the step is mapped over the files (`engine.runner`); ``step`` is `make` or `cache.make`.
    """
    from flashcards.items import keep

    for outcome in run(partial(step, settings=settings), files):
        report.files += 1
        if outcome.error is not None:
            report.errors.append(outcome.error)
        for read, made in outcome.documents:
            report.read.append(read)
            ledger.settle(read.document, keep(made, ledger.previous(read.document)))


def publish(
    ledger: Ledger, folder: Path, name: str, project: str, formats: Sequence[str], settings: Settings
) -> tuple[Path, ...]:
    """Stage 7: write the bank and every format, all or nothing; returns the files in their final place."""
    from flashcards.exporters import anki_notetypes, exporter, target

    header = bank.Header(name, project, settings.lang, ledger.notetypes(anki_notetypes.fingerprints(settings)))
    with ledger.publish(folder) as stage:
        path = stage.folder / f"{name}.bank.jsonl"
        bank.write(path, header, ledger.items())
        opened = bank.load(path)
        for to in formats:
            exporter(to)(opened, target(stage.folder, name, to), settings)
        if "apkg" in formats:
            # Notes that left the deck reach the learner as notes tagged `flashcards::removed`.
            removed = stage.scratch / "withdrawn.jsonl"
            if bank.write(removed, header, ledger.withdrawn()):
                exporter("apkg")(bank.load(removed), stage.folder / f"{name}.withdrawn.apkg", settings)
            else:
                stage.drop(f"{name}.withdrawn.apkg")
    return stage.published


def record(report: Report) -> dict[str, Any]:
    """The report as JSON for machines."""
    summary = report.summary
    return {
        "files": report.files,
        "documents": len(report.read),
        "passages": sum(read.passages for read in report.read),
        "sources": sum(read.sources for read in report.read),
        "sources_sure": sum(read.sure for read in report.read),
        "sources_unsure": sum(read.unsure for read in report.read),
        "phrases": sum(read.phrases for read in report.read),
        "items": sum((summary.added, summary.changed, summary.unchanged, summary.kept, summary.held)) if summary else 0,
        "kinds": dict(sum((Counter(read.kinds) for read in report.read), Counter())),
        "added": summary.added if summary else 0,
        "changed": summary.changed if summary else 0,
        "unchanged": summary.unchanged if summary else 0,
        "withdrawn": summary.withdrawn if summary else 0,
        "kept": summary.kept if summary else 0,
        "held": summary.held if summary else 0,
        "written": [path.as_posix() for path in report.written],
        "skipped": report.skipped,
        "warnings": [f"{read.path}: {note}" for read in report.read for note in read.notes]
        + [doubt for read in report.read for doubt in read.doubts],
        "errors": [str(error) for error in report.errors],
    }
