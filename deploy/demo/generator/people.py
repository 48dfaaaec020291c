"""Invented people."""

from dataclasses import dataclass
from datetime import date
from random import Random

from . import identity

SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕") + ["欧阳", "诸葛", "上官"]
GIVEN = list("试样例虚拟设仿示范构演练假想甲乙丙丁戊己庚辛壬癸东南西北春夏秋冬木火土金")
MINORITY_FIRST = ["阿样古丽", "买试提", "吐例洪", "艾仿尔", "帕虚提", "热拟姆", "古示拜尔", "扎范布"]
MINORITY_LAST = ["艾设提", "买拟买提", "吾例尔", "依仿木", "库样西", "沙试尔"]
FOREIGN = ["SAMPLE PERSON", "Test Example", "ＤＥＭＯ　ＵＳＥＲ", "Fictive Maria", "INVENTED JOHN", "Nobody Anna"]


@dataclass(eq=False)
class Person:
    """Somebody who does not exist: the true values, before an old system wrote them down."""

    name: str
    number: str
    born: date
    kind: str = "resident"

    @property
    def first_exam_year(self) -> int:
        return max(2005, self.born.year + 20)

    @property
    def has_short_form(self) -> bool:
        return self.kind == "resident" and self.born.year < 2000


def invent(rng: Random) -> list[Person]:
    """About 370 people, each with a number of their own."""
    people: list[Person] = []
    taken: set[str] = set()

    def add(name: str, prefix: str, sequence: int, kind: str = "resident") -> None:
        born = identity.random_birth(rng)
        number = identity.numbered(prefix, born, sequence)
        while number in taken:
            sequence = (sequence + 2) % 996
            number = identity.numbered(prefix, born, sequence)
        taken.add(number)
        people.append(Person(name, number, born, kind))

    for _ in range(300):
        add(_han_name(rng), rng.choice(identity.CITY_PREFIXES), rng.randrange(1, 996))
    for first in MINORITY_FIRST:
        for last in rng.sample(MINORITY_LAST, 4):
            add(f"{first}·{last}", rng.choice(identity.CITY_PREFIXES), rng.randrange(1, 996))
    for sequence in (996, 997, 998, 999):
        add(_han_name(rng), rng.choice(identity.CITY_PREFIXES), sequence, "ambiguous")
    for twin in rng.sample(people[:300], 6):
        add(twin.name, rng.choice(identity.CITY_PREFIXES), rng.randrange(1, 996))
    for region in ("81", "82", "83"):
        for _ in range(3):
            add(_han_name(rng), f"{region}0099", rng.randrange(1, 996), "hmt_residence_permit")
    for name in FOREIGN[:3]:
        add(name, "937999", rng.randrange(1, 996), "permanent_residence")
    for index, name in enumerate(FOREIGN[3:]):
        people.append(Person(name, f"EX00000{index + 1}", identity.random_birth(rng), "passport"))
    for index in range(4):
        people.append(Person(_han_name(rng), f"军字第{index + 1:07}号", identity.random_birth(rng), "military"))
    return people


def _han_name(rng: Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))
