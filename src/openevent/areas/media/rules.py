"""Pure decisions about uploads: what may be kept, what it is called, what a URL leads to."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from slugify import slugify

#: Pictures, which are encoded anew and shown in place.
PICTURES: Final = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
#: Everything else that is kept: it is handed out for saving, never shown by a browser.
FILES: Final = {
    "pdf": "application/pdf",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
TEXTS: Final = ("txt", "md", "csv", "ics")
#: What is a ZIP archive inside: its name says which kind.
ARCHIVES: Final = ("odp", "odt", "ods", "pptx", "docx", "xlsx", "zip")

#: How many names one domain event carries.
BATCH: Final = 200

#: Suffixes of names that only mean something inside a network.
_PRIVATE_NAMES: Final = (
    *("localhost", "local", "localdomain", "internal", "intranet", "private"),
    *("lan", "home", "corp", "home.arpa"),
)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_MARKUP: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<", re.ASCII)


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long something is kept that nothing names."""

    hours: int


def title(file_name: str, *, otherwise: str) -> str:
    """Return what a file is called in its address: the client's name for it, made harmless."""
    name = re.split(r"[/\\]", file_name)[-1]
    stem = name.rpartition(".")[0] or name
    return slugify(stem, max_length=60) or otherwise


def extension(file_name: str) -> str:
    """Return the extension that a client gave a file, in lower case."""
    return file_name.rpartition(".")[2].lower()


def kind_of(head: bytes, sniffed: tuple[str, ...], file_name: str) -> str | None:
    """Return the extension under which a file is kept; ``None``: no kind that is.

    The content decides. What the client calls it only chooses among kinds that the
    content can be: a ZIP archive called ``.pptx`` is one, a program called ``.pdf`` is not.
    """
    called = extension(file_name)
    if head.startswith(b"PK\x03\x04"):
        return called if called in ARCHIVES else "zip"
    for kind in (called, *sniffed):
        if kind in FILES and kind in sniffed and kind not in (*TEXTS, *ARCHIVES):
            return kind
    if is_text(head) and not sniffed:
        return called if called in TEXTS else "txt"
    return None


def is_text(head: bytes) -> bool:
    """Whether these are the first bytes of plain text, and not of HTML, SVG or other markup."""
    if not head or _MARKUP.match(head):
        return False
    try:
        text = head.decode("utf-8", "strict")
    except UnicodeDecodeError as ex:
        # The last character may be cut in two.
        if ex.start < len(head) - 3:
            return False
        text = head[: ex.start].decode("utf-8")
    return not any(c < " " and c not in "\t\n\r\f" for c in text)


def leads_inside(url: str) -> bool:
    """Whether a URL names a machine or a network that only we can reach, however spelled."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return True
    host = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    if not host or "%" in host or "@" in parts.netloc or "\\" in url:
        return True
    address = _address(host)
    if address is not None:
        return not _is_public(address)
    return "." not in host or any(host == n or host.endswith("." + n) for n in _PRIVATE_NAMES)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a host is, in any spelling that resolvers understand."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # 127.1, 0x7f.0.0.1, 017700000001, 2130706433
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast
