"""How far apart two words are, for keys and commands that were nearly right."""

from collections.abc import Iterable

LONG_WORD = 6


def reach(word: str) -> int:
    """Give the distance at which something still counts as near to this word (SPEC section 2)."""
    return 2 if len(word) >= LONG_WORD else 1


def distance(one: str, other: str) -> int:
    """Count the letters to add, drop, change or swap with the next (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Give the known words within reach, all those at the smallest distance."""
    limit = reach(word)
    found: dict[int, list[str]] = {}
    for other in known:
        if abs(len(other) - len(word)) <= limit and (far := distance(word, other)) <= limit:
            found.setdefault(far, []).append(other)
    return tuple(found[min(found)]) if found else ()
