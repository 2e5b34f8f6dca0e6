"""Actors that hold one role each.

Knows no use case.
"""

from scheduler.actors import Actor, Grant


def engineer(organisation_id: int) -> Actor:
    return _holding(Grant(role="engineer", organisation_id=organisation_id))


def technician(centre_id: int = 1) -> Actor:
    return _holding(Grant(role="technician", centre_id=centre_id))


def manager(centre_id: int = 1) -> Actor:
    return _holding(Grant(role="manager", centre_id=centre_id))


def administrator() -> Actor:
    return _holding(Grant(role="administrator"))


def auditor() -> Actor:
    return _holding(Grant(role="auditor"))


def _holding(grant: Grant) -> Actor:
    number = (grant.organisation_id or 0) * 10 + (grant.centre_id or 0)
    return Actor(key=f"account:{grant.role}-{number}", grants=(grant,), account_id=100 + number)
