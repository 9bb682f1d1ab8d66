//! Jobs one by one and in lists.

use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::row::Values;
use super::{
    Attempt, Job, JobId, JobPage, Listing, PAGE_LIMIT, PortId, Result, Store, StoreError, engine,
    row,
};
use crate::queue::JobState;

/// Rows of a page of a picture: what is in the queue still, and what has left it since; of both
/// together the first so many are the page. Each half walks its own index, so that a page costs the
/// same wherever it lies; `+id` keeps what has left from being looked for among all jobs by id.
pub(super) const VISIBLE: [&str; 2] = [
    "FROM jobs WHERE left_seq IS NULL AND id > $1 AND created_seq <= $2 ORDER BY id LIMIT $3",
    "FROM jobs WHERE id IN (SELECT id FROM jobs WHERE left_seq > $2 AND +id > $1 \
     AND created_seq <= $2 ORDER BY +id LIMIT $3)",
];

/// The id of one job of a picture, found in the indexes alone.
pub(super) const VISIBLE_ID: &str = "SELECT id FROM jobs \
     WHERE left_seq IS NULL AND id > $1 AND created_seq <= $2 \
     UNION ALL SELECT +id FROM jobs WHERE left_seq > $2 AND +id > $1 AND created_seq <= $2 \
     ORDER BY 1 LIMIT 1 OFFSET $3";

/// What tells how long a picture is: the steps of the queue so far, the jobs that came, and those
/// that left since the picture was taken.
pub(super) const VISIBLE_COUNT: &str = "SELECT \
     (SELECT value FROM counters WHERE name = 'step') AS step, \
     (SELECT value FROM counters WHERE name = 'arrived') AS arrived, \
     (SELECT COUNT(*) FROM jobs WHERE left_seq > $1) AS left_since";

/// A page of a picture, packed.
static VISIBLE_PACKED: LazyLock<String> = LazyLock::new(|| engine::packed(row::JOB, &VISIBLE));

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
        let limit = limit.clamp(1, PAGE_LIMIT);
        let mut reader = self.engine().reader().acquire().await?;
        let reader = &mut *reader;
        let (as_of, count, rows) = match listing {
            Listing::Visible { as_of } => {
                let (as_of, count) = picture(reader, as_of).await?;
                let sql = AssertSqlSafe(VISIBLE_PACKED.as_str());
                let rows = sqlx::query_scalar(sql).bind(after).bind(as_of).bind(i64::from(limit));
                (as_of, count, rows.fetch_one(reader).await?)
            }
            Listing::All | Listing::Inbox => {
                let filter = if listing == Listing::Inbox { INBOX } else { "1 = 1" };
                let sql = "SELECT value FROM counters WHERE name = 'step'";
                let as_of = sqlx::query_scalar(sql).fetch_one(&mut *reader).await?;
                let count = format!("SELECT COUNT(*) FROM jobs WHERE {filter}");
                let count =
                    sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *reader).await?;
                let rest = format!("FROM jobs WHERE {filter} AND id > $1 ORDER BY id LIMIT $2");
                let sql = AssertSqlSafe(engine::packed(row::JOB, &[&rest]));
                let rows = sqlx::query_scalar(sql).bind(after).bind(i64::from(limit));
                (as_of, count, rows.fetch_one(reader).await?)
            }
        };
        let (rows, count): (Option<String>, i64) = (rows, count);
        let unpacked = |line: &str| self.job_from(&row::Packed::new(row::JOB, line)?);
        let mut jobs = readable(rows.iter().flat_map(|rows| rows.lines()).map(unpacked));
        jobs.sort_unstable_by_key(|job| job.id);
        jobs.truncate(limit as usize);
        Ok(JobPage { as_of, count: u64::try_from(count).unwrap_or(0), jobs })
    }

    /// The last of the `skip` jobs of a picture that come after `after`; a later page begins
    /// behind it. `None` when there are not so many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn passed_over(
        &self,
        as_of: i64,
        after: Option<JobId>,
        skip: u32,
    ) -> Result<Option<JobId>> {
        let Some(before) = skip.checked_sub(1) else { return Ok(after) };
        let row = sqlx::query_scalar(VISIBLE_ID)
            .bind(after.map_or(0, |id| id.0))
            .bind(as_of)
            .bind(i64::from(before));
        Ok(row.fetch_optional(self.engine().reader()).await?.map(JobId))
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

    /// The jobs of `rows`, as far as they can be understood.
    pub(super) fn readable(&self, rows: &[AnyRow]) -> Vec<Job> {
        readable(rows.iter().map(|row| self.job_from(row)))
    }

    /// A job from its row, with what only this process knows of its call.
    pub(super) fn job_from(&self, row: &impl Values) -> Result<Job> {
        let mut job = row::job(row).map_err(|error| StoreError::Damaged {
            what: format!("job {}", row.number("id").ok().flatten().unwrap_or_default()),
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

/// The step of a picture, a new one when none is given, and how many jobs are in it. Nothing is
/// counted but what left since: a step is one job that came or one that left.
async fn picture(reader: &mut AnyConnection, as_of: Option<i64>) -> Result<(i64, i64)> {
    let row = sqlx::query(VISIBLE_COUNT).bind(as_of.unwrap_or(i64::MAX)).fetch_one(reader).await?;
    let step: i64 = row.try_get("step")?;
    let as_of = as_of.unwrap_or(step);
    let left = step - row.try_get::<i64, _>("arrived")? - row.try_get::<i64, _>("left_since")?;
    Ok((as_of, as_of.clamp(0, step) - 2 * left))
}

/// A job that cannot be understood is left out and reported, so that it does not take the others
/// with it.
fn readable(jobs: impl Iterator<Item = Result<Job>>) -> Vec<Job> {
    jobs.filter_map(|job| job.inspect_err(|error| tracing::error!(%error, "unreadable job")).ok())
        .collect()
}
