"""Drawn portraits: an abstract bust on a plain background. Nobody's face.

At quality 75-80 a bust on white comes out at 8-9 KB, under the floor of the rule (10 to 30 KB), as real portraits do;
woven cloth and a higher quality bring it into the band.
"""

from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw

SIZE = (295, 413)
WHITE = (255, 255, 255)
KIB = 1024

_SCALE = 3
_SKINS = [(241, 208, 180), (232, 194, 163), (222, 180, 148), (246, 218, 194)]
_HAIRS = [(28, 24, 24), (45, 36, 32), (60, 52, 48), (120, 116, 114)]
_CLOTHES = [(36, 52, 86), (60, 62, 70), (92, 40, 44), (44, 84, 66), (98, 84, 60)]


def draw(rng: Random, size: tuple[int, int] = SIZE, background: tuple[int, int, int] = WHITE) -> Image.Image:
    """A bust, its colours and proportions told by `rng`."""
    width, height = SIZE[0] * _SCALE, SIZE[1] * _SCALE
    image = Image.new("RGB", (width, height), background)
    skin, hair, cloth = rng.choice(_SKINS), rng.choice(_HAIRS), rng.choice(_CLOTHES)
    long_hair, face = rng.random() < 0.5, rng.uniform(0.94, 1.06)
    pen = ImageDraw.Draw(image)

    def at(x: float, y: float) -> tuple[int, int]:
        return round((148 + (x - 148) * face) * _SCALE), round(y * _SCALE)

    def oval(x0: float, y0: float, x1: float, y1: float, fill: tuple[int, int, int]) -> None:
        pen.ellipse([at(x0, y0), at(x1, y1)], fill=fill)

    if long_hair:
        pen.rounded_rectangle([at(76, 120), at(220, 318)], radius=60 * _SCALE, fill=hair)
    oval(76, 66, 220, 240, hair)
    body = Image.new("L", image.size, 0)
    body_pen = ImageDraw.Draw(body)
    body_pen.ellipse([at(14, 306), at(282, 520)], fill=255)
    image.paste(_woven(rng, image.size, cloth), mask=body)
    pen.polygon([at(118, 250), at(178, 250), at(186, 312), at(148, 352), at(110, 312)], fill=_shade(skin, 0.9))
    pen.polygon([at(104, 306), at(148, 360), at(124, 384), at(88, 320)], fill=(248, 248, 246))
    pen.polygon([at(192, 306), at(148, 360), at(172, 384), at(208, 320)], fill=(248, 248, 246))
    oval(72, 164, 92, 206, skin)
    oval(204, 164, 224, 206, skin)
    oval(84, 84, 212, 278, skin)
    pen.chord([at(80, 70), at(216, 200)], 180, 360, fill=hair)
    for x in (120, 176):
        oval(x - 14, 168, x + 14, 183, (250, 250, 250))
        oval(x - 7, 168, x + 7, 183, (40, 30, 28))
        pen.arc([at(x - 19, 148), at(x + 19, 176)], 205, 335, fill=hair, width=4 * _SCALE)
    pen.line([at(148, 182), at(142, 214), at(152, 217)], fill=_shade(skin, 0.78), width=2 * _SCALE)
    pen.arc([at(126, 218), at(170, 248)], 25, 155, fill=(170, 90, 84), width=4 * _SCALE)
    drawn = image.resize(size, Image.Resampling.LANCZOS)
    return _grained(rng, drawn, background)


def encode(image: Image.Image, low: float = 11, high: float = 27, **options: object) -> bytes:
    """Baseline JPEG of `low` to `high` KiB: the lowest quality that reaches `low`."""
    for quality in range(40, 100):
        data = at_quality(image, quality, **options)
        if low * KIB <= len(data) <= high * KIB:
            return data
    raise ValueError(f"no quality gives {low} to {high} KiB")


def at_quality(image: Image.Image, quality: int, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def _shade(colour: tuple[int, int, int], factor: float) -> tuple[int, ...]:
    return tuple(round(c * factor) for c in colour)


def _woven(rng: Random, size: tuple[int, int], colour: tuple[int, int, int]) -> Image.Image:
    """Cloth with a weave and a few stripes, at the size of the drawing."""
    small = (size[0] // _SCALE, size[1] // _SCALE)
    threads = Image.frombytes("L", small, rng.randbytes(small[0] * small[1])).point(lambda v: 110 + v // 9)
    cloth = Image.merge("RGB", [threads.point(lambda v, c=c: min(255, v * c // 124)) for c in colour]).resize(size)
    pen = ImageDraw.Draw(cloth)
    for x in range(rng.randrange(20, 60), size[0], rng.randrange(60, 110)):
        pen.line([(x, 0), (x, size[1])], fill=_shade(colour, 1.25), width=4)
    return cloth


def _grained(rng: Random, image: Image.Image, background: tuple[int, int, int]) -> Image.Image:
    """Film grain everywhere but on the background."""
    grain = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height)).point(lambda v: v // 24)
    subject = ImageChops.difference(image, Image.new("RGB", image.size, background)).convert("L").point(lambda v: 255 if v > 12 else 0)
    return Image.composite(ImageChops.subtract(image, Image.merge("RGB", [grain] * 3)), image, subject)
