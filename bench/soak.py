"""Text to the real service while it is killed again and again, and count afterwards: ``make soak``.

Every text is brought until it is answered, as a carrier does. Afterwards what was answered is
compared with what the command line says is stored. Exit status 1 where anything is lost, is there
twice, counts twice, was answered otherwise the second time, or where memory grows.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, select, update

from bench.service import Service
from bench.texts import OUTCOMES, Desk, Ledger, Sender
from models.tables import ResultRow, StationRow
from tests.databases import PostgresServer, running_postgres
from tests.end_to_end.places import election_file, sample_posts
from tests.end_to_end.running import Deployment, free_port

SENDERS = 8
CALM = 1 / 3  # of the time, at its end: nothing is killed, and memory is watched
KILL_SECONDS = (0.5, 4.0)  # from one that is well again to the next kill
WARM_SECONDS = 2.0
MOST_GROWTH = 1.5
COMMAND_SECONDS = 1800.0  # an audit judges every text again
LOOKED_AT = 2  # stations whose history is counted
FAULTS = ("lost", "stored twice", "counted twice", "judged otherwise", "answered otherwise")
SUMMARIES = ("[[summary]]", 'to = "official"', 'every = "10s"', 'unchanged = "short"')

_A_RESULT = (
    select(ResultRow.id, ResultRow.votes, StationRow.code)
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Run:
    """What a soak did."""

    desks: list[Desk]
    ledger: Ledger
    killed: Counter[str]
    memory: tuple[float, float]  # MiB, first and last
    seconds: float


def main() -> int:
    """Soak, print what came of it, and give the exit status."""
    given = _arguments()
    with _deployment(given.database) as (deployment, server):
        run = _soak(deployment, server, given)
        faults = _faults(deployment, run)
        audit = _audit(deployment, faults)
    for name, value in (("database", given.database), *_shown(run, faults), ("audit", audit)):
        print(f"{name:<20}{value}")
    for each in [*run.ledger.faults[:10], *(name for name, count in faults.items() if count)]:
        print(each, file=sys.stderr)
    return 1 if faults.total() else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=75, help="how long texts come, at most")
    parser.add_argument("--texts", type=int, default=100_000, help="how many texts come, at most")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1, help="of what is texted and of what is killed")
    return parser.parse_args()


@contextmanager
def _deployment(database: str) -> Iterator[tuple[Deployment, PostgresServer | None]]:
    """Give a sandbox in a folder of its own, on a new database."""
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        (folder / "election.toml").write_text(election_file(*SUMMARIES), encoding="utf-8")
        if database == "sqlite":
            yield Deployment(folder, {}, COMMAND_SECONDS), None
            return
        with running_postgres(fsync=True) as server:
            address = server.address(server.create())
            yield Deployment(folder, {"PANTAU_DATABASE_URL": address}, COMMAND_SECONDS), server


def _soak(deployment: Deployment, server: PostgresServer | None, given: argparse.Namespace) -> Run:
    desks = [Desk(post, Random(f"{given.seed} {post.station}")) for post in sample_posts()]
    ledger, stop, port = Ledger(given.texts), threading.Event(), free_port()
    service = Service(deployment, port, server)
    senders = [Sender(port, desks[number::SENDERS], ledger, stop) for number in range(SENDERS)]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    random = Random(given.seed)
    while time.monotonic() - began < given.seconds * (1 - CALM):
        time.sleep(random.uniform(*KILL_SECONDS))
        service.kill(random)
    time.sleep(WARM_SECONDS)
    first = service.memory()
    while time.monotonic() - began < given.seconds and any(each.is_alive() for each in senders):
        time.sleep(0.1)
    stop.set()
    for sender in senders:
        sender.join()
    memory, seconds = (first, service.memory()), time.monotonic() - began
    service.stop()
    return Run(desks, ledger, service.killed, memory, seconds)


def _faults(deployment: Deployment, run: Run) -> Counter[str]:
    """Compare what was answered with what the command line says is there."""
    stored = [each for each in deployment.messages() if each["direction"] == "in"]
    times = Counter(each["carrier_id"] for each in stored)
    outcomes = {each["carrier_id"]: each["outcome"] for each in stored}
    kinds = {text.sid: text.kind for desk in run.desks for text in desk.texts}
    return Counter(
        {
            "lost": sum(sid not in times for sid in run.ledger.replies),
            "stored twice": sum(count - (sid in kinds) for sid, count in times.items()),
            "counted twice": _miscounted(deployment, run),
            "judged otherwise": sum(outcomes.get(sid) not in OUTCOMES[kind] for sid, kind in kinds.items()),
            "answered otherwise": len(run.ledger.faults),
            "memory grew": int(run.memory[1] > run.memory[0] * MOST_GROWTH),
        }
    )


def _miscounted(deployment: Deployment, run: Run) -> int:
    """Give by how many votes the totals are wrong, and by how many revisions some histories."""
    reported = [desk for desk in run.desks if desk.reports]
    counted = [each["votes"] for each in deployment.asked("tally")["contests"][0]["candidates"]]
    votes = [sum(of_candidate) for of_candidate in zip(*(desk.votes for desk in reported), strict=True)]
    wrong: int = sum(abs(one - other) for one, other in zip(counted, votes, strict=True))
    for desk in reported[:LOOKED_AT]:
        history = deployment.asked("station", desk.post.station)["history"]
        wrong += abs(sum(each["contest"] == "G" for each in history) - desk.reports)
    return wrong


def _audit(deployment: Deployment, faults: Counter[str]) -> str:
    """Audit the database, change one vote past the service, and see that the audit names it."""
    result = deployment.run("audit")
    faults["audit"] = int(result.returncode != 0)
    station = _change_a_vote(deployment)
    changed = deployment.run("audit")
    faults["change not found"] = int(changed.returncode != 1 or station not in changed.stderr)
    return f"exit {result.returncode}; exit {changed.returncode} after a vote of {station} was changed"


def _change_a_vote(deployment: Deployment) -> str:
    default = f"sqlite:///{deployment.folder}/var/pantau.db"
    engine = create_engine(deployment.settings.get("PANTAU_DATABASE_URL", default))
    with engine.begin() as db:
        row_id, votes, code = db.execute(_A_RESULT).one()
        changed = [votes[0] + 1, *votes[1:]]
        db.execute(update(ResultRow).where(ResultRow.id == row_id).values(votes=changed))
    engine.dispose()
    return f"TPS{code}"


def _shown(run: Run, faults: Counter[str]) -> Iterator[tuple[str, Any]]:
    answered = len(run.ledger.replies)
    yield "texts answered", f"{answered}, {answered / run.seconds:.0f} a second"
    yield "texts stored", answered - faults["lost"]
    yield from ((name, faults[name]) for name in FAULTS)
    kills = ", ".join(f"{name} {times}" for name, times in sorted(run.killed.items()))
    yield "kills survived", f"{run.killed.total()} ({kills})"
    yield "resident memory", f"first {run.memory[0]:.0f} MiB, last {run.memory[1]:.0f} MiB"


if __name__ == "__main__":
    sys.exit(main())
