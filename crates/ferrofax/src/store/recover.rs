//! What a start makes of what the last run left in the middle.

use sqlx::AssertSqlSafe;

use super::write::Write;
use super::{Ending, Job, JobId, Result, Store, blobs, row};
use crate::failure::Failure;
use crate::queue::Direction;

/// A job in whose calls the server died this often is not tried again by itself.
const BROKEN_CALLS: i64 = 5;

/// What was found at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Jobs that go on at their first unconfirmed page.
    pub resumed: u32,
    /// Jobs whose last page was confirmed before the server was lost.
    pub sent: u32,
    /// Jobs of which nobody knows whether the far end has them.
    pub uncertain: u32,
    /// Jobs that are given up or were cancelled.
    pub ended: u32,
    /// Receptions of which whole pages are kept.
    pub kept: u32,
    /// Receptions that brought nothing.
    pub empty: u32,
    /// Uploads and submissions that were never answered; their files are removed.
    pub removed: u32,
    /// Jobs that cannot be understood; they stay where they are.
    pub unreadable: u32,
}

impl Store {
    /// Ends what the last run left in the middle. Called once, before any call begins.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn recover(&self) -> Result<Recovered> {
        let removed = self.remove_unanswered().await?;
        let mut found = Recovered { removed, ..Recovered::default() };
        self.bring_near().await?;
        let rows = sqlx::query("SELECT * FROM jobs WHERE state = 'active' ORDER BY id")
            .fetch_all(self.engine().reader())
            .await?;
        for row in &rows {
            match self.job_from(row) {
                Ok(job) if job.direction == Direction::Send => {
                    let window_open = row::flag(row, "window_open")?;
                    self.recover_send(&job, window_open, &mut found).await?;
                }
                Ok(job) => self.recover_receive(&job, &mut found).await?,
                Err(error) => {
                    tracing::error!(%error, "a job that was on a line is put aside");
                    found.unreadable += 1;
                }
            }
        }
        Ok(found)
    }

    /// A clock that was ahead when a job was put off must not put it off for years. Copies to
    /// folders are tried at once.
    async fn bring_near(&self) -> Result<()> {
        let delay_us = i64::from(self.server().await?.retry_delay_min) * 60_000_000;
        let mut write = self.write().await?;
        sqlx::query("UPDATE jobs SET due_us = $1 WHERE state = 'pending' AND due_us > $1")
            .bind(write.now_us.saturating_add(delay_us))
            .execute(&mut *write.tx)
            .await?;
        for waiting in ["state = 'routing'", "archive = 1"] {
            let sql = format!("UPDATE jobs SET due_us = $1 WHERE {waiting} AND due_us > $1");
            let query = sqlx::query(AssertSqlSafe(sql)).bind(write.now_us);
            query.execute(&mut *write.tx).await?;
        }
        write.commit().await
    }

    async fn recover_send(
        &self,
        job: &Job,
        window_open: bool,
        found: &mut Recovered,
    ) -> Result<()> {
        let lost = Failure::Call(g3::Failure::Internal);
        let mut write = self.write().await?;
        let uncertain = window_open && job.pages_confirmed < job.pages;
        let broken = write.attempt_broken(job.id, uncertain).await?;
        let ending = if job.pages_confirmed >= job.pages {
            found.sent += 1;
            Ending::Sent
        } else if job.cancel_requested {
            found.ended += 1;
            Ending::Canceled
        } else if window_open {
            found.uncertain += 1;
            Ending::Uncertain(Failure::Call(g3::Failure::LastPageUnconfirmed))
        } else if broken >= BROKEN_CALLS {
            found.ended += 1;
            Ending::Failed(lost)
        } else {
            found.resumed += 1;
            Ending::Retry { due_us: write.now_us, failure: lost }
        };
        write.ended(job.id, ending).await?;
        if matches!(ending, Ending::Retry { .. }) {
            // That this server was lost is not the job's fault: it does not cost an attempt.
            let sql = "UPDATE jobs SET failure = NULL, attempts = attempts - 1 WHERE id = $1";
            sqlx::query(sql).bind(job.id.0).execute(&mut *write.tx).await?;
        }
        write.commit().await
    }

    async fn recover_receive(&self, job: &Job, found: &mut Recovered) -> Result<()> {
        let Job { id, pages, .. } = *job;
        // A page whose row was not written was never confirmed: its file goes.
        self.blobs().remove(&blobs::page(id, pages)).await?;
        self.blobs().remove(&blobs::inbox(id)).await?;
        let lost = Some(Failure::Call(g3::Failure::Internal));
        if let Err(error) = self.fill_inbox(job).await {
            // A disk without room must not keep the server from starting.
            tracing::error!(%id, %error, "a received fax is not in the inbox folder");
        }
        match pages {
            0 => found.empty += 1,
            _ => found.kept += 1,
        }
        let mut write = self.write().await?;
        write.attempt_broken(id, false).await?;
        write.receive_over(job, lost).await?;
        write.commit().await
    }
}

impl Write<'_> {
    /// Completes the row of an attempt in which the server was lost; how many of them there are.
    async fn attempt_broken(&mut self, id: JobId, uncertain: bool) -> Result<i64> {
        let sql = "UPDATE attempts SET broken = 1, ended_us = $2, uncertain = $3, failure = $4, \
             pages = (SELECT pages_confirmed FROM jobs WHERE id = $1) - first_page \
             WHERE job = $1 AND ended_us IS NULL";
        sqlx::query(sql)
            .bind(id.0)
            .bind(self.now_us)
            .bind(i64::from(uncertain))
            .bind(i64::from(g3::Failure::Internal.number()))
            .execute(&mut *self.tx)
            .await?;
        let sql = "SELECT COUNT(*) FROM attempts WHERE job = $1 AND broken = 1";
        Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(&mut *self.tx).await?)
    }
}
