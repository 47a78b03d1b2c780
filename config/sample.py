"""The sample deployment that comes with the package: election, stations, people and settings."""

from importlib.resources import files
from pathlib import Path

# What `pantau init` writes, and the name of the sample file that it is a copy of.
SAMPLE_FILES = {
    "election.toml": "election.toml",
    "stations.csv": "stations.csv",
    "people.csv": "people.csv",
    ".env": "env",  # without the dot: packaging tools and file listings pass over hidden files
}


def sample_path(name: str) -> Path:
    """Give the path of a sample file: ``election.toml``, ``stations.csv``, ``people.csv`` or ``env``.

    FileNotFoundError for any other. Wheels are unpacked when installed, so it is a real file.
    """
    path = Path(str(files("config").joinpath("example", name)))
    if not path.is_file():
        raise FileNotFoundError(path)
    return path
