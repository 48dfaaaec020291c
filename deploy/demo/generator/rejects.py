"""Rows that an import must reject, and a repeated row that it must not."""

from dataclasses import replace
from random import Random

from .csvfile import Row, Table

# 0xFF begins no GB18030 sequence; a lead byte before a comma has lost its trail byte; 0x07 is a control character.
_FF, _CUT, _BELL = b"\xff", b"\xd5", b"\x07"


def add(rng: Random, table: Table, changed_column: str, cut_column: str) -> None:
    """Adds eight rows to be rejected and one exact repetition at random places."""
    originals = rng.sample([row for row in table.rows if row.person and not row.fixed and not row.noise], 9)
    copies = [_copy(row) for row in originals]
    for copy in copies[:7]:
        copy.fields[0] = str(90000 + rng.randrange(10000))
    copies[0].fields[0], copies[0].rejected = "", "missing_key"
    copies[1].fields[0], copies[1].rejected = "  ", "missing_key"
    copies[2].fields.pop()
    copies[2].rejected = "column_count"
    copies[3].fields.append("多出的一列")
    copies[3].rejected = "column_count"
    for copy, junk, reason in ((copies[4], _FF, "malformed_bytes"), (copies[5], _CUT, "malformed_bytes"),
                               (copies[6], _BELL, "control_character")):
        copy.damage = _before_comma(junk, table.column(cut_column))
        copy.rejected = reason
    table.put(copies[7], changed_column, table.get(copies[7], changed_column) + "改")
    copies[7].rejected = "repeated_key"
    copies[8].repeated = True
    for copy in copies[:7]:
        table.rows.insert(rng.randrange(10, len(table.rows)), copy)
    # A repetition counts only after its original.
    for original, copy in zip(originals[7:], copies[7:], strict=True):
        at = next(i for i, row in enumerate(table.rows) if row is original)
        table.rows.insert(rng.randrange(at + 1, len(table.rows) + 1), copy)


def _copy(row: Row) -> Row:
    return replace(row, fields=list(row.fields), noise=set(), fixed=True)


def _before_comma(junk: bytes, column: int):
    """Puts bytes at the end of a column; its fields hold no quoted commas."""
    def damage(line: bytes) -> bytes:
        parts = line.split(b",")
        parts[column] += junk
        return b",".join(parts)
    return damage
