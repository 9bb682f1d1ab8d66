//! What a running call writes down, in both directions.

use bytes::Bytes;
use g3::PageInfo;
use tokio_util::sync::CancellationToken;

use super::write::Write;
use super::{
    Ending, EventKind, Job, JobId, PortId, Result, Running, Store, StoreError, blobs, row,
};
use crate::failure::Failure;
use crate::queue::{DeviceWord, JobState, tsi};

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// The job, now active.
    pub job: Job,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The pages that are not confirmed yet; the first is page `job.pages_confirmed`.
    pub pages: Vec<PageInfo>,
    /// Whether each page gets a header line.
    pub branding: bool,
    /// Cancelled when a person wants the call ended.
    pub cancel: CancellationToken,
}

/// A step of a running call that clients see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What the device does.
    pub device: DeviceWord,
    /// Phase of T.30, `A` to `E`.
    pub phase: char,
    /// The page on the line, from 1 of the whole job; 0 before the first.
    pub page: u32,
    /// Agreed rate; 0 before it is agreed.
    pub rate_bps: u32,
    /// Error correction.
    pub ecm: bool,
}

/// What is known of a call when it is over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttemptReport {
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Whether the far end may have the last page all the same.
    pub uncertain: bool,
    /// Pages confirmed in it.
    pub pages: u32,
    /// Octets on the wire.
    pub octets: u64,
    /// Last agreed rate, as `V.17 14400`.
    pub rate: String,
    /// Error correction.
    pub ecm: bool,
    /// Image coding.
    pub coding: String,
    /// CSI or TSI of the far end.
    pub remote: String,
}

impl Store {
    /// Puts a pending job on a line. `None` when it is not pending any more, held, or not due, when
    /// the queue is paused, or the line may not send: once a client is told so no call begins.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or when the database fails.
    pub async fn begin_attempt(&self, id: JobId, port: PortId) -> Result<Option<Begun>> {
        let mut write = self.write().await?;
        let server = self.server().await?;
        let line = self.line(port).await?;
        if server.pause_server_queue || line.as_ref().is_some_and(|line| !line.send.value) {
            return Ok(None);
        }
        let sql = "UPDATE jobs SET state = 'active', attempts = attempts + 1, port = $2, \
             window_open = 0, device = $3, phase = 'A', page = 0, rate_bps = 0, ecm = 0, \
             started_us = $4 \
             WHERE id = $1 AND state = 'pending' AND held = 0 AND due_us <= $4 RETURNING *";
        let row = sqlx::query(sql)
            .bind(id.0)
            .bind(port.0)
            .bind(DeviceWord::Dialing.as_str())
            .bind(write.now_us)
            .fetch_optional(&mut *write.tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut job = self.job_from(&row)?;
        let ident = line.map(|line| tsi(&job, &line, &server));
        job.ident = ident.map(|ident| ident.to_string()).unwrap_or_default();
        write.ident(id, &job.ident).await?;
        let attempt = write.attempt(id, port, job.pages_confirmed).await?;
        write.event(EventKind::JobChanged, Some(id)).await?;
        let pages = self.page_infos(id, job.pages_confirmed, job.pages).await?;
        let cancel = self.run(id);
        if let Err(error) = write.commit().await {
            self.running().remove(&id);
            return Err(error);
        }
        Ok(Some(Begun { job, attempt, pages, branding: server.branding, cancel }))
    }

    /// Gives up a pending job whose record or pages are damaged.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_up(&self, id: JobId) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "SELECT COUNT(*) FROM jobs WHERE id = $1 AND state = 'pending'";
        let pending: i64 = sqlx::query_scalar(sql).bind(id.0).fetch_one(&mut *write.tx).await?;
        if pending == 0 {
            return Ok(());
        }
        let bad = Failure::Call(g3::Failure::BadDocument);
        write.ended(id, Ending::Failed(bad)).await?;
        write.commit().await
    }

    /// Shows a step of a running call.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self, id: JobId, step: Step) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "UPDATE jobs SET device = $2, phase = $3, page = $4, rate_bps = $5, ecm = $6 \
             WHERE id = $1 AND state = 'active'";
        sqlx::query(sql)
            .bind(id.0)
            .bind(step.device.as_str())
            .bind(step.phase.to_string())
            .bind(i64::from(step.page))
            .bind(i64::from(step.rate_bps))
            .bind(i64::from(step.ecm))
            .execute(&mut *write.tx)
            .await?;
        write.event(EventKind::JobChanged, Some(id)).await?;
        write.commit().await
    }

    /// Shows how much of the current page is on the line. Kept in memory only.
    pub fn octets(&self, id: JobId, octets: u32, of: Option<u32>) {
        if let Some(running) = self.running().get_mut(&id) {
            running.octets = octets;
            running.of = of;
        }
    }

    /// Writes down who the far end says it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remote(&self, id: JobId, remote: &str) -> Result<()> {
        let mut write = self.write().await?;
        let sql = "UPDATE jobs SET remote = $2, \
             tsid = CASE direction WHEN 'receive' THEN $2 ELSE tsid END WHERE id = $1";
        sqlx::query(sql).bind(id.0).bind(remote).execute(&mut *write.tx).await?;
        write.commit().await
    }

    /// Writes down durably that the last confirmation is about to be asked for. From here to the
    /// record of that confirmation a crash makes the job uncertain.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_window(&self, id: JobId) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE jobs SET window_open = 1 WHERE id = $1")
            .bind(id.0)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }

    /// Writes down that the last confirmation was denied: the far end does not have the fax.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_window(&self, id: JobId) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE jobs SET window_open = 0 WHERE id = $1")
            .bind(id.0)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await
    }

    /// Writes down durably that `pages` pages of the whole job are confirmed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirmed(&self, id: JobId, pages: u32) -> Result<()> {
        let mut write = self.write().await?;
        write.confirmed(id, pages).await?;
        write.event(EventKind::PageConfirmed, Some(id)).await?;
        write.commit().await
    }

    /// Ends an attempt of a send job as the queue decided; unless it is sent, a person who wants
    /// it gone has the last word.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_attempt(
        &self,
        id: JobId,
        attempt: u32,
        report: &AttemptReport,
        ending: Ending,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write.attempt_over(id, attempt, report).await?;
        let sql = "SELECT pages, cancel_requested FROM jobs WHERE id = $1";
        let row = sqlx::query(sql).bind(id.0).fetch_one(&mut *write.tx).await?;
        let ending = match ending {
            Ending::Sent => {
                write.confirmed(id, row::whole(&row, "pages")?).await?;
                ending
            }
            _ if row::flag(&row, "cancel_requested")? => Ending::Canceled,
            _ => ending,
        };
        write.ended(id, ending).await?;
        write.commit().await?;
        self.running().remove(&id);
        Ok(())
    }

    /// The transcript of a call: JSON lines `{"at":12.345,"kind":"frame_sent","text":"DCS ..."}`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when there is none.
    pub async fn transcript(&self, id: JobId, attempt: u32) -> Result<Bytes> {
        self.blobs().read(&blobs::transcript(id, attempt)).await
    }

    /// Where the transcript of a call is written.
    #[must_use]
    pub fn transcript_path(&self, id: JobId, attempt: u32) -> std::path::PathBuf {
        self.blobs().path(&blobs::transcript(id, attempt))
    }

    /// Notes that a call runs in this process.
    pub(super) fn run(&self, id: JobId) -> CancellationToken {
        let cancel = CancellationToken::new();
        let running = Running { cancel: cancel.clone(), octets: 0, of: None };
        self.running().insert(id, running);
        cancel
    }
}

impl Write<'_> {
    /// What the call that begins shows the far end.
    pub(super) async fn ident(&mut self, id: JobId, ident: &str) -> Result<()> {
        let sql = "UPDATE jobs SET ident = $2 WHERE id = $1";
        sqlx::query(sql).bind(id.0).bind(ident).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// A row for an attempt that begins; its number.
    pub(super) async fn attempt(&mut self, id: JobId, port: PortId, first: u32) -> Result<u32> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT MAX(attempt) FROM attempts WHERE job = $1")
                .bind(id.0)
                .fetch_one(&mut *self.tx)
                .await?;
        let number = last.unwrap_or(0) + 1;
        let sql = "INSERT INTO attempts (job, attempt, port, started_us, uncertain, broken, \
             first_page, pages, octets, rate, ecm, coding, remote) \
             VALUES ($1, $2, $3, $4, 0, 0, $5, 0, 0, '', 0, '', '')";
        sqlx::query(sql)
            .bind(id.0)
            .bind(number)
            .bind(port.0)
            .bind(self.now_us)
            .bind(i64::from(first))
            .execute(&mut *self.tx)
            .await?;
        u32::try_from(number).map_err(|_| StoreError::Invalid {
            key: "attempt",
            why: "is out of numbers".to_owned(),
        })
    }

    /// Completes the row of an attempt.
    pub(super) async fn attempt_over(
        &mut self,
        id: JobId,
        attempt: u32,
        report: &AttemptReport,
    ) -> Result<()> {
        let sql = "UPDATE attempts SET ended_us = $3, failure = $4, uncertain = $5, pages = $6, \
             octets = $7, rate = $8, ecm = $9, coding = $10, remote = $11 \
             WHERE job = $1 AND attempt = $2";
        sqlx::query(sql)
            .bind(id.0)
            .bind(i64::from(attempt))
            .bind(self.now_us)
            .bind(report.failure.map(|f| i64::from(f.number())))
            .bind(i64::from(report.uncertain))
            .bind(i64::from(report.pages))
            .bind(i64::try_from(report.octets).unwrap_or(i64::MAX))
            .bind(&report.rate)
            .bind(i64::from(report.ecm))
            .bind(&report.coding)
            .bind(&report.remote)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// So many pages of the whole job are confirmed. All of them: the far end has the fax.
    pub(super) async fn confirmed(&mut self, id: JobId, pages: u32) -> Result<()> {
        let sql = "UPDATE jobs SET pages_confirmed = $2, \
             window_open = CASE WHEN $2 >= pages THEN 0 ELSE window_open END \
             WHERE id = $1 AND pages_confirmed < $2";
        sqlx::query(sql).bind(id.0).bind(i64::from(pages)).execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Moves a send job on when its attempt is over.
    pub(super) async fn ended(&mut self, id: JobId, ending: Ending) -> Result<()> {
        let (state, failure, due_us) = match ending {
            Ending::Sent => (JobState::Sent, None, None),
            // A call that a stopping server ended says nothing of the job.
            Ending::Retry { due_us, failure } => {
                let failure = Some(failure).filter(|f| *f != Failure::Call(g3::Failure::Cancelled));
                (JobState::Pending, failure, Some(due_us))
            }
            Ending::Failed(failure) => (JobState::Failed, Some(failure), None),
            Ending::Uncertain(failure) => (JobState::Uncertain, Some(failure), None),
            Ending::Canceled => (JobState::Canceled, None, None),
        };
        let leaves = matches!(ending, Ending::Sent | Ending::Canceled);
        let left_seq = if leaves { Some(self.next("step").await?) } else { None };
        let archive = ending == Ending::Sent && self.store.server().await?.archives();
        let refund = matches!(ending, Ending::Retry { failure, .. } if !failure.counts());
        let sql = "UPDATE jobs SET state = $2, failure = $3, due_us = COALESCE($4, due_us), \
             ended_us = $5, left_seq = $6, attempts = attempts - $7, cancel_requested = 0, \
             held = CASE WHEN $2 = 'pending' THEN held ELSE 0 END, window_open = 0, archive = $8 \
             WHERE id = $1";
        sqlx::query(sql)
            .bind(id.0)
            .bind(state.as_str())
            .bind(failure.map(|f| i64::from(f.number())))
            .bind(due_us)
            .bind(if due_us.is_none() { Some(self.now_us) } else { None })
            .bind(left_seq)
            .bind(i64::from(refund))
            .bind(i64::from(archive))
            .execute(&mut *self.tx)
            .await?;
        let kind = if leaves { EventKind::JobLeft } else { EventKind::JobChanged };
        self.event(kind, Some(id)).await
    }
}
