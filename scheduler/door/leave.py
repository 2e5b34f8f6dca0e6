"""Who acts at the door: on an account of their own, or on the database itself.

Knows no routes and no roles but the operator's.
"""

from scheduler.actors import Actor
from scheduler.errors import Forbidden


def own_account(actor: Actor) -> int:
    """The id of the account that acts. Raises ``Forbidden`` for whoever has none."""
    if actor.account_id is None:
        raise Forbidden("Whoever acts here has no account of their own: sign in for it.")
    return actor.account_id


def is_operator(actor: Actor) -> bool:
    """Whether they act on the database itself, by the command line, and need nobody's leave."""
    return any(grant.role == "operator" for grant in actor.grants)
