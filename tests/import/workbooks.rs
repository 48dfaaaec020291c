//! Workbooks of spreadsheets.

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use std::fs::File;
use std::io::{Read, Write};
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::bench::{ACCOUNTS, Bench, codes, counts};
use buzheng::import::finding::Code;
use buzheng::import::report::Counts;

fn sheet_of(rows: &[&str]) -> Worksheet {
    let mut sheet = Worksheet::new();
    for (at, row) in std::iter::once(&ACCOUNTS).chain(rows).enumerate() {
        for (column, cell) in row.split(',').enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(u32::try_from(at).unwrap(), u16::try_from(column).unwrap(), cell).unwrap();
        }
    }
    sheet
}

fn save(bench: &Bench, name: &str, sheets: Vec<Worksheet>) {
    let mut book = Workbook::new();
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    book.save(bench.path(name)).unwrap();
}

/// The workbook again, one part of it replaced.
fn replace_part(bench: &Bench, name: &str, part: &str, content: &mut dyn FnMut(&mut dyn Write)) {
    let mut archive = ZipArchive::new(File::open(bench.path("accounts.xlsx")).unwrap()).unwrap();
    let mut writer = ZipWriter::new(File::create(bench.path(name)).unwrap());
    for at in 0..archive.len() {
        let mut old = archive.by_index(at).unwrap();
        let old_name = old.name().unwrap().into_owned();
        writer.start_file(&old_name, SimpleFileOptions::default().large_file(true)).unwrap();
        if old_name == part {
            content(&mut writer);
        } else {
            let mut bytes = Vec::new();
            old.read_to_end(&mut bytes).unwrap();
            writer.write_all(&bytes).unwrap();
        }
    }
    writer.finish().unwrap();
}

fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn a_workbook_of_text_is_the_same_content_as_the_file() {
    let bench = Bench::new();
    let rows = ["1,110101199003071233,测试,a@example.com,,,2017-10-21", "2,110101690512001,\u{20000},,,,", "3,,,,,,"];
    save(&bench, "accounts.xlsx", vec![sheet_of(&rows)]);
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    assert_eq!(bench.import(&[("accounts", "accounts.xlsx", "")])[0].counts, counts([3, 3, 0, 0, 0]));
    assert_eq!(bench.import(&[("accounts", "accounts.csv", "")])[0].counts, counts([3, 0, 0, 3, 0]));
}

#[test]
fn numeric_cells_days_and_errors_are_read_for_what_they_are() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&["", "", "", "4,,甲,,,,", "5,,乙,,,,"]);
    let day = Format::new().set_num_format("yyyy/m/d");
    // A whole number as key; a number that has lost its last digits; a day with a format, and one without.
    sheet.write(1, 0, 1.0).unwrap().write(1, 1, 110_101_199_003_071_233_f64).unwrap();
    sheet.write_with_format(1, 6, 43_029.0, &day).unwrap();
    sheet.write(2, 0, 2.0).unwrap().write(2, 1, 110_101_690_512_001_f64).unwrap().write(2, 6, 43_029.5).unwrap();
    sheet.write(4, 3, true).unwrap();
    sheet.write_formula(5, 3, Formula::new("=NA()").set_result("#N/A")).unwrap();
    save(&bench, "accounts.xlsx", vec![sheet]);

    let source = bench.import(&[("accounts", "accounts.xlsx", "")]).remove(0);

    assert_eq!(source.counts, counts([4, 4, 0, 0, 0]), "an empty row is none");
    let numeric = source.findings.iter().find(|finding| finding.code == "numeric-cell").unwrap();
    assert_eq!((&numeric.first_rows[..], &numeric.details[..]), (&[2, 3][..], &["身份证号".to_owned()][..]));
    let found = codes(&source);
    for code in [("excel-damage", 1), ("fifteen-digit", 1)] {
        assert!(found.contains(&code), "{found:?}");
    }
    let odd = source.findings.iter().find(|finding| finding.code == "odd-cell").unwrap();
    assert_eq!(odd.first_rows[0], 5, "the sheet's rows");
    assert_eq!(
        bench.text("SELECT (key, registered_at) FROM legacy_accounts ORDER BY key LIMIT 2"),
        "(1,2017-10-21)\n(2,\"2017-10-21 12:00:00\")"
    );
}

#[test]
fn a_sheet_is_chosen_by_its_name_and_a_wrong_one_is_said() {
    let bench = Bench::new();
    let mut second = sheet_of(&["1,,甲,,,,", "2,,乙,,,,"]);
    second.set_name("账号").unwrap();
    save(&bench, "accounts.xlsx", vec![sheet_of(&["9,,丙,,,,"]), second]);
    assert_eq!(bench.import(&[("accounts", "accounts.xlsx", "sheet = \"账号\"")])[0].counts.read, 2);
    assert_eq!(bench.import(&[("accounts", "accounts.xlsx", "")])[0].counts.read, 1);
    let manifest = bench.manifest(&[("accounts", "accounts.xlsx", "sheet = \"x\"")]);
    let outcome = bench.try_run(&manifest, &[]).unwrap();
    assert_eq!(outcome.refused, [Code::UnreadableFile]);
    let said = &outcome.report.sources[0].findings[0].details[0];
    assert!(said.contains("Sheet1、账号"), "{said}");
}

#[test]
fn without_a_name_the_first_sheet_that_is_visible_is_read() {
    let bench = Bench::new();
    let hidden = || {
        let mut sheet = sheet_of(&["9,,丙,,,,"]);
        sheet.set_hidden(true);
        sheet
    };
    let mut second = sheet_of(&["1,,甲,,,,", "2,,乙,,,,"]);
    second.set_name("账号").unwrap().set_active(true);
    let mut very_hidden = sheet_of(&["9,,丙,,,,"]);
    very_hidden.set_very_hidden(true);
    save(&bench, "accounts.xlsx", vec![hidden(), very_hidden, second]);
    assert_eq!(bench.import(&[("accounts", "accounts.xlsx", "")])[0].counts.read, 2);
    assert_eq!(bench.import(&[("accounts", "accounts.xlsx", "sheet = \"Sheet1\"")])[0].counts.read, 1);
}

#[test]
fn a_part_that_defines_entities_makes_a_workbook_unreadable() {
    let bench = Bench::new();
    save(&bench, "accounts.xlsx", vec![sheet_of(&["1,,甲,,,,"])]);
    let definition = "<!DOCTYPE x [<!ENTITY n \"Sheet1\">]>";
    for part in ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"] {
        let mut old = String::new();
        let mut archive = ZipArchive::new(File::open(bench.path("accounts.xlsx")).unwrap()).unwrap();
        archive.by_name(part).unwrap().read_to_string(&mut old).unwrap();
        let (declaration, rest) = old.split_once("?>").unwrap();
        // Wherever the pieces that a file is read in happen to end.
        let filler = " ".repeat(64 * 1024 - declaration.len() - 6);
        replace_part(&bench, "defined.xlsx", part, &mut |writer| {
            write!(writer, "{declaration}?>{filler}{definition}{rest}").unwrap();
        });
        let outcome = bench.try_run(&bench.manifest(&[("accounts", "defined.xlsx", "")]), &[]).unwrap();
        assert_eq!(outcome.refused, [Code::UnreadableFile], "{part}");
        let said = &outcome.report.sources[0].findings[0].details[0];
        assert!(said.contains("DTD") || said.contains("结构"), "{part}: {said}");
    }
}

#[test]
fn cells_beyond_the_header_and_control_characters_cost_their_row() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&["1,,甲,,,,", "2,,乙,,,,", "3,,丙,,,,"]);
    sheet.write(1, 16_383, "far").unwrap();
    sheet.write(1_000_000, 0, "4").unwrap();
    sheet.write(2, 4, "a\u{1}b").unwrap();
    sheet.write(3, 4, "a\tb").unwrap();
    save(&bench, "accounts.xlsx", vec![sheet]);
    let source = bench.import(&[("accounts", "accounts.xlsx", "")]).remove(0);
    assert_eq!(source.counts.read, 4);
    assert_eq!(bench.rejected()[0], (2, "1".to_owned(), "column-count".to_owned()));
    assert!(codes(&source).contains(&("tab-or-line-break", 1)));
    assert_eq!(bench.text("SELECT key FROM legacy_accounts WHERE key = '4'"), "4");
}

#[test]
fn files_that_are_no_workbook_or_ask_for_too_much_are_unreadable() {
    let bench = Bench::new();
    save(&bench, "accounts.xlsx", vec![sheet_of(&["1,,甲,,,,"])]);
    bench.file("text.xlsx", ACCOUNTS);
    bench.file("empty.xlsx", b"");
    bench.file("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more");
    let whole = std::fs::read(bench.path("accounts.xlsx")).unwrap();
    bench.file("half.xlsx", &whole[..whole.len() / 2]);
    let megabyte = vec![b'x'; 1024 * 1024];
    let texts = "xl/sharedStrings.xml";
    replace_part(&bench, "bomb.xlsx", texts, &mut |part| {
        part.write_all(b"<sst><si><t>").unwrap();
        (0..200).for_each(|_| part.write_all(&megabyte).unwrap());
    });
    let texts_of_one = "<si><t>a</t></si>".repeat(65_536);
    replace_part(&bench, "many.xlsx", texts, &mut |part| {
        part.write_all(b"<sst>").unwrap();
        (0..100).for_each(|_| part.write_all(texts_of_one.as_bytes()).unwrap());
    });
    replace_part(&bench, "announced.xlsx", texts, &mut |part| {
        part.write_all(b"<sst uniqueCount=\"999999999999\"><si><t>a</t></si></sst>").unwrap();
    });
    let sheet = "xl/worksheets/sheet1.xml";
    replace_part(&bench, "cell.xlsx", sheet, &mut |part| {
        part.write_all(b"<worksheet><sheetData><row><c t=\"inlineStr\"><is>").unwrap();
        (0..100).for_each(|_| part.write_all(&[b"<t>", &megabyte[..500_000], b"</t>"].concat()).unwrap());
    });
    replace_part(&bench, "hidden.xlsx", sheet, &mut |part| {
        part.write_all(b"<worksheet><!--").unwrap();
        (0..100).for_each(|_| part.write_all(&megabyte).unwrap());
    });
    replace_part(&bench, "index.xlsx", sheet, &mut |part| {
        let row = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row></sheetData></worksheet>";
        part.write_all(row.as_bytes()).unwrap();
    });
    let before = peak_memory();
    for name in ["text", "empty", "old", "half", "bomb", "many", "announced", "cell", "hidden", "index"] {
        let manifest = bench.manifest(&[("accounts", &format!("{name}.xlsx"), "")]);
        let outcome = bench.try_run(&manifest, &[]).unwrap();
        assert_eq!(outcome.refused, [Code::UnreadableFile], "{name}");
    }
    assert!(peak_memory() - before < 60, "{} MiB", peak_memory() - before);
}

/// What a check finds of a sheet, beside what is always found of a file without passwords.
fn found(bench: &Bench, sheet: Worksheet) -> Vec<(&'static str, u64)> {
    save(bench, "accounts.xlsx", vec![sheet]);
    let source = bench.import(&[("accounts", "accounts.xlsx", "columns = { password = \"\", salt = \"\" }")]).remove(0);
    let usual = ["secret-column", "empty-number"];
    codes(&source).into_iter().filter(|(code, _)| !usual.contains(code)).collect()
}

#[test]
fn a_number_is_what_its_cell_shows_where_the_format_says_so() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&[",,甲,,,,", ",,乙,,,,", ",,丙,,,,", ",,丁,,,,"]);
    for (row, number, format) in [(1, 123, "000000"), (2, 7, "\"ZJ\"0000"), (3, 1_234_567, "000-0000"), (4, 42, "0")] {
        sheet.write_with_format(row, 0, number, &Format::new().set_num_format(format)).unwrap();
    }
    assert_eq!(found(&bench, sheet), [("padded-number", 3)]);
    assert_eq!(bench.text("SELECT key FROM legacy_accounts ORDER BY key"), "000123\n123-4567\n42\nZJ0007");
}

#[test]
fn a_format_that_cannot_be_told_is_named_and_one_that_adds_to_the_number_is_read() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&[",,甲,,,,", ",,乙,,,,", ",,丙,,,,", ",,丁,,,,", ",,戊,,,,", "7,,己,,,,"]);
    let formats = ["\"ZJ\"General", "General\"号\"", "[<10]000;0", "[DBNum1]General", "#,##0"];
    for (row, format) in (1..).zip(formats) {
        sheet.write_with_format(row, 0, row + 1000, &Format::new().set_num_format(format)).unwrap();
    }
    sheet.write_with_format(6, 0, "7", &Format::new().set_num_format("\"ZJ\"@")).unwrap();
    save(&bench, "accounts.xlsx", vec![sheet]);
    let source = bench.import(&[("accounts", "accounts.xlsx", "columns = { password = \"\", salt = \"\" }")]).remove(0);
    let of = |code: &str| source.findings.iter().find(|finding| finding.code == code).unwrap();
    assert_eq!((of("padded-number").count, &of("padded-number").first_rows[..]), (3, &[2, 3, 7][..]));
    let unclear = of("unclear-format");
    assert_eq!((&unclear.first_rows[..], &unclear.details[..]), (&[4, 5][..], &["编号".to_owned()][..]));
    assert_eq!(
        bench.text("SELECT key FROM legacy_accounts ORDER BY key COLLATE \"C\""),
        "1002号\n1003\n1004\n1005\nZJ1001\nZJ7"
    );
}

#[test]
fn a_number_that_a_spreadsheet_made_a_day_is_told_as_a_day() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&["1,,甲,,,,", "2,,乙,,,,"]);
    sheet.write_with_format(1, 1, 43_102, &Format::new().set_num_format("yyyy/m/d")).unwrap();
    sheet.write(2, 1, 43_102).unwrap();
    assert_eq!(found(&bench, sheet), [("date-key", 1), ("numeric-cell", 1)]);
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &["1,1月2日,甲,,,,"]);
    let source = bench.import(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]).remove(0);
    assert!(codes(&source).contains(&("date-key", 1)), "{source:?}");
}

#[test]
fn a_key_that_a_spreadsheet_made_a_day_is_named() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&[",,甲,,,,", ",,乙,,,,", "3-Apr,,丙,,,,", "3,,丁,,,,"]);
    sheet.write_with_format(1, 0, 43_102, &Format::new().set_num_format("m\"月\"d\"日\"")).unwrap();
    sheet.write_with_format(2, 0, 0.5, &Format::new().set_num_format("[h]:mm")).unwrap();
    assert_eq!(found(&bench, sheet), [("date-key", 3)]);
    let bench = Bench::new();
    bench.rows("accounts.csv", ACCOUNTS, &["1月2日,,甲,,,,", "2-Jan,,乙,,,,", "1-2,,丙,,,,"]);
    let source = bench.import(&[("accounts", "accounts.csv", "columns = { password = \"\" }")]).remove(0);
    assert!(codes(&source).contains(&("date-key", 2)) && source.counts.inserted == 3, "{source:?}");
}

#[test]
fn hidden_rows_and_columns_are_imported_and_named() {
    let bench = Bench::new();
    let mut sheet = sheet_of(&["1,,甲,a@example.com,,,", "2,,乙,,,,", "3,,丙,,,,", "4,,丁,,,,"]);
    sheet.set_row_hidden(2).unwrap();
    sheet.set_row_hidden(4).unwrap();
    // Empty, and of no account.
    sheet.set_row_hidden(9).unwrap();
    sheet.set_column_hidden(3).unwrap();
    let mut book = Workbook::new();
    book.push_worksheet(Worksheet::new());
    sheet.set_name("数据 & \"1\"").unwrap();
    book.push_worksheet(sheet);
    book.save(bench.path("accounts.xlsx")).unwrap();
    let more = "sheet = '数据 & \"1\"'\ncolumns = { password = \"\", salt = \"\" }";
    let source = bench.import(&[("accounts", "accounts.xlsx", more)]).remove(0);
    assert_eq!(source.counts, counts([4, 4, 0, 0, 0]));
    let of = |code: &str| source.findings.iter().find(|finding| finding.code == code).unwrap();
    assert_eq!((of("hidden-row").count, &of("hidden-row").first_rows[..]), (2, &[3, 5][..]));
    assert_eq!((of("hidden-column").count, &of("hidden-column").details[..]), (1, &["邮箱".to_owned()][..]));
}

#[test]
fn a_header_in_the_middle_of_a_table_is_no_account() {
    let bench = Bench::new();
    let dashes = ACCOUNTS.split(',').map(|_| "----").collect::<Vec<_>>().join(",");
    let swapped = "编号,姓名,身份证号,邮箱,密码,盐,注册时间";
    let rows = [
        dashes.as_str(),
        "1,,甲,,,,",
        ACCOUNTS,
        "2,,乙,,,,",
        "\u{feff}编号, 身份证号,姓名,邮箱,密码,盐,注册时间",
        swapped,
        "id,name,id_number,email,password,salt,registered_at",
        "序号,身份证号码,考生姓名,电子邮箱,密码,盐,创建时间",
        "3,,丙,,,,",
        "shijian,,时间,,,,",
    ];
    bench.rows("accounts.csv", ACCOUNTS, &rows);
    save(&bench, "accounts.xlsx", vec![sheet_of(&rows)]);
    for file in ["accounts.csv", "accounts.xlsx"] {
        let source = bench.import(&[("accounts", file, "columns = { password = \"\", salt = \"\" }")]).remove(0);
        let Counts { read, inserted, updated, unchanged, rejected } = source.counts;
        assert_eq!((read, rejected, inserted + updated + unchanged), (10, 6, 4), "{file}");
        assert!(codes(&source).contains(&("repeated-header", 6)), "{source:?}");
        assert!(bench.rejected().iter().all(|(_, _, code)| code == "repeated-header"));
        assert_eq!(bench.text("SELECT key FROM legacy_accounts ORDER BY key"), "1\n2\n3\nshijian");
    }
}
