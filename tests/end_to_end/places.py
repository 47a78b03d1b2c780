"""Who texts in these tests: people of the sample, and a roster of numbers that may be texted to."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.sample import sample_path

# The sample's people may be texted to in the sandbox alone.
MAYOR = "+628430000001"
ENOUGH_VOTERS = 400  # for the reports of these tests

STATIONS = 40
COORDINATOR, OFFICIAL = "+628120000001", "+628130000001"


@dataclass(frozen=True, slots=True)
class Post:
    """A station with its people. ``report`` is the right text of its monitor."""

    station: str
    monitor: str
    coordinator: str

    @property
    def report(self) -> str:
        return f"TPS{self.station} G:120,98,77 W:140,155 SAH:295"

    @property
    def correction(self) -> str:
        return f"KOREKSI TPS{self.station} G:120,98,78 SAH:296"

    @property
    def other_report(self) -> str:
        return f"TPS{self.station} G:120,90,77 SAH:287 W:140,155 SAH:295"


def sample_posts() -> Iterator[Post]:
    """Give the stations of the sample whose monitor has no other, 012 first."""
    people = _rows(sample_path("people.csv"))
    coordinators = {row["district"]: row["phone"] for row in people if row["role"] == "coordinator"}
    monitors = [row for row in people if row["role"] == "monitor"]
    phones = [row["phone"] for row in monitors]
    alone = {row["station"]: row["phone"] for row in monitors if phones.count(row["phone"]) == 1}
    posts = [
        Post(row["station"], alone[row["station"]], coordinators[row["district"]])
        for row in _rows(sample_path("stations.csv"))
        if row["station"] in alone and int(row["voters"] or 0) >= ENOUGH_VOTERS and not row["voters_W"]
    ]
    yield from sorted(posts, key=lambda each: each.station != "012")


def own_posts() -> Iterator[Post]:
    """Give the stations of the roster that ``write_roster`` writes."""
    for number in range(1, STATIONS + 1):
        yield Post(f"{number:03d}", f"+62811000{number:04d}", COORDINATOR)


def write_roster(folder: Path) -> tuple[str, str]:
    """Write stations and people whose numbers are not the sample's; give the names of the files."""
    posts = list(own_posts())
    stations = ["station,district,village,voters"]
    stations += [f"{each.station},Timur I,Air Kuti,480" for each in posts]
    people = ["role,phone,name,station,district,language,pin"]
    people += [f"monitor,{each.monitor},Saksi {each.station},{each.station},,id," for each in posts]
    people += [f"coordinator,{COORDINATOR},Hadi,,Timur I,id,", f"official,{OFFICIAL},Chandra,,,id,"]
    (folder / "stations.csv").write_text("\n".join(stations))
    (folder / "people.csv").write_text("\n".join(people))
    return "stations.csv", "people.csv"


def election_file(*rest: str) -> str:
    """Give the sample's election with its summaries and all that follows them replaced. Nobody
    texts too much: a few people send what a city does."""
    sample = sample_path("election.toml").read_text(encoding="utf-8")
    kept = sample.partition("\n[[summary]]")[0].replace(
        "messages_per_minute = 20", "messages_per_minute = 1000"
    )
    return kept + "\n" + "\n".join(rest) + "\n"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
