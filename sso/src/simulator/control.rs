//! What tests change in a running simulator: personas, faults, keys, silence.

use std::io;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::fault::{Endpoint, Fault};
use super::personas::Persona;
use super::signing::KeyKind;

use super::Simulator;
use super::signing::Key;

impl Simulator {
    /// A token that the portal signs with its present key, such as a logout token; `typ` stands in its header.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn signed_token(&self, claims: &Value, typ: Option<&str>) -> io::Result<String> {
        self.world.sign(&self.world.lock().key, claims, typ, None)
    }

    /// As [`Simulator::signed_token`], under one of the faults that concern a signature.
    ///
    /// # Errors
    /// A key cannot be made, or cannot sign.
    pub fn faulty_token(&self, claims: &Value, typ: Option<&str>, fault: &Fault) -> io::Result<String> {
        self.world.sign(&self.world.lock().key, claims, typ, Some(fault))
    }

    /// Adds an account, or replaces the one with the same id.
    pub fn add_persona(&self, persona: Persona) {
        let mut inner = self.world.lock();
        inner.personas.retain(|other| other.id != persona.id);
        inner.personas.push(persona);
    }

    /// Queues a fault for the next request that it fits.
    pub fn fault(&self, fault: Fault) {
        self.world.lock().faults.push((None, fault));
    }

    /// Queues a fault for the next request on behalf of this subject, so that tests can share a simulator.
    pub fn fault_for(&self, subject: &str, fault: Fault) {
        self.world.lock().faults.push((Some(subject.to_owned()), fault));
    }

    /// Queued faults that no request has used up yet.
    pub fn unused_faults(&self) -> usize {
        self.world.lock().faults.len()
    }

    /// Stops answering requests, as a portal that hangs.
    pub fn silence(&self) {
        self.world.silent.store(true, Ordering::Relaxed);
    }

    /// Answers again after [`Simulator::silence`]; requests from meanwhile stay unanswered.
    pub fn speak(&self) {
        self.world.silent.store(false, Ordering::Relaxed);
    }

    /// Releases every request that [`Fault::Slow`] holds.
    pub fn release(&self) {
        self.world.released.notify_waiters();
    }

    /// How many requests an endpoint received.
    pub fn requests(&self, endpoint: Endpoint) -> usize {
        self.world.lock().hits.get(&endpoint).copied().unwrap_or_default()
    }

    /// Changes the signing key; the key set follows at once.
    ///
    /// # Errors
    /// No key can be made.
    pub fn rotate_key(&self, kind: KeyKind) -> io::Result<()> {
        let key = Key::generate(kind)?;
        self.world.lock().key = key;
        Ok(())
    }

    /// The published half of the signing key, as it stands in the key set.
    pub fn public_key(&self) -> Value {
        self.world.lock().key.jwk()
    }

    /// Publishes further entries in the key set, garbage too, before the real key.
    pub fn publish(&self, entries: Vec<Value>) {
        self.world.lock().extra_keys = entries;
    }
}
