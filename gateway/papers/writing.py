"""Writing a file so that it is there whole, or as it was before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import OperatorError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path to write to; at the end it becomes ``path``, on any error it is gone.

    It lies beside ``path``, because only within a file system is a rename one step. Raises
    OperatorError where the folder is not there, and OSError, which names ``path``, where it cannot be
    written to.
    """
    target = path.resolve()  # a link stays a link
    if not target.parent.is_dir():
        raise OperatorError(f"{path}: there is no folder {path.parent}; make it first")
    if target.is_dir():
        raise OperatorError(f"{path} is a folder; give the name of a file")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        if error.filename == str(part):  # a name that nobody gave
            error.filename = str(path)
        raise
    finally:
        part.unlink(missing_ok=True)
