//! A ticket portal's state between two requests.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::shape::Shape;
use crate::simulator::personas::Persona;

#[derive(Default)]
pub(in crate::simulator) struct Memory {
    /// Unused tickets, and when each was issued.
    pub(super) tickets: HashMap<String, (Persona, DateTime<Utc>)>,
    pub(super) tokens: HashMap<String, Persona>,
}

/// A sign-in that waits for a persona to be chosen.
#[derive(Clone)]
pub(in crate::simulator) struct AuthRequest {
    pub(super) back: String,
    pub(super) shape: Arc<Shape>,
}
