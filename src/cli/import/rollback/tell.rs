//! What a rollback came to, as the command prints it.

use serde_json::json;
use std::io::{self, BufWriter, Write};

use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print, print_line};
use crate::cli::words::plain;
use crate::domain::china::china_timestamp;
use crate::import::kept::{Kept, Reason};
use crate::import::report::table;
use crate::import::rollback::{Counts, Undone};

/// Kept rows that are named one by one to people; the list has all of them.
const NAMED: usize = 20;

pub(super) fn conclude(format: Format, dry_run: bool, mut done: Undone) -> Result<Outcome, Failure> {
    let unreadable = |error: io::Error| Failure::new("kept.csv", error, "批次已按以上结果处理；请检查磁盘。");
    match format {
        Format::Json => write_json(&mut done).map_err(unreadable)?,
        Format::Human => {
            print(state(&done, dry_run))?;
            print(table(&["数据源", "移除", "还原", "保留"], done.sources.iter().map(line)))?;
            tell_kept(&mut done).map_err(unreadable)?;
        }
    }
    let kept = done.sources.iter().any(|source| source.kept > 0);
    Ok(if kept { Outcome::NeedsAttention } else { Outcome::Done })
}

fn state(done: &Undone, dry_run: bool) -> String {
    let what = match (done.before, dry_run) {
        (Some(at), _) => format!("此前已于 {} 回滚，没有可再回滚的行", china_timestamp(at)),
        (None, true) => "试算：没有改动任何数据，回滚将是".to_owned(),
        (None, false) => "已回滚".to_owned(),
    };
    let unfinished = if done.unfinished { "（该批次的导入没有完成）" } else { "" };
    format!("批次 {}{unfinished}：{what}", done.batch)
}

fn line(source: &Counts) -> Vec<String> {
    let name = [source.system.as_str(), source.kind.as_str()].join(" ").trim_start().to_owned();
    vec![name, source.removed.to_string(), source.restored.to_string(), source.kept.to_string()]
}

fn tell_kept(done: &mut Undone) -> io::Result<()> {
    let all: u64 = done.sources.iter().map(|source| source.kept).sum();
    if all == 0 {
        return Ok(());
    }
    let failed = |failure: Failure| io::Error::other(failure.to_string());
    let rows: Vec<Kept> = done.kept.rows()?.take(NAMED).collect::<Result<_, _>>()?;
    let place = done.kept.path.as_ref().map(|path| format!("，全部见 {}", path.display())).unwrap_or_default();
    print_line(format_args!("保留 {all} 行{place}：")).map_err(failed)?;
    for row in &rows {
        let meaning = Reason::ALL.into_iter().find(|reason| reason.as_str() == row.reason).map(Reason::meaning);
        let what = format!("  {} {} {}", row.system, row.kind, row.key);
        print_line(format_args!("{what}  [{}] {}", row.reason, meaning.unwrap_or_default())).map_err(failed)?;
    }
    if all > rows.len() as u64 {
        print_line(format_args!("  ……另有 {} 行", all - rows.len() as u64)).map_err(failed)?;
    }
    Ok(())
}

/// One object, row by row: there may be millions that stay.
fn write_json(done: &mut Undone) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (batch, sources) = (json!(plain(&done.batch)), json!(done.sources));
    write!(out, "{{\"batch\":{batch},\"sources\":{sources},\"kept\":[")?;
    for (at, row) in done.kept.rows()?.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        serde_json::to_writer(&mut out, &row?)?;
    }
    out.write_all(b"]}\n")?;
    out.flush()
}
