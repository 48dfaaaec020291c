//! R1 and R2: who it is that signs in, a reviewer must say.

use super::Step;
use crate::app::tx::Tx;
use crate::app::vouched::Vouched;
use crate::db::DbError;
use crate::db::people;
use crate::db::tasks::{NewTask, Task, TaskDecision};
use crate::domain::linking::{IdentityPart, LinkActor, Rule};
use crate::domain::review::{Basis, Grounds, Kind, Status};
use crate::vault::Purpose;

impl Step<'_> {
    /// Rules R1 and R2: a task with what the portal said, and no access.
    pub(super) fn ask_who(&self, tx: &mut Tx<'_>, rule: Rule) -> Result<i64, DbError> {
        let Vouched { number, name, kind: document_type } = self.vouched();
        let basis = Basis::Portal { number: number.to_owned(), name: name.to_owned(), document_type };
        let kind = if rule == Rule::R1 { Kind::NumberChanged } else { Kind::NumberTaken };
        let evidence_sealed = tx.vault.seal_json(Purpose::Evidence, &Grounds::of(basis))?;
        let question = NewTask {
            person_id: self.facts.known.as_ref().map(|(person, _)| person.id),
            issuer: Some(&self.subject.issuer),
            subject: Some(&self.subject.subject),
            ..NewTask::of(kind, evidence_sealed, tx.now)
        };
        let Some(number) = question.open(tx.conn)? else {
            return self.ask_again(tx, kind, &question.evidence_sealed);
        };
        self.record_number(tx)?;
        Ok(number)
    }

    /// What the portal says now is what is to be decided about.
    fn ask_again(&self, tx: &mut Tx<'_>, kind: Kind, evidence_sealed: &[u8]) -> Result<i64, DbError> {
        let open = Task::of_subject(tx.conn, kind, &self.subject.issuer, &self.subject.subject)?;
        let open = open.ok_or(diesel::result::Error::NotFound)?;
        let before: Grounds = tx.vault.open_json(Purpose::Evidence, &open.evidence_sealed)?;
        if before.portal().is_none_or(|(number, ..)| number != self.vouched().number) {
            self.record_number(tx)?;
        }
        open.add_evidence(tx.conn, kind, evidence_sealed)?;
        Ok(open.number)
    }

    /// A known subject's new number is recorded once, however often it comes with it.
    fn record_number(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let Some(before) = self.known else { return Ok(()) };
        let after = tx.vault.seal_text(Purpose::Number, self.vouched().number);
        let change = people::Change { part: IdentityPart::Number, before: &before.number_sealed, after: &after };
        Ok(people::IdentityRow::changed(tx.conn, before.id, &change, tx.now)?)
    }

    /// The portal vouches for the number of before again: there is nothing left to decide about another one.
    pub(super) fn close_number_changed(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        let kind = Kind::NumberChanged;
        if let Some(open) = Task::of_subject(tx.conn, kind, &self.subject.issuer, &self.subject.subject)? {
            let reason = "门户提供的证件号码已恢复为原来的号码，无需核实";
            let by = &LinkActor::SignIn;
            open.decide(tx.conn, &TaskDecision { status: Status::Refused, at: tx.now, by, reason })?;
        }
        Ok(())
    }
}
