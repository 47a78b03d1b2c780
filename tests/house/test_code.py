"""What must not stand in the code, whatever its types and style."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("gateway", "notify", "models", "parser", "config")
COMMITS = "models/store.py"

# Where anything at all may be caught: by file and function, with the reason.
CATCH_ALL = {
    "gateway/webhooks.py answer": "the carrier is answered, as Flask's error handler answers for the pages",
    "gateway/webhooks.py or_keep": "a carrier that does not bring a text again is never told of a failure",
    "gateway/collecting.py keep_draining": "what is on disk is lost if nobody takes it in; logged, tried again",
    "gateway/serve.py _wait": "half begun the process would look well: it ends, and says why",
    "gateway/jobs.py survive": "the schedule and the reconciliation outlive any one turn",
    "gateway/reconcile.py take_in": "one text must not keep the others out",
    "models/dialect.py open_engine": "SQLAlchemy's errors about an address are of several kinds",
    "models/store.py open": "gives the connections back and raises it again",
    "models/store.py _begun": "rolls back, or gives the connection up, and raises it again",
    "models/store.py _write_together": "raises it again in every thread that waits for it",
    "notify/outbox.py run": "the loop must survive; logged, counted and tried again",
}


def sources():
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def functions(tree: ast.AST, name: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Give every node with the name of the function that it stands in, "" for the module."""
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
        yield inner, node
        yield from functions(node, inner)


@functools.cache
def everything():
    """Give every node of every source: its file and the function that it is in."""
    return [
        (path.relative_to(ROOT).as_posix(), *each)
        for path in sources()
        for each in functions(ast.parse(path.read_text()))
    ]


def found(catches):
    """Give the places in all sources that ``catches(file, function, node)`` says yes to."""
    return [f"{file}:{node.lineno}" for file, function, node in everything() if catches(file, function, node)]


def commits(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("begin", "commit")
    )


def catches_all(node):
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in kinds)


def reads_environment(node):
    match node:
        case ast.Attribute(attr="environ" | "environb" | "getenv"):
            return True
        case ast.ImportFrom(module="os", names=names):
            return any(name.name in ("environ", "environb", "getenv") for name in names)
        case ast.Name(id="load_dotenv") | ast.Attribute(attr="load_dotenv"):
            return True
    return False


def is_command_line(file):
    return file == "gateway/commands/group.py"


def test_one_place_opens_and_commits_transactions():
    assert found(lambda file, _, node: file != COMMITS and commits(node)) == []


def test_everything_is_caught_only_where_the_reason_is_listed():
    caught = found(
        lambda file, function, node: catches_all(node) and f"{file} {function}" not in CATCH_ALL,
    )

    assert caught == []


@pytest.mark.parametrize("listed", CATCH_ALL)
def test_a_listed_place_still_catches_everything(listed):
    assert found(lambda file, function, node: catches_all(node) and f"{file} {function}" == listed)


def test_only_the_command_line_reads_the_environment_and_never_at_import():
    reads = found(
        lambda file, function, node: reads_environment(node) and not (is_command_line(file) and function),
    )

    assert reads == []


@pytest.mark.parametrize(
    ("source", "scan"),
    [
        pytest.param("db.begin()", commits, id="a transaction begun"),
        pytest.param("self.db.commit()", commits, id="a transaction committed"),
        pytest.param("try: ...\nexcept Exception: ...", catches_all, id="everything caught"),
        pytest.param("try: ...\nexcept (OSError, Exception): ...", catches_all, id="among others"),
        pytest.param("try: ...\nexcept: ...", catches_all, id="caught without a name"),
        pytest.param("os.environ['A']", reads_environment, id="the environment"),
        pytest.param("os.getenv('A')", reads_environment, id="one variable"),
        pytest.param("from os import environ", reads_environment, id="imported by name"),
        pytest.param("dotenv.load_dotenv()", reads_environment, id="written into it"),
    ],
)
def test_the_scans_find_what_they_look_for(source, scan):
    assert any(scan(node) for _, node in functions(ast.parse(source)))
