//! What the desk knows of whoever looks.

use serde::Serialize;

use super::{Desk, SummaryRow, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskAccount {
    pub desk: Desk,
    pub rows: Vec<SummaryRow>,
}

impl View for DeskAccount {
    const TEMPLATE: &'static str = "desk_account.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let desk = super::desk::samples::signed_in().at("/review/account");
        vec![Self {
            desk,
            rows: vec![SummaryRow::new("用户名", "jinan"), SummaryRow::new("职责", "市级审核（济南市）")],
        }]
    }
}
