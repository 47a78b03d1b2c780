"""The lines of a TOML document's values, which ``tomllib`` does not tell.

The document must have been accepted by ``tomllib`` before: then a scan that only knows
strings, comments, brackets and keys finds every value.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field

Where = tuple[str | int, ...]  # ("contest", 0, "candidate", 1, "short")

_TOKEN = re.compile(
    r'''
    (?P<long>"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5})
  | (?P<quoted>"(?:\\.|[^"\\\n])*"|'[^'\n]*')
  | (?P<comment>\#[^\n]*)
  | (?P<newline>\n)
  | (?P<mark>[\[\]{}=,.])
  | (?P<bare>[^\s\[\]{}=,."'\#]+)
    ''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int

    def key(self) -> str:
        """Give the part of a key that this is, without quotes and escapes."""
        return str(tomllib.loads(f"key = {self.text}")["key"]) if self.kind == "quoted" else self.text


def locate(source: str) -> dict[Where, int]:
    """Give the line (from 1) of every table, key and array element of a valid document."""
    scan = _Scan(_tokens(source))
    table: Where = ()
    while scan.skip_breaks():
        if scan.ahead() == "[":
            table = scan.header()
        else:
            scan.pair(table)
    return scan.lines


def line_of(lines: dict[Where, int], where: Where) -> int:
    """Give the line of a place, or of the nearest table round it that is written in the document."""
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 1)


def _tokens(source: str) -> list[_Token]:
    tokens, line = [], 1
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or ""
        if kind != "comment":
            tokens.append(_Token(kind, match.group(), line))
        line += match.group().count("\n")
    return tokens


@dataclass(slots=True)
class _Scan:
    """A walk over the tokens that writes down lines as it goes."""

    tokens: list[_Token]
    at: int = 0
    lines: dict[Where, int] = field(default_factory=dict)
    listed: Counter[Where] = field(default_factory=Counter)  # [[tables]] so far

    def ahead(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def skip_breaks(self) -> bool:
        """Pass line breaks; tell whether anything follows."""
        while self.ahead() == "\n":
            self.at += 1
        return self.at < len(self.tokens)

    def key(self) -> Where:
        parts = [self.take().key()]
        while self.ahead() == ".":
            self.at += 1
            parts.append(self.take().key())
        return tuple(parts)

    def header(self) -> Where:
        line = self.take().line
        many = self.ahead() == "["
        self.at += many
        *outer, name = self.key()
        self.at += 1 + many
        where: Where = ()
        for part in outer:
            where = self._newest((*where, part))
        where = (*where, name)
        if many:
            self.lines.setdefault(where, line)
            self.listed[where] += 1
            where = self._newest(where)
        self.lines.setdefault(where, line)
        return where

    def _newest(self, where: Where) -> Where:
        return (*where, self.listed[where] - 1) if where in self.listed else where

    def pair(self, table: Where) -> None:
        line = self.tokens[self.at].line
        where = table + self.key()
        self.at += 1  # the equals sign
        self.value(where, line)

    def value(self, where: Where, line: int) -> None:
        self.lines[where] = line
        match self.ahead():
            case "[":
                self.array(where)
            case "{":
                self.inline_table(where)
            case _:
                while self.ahead() not in ("", "\n", ",", "]", "}"):
                    self.at += 1

    def array(self, where: Where) -> None:
        self.at += 1
        index = 0
        while self.skip_breaks() and self.ahead() != "]":
            if self.ahead() == ",":
                self.at += 1
                continue
            self.value((*where, index), self.tokens[self.at].line)
            index += 1
        self.at += 1

    def inline_table(self, where: Where) -> None:
        self.at += 1
        while self.skip_breaks() and self.ahead() != "}":
            if self.ahead() == ",":
                self.at += 1
            else:
                self.pair(where)
        self.at += 1
