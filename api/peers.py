"""Where a message comes from: the address it counts for, whether it came encrypted, and under which name.

Knows nothing of who sent it. What a message says of itself counts only where a named proxy says it.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

from scheduler.errors import BadValue

Proxies = tuple[IPv4Network | IPv6Network, ...]
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?")
_OWN_NET = 64


def proxies_named(named: tuple[str, ...]) -> Proxies:
    """Addresses, or nets of them, as written. Raises ``BadValue``."""
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in named)
    except ValueError:
        raise BadValue("A proxy is named by its address, such as 10.0.0.5 or 10.0.0.0/24.", field="proxy") from None


def host_name(host: str) -> str:
    """The host without its port, in lower case; nothing for what is no host."""
    found = _HOST.fullmatch(host.lower())
    if found is None or int((found.group(3) or ":0")[1:]) > 65_535:
        return ""
    return found.group(1)


def is_encrypted(request: Request, proxies: Proxies) -> bool:
    """Whether the reader's browser speaks https, to this process or to the named proxy before it."""
    if request.url.scheme == "https":
        return True
    if not _is_proxy(_peer(request), proxies):
        return False
    return request.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower() == "https"


def base_address(request: Request, proxies: Proxies) -> str:
    """``https://lab.example.org``: what the reader's browser calls this application, as the doorway let it in."""
    return f"{'https' if is_encrypted(request, proxies) else 'http'}://{request.headers.get('host', '').lower()}"


def address_of(request: Request, proxies: Proxies) -> str:
    """Whose attempts a message counts among: the peer, or whom the named proxies name, the right-most that is none.

    Of IPv6 it is the net of 64 bits, which one reader has to themselves.
    """
    found = _peer(request)
    if found is not None and _is_proxy(found, proxies):
        for each in reversed(",".join(request.headers.getlist("x-forwarded-for")).split(",")):
            named = _address(each.strip())
            # What cannot be read was not written by a proxy; nothing left of it counts.
            if named is None:
                break
            found = named
            if not _is_proxy(named, proxies):
                break
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _OWN_NET), strict=False))
    return str(found or "unknown")


def _peer(request: Request) -> IPv4Address | IPv6Address | None:
    return None if request.client is None else _address(request.client.host)


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(written)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_proxy(address: IPv4Address | IPv6Address | None, proxies: Proxies) -> bool:
    return address is not None and any(address in net for net in proxies)
