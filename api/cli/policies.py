"""``policies`` and ``policy``: what may be asked of units by hand, told and changed.

Knows no policy. Numbers, answers and times of day are written as in ``policies.csv``.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import typer

from api.cli.opening import opened
from api.cli.places import centre_zones
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.loading.cells import BadCell
from scheduler.loading.line import cells_of
from scheduler.loading.policy_lines import PolicyLine
from scheduler.policies import Terms
from scheduler.setting_policies import PolicyView, change_policy, list_policies, policy_of_unit, written_policy

CLOCKS = ("free_from", "free_until")
OPTION = "--set"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Whose policy it is: a unit's, or a centre's."""

    unit: str | None
    centre: str | None

    @classmethod
    def named(cls, unit: str, centre: str) -> "Place":
        """Both or neither is wrong use."""
        if bool(unit) == bool(centre):
            raise typer.BadParameter("name a unit, or a centre with --centre", param_hint="UNIT")
        return cls(unit=unit or None, centre=centre or None)


def policies(url: str, *, centres: tuple[str, ...], as_json: bool) -> None:
    """As they are written, by centre: first the centre's own, then those of its units."""
    with opened(url) as database:
        keys = centre_zones(database, centres)
        found = [
            view for key in keys for view in list_policies(database, actor=LOCAL_ADMINISTRATOR, now=now(), centre=key)
        ]
    if as_json:
        print_json(found)
        return
    for view in found:
        _say(view)
    if not found:
        say("Nothing is limited.")


def show(url: str, *, place: Place, as_json: bool) -> None:
    """What holds for a unit, its centre's words among it; of a centre what is written."""
    with opened(url) as database:
        if place.unit is not None:
            found = policy_of_unit(database, actor=LOCAL_ADMINISTRATOR, now=now(), unit=place.unit)
        else:
            found = written_policy(database, actor=LOCAL_ADMINISTRATOR, now=now(), centre=place.centre)
    _tell(found, as_json=as_json)


def change(url: str, *, place: Place, written: Iterable[str], reason: str, as_json: bool) -> None:
    """These fields anew, the others as they were."""
    changes = dict(map(_read, written))
    with opened(url) as database:
        changed = change_policy(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            changes=changes,
            centre=place.centre,
            unit=place.unit,
            reason=reason,
        )
    _tell(changed, as_json=as_json)


def _read(written: str) -> tuple[str, int | bool | None]:
    """``free_from=18:00``; nothing after the sign: not limited, or as the centre says."""
    name, sign, value = (part.strip() for part in written.partition("="))
    if not sign or name not in Terms.__dataclass_fields__:
        names = ", ".join(Terms.__dataclass_fields__)
        raise typer.BadParameter(f"{written!r} is no FIELD=VALUE; the fields are {names}.", param_hint=OPTION)
    try:
        return name, cells_of(PolicyLine)[name][1].parse(value) if value else None
    except BadCell as wrong:
        raise typer.BadParameter(f"{written!r}: expected {wrong.expected}.", param_hint=OPTION) from None


def _tell(view: PolicyView, *, as_json: bool) -> None:
    if as_json:
        print_json(view)
    else:
        _say(view)


def _say(view: PolicyView) -> None:
    """``OVEN-1: longest_minutes=60, approval=yes``."""
    said = [
        f"{name}={_text(name, value)}"
        for name, value in asdict(view).items()
        if name in Terms.__dataclass_fields__ and value is not None
    ]
    say(f"{view.unit or view.centre}: {', '.join(said) or 'nothing is limited'}.")


def _text(name: str, value: int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value // 60:02}:{value % 60:02}" if name in CLOCKS else str(value)
