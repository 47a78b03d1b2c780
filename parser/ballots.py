"""Which contest a SAH or TSAH belongs to (SPEC section 2, the rows of ``SAH`` and ``TSAH``)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from parser.courtesy import ADDRESS, OPENING, PARTICLES
from parser.errors import MOST_SHOWN, FieldFault, Why
from parser.grammar import Field, Item, Loose
from parser.keywords import VALID, Kind
from parser.near import distance

# What a plain word before SAH may have been: "tidka sah" is no SAH.
_REFUSALS = (("TIDAK", 2), ("TDK", 1), ("TAK", 1), ("BUKAN", 1), ("BELUM", 1))
_SAID = ADDRESS | OPENING | PARTICLES  # "pak sah 295": a letter from TAK, and nobody's no


class Ballots(NamedTuple):
    """One SAH or TSAH as it stands in the text.

    ``after`` counts the contests' fields before it, and ``owner`` is the last of those.
    ``fixed``: it stands behind an equals sign and can be no other contest's. Without ``values`` it
    could not be read: nobody else's may be taken for it.
    """

    values: tuple[int, ...]
    after: int
    owner: str
    fixed: bool = False


@dataclass(slots=True)
class Shares:
    """The values found for each contest, while they are dealt out."""

    name: str
    own: dict[str, int] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)  # contests with two values, or one that cannot be read
    for_all: set[int] = field(default_factory=set)
    faults: list[FieldFault] = field(default_factory=list)

    def give(self, contest: str, value: int) -> None:
        """Give a contest its value; another one than it has is a fault."""
        if self.own.setdefault(contest, value) != value:
            self.fault(Why.TWICE, f"{self.own[contest]} {value}")
            self.doubted.add(contest)

    def of(self, contest: str) -> int | None:
        """Give a contest's value; None where it has none, or one in doubt."""
        return None if contest in self.doubted else self.own.get(contest)

    def fault(self, why: Why, text: str) -> None:
        """Keep a fault."""
        self.faults.append(FieldFault(self.name, why, text[:MOST_SHOWN]))


def deal(name: str, entries: Iterable[Ballots], contests: Sequence[str], fields: int) -> Shares:
    """Deal the entries out to the contests, which stand in ``fields`` fields of the text.

    A single number before the first or after the last contest counts for all, unless others
    were given to one contest each; then the last one belongs to the last contest.
    """
    shares = Shares(name)
    trailing: list[Ballots] = []
    for entry in entries:
        if not entry.values:
            shares.doubted.add(entry.owner)
        elif len(entry.values) > 1:
            _deal_list(shares, entry.values, contests)
        elif entry.fixed or (len(contests) == 1 and contests) or 0 < entry.after < fields:
            shares.give(entry.owner or contests[0], entry.values[0])
        elif entry.after:
            trailing.append(entry)
        else:
            shares.for_all.add(entry.values[0])
    # "G W SAH:293 G SAH:295": G was said again for its own.
    of_each = len(trailing) > 1 and len({entry.owner for entry in trailing}) > 1
    for entry in trailing:
        if of_each or shares.own or shares.doubted:
            shares.give(entry.owner, entry.values[0])
        else:
            shares.for_all.add(entry.values[0])
    _deal_common(shares, contests)
    without = (contest for contest in shares.own if contest not in contests)  # "SAH W 293", and no W
    shares.faults += [FieldFault(contest, Why.NO_NUMBER) for contest in without]
    return shares


def _deal_list(shares: Shares, values: tuple[int, ...], contests: Sequence[str]) -> None:
    if len(values) != len(contests):
        shares.fault(Why.TOO_MANY_VALID, ",".join(map(str, values)))
        return
    for contest, value in zip(contests, values, strict=True):
        shares.give(contest, value)


def _deal_common(shares: Shares, contests: Sequence[str]) -> None:
    for value in sorted(shares.for_all):
        for contest in contests:
            shares.give(contest, value)


def check_invalid(invalid: Shares, valid: Shares, contests: Sequence[str]) -> None:
    """Refuse a TSAH that is not given for each contest beside a SAH that is."""
    given = invalid.own or invalid.for_all
    each_has_valid = not valid.for_all and all(contest in valid.own for contest in contests)
    if len(contests) < 2 or not given or not each_has_valid or invalid.faults:
        return
    if invalid.for_all or len(invalid.own) < len(contests):
        invalid.fault(
            Why.TOO_MANY_VALID, " ".join(map(str, sorted({*invalid.own.values(), *invalid.for_all})))
        )


def refuses(item: Loose, following: Item | None) -> bool:
    """Say whether a word makes the SAH behind it, or what was meant for one, something else."""
    if isinstance(following, Field):
        counts_valid = following.key.kind is Kind.VALID
    else:
        counts_valid = (
            following is not None and following.has_number and distance(following.word[:8], VALID) <= 1
        )  # "tidak syah 5"
    if not counts_valid or item.word in _SAID:
        return False
    return any(distance(item.word, refusal) <= far for refusal, far in _REFUSALS if len(item.word) < 9)
