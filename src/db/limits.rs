//! How long a request waits for the database.

use std::time::Duration;

/// How long a request waits for a connection before it gets an honest page; r2d2's own default is 30 s.
pub(super) const CONNECTION_WAIT: Duration = Duration::from_secs(2);

/// How long a request waits for a transaction, its connection included.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);

/// How long the server lets a request's statement wait for a lock. Together with the other limits shorter than [`DEADLINE`]: a server that
/// lives is to say so itself.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(4);
