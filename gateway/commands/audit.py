"""``pantau audit``: whether what is stored agrees with itself (SPEC section 3)."""

import click

from config.errors import OperatorError
from gateway.commands.opening import Deployment, as_json, pass_deployment
from gateway.commands.output import print_json, print_table, progress_bar
from models import elections
from models.audit import Check
from models.audit_parts import audited
from models.replay import count_forgotten
from notify.texts.catalogue import counted

_WHAT = {
    "rows": "every value can be read, stations and election files are as they were kept",
    "chain": "revisions: every hash computed anew, every chain followed",
    "log": "texts: what others name is there, revisions and cases are as their texts made them",
    "totals": "running totals: counted anew from the revisions",
    "replay": "texts in: parsed and judged again, as the roster and the election were then",
}


@click.command(short_help="Check that what is stored agrees with itself.")
@as_json
@pass_deployment
def audit(deployment: Deployment, as_json: bool) -> None:
    """Compute every chain anew, judge every text again, recount the totals.

    Names the first row that does not agree in each part; then the exit status is 1.

    \b
    Example:
      pantau audit
    """
    with deployment.service() as service, service.store.reading() as db, progress_bar("judging") as shown:
        checks = audited(db, service.election, lambda: elections.all_kept(db), shown)
        left_out = count_forgotten(db)
    if as_json:
        print_json(_json(checks, left_out))
    else:
        rows = [(each.name, str(each.rows), _WHAT[each.name], _end(each)) for each in checks]
        print_table(("part", "rows", "what", "agrees"), rows, numbers=("rows",))
        if left_out:
            click.echo(f"{counted(left_out, 'text')} forgotten (pantau forget): left out of the replay.")
    found = [f"{each.name}: {each.finding}" for each in checks if each.finding is not None]
    if found:
        raise OperatorError("\n".join(f"pantau audit: {each}" for each in found))


def _end(check: Check) -> str:
    return "yes" if check.finding is None else "NO"


def _json(checks: list[Check], left_out: int) -> dict[str, object]:
    return {
        "agrees": all(each.finding is None for each in checks),
        "forgotten": left_out,
        "checks": [{"part": each.name, "rows": each.rows, "finding": each.finding} for each in checks],
    }
