"""Keeps the tables of README.md in step with what was written."""

from pathlib import Path

BEGIN, END = "<!-- counts: written by generate.py -->", "<!-- end of counts -->"

WORDS = {
    "account_empty": "application without an account", "account_unknown": "application of an account that is not in the data",
    "approval_date_empty": "批准日期 empty", "approval_date_odd": "批准日期 impossible or not a date",
    "certificate_number_empty": "证书管理号 empty", "certificate_number_none": "证书管理号 `无`",
    "certificate_number_odd": "证书管理号 of an odd shape", "city_empty": "报名市 empty", "city_laiwu": "莱芜市, 2018 or before",
    "city_laiwu_after_2018": "莱芜市 after 2018", "contact_empty": "联系方式 empty",
    "exam_by_code": "考试 given by its code", "exam_unknown": "考试 not in the catalogue", "formula_like": "text that begins with `=`",
    "name_different": "another name under the same number", "name_inner_blank": "blank inside the name",
    "name_no_dot": "dot left out", "name_other_dot": "look-alike of `·`", "name_placeholder": "placeholder in the name",
    "name_private_use_mapped": "private-use U+E863 (䶮)", "name_private_use_unmapped": "private-use U+E000 (no mapping)",
    "number_15_digits": "15-digit number", "number_15_digits_ambiguous": "15-digit number, sequence 996-999",
    "number_apostrophe": "number behind `'`", "number_empty": "number empty", "number_excel_decimal": "number ends in `.0`",
    "number_excel_exponent": "number like `3.70199E+17`", "number_excel_zeros": "number ends in `000` (Excel)",
    "number_formula": 'number as `="..."`', "number_formula_nested": "number as `'=\"...\"`",
    "number_full_width": "full-width number", "number_inner_blank": "blanks inside the number",
    "number_lower_case_x": "lower-case `x`", "number_masked": "number masked with `*`",
    "number_outer_blank": "blanks around the number", "number_wrong_check_digit": "wrong check digit",
    "password_empty": "密码 empty", "password_hash_cut_short": "密码: hash cut short", "password_upper_case_hex": "密码: upper-case hex",
    "photo_blue_background": "blue background", "photo_cut_in_half": "cut in half", "photo_not_jpeg": "PNG named `.jpg`",
    "photo_too_few_bytes": "under 10 KB", "photo_too_many_bytes": "over 30 KB", "photo_wrong_size": "300x400 pixels",
    "second_account_of_a_person": "second account of one person in the same system", "status_unknown": "unknown 状态",
}
REASONS = {"missing_key": "missing key", "column_count": "wrong column count", "malformed_bytes": "malformed bytes",
           "control_character": "control character", "repeated_key": "repeated key, other content"}


def update(path: Path, expected: dict) -> None:
    """Replaces the part between the markers; a folder without a README gets none."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{_tables(expected)}\n{END}{after}", encoding="utf-8", newline="\n")


def _tables(expected: dict) -> str:
    sources = expected["sources"]
    names = [f"{s['kind']} ({s['system']})" for s in sources]
    lines = [f"{expected['people']} invented people besides the personas.", "",
             "| source | file | read | inserted | unchanged | rejected |", "|---|---|--:|--:|--:|--:|"]
    for name, s in zip(names, sources, strict=True):
        lines.append(f"| {name} | `{s['file']}` | {s['read']} | {s['inserted']} | {s['unchanged']} | {s['rejected']} |")
    lines += ["", *_matrix("rejected because of", names, [s["rejected_by_reason"] for s in sources], REASONS)]
    lines += ["", *_matrix("imported all the same (rows)", names, [s["noise"] for s in sources], WORDS)]
    return "\n".join(lines) + "\n"


def _matrix(title: str, names: list[str], counts: list[dict], words: dict[str, str]) -> list[str]:
    used = [i for i, c in enumerate(counts) if c]
    lines = [f"| {title} | " + " | ".join(names[i] for i in used) + " |", "|---|" + "--:|" * len(used)]
    for key in sorted({key for c in counts for key in c}):
        lines.append(f"| {words[key]} | " + " | ".join(str(counts[i].get(key, "")) for i in used) + " |")
    return lines
