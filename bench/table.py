"""What was measured, as the table of docs/speed.md and as JSON."""

import json
import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.inside import Figure
from bench.load import Loaded, client
from bench.outside import SENDERS

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "speed.md"
BETWEEN = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)
GOALS = {"sqlite": ("1,000 or more", "0.3 or more"), "postgresql": ("1,000 or more", "")}


@dataclass(frozen=True, slots=True)
class Served:
    """A database's rounds: the service and the bare endpoint in turn, and memory afterwards (MiB)."""

    database: str
    processes: int
    service: Sequence[Loaded]
    bare: Sequence[Loaded]
    resident: float
    fsync_ms: int = 0

    @property
    def ratios(self) -> tuple[float, ...]:
        """The service to the bare endpoint, of each pair of rounds."""
        pairs = zip(self.service, self.bare, strict=True)
        return tuple(one.per_second / other.per_second for one, other in pairs)

    def figures(self) -> list[Figure]:
        """Give the rows of the table."""
        late = f", each fsync {self.fsync_ms} ms later" if self.fsync_ms else ""
        count = "1 process" if self.processes == 1 else f"{self.processes} processes"
        where = f"{self.database}, {count}{late}"
        rate, ratio = GOALS[self.database]
        return [
            Figure(f"reports a second, {where}", "/s", tuple(each.per_second for each in self.service), rate),
            Figure(f"bare endpoint beside it, {count}", "/s", tuple(each.per_second for each in self.bare)),
            Figure(f"ratio to the bare endpoint, {where}", "", self.ratios, ratio),
            Figure(f"p50 at {SENDERS} senders, {where}", "ms", tuple(each.p50 for each in self.service)),
            Figure(
                f"p99 at {SENDERS} senders, {where}",
                "ms",
                tuple(each.p99 for each in self.service),
                "at most 50",
            ),
            Figure(f"resident memory, {where}", "MiB", (self.resident,)),
        ]

    def as_json(self) -> dict[str, Any]:
        """Give what SPEC section 10 names."""
        return {
            "database": self.database,
            "messages_per_second": round(median(each.per_second for each in self.service), 1),
            "p50_ms": round(median(each.p50 for each in self.service), 2),
            "p99_ms": round(median(each.p99 for each in self.service), 2),
            "resident_mib": round(self.resident, 1),
            "ratio": round(median(self.ratios), 3),
            "bare_per_second": round(median(each.per_second for each in self.bare), 1),
            "processes": self.processes,
            "senders": SENDERS,
            "fsync_ms": self.fsync_ms,
            "rounds": [round(each.per_second, 1) for each in self.service],
        }


def markdown(figures: Sequence[Figure]) -> str:
    """Give the table: each figure as the median of its rounds, with the lowest and the highest."""
    rows = ["| what | median | lowest to highest | rounds | goal |", "| --- | ---: | ---: | ---: | --- |"]
    for each in figures:
        unit = f" {each.unit}" if each.unit else ""
        spread = f"{_shown(min(each.rounds))} to {_shown(max(each.rounds))}" if len(each.rounds) > 1 else ""
        rows.append(
            f"| {each.name} | {_shown(each.middle)}{unit} | {spread} | {len(each.rounds)} | {each.goal} |"
        )
    return "\n".join(rows)


def machine() -> str:
    """Say what it was measured on."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{client()} as load; load average at the end {load}"
    )


def as_json(served: Sequence[Served], figures: Sequence[Figure]) -> str:
    """Give everything in one line."""
    measures = [
        {"name": each.name, "unit": each.unit, "median": each.middle, "rounds": each.rounds}
        for each in figures
    ]
    return json.dumps({"results": [each.as_json() for each in served], "measures": measures})


def write(table: str) -> None:
    """Put the table into docs/speed.md."""
    text = DOCUMENT.read_text(encoding="utf-8")
    written = BETWEEN.sub(lambda found: f"{found[1]}{machine()}\n\n{table}\n{found[2]}", text)
    DOCUMENT.write_text(written, encoding="utf-8")


def _shown(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
