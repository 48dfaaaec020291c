#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

/// Gives one byte at a time, so that every boundary is met.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(1);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn all(input: impl Read) -> Vec<(u64, Result<Vec<String>, Broken>)> {
    let mut splitter = Splitter::new(input, b',');
    let mut found = Vec::new();
    while let Some(split) = splitter.advance().unwrap() {
        found.push(match split {
            Split::Record { line, .. } => {
                (line, Ok(splitter.fields().map(|f| String::from_utf8_lossy(f).into_owned()).collect()))
            }
            Split::Broken { line, why } => (line, Err(why)),
        });
    }
    found
}

fn row(line: u64, fields: &[&str]) -> (u64, Result<Vec<String>, Broken>) {
    (line, Ok(fields.iter().map(|f| (*f).to_owned()).collect()))
}

#[test]
fn records_come_with_their_line_whatever_the_line_ends() {
    let text = b"a,b\r\n\r\n1,\"x\r\ny\"\n\n2,\"\"\"q\"\"\"\r3,z";
    let expected = [row(1, &["a", "b"]), row(3, &["1", "x\r\ny"]), row(6, &["2", "\"q\""]), row(7, &["3", "z"])];
    assert_eq!(all(&text[..]), expected);
    assert_eq!(all(Drip(text)), expected);
}

#[test]
fn empty_fields_and_a_comma_at_the_end_are_kept() {
    assert_eq!(all(&b",,\n1,"[..]), [row(1, &["", "", ""]), row(2, &["1", ""])]);
    assert_eq!(all(&b""[..]), []);
    assert_eq!(all(&b"\r\n\n\r"[..]), []);
}

#[test]
fn an_unclosed_quote_costs_its_own_line_only() {
    let text = b"1,a\n2,\"b\n3,c\n4,d\n";
    let expected = [row(1, &["1", "a"]), (2, Err(Broken::UnclosedQuote)), row(3, &["3", "c"]), row(4, &["4", "d"])];
    assert_eq!(all(&text[..]), expected);
    assert_eq!(all(Drip(text)), expected);
    let mut long = b"1,\"a\n".to_vec();
    for n in 0..1000 {
        long.extend(format!("{n},x\n").bytes());
    }
    let found = all(long.as_slice());
    assert_eq!((found.len(), &found[0].1), (1001, &Err(Broken::UnclosedQuote)));
    assert_eq!(found[1000], row(1001, &["999", "x"]));
}

#[test]
fn a_caller_can_give_up_the_first_line_of_a_record() {
    let mut splitter = Splitter::new(&b"1,\"a\r\n2,b\r\n3,\"c\"\r\n"[..], b',');
    assert_eq!(splitter.advance().unwrap(), Some(Split::Record { line: 1, lines: 3 }));
    splitter.give_up_first_line();
    assert_eq!(splitter.advance().unwrap(), Some(Split::Record { line: 2, lines: 1 }));
    assert_eq!(splitter.advance().unwrap(), Some(Split::Record { line: 3, lines: 1 }));
    assert_eq!(splitter.advance().unwrap(), None);
}

#[test]
fn long_lines_and_many_fields_are_given_up_in_bounded_memory() {
    let mut input = b"1,a\n2,".to_vec();
    input.resize(20 * MAX_RECORD, b'x');
    input.extend(b"\n3,b\n");
    input.extend(vec![b','; 1_000_000]);
    input.extend(b"\n5,c\n");
    let mut splitter = Splitter::new(input.as_slice(), b',');
    let mut found = Vec::new();
    while let Some(split) = splitter.advance().unwrap() {
        found.push(split);
        assert!(splitter.buffer.capacity() < 4 * MAX_RECORD, "{}", splitter.buffer.capacity());
        assert!(splitter.fields.capacity() < 4 * MAX_RECORD);
    }
    let record = |line| Split::Record { line, lines: 1 };
    assert_eq!(
        found,
        [
            record(1),
            Split::Broken { line: 2, why: Broken::TooLong },
            record(3),
            Split::Broken { line: 4, why: Broken::TooManyFields },
            record(5)
        ]
    );
}

#[test]
fn lines_that_all_open_a_quote_are_read_in_reasonable_time() {
    let input = b"a\",\"b\n".repeat(20_000);
    let started = std::time::Instant::now();
    let found = all(input.as_slice());
    assert_eq!(found.len(), 20_000);
    assert!(started.elapsed().as_secs() < 60);
}

proptest! {
    #[test]
    fn well_formed_files_are_split_as_the_csv_crate_does(
        rows in proptest::collection::vec(proptest::collection::vec("[a\",\r\n ]{0,6}", 2..5), 0..20)
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        let found: Vec<Vec<String>> = all(text.as_slice()).into_iter().map(|(_, row)| row.unwrap()).collect();
        prop_assert_eq!(&found, &rows);
        let dripped: Vec<Vec<String>> = all(Drip(&text)).into_iter().map(|(_, row)| row.unwrap()).collect();
        prop_assert_eq!(&dripped, &rows);
    }

    #[test]
    fn any_bytes_end_and_no_line_is_counted_twice(bytes in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..400)) {
        let found = all(bytes.as_slice());
        prop_assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0));
        prop_assert_eq!(all(Drip(&bytes)), found);
    }
}
