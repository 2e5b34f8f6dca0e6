"""Where a message comes from: the peer, unless a named proxy says otherwise, and then whom that proxy named."""

import pytest
from starlette.requests import Request

from api.peers import address_of, base_address, host_name, is_encrypted, proxies_named
from scheduler.errors import BadValue

PROXIES = proxies_named(("10.0.0.5", "10.1.0.0/16", "fd00::/8"))


def message(peer: str, *headers: tuple[str, str], scheme: str = "http") -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    server = ("lab.example.org", 80)
    return Request(
        {"type": "http", "scheme": scheme, "path": "/", "headers": raw, "client": (peer, 1), "server": server}
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.9", (), "192.0.2.9"),
        ("192.0.2.9", ("198.51.100.1",), "192.0.2.9"),
        ("10.0.0.5", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("203.0.113.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("203.0.113.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.5", ("198.51.100.1, 10.1.2.3",), "198.51.100.1"),
        ("10.0.0.5", ("203.0.113.1, rubbish, 10.1.2.3",), "10.1.2.3"),
        ("10.0.0.5", ("rubbish",), "10.0.0.5"),
        ("10.0.0.5", ("",), "10.0.0.5"),
        ("10.0.0.5", (), "10.0.0.5"),
        ("::ffff:10.0.0.5", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("2001:db8:1:2:3::4",), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", (), "2001:db8:1:2::/64"),
        ("testclient", ("198.51.100.1",), "unknown"),
    ],
)
def test_whose_address_it_is(peer: str, forwarded: tuple[str, ...], found: str) -> None:
    assert address_of(message(peer, *(("x-forwarded-for", each) for each in forwarded)), PROXIES) == found


@pytest.mark.parametrize(
    ("peer", "said", "encrypted"),
    [
        ("10.0.0.5", "https", True),
        ("10.0.0.5", "http, https", True),
        ("10.0.0.5", "https, http", False),
        ("10.0.0.5", "", False),
        ("192.0.2.9", "https", False),
    ],
)
def test_whether_it_came_encrypted(peer: str, said: str, encrypted: bool) -> None:
    asked = message(peer, ("x-forwarded-proto", said), ("host", "Lab.example.org:8443"))
    assert is_encrypted(asked, PROXIES) is encrypted
    assert base_address(asked, PROXIES) == f"{'https' if encrypted else 'http'}://lab.example.org:8443"
    assert is_encrypted(message("192.0.2.9", scheme="https"), ())


@pytest.mark.parametrize("named", ["", "lab", "10.0.0.0/33", "300.1.1.1"])
def test_a_proxy_is_named_by_its_address(named: str) -> None:
    with pytest.raises(BadValue):
        proxies_named((named,))


def test_a_host_is_read_without_its_port() -> None:
    assert [host_name(each) for each in ("LAB.example.org:80", "[::1]:8000", "127.0.0.1")] == [
        "lab.example.org",
        "[::1]",
        "127.0.0.1",
    ]
    assert {
        host_name(each) for each in ("", ":80", "a:b", "a:65536", "a..b:", "a/b", "a@b", "[::1]x", "-a", "a\n")
    } == {""}
