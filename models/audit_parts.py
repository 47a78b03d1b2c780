"""All parts of ``pantau audit``, each done whatever another has met."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from config.election import Election
from config.errors import OperatorError
from models.audit import UNREADABLE, Check, check_chains, check_totals
from models.audit_links import check_links
from models.audit_rows import check_rows
from models.replay import check_replay


def audited(
    db: Connection,
    election: Election,
    kept: Callable[[], Mapping[int, Election]],
    progress: Callable[[int, int], None] | None = None,
) -> list[Check]:
    """Audit what is stored; ``kept`` gives the election files that texts were judged by."""
    return [
        _done("rows", lambda: check_rows(db)),
        _done("chain", lambda: check_chains(db)),
        _done("log", lambda: check_links(db)),
        _done("totals", lambda: check_totals(db, election)),
        _done("replay", lambda: check_replay(db, kept(), progress)),
    ]


def _done(name: str, check: Callable[[], Check]) -> Check:
    """Do a part of an audit. Where a row cannot be read it ends there, and is itself a finding: which row
    it is, the other parts say."""
    try:
        return check()
    except (*UNREADABLE, OperatorError) as error:
        return Check(name, 0, f"it cannot be done, a row cannot be read ({type(error).__name__}: {error})")
