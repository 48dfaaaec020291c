"""Applications for a reissue that were made in the old system."""

from datetime import datetime, timedelta
from random import Random

from . import certificates, personas, rejects
from .csvfile import Row, Table
from .people import Person

HEADER = ["编号", "账号编号", "考试", "年度", "级别", "专业", "姓名", "证件号码", "证书管理号", "批准日期", "报名市", "联系方式",
          "状态", "审核结果反馈", "提交时间"]
FIRST_KEY = 5101
FEEDBACK = ["照片底色不是白色，请重新上传", "证书管理号与登记信息不符, 请核对", "联系电话无法接通", '姓名与"身份证"不一致，请到窗口办理']
CONTACTS = ["0531-0000{:04}", "1000000{:04}", "1000000{:04}", "1000000{:04}", "qq:00000{:04}", "同事转 1000000{:04}"]


def table(rng: Random, accounts: Table, exams: Table) -> Table:
    """About 90 applications, most of them of owners of accounts."""
    result = Table("reissue", "applications", HEADER)
    for fields in personas.APPLICATIONS:
        result.rows.append(Row(list(fields), fixed=True))
    owners = [row for row in accounts.rows if row.person and not row.rejected and not row.repeated]
    for owner in rng.sample(owners, 90):
        person: Person = owner.person
        combination = certificates.pick(rng, exams, person.first_exam_year)
        result.rows.append(_row(rng, FIRST_KEY + len(result.rows), owner, person, combination))
    _disturb(rng, result)
    rejects.add(rng, result, changed_column="联系方式", cut_column="姓名")
    return result


def _row(rng: Random, key: int, owner: Row, person: Person, combination: list[str]) -> Row:
    _, name, year, level, specialty = combination
    status = rng.choice(["等待审核", "审核通过", "审核通过", "审核未过"])
    feedback = rng.choice(FEEDBACK) if status == "审核未过" else ""
    sent = datetime(2020, 3, 1) + timedelta(seconds=rng.randrange(2 * 365 * 86400))
    return Row([
        str(key), owner.fields[0], name, year, level, specialty, person.name, person.number,
        certificates.certificate_number(rng, int(year)), certificates.approval_date(rng, int(year)),
        certificates.city_of(rng, int(year)), rng.choice(CONTACTS).format(rng.randrange(10000)), status, feedback,
        f"{sent:%Y-%m-%d %H:%M:%S}",
    ], person)


def _disturb(rng: Random, table: Table) -> None:
    free = [row for row in table.rows if row.person]
    rng.shuffle(free)

    def each(column: str, word: str, values: list[str]) -> None:
        for value in values:
            table.put(free.pop(), column, value, word)

    each("账号编号", "account_empty", [""] * 6)
    each("账号编号", "account_unknown", ["8888888"])
    each("状态", "status_unknown", ["退回修改"])
    each("证书管理号", "certificate_number_none", ["无"] * 5)
    each("批准日期", "approval_date_odd", ["20140231"])
    each("联系方式", "contact_empty", [""] * 3)
    # A spreadsheet would run this one: whatever writes it again must make it harmless.
    each("审核结果反馈", "formula_like", ["=1+1"])
