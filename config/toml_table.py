"""A TOML document read with care: whatever is wrong is one line that names the file's line."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

from config.errors import ConfigError
from config.toml_lines import Where, line_of, locate

Choice = TypeVar("Choice", bound=str)

_TIME_BOUNDS = (2000, 2100)  # years: a typing mistake is further away
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
_DURATION = re.compile(r"([0-9]{1,6})\s*([smh])")
_POSITION = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
# What people write for TOML, and what it is there: the parser says "Invalid value" of most.
_HINTS = {
    r"[\u2018-\u201f]": 'quotes are straight: "..."',
    r"=\s*\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?![:\d])": "a time has seconds: 2024-11-27T13:00:00",
    r"=\s*\d+,\d": "a decimal has a point: 2.5",
    r"=\s*(?:True|TRUE|False|FALSE)\b": "true and false are in small letters",
    r"^\s*\[{1,2}\s*(?:contest|summary|reminder)\b": "double brackets above each: [[contest]]",
}


@dataclass(frozen=True, slots=True)
class Document:
    """What an error needs to say where it is: the file's name and the lines of its values."""

    name: str
    lines: dict[Where, int]

    def error(self, where: Where, trouble: str) -> ConfigError:
        """Give (not raise) ``election.toml, line 14: trouble``."""
        return ConfigError(f"{self.name}, line {line_of(self.lines, where)}: {trouble}")


def parse_toml(text: str, name: str) -> "Table":
    """Give the document's root; ConfigError with the line where it is not TOML."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        raise ConfigError(f"{name}: brackets are nested too deep") from None
    except ValueError as error:  # TOMLDecodeError, or a number that Python does not read
        raise _not_toml(text, name, str(error)) from None
    return Table(values, Document(name, locate(text)))


def _not_toml(text: str, name: str, trouble: str) -> ConfigError:
    found = _POSITION.search(trouble)
    line = int(found[1]) if found and found[1] else 1 + text.rstrip().count("\n")
    written = text.split("\n")[line - 1]
    hint = next((f"; {words}" for part, words in _HINTS.items() if re.search(part, written)), "")
    return ConfigError(f"{name}, line {line}: not TOML: {shown(_POSITION.sub('', trouble), 120)}{hint}")


def shown(value: object, length: int = 40) -> str:
    """Give a value as an error may print it: on one line, not too long."""
    text = "".join(char if char.isprintable() else " " for char in str(value))
    return text if len(text) <= length else text[: length - 3] + "..."


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the document. Every question of it gives a value of the right type or raises."""

    values: dict[str, Any]  # Any: what tomllib gives; the methods below are where types begin
    document: Document
    where: Where = ()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def error(self, key: str | None, trouble: str) -> ConfigError:
        """Give the error at a key's line, or at the table's own."""
        return self.document.error(self.where if key is None else (*self.where, key), trouble)

    def only(self, *known: str) -> None:
        """Raise at the first key that is none of these."""
        for key in self.values:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                raise self.error(key, f'unknown key "{shown(key)}"; {hint}')

    def need(self, key: str, default: object = None) -> Any:
        """Give what stands under the key, of whatever type; without a default it must be there."""
        if key not in self.values and default is not None:
            return default
        if key not in self.values:
            raise self.error(None, f"{key} is missing{self._inside()}")
        return self.values[key]

    def _inside(self) -> str:
        names = [part for part in self.where if isinstance(part, str)]
        return f" in [{'.'.join(names)}]" if names else ""

    def text(self, key: str, longest: int) -> str:
        """Give a printable text of 1 to ``longest`` characters, without blanks round it."""
        value = self.need(key)
        if not isinstance(value, str):
            raise self.error(key, f'{key} must be a text in quotes, such as "..."')
        if not value.strip():
            raise self.error(key, f"{key} is empty")
        if not value.isprintable():
            raise self.error(key, f"{key} holds a character that cannot be printed")
        if len(value.strip()) > longest:
            raise self.error(key, f"{key} has {len(value.strip())} characters; at most {longest} fit")
        return value.strip()

    def one_of(self, key: str, *choices: Choice, default: Choice | None = None) -> Choice:
        """Give one of the choices."""
        value = self.need(key, default)
        for choice in choices:
            if value == choice:
                return choice
        listed = " or ".join(f'"{choice}"' for choice in choices)
        raise self.error(key, f'{key} is "{shown(value)}"; it must be {listed}')

    def flag(self, key: str, default: bool) -> bool:
        """Give a truth value."""
        value = self.need(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"{key} must be true or false, without quotes")
        return value

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """Give a whole number within the bounds."""
        value = self.need(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(key, f"{key} must be a whole number, without quotes")
        if not least <= value <= most:
            raise self.error(key, f"{key} is {shown(value)}; it must be from {least} to {most}")
        return value

    def decimal(self, key: str, least: Decimal, most: Decimal, default: Decimal) -> Decimal:
        """Give a number, exactly as written, within the bounds."""
        value = self.need(key, default)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.error(key, f"{key} must be a number, without quotes")
        number = Decimal(value)
        if number.is_nan() or not least <= number <= most:
            raise self.error(key, f"{key} is {shown(value)}; it must be from {least} to {most}")
        return number

    def duration(self, key: str, most: timedelta, default: timedelta | None = None) -> timedelta:
        """Give a duration such as ``"30s"``, ``"15m"`` or ``"2h"``, from a second to ``most``."""
        value = self.need(key, default)
        if isinstance(value, timedelta):  # TOML has none: the default
            return value
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise self.error(key, f'{key} must be a duration such as "30s", "15m" or "2h"')
        length = int(match[1]) * _UNITS[match[2]]
        if not _UNITS["s"] <= length <= most:
            hours = most // _UNITS["h"]
            raise self.error(key, f'{key} is "{value}"; it must be from "1s" to "{hours}h"')
        return length

    def moment(self, key: str, zone: tzinfo) -> datetime:
        """Give an aware time in the zone: a time without an offset is of that zone."""
        value = self.need(key)
        if not isinstance(value, datetime):
            raise self.error(
                key, f"{key} must be a date and time such as 2024-11-27T13:00:00, without quotes"
            )
        first, last = _TIME_BOUNDS
        if not first <= value.year <= last:
            raise self.error(key, f"{key} is in the year {value.year}; it must be from {first} to {last}")
        return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)

    def texts(self, key: str) -> list[str]:
        """Give a list of texts, empty where the key is left out."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f'{key} must be a list of texts, such as ["...", "..."]')
        for index, each in enumerate(value):
            if not isinstance(each, str):
                raise self.element_error(key, index, f"{key} must hold only texts in quotes")
        return value

    def element_error(self, key: str, index: int, trouble: str) -> ConfigError:
        """Give the error at the line of one element of a list."""
        return self.document.error((*self.where, key, index), trouble)

    def table(self, key: str) -> "Table":
        """Give a table within, empty where it is left out."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"{key} must be a table: write [{key}] and its keys below")
        return Table(value, self.document, (*self.where, key))

    def tables(self, key: str) -> Iterator["Table"]:
        """Give the tables of a list one after the other, none where it is left out."""
        value = self.values.get(key, [])
        name = ".".join([*(part for part in self.where if isinstance(part, str)), key])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.error(key, f"{key} must be a list of tables: write [[{name}]] above each")
        for index, each in enumerate(value):
            yield Table(each, self.document, (*self.where, key, index))
