"""``check``: a plan document judged again, without any database.

Knows nothing of how plans are found.
"""

from pathlib import Path

import typer

from api.cli.tables import show_check
from api.cli.terminal import print_json
from scheduler.documents import check_document


def check(file: Path, *, as_json: bool) -> None:
    """Judges a plan document; ends with status 1 when it does not hold."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is not a text in UTF-8", param_hint="PLAN.json") from None
    checked = check_document(text)
    if as_json:
        print_json({"holds": checked.holds, **dict(checked)})
    else:
        show_check(checked)
    if not checked.holds:
        raise typer.Exit(1)
