"""The photo folder of the old system: `<application key>.jpg`."""

from io import BytesIO
from pathlib import Path
from random import Random

from . import portrait
from .csvfile import Table

SYSTEM, FOLDER, COUNT = "reissue", "reissue/photos", 26
LAST_YEAR = 2016


def write(rng: Random, folder: Path, applications: Table) -> dict:
    """Photos of old applications through 2016; six break a rule, and an import keeps them with a finding."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    good_rows = [row for row in applications.rows if not row.rejected and not row.repeated]
    early = [row for row in good_rows if int(applications.get(row, "年度")) <= LAST_YEAR]
    keys = [row.fields[0] for row in early if row.fixed] + [row.fields[0] for row in early if not row.fixed]
    broken = dict(zip(keys[1:], _broken(rng).items(), strict=False))
    for key in keys[:COUNT]:
        _, data = broken.get(key, (None, b""))
        (target / f"{key}.jpg").write_bytes(data or portrait.encode(portrait.draw(rng)))
    return {
        "system": SYSTEM, "kind": "photos", "file": FOLDER, "read": len(keys[:COUNT]), "inserted": len(keys[:COUNT]),
        "unchanged": 0, "rejected": 0, "rejected_by_reason": {}, "noise": {word: 1 for word, _ in broken.values()},
    }


def _broken(rng: Random) -> dict[str, bytes]:
    whole = portrait.encode(portrait.draw(rng), low=22)
    png = BytesIO()
    portrait.draw(rng).quantize(32).save(png, "PNG")
    return {
        "photo_wrong_size": portrait.encode(portrait.draw(rng, size=(300, 400))),
        "photo_too_many_bytes": portrait.encode(portrait.draw(rng), low=31, high=60),
        "photo_too_few_bytes": portrait.at_quality(portrait.draw(rng), 40),
        "photo_blue_background": portrait.encode(portrait.draw(rng, background=(67, 142, 219))),
        "photo_cut_in_half": whole[: len(whole) // 2],
        "photo_not_jpeg": png.getvalue(),
    }
