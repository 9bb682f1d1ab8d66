//! Jobs one by one and in lists.

use std::sync::atomic::Ordering;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::{
    Attempt, Job, JobId, JobPage, Listing, PAGE_LIMIT, PortId, Result, Store, StoreError, row,
};
use crate::queue::JobState;

/// Rows of a page of a picture: what is in the queue still and what has left it since. Each half
/// walks its own index, so that a page costs the same wherever it lies; `+id` keeps what has left
/// from being looked for among all jobs by id.
pub(super) const VISIBLE: &str = "SELECT * FROM jobs WHERE id IN (\
     SELECT id FROM (SELECT id FROM jobs WHERE left_seq IS NULL AND id > $1 AND created_seq <= $2 \
     ORDER BY id LIMIT $3) AS here \
     UNION ALL SELECT id FROM (SELECT id FROM jobs WHERE left_seq > $2 AND +id > $1 \
     AND created_seq <= $2 ORDER BY +id LIMIT $3) AS gone) ORDER BY id LIMIT $3";

pub(super) const VISIBLE_COUNT: &str = "SELECT \
     (SELECT COUNT(*) FROM jobs WHERE left_seq IS NULL AND created_seq <= $1) + \
     (SELECT COUNT(*) FROM jobs WHERE left_seq > $1 AND created_seq <= $1)";

const DUE: &str = "SELECT * FROM jobs WHERE state = 'pending' AND due_us <= $1 AND held = 0 \
     ORDER BY due_us, id LIMIT $2";

/// However many jobs wait for the discount rate, they are not looked through: there is an index
/// without them.
pub(super) const DUE_AT_ANY_HOUR: &str = "SELECT * FROM jobs WHERE state = 'pending' AND discount = 0 \
     AND due_us <= $1 AND held = 0 ORDER BY due_us, id LIMIT $2";

/// Received faxes that have something to see.
const INBOX: &str = "direction = 'receive' AND pages > 0 \
     AND state IN ('received', 'routing', 'receive_failed')";

impl Store {
    /// A job, whatever became of it.
    ///
    /// # Errors
    /// [`StoreError::NoJob`], or when the database fails.
    pub async fn job(&self, id: JobId) -> Result<Job> {
        let row = sqlx::query("SELECT * FROM jobs WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.engine().reader())
            .await?
            .ok_or(StoreError::NoJob(id))?;
        self.job_from(&row)
    }

    /// What was said for the cover page of a job, as JSON.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cover(&self, id: JobId) -> Result<Option<String>> {
        let sql = "SELECT fields FROM covers WHERE job = $1";
        let row = sqlx::query_scalar(sql).bind(id.0);
        Ok(row.fetch_optional(self.engine().reader()).await?)
    }

    /// A page of a listing: up to `limit` jobs (at most [`PAGE_LIMIT`]) whose id comes after
    /// `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(
        &self,
        listing: Listing,
        after: Option<JobId>,
        limit: u32,
    ) -> Result<JobPage> {
        let after = after.map_or(0, |id| id.0);
        let limit = i64::from(limit.clamp(1, PAGE_LIMIT));
        let reader = self.engine().reader();
        let now = async || -> Result<i64> {
            let sql = "SELECT value FROM counters WHERE name = 'step'";
            Ok(sqlx::query_scalar(sql).fetch_one(reader).await?)
        };
        let (as_of, count, rows) = match listing {
            Listing::Visible { as_of } => {
                let as_of = match as_of {
                    Some(step) => step,
                    None => now().await?,
                };
                let count: i64 =
                    sqlx::query_scalar(VISIBLE_COUNT).bind(as_of).fetch_one(reader).await?;
                let rows = sqlx::query(VISIBLE).bind(after).bind(as_of).bind(limit);
                (as_of, count, rows.fetch_all(reader).await?)
            }
            Listing::All | Listing::Inbox => {
                let filter = if listing == Listing::Inbox { INBOX } else { "1 = 1" };
                let as_of = now().await?;
                let count = format!("SELECT COUNT(*) FROM jobs WHERE {filter}");
                let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(reader).await?;
                let sql =
                    format!("SELECT * FROM jobs WHERE {filter} AND id > $1 ORDER BY id LIMIT $2");
                let rows = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(limit);
                (as_of, count, rows.fetch_all(reader).await?)
            }
        };
        let jobs = self.readable(&rows);
        Ok(JobPage { as_of, count: u64::try_from(count).unwrap_or(0), jobs })
    }

    /// The calls of a job, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NoJob`], or when the database fails.
    pub async fn attempts(&self, id: JobId) -> Result<Vec<Attempt>> {
        self.job(id).await?;
        let rows = sqlx::query("SELECT * FROM attempts WHERE job = $1 ORDER BY attempt")
            .bind(id.0)
            .fetch_all(self.engine().reader())
            .await?;
        Ok(rows.iter().map(row::attempt).collect::<Result<_, sqlx::Error>>()?)
    }

    /// The oldest call that runs on a line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn port_job(&self, id: PortId) -> Result<Option<Job>> {
        let sql = "SELECT * FROM jobs WHERE state = 'active' AND port = $1 \
             ORDER BY started_us, id LIMIT 1";
        let row = sqlx::query(sql).bind(id.0).fetch_optional(self.engine().reader()).await?;
        row.map(|row| self.job_from(&row)).transpose()
    }

    /// Send jobs that are due, the longest waiting first; with `discount` also those that wait for
    /// the hours of the discount rate.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due(&self, limit: u32, discount: bool) -> Result<Vec<Job>> {
        let sql = if discount { DUE } else { DUE_AT_ANY_HOUR };
        let rows = sqlx::query(sql)
            .bind(self.clock().now_us())
            .bind(i64::from(limit))
            .fetch_all(self.engine().reader())
            .await?;
        Ok(self.readable(&rows))
    }

    /// When the next job that is not due yet becomes so, microseconds UTC.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due_us(&self) -> Result<Option<i64>> {
        let sql =
            "SELECT MIN(due_us) FROM jobs WHERE state = 'pending' AND due_us > $1 AND held = 0";
        let row =
            sqlx::query(sql).bind(self.clock().now_us()).fetch_one(self.engine().reader()).await?;
        Ok(row.try_get(0)?)
    }

    /// The jobs of `rows`. One that cannot be understood is left out and reported, so that it
    /// does not take the others with it.
    pub(super) fn readable(&self, rows: &[AnyRow]) -> Vec<Job> {
        let read = |row| {
            self.job_from(row).inspect_err(|error| tracing::error!(%error, "unreadable job")).ok()
        };
        rows.iter().filter_map(read).collect()
    }

    /// A job from its row, with what only this process knows of its call.
    pub(super) fn job_from(&self, row: &AnyRow) -> Result<Job> {
        let mut job = row::job(row).map_err(|error| StoreError::Damaged {
            what: format!("job {}", row.try_get::<i64, _>("id").unwrap_or_default()),
            why: error.to_string(),
        })?;
        job.no_line = self.inner.no_line.load(Ordering::Relaxed)
            && job.state == JobState::Pending
            && !job.held
            && (!job.discount || self.inner.discount.load(Ordering::Relaxed))
            && job.due_us <= self.clock().now_us();
        if let (Some(progress), Some(running)) = (&mut job.progress, self.running().get(&job.id)) {
            progress.octets = running.octets;
            progress.of = running.of;
        }
        Ok(job)
    }
}
