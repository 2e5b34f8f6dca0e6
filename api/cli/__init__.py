"""The command line ``pilotline``: a door like REST and the pages.

Knows no SQL and no rules.
"""

import sys
from collections.abc import Sequence

from api.cli.commands import app
from api.cli.terminal import say_refused
from scheduler.errors import Refused

REFUSED = 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 refused (the reason on stderr), 2 wrong use."""
    try:
        app(None if arguments is None else list(arguments))
    except Refused as refusal:
        say_refused(refusal)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        sys.exit(130)
