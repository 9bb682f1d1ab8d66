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
    let mut live = LIVE.load(Ordering::Acquire);
    while let Some(left) = live.checked_sub(1) {
        if left == 0 {
            // Nobody is left to ask, so that the DLL leaves nothing behind when it is unloaded;
            // and that may happen as soon as the number is 0.
            dispatch::forget_types();
        }
        match LIVE.compare_exchange(live, left, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return,
            Err(now) => live = now,
        }
    }
}

/// Whether nothing of this DLL is in use.
pub(crate) fn idle() -> bool {
    LIVE.load(Ordering::Acquire) == 0
}
