//! How many people will be accepted under which rule, how many will need a proof, how many need staff.

use std::collections::BTreeMap;
use std::fmt;

use super::Forecast;
use crate::domain::linking::Rule;
use crate::import::report::{pad, width};

/// All counters. Grows with the number of rules and reasons, not of people.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Undecidable lines.
    pub undecidable: u64,
    /// People whose name looks garbled in the file; they are decided about nonetheless.
    pub garbled: u64,
    /// People by (decision, rule); for refused ones the refusal's code is in the rule's place.
    pub people: BTreeMap<(&'static str, &'static str), u64>,
    /// People by the sentence that explains their decision.
    pub reasons: BTreeMap<String, u64>,
    /// Accounts that first sign-ins will link.
    pub accounts_to_link: u64,
    /// Accounts that are linked to the same person already.
    pub accounts_linked: u64,
    /// Accounts for which the old password will be asked.
    pub accounts_to_prove: u64,
    /// Accounts about which staff must decide.
    pub accounts_to_review: u64,
}

/// Decisions in the order of the table, with their explanations.
const DECISIONS: [(&str, &str); 5] = [
    ("linked", "自动承接"),
    ("needs_proof", "须用旧密码证明"),
    ("needs_review", "须人工核实"),
    ("no_account", "没有原账号"),
    ("refused", "门户账号不被接受"),
];

pub fn decision(word: &str) -> Option<&'static str> {
    DECISIONS.iter().map(|(decision, _)| *decision).find(|decision| *decision == word)
}

/// The most reasons that are printed.
const REASONS: usize = 10;

impl Summary {
    pub fn add(&mut self, forecast: &Forecast) {
        let detail = forecast.refusal.unwrap_or(forecast.rule);
        *self.people.entry((forecast.decision, detail)).or_default() += 1;
        match self.reasons.get_mut(&forecast.reason) {
            Some(count) => *count += 1,
            None => drop(self.reasons.insert(forecast.reason.clone(), 1)),
        }
        self.accounts_to_link += (forecast.accounts.len() - forecast.linked_before) as u64;
        self.accounts_linked += forecast.linked_before as u64;
        self.accounts_to_prove += forecast.proof.len() as u64;
        self.accounts_to_review += forecast.review.len() as u64;
    }

    /// The number of lines in the file, without its header.
    pub fn lines(&self) -> u64 {
        self.decided() + self.undecidable
    }

    /// The number of people who were decided about.
    pub fn decided(&self) -> u64 {
        self.people.values().sum()
    }

    /// The number of people with one decision.
    pub fn of(&self, decision: &str) -> u64 {
        self.people.iter().filter(|((of, _), _)| *of == decision).map(|(_, count)| count).sum()
    }

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

/// The page for people.
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
            "\n原账号：将自动承接 {} 个，已承接 {} 个，须用旧密码证明 {} 个，须人工核实 {} 个",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast(decision: &'static str, rule: &'static str, accounts: usize) -> Forecast {
        let labels = |count: usize| (0..count).map(|at| format!("reissue:{at}")).collect();
        let (accounts, proof) = if decision == "linked" { (accounts, 0) } else { (0, accounts) };
        Forecast {
            subject: "s".to_owned(),
            decision,
            rule,
            accounts: labels(accounts),
            proof: labels(proof),
            review: Vec::new(),
            reason: format!("{rule} 的原因。"),
            refusal: (decision == "refused").then_some("corporate"),
            linked_before: usize::from(accounts > 1),
        }
    }

    #[test]
    fn people_and_accounts_are_counted_by_what_becomes_of_them() {
        let mut summary = Summary { undecidable: 1, ..Summary::default() };
        for _ in 0..5 {
            summary.add(&forecast("linked", "L1", 2));
        }
        summary.add(&forecast("linked", "L1-15", 1));
        summary.add(&forecast("needs_proof", "L4", 3));
        summary.add(&forecast("refused", "refused", 0));
        assert_eq!((summary.lines(), summary.decided(), summary.of("linked")), (9, 8, 6));
        assert_eq!((summary.accounts_to_link, summary.accounts_linked, summary.accounts_to_prove), (6, 5, 3));
        assert_eq!(summary.top_reasons()[0], ("L1 的原因。", 5));
        let page = summary.to_string();
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines[0], "判定                        规则       人数    占比");
        assert_eq!(lines[1], "自动承接 linked                           6   66.7%");
        assert_eq!(lines[2], "                            L1            5   55.6%");
        assert_eq!(lines[3], "                            L1-15         1   11.1%");
        assert!(
            page.contains("corporate     1   11.1%")
                && page.contains("合计                                      9  100.0%"),
            "{page}"
        );
        assert!(page.contains("将自动承接 6 个，已承接 5 个，须用旧密码证明 3 个，须人工核实 0 个"), "{page}");
        assert!(page.contains("  5   55.6%  L1 的原因。"), "{page}");
    }

    #[test]
    fn an_empty_file_is_a_page_of_zeros() {
        let page = Summary::default().to_string();
        assert!(page.contains("合计") && page.contains("0.0%") && !page.contains("主要原因"), "{page}");
    }
}
