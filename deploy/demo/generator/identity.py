"""Resident numbers (GB 11643): check digits, and invented numbers that belong to nobody."""

from datetime import date, timedelta
from random import Random

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

# County part 99 was never assigned, so no number made here can be that of a living person.
CITY_PREFIXES = [f"37{city:02}99" for city in (*range(1, 8), *range(9, 18))]


def check_digit(first17: str) -> str:
    """The MOD 11-2 check digit of the first 17 digits."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def is_valid(number: str) -> bool:
    """Whether an 18-character number ends in its own check digit."""
    return len(number) == 18 and number[:17].isdecimal() and number[17] == check_digit(number[:17])


def upgraded(number15: str) -> str:
    """The 18-digit form of a 15-digit number."""
    first17 = number15[:6] + "19" + number15[6:]
    return first17 + check_digit(first17)


def shortened(number: str) -> str:
    """The 15-digit form under which a person born in 19xx was known before 1999."""
    if number[6:8] != "19":
        raise ValueError("only people born in 19xx ever had a 15-digit number")
    return number[:6] + number[8:17]


def numbered(prefix: str, born: date, sequence: int) -> str:
    """A number from its area (6 characters), birth date and sequence (0-999; odd: male)."""
    first17 = f"{prefix}{born:%Y%m%d}{sequence:03}"
    return first17 + check_digit(first17)


def random_birth(rng: Random) -> date:
    """A birth date from 1948 to 1999: old enough for an exam of 2020."""
    start, end = date(1948, 1, 1), date(1999, 12, 31)
    return start + timedelta(days=rng.randrange((end - start).days + 1))
