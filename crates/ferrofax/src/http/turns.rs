//! Jobs of one document are drawn one after the other: what the first one draws is there for the
//! others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::refusal::{Refusal, Result};
use crate::store::DocumentId;

/// The longest that a job waits for another one of its document.
const WAITS_WITHIN: Duration = Duration::from_secs(45);

type Queue = tokio::sync::Mutex<()>;

/// The documents of which jobs are being drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<DocumentId, Weak<Queue>>>>);

/// A job's turn with its document, until this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _held: OwnedMutexGuard<()>,
}

impl Turns {
    /// Waits for the turn of a job with this document.
    pub(super) async fn of(&self, document: DocumentId) -> Result<Turn> {
        let queue = self.queue(document);
        let held = tokio::time::timeout(WAITS_WITHIN, queue.lock_owned()).await;
        let held = held.map_err(|_| {
            Refusal::busy("document: other jobs are waiting for it to be drawn; try again later")
        })?;
        Ok(Turn { _held: held })
    }

    fn queue(&self, document: DocumentId) -> Arc<Queue> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(&document).and_then(Weak::upgrade) {
            return queue;
        }
        // Those that nobody waits in or holds any more.
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::default();
        queues.insert(document, Arc::downgrade(&queue));
        queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn jobs_of_one_document_wait_and_others_do_not() {
        let turns = Turns::default();
        let first = turns.of(DocumentId(1)).await.unwrap();
        let other = turns.of(DocumentId(2)).await.unwrap();
        assert!(turns.queue(DocumentId(1)).try_lock().is_err());
        drop((first, other));
        drop(turns.of(DocumentId(1)).await.unwrap());
        let kept = turns.0.lock().unwrap().len();
        assert_eq!(kept, 1, "documents that are drawn stay in the list");
    }
}
