"""The command line ``pilotline``: a door like REST and the pages.

Knows no SQL and no rules.
"""
# ruff: noqa: PLC0415 - only a refusal in JSON needs what REST is made of

import sys
from collections.abc import Sequence

import typer

from api.cli.centre_commands import app
from api.cli.terminal import remark, say_refused
from scheduler.errors import Refused

REFUSED = 1
WRONG_USE = 2
WrongUse: type[Exception] = typer.BadParameter.__mro__[1]
"""What every wrong use is; typer has no name of its own for it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 refused (the reason on stderr), 2 wrong use.

    With ``--json`` the reason stands on stdout too, as a problem document.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    command = "pilotline " + " ".join(word for word in words[:1] if not word.startswith("-"))
    try:
        # As JSON, wrong use is told here; the status of an `Exit` is what comes back then.
        sys.exit(app(words, standalone_mode=not as_json) or 0)
    except Refused as refusal:
        say_refused(refusal)
        if as_json:
            from api.cli.refusing import print_refusal

            print_refusal(refusal, command.strip())
        sys.exit(REFUSED)
    except WrongUse as wrong:
        from api.cli.refusing import print_wrong_use

        text = wrong.format_message() if hasattr(wrong, "format_message") else str(wrong)
        remark(text)
        print_wrong_use(text, command.strip())
        sys.exit(WRONG_USE)
    except KeyboardInterrupt:
        sys.exit(130)
