"""Where things are and what they are called."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("gateway", "parser", "models", "notify", "config")

TOP_LEVEL = {
    *PACKAGES,
    "tests",
    "docs",
    "bench",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
}
# What running it leaves behind; only seen where git cannot be asked.
LEFT_BY_RUNNING = {"var", "dist", "build", "election.toml", "people.csv", "stations.csv", "__pycache__"}

SAY_NOTHING = {"utils", "util", "helpers", "helper", "managers", "manager", "data", "common", "misc"}


def committed_names():
    """Give the top-level names under version control, or all where there is none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return {name.split("/")[0] for name in listed.stdout.split("\0") if name}
    return {path.name for path in ROOT.iterdir()} - LEFT_BY_RUNNING


def test_the_top_level_is_fixed():
    assert {name for name in committed_names() if not name.startswith(".")} - TOP_LEVEL == set()


def test_every_module_says_what_it_holds():
    paths = [path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*")]
    code = [path for path in paths if path.suffix == ".py" or path.is_dir()]

    empty = [path.relative_to(ROOT).as_posix() for path in code if path.stem.lower() in SAY_NOTHING]

    assert code
    assert empty == []


def test_the_tests_are_no_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []
