"""Where ``serve`` listens, under which names, and how it is encrypted.

Knows nothing of what is served.
"""

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from api.doorway import LOOPBACK_NAMES
from api.peers import Proxies, host_name, proxies_named
from scheduler.errors import BadValue, Refused

EVERYWHERE = ("0.0.0.0", "[::]")


class NotEncrypted(Refused):
    """Others than this machine are served encrypted only."""

    code = "not_encrypted"


class PortTaken(Refused):
    """The port is in use."""

    code = "port_taken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listening:
    """``names``: under which it is reached; ``proxies``: whose word counts. Both files, or neither."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    certificate: str | None = None
    key: str | None = None

    @property
    def hosts(self) -> frozenset[str]:
        """Every name under which messages are taken."""
        shown = shown_host(self.host)
        return LOOPBACK_NAMES | {*self.names, *(() if shown in EVERYWHERE else (shown,))}

    @property
    def trusted(self) -> Proxies:
        return proxies_named(self.proxies)

    @property
    def address(self) -> str:
        """What a browser on this machine, or one that knows its name, opens."""
        shown = self.names[0] if self.names and self.certificate else shown_host(self.host)
        return f"{'https' if self.certificate else 'http'}://{shown}:{self.port}"

    def written(self) -> str:
        """For another process."""
        return json.dumps(asdict(self))


def read(written: str) -> Listening:
    """What ``written`` wrote."""
    facts = json.loads(written)
    return Listening(**{**facts, "names": tuple(facts["names"]), "proxies": tuple(facts["proxies"])})


def listening(
    host: str,
    port: int,
    names: tuple[str, ...] = (),
    proxies: tuple[str, ...] = (),
    certificate: Path | None = None,
    key: Path | None = None,
) -> Listening:
    """Where to listen, checked. Raises ``NotEncrypted``, ``PortTaken``."""
    for name in names:
        if host_name(name) != name.lower():
            raise typer.BadParameter(f"{name!r} is no name of a host", param_hint="--name")
    try:
        proxies_named(proxies)
    except BadValue as error:
        raise typer.BadParameter(error.text, param_hint="--proxy") from None
    if (certificate is None) != (key is None):
        raise typer.BadParameter("a certificate needs its key, and a key its certificate", param_hint="--certificate")
    where = Listening(
        host=host,
        port=port,
        names=tuple(name.lower() for name in names),
        proxies=proxies,
        certificate=None if certificate is None else str(certificate),
        key=None if key is None else str(key),
    )
    _check_encrypted(where)
    check_port(where)
    return where


def _check_encrypted(where: Listening) -> None:
    """A password in the clear is everybody's."""
    others = [each for each in (shown_host(where.host), *where.names) if each not in LOOPBACK_NAMES]
    if not others or where.certificate or where.proxies:
        return
    text = (
        f"{others[0] or 'That host'} is not only this machine, and passwords would cross the network in the clear: "
        "give --certificate and --key, or name the --proxy before it that encrypts."
    )
    raise NotEncrypted(text)


def check_port(where: Listening) -> None:
    """Raises ``PortTaken`` for a port that something listens on, or a host that this machine does not have."""
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((where.host, where.port))
        except OSError as error:
            raise PortTaken(
                f"{shown_host(where.host)}:{where.port} cannot be used ({error.strerror}): give another --port."
            ) from None


def shown_host(host: str) -> str:
    """The host as it stands in an address."""
    return f"[{host}]" if ":" in host else host.lower()
