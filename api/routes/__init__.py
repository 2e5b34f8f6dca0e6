"""REST under ``/api/v1``: one module per noun.

Knows no SQL, no rules and no pages.
"""

from fastapi import APIRouter

from api.routes import (
    account,
    bookings,
    centres,
    day,
    exports,
    health,
    history,
    maintenance,
    notices,
    organisations,
    outages,
    people,
    plans,
    policies,
    recipes,
    record,
    requests,
)

PREFIX = "/api/v1"

router = APIRouter(prefix=PREFIX)
for module in (
    centres,
    organisations,
    recipes,
    requests,
    bookings,
    policies,
    day,
    outages,
    maintenance,
    plans,
    notices,
    history,
    record,
    exports,
    account,
    people,
):
    router.include_router(module.router)

outside = health.router
"""What stands outside the prefix."""
