//! How much of this DLL is in use.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::dispatch;

/// Objects, class factories and locks that are alive.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts its owner as alive.
#[derive(Debug)]
pub(crate) struct Live(());

impl Live {
    pub(crate) fn new() -> Self {
        lock();
        Self(())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        unlock();
    }
}

/// Keeps the DLL in memory until [`unlock`].
pub(crate) fn lock() {
    LIVE.fetch_add(1, Ordering::AcqRel);
}

/// Undoes one [`lock`]; one too many does nothing.
pub(crate) fn unlock() {
    let before = LIVE.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| n.checked_sub(1));
    if before == Ok(1) {
        // Nobody is left to ask, so that the DLL leaves nothing behind when it is unloaded.
        dispatch::forget_types();
    }
}

/// Whether nothing of this DLL is in use.
pub(crate) fn idle() -> bool {
    LIVE.load(Ordering::Acquire) == 0
}
