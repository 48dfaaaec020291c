//! diesel only: one file per table family; decides nothing.
//!
//! Query functions take `&mut PgConnection`, return [`QueryResult`], and open no transaction of their own:
//! [`Db::transaction`] and, for what only reads, [`Db::read`] are the doors, and they keep blocking work off the async threads.

pub mod account_credentials;
mod address;
pub mod applications;
mod attempt;
pub mod audit;
pub mod cases;
mod connector;
pub mod exams;
mod failure;
mod functions;
pub mod import;
pub mod import_batches;
pub mod inspect;
pub mod jobs;
pub mod key_checks;
pub mod legacy;
pub mod legacy_passwords;
mod limits;
pub mod migrate;
pub mod outbox;
pub mod people;
mod pool;
mod purpose;
mod reading;
pub mod roles;
pub mod rollback;
pub mod schema;
mod session;
mod source;
pub mod staff;
pub mod tasks;
mod words;

use diesel::QueryResult;
use diesel::pg::PgConnection;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use address::establish;
pub use failure::{DbError, Tries};
pub use pool::Db;
pub use words::UnknownWord;

/// The schema's migrations, inside the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// What each connection must pass before work is done on it.
pub trait Guard: Send + Sync {
    /// Refuses a database that is not to be worked on.
    fn admit(&self, conn: &mut PgConnection) -> Result<(), DbError>;
}

/// Takes a lock that holds until the end of the transaction, named by a keyed hash: two transactions about the same person or number follow
/// one another.
pub fn lock(conn: &mut PgConnection, name: &[u8]) -> QueryResult<()> {
    let mut key = [0; 8];
    for (at, byte) in name.iter().enumerate() {
        key[at % 8] ^= byte;
    }
    functions::advisory_lock(conn, i64::from_be_bytes(key))
}
