"""``pantau serve``."""

import click

from config.errors import OperatorError
from gateway import serve as serving
from gateway.commands.opening import Deployment, pass_deployment


@click.command(short_help="Start the service: web, schedule and outbox.")
@click.option("--host", default=serving.HOST, show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help=f"The port to listen on.  [default: {serving.PORT}]"
)
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all", show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@pass_deployment
def serve(deployment: Deployment, host: str, port: int | None, role: serving.Role, workers: int) -> None:
    """Start the service: texts in over the web, the schedule, and the outbox that sends.

    \b
    Example:
      pantau serve --port 8001
    """
    if workers > 1:
        raise OperatorError(
            f"--workers {workers}: a serve is one process; start pantau serve again, with --role and --port"
        )
    serving.serve(deployment.settings(), host=host, port=port, role=role)
