//! Faxes whose copy is still to be put into a folder, and what came of it.

use sqlx::AssertSqlSafe;

use super::write::Write;
use super::{EventKind, Job, JobId, Result, Store};
use crate::queue::JobState;

/// The longest sentence on a copy that is kept, in characters.
const SENTENCE_CHARS: usize = 2000;

/// Received faxes that are being handed on.
const TO_ROUTE: &str = "state = 'routing'";

/// Sent faxes that the archive does not have.
const TO_ARCHIVE: &str = "archive = 1";

impl Store {
    /// Received faxes whose copy is due, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn to_route(&self, limit: u32) -> Result<Vec<Job>> {
        self.waiting(TO_ROUTE, limit).await
    }

    /// Sent faxes whose copy is due, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn to_archive(&self, limit: u32) -> Result<Vec<Job>> {
        self.waiting(TO_ARCHIVE, limit).await
    }

    /// When the next copy that is not due yet becomes so, microseconds UTC.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_copy_us(&self) -> Result<Option<i64>> {
        let mut next = None;
        for waiting in [TO_ROUTE, TO_ARCHIVE] {
            let sql = format!("SELECT MIN(due_us) FROM jobs WHERE {waiting} AND due_us > $1");
            let due: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(self.clock().now_us())
                .fetch_one(self.engine().reader())
                .await?;
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// A received fax is handed on, or nobody tries any more: it leaves the queue. One that a
    /// person took out of the queue meanwhile stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn routed(&self, id: JobId, words: &str) -> Result<()> {
        let mut write = self.write().await?;
        let left_seq = write.next("step").await?;
        let sql = "UPDATE jobs SET state = $2, delivery = $3, ended_us = $4, left_seq = $5 \
             WHERE id = $1 AND state = 'routing'";
        let done = sqlx::query(sql)
            .bind(id.0)
            .bind(JobState::Received.as_str())
            .bind(sentence(words))
            .bind(write.now_us)
            .bind(left_seq)
            .execute(&mut *write.tx)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(());
        }
        write.event(EventKind::JobLeft, Some(id)).await?;
        write.commit().await
    }

    /// A sent fax is in the archive, or nobody tries any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archived(&self, id: JobId, words: &str) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE jobs SET archive = 0, delivery = $2 WHERE id = $1")
            .bind(id.0)
            .bind(sentence(words))
            .execute(&mut *write.tx)
            .await?;
        write.event(EventKind::JobChanged, Some(id)).await?;
        write.commit().await
    }

    /// A copy could not be made: it is tried again at `due_us`, microseconds UTC.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn copy_later(&self, job: &Job, words: &str, due_us: i64) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "UPDATE jobs SET delivery = $2, due_us = $3 \
             WHERE id = $1 AND (state = 'routing' OR archive = 1)";
        sqlx::query(sql)
            .bind(job.id.0)
            .bind(sentence(words))
            .bind(due_us)
            .execute(&mut *write.tx)
            .await?;
        write.delivery_changed(job, words).await?;
        write.commit().await
    }

    async fn waiting(&self, which: &str, limit: u32) -> Result<Vec<Job>> {
        let sql = format!(
            "SELECT * FROM jobs WHERE {which} AND due_us <= $1 ORDER BY due_us, id LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(self.clock().now_us())
            .bind(i64::from(limit))
            .fetch_all(self.engine().reader())
            .await?;
        Ok(self.readable(&rows))
    }
}

impl Write<'_> {
    /// The same sentence again is no news.
    async fn delivery_changed(&mut self, job: &Job, words: &str) -> Result<()> {
        match job.delivery == sentence(words) {
            true => Ok(()),
            false => self.event(EventKind::JobChanged, Some(job.id)).await,
        }
    }
}

fn sentence(words: &str) -> String {
    words.chars().take(SENTENCE_CHARS).collect()
}
