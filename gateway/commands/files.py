"""``pantau init``: the files of a deployment, to be changed."""

from pathlib import Path

import click

from config.errors import OperatorError
from config.sample import SAMPLE_FILES, sample_path


@click.command(short_help="Write the sample's files, to begin from.")
@click.argument("folder", type=click.Path(path_type=Path, readable=False), default=Path())
def init(folder: Path) -> None:
    """Write election.toml, stations.csv, people.csv and .env into FOLDER; overwrite nothing.

    \b
    Example:
      pantau init lubuklinggau
    """
    there = [name for name in SAMPLE_FILES if (folder / name).exists() or (folder / name).is_symlink()]
    if there:
        raise OperatorError(f"{folder / there[0]} is there already; move it away or choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    try:
        for name, sample in SAMPLE_FILES.items():
            file = folder / name
            file.touch(mode=0o600 if name == ".env" else 0o666, exist_ok=False)  # .env is for secrets
            written.append(file)
            file.write_bytes(sample_path(sample).read_bytes())
    except OSError:  # half of them would keep the next attempt out
        for file in written:
            file.unlink()
        raise
    for file in written:
        click.echo(file)
