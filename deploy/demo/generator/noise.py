"""What old systems, spreadsheets and decades do to numbers and names.

Each kind of noise is counted under its own word; the words stand in `expected.json` and README.md.
"""

from collections.abc import Callable
from random import Random

from . import identity
from .csvfile import Row, Table, Verbatim
from .people import Person

FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789XABCDEFGHIJKLMNOPQRSTUVWYZ"}

# U+00B7 is the right one; the empty string is the dot left out.
DOT_LOOK_ALIKES = ["\u2022", "\u2027", "\u30fb", "\uff65", "\u22c5", "\u2219", "\u0387", "\uff0e", "\u002e", "\u25cf", "\ufe52", ""]
PLACEHOLDERS = ["?", "\uff1f", "*", "\uff0a", "\u25a1", "\u3013", "\ufffd"]

# GBK 1.0 fonts kept 䶮 (U+4DAE, GB18030 byte pair FE 9F) at U+E863; U+E000 is a user's own glyph with no published mapping.
PRIVATE_USE_MAPPED = "\ue863"
PRIVATE_USE_UNMAPPED = "\ue000"


def _resident(p: Person) -> bool:
    return p.kind != "passport" and p.kind != "military"


def _excel_exponent(number: str) -> str:
    return f"{number[0]}.{number[1:6]}E+17"


def _wrong_check_digit(number: str) -> str:
    return number[:17] + next(d for d in "0123456789X" if d != number[17] and d != identity.check_digit(number[:17]))


def _trailing_zeros(number: str) -> str:
    return number[:15] + "000"


# word, how many rows of each file, who can have it, what it does
NUMBERS: list[tuple[str, int, Callable[[Person], bool], Callable[[str], str]]] = [
    ("number_15_digits", 14, lambda p: p.has_short_form, identity.shortened),
    ("number_15_digits_ambiguous", 3, lambda p: p.kind == "ambiguous", identity.shortened),
    ("number_lower_case_x", 8, lambda p: p.number.endswith("X"), str.lower),
    ("number_full_width", 6, lambda p: p.kind != "military", lambda n: n.translate(FULL_WIDTH)),
    ("number_inner_blank", 6, _resident, lambda n: f"{n[:6]} {n[6:14]} {n[14:]}"),
    ("number_outer_blank", 4, _resident, lambda n: f" {n}\u3000"),
    ("number_apostrophe", 5, _resident, lambda n: f"'{n}"),
    ("number_formula", 4, _resident, lambda n: Verbatim(f'="{n}"')),
    ("number_formula_nested", 2, _resident, lambda n: f'\'="{n}"'),
    ("number_wrong_check_digit", 6, _resident, _wrong_check_digit),
    ("number_excel_exponent", 4, _resident, _excel_exponent),
    ("number_excel_zeros", 4, lambda p: _resident(p) and not identity.is_valid(_trailing_zeros(p.number)), _trailing_zeros),
    ("number_excel_decimal", 2, lambda p: _resident(p) and not p.number.endswith("X"), lambda n: f"{n}.0"),
    ("number_empty", 4, _resident, lambda n: ""),
    ("number_masked", 4, _resident, lambda n: n[:6] + "********" + n[14:]),
]


def disturb_numbers(rng: Random, table: Table, column: str) -> None:
    """Gives each kind of number noise to as many rows as its line asks for."""
    for word, count, fits, change in NUMBERS:
        for row in _quiet(rng, table, "number_", fits, count):
            table.put(row, column, change(row.person.number), word)


def disturb_names(rng: Random, table: Table, column: str) -> None:
    """Look-alike dots, placeholders, private-use characters, blanks, and names changed since."""
    for dot in DOT_LOOK_ALIKES:
        for row in _quiet(rng, table, "name_", lambda p: "·" in p.name, 1):
            table.put(row, column, row.person.name.replace("·", dot), "name_other_dot" if dot else "name_no_dot")
    for mark in PLACEHOLDERS:
        for row in _quiet(rng, table, "name_", lambda p: len(p.name) > 2 and _han(p), 1):
            table.put(row, column, row.person.name[:-1] + mark, "name_placeholder")
    for mark, word in ((PRIVATE_USE_MAPPED, "name_private_use_mapped"), (PRIVATE_USE_UNMAPPED, "name_private_use_unmapped")):
        for row in _quiet(rng, table, "name_", lambda p: len(p.name) == 3 and _han(p), 2):
            table.put(row, column, row.person.name[:-1] + mark, word)
    for blank in (" ", "\u3000", "\u00a0"):
        for row in _quiet(rng, table, "name_", lambda p: len(p.name) == 2, 2):
            table.put(row, column, blank.join(row.person.name), "name_inner_blank")
    for row in _quiet(rng, table, "name_", _han, 8):
        table.put(row, column, row.person.name[:-1] + "旧名", "name_different")


def _han(p: Person) -> bool:
    return p.kind == "resident" and "·" not in p.name


def _quiet(rng: Random, table: Table, family: str, fits: Callable[[Person], bool], count: int) -> list[Row]:
    """Rows that have no noise of this family yet."""
    free = [
        row for row in table.rows
        if row.person and not row.fixed and not any(tag.startswith(family) for tag in row.noise) and fits(row.person)
    ]
    if len(free) < count:
        raise ValueError(f"{table.file}: only {len(free)} rows for {family}, {count} wanted")
    return rng.sample(free, count)
