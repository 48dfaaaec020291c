"""Accounts of the two old systems."""

import hashlib
from datetime import datetime, timedelta
from random import Random

from . import identity, noise, personas, rejects
from .csvfile import Row, Table
from .people import Person

HEADER = ["编号", "身份证号", "姓名", "邮箱", "密码", "盐", "注册时间"]
FIRST_KEY = 101
HASHES = {"reissue": hashlib.md5, "mailing": hashlib.sha1}


def password_of(system: str, key: int) -> str:
    """The invented password of an invented person's account: `reissue101`, `mailing205`."""
    return f"{system}{key}"


def tables(rng: Random, people: list[Person]) -> dict[str, Table]:
    """Both systems' accounts; a third of the people have one in each."""
    result = {}
    for system, share in (("reissue", 0.72), ("mailing", 0.55)):
        table = Table(system, "accounts", HEADER)
        for account in personas.ACCOUNTS[system]:
            table.rows.append(_row(rng, system, account.key, account.number, account.name, account.password))
            table.rows[-1].fixed = True
        chosen = [p for p in people if p.kind != "resident" or rng.random() < share or "·" in p.name]
        for key, person in enumerate(chosen, FIRST_KEY):
            table.rows.append(_row(rng, system, key, person.number, person.name, password_of(system, key), person))
        _second_accounts(rng, table)
        noise.disturb_numbers(rng, table, "身份证号")
        noise.disturb_names(rng, table, "姓名")
        _disturb_passwords(rng, table)
        rejects.add(rng, table, changed_column="邮箱", cut_column="姓名")
        result[system] = table
    return result


def _row(rng: Random, system: str, key: int, number: str, name: str, password: str, person: Person | None = None) -> Row:
    digest = HASHES[system](password.encode()).hexdigest()
    email = f"{system}{key}@example.com" if person is None or rng.random() < 0.8 else ""
    when = datetime(2009, 1, 1) + timedelta(seconds=rng.randrange(12 * 365 * 86400))
    return Row([str(key), number, name, email, digest, "", _written(rng, when)], person)


def _written(rng: Random, when: datetime) -> str:
    return rng.choice([
        f"{when:%Y-%m-%d %H:%M:%S}", f"{when:%Y-%m-%d %H:%M:%S}", f"{when.year}/{when.month}/{when.day} {when:%H:%M:%S}",
        f"{when.year}/{when.month}/{when.day} {when.hour}:{when:%M}", f"{when:%Y-%m-%d}", "",
    ])


def _second_accounts(rng: Random, table: Table) -> None:
    """The same person twice in one system: first under the 15-digit number, later under the new one."""
    owners = rng.sample([row for row in table.rows if row.person and row.person.has_short_form], 6)
    for row in owners:
        key = FIRST_KEY + sum(1 for r in table.rows if r.person)
        person = row.person
        second = _row(rng, table.system, key, identity.shortened(person.number), person.name,
                      password_of(table.system, key), person)
        second.noise = {"number_15_digits", "second_account_of_a_person"}
        table.rows.append(second)


def _disturb_passwords(rng: Random, table: Table) -> None:
    free = rng.sample([row for row in table.rows if row.person and not row.fixed and not row.noise], 30)
    for row in free[:24]:
        table.put(row, "密码", table.get(row, "密码").upper(), "password_upper_case_hex")
    for row in free[24:28]:
        table.put(row, "密码", "", "password_empty")
    for row in free[28:]:
        table.put(row, "密码", table.get(row, "密码")[:-3], "password_hash_cut_short")
