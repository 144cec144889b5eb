"""What a bare signed answer usually costs, kept for each machine in a small file beside this one.

A machine that is not in the file is judged by the best round of the run itself.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Measure, Series
from bench.verdicts import Bare

FILE = Path(__file__).with_name("usual.json")

Usual = Mapping[str, Mapping[str, float]]
"""Milliseconds by machine and measure."""


def kept(file: Path = FILE) -> Usual:
    """What the file says; nothing where there is none."""
    return json.loads(file.read_text()) if file.exists() else {}


def remember(machine: str, bare: Bare, file: Path = FILE) -> None:
    """Keep what this run found for this machine and measure."""
    known = {name: dict(figures) for name, figures in kept(file).items()}
    known.setdefault(machine, {})[bare.measure.name] = round(bare.now, 4)
    file.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


def bare_of(series: Series, measure: Measure, figures: Mapping[str, float]) -> Bare:
    """The run's median beside the machine's usual, or beside the run's own best round."""
    best = min(series.costs(measure))
    return Bare(measure, series.usually(measure), figures.get(measure.name, best))
