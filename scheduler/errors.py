"""Refusals: named after what went wrong, with their numbers. The docstring is the first sentence the user reads.

Knows no status codes.
"""

from scheduler.views import Sentence


class Refused(Exception):
    """The command was refused and nothing was changed."""

    code = "refused"

    def __init__(self, text: str, *, reasons: tuple[Sentence, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.reasons = reasons


class Unknown(Refused):
    """There is no such thing."""

    code = "unknown"

    def __init__(self, kind: str, *keys: str | int) -> None:
        named = ", ".join(map(repr, keys))
        super().__init__(f"There is no {kind} {named}." if len(keys) == 1 else f"There are no {kind}s {named}.")


class NotSignedIn(Refused):
    """Nobody is signed in."""

    code = "not_signed_in"


class Forbidden(Refused):
    """Your roles do not allow this."""

    code = "forbidden"


class BookingRefused(Refused):
    """The booking does not fit; each blocker is named."""

    code = "booking_refused"


class NotPossibleNow(Refused):
    """The object is in a state that does not allow this."""

    code = "not_possible_now"


class PlanClashes(Refused):
    """What was booked meanwhile clashes with the draft; nothing was written."""

    code = "plan_clashes"


class BadValue(Refused):
    """A value is not possible."""

    code = "bad_value"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class KeyTaken(BadValue):
    """Something else has the key."""

    code = "key_taken"


class SignInRefused(Refused):
    """The e-mail address and the password do not belong together."""

    code = "sign_in_refused"


class TooManyAttempts(Refused):
    """There were too many wrong passwords."""

    code = "too_many_attempts"

    def __init__(self, text: str, *, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


class PasswordsBusy(Refused):
    """Too many passwords are being looked at."""

    code = "passwords_busy"


class VerifyingAlready(Refused):
    """The record is being verified already."""

    code = "verifying_already"


class LinkOver(Refused):
    """This link does not work."""

    code = "link_over"


class WrongPassword(Refused):
    """The password is wrong."""

    code = "wrong_password"


class TokenReadsOnly(Forbidden):
    """The token may only read."""

    code = "token_reads_only"


class ReasonMissing(BadValue):
    """A reason is needed here."""

    code = "reason_missing"


class SignatureMissing(BadValue):
    """A signature is needed here."""

    code = "signature_missing"
