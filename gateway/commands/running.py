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
@pass_deployment
def serve(deployment: Deployment, host: str, port: int | None, role: serving.Role) -> None:
    """Start the service: texts in over the web, the schedule, and the outbox that sends.

    Example: pantau serve --port 8001
    """
    serving.serve(deployment.settings(), host=host, port=port, role=role)
