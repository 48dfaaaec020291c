"""Pictures as phones make them, for tests of the photo studio: a drawn bust before a white wall, larger than the photo and not cut to it."""

from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from . import portrait

_UPRIGHT, _ROTATE_CLOCKWISE = 1, 6
_WALL = (253, 252, 250)
_ORIENTATION = 0x0112


def write(seed: str, folder: Path) -> int:
    """Writes the pictures and the README that names them; tells how many."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, (size, orientation, progressive, says) in PICTURES.items():
        data = _encode(_picture(Random(f"{seed}:{name}"), size), orientation, progressive=progressive)
        (folder / name).write_bytes(data)
        lines.append(f"| `{name}` | {len(data):,} | {says} |")
    (folder / "README.md").write_text(_README.format(rows="\n".join(lines)), encoding="utf-8", newline="\n")
    return len(lines)


def _picture(rng: Random, size: tuple[int, int]) -> Image.Image:
    """The bust takes two thirds of the width and stands on the lower edge."""
    width, height = size
    bust = portrait.draw(rng, background=_WALL)
    scale = width * 0.68 / bust.width
    bust = bust.resize((round(bust.width * scale), round(bust.height * scale)), Image.Resampling.BICUBIC)
    picture = Image.new("RGB", size, _WALL)
    picture.paste(bust, ((width - bust.width) // 2, height - bust.height))
    return picture


def _encode(picture: Image.Image, orientation: int, **options: object) -> bytes:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    if orientation == _ROTATE_CLOCKWISE:
        # Stored as the sensor lies: viewers rotate it clockwise.
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    out = BytesIO()
    picture.save(out, "JPEG", quality=78, exif=exif, **options)
    return out.getvalue()


PICTURES = {
    "portrait_12mp.jpg": ((3000, 4000), _UPRIGHT, False, "12 million pixels, upright."),
    "rotated_by_exif.jpg": ((2448, 3264), _ROTATE_CLOCKWISE, False, "8 million pixels, stored lying, EXIF orientation 6."),
    "progressive.jpg": ((1536, 2048), _UPRIGHT, True, "3 million pixels, progressive."),
}

_README = """# Pictures that phones make

Drawn, nobody's face. Written by `deploy/demo/generate.py`; do not edit by hand. None keeps the photo rules; the studio, and the server
without it, make of each a photo that does.

| file | bytes | what it is |
|---|---|---|
{rows}
"""
