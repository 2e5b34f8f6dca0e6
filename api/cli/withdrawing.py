"""``withdraw``: a request taken back, with what is booked for it.

Knows nothing of what stands against it.
"""

from api.cli.opening import opened
from api.cli.signing import Signing, signer_of
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.requesting import request_bookings
from scheduler.withdrawing import withdraw_request


def withdraw(url: str, *, key: str, reason: str, signing: Signing, as_json: bool) -> None:
    """Withdraws it and says which bookings of it are cancelled."""
    with opened(url) as database:
        signer = signer_of(database, signing)
        withdrawn = withdraw_request(
            database,
            actor=signer.actor,
            now=now(),
            key=key,
            reason=reason,
            password=signer.password,
            meaning=signer.meaning,
        )
        bookings = request_bookings(database, actor=LOCAL_ADMINISTRATOR, now=now(), key=key)
    cancelled = [booking for booking in bookings if booking.state == "cancelled"]
    if as_json:
        print_json({"request": withdrawn, "cancelled": cancelled})
        return
    freed = f"{len(cancelled)} booking{'s are' if len(cancelled) != 1 else ' is'} cancelled"
    say(f"Request {withdrawn.key} is withdrawn" + (f"; {freed}." if cancelled else "."))
