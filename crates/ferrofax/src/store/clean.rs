//! What nobody needs any more goes away: documents, keys, files of requests that broke off.

use std::sync::PoisonError;
use std::time::Duration;

use sqlx::Row;

use super::write::Write;
use super::{DocumentId, EventKind, JobId, Result, Store, blobs};

/// A document that no job in the queue was made from is kept this long for one that may come.
const DOCUMENTS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A key that makes a repeated request answer the first job is known this long.
const KEYS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The most documents that are removed at once.
const DOCUMENTS_AT_ONCE: u32 = 500;

/// The most jobs that leave the queue at once.
const JOBS_AT_ONCE: u32 = 500;

/// Jobs that were not sent and ended before a moment. What comes in never is one.
pub(super) const UNSENT: &str = "SELECT id FROM jobs WHERE left_seq IS NULL \
     AND state IN ('failed', 'uncertain') AND ended_us <= $1 ORDER BY ended_us, id LIMIT $2";

/// What a reservation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Document,
    Job,
}

/// An id whose files are being written. When it is dropped and the id has no row, the files are
/// removed with the next cleaning or at the next start.
#[derive(Debug)]
pub(super) struct Reserved<'s> {
    store: &'s Store,
    kind: Kind,
    pub(super) id: i64,
}

/// What a cleaning removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// Documents that no job needs, and the keys of long ago.
    pub outlived: u64,
    /// Uploads and submissions that broke off.
    pub unanswered: u32,
    /// Jobs that were not sent and lay in the queue long enough.
    pub unsent: u64,
}

impl Store {
    /// Removes what nobody needs any more. Called now and then.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn clean(&self) -> Result<Cleaned> {
        let mut write = self.write().await?;
        let outlived = write.outlived_keys().await? + write.outlived_documents().await?;
        write.commit().await?;
        let unsent = self.remove_unsent().await?;
        Ok(Cleaned { outlived, unanswered: self.remove_unanswered().await?, unsent })
    }

    /// Jobs that were not sent leave the queue some days after their end; what became of them stays
    /// known. faxcom IFaxServer::put_DirtyDays
    async fn remove_unsent(&self) -> Result<u64> {
        let Some(days) = self.server().await?.dirty_days else { return Ok(0) };
        let kept = Duration::from_secs(u64::from(days) * 24 * 60 * 60);
        let mut removed = 0;
        loop {
            let mut write = self.write().await?;
            let before = write.before(kept);
            let query = sqlx::query_scalar(UNSENT).bind(before).bind(i64::from(JOBS_AT_ONCE));
            let ids: Vec<i64> = query.fetch_all(&mut *write.tx).await?;
            if ids.is_empty() {
                return Ok(removed);
            }
            for id in &ids {
                let step = write.next("step").await?;
                let sql = "UPDATE jobs SET left_seq = $2 WHERE id = $1";
                sqlx::query(sql).bind(id).bind(step).execute(&mut *write.tx).await?;
                write.event(EventKind::JobLeft, Some(JobId(*id))).await?;
            }
            write.commit().await?;
            removed += ids.len() as u64;
        }
    }

    /// Removes the files of ids that have no row and that nobody writes.
    pub(super) async fn remove_unanswered(&self) -> Result<u32> {
        // While this transaction lasts no row can come for an id.
        let mut write = self.write().await?;
        let rows =
            sqlx::query("SELECT kind, id FROM reservations").fetch_all(&mut *write.tx).await?;
        let mut left = Vec::new();
        for row in &rows {
            let id = row.try_get("id")?;
            let kind = Kind::from_word(row.try_get("kind")?);
            if !self.reserved().contains(&(kind, id)) {
                left.push((kind, id));
            }
        }
        drop(write);
        for (kind, id) in &left {
            self.discard(*kind, *id).await?;
        }
        Ok(u32::try_from(left.len()).unwrap_or(u32::MAX))
    }

    /// Gives room back at once after a write that failed.
    pub(super) async fn give_up_on(&self, reserved: Reserved<'_>) {
        if let Err(error) = self.discard(reserved.kind, reserved.id).await {
            tracing::warn!(id = reserved.id, %error, "what was written is removed later");
        }
    }

    /// Removes what was written for an id that gets no row.
    async fn discard(&self, kind: Kind, id: i64) -> Result<()> {
        match kind {
            Kind::Document => self.blobs().remove(&blobs::document(DocumentId(id))).await?,
            Kind::Job => self.blobs().remove_all(&blobs::pages(JobId(id))).await?,
        }
        let mut write = self.write().await?;
        write.release(kind, id).await?;
        write.commit().await
    }

    /// The ids whose files are being written in this process.
    fn reserved(&self) -> std::sync::MutexGuard<'_, std::collections::HashSet<(Kind, i64)>> {
        self.inner.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'s> Write<'s> {
    /// A new id, noted as one whose files are being written and whose row is not there yet.
    pub(super) async fn reserve(&mut self, kind: Kind) -> Result<Reserved<'s>> {
        let id = self.next(kind.as_str()).await?;
        let sql = "INSERT INTO reservations (kind, id) VALUES ($1, $2)";
        sqlx::query(sql).bind(kind.as_str()).bind(id).execute(&mut *self.tx).await?;
        self.store.reserved().insert((kind, id));
        Ok(Reserved { store: self.store, kind, id })
    }

    /// The row is there now, or the files are gone.
    pub(super) async fn release(&mut self, kind: Kind, id: i64) -> Result<()> {
        let sql = "DELETE FROM reservations WHERE kind = $1 AND id = $2";
        sqlx::query(sql).bind(kind.as_str()).bind(id).execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn outlived_keys(&mut self) -> Result<u64> {
        let done = sqlx::query("DELETE FROM idempotency WHERE created_us < $1")
            .bind(self.before(KEYS_KEPT))
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected())
    }

    /// Rows of documents that no job needs go; their files are left to [`Store::remove_unanswered`].
    async fn outlived_documents(&mut self) -> Result<u64> {
        let sql = "DELETE FROM documents WHERE id IN (SELECT id FROM documents \
             WHERE created_us < $1 AND id NOT IN (SELECT document FROM jobs \
             WHERE left_seq IS NULL AND document IS NOT NULL) LIMIT $2) RETURNING id";
        let rows = sqlx::query(sql)
            .bind(self.before(DOCUMENTS_KEPT))
            .bind(i64::from(DOCUMENTS_AT_ONCE))
            .fetch_all(&mut *self.tx)
            .await?;
        let sql = "INSERT INTO reservations (kind, id) VALUES ($1, $2)";
        for row in &rows {
            let id: i64 = row.try_get("id")?;
            sqlx::query(sql).bind(Kind::Document.as_str()).bind(id).execute(&mut *self.tx).await?;
        }
        Ok(rows.len() as u64)
    }

    fn before(&self, kept: Duration) -> i64 {
        self.now_us.saturating_sub(i64::try_from(kept.as_micros()).unwrap_or(i64::MAX))
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.store.reserved().remove(&(self.kind, self.id));
    }
}

impl Kind {
    /// The word in the store; also the name of the counter of its ids.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Job => "job",
        }
    }

    fn from_word(word: &str) -> Self {
        if word == Self::Document.as_str() { Self::Document } else { Self::Job }
    }
}
