"""Print how large the five packages are: ``python docs/measures.py``.

A function's length is what its reader scrolls past: every line from ``def`` to its last one,
docstring and blank lines included. tests/house holds the packages to these figures.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("gateway", "notify", "models", "parser", "config")
COLUMNS = "{:<9}{:>6}{:>8}{:>10}{:>8}  {:<52}{}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A file or a function, where it is and how many lines it has."""

    place: str
    lines: int

    def __str__(self) -> str:
        return f"{self.lines} {self.place}"


def sources(package: str) -> list[Path]:
    """Give the Python files of a package, in order of name."""
    return sorted(path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)


def files(package: str) -> list[Measured]:
    """Measure every file of a package."""
    return [Measured(_place(path), len(path.read_text().splitlines())) for path in sources(package)]


def functions(package: str) -> list[Measured]:
    """Measure every function and method of a package, nested ones too."""
    return [measured for path in sources(package) for measured in _functions_of(path)]


def _functions_of(path: Path) -> Iterator[Measured]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield Measured(f"{_place(path)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _row(name: str, files: list[Measured], functions: list[Measured]) -> str:
    return COLUMNS.format(
        name,
        len(files),
        sum(file.lines for file in files),
        len(functions),
        f"{median(function.lines for function in functions):g}" if functions else "-",
        str(max(functions, key=lambda function: function.lines, default="-")),
        max(files, key=lambda file: file.lines, default="-"),
    ).rstrip()


def main() -> None:
    print(
        COLUMNS.format("package", "files", "lines", "functions", "median", "longest function", "longest file")
    )
    for package in PACKAGES:
        print(_row(package, files(package), functions(package)))
    print(_row("all", [f for p in PACKAGES for f in files(p)], [f for p in PACKAGES for f in functions(p)]))


if __name__ == "__main__":
    main()
