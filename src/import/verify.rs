//! The result of a verification.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::compare::{ColumnSum, Fault, Passwords};
use super::finding::Code;
use super::kind::Kind;
use super::output::Unfinished;
use super::rejected::{ListError, harmless_parts, neutral};
use super::report::{SourceReport, table};

#[derive(Debug)]
pub struct Verification {
    pub report: Verified,
    /// Blocking findings that were not accepted: these sources were not read completely.
    pub refused: Vec<Code>,
    /// The list of differences, where there are any.
    pub list: Option<PathBuf>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    pub batch: String,
    pub sources: Vec<VerifiedSource>,
}

/// One source: a source's report, where inserted means not stored, and updated means stored with other content.
#[derive(Clone, Debug, Serialize)]
pub struct VerifiedSource {
    #[serde(flatten)]
    pub source: SourceReport,
    #[serde(flatten)]
    pub details: Details,
}

/// Further results.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Details {
    pub columns: Vec<ColumnSum>,
    /// Stored by this batch, and in none of its files.
    pub extra: u64,
    /// Rows that later batches gave other content, by batch: no differences.
    pub rewritten: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passwords: Option<Passwords>,
}

impl Serialize for ColumnSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("ColumnSum", 5)?;
        object.serialize_field("column", self.column)?;
        object.serialize_field("source_digest", &format!("{:032x}", self.source))?;
        object.serialize_field("stored_digest", &format!("{:032x}", self.stored))?;
        object.serialize_field("equal", &self.equal)?;
        object.serialize_field("different", &self.different)?;
        object.end()
    }
}

impl Details {
    /// Adds the results of more rows.
    pub(super) fn add(&mut self, columns: Vec<ColumnSum>, passwords: Passwords) {
        for sum in columns {
            match self.columns.iter_mut().find(|known| known.column == sum.column) {
                None => self.columns.push(sum),
                Some(known) => {
                    known.source = known.source.wrapping_add(sum.source);
                    known.stored = known.stored.wrapping_add(sum.stored);
                    known.equal += sum.equal;
                    known.different += sum.different;
                }
            }
        }
        if passwords != Passwords::default() {
            let all = self.passwords.get_or_insert_default();
            all.compared += passwords.compared;
            all.wrapped += passwords.wrapped;
            all.replaced += passwords.replaced;
        }
    }
}

impl VerifiedSource {
    fn rewritten(&self) -> u64 {
        self.details.rewritten.values().sum()
    }

    /// The number of rows that differ.
    pub fn differences(&self) -> u64 {
        let counts = &self.source.counts;
        counts.inserted + (counts.updated - self.rewritten()) + self.details.extra
    }
}

impl Verified {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.sources.iter().all(|source| source.differences() == 0)
    }
}

const HEAD: [&str; 9] = ["数据源", "读取", "未入库", "不同", "后来改写", "一致", "拒绝", "多出", "文件"];

/// The page for people.
impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.sources.iter().map(|verified| {
            let (source, counts, rewritten) = (&verified.source, &verified.source.counts, verified.rewritten());
            let changed = counts.updated - rewritten;
            let numbers = [counts.read, counts.inserted, changed, rewritten, counts.unchanged, counts.rejected];
            let mut line = vec![format!("{} {}", source.system, source.kind.as_str())];
            line.extend(numbers.iter().chain([&verified.details.extra]).map(u64::to_string));
            line.push(source.file.clone());
            line
        });
        writeln!(f, "核对批次 {}\n{}", self.batch, table(&HEAD, lines))?;
        for verified in &self.sources {
            write_details(f, verified)?;
        }
        write!(f, "\n{}", if self.is_equal() { "全部一致。" } else { "有差异。" })
    }
}

fn write_details(f: &mut fmt::Formatter<'_>, verified: &VerifiedSource) -> fmt::Result {
    let Details { columns, rewritten, passwords, .. } = &verified.details;
    let different: Vec<_> = columns.iter().filter(|sum| sum.different > 0).collect();
    if different.is_empty() && rewritten.is_empty() && passwords.is_none() {
        return Ok(());
    }
    let source = &verified.source;
    writeln!(f, "\n{} {}（{}）", source.system, source.kind.as_str(), source.file)?;
    for ColumnSum { column, different, .. } in different {
        writeln!(f, "  [不同] {column}：{different} 行")?;
    }
    for (batch, rows) in rewritten {
        writeln!(f, "  [后来改写] {rows} 行由批次 {batch} 改为其他内容，不计为差异；请用该批次的清单核对")?;
    }
    if let Some(Passwords { compared, wrapped, replaced }) = passwords {
        writeln!(f, "  [旧密码] 已核对 {compared} 个；已加固 {wrapped} 个、已更换 {replaced} 个，散列不能再核对")?;
    }
    Ok(())
}

/// The list of differences: CSV without values, safe to open in a spreadsheet. It is renamed when it is complete, and exists only where
/// there is a difference; a former list of the batch is deleted.
#[derive(Debug)]
pub(super) struct Differences {
    path: PathBuf,
    writer: Option<csv::Writer<BufWriter<File>>>,
    unfinished: Option<Unfinished>,
}

/// The place of a difference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    pub system: &'a str,
    pub kind: Kind,
    pub key: &'a str,
    /// Empty where the row as a whole is meant.
    pub column: &'a str,
}

impl Differences {
    pub(super) fn new(folder: &Path, batch: &str) -> Self {
        Self { path: folder.join(format!("{batch}.differences.csv")), writer: None, unfinished: None }
    }

    pub(super) fn add(&mut self, spot: Spot<'_>, fault: Fault) -> Result<(), ListError> {
        let Spot { system, kind, key, column } = spot;
        // The key of a combination of exams has several parts.
        let key = harmless_parts(key, "/");
        let cells = [&neutral(system), kind.as_str(), &key, column, fault.as_str()];
        let written = self.open().and_then(|writer| Ok(writer.write_record(cells)?));
        written.map_err(|error| self.failed(error))
    }

    fn open(&mut self) -> io::Result<&mut csv::Writer<BufWriter<File>>> {
        if self.writer.is_none() {
            let unfinished = self.unfinished.insert(Unfinished::create(&self.path)?);
            let mut writer = csv::Writer::from_writer(BufWriter::new(unfinished.file()?));
            writer.write_record(["system", "kind", "key", "column", "difference"])?;
            self.writer = Some(writer);
        }
        self.writer.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn failed(&self, source: io::Error) -> ListError {
        ListError::new(self.path.clone(), source)
    }

    pub(super) fn finish(mut self) -> Result<Option<PathBuf>, ListError> {
        let done = match (&mut self.writer, self.unfinished.take()) {
            (Some(writer), Some(unfinished)) => writer.flush().and_then(|()| unfinished.finish().map(Some)),
            _ => match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(None),
            },
        };
        done.map_err(|error| self.failed(error))
    }
}
