//! Rows from a thread of their own: for sources whose reader borrows from its input, and ends with the last row.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::items::{Item, Items};
use super::row::Row;

/// Rows are sent in lots of this many, or this many bytes.
const LOT: usize = 256;
const LOT_BYTES: usize = 512 * 1024;
/// The queue's capacity, in lots.
const AHEAD: usize = 2;

type Lot = Vec<Item<Row>>;

/// The receiving end.
pub(super) struct Feed {
    lots: Receiver<io::Result<Option<Lot>>>,
    lot: std::vec::IntoIter<Item<Row>>,
    ended: bool,
}

/// The sending end.
pub(super) struct Mouth {
    lots: SyncSender<io::Result<Option<Lot>>>,
    lot: Lot,
    bytes: usize,
}

/// Why the thread stops early.
pub(super) enum Stop {
    Failed(io::Error),
    /// The receiver was dropped.
    Gone,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl Feed {
    /// Starts the thread.
    pub(super) fn start(read: impl FnOnce(&mut Mouth) -> Result<(), Stop> + Send + 'static) -> io::Result<Self> {
        let (sender, lots) = sync_channel(AHEAD);
        thread::Builder::new().spawn(move || {
            let mut mouth = Mouth { lots: sender, lot: Vec::with_capacity(LOT), bytes: 0 };
            let last = match read(&mut mouth).and_then(|()| mouth.send()) {
                Ok(()) => Ok(None),
                Err(Stop::Failed(error)) => Err(error),
                Err(Stop::Gone) => return,
            };
            // The receiver may be gone.
            let _ = mouth.lots.send(last);
        })?;
        Ok(Self { lots, lot: Vec::new().into_iter(), ended: false })
    }
}

impl Mouth {
    pub(super) fn give(&mut self, item: Item<Row>) -> Result<(), Stop> {
        if let Item::Row(row) = &item {
            self.bytes += row.bytes();
        }
        self.lot.push(item);
        if self.lot.len() < LOT && self.bytes < LOT_BYTES { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), Stop> {
        self.bytes = 0;
        let lot = std::mem::replace(&mut self.lot, Vec::with_capacity(LOT));
        self.lots.send(Ok(Some(lot))).map_err(|_| Stop::Gone)
    }
}

impl Items for Feed {
    type Input = Row;

    fn next(&mut self) -> io::Result<Option<Item<Row>>> {
        loop {
            if let Some(item) = self.lot.next() {
                return Ok(Some(item));
            }
            if self.ended {
                return Ok(None);
            }
            // A thread that ended without a last message has panicked: not everything was read.
            match self.lots.recv().map_err(|_| io::Error::other("读取中断：数据的结构无法理解"))?? {
                Some(lot) => self.lot = lot.into_iter(),
                None => self.ended = true,
            }
        }
    }
}
