"""Checked accounts and roles made into rows. Nobody is let in by it: a one-time link does that.

Knows nothing of how lists are read.
"""

from collections import Counter
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
    done: Counter[str] = Counter()
    for email, lines in grouped(lists.of(AccountLine), lambda line: line.email).items():
        roles = tuple(RoleAsked(role=each.role, organisation=each.organisation, centre=each.centre) for each in lines)
        done[keep_account(session, actor, now, email, lines[0].name, roles)] += 1
    if not done:
        return ()
    return (Count(kind="account", added=done["added"], changed=done["changed"], unchanged=done["unchanged"]),)
