"""What may be asked of units, and the answer to what was asked for.

Knows no policy: the use cases do.
"""

from typing import Annotated

from fastapi import Path, Query

from api.calls import Calling
from api.errors import declared
from api.formal_schemas import ReasonIn, SignedReasonIn
from api.permission import needs
from api.policy_schemas import PolicyIn
from api.routes.shape import COMMANDS, new_router
from api.schemas import CentreFilter, Id, Key
from scheduler import approving, setting_policies
from scheduler.policies import Terms
from scheduler.setting_policies import PolicyView
from scheduler.views import BookingView

router = new_router("policies")


@router.get(
    "/policies",
    summary="What may be asked of units, as it is written",
    responses=declared(404),
    dependencies=[needs("see busy times")],
)
def list_policies(call: Calling, asked: Annotated[CentreFilter, Query()]) -> list[PolicyView]:
    return setting_policies.list_policies(call.database, actor=call.actor, now=call.now, centre=asked.centre)


@router.get(
    "/units/{unit}/policy",
    summary="What may be asked of a unit",
    responses=declared(404),
    dependencies=[needs("see busy times")],
)
def policy_of_unit(call: Calling, unit: Annotated[Key, Path()]) -> PolicyView:
    """Its own policy, and its centre's where it says nothing."""
    return setting_policies.policy_of_unit(call.database, actor=call.actor, now=call.now, unit=unit)


@router.put(
    "/units/{unit}/policy",
    summary="Write a unit's policy",
    responses=COMMANDS | declared(404),
    dependencies=[needs("set policies")],
)
def set_policy_of_unit(call: Calling, unit: Annotated[Key, Path()], body: PolicyIn) -> PolicyView:
    terms, reason = terms_of(body)
    return setting_policies.set_policy(
        call.database, actor=call.actor, now=call.now, unit=unit, terms=terms, reason=reason
    )


@router.put(
    "/centres/{centre}/policy",
    summary="Write the policy of a centre's units",
    responses=COMMANDS | declared(404),
    dependencies=[needs("set policies")],
)
def set_policy_of_centre(call: Calling, centre: Annotated[Key, Path()], body: PolicyIn) -> PolicyView:
    terms, reason = terms_of(body)
    return setting_policies.set_policy(
        call.database, actor=call.actor, now=call.now, centre=centre, terms=terms, reason=reason
    )


@router.get(
    "/approvals",
    summary="Bookings that wait for a lab manager's yes",
    responses=declared(404),
    dependencies=[needs("approve")],
)
def list_asked(call: Calling, asked: Annotated[CentreFilter, Query()]) -> list[BookingView]:
    return approving.list_asked(call.database, actor=call.actor, now=call.now, centre=asked.centre)


@router.post(
    "/bookings/{booking_id}/confirm",
    summary="Confirm a booking that was asked for",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[needs("approve")],
)
def confirm_booking(
    call: Calling, booking_id: Annotated[Id, Path()], body: SignedReasonIn | None = None
) -> BookingView:
    given = dict(body or SignedReasonIn())
    return approving.confirm_booking(call.database, actor=call.actor, now=call.now, booking_id=booking_id, **given)


@router.post(
    "/bookings/{booking_id}/return",
    summary="Refuse a booking that was asked for, with a reason",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("approve")],
)
def return_booking(call: Calling, booking_id: Annotated[Id, Path()], body: ReasonIn) -> BookingView:
    return approving.return_booking(
        call.database, actor=call.actor, now=call.now, booking_id=booking_id, reason=body.reason
    )


def terms_of(body: PolicyIn) -> tuple[Terms, str]:
    """What is to hold, and why."""
    values = dict(body)
    reason = values.pop("reason")
    return Terms(**values), reason
