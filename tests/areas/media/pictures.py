"""Pictures that tests upload."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image


def encoded(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    """Return the bytes of a picture."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def plain(width: int = 40, height: int = 20, colour: str = "teal") -> Image.Image:
    """Return a picture of one colour, with a red corner that says which side is up."""
    image = Image.new("RGB", (width, height), colour)
    image.paste("red", (0, 0, max(1, width // 4), max(1, height // 4)))
    return image


def data_uri(content: bytes, *, type_: str = "image/jpeg", line: int = 76) -> dict[str, str]:
    """Return a picture as Android sends it: wrapped after 76 characters."""
    text = base64.b64encode(content).decode()
    wrapped = "\n".join(text[at : at + line] for at in range(0, len(text), line))
    return {"data": f"data:{type_};base64,{wrapped}\n"}


def form(*parts: tuple[str, str, bytes]) -> tuple[bytes, str]:
    """Return a form of files (field, file name, content) and its content type."""
    body = b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n".encode()
        + content
        + b"\r\n"
        for field, name, content in parts
    )
    return body + b"--edge--\r\n", "multipart/form-data; boundary=edge"


def opened(content: bytes) -> Image.Image:
    """Return the picture that the bytes are."""
    return Image.open(io.BytesIO(content))
