//! The memory in which Argon2 works.

use argon2::Block;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroize;

/// Blocks that are allocated at least. glibc returns what is larger than 32 MiB (`DEFAULT_MMAP_THRESHOLD_MAX`) to the system as soon as it is
/// freed, and may keep what is smaller, such as the 19 MiB of a hash, in the arena of the thread that freed it: about 260 MiB were resident
/// while one core wrapped. Blocks that are not used take no memory.
const ROOM: usize = 33 * 1024 * 1024 / Block::SIZE;

/// What one hasher leaves to the next: 19 MiB that come new from the system cost up to half as much as the hash itself.
static SPARE: Mutex<Memory> = Mutex::new(Memory(Vec::new()));

/// Argon2's working memory; wiped when dropped.
pub(super) struct Memory(pub(super) Vec<Block>);

impl Memory {
    /// What another hasher has left, where there is any.
    pub(super) fn left_over() -> Self {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        spare.take()
    }

    /// Leaves the memory, wiped, to the next hasher, unless there is some already or it is larger than usual.
    pub(super) fn leave(&mut self) {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.0.is_empty() && self.0.len() <= ROOM {
            self.wipe();
            *spare = self.take();
        }
    }

    pub(super) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.capacity() < count {
            *self = Self(Vec::with_capacity(count.max(ROOM)));
        }
        if self.0.len() < count {
            self.0.resize(count, Block::new());
        }
        &mut self.0[..count]
    }

    fn take(&mut self) -> Self {
        Self(std::mem::take(&mut self.0))
    }

    fn wipe(&mut self) {
        for block in &mut self.0 {
            block.zeroize();
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.wipe();
    }
}
