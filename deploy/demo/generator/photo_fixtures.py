"""Photos for tests of the photo rules: each breaks one rule, or none."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from . import portrait

_SOF0 = b"\xff\xc0"


def write(seed: str, folder: Path) -> int:
    """Writes every fixture and the README that names them; tells how many."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, (make, says) in FIXTURES.items():
        # A source of its own for each file: adding a fixture changes no other.
        data = make(Random(f"{seed}:{name}"))
        (folder / name).write_bytes(data)
        lines.append(f"| `{name}` | {len(data):,} | {says} |")
    text = _README.format(rows="\n".join(lines))
    (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")
    return len(lines)


def _good(rng: Random, **options: object) -> bytes:
    return portrait.encode(portrait.draw(rng), **options)


def _exif_gps(rng: Random) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Invented", "Sample 1", "2012:11:18 09:30:00"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (36.0, 40.0, 0.0), 3: "E", 4: (117.0, 0.0, 0.0)})
    return _good(rng, exif=exif, comment=b"invented comment")


def _background(colour: tuple[int, int, int]) -> Callable[[Random], bytes]:
    return lambda rng: portrait.encode(portrait.draw(rng, background=colour))


def _half(rng: Random) -> bytes:
    whole = _good(rng, low=22)
    return whole[: len(whole) // 2]


def _without_end(rng: Random) -> bytes:
    return _good(rng)[:-2]


def _zip_appended(rng: Random) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("hidden.txt", (2012, 11, 18, 0, 0, 0)), "hidden behind the picture\n" * 20)
    return _good(rng) + out.getvalue()


def _second_image(rng: Random) -> bytes:
    return _good(rng, high=15) + _good(rng, high=15)


def _forged(rng: Random) -> bytes:
    data = _good(rng)
    at = data.index(_SOF0) + 5  # marker, segment length (2), precision (1), then height and width
    return data[:at] + struct.pack(">HH", 13000, 13000) + data[at + 4:]


def _cmyk(rng: Random) -> bytes:
    return portrait.encode(portrait.draw(rng).convert("CMYK"))


def _gray(rng: Random) -> bytes:
    return portrait.encode(portrait.draw(rng).convert("L"))


def _png(rng: Random) -> bytes:
    out = BytesIO()
    portrait.draw(rng).quantize(16).save(out, "PNG")
    return out.getvalue()


def _bmp(rng: Random) -> bytes:
    out = BytesIO()
    portrait.draw(rng).convert("1").save(out, "BMP")
    return out.getvalue()


def _html(rng: Random) -> bytes:
    line = "<p>This is a page, not a picture.</p>\n"
    return ("<!DOCTYPE html>\n<title>photo</title>\n<script>document.title = 'run'</script>\n" + line * 300).encode()


FIXTURES: dict[str, tuple[Callable[[Random], bytes], str]] = {
    "good.jpg": (_good, "Compliant: baseline JPEG, 295x413, white background."),
    "good_exif_gps.jpg": (_exif_gps, "Compliant; carries EXIF with a GPS position and a comment, which must not be kept."),
    "gray.jpg": (_gray, "Grayscale JPEG, compliant otherwise."),
    "progressive.jpg": (lambda rng: _good(rng, progressive=True), "Progressive JPEG, compliant otherwise."),
    "cmyk.jpg": (_cmyk, "CMYK JPEG (Adobe segment, inverted inks), right size and bytes."),
    "too_small_bytes.jpg": (lambda rng: portrait.at_quality(portrait.draw(rng), 40), "Under 10 KB."),
    "too_big_bytes.jpg": (lambda rng: _good(rng, low=32, high=60), "Over 30 KB."),
    "wrong_size.jpg": (lambda rng: portrait.encode(portrait.draw(rng, size=(300, 400))), "300x400 pixels."),
    "blue_background.jpg": (_background((67, 142, 219)), "Blue background (67, 142, 219)."),
    "grayish_background.jpg": (_background((210, 212, 214)), "Light gray background (210, 212, 214)."),
    "cut_in_half.jpg": (_half, "First half of a JPEG; header right, picture data missing."),
    "without_end.jpg": (_without_end, "All picture data, but no end-of-image marker."),
    "zip_appended.jpg": (_zip_appended, "Compliant JPEG with a ZIP archive behind its end."),
    "second_image_appended.jpg": (_second_image, "Two JPEGs one behind the other."),
    "forged_13000.jpg": (_forged, "Header forged to 13000x13000 pixels; picture data of 295x413."),
    "png_renamed.jpg": (_png, "PNG, 295x413, white background, renamed."),
    "bmp_renamed.jpg": (_bmp, "BMP of one bit a pixel, 295x413, renamed."),
    "html_renamed.jpg": (_html, "HTML page with a script, renamed."),
}

_README = """# Photo fixtures

Drawn, nobody's face. Written by `deploy/demo/generate.py`; do not edit by hand. The rule: JPEG, exactly 295x413 pixels, 10 to 30 KB,
white background, nothing behind the end of the image. Each file breaks at most one rule, so a refusal must name that one.

| file | bytes | what it is |
|---|---|---|
{rows}
"""
