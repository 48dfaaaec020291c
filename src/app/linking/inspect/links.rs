//! Links, as administrators see them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Pair, Viewer};
use crate::app::AppError;
use crate::app::audit::{About, Viewed};
use crate::app::dossier::{open_account, open_evidence};
use crate::app::linking::report::with_dependants;
use crate::app::tx::Tx;
use crate::db::legacy;
use crate::db::people::{Link, LinkFilter};
use crate::domain::linking::{Door, LinkActor, Rule, Transformation};
use crate::ids::{AccountId, LinkId};

/// One link in a list.
#[derive(Debug, Serialize)]
pub struct LinkLine {
    pub link: String,
    pub person: String,
    /// By which door the person comes.
    pub door: Door,
    pub account: String,
    pub rule: Rule,
    pub by: LinkActor,
    pub linked_at: DateTime<Utc>,
    /// `standing`, `frozen`, `undone`.
    pub state: &'static str,
    pub undone_at: Option<DateTime<Utc>>,
    pub undone_by: Option<LinkActor>,
    pub undone_reason: Option<String>,
}

/// One link with what it rests on.
#[derive(Debug, Serialize)]
pub struct LinkDetail {
    /// As in the list.
    #[serde(flatten)]
    pub line: LinkLine,
    /// The account as it was linked.
    pub account_side: Pair,
    /// The pair of the person that it was compared with.
    pub person_side: Pair,
    /// What it took to make them equal, or what kept them apart.
    pub transformations: Vec<Transformation>,
    /// The portal account that was there.
    pub portal: Option<String>,
    /// The granted pair that the link rests on.
    pub via: Option<String>,
    /// What would be undone with it.
    pub dependants: Vec<String>,
    /// Whether the account's row is no longer the one that was linked.
    pub changed_since: bool,
}

/// Lists links, newest first.
pub fn links(tx: &mut Tx<'_>, filter: &LinkFilter) -> Result<Vec<LinkLine>, AppError> {
    let links = Link::list(tx.conn, filter)?;
    let ids: Vec<AccountId> = links.iter().map(|link| link.account_id).collect();
    let accounts = legacy::AccountRow::by_ids(tx.conn, &ids)?;
    let label = |id| accounts.iter().find(|row| row.id == id).map(legacy::AccountRow::label).unwrap_or_default();
    Ok(links.into_iter().map(|link| line(&link, label(link.account_id))).collect())
}

fn line(link: &Link, account: String) -> LinkLine {
    LinkLine {
        link: link.id.to_string(),
        person: link.person_id.to_string(),
        door: link.door,
        account,
        rule: link.rule,
        by: link.actor.clone(),
        linked_at: link.linked_at,
        state: match (link.undone_at, link.frozen_at) {
            (Some(_), _) => "undone",
            (None, Some(_)) => "frozen",
            (None, None) => "standing",
        },
        undone_at: link.undone_at,
        undone_by: link.undone_by.clone(),
        undone_reason: link.undone_reason.clone(),
    }
}

/// One link with its evidence.
pub fn link(tx: &mut Tx<'_>, id: LinkId, viewer: &Viewer) -> Result<LinkDetail, AppError> {
    let link = Link::find(tx.conn, id)?.ok_or(AppError::NotFound)?;
    let evidence = open_evidence(tx.vault, &link)?;
    let row = legacy::AccountRow::by_ids(tx.conn, &[link.account_id])?.pop().ok_or(AppError::NotFound)?;
    let account = open_account(tx.vault, &row)?;
    let dependants = if link.undone_at.is_none() { with_dependants(tx, id)? } else { Vec::new() };
    let pair = |number: &str, name: &str| Pair { number: viewer.sight.number(number), name: viewer.sight.name(name) };
    let detail = LinkDetail {
        account_side: pair(&evidence.account_number, &evidence.account_name),
        person_side: pair(&evidence.alias_number, &evidence.alias_name),
        changed_since: !evidence.describes(&account.number, &account.name),
        transformations: evidence.transformations,
        portal: evidence.portal.map(|portal| format!("{} {}", portal.issuer, portal.subject)),
        via: link.via_alias_id.map(|id| id.to_string()),
        dependants: dependants.iter().filter(|other| **other != id).map(ToString::to_string).collect(),
        line: line(&link, row.label()),
    };
    let about = About { person: Some(link.person_id), account: Some(row.id), link: Some(id), ..About::default() };
    viewer.tell(tx, Viewed::Link, about)?;
    Ok(detail)
}
