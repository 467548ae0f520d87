"""PDF files from a Typst template and plain values.

Typst sets the text: shaping, bidirectional names and line breaks of every script are its
business, and the fonts come along as packages, so that a file is the same on every
machine. Values reach a template as JSON, never as markup: nothing in them is evaluated.
The same values give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import segno
import typst

from openevent.services.languages import Translations
from openevent.services.storage import Storage

#: What papers say, in every language that there is.
TRANSLATIONS: Final = Translations(files(__name__).joinpath("texts"))
#: Where the storage keeps what was made; all of it can be made again at any time.
FOLDER: Final = "papers"
#: The first that has a letter sets it: Latin, Greek, Cyrillic; Arabic; Hebrew; Devanagari;
#: Thai; Tamil; Chinese, Japanese and Korean.
_FONTS: Final = (
    "fontpkg_noto_sans/files",
    "fontpkg_noto_sans_arabic/files",
    "fontpkg_rubik/files",
    "fontpkg_noto_sans_devanagari/files",
    "fontpkg_noto_sans_thai/files",
    "fontpkg_noto_sans_tamil/files",
    "noto_cjk_sans_jp_regular",
)


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """Return the PDF that ``templates/<template>.typ`` makes of the values."""
    folder = str(files(__name__) / "templates")
    content: bytes = typst.compile(
        f"{folder}/{template}.typ",
        root=folder,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, sort_keys=True)},
        format="pdf",
    )
    return content


def stored(
    storage: Storage,
    template: str,
    values: Mapping[str, Any],
    draw: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
) -> bytes:
    """Return the PDF of the values from the storage, where it is put when it is made.

    It is kept under what it shows: when that changes it is another file, and nobody is
    ever handed an old one. ``draw`` adds what follows from the values and takes long.
    """
    content = json.dumps(values, sort_keys=True).encode()
    key = f"{FOLDER}/{hashlib.sha256(_layout(template) + content).hexdigest()}.pdf"
    found = storage.open(key)
    if found is not None:
        return b"".join(found.chunks)
    made = render(template, values if draw is None else draw(values))
    storage.put(key, made)
    return made


def qr_svg(content: str) -> str:
    """Return a QR code as vector graphics, with error correction for creased paper (M)."""
    code = segno.make_qr(content, error="m", boost_error=False)
    drawing = BytesIO()
    code.save(drawing, kind="svg", border=0, omitsize=True, xmldecl=False)
    return drawing.getvalue().decode()


@lru_cache(maxsize=8)
def _layout(template: str) -> bytes:
    folder = files(__name__) / "templates"
    parts = [(folder / f"{name}.typ").read_bytes() for name in ("common", template)]
    return hashlib.sha256(b"".join(parts)).digest()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    paths = []
    for place in _FONTS:
        package, _, folder = place.partition("/")
        paths.append(str(files(package).joinpath(folder) if folder else files(package)))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
