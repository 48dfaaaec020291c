//! What `verify` prints.

use serde_json::{Value, json};

use crate::app::audit::verify::{Damage, Verdict};
use crate::cli::failure::Failure;
use crate::cli::output::{Format, Outcome, print};

pub(super) fn tell(verdict: &Verdict, format: Format) -> Result<Outcome, Failure> {
    let outcome = if verdict.is_intact() { Outcome::Done } else { Outcome::NeedsAttention };
    let head = verdict.head.as_ref().map(ToString::to_string);
    if format == Format::Json {
        let damages = verdict.counts.iter().map(|(damage, count)| (damage.as_str().to_owned(), json!(count)));
        print(json!({
            "intact": verdict.is_intact(),
            "rows": verdict.rows,
            "head": head,
            "first": verdict.first.map(|(seq, damage)| json!({ "seq": seq, "damage": damage.as_str() })),
            "damages": Value::Object(damages.collect()),
        }))?;
        return Ok(outcome);
    }
    if let Some((seq, damage)) = verdict.first {
        print(format_args!(
            "DAMAGED: {} entries read; the first damage is at entry {seq}: {}",
            verdict.rows,
            words(damage)
        ))?;
        for (damage, count) in &verdict.counts {
            print(format_args!("  {:8} {count}  {}", damage.as_str(), words(*damage)))?;
        }
        print("leave the database as it is and follow docs/operations.md, chapter 11")?;
    } else {
        print(format_args!("intact: {} entries", verdict.rows))?;
        if let Some(head) = head {
            print(format_args!("head: {head}"))?;
            print(
                "note the head outside of the database, and give it to the next run: buzheng audit verify --head SEQ:HASH",
            )?;
        }
    }
    Ok(outcome)
}

fn words(damage: Damage) -> &'static str {
    match damage {
        Damage::Changed => "an entry is not as it was written",
        Damage::Missing => "entries are missing",
        Damage::Inserted => "an entry was put in",
        Damage::Moved => "an entry stands at another one's place",
        Damage::Cut => "entries at the end are missing",
        Damage::Head => "the head is missing or not as it was written",
        Damage::Noted => "the entry of --head is missing or another one",
    }
}
