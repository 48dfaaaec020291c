//! The recovery codes of a member of staff, once.

use serde::Serialize;

use super::{Desk, View};

#[derive(Debug, Clone, Serialize)]
pub struct DeskCodes {
    pub desk: Desk,
    /// Empty where they were shown before.
    pub codes: Vec<String>,
    /// Where their owner begins.
    pub home: &'static str,
}

impl View for DeskCodes {
    const TEMPLATE: &'static str = "desk_codes.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let desk = super::desk::samples::signed_in();
        let shown = Self { desk, codes: vec!["ABCD-EFGH-IJKL-MNOP".into()], home: "/review/staff" };
        vec![shown.clone(), Self { codes: Vec::new(), ..shown }]
    }
}
