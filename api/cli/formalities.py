"""``formalities``: what a centre asks for besides, told and changed.

Knows nothing of what asks for it.
"""

from dataclasses import dataclass

from api.cli.opening import opened
from api.cli.signing import Signing, signer_of
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.catalogue import list_centres
from scheduler.centres import CentreView, change_formalities
from scheduler.errors import Unknown


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the centre is to ask for (``None``: as until now), why, and who signs."""

    reasons: bool | None
    signatures: bool | None
    reason: str
    signing: Signing


def show(url: str, *, centre: str, as_json: bool) -> None:
    """What it asks for."""
    with opened(url) as database:
        every = list_centres(database, actor=LOCAL_ADMINISTRATOR, now=now())
    found = next((each for each in every if each.key == centre), None)
    if found is None:
        raise Unknown("centre", centre)
    _say(found, as_json=as_json)


def change(url: str, *, centre: str, asked: Asked, as_json: bool) -> None:
    """Another answer from now on."""
    with opened(url) as database:
        signer = signer_of(database, asked.signing)
        changed = change_formalities(
            database,
            actor=signer.actor,
            now=now(),
            centre=centre,
            reasons=asked.reasons,
            signatures=asked.signatures,
            reason=asked.reason,
            password=signer.password,
            meaning=signer.meaning,
        )
    _say(changed, as_json=as_json)


def _say(centre: CentreView, *, as_json: bool) -> None:
    if as_json:
        print_json(centre)
        return
    asked = [word for word, is_asked in (("reasons", centre.reasons), ("signatures", centre.signatures)) if is_asked]
    say(f"{centre.name} asks for {' and '.join(asked) or 'neither reasons nor signatures'}.")
