"""``init`` and ``migrate``: the database made and brought up to date.

Knows nothing of tables.
"""

from api.answers import link_address
from api.cli.opening import check_there, migrated, named
from api.cli.people import founded, link_facts, written
from api.cli.terminal import print_json, say


def init(url: str, *, email: str, address: str, as_json: bool) -> None:
    """Makes the database, or leaves one that is there as it is but up to date; and lets the first administrator in."""
    with migrated(url) as database:
        where = database.url.render_as_string(hide_password=True)
        made = founded(database, email=email)
    if as_json:
        print_json({"database": where, "state": "is ready", "link": made and link_facts(made, address)})
        return
    say(f"The database {where} is ready.")
    if made is not None:
        say(f"Its first administrator is {made.email}, who sets a password here, once, until {written(made.ends_at)}:")
        say(link_address(address, made.secret))
    else:
        say("It has an administrator; `pilotline reset EMAIL` prints a new link for somebody.")


def migrate(url: str, *, as_json: bool) -> None:
    """Brings an existing database up to date. Raises ``NoDatabase``."""
    with named(url) as database:
        check_there(database)
    with migrated(url) as database:
        where = database.url.render_as_string(hide_password=True)
    if as_json:
        print_json({"database": where, "state": "is up to date"})
    else:
        say(f"The database {where} is up to date.")
