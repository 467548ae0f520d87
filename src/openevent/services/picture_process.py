"""Decodes one picture and makes smaller ones of it, in a process of its own.

Started by ``services/pictures.py`` for each picture. A decoder is the part of a server
that strangers' bytes reach deepest, so nothing of the server is in here: no settings, no
environment, no connections, and bounds on memory and time. The picture comes on standard
input; a line of JSON and the bytes it announces go out on standard output.

The size is judged from the header, before anything is decoded. Only pixels survive: the
orientation is applied, colours become sRGB, everything else (where a photograph was
taken, who with, comments, thumbnails, trailing bytes) is left behind.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any, BinaryIO, Final, NoReturn

import blurhash
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

#: MPO is the JPEG of phones that hold several pictures; the first one is taken.
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
MEMORY_BYTES: Final = 1024**3
CPU_S: Final = 20
#: Detail of the placeholder, and the size at which it is computed: nobody sees more.
COMPONENTS: Final = (4, 3)
THUMB: Final = 32


class Refused(Exception):  # noqa: N818 - the word that is sent out
    """The picture cannot be used; the first argument is the word for why."""


def main() -> None:
    """Read a job from the command line and a picture from standard input; write what it asks."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job = json.loads(sys.argv[1])
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # judged below, against the job's own limit
    try:
        picture = read(sys.stdin.buffer, job["pixels"])
    except Refused as ex:
        refuse(ex.args[0])
    except MemoryError:
        refuse("too-many-pixels")
    except Exception:
        refuse("corrupt")
    write(picture, job["wanted"])


def refuse(reason: str) -> NoReturn:
    """Say why there is nothing, and end."""
    sys.stdout.write(json.dumps({"refused": reason}) + "\n")
    sys.stdout.flush()
    sys.exit(0)


def read(file: BinaryIO, most_pixels: int) -> Image.Image:
    """Return the decoded picture, upright, in RGB or RGBA."""
    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError as ex:
        raise Refused("not-a-picture") from ex
    width, height = image.size
    if width * height > most_pixels:
        raise Refused("too-many-pixels")
    image.load()
    profile = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)
    has_alpha = image.has_transparency_data
    mode = "RGBA" if has_alpha else "RGB"
    # A copy only where one is needed: there may be 50 million pixels.
    pixels = image if image.mode == mode else image.convert(mode)
    if profile and image.mode == "RGB":
        pixels = to_srgb(pixels, profile)
    if has_alpha and pixels.getchannel("A").getextrema()[0] == 255:
        pixels = pixels.convert("RGB")  # of what can be seen through, nothing is
    pixels.info = {}  # encoders write comments and the like from here
    return pixels


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture in the colours that everything without a profile is in."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError):
        return image


def write(picture: Image.Image, wanted: list[dict[str, Any]]) -> None:
    """Write each wanted size as JPEG (PNG where one can see through) and as WebP."""
    made, parts = [], []
    for size in wanted:
        image = resized(picture, size)
        plain, webp = encoded(image, size["quality"])
        made.append(
            {
                "name": size["name"],
                "extension": "png" if image.mode == "RGBA" else "jpg",
                "width": image.width,
                "height": image.height,
                "lengths": [len(plain), len(webp)],
            }
        )
        parts += [plain, webp]
    head = {"made": made, "placeholder": placeholder(picture)}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def resized(picture: Image.Image, size: dict[str, Any]) -> Image.Image:
    """Return the picture within the box, or filling it (cropped); never enlarged."""
    box = (size["width"], size["height"])
    if size["fill"]:
        scale = min(1.0, picture.width / box[0], picture.height / box[1])
        box = (max(1, round(box[0] * scale)), max(1, round(box[1] * scale)))
        return ImageOps.fit(picture, box, Image.Resampling.LANCZOS)
    scale = min(1.0, box[0] / picture.width, box[1] / picture.height)
    if scale == 1.0:
        return picture
    inside = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(inside, Image.Resampling.LANCZOS, reducing_gap=3.0)


def encoded(image: Image.Image, quality: int) -> tuple[bytes, bytes]:
    """Return the picture as what every client reads, and as WebP."""
    plain, webp = io.BytesIO(), io.BytesIO()
    if image.mode == "RGBA":
        image.save(plain, "PNG", optimize=True)
    else:
        image.save(plain, "JPEG", quality=quality, progressive=True, optimize=True)
    image.save(webp, "WEBP", quality=quality, method=4)
    return plain.getvalue(), webp.getvalue()


def placeholder(picture: Image.Image) -> str:
    """Return the BlurHash: what to paint until the picture is there."""
    scale = min(1.0, THUMB / max(picture.size))
    small = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    image = picture.resize(small, Image.Resampling.BOX)
    if image.mode == "RGBA":
        behind = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(behind, image)
    flat = list(image.convert("RGB").get_flattened_data())
    rows = [flat[y * image.width : (y + 1) * image.width] for y in range(image.height)]
    across, down = COMPONENTS if image.width >= image.height else COMPONENTS[::-1]
    return str(blurhash.encode(rows, components_x=across, components_y=down))


if __name__ == "__main__":
    main()
