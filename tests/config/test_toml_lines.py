"""Where the values of a TOML document stand."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.toml_lines import Where, line_of, locate

DOCUMENT = '''# a comment = 1
name = "a # = [ in a string"

text = """
long = 1
"""
"quoted.key".'other' = 2024-11-27 13:00:00.5   # [comment]
list = [
  "a", "b",  # c, d
  # "e",
  [1.5, -2],
]
inline = { x = 1, y = { z = [3] } }

[[contest]]
code = "G"
  [[contest.candidate]]
  number = 1
  [[contest.candidate]]
  number = 2
  [contest.extra]
  far = true

[[contest]]
  [[contest.candidate]]
  number = 1

[ rules . deep ]
cap = 1
'''


@pytest.mark.parametrize(
    ("where", "line"),
    [
        pytest.param(("name",), 2, id="a key"),
        pytest.param(("text",), 4, id="a long string begins"),
        pytest.param(("quoted.key", "other"), 7, id="a dotted, quoted key"),
        pytest.param(("list",), 8, id="an array"),
        pytest.param(("list", 1), 9, id="an element"),
        pytest.param(("list", 2, 1), 11, id="an element of an element"),
        pytest.param(("inline", "y", "z", 0), 13, id="inside an inline table"),
        pytest.param(("contest",), 15, id="a list of tables"),
        pytest.param(("contest", 0, "code"), 16, id="in the first table of a list"),
        pytest.param(("contest", 0, "candidate", 1), 19, id="a table in a table"),
        pytest.param(("contest", 0, "candidate", 1, "number"), 20, id="its key"),
        pytest.param(("contest", 0, "extra", "far"), 22, id="a plain table in a listed one"),
        pytest.param(("contest", 1, "candidate", 0, "number"), 26, id="counts again in the next table"),
        pytest.param(("rules", "deep", "cap"), 29, id="a header with blanks"),
    ],
)
def test_every_value_has_its_line(where: Where, line: int) -> None:
    assert locate(DOCUMENT)[where] == line


def test_what_is_not_written_has_the_line_of_the_table_round_it() -> None:
    lines = locate(DOCUMENT)

    assert line_of(lines, ("contest", 0, "candidate", 1, "short")) == 19
    assert line_of(lines, ("missing",)) == 1


def test_windows_line_ends_count_once() -> None:
    assert locate("a = 1\r\n\r\nb = [\r\n2]\r\n") == {("a",): 1, ("b",): 3, ("b", 0): 4}


def places(value: Any, where: Where = ()) -> set[Where]:
    """List every table, key and element of a read document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {where}.union(*(places(each, (*where, key)) for key, each in inner))


@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "# x = [",
                "[[a]]",
                "[[a.b]]",
                "[c]",
                "[a.d]",
                "x = 1",
                "y.z = '='",
                "l = [\n1,\n[2, 3],\n]",
                "i = {p = [1], q.r = 2}",
                'm = """\n[n]\n"""',
                "e = []",
                "f = {}",
            ]
        )
    )
)
def test_every_place_of_a_valid_document_is_found(parts: list[str]) -> None:
    source = "\n".join(parts)
    try:
        read = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        return

    lines = locate(source)

    # Tables that only stand in a dotted name have no line of their own.
    unnamed: set[Where] = {where[:end] for where in lines for end in range(len(where))}
    assert places(read) - {()} <= set(lines) | unnamed
    assert set(lines) <= places(read)
