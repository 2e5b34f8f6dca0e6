"""Options that several commands have.

Knows no command.
"""
# ruff: noqa: PLC0415 - `pilotline --help` has to answer at once, as in `commands`

from pathlib import Path
from typing import Annotated

import typer

DatabaseUrl = Annotated[
    str, typer.Option("--database", envvar="PILOTLINE_DATABASE", help="sqlite:///FILE or postgresql://HOST/NAME")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Centres = Annotated[
    list[str] | None,
    typer.Option("--centre", metavar="KEY", help="A centre's key; say it again for several, leave it out for all."),
]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, metavar="FILE")]
Output = Annotated[Path | None, typer.Option("--output", "--out", help="The file; stdout without.")]

Address = Annotated[
    str,
    typer.Option(
        envvar="PILOTLINE_ADDRESS", metavar="ADDRESS", help="Where Pilotline is served: what links begin with."
    ),
]

SignedAs = Annotated[
    str,
    typer.Option("--as", metavar="EMAIL", help="Act and sign as somebody with an account; asks for the password."),
]
Meaning = Annotated[str, typer.Option(metavar="WORDS", help="What the signature means, such as approved.")]

DEFAULT_DATABASE = "sqlite:///pilotline.db"
DEFAULT_ADDRESS = "http://127.0.0.1:8000"


def week_written(text: str) -> str:
    """An ISO week, or wrong use."""
    from scheduler.local_time import BadWeek, monday

    try:
        monday(text)
    except BadWeek as error:
        raise typer.BadParameter(error.text) from None
    return text


Week = Annotated[str, typer.Option(callback=week_written, metavar="WEEK", help="ISO week, such as 2026-W49.")]
