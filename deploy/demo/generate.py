#!/usr/bin/env python3
"""Writes the sample legacy data of the demo, and the photo fixtures of the tests.

The same seed and the same Pillow release give the same bytes. Needs Python 3.11 and Pillow.
"""

import argparse
from pathlib import Path

from generator import batch, phone_fixtures, photo_fixtures

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="buzheng", help="any text (default: %(default)s, that of the committed files)")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the manifest (default: this one)")
    parser.add_argument("--fixtures", type=Path, default=HERE.parent.parent / "tests" / "fixtures" / "photos",
                        help="folder of the photo fixtures (default: %(default)s)")
    options = parser.parse_args()
    for source in batch.write(options.seed, options.out):
        print(f"{source['file']}: {source['read']} rows, {source['rejected']} to be rejected")
    written = photo_fixtures.write(options.seed, options.fixtures)
    print(f"{options.fixtures.name}: {written} photo fixtures")
    taken = phone_fixtures.write(options.seed, options.fixtures.parent / "phone_photos")
    print(f"phone_photos: {taken} pictures")


if __name__ == "__main__":
    main()
