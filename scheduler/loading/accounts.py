"""Checked accounts and roles made into rows. Nobody is let in by it: a one-time link does that.

Knows nothing of how lists are read.
"""

from datetime import datetime

from sqlmodel import Session

from scheduler.actors import Actor
from scheduler.door.people import RoleAsked, keep_account
from scheduler.loading.account_lines import AccountLine
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Count
from scheduler.loading.recipes import grouped


def store_accounts(session: Session, lists: Lists, *, actor: Actor, now: datetime) -> tuple[Count, ...]:
    """Within a transaction that has stored organisations and centres, as its last: the chain of people is locked then.

    What somebody holds besides stays; a closed account stays closed.
    """
    made = granted = held = 0
    by_email = grouped(lists.of(AccountLine), lambda line: line.email)
    for email, lines in by_email.items():
        roles = tuple(RoleAsked(role=each.role, organisation=each.organisation, centre=each.centre) for each in lines)
        person = next((each.person for each in lines if each.person), None)
        is_new, fresh = keep_account(session, actor, now, email, lines[0].name, roles, person)
        made, granted, held = made + is_new, granted + fresh, held + len(lines) - fresh
    if not by_email:
        return ()
    return (
        Count(kind="account", added=made, changed=0, unchanged=len(by_email) - made),
        Count(kind="role", added=granted, changed=0, unchanged=held),
    )
