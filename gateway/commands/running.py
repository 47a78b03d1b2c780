"""``pantau serve``."""

import click

from gateway import serve as serving
from gateway.commands.opening import Deployment, pass_deployment


@click.command(short_help="Start the service: web, schedule and outbox.")
@click.option("--host", default=serving.HOST, show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"The port to listen on.  [default: {serving.PORT}]"
)
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all", show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Web processes that share the port; more than one on PostgreSQL.",
)
@pass_deployment
def serve(deployment: Deployment, host: str, port: int | None, role: serving.Role, workers: int) -> None:
    """Start the service: texts in over the web, the schedule, and the outbox that sends.

    Web processes and workers on any number of machines may share one PostgreSQL: docs/deploy.md.

    \b
    Example:
      pantau serve --port 8001
      pantau serve --role web --workers 4
      pantau serve --role worker
    """
    if role == "worker" and workers > 1:
        raise click.UsageError("--workers counts web processes; start pantau serve --role worker once more")
    serving.serve(deployment.settings(), host=host, port=port, role=role, workers=workers)
