"""``init`` and ``migrate``: the database made and brought up to date.

Knows nothing of tables.
"""

from api.cli.opening import check_there, migrated, named
from api.cli.terminal import print_json, say


def init(url: str, *, as_json: bool) -> None:
    """Makes the database, or leaves one that is there as it is but up to date."""
    _migrate(url, "is ready", as_json=as_json)


def migrate(url: str, *, as_json: bool) -> None:
    """Brings an existing database up to date. Raises ``NoDatabase``."""
    with named(url) as database:
        check_there(database)
    _migrate(url, "is up to date", as_json=as_json)


def _migrate(url: str, what: str, *, as_json: bool) -> None:
    with migrated(url) as database:
        address = database.url.render_as_string(hide_password=True)
    if as_json:
        print_json({"database": address, "state": what})
    else:
        say(f"The database {address} {what}.")
