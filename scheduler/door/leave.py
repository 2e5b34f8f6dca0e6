"""Whether somebody may do something at the door: to others, as their roles say, or to their own account.

Knows no routes.
"""

from scheduler.access import Action, can
from scheduler.actors import Actor
from scheduler.errors import Forbidden


def check_leave(actor: Actor, action: Action) -> None:
    """Raises ``Forbidden``."""
    if not can(actor, action):
        raise Forbidden(f"None of your roles allows this: {action}.")


def own_account(actor: Actor) -> int:
    """The id of the account that acts. Raises ``Forbidden`` for whoever has none."""
    if actor.account_id is None:
        raise Forbidden("Whoever acts here has no account of their own: sign in for it.")
    return actor.account_id


def is_operator(actor: Actor) -> bool:
    """Whether they act on the database itself, by the command line, and need nobody's leave."""
    return any(grant.role == "operator" for grant in actor.grants)
