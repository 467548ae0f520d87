"""The media area's part of the demo world: sizes, a picture and a file with fixed hashes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from openevent.areas.media.models import EventImageSize, MediaFile, SpeakerImageSize
from openevent.db.base import Record
from openevent.services.media_urls import MediaName
from openevent.services.storage import Storage

MADE: Final = datetime(2025, 11, 5, 8, 0, tzinfo=UTC)
#: Nothing names them, yet no sweep takes them: the examples need them.
KEPT_UNTIL: Final = datetime(2100, 1, 1, tzinfo=UTC)

_JPEG: Final = base64.b64decode("""
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEEx
NDk7Pj4+JS5ESUM8SDc9Pjv/2wBDAQoLCw4NDhwQEBw7KCIoOzs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7Ozs7
Ozs7Ozs7Ozs7Ozs7Ozv/wgARCABAAKADASIAAhEBAxEB/8QAGwABAAIDAQEAAAAAAAAAAAAAAAUGAQMEAgf/xAAZAQADAQEB
AAAAAAAAAAAAAAAAAgQDAQX/2gAMAwEAAhADEAAAAYEUzHT5RtBl1w69CtrPTL5dfLzuDb3mp08x0bzmhu0glIuzS792MvE9
KsySR9GPOram0qtg5JO6ZydbJqvZI6TrwREvoUiZrk698kBPxwQshHu6XPFQx59fTIQi2a5c9Z8T67LBWlONwj4TVm26x1bO
2dthI/wve2eqnp0s9f0een0YS1AAAAAAAAAAAAf/xAAjEAACAgICAgEFAAAAAAAAAAACAwEEABATMREzNBIUFUBQ/9oACAEB
AAEFAv1grtODQxeu8iq6YICDUDJZ9q6MmJGcBZsya7h2KGHhqYG6deGa7i0iEnUrwA4xYtA1SL1KFI49EOFCuZgjAjltEeKq
IPXeWE8RZT+Nq/6e9smPyG60xzad6avx9XfVlWzwz3BFADYfLzqWfOnOFIEwiah8OHLNnixTZUYGLBy1Y+vK7+Ke8IoGHu5i
0JkGERFOoYYx3vlZO4mYmTMtwRDklJfyv//EACARAAEDBAIDAAAAAAAAAAAAAAEAAhEDEBIxFCEgMFH/2gAIAQMBAT8BWLtx
aDaPGg0Of3bACobBoBK3coJri0yFyutIVDlkjW+IOIRqKVKhR6//xAAfEQACAgIDAQEBAAAAAAAAAAABAgARAyEEEBIxFDD/
2gAIAQIBAT8Bntbq+g6nQPQYH51d98tymPXRzMcIuA1MjllEBINiZDZimjDBHQOvkz8G/sOFSniLxN7MfEGFRePR3GT1Fx1C
IB/P/8QALBAAAQMBBgUCBwAAAAAAAAAAAQACEBESISIxMnEDE0FRgSChQEJQYWKRsf/aAAgBAQAGPwL4arWFYmGKBVsLE0iM
IJ2Wj3VCKGMLSVoPibmFYmmeY7IHKKFCzpchxDe4+0WXLlVvqqDyY7OGRVmtFQCgg8Vt3dW3ZDpN2RhstH5Koll/T0ca/My/
ZNkbxZdoPsqhWnGgC7NGSHCfn0MVPgLmfMuzhmIst1/xWgrTY5bMupVk6TFSaBfYZThcRsVVxJ3mge4DdVM63fuag0WJxO5n
C4jZXknf6V//xAAlEAEAAQQCAgEEAwAAAAAAAAABEQAQITFBUWGRgSBxofBAULH/2gAIAQEAAT8h/jYcXbifdZsh3s92BQEr
oKixw9oU/H3k3ZuFehNIl49Cpwg4S3ts490ZL+Z/lypiduKyojvZeTyxju+bIIEjsadFsg6rBQZPCyA5H8VhQwA/et51+S37
xHFcAAl+1BoxosHMOPfmpHIkHZsgESR2URr6zqzExmJnxm7MjLp8NCASR0l9JYi55z9Dow5TOyW6CZjOkMDqZ93RDOePxbsA
l8u6EBJHSUk5AaMMcHQjAGO7xbYtfkqXXacGq/eI5sA3qhcJ4Tso2kj+LDLJ7ld43qhAIyOmkcY20ksRqXks/vBUqL2pvHGO
BFKpSV2t0CLjsXeVJHI0bA/Ul53I7lFNS52p/qv/2gAMAwEAAgADAAAAEAxwwgxQSBw1fNP2g6FVHk7s+IkNWp8fffffffff
ff/EACARAQADAAIABwAAAAAAAAAAAAEAESEQMSAwQVFhcaH/2gAIAQMBAT8QmWlfXCRacKOzw/EG8Zj0r9iCUyoveICmBUSy
LYtgDsiOmoGx1mONjlywohSNo2hTy//EAB4RAQACAgIDAQAAAAAAAAAAAAEAESExEEEwUXFh/9oACAECAQE/EIPSL9WXwhQX
7Frc2S4oZYDRl1xbcVa4u9uxfdRFZuDL2WzvRFojCkdsdMfDhgt8fmYcBQa/JTa4gbStQrHcLLuGrcy3Mp8f/8QAJxABAAEC
BgIBBAMAAAAAAAAAAREhMQAQQVFhgXGR8KGxweEgQFD/2gAIAQEAAT8Q/rSQoiQkNkYT1gJGwUkEsVEhXJ6DgBKuxgePYGfS
iYn/ABUKRC8NnrJ6UkqUG9MPVIJZD0DLhLeY4TpyUAFUgQGJhVDBlwWKh+kucliAkBRskxPWBUaBSQViqUzcg8RAGeFSmutL
4PAZASI6JiYDIe7Ik5KkfFgXPXRCxzDV63nFyShLrRHRwsm1Sg0Qu1yfziMl0pV/g2P25TogHk5cfb2Maqky8EIOa/LYBcGA
0yjCBNmTEOZa73vduH48g14qU1++DLAhCRNsTyJ1rxiTkqR8XA8EyBumw9I95nYAiSqhIx2e8HQMKJE3MyynoyiIjyyez+Gh
lGHUDcqezN1IJysVRA94MAVEDZkw9J7zM0SKSqgpfqe8ps5lAVseRQk9bJ4DCiRHUcGYFKaYBFYFvDdeWDx9VPQhbAsLnbfz
fDx7IWr/AAbv6MOBiJQhERBxBfEaYB5OHH29LhCgDyHd52O3kE1EvsJ0tfFsukbrZN8hEAu7MZg4nXXxeSGZChV2nkoSeuTL
AkGRN8BeDKaYGXONet15YPlXLRg6qUWmMAhkgSg2lzG22HDocPQcqJV3czrlCATZrmWtKUJ2YIljIgTvXPzwhl5jBcyIEKNq
/wCV/9k=
""")
_WEBP: Final = base64.b64decode("""
UklGRnwEAABXRUJQVlA4IHAEAADwGgCdASqgAEAAPp1Em0slo6IhqNRrULATiWgAyyom/sHXwcl8ryYPXcpR6jxJ+lr5gP1j
9Xj0nf731AP7X1DvPt+y9kJPh7+79snHhHr+jT9J/s13CxiPAPMDSBZgHop/33iL/Neiq9YH7YewB+yrOvgJDRssPzAC3hdW
d3YBPazBLf8t5kgN2fN3es56DnF1AK1kanENJwjzSPbEnVYYVlTMkKEdKVFmUynmrnU9v70V6OnkhL6Rxkye97DVRCd/cHM3
xoj3gb80Z4Kl2c1Nqq+MmMVSLXsTPhEGjVLEAAD+91kmKVYw3EwI4EMPPC5QJWNZsC9WvikJ3ZUDC99HHKOCYgu5kN9s6nz/
yS1pe6J8/8GS5ZCo02KCM+xAI/0tRQWTSruYzghZrE8yTRn7OViwRdiHvzOezMW6T/GL7I4Ltivonehtt3YGV7F/IGLOnWSt
7QOkMMuu0Y28sNYlHN3ZeRDUZC9eHooyKCy0z3HmaUg2avqYaqz6avwBV7AraGNfW20BD4+TR6TlxV2DN18O+HwoneUpfIl1
dw4Dgq6CD4yUWVERUEttAGCpiugVcfwo2MD4D0U5KGKJWqRvgRAYTplxllyyu9dPqkdVtXju34/X/4FraWWGUqoEH+6cFZcW
cAZXqIn3kBNu9XaoOEBMvHKNZwWViKPlxQLw+g/EMN9mv13fFuTiZpM05fUe8HRXQB2lexZxceL7dNy/eAAUPe/z0/sxT4EA
pSRwP0O8AjWtT40w7SV7+akW7dAxGAo5b0i16oQ1lG3LhHbEuYBl36asIsygwWEPdD2plMFzpYaedd17wH5+SYgXxxMmt2uo
SFCxW9+N2MPEEaeXVzAccAPNRT3pY8di7H5aRRxOomY0AgRXls5wVoS08MjATnoDdwH54oO7BScYXyGxdpSLLOh+L2SxCxSu
s3O4WxNdPlDrhBDSGN8ra6E353bFJ6NVDOo0UakpNt0cIyBb9DURmOsxuo7PnlKd50h/+UU05Uqn6dJOAqq4s7mPduJVpLNw
IgxkAWKYAhyKj7YSHx6ifPgQh99M3uh9DvGI8cD6QBnnOCn762nuYIUXDnI8qwiyTbcvmYvFnKNxM4/NIyU/b6blAHCDZD/7
mKc1Wgnp6IePMozWlu1so0buGIeoklvIG3Mh0W044TMujEecDp3qDJ/HcVifmxophHgGJn1T3oXYvUUrwZQ2L36FOA09B7dD
BEuKG8oD3Kf7stfJehEr2Q/lETBnbgrnpgIEGXK+S/ECy/VwvyajXF0qP3lWq4UbQ2EmK5hJMrsMMfEWSbbl8y1H/8IZrpNr
c6NiGG6EVKXBYDCDtHhQto0SJwnByrhFzuI4fQ1GpPKsqKkOi5TGmwM/fY3LQP1EbSEzvxFsu6Q69GuQQgXhES5BuC4V/4LA
QsI9ogaANzZ+KVJkuBGItv3tMx35M7vDyu+yQuvmP5W5LgQcFdocS+hN8GxC9gK3Y5biPM273/g27br1IsfgKfH5hQg2LVLR
NcYAAA==
""")
_TEXT: Final = b"Slides of the keynote: https://opentech.example.org/slides\n"

PICTURE: Final = MediaName(sha256(_JPEG + _WEBP).hexdigest(), "jpg")
FILE: Final = MediaName(sha256(_TEXT).hexdigest(), "txt")


def rows() -> list[Record]:
    """Return the rows in the order in which they can be inserted."""
    picture = MediaFile(
        id=1,
        digest=PICTURE.digest,
        extension=PICTURE.extension,
        size=len(_JPEG),
        width=160,
        height=64,
        placeholder="LeHe,t$eWEkD01nha#WCtTOFk9oL",
        user_id=4,
        used_at=KEPT_UNTIL,
    )
    file = MediaFile(
        id=2,
        digest=FILE.digest,
        extension=FILE.extension,
        size=len(_TEXT),
        user_id=9,
        used_at=KEPT_UNTIL,
    )
    sizes = [EventImageSize(id=1), SpeakerImageSize(id=1)]
    for row in (picture, file, *sizes):
        row.created_at = row.modified_at = MADE
    return [picture, file, *sizes]


def fill(storage: Storage) -> None:
    """Put into the storage what the rows name."""
    storage.put(PICTURE.key, _JPEG)
    storage.put(MediaName(PICTURE.digest, "webp").key, _WEBP)
    storage.put(FILE.key, _TEXT)
