"""What is installed, and from what."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PINNED = ("requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
FIVE = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def requirement_lines(name):
    lines = (ROOT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins(name):
    lines = [line for line in requirement_lines(name) if not line.startswith("-r ")]
    return {canonicalize_name(key): version for key, version in (line.split("==") for line in lines)}


@pytest.mark.parametrize("name", PINNED)
def test_every_requirement_is_one_exact_version_without_an_address(name):
    exact = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*|-r requirements\.txt")

    assert [line for line in requirement_lines(name) if not exact.fullmatch(line)] == []


@pytest.mark.parametrize("name", [*PINNED, "pyproject.toml", "Makefile", ".ci/run"])
def test_nothing_says_where_packages_are_downloaded_from(name):
    address = re.compile(
        r"https?://(?!127\.0\.0\.1[:/])|index-url|find-links|trusted-host|\bpypi\b", re.IGNORECASE
    )

    assert address.findall((ROOT / name).read_text()) == []


@pytest.mark.parametrize("dependency", PROJECT["project"]["dependencies"])
def test_what_the_project_asks_for_is_what_is_pinned(dependency):
    asked = Requirement(dependency)

    if asked.marker is None or asked.marker.evaluate():
        assert pins("requirements.txt")[canonicalize_name(asked.name)] in asked.specifier


def test_no_package_is_pinned_twice():
    assert pins("requirements.txt").keys() & pins("requirements-dev.txt").keys() == set()


def test_the_wheel_carries_everything_in_the_five_packages(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    kept = {
        path.relative_to(ROOT).as_posix()
        for package in FIVE
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    [wheel] = tmp_path.glob("pantau-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        carried = {name for name in opened.namelist() if ".dist-info/" not in name}

    assert sorted(carried) == sorted(kept)
