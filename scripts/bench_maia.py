"""The satisfaction model on real support chats (MAIA-DQE): each client's dialogues estimated by a model of the others.

    .venv/bin/python scripts/bench_maia.py ../shared/data/chats-maia [--embeddings off] [--markdown]

Two answers are estimated from the English side: the annotators' task success (1–5, one a dialogue) and the quality of
its turns (1–5, each turn's is an answer of the dialogue). The data (CC BY-ND 4.0, Mendonça et al. 2023) are read where
they lie.
Three clients and 133 dialogues decide nothing; they find bugs and keep the claim honest.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np

from voxcx.csi.answers import Answers, Predictions
from voxcx.csi.card import TITLES
from voxcx.csi.columns import allowed_names
from voxcx.csi.evaluation.metrics import Figure, measure
from voxcx.csi.settings import TrainingConfig, load_training_config
from voxcx.csi.training.rated import Interactions, Rated
from voxcx.csi.training.splits import Split
from voxcx.csi.training.study import baselines
from voxcx.csi.training.walk import trial_of
from voxcx.domain.csi import RatingScale
from voxcx.joining import read_interactions

CLIENT = re.compile(r"#CLIENT-(\d+)#")
FILES = ("de_client_02.json", "pt_br_client_02.json", "pt_br_client_04.json", "pt_pt_client_03.json")
SHOWN = (
    "pearson",
    "spearman",
    "mae_points",
    "qwk",
    "auc_dissatisfied",
    "brier_dissatisfied",
    "ece_dissatisfied",
    "log_loss",
    "coverage",
)


def main() -> None:
    """Convert, score with the model that ships, estimate each client by the others, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--embeddings", choices=["auto", "off"], default="auto")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    dialogues = read(given.data)
    shipped = load_training_config()
    texts = shipped.texts.model_copy(update={"embeddings": given.embeddings})
    config = shipped.model_copy(update={"texts": texts})
    with tempfile.TemporaryDirectory() as folder:
        everyone = scored(dialogues, Path(folder), config)
    for title, ratings in (("task success", task_success), ("quality of turns", turn_quality)):
        made, answers = leave_one_client_out(dialogues, everyone, ratings, config)
        tell(title, {name: measure(answers, one, 1000, 1) for name, one in made.items()}, markdown=given.markdown)


def read(folder: Path) -> dict[str, dict]:
    """Dialogues by id; two files hold dialogues of the same client, so an id counts once."""
    found: dict[str, dict] = {}
    for name in FILES:
        for one in json.loads((folder / name).read_text()):
            found.setdefault(one["id"], one)
    return found


def scored(dialogues: dict[str, dict], folder: Path, config: TrainingConfig) -> Interactions:
    """What ``voxcx batch`` makes of the English side."""
    with (folder / "chats.jsonl").open("w") as sink:
        for name, one in dialogues.items():
            sink.write(json.dumps(chat(name, one)) + "\n")
    command = [sys.executable, "-m", "voxcx", "batch", str(folder / "chats.jsonl"), "--out", str(folder / "R")]
    subprocess.run([*command, "--workers", "1", "--language", "en"], check=True, capture_output=True)
    everyone = read_interactions(folder / "R", allowed_names(config), texts=True)
    place = {name: row for row, name in enumerate(everyone.id.tolist())}
    return everyone.rows(np.array([place[name] for name in dialogues]))


def chat(name: str, dialogue: dict) -> dict:
    """One chat as voxcx reads it; times are not known, so features of time are missing."""
    messages = [
        {
            "role": "customer" if turn["floor"] == "inbound" else "agent",
            "text": "\n".join(turn["text_mt" if turn["floor"] == "inbound" else "text_src"]),
        }
        for turn in dialogue["turns"]
    ]
    return {"id": name, "kind": "chat", "customer_id": name, "messages": messages}


def task_success(dialogue: dict) -> list[int]:
    """One answer a dialogue."""
    return [int(dialogue["dialog"]["Task Sucess"])]


def turn_quality(dialogue: dict) -> list[int]:
    """An answer for each annotated turn."""
    return [int(turn["IQ"]) for turn in dialogue["turns"] if turn["IQ"] is not None]


def leave_one_client_out(
    dialogues: dict[str, dict], everyone: Interactions, ratings: Callable[[dict], list[int]], config: TrainingConfig
) -> tuple[dict[str, Predictions], Answers]:
    """Estimates of every dialogue by models that never saw its client, and the answers."""
    scale = RatingScale()
    given = [ratings(one) for one in dialogues.values()]
    counts = np.array([[answers.count(rating) for rating in scale.ratings] for answers in given], dtype=float)
    rated = np.flatnonzero(counts.sum(axis=1))
    answers = Answers(counts[rated], everyone.id[rated], np.ones(len(rated)), scale)
    whole = Rated(everyone.rows(rated), answers)
    client = np.array([str(CLIENT.findall(name)) for name in whole.interactions.id.tolist()])
    parts: dict[str, list[Predictions]] = {}
    order = []
    for one in np.unique(client):
        test = np.flatnonzero(client == one)
        order.append(test)
        trial, _ = trial_of(
            whole, Split(np.flatnonzero(client != one), test, test[:0], "client"), config, lambda *_: None
        )
        for name, made in ({"voxcx": trial.predict(trial.fitted)} | baselines(trial, config)).items():
            parts.setdefault(name, []).append(made)
    back = np.argsort(np.concatenate(order))
    return {name: pooled(made).rows(back) for name, made in parts.items()}, answers


def pooled(parts: list[Predictions]) -> Predictions:
    """Estimates of all clients, one after another."""
    names = [field.name for field in fields(Predictions)]
    return Predictions(*(np.concatenate([getattr(one, name) for one in parts]) for name in names))


def tell(title: str, figures: dict[str, dict[str, Figure]], *, markdown: bool) -> None:
    """A table, one line a figure."""
    print(f"\n{title}")
    lead, gap = ("| ", " | ") if markdown else ("", "  ")
    print(lead + gap.join(["figure".ljust(44), *(name.ljust(22) for name in figures)]))
    if markdown:
        print("|" + "---|" * (len(figures) + 1))
    for name in SHOWN:
        print(lead + gap.join([TITLES[name].ljust(44), *(cell(one[name]).ljust(22) for one in figures.values())]))


def cell(figure: Figure) -> str:
    """A figure with its interval."""
    if figure.value is None:
        return "–"
    ends = "" if figure.low is None or figure.high is None else f" [{figure.low:.2f}, {figure.high:.2f}]"
    return f"{figure.value:.3f}{ends}"


if __name__ == "__main__":
    main()
