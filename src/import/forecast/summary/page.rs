//! The summary as a table and as a page.

use std::fmt;

use super::{DECISIONS, Summary};
use crate::domain::linking::Rule;
use crate::import::report::{pad, width};

/// The most reasons that are printed.
const REASONS: usize = 10;

impl Summary {
    /// The reasons, the most frequent first.
    pub fn top_reasons(&self) -> Vec<(&str, u64)> {
        let mut reasons: Vec<_> = self.reasons.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons.truncate(REASONS);
        reasons
    }

    fn share(&self, count: u64) -> String {
        // Per mille in integers: a million people times 1000 is far from overflow.
        let per_mille = (count * 1000 + self.lines() / 2).checked_div(self.lines()).unwrap_or(0);
        format!("{}.{}%", per_mille / 10, per_mille % 10)
    }

    /// The table, header first: decision, rule, number of people, share.
    pub fn table(&self) -> Vec<[String; 4]> {
        let line = |what: String, rule: &str, count: u64| [what, rule.to_owned(), count.to_string(), self.share(count)];
        let mut lines = vec![["判定", "规则", "人数", "占比"].map(str::to_owned)];
        for (decision, meaning) in DECISIONS {
            lines.push(line(format!("{meaning} {decision}"), "", self.of(decision)));
            let mut details: Vec<_> = self.people.iter().filter(|((of, _), _)| *of == decision).collect();
            // Rules in their own order; codes of refusals, which are no rules, alphabetically.
            details.sort_by_key(|((_, rule), _)| Rule::from_word(rule));
            for ((_, rule), count) in details.into_iter().filter(|((_, rule), _)| *rule != Rule::None.as_str()) {
                lines.push(line(String::new(), rule, *count));
            }
        }
        lines.push(line("不能判定".to_owned(), "", self.undecidable));
        lines.push(line("合计".to_owned(), "", self.lines()));
        lines
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.table();
        let widths: [usize; 4] = std::array::from_fn(|at| lines.iter().map(|line| width(&line[at])).max().unwrap_or(0));
        for line in &lines {
            let cells: Vec<String> =
                line.iter().zip(widths).enumerate().map(|(at, (cell, to))| pad(cell, to, at > 1)).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        writeln!(
            f,
            "\n原账户：将自动承接 {} 个，已承接 {} 个，须用旧密码证明 {} 个，须人工核实 {} 个",
            self.accounts_to_link, self.accounts_linked, self.accounts_to_prove, self.accounts_to_review
        )?;
        if self.garbled > 0 {
            writeln!(f, "姓名像是乱码：{} 人，其判定不可靠", self.garbled)?;
        }
        let reasons = self.top_reasons();
        if !reasons.is_empty() {
            writeln!(f, "\n主要原因")?;
        }
        let longest = reasons.first().map_or(0, |(_, count)| count.to_string().len());
        for (reason, count) in reasons {
            writeln!(
                f,
                "  {}  {}  {reason}",
                pad(&count.to_string(), longest, true),
                pad(&self.share(count), 6, true)
            )?;
        }
        Ok(())
    }
}
