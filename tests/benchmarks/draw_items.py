"""Draws items with their passages for people to judge: one JSON line a card, by a fixed seed.

python tests/benchmarks/draw_items.py --seed N --kind KIND [--count 60] FILES…
A file is anything the program reads; of a .jsonl, --records 10 takes ten records drawn by the same seed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import click

from flashcards import inputs, items, keyphrases, readers, repair, sources
from flashcards.errors import FlashcardsError
from flashcards.items import KINDS
from flashcards.model import Item, answer_text
from flashcards.settings import Settings


def made(path: Path, settings: Settings, records: int, rng: Random) -> Iterator[Item]:
    """The items that a build would make of a file, of every kind (so that the mix is the default one)."""
    documents = list(readers.read(path, path.name, settings))
    if len(documents) > records:
        documents = rng.sample(documents, records)
    for document in documents:
        try:
            passages = sources.passages(repair.repair(document))
        except FlashcardsError as error:
            click.echo(str(error), err=True)
            continue
        yield from items.make(keyphrases.analyse(passages, settings), settings).items


def card(item: Item) -> dict[str, object]:
    """What a learner sees, what is right, and the passage to judge it by."""
    front = item.stem
    for number, gap in reversed(list(enumerate(item.gaps, start=1))):
        front = front[: gap.start] + f"____({number})" + front[gap.end :]
    return {
        "kind": item.kind,
        "ask": item.ask,
        "front": front,
        "hint": item.hint,
        "options": item.options,
        "answer": answer_text(item),
        "explanation": item.explanation,
        "passage": item.passage.text,
        "source": {
            name: getattr(item.passage.source, name)
            for name in ("author", "title", "date", "place", "occasion")
            if getattr(item.passage.source, name)
        },
        "where": f"{item.passage.id} {item.place.sentence}",
    }


@click.command()
@click.option("--seed", default=1)
@click.option("--kind", type=click.Choice(list(KINDS)), required=True)
@click.option("--count", default=60)
@click.option("--records", default=10)
@click.option("--recite", is_flag=True)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def main(seed: int, kind: str, count: int, records: int, recite: bool, paths: tuple[Path, ...]) -> None:
    """Draw COUNT cards of one kind from FILES, all there are if they are fewer."""
    rng = Random(seed)
    settings = Settings(recite=recite)
    found = inputs.find(paths, output=None)
    cards = [item for file in found.files for item in made(file.path, settings, records, rng) if item.kind == kind]
    for item in rng.sample(cards, min(count, len(cards))):
        print(json.dumps(card(item), ensure_ascii=False))


if __name__ == "__main__":
    main()
