"""The whole batch: every source of the manifest, and what an import must find in it."""

import json
from pathlib import Path
from random import Random

from . import accounts, applications, certificates, exams, people, photos, readme


def write(seed: str, folder: Path) -> list[dict]:
    """Writes all sources into `folder`; returns what an import must report for each."""
    # A source of its own for each table: a change of one leaves the others as they are.
    def rng(topic: str) -> Random:
        return Random(f"{seed}:{topic}")

    everyone = people.invent(rng("people"))
    catalogue = exams.table()
    old_accounts = accounts.tables(rng("accounts"), everyone)
    old_certificates = certificates.table(rng("certificates"), everyone, catalogue)
    old_applications = applications.table(rng("applications"), old_accounts["reissue"], catalogue)
    tables = [catalogue, *old_accounts.values(), old_certificates, old_applications]
    for table in tables:
        table.write(folder)
    sources = [table.summary() for table in tables]
    sources.append(photos.write(rng("photos"), folder, old_applications))
    expected = {"batch": "demo", "people": len(everyone), "sources": sources}
    text = json.dumps(expected, ensure_ascii=False, indent=2) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8", newline="\n")
    readme.update(folder / "README.md", expected)
    return sources
