//! The report's part on what sign-ins would come to.

use super::bars::{bar, number};
use crate::import::forecast::summary::Summary;
use crate::views::{ForecastPart, ForecastRow};

pub(super) fn forecast_part(summary: &Summary) -> ForecastPart {
    let rows = summary.table().into_iter().skip(1).map(|[decision, rule, people, share]| {
        let people = people.parse().map_or(people, number);
        ForecastRow { decision, rule, people, share }
    });
    let decisions = [
        ("linked", "自动承接", "info"),
        ("needs_proof", "须用旧密码证明", "warning"),
        ("needs_review", "须人工核实", "warning"),
        ("no_account", "没有原账户", "info"),
        ("refused", "门户账户不被接受", "blocking"),
    ];
    let most = decisions.iter().map(|(decision, ..)| summary.of(decision)).max().unwrap_or(0);
    let bars = decisions.map(|(decision, label, tone)| bar(label.to_owned(), summary.of(decision), most, tone));
    let reasons = summary.top_reasons().into_iter().map(|(reason, count)| (number(count), reason.to_owned()));
    ForecastPart {
        people: number(summary.decided()),
        rows: rows.filter(|row| row.decision != "不能判定").collect(),
        bars: bars.into(),
        accounts: [summary.accounts_to_link, summary.accounts_to_prove, summary.accounts_to_review].map(number),
        reasons: reasons.collect(),
    }
}
