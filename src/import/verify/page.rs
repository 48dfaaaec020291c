//! A verification as a page.

use std::fmt;

use super::{Details, Verified, VerifiedSource};
use crate::import::compare::{ColumnSum, Passwords};
use crate::import::report::table;

const HEAD: [&str; 9] = ["数据源", "读取", "未入库", "不同", "后来改写", "一致", "拒绝", "多出", "文件"];

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
