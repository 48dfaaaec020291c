"""Certificates as the old system registered them."""

from datetime import date, timedelta
from random import Random

from . import noise, personas, rejects
from .csvfile import Row, Table
from .people import Person

HEADER = ["编号", "考试", "年度", "级别", "专业", "姓名", "证件号码", "证书管理号", "批准日期", "报名市", "状态"]
FIRST_KEY = 101
CITIES = ["济南市", "青岛市", "淄博市", "枣庄市", "东营市", "烟台市", "潍坊市", "济宁市", "泰安市", "威海市", "日照市", "临沂市",
          "德州市", "聊城市", "滨州市", "菏泽市"]
# Until the end of 2018, then part of 济南市.
LAIWU = "莱芜市"
STATUSES = ["已领取"] * 14 + ["未领取"] * 3 + ["未发放"] * 2 + ["暂扣"]
ODD_NUMBERS = ["鲁建安B(2009)0012345", "0012345-补", "--", "见原件", "No.2011-００７"]
ODD_DATES = ["20171032", "2017", "42999", "0000-00-00", "不详"]


def table(rng: Random, people: list[Person], exams: Table) -> Table:
    """None, one or several certificates for each person."""
    result = Table("reissue", "certificates", HEADER)
    for fields in personas.CERTIFICATES:
        result.rows.append(Row(list(fields), fixed=True))
    for person in people:
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3)) if person.kind == "resident" else 1):
            combination = pick(rng, exams, person.first_exam_year)
            result.rows.append(_row(rng, FIRST_KEY + len(result.rows), person, combination))
    _disturb(rng, result)
    noise.disturb_numbers(rng, result, "证件号码")
    noise.disturb_names(rng, result, "姓名")
    rejects.add(rng, result, changed_column="证书管理号", cut_column="姓名")
    return result


def pick(rng: Random, exams: Table, first_year: int) -> list[str]:
    """A combination (code, name, year, level, specialty); each exam is as likely as the others."""
    open_to = [row.fields for row in exams.rows if int(row.fields[2]) >= first_year]
    code = rng.choice(sorted({fields[0] for fields in open_to}))
    return rng.choice([fields for fields in open_to if fields[0] == code])


def city_of(rng: Random, year: int) -> str:
    return rng.choice([*CITIES, LAIWU, LAIWU] if year <= 2018 else CITIES)


def certificate_number(rng: Random, year: int) -> str:
    """One of the shapes seen in old exports; there is no single format."""
    serial = rng.randrange(10**6)
    return rng.choice([f"{year % 100:02}{serial:06}", f"{year}37{serial:06}", f"{serial:07}", f"3701{year}{serial:06}"])


def approval_date(rng: Random, year: int) -> str:
    """A day in the autumn of the exam's year, in the several ways in which old systems wrote dates."""
    day = date(year, 9, 1) + timedelta(days=rng.randrange(90))
    return rng.choice([
        f"{day:%Y%m%d}", f"{day:%Y%m%d}", f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month:02}.{day.day:02}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d} 00:00:00",
        f"{day.year}/{day.month}/{day.day} 0:00:00",
    ])


def _row(rng: Random, key: int, person: Person, combination: list[str]) -> Row:
    code, name, year, level, specialty = combination
    number, approved = certificate_number(rng, int(year)), approval_date(rng, int(year))
    row = Row([str(key), name, year, level, specialty, person.name, person.number, number, approved,
               city_of(rng, int(year)), rng.choice(STATUSES)], person)
    if rng.random() < 0.15:
        row.fields[1] = code
        row.noise.add("exam_by_code")
    if row.fields[9] == LAIWU:
        row.noise.add("city_laiwu")
    return row


def _disturb(rng: Random, table: Table) -> None:
    free = [row for row in table.rows if row.person and not row.noise]
    rng.shuffle(free)

    def each(column: str, word: str, values: list[str]) -> None:
        for value in values:
            table.put(free.pop(), column, value, word)

    each("状态", "status_unknown", ["已寄出"] * 3)
    each("证书管理号", "certificate_number_none", ["无"] * 10)
    each("证书管理号", "certificate_number_empty", [""] * 6)
    each("证书管理号", "certificate_number_odd", ODD_NUMBERS)
    each("批准日期", "approval_date_empty", [""] * 12)
    each("批准日期", "approval_date_odd", ODD_DATES)
    each("报名市", "city_empty", [""] * 4)
    each("考试", "exam_unknown", ["土地估价师（旧）"] * 2)
    late = [row for row in free if int(table.get(row, "年度")) > 2018][:2]
    for row in late:
        table.put(row, "报名市", LAIWU, "city_laiwu_after_2018")
