"""A learner's real Anki: the backend of the desktop client, which imports our packages and answers cards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest, ImportCsvRequest
from anki.scheduler.v3 import CardAnswer

LOG = ("new", "updated", "duplicate", "conflicting", "first_field_match", "missing_notetype", "missing_deck")
LOG += ("empty_first_field",)
CLEAN = ("Database rebuilt and optimized.", True)


@dataclass(frozen=True)
class Held:
    """What a learner holds of one note: its content, and the schedule of its one card."""

    fields: tuple[str, ...]
    tags: frozenset[str]
    notetype: int
    modified: int
    card: int
    reps: int
    due: int
    interval: int
    queue: int
    reviews: int
    deck: str


class Learner:
    """A collection in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.col = Collection(str(folder / "collection.anki2"))
        config = self.col.decks.config_dict_for_deck_id(1)
        config["new"]["perDay"] = 9999
        config["rev"]["perDay"] = 9999
        self.col.decks.update_config(config)
        self.answered = 0

    def __enter__(self) -> Learner:
        return self

    def __exit__(self, *_: object) -> None:
        self.col.close()

    def bring_in(self, package: Path, **options: object) -> dict[str, int]:
        """Import a package with the dialog's own defaults; the log as counts."""
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions(**options))
        log = self.col.import_anki_package(request).log
        return {name: len(getattr(log, name)) for name in LOG if len(getattr(log, name))}

    def bring_in_text(self, path: Path) -> dict[str, int]:
        """Import a text file as the dialog does when nothing is changed in it."""
        metadata = self.col.get_csv_metadata(str(path), None)
        log = self.col.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
        return {name: len(getattr(log, name)) for name in LOG if len(getattr(log, name))}

    def answer_all(self, rating: CardAnswer.Rating.V = CardAnswer.EASY) -> int:
        """Answer every new card once through the scheduler, deck by deck; returns how many.

        Each answer has a millisecond of its own. The client moves the second of two in one millisecond on
        by one in its log alone; over a full second its check then says the card's time was wrong.
        """
        count = 0
        for deck in self.col.decks.all_names_and_ids():
            self.col.decks.select(deck.id)
            while queued := self.col.sched.get_queued_cards(fetch_limit=1).cards:
                card = self.col.get_card(queued[0].card.id)
                card.start_timer()
                answer = self.col.sched.build_answer(card=card, states=queued[0].states, rating=rating)
                answer.answered_at_millis = self.answered = max(self.answered + 1, answer.answered_at_millis)
                self.col.sched.answer_card(answer)
                count += 1
        return count

    def held(self) -> dict[str, Held]:
        """Every note by GUID. A GUID held twice, or a note without exactly one card, is an error here."""
        db = self.col.db
        notes: dict[str, Held] = {}
        reviews = dict(db.all("select cid, count(*) from revlog where ease > 0 group by cid"))
        decks = {deck.id: deck.name for deck in self.col.decks.all_names_and_ids()}
        rows = db.all(
            "select n.guid, n.flds, n.tags, n.mid, n.mod, c.id, c.reps, c.due, c.ivl, c.queue, c.did"
            " from notes n left join cards c on c.nid = n.id"
        )
        for guid, fields, tags, mid, modified, card, reps, due, interval, queue, did in rows:
            assert guid not in notes, f"two notes or cards of {guid}"
            assert card is not None, f"no card of {guid}"
            notes[guid] = Held(
                tuple(fields.split("\x1f")),
                frozenset(tags.split()),
                mid,
                modified,
                card,
                reps,
                due,
                interval,
                queue,
                reviews.get(card, 0),
                decks[did],
            )
        return notes

    def check(self) -> tuple[str, bool]:
        """What Check Database says; `CLEAN` if it changed nothing."""
        return self.col.fix_integrity()

    def note(self, guid: str):
        """The note of a GUID."""
        return self.col.get_note(self.col.db.scalar("select id from notes where guid = ?", guid))

    def faces(self, guid: str) -> tuple[str, str]:
        """Question and answer of a note's card as HTML, as the reviewer gets them."""
        output = self.note(guid).cards()[0].render_output(reload=True)
        return output.question_text, output.answer_text
