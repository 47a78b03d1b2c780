"""Measure Pantau against SPEC section 10: ``make bench``.

Prints the table of docs/speed.md, and after it everything as one line of JSON. Nothing here fails
because it is slow; it fails where a text was not answered, or answered and not stored.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import inside, outside, table
from bench.inside import Figure
from bench.table import Served
from config.sample import sample_path
from tests.databases import running_postgres
from tests.nation import Nation, settle_nation

SQLITE, POSTGRESQL = "sqlite", "postgresql"
CITY, PROVINCE, COUNTRY = 326, 10_000, 823_220
SHIM = Path(__file__).with_name("slow_fsync.c")
IMPORT_STATIONS = 10_000
NewDatabase = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. A station reports once in the rounds: there must be enough of them."""

    rounds: int
    seconds: float
    stations: int
    most_per_second: int
    messages: int  # over which memory is watched
    sizes: tuple[int, ...]
    processes: tuple[int, ...]  # numbers of them that PostgreSQL is tried with


FULL = Plan(5, 4.0, 60_000, 2_500, 100_000, (CITY, PROVINCE, COUNTRY), (1, 2, 3, 4))
QUICK = Plan(2, 2.0, 12_000, 2_500, 5_000, (CITY, PROVINCE), (2,))
STEPS = 10  # of the messages over which memory is watched


@dataclass(frozen=True, slots=True)
class Bench:
    """One run."""

    plan: Plan
    folder: Path
    fsync_ms: int

    def sqlite(self) -> tuple[Served, list[Figure]]:
        """Measure the one process on SQLite, then memory and the board."""
        plan, nation = self.plan, self._nation()
        url = self.new_sqlite("served")
        settle_nation(url, nation)
        with (
            outside.deployed(self.folder / SQLITE, url, self._preload()) as (deployment, twilio),
            outside.serving(deployment, twilio, nation, 1) as bench,
        ):
            measured = bench.rounds(plan.rounds, plan.seconds, plan.most_per_second)
            bench.check_stored(measured)
            served = Served(SQLITE, 1, measured.service, measured.bare, bench.memory(), self.fsync_ms)
            if self.fsync_ms:
                return served, []
            memory = bench.memory_over(plan.messages, STEPS)
            figures = [
                Figure(f"memory after {plan.messages // STEPS:,} more messages", "MiB", (memory[0],)),
                Figure(f"memory after {plan.messages:,} more messages", "MiB", (memory[-1],), "flat"),
            ]
            board = bench.board()
        if board is not None:
            figures.append(Figure(f"the board of {plan.stations:,} stations", "ms", tuple(board)))
        return served, figures

    def postgresql(self, new_database: NewDatabase) -> Served:
        """Measure as many processes as serve best on PostgreSQL."""
        tried = {count: self._on_postgresql(new_database(), count, 1, 2.0) for count in self.plan.processes}
        for each in tried.values():
            note(f"postgresql, {each.processes} processes: {each.service[0].per_second:.0f} a second")
        best = max(tried, key=lambda count: tried[count].service[0].per_second)
        return self._on_postgresql(new_database(), best, self.plan.rounds, self.plan.seconds)

    def _on_postgresql(self, url: str, count: int, rounds: int, seconds: float) -> Served:
        nation = self._nation()
        settle_nation(url, nation)
        with (
            outside.deployed(self.folder / f"{POSTGRESQL}-{count}", url, {}) as (deployment, twilio),
            outside.serving(deployment, twilio, nation, count) as bench,
        ):
            measured = bench.rounds(rounds, seconds, self.plan.most_per_second)
            bench.check_stored(measured)
            return Served(POSTGRESQL, count, measured.service, measured.bare, bench.memory())

    def sizes(self, new_postgresql: NewDatabase) -> Iterator[Figure]:
        """Measure a report, totals and a summary at every size, on both databases."""
        for stations in self.plan.sizes:
            for database in (SQLITE, POSTGRESQL):
                url = self.new_sqlite(str(stations)) if database == SQLITE else new_postgresql()
                note(f"{stations:,} stations, {database}")
                yield from inside.figures_at(url, database, Nation(stations), self.plan.rounds)

    def imports(self) -> Iterator[Figure]:
        """Measure the import of the sample and of a larger roster, by the command and into a new database."""
        stations, people = _roster_files(self.folder, IMPORT_STATIONS)
        for count, paths in (
            (CITY, (sample_path("stations.csv"), sample_path("people.csv"))),
            (IMPORT_STATIONS, (stations, people)),
        ):
            took = []
            for number in range(min(3, self.plan.rounds)):
                url = self.new_sqlite(f"import-{count}-{number}")
                with outside.deployed(self.folder / "import", url, {}) as (deployment, _):
                    began = time.perf_counter()
                    deployment.done(
                        "roster", "import", "--stations", str(paths[0]), "--people", str(paths[1])
                    )
                    took.append(time.perf_counter() - began)
            yield Figure(f"import of {count:,} stations, sqlite", "s", tuple(took))

    def statements(self, new_postgresql: NewDatabase) -> Iterator[Figure]:
        """Count what a report asks of each database."""
        for database, url in ((SQLITE, self.new_sqlite("counted")), (POSTGRESQL, new_postgresql())):
            counted = inside.statements_of_a_report(url, Nation(CITY))
            yield Figure(f"statements of a report, {database}", "", (len(counted.statements),), "at most 6")
            yield Figure(f"commits of a report, {database}", "", (counted.commits,), "1")

    def new_sqlite(self, name: str) -> str:
        """Give the address of a new SQLite database."""
        return f"sqlite:///{self.folder}/{name}.db"

    def _nation(self) -> Nation:
        return Nation(self.plan.stations, unreported=self.plan.stations)

    def _preload(self) -> dict[str, str]:
        """Make every fsync of SQLite take longer, where that is asked for."""
        if not self.fsync_ms:
            return {}
        library = self.folder / "slow_fsync.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", str(SHIM), "-o", str(library), "-ldl"], check=True)
        return {"LD_PRELOAD": str(library), "FSYNC_MS": str(self.fsync_ms)}


def main() -> None:
    """Measure, and print what came of it."""
    given = _arguments()
    plan = QUICK if given.quick else FULL
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        bench = Bench(plan, Path(name), given.fsync_ms)
        if given.profile:
            print(inside.profile_of_reports(bench.new_sqlite("profiled"), Nation(2000, unreported=2000)))
            return
        served, figures = _all(bench)
    shown = table.markdown(figures)
    print(f"{table.machine()}\n\n{shown}\n")
    print(table.as_json(served, figures))
    if given.write:
        table.write(shown)


def _all(bench: Bench) -> tuple[list[Served], list[Figure]]:
    note("the service on SQLite and the bare endpoint, in turn")
    on_sqlite, more = bench.sqlite()
    if bench.fsync_ms:
        return [on_sqlite], on_sqlite.figures()
    with _postgresql() as new_postgresql:
        note("the service on PostgreSQL and the bare endpoint, in turn")
        on_postgresql = bench.postgresql(new_postgresql)
        served = [on_sqlite, on_postgresql]
        figures = [figure for each in served for figure in each.figures()] + more
        figures += bench.statements(new_postgresql)
        note("parser and judge")
        figures += inside.pure_figures(bench.plan.rounds)
        figures += bench.sizes(new_postgresql)
    note("import")
    return served, [*figures, *bench.imports()]


@contextmanager
def _postgresql() -> Iterator[NewDatabase]:
    """Run a server that keeps what it promises; give what makes a new database on it."""
    with running_postgres(fsync=True) as server:
        yield lambda: server.address(server.create())


def _roster_files(folder: Path, count: int) -> tuple[Path, Path]:
    nation = Nation(count)
    stations = ["station,district,village,voters"]
    people = ["role,phone,name,station,district,language,pin"]
    for place in range(1, count + 1):
        stations.append(f"{place:05d},Kecamatan {place // 113},Desa {place // 10},480")
        people.append(f"monitor,{nation.phone(place)},Saksi {place},{place:05d},,id,")
    paths = folder / "stations.csv", folder / "people.csv"
    for path, lines in zip(paths, (stations, people), strict=True):
        path.write_text("\n".join(lines), encoding="utf-8")
    return paths


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Pantau: docs/speed.md says how.")
    parser.add_argument("--quick", action="store_true", help="a minute, to try it: no figures to keep")
    parser.add_argument("--write", action="store_true", help="put the table into docs/speed.md")
    parser.add_argument(
        "--fsync-ms", type=int, default=0, help="SQLite alone, each fsync so much later (needs gcc)"
    )
    parser.add_argument("--profile", action="store_true", help="only where the time of 2,000 reports goes")
    return parser.parse_args()


def note(words: str) -> None:
    """Say on standard error what is being measured."""
    print(f"[{time.strftime('%H:%M:%S')}] {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
