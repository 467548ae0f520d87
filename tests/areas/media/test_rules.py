"""Pure decisions about uploads."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openevent.areas.media.rules import is_text, leads_inside, title
from openevent.services.media_urls import PATH, MediaName, MediaURLs

URLS = MediaURLs("https://api.example.org")
DIGEST = "0f" * 32


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "db.localhost", "printer.local", "metadata.google.internal"),
        *("intranet", "router.lan", "nas.home.arpa", "127.0.0.1", "127.1", "0x7f.1", "2130706433"),
        *("017700000001", "0177.0.0.1", "0x7f000001", "127.0.0.1.", "0.0.0.1", "0"),
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1"),
        *("224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[ff02::1]"),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::10.0.0.1]", "[2002:7f00:1::]"),
        *(
            "[2001:0:53aa:64c::]",
            "[fe80::1%25eth0]",
            "\uff11\uff12\uff17.0.0.1",
            "\u24db\u24de\u24d2al",
        ),
        *("user@example.org", "example.org@127.0.0.1", "%31%32%37.0.0.1", "", "[", "[::1"),
        *("example.org:99999", "example.org\\@127.0.0.1"),
    ],
)
def test_address_inside_the_network_is_seen_however_it_is_spelled(host: str) -> None:
    assert leads_inside(f"http://{host}/picture.jpg")


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "images.example.org:8443",
        "93.184.216.34",
        "[2606:2800:220:1::1]",
        "b\u00fccher.example",
    ],
)
def test_address_that_everybody_reaches_is_accepted(host: str) -> None:
    assert not leads_inside(f"https://{host}/picture.jpg?size=large")


@given(st.ip_addresses(v=4))
def test_no_spelling_of_an_address_is_judged_otherwise(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    judged = {
        leads_inside(f"http://{spelled}/")
        for spelled in (
            str(address),
            str(number),
            hex(number),
            f"0{number:o}",
            f"[::ffff:{address}]",
            f"[64:ff9b::{address}]",
            f"{number >> 24}.{number & 0xFFFFFF}",
        )
    }
    assert len(judged) == 1


@given(st.text(max_size=300))
def test_title_is_always_harmless(name: str) -> None:
    url = URLS.of(MediaName(DIGEST, "txt"), title(name, otherwise="file"))
    assert PATH.fullmatch(url.removeprefix(URLS.base_url))
    assert URLS.find(url) == (url, MediaName(DIGEST, "txt"))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=70_000 // 2000))
def test_text_that_is_cut_in_a_character_is_text(words: str) -> None:
    head = ("a" + words).encode()
    for end in range(max(1, len(head) - 3), len(head) + 1):
        assert is_text(head[:end])


def test_upload_is_recognised_by_whatever_name_the_server_is_called() -> None:
    path = f"/media/{DIGEST}/summit.jpg"
    expected = (f"https://api.example.org{path}", MediaName(DIGEST, "jpg"))
    for start in ("https://api.example.org", "http://10.0.2.2:8000", "http://localhost"):
        assert URLS.find(start + path) == expected
    for url in (path, f"https://api.example.org{path}?x=1", f"https://api.example.org{path}/../x"):
        assert URLS.find(url) is None
