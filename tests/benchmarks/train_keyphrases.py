"""Learn the weights of the key-phrase ranker from journal abstracts with their authors' key phrases, and ship numbers.

Reads `eval/keyphrases_csl.jsonl` (CSL, Apache-2.0) in the folder FLASHCARDS_EXTRA_DOCS, needs `catboost` (nothing that
is shipped does), writes `flashcards/data/lexicon.npy` and `flashcards/data/ranker.npz`.

    python tests/benchmarks/train_keyphrases.py --cross-validate     # five folds, honest figures
    python tests/benchmarks/train_keyphrases.py                      # learn from all, write the tables

What a document's own key phrases say of a word or a shape is left out where that document is a training example
(leave one out), or the trees would trust these columns more than they deserve on a new text.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from flashcards.keyphrases import background as b  # noqa: E402
from flashcards.keyphrases import candidates as find  # noqa: E402
from flashcards.keyphrases import features, kinds, statement  # noqa: E402
from flashcards.keyphrases.grid import TITLE, Grid, Segment, build  # noqa: E402
from flashcards.model import Numbered  # noqa: E402

DATA = ROOT / "flashcards" / "data"
SMOOTH = 3.0
SHAPE_SMOOTH = 20.0
TREES, DEPTH, RATE = 120, 6, 0.1
SEEDS = (7, 8, 9)  # as many ensembles are averaged
EMPTY = np.zeros(1, dtype=[("key", "<u4"), *((name, "u2") for name in b.PRIORS)])


@dataclass
class Sample:
    """One text laid out, its candidates, and which of them its authors named."""

    id: str
    grid: Grid
    candidates: find.Candidates
    texts: list[str]
    gold: list[str]
    label: np.ndarray = field(default_factory=lambda: np.zeros(0))
    codes: np.ndarray = field(default_factory=lambda: np.zeros(0))


def normal(text: str) -> str:
    """As the evaluation compares: NFKC, lower case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def sample(document: dict, vocabulary: b.Vocabulary, titled: bool, cut) -> Sample:
    """Cut, lay out, find candidates, label."""
    segments = [Segment.of(Numbered.of(cut(document["title"])), TITLE)] if titled and document["title"] else []
    segments += [Segment.of(Numbered.of(words)) for words in sentences(document["text"], cut)]
    grid = build([segments], vocabulary)
    found = find.find(grid)
    texts = [normal(found.text(grid, i)) for i in range(len(found.first))]
    gold = list(dict.fromkeys(map(normal, document["keywords"])))
    label = np.array([text in set(gold) for text in texts], np.int8)
    return Sample(document["id"], grid, found, texts, gold, label, features.Shapes.codes(grid, found))


def sentences(text: str, cut) -> Iterable[list[tuple[str, str]]]:
    """Sentences as the program makes them."""
    from flashcards import segment
    from flashcards.model import Passage

    if not hasattr(segment, "sentences"):
        yield list(cut(text))
        return
    for sentence in segment.sentences(Passage("-#1", "-", 1, text, (1, 1))):
        yield [(token.text, token.pos) for token in sentence.tokens]


class Priors:
    """Counts behind the lexicon and the shapes; a document's own share can be taken out."""

    def __init__(self, samples: list[Sample], vocabulary: b.Vocabulary) -> None:
        size = len(vocabulary.idf)
        self.hits = np.zeros((len(b.PRIORS), size))
        self.seen = np.zeros(size)
        self.shape_hits = np.zeros(b.CLASSES**3)
        self.shape_seen = np.zeros(b.CLASSES**3)
        self.own = {s.id: self._count(s) for s in samples}
        for words, hits, shape, label in self.own.values():
            self.seen[words] += 1
            self.hits[:, words] += hits
            np.add.at(self.shape_seen, shape, 1)
            np.add.at(self.shape_hits, shape, label)
        self.base = self.hits.sum(axis=1) / max(1.0, self.seen.sum())
        self.shape_base = self.shape_hits.sum() / max(1.0, self.shape_seen.sum())

    def _count(self, s: Sample) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        words = np.unique(s.grid.words)
        place = {int(word): i for i, word in enumerate(words)}
        hits = np.zeros((len(b.PRIORS), len(words)))
        c, n = s.candidates, len(s.grid.words)
        for start, size, of in zip(c.start, c.size, c.of, strict=True):
            if not s.label[of]:
                continue
            tokens = [place[int(w)] for w in s.grid.words[start : start + size]]
            if size > 1:
                hits[0, tokens[0]] = hits[1, tokens[-1]] = 1
            else:
                hits[3, tokens[0]] = 1
            hits[2, tokens] = 1
            if start > 0:
                hits[4, place[int(s.grid.words[start - 1])]] = 1
            if start + size < n:
                hits[5, place[int(s.grid.words[start + size])]] = 1
        return words, hits, s.codes, s.label

    def arrays(self, without: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Word priors (6, words) and shape priors, smoothed, optionally without one document."""
        hits, seen, shape_hits, shape_seen = self.hits, self.seen, self.shape_hits, self.shape_seen
        words = None
        if without is not None:
            words, own, shape, label = self.own[without]
            hits, seen = hits.copy(), seen.copy()
            shape_hits, shape_seen = shape_hits.copy(), shape_seen.copy()
            hits[:, words] -= own
            seen[words] -= 1
            np.add.at(shape_seen, shape, -1)
            np.add.at(shape_hits, shape, -label)
        prior = (hits + SMOOTH * self.base[:, None]) / (seen + SMOOTH)
        shapes = (shape_hits + SHAPE_SMOOTH * self.shape_base) / (shape_seen + SHAPE_SMOOTH)
        return prior.astype(np.float32), shapes.astype(np.float32)


def matrices(samples: list[Sample], priors: Priors, vocabulary: b.Vocabulary, own: bool) -> list[np.ndarray]:
    """The feature matrix of every sample; ``own`` takes each sample's own labels out of the priors."""
    made = []
    if not own:
        vocabulary.priors, shapes = (quantised(a) for a in priors.arrays())
    for s in samples:
        if own:
            vocabulary.priors, shapes = (quantised(a) for a in priors.arrays(s.id))
        made.append(features.matrix(features.columns(s.grid, s.candidates, shapes), slice(None)))
    return made


def quantised(values: np.ndarray) -> np.ndarray:
    """As they are shipped: in 65535 steps."""
    return (np.round(np.clip(values, 0, 1) * 65535) / np.float32(65535)).astype(np.float32)


def learn(samples: list[Sample], rows: list[np.ndarray]) -> list:
    """Fit oblivious trees, one group a document, once for each seed."""
    from catboost import CatBoost, Pool

    keep = [i for i, s in enumerate(samples) if s.label.any()]
    data = np.concatenate([rows[i] for i in keep])
    label = np.concatenate([samples[i].label for i in keep])
    group = np.repeat(np.arange(len(keep)), [len(samples[i].label) for i in keep])
    settings = {
        "loss_function": "QueryRMSE",
        "iterations": TREES,
        "depth": DEPTH,
        "learning_rate": RATE,
        "l2_leaf_reg": 20,
        "verbose": False,
        "allow_writing_files": False,
        "thread_count": 2,
        "border_count": 64,
        "rsm": 0.5,
        "bootstrap_type": "Bernoulli",
        "subsample": 0.7,
    }
    pool = Pool(data, label, group_id=group)
    models = [CatBoost({**settings, "random_seed": seed}) for seed in SEEDS]
    for model in models:
        model.fit(pool)
    return models


def f1(samples: list[Sample], ranked: list[list[str]], k: int, strict: bool = False) -> float:
    """Mean F1@k over documents that have gold in the text, as eval_keyphrases.py defines it."""
    total = 0.0
    for s, phrases in zip(samples, ranked, strict=True):
        top = phrases[:k]
        hits = len(set(top) & set(s.gold))
        p, r = hits / (k if strict else max(1, len(top))), hits / len(s.gold)
        total += 2 * p * r / (p + r) if hits else 0.0
    return total / len(samples)


def export(models: list, shapes: np.ndarray) -> dict[str, np.ndarray]:
    """The trees of all models as arrays; leaves as 16-bit whole numbers."""
    trees, bias = [], 0.0
    for model in models:
        made = as_json(model)
        factor, (start,) = made["scale_and_bias"]
        bias += start / len(models)
        trees += [(tree, factor / len(models)) for tree in made["oblivious_trees"]]
    feature = np.zeros((len(trees), DEPTH), np.uint8)
    threshold = np.full((len(trees), DEPTH), np.inf, np.float32)
    leaf = np.zeros((len(trees), 1 << DEPTH))
    weight = np.zeros((len(trees), 1 << DEPTH))
    for i, (tree, factor) in enumerate(trees):
        size = len(tree["leaf_values"])
        for level, split in enumerate(tree["splits"]):
            feature[i, level], threshold[i, level] = split["float_feature_index"], split["border"]
        leaf[i, :size], weight[i, :size] = np.array(tree["leaf_values"]) * factor, tree["leaf_weights"]
    scale = float(np.abs(leaf).max()) / 32000
    return {
        "feature": feature,
        "threshold": threshold,
        "leaf": np.round(leaf / scale).astype(np.int16),
        "weight": np.round(weight / weight.sum(axis=1, keepdims=True) * 65535).astype(np.uint16),
        "scale": np.float64(scale),
        "bias": np.float64(bias),
        "shapes": np.round(shapes * 65535).astype(np.uint16),
    }


def as_json(model) -> dict:
    """A model as catboost writes it."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        return json.loads(path.read_text(encoding="utf-8"))


def lexicon(priors: Priors, vocabulary: b.Vocabulary) -> np.ndarray:
    """The word priors as a table sorted by key; row 0 holds the value of a word it does not know."""
    values = np.round(priors.arrays()[0] * 65535).astype(np.uint16)
    base = np.round(priors.base * 65535).astype(np.uint16)
    rows = {0: tuple(int(v) for v in base)}
    for word, number in vocabulary.numbers.items():
        if number < len(priors.seen) and priors.seen[number] >= 2:
            rows[crc32(word.encode("utf-8", "surrogatepass"))] = tuple(int(v) for v in values[:, number])
    packed = [(key, *rows[key]) for key in sorted(rows)]
    return np.array(packed, dtype=EMPTY.dtype)


def save(name: str, arrays: dict[str, np.ndarray]) -> None:
    """An uncompressed .npz with fixed member times, so that the same numbers are the same bytes."""
    from io import BytesIO
    from zipfile import ZipFile, ZipInfo

    with ZipFile(DATA / name, "w") as archive:
        for key, array in sorted(arrays.items()):
            buffer = BytesIO()
            np.save(buffer, array)
            archive.writestr(ZipInfo(f"{key}.npy"), buffer.getvalue())


def documents() -> list[dict]:
    """The training texts. Exits where the folder is not named."""
    folder = os.environ.get("FLASHCARDS_EXTRA_DOCS")
    if not folder:
        sys.exit("set FLASHCARDS_EXTRA_DOCS to the folder that holds eval/keyphrases_csl.jsonl")
    lines = (Path(folder) / "eval" / "keyphrases_csl.jsonl").read_text(encoding="utf-8").splitlines()
    return [document for document in map(json.loads, lines) if document["keywords"]]


def main() -> None:
    """Learn from all texts, each once with and once without its title, and write the tables; or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cross-validate", action="store_true")
    given = parser.parse_args()
    vocabulary = b.Vocabulary(EMPTY)
    from flashcards.segment import words

    read = documents()
    titled = [sample(document, vocabulary, True, words) for document in read]
    plain = [sample(document, vocabulary, False, words) for document in read]
    if given.cross_validate:
        cross_validate(titled, plain, vocabulary)
        return
    priors = Priors(titled, vocabulary)
    both = titled + plain
    models = learn(both, matrices(both, priors, vocabulary, own=True))
    save("ranker.npz", export(models, priors.arrays()[1]))
    np.save(DATA / "lexicon.npy", lexicon(priors, vocabulary))
    for name in ("ranker.npz", "lexicon.npy"):
        print(name, (DATA / name).stat().st_size, "bytes")


def adjustments(s: Sample) -> np.ndarray:
    """What the program adds to the trees' score (`analysis.rank_windows`)."""
    kind = kinds.of(s.grid, s.candidates)
    return kinds.bonus(s.grid, s.candidates, kind) + statement.bonus(s.grid, s.candidates)


def cross_validate(titled: list[Sample], plain: list[Sample], vocabulary: b.Vocabulary, folds: int = 5) -> None:
    """Priors, shapes and trees from four fifths, figures from the fifth, for each fifth."""
    order = list(range(len(titled)))
    random.Random(1).shuffle(order)
    ranked: dict[str, dict[int, list[str]]] = {"titled": {}, "without titles": {}}
    for fold in range(folds):
        test = order[fold::folds]
        held = set(test)
        train = [i for i in order if i not in held]
        priors = Priors([titled[i] for i in train], vocabulary)
        both = [titled[i] for i in train] + [plain[i] for i in train]
        models = learn(both, matrices(both, priors, vocabulary, own=True))
        for name, samples in (("titled", titled), ("without titles", plain)):
            chosen = [samples[i] for i in test]
            for i, rows in zip(test, matrices(chosen, priors, vocabulary, own=False), strict=True):
                scores = sum(model.predict(rows) for model in models) / len(models) + adjustments(samples[i])
                best = np.argsort(-scores, kind="stable")[:15]
                ranked[name][i] = [samples[i].texts[n] for n in best]
    for name, phrases in ranked.items():
        lists = [phrases[i] for i in range(len(titled))]
        print(f"{name}: F1@5 {f1(titled, lists, 5):.4f}  strict F1@10 {f1(titled, lists, 10, strict=True):.4f}")


if __name__ == "__main__":
    main()
