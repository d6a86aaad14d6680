"""The whole flow on one screen: files -> documents -> passages -> analyses -> items -> bank -> decks, sheets, pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import is_
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from flashcards import bank, memory
from flashcards.errors import FlashcardsError, UnreadableInput
from flashcards.model import Analysis, Document, Item, Passage, phrases_of
from flashcards.packs import packs
from flashcards.report import Read, Report
from flashcards.settings import Settings

if TYPE_CHECKING:
    from flashcards.engine import Away, Map
    from flashcards.gaps import Survey
    from flashcards.inputs import Input
    from flashcards.items import Made
    from flashcards.ledger import Drafts, Ledger

TOGETHER = 80_000  # characters of neighbouring documents that are analysed at once
T = TypeVar("T")


class Watch(Protocol):
    """How the command line shows progress (`cli.progress.shown`)."""

    def __call__(self, things: Iterable[T], /, label: str, total: int | None = None) -> Iterator[T]:
        """The same things."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one input file gave: its documents with their items, or the error that stopped it."""

    path: Path
    documents: tuple[tuple[Read, Drafts], ...] = ()
    error: FlashcardsError | None = None
    mark: str = ""
    surveys: tuple[Survey, ...] = ()  # the gaps and the near ones, where a review file is asked for


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


def make_all(files: Sequence[Input], settings: Settings) -> list[Outcome]:
    """Stages 1 to 6 for neighbouring files: the step that runs in this process, on its cores or on a cluster.

    What a document gives does not depend on the others; together they only cost less, above all where they are small.
    """
    from flashcards import items, keyphrases

    errors: dict[int, FlashcardsError] = {}
    made: list[list[tuple[Read, Drafts, Survey | None]]] = [[] for _ in files]
    try:
        for group in packs(_understood(files, settings, errors), _length, TOGETHER):
            analyses = keyphrases.analyse_all([passages for *_, passages in group], settings)
            found = items.make_all(analyses, settings)
            for (at, document, _), each, its in zip(group, analyses, found, strict=True):
                made[at].append(_made(document, each, its, settings))
    except FlashcardsError as error:  # not of a document, but of what the user set for all of them
        return [Outcome(file.path, (), error) for file in files]
    return [
        Outcome(
            file.path,
            tuple((read, drafts) for read, drafts, _ in made[at]),
            errors.get(at),
            surveys=tuple(survey for *_, survey in made[at] if survey is not None),
        )
        for at, file in enumerate(files)
    ]


_Understood = tuple[int, Document, tuple[Passage, ...]]  # with the place of its file among the files


def _understood(
    files: Sequence[Input], settings: Settings, errors: dict[int, FlashcardsError]
) -> Iterator[_Understood]:
    """The documents of all files that can be used; what is wrong with a file goes to ``errors``."""
    for at, file in enumerate(files):
        try:
            for document, passages in understand(file, settings):
                yield at, document, passages
        except FlashcardsError as error:
            errors[at] = error


def _length(understood: _Understood) -> int:
    """The characters of a document."""
    return sum(len(passage.text) for passage in understood[2])


def _made(
    document: Document, analyses: Sequence[Analysis], made: Made, settings: Settings
) -> tuple[Read, Drafts, Survey | None]:
    """What is reported of a document, its items made ready for the ledger, and its gaps where they are reviewed."""
    from flashcards import gaps, learner, sources
    from flashcards.ledger import draft

    passages = [analysis.passage for analysis in analyses]
    kept = tuple(learner.within(made.items, settings))
    counts = Counter(item.kind for item in kept)
    unsure = sum(passage.source_unsure for passage in passages)
    known = [p.source for p in passages if p.source.date or p.source.title or p.source.author]
    read = Read(
        document=document.id,
        path=document.path,
        passages=len(passages),
        sources=len(set(known)),
        sure=len(known) - unsure,
        unsure=unsure,
        phrases=len(phrases_of(analyses)),
        kinds={kind: counts[kind] for kind in made.report.counts},
        warnings=document.warnings,
        doubts=tuple(sources.unsure_report(passages)),
        remarks=tuple(made.report.notes),
    )
    return read, draft(document.id, kept), gaps.survey(analyses, settings) if settings.review else None


def settle(
    files: Sequence[Input],
    ledger: Ledger,
    settings: Settings,
    report: Report,
    run: Map | None = None,
    step: Callable[..., list[Outcome]] = make_all,
) -> None:
    """Give every item of ``files`` its identity, document by document, in order; counts go to ``report``.

    ``run`` is where the step is mapped over the files (`engine.Engine`); ``step`` is `make_all` or `cache.make_all`.
    """
    from flashcards import engine, remote

    for outcome in (run or engine.here)(partial(remote.make_all, settings=settings, step=step), files):
        report.files += 1
        report.surveys.extend(outcome.surveys)
        if outcome.error is not None:
            report.errors.append(outcome.error)
        for read, made in outcome.documents:
            report.add(read)
            if not (outcome.mark and ledger.settle_again(read.document, outcome.mark)):
                ledger.settle(_kept(made, ledger.previous(read.document)), outcome.mark)
    memory.forget()


def _kept(made: Drafts, previous: Sequence[Item]) -> Drafts:
    """The items of a document with what must stay as it was last published (`items.keep`)."""
    if not previous:
        return made
    from flashcards.items import keep
    from flashcards.ledger import draft

    items = made.items()
    kept = keep(items, previous)
    return made if all(map(is_, kept, items)) else draft(made.document, kept)


def publish(
    ledger: Ledger,
    folder: Path,
    name: str,
    project: str,
    formats: Sequence[str],
    settings: Settings,
    watch: Watch | None = None,
    workers: int | None = 1,
    away: Away | None = None,
) -> tuple[Path, ...]:
    """Stage 7: write the bank and every format, all or nothing; returns the files in their final place.

    ``watch`` is given the items that go to each file written here, its name and their number, and gives them on.
    The packages of a split deck are made by ``workers`` of this machine, or by those of a cluster (``away``).
    """
    from flashcards import engine, exporters
    from flashcards.exporters import anki_notetypes, apkg

    prints = anki_notetypes.fingerprints(settings) | _aids(ledger, settings)
    header = bank.Header(name, project, settings.lang, ledger.notetypes(prints))
    with ledger.publish(folder) as stage:
        path = stage.folder / f"{name}.bank.jsonl"
        lines = ledger.lines()
        count = bank.write_lines(path, header, watch(lines, label="bank") if watch else lines)
        opened = bank.load(path)
        jobs = []
        for to in formats:
            watched = replace(opened, watch=partial(watch, label=to, total=count)) if watch else opened
            jobs.append(exporters.Job(to, watched, exporters.target(stage.folder, name, to)))
        several = engine.beside(2, path.stat().st_size, workers)
        if several or (away and settings.split):
            tasks = exporters.tasks(jobs, settings, away)
            engine.each(tasks, workers if several else 1)
        else:
            exporters.write_all(jobs, settings)
        if "apkg" in formats:
            for part in apkg.outdated(folder, exporters.target(stage.folder, name, "apkg")):
                stage.drop(part)
            # Notes that left the deck reach the learner as notes tagged `flashcards::removed`.
            removed = stage.scratch / "withdrawn.jsonl"
            if bank.write(removed, header, ledger.withdrawn()):
                target = stage.folder / f"{name}.withdrawn.apkg"
                apkg.write(bank.load(removed), target, replace(settings, split=None))
            else:
                stage.drop(f"{name}.withdrawn.apkg")
    return stage.published


def _aids(ledger: Ledger, settings: Settings) -> dict[str, str]:
    """What the learner's aids are made from, where they are on or were: notes are updated when it changes."""
    from flashcards import learner
    from flashcards.exporters.anki_aids import SINCE

    now, before = learner.fingerprint(settings), ledger.frozen(SINCE)
    if not now and not before:
        return {}
    ledger.freeze(SINCE, now)
    return {SINCE: now}
