"""CSV files as an old Windows system exports them: GB18030, CRLF, quotes only where needed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


class Verbatim(str):
    """A field written as it is, without quoting: `="..."` as Excel users paste it."""


@dataclass
class Row:
    """One row, with what is special about it."""

    fields: list[str]
    person: object = None
    noise: set[str] = field(default_factory=set)
    rejected: str | None = None
    repeated: bool = False
    fixed: bool = False
    damage: Callable[[bytes], bytes] | None = None

    def encoded(self) -> bytes:
        line = (",".join(map(quoted, self.fields)) + "\r\n").encode("gb18030")
        return self.damage(line) if self.damage else line


def quoted(text: str) -> str:
    """The field as it stands in the file."""
    if not isinstance(text, Verbatim) and any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


@dataclass
class Table:
    """A file to be written: its header and rows."""

    system: str
    kind: str
    header: list[str]
    rows: list[Row] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{self.system}/{self.kind}.csv"

    def column(self, name: str) -> int:
        return self.header.index(name)

    def get(self, row: Row, name: str) -> str:
        return row.fields[self.column(name)]

    def put(self, row: Row, name: str, value: str, *noise: str) -> None:
        """Replaces a field, noting what is now odd about the row."""
        row.fields[self.column(name)] = value
        row.noise.update(noise)

    def write(self, folder: Path) -> None:
        target = folder / self.file
        target.parent.mkdir(parents=True, exist_ok=True)
        header = Row(self.header).encoded()
        target.write_bytes(header + b"".join(row.encoded() for row in self.rows))

    def summary(self) -> dict:
        """What an import of this file must report, and how often each kind of noise occurs."""
        reasons = Counter(row.rejected for row in self.rows if row.rejected)
        noise = Counter(tag for row in self.rows if not row.rejected and not row.repeated for tag in row.noise)
        rejected, repeated = sum(reasons.values()), sum(row.repeated for row in self.rows)
        return {
            "system": self.system, "kind": self.kind, "file": self.file, "read": len(self.rows),
            "inserted": len(self.rows) - rejected - repeated, "unchanged": repeated, "rejected": rejected,
            "rejected_by_reason": dict(sorted(reasons.items())), "noise": dict(sorted(noise.items())),
        }
