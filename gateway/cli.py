"""Where ``pantau`` begins; its commands are those of ``gateway.commands.group``."""

import gc
import sys


def main() -> None:
    """Run a command: exit status 0, 1 (it failed, in one line), 2 (wrong usage)."""
    gc.disable()  # what is imported stays: to look for garbage in it takes a seventh of the time of a start
    try:
        from gateway.commands import group
    except KeyboardInterrupt:
        sys.exit(1)  # without a traceback, as once the command runs
    gc.freeze()
    gc.enable()
    group.main()


if __name__ == "__main__":
    main()
