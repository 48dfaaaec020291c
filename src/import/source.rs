//! Sources of rows: delimited files of several encodings, workbooks, live databases, and folders of photos.
//!
//! All of them take untrusted input: memory is bounded whatever the file holds, and an unreadable row costs that row only. A source is
//! examined as a whole once, when it is opened, and may then be read from its first row any number of times.

mod database;
mod delimited;
pub mod encoding;
mod feed;
pub mod folder;
pub mod input;
mod items;
pub mod layout;
mod open;
pub mod record;
pub mod records;
pub mod row;
mod sheet;
pub mod split;

pub use encoding::{Declared, Encoding};
pub use folder::{PhotoFile, PhotoKey};
pub use input::{Input, TableInput, open_all};
pub use items::{Item, Items, NoTable, Rejection};
pub use row::Row;
