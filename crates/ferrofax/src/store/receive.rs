//! Receiving: each page on disk before it is confirmed, the whole fax in the inbox at the end.

use g3::ReceivedPage;

use super::write::Write;
use super::{
    AttemptReport, Begun, EventKind, Job, JobId, PortId, Result, Store, StoreError, blobs, pages,
};
use crate::failure::Failure;
use crate::queue::{DeviceWord, Direction, JobState};

/// The longest number that is kept of what the network says, in characters.
const NUMBER_CHARS: usize = 64;

impl Store {
    /// Makes a job for a call that is about to be answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_receive(&self, port: PortId, caller: &str, called: &str) -> Result<Begun> {
        let mut write = self.write().await?;
        let id = JobId(write.next("job").await?);
        let step = write.arrival().await?;
        let sql = "INSERT INTO jobs (id, direction, state, held, cancel_requested, attempts, \
             due_us, created_us, created_seq, user_name, number, dialled, recipient_name, \
             sender_name, sender_company, sender_department, tsid, billing_code, display_name, \
             discount, pages, pages_confirmed, octets, port, caller, remote, window_open, device, \
             phase, page, rate_bps, ecm, started_us) \
             VALUES ($1, $2, $3, 0, 0, 1, $4, $4, $5, '', $6, '', '', '', '', '', '', '', '', 0, \
             0, 0, 0, $7, $8, '', 0, $9, 'A', 0, 0, 0, $4) RETURNING *";
        let row = sqlx::query(sql)
            .bind(id.0)
            .bind(Direction::Receive.as_str())
            .bind(JobState::Active.as_str())
            .bind(write.now_us)
            .bind(step)
            .bind(from_network(called))
            .bind(port.0)
            .bind(from_network(caller))
            .bind(DeviceWord::Ringing.as_str())
            .fetch_one(&mut *write.tx)
            .await?;
        let mut job = self.job_from(&row)?;
        job.ident = self.line(port).await?.map(|line| line.csid.value).unwrap_or_default();
        write.ident(id, &job.ident).await?;
        let attempt = write.attempt(id, port, 0).await?;
        write.event(EventKind::JobAdded, Some(id)).await?;
        // Before anybody can know of the job, so that no order to end its call is missed.
        let cancel = self.run(id);
        if let Err(error) = write.commit().await {
            self.running().remove(&id);
            return Err(error);
        }
        Ok(Begun { job, attempt, pages: Vec::new(), branding: false, cancel })
    }

    /// Stores a received page; it is on disk when this returns and may be confirmed.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn receive_page(&self, id: JobId, page: &ReceivedPage) -> Result<()> {
        let row = pages::StoredPage::received(page.index, page);
        self.blobs().put(&blobs::page(id, page.index), pages::encode(&page.page)?).await?;
        let mut write = self.write().await?;
        write.page(id, &row).await?;
        let sql = "UPDATE jobs SET pages = pages + 1, octets = octets + $2 WHERE id = $1";
        sqlx::query(sql).bind(id.0).bind(row.octets).execute(&mut *write.tx).await?;
        write.event(EventKind::JobChanged, Some(id)).await?;
        write.commit().await
    }

    /// Ends a reception: whole when `report` has no failure. What came is put into the inbox; a
    /// call that brought nothing leaves the queue.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn end_receive(&self, id: JobId, attempt: u32, report: &AttemptReport) -> Result<()> {
        let job = self.job(id).await?;
        if let Err(error) = self.fill_inbox(&job).await {
            // The pages are safe; from them the file is made when somebody asks for it.
            tracing::error!(%id, %error, "a received fax is not in the inbox folder");
        }
        let mut write = self.write().await?;
        write.attempt_over(id, attempt, report).await?;
        write.receive_over(&job, report.failure).await?;
        write.commit().await?;
        self.running().remove(&id);
        Ok(())
    }

    /// Puts what came into the inbox as one file. A page whose file was damaged since is left out,
    /// so that it does not take the others with it.
    pub(super) async fn fill_inbox(&self, job: &Job) -> Result<()> {
        let id = job.id;
        let mut writer = self.writer(job).await?;
        let mut count = 0;
        for index in 0..job.pages {
            let page = match self.page(id, index).await {
                Ok(page) => page,
                Err(StoreError::Damaged { what, why }) => {
                    tracing::error!(%id, what, why, "a received page is left out");
                    continue;
                }
                Err(error) => return Err(error),
            };
            writer.push(&page).map_err(pages::not_writable)?;
            count += 1;
        }
        if count > 0 {
            self.blobs().put(&blobs::inbox(id), writer.finish().into()).await?;
        }
        Ok(())
    }
}

/// What the network says of a number, as far as people need it.
fn from_network(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NUMBER_CHARS).collect()
}

impl Write<'_> {
    /// Moves a receive job on when its call is over. What its line copies to a folder stays in the
    /// queue until the copy is there.
    pub(super) async fn receive_over(&mut self, job: &Job, failure: Option<Failure>) -> Result<()> {
        let Job { id, pages, port, .. } = *job;
        let sql = "SELECT cancel_requested FROM jobs WHERE id = $1";
        let unwanted: i64 = sqlx::query_scalar(sql).bind(id.0).fetch_one(&mut *self.tx).await?;
        let state = match failure {
            None if pages > 0 => match self.store.stores_in(port).await? {
                Some(_) => JobState::Routing,
                None => JobState::Received,
            },
            _ if unwanted != 0 => JobState::Canceled,
            _ => JobState::ReceiveFailed,
        };
        let leaves = match state {
            JobState::ReceiveFailed => pages == 0,
            _ => state != JobState::Routing,
        };
        let left_seq = if leaves { Some(self.next("step").await?) } else { None };
        let ended_us = Some(self.now_us).filter(|_| state != JobState::Routing);
        let sql = "UPDATE jobs SET state = $2, failure = $3, ended_us = $4, left_seq = $5, \
             due_us = $6, cancel_requested = 0 WHERE id = $1";
        sqlx::query(sql)
            .bind(id.0)
            .bind(state.as_str())
            .bind(failure.map(|f| i64::from(f.number())))
            .bind(ended_us)
            .bind(left_seq)
            .bind(self.now_us)
            .execute(&mut *self.tx)
            .await?;
        let kind = if leaves { EventKind::JobLeft } else { EventKind::JobChanged };
        self.event(kind, Some(id)).await
    }
}
