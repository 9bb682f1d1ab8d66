//! Queueing a job: durable with its pages before its submitter learns its id.

use std::hash::{DefaultHasher, Hash, Hasher};

use sqlx::Row;
use t4::Page;

use super::clean::Kind;
use super::write::Write;
use super::{
    EventKind, Idempotency, JobId, NewJob, Result, Store, StoreError, Submitted, blobs, pages,
};
use crate::crash::{self, Point};
use crate::queue::{DeviceWord, Direction, JobState};

impl Store {
    /// The job that this key made before, so that nothing has to be rendered again.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`], or when the database fails.
    pub async fn replayed(&self, user: &str, key: &Idempotency) -> Result<Option<JobId>> {
        let sql = "SELECT fingerprint, job FROM idempotency \
             WHERE user_name = $1 AND client_key = $2";
        let row = sqlx::query(sql)
            .bind(user)
            .bind(&key.key)
            .fetch_optional(self.engine().reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let job = JobId(row.try_get("job")?);
        match row.try_get::<String, _>("fingerprint")? == key.fingerprint {
            true => Ok(Some(job)),
            false => Err(StoreError::KeyReused(job)),
        }
    }

    /// Queues a job. It is on disk with its pages when this returns its id. A key that was used
    /// for the same request before gives the job of that time.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`], [`StoreError::Invalid`] for a job without pages, or when the disk
    /// or the database fails.
    pub async fn submit(
        &self,
        job: NewJob,
        pages: Vec<Page>,
        key: Option<Idempotency>,
    ) -> Result<Submitted> {
        if pages.is_empty() {
            return Err(StoreError::Invalid { key: "pages", why: "are none".to_owned() });
        }
        let Some(key) = key else { return self.queue(job, pages, None).await };
        if key.key.is_empty() || key.key.chars().count() > Idempotency::KEY_CHARS {
            let why = format!("has 1 to {} characters", Idempotency::KEY_CHARS);
            return Err(StoreError::Invalid { key: "Idempotency-Key", why });
        }
        // Equal requests at once wait here for the first of them.
        let _turn = match self.inner.key_locks.get(lock_of(&job.user_name, &key.key)) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        if let Some(job) = self.replayed(&job.user_name, &key).await? {
            return Ok(Submitted { job, fresh: false });
        }
        self.queue(job, pages, Some(key)).await
    }

    async fn queue(
        &self,
        job: NewJob,
        pages: Vec<Page>,
        key: Option<Idempotency>,
    ) -> Result<Submitted> {
        self.check_room()?;
        let mut write = self.write().await?;
        let reserved = write.reserve(Kind::Job).await?;
        let id = JobId(reserved.id);
        write.commit().await?;

        let stored = match self.write_pages(id, pages).await {
            Ok(stored) => stored,
            Err(error) => {
                self.give_up_on(reserved).await;
                return Err(error);
            }
        };

        let mut write = self.write().await?;
        write.release(Kind::Job, id.0).await?;
        for page in &stored {
            write.page(id, page).await?;
        }
        let octets = stored.iter().map(|page| page.octets).sum();
        write.job(id, &job, i64::try_from(stored.len()).unwrap_or(i64::MAX), octets).await?;
        if let Some(key) = key {
            let sql = "INSERT INTO idempotency \
                 (user_name, client_key, fingerprint, job, created_us) VALUES ($1, $2, $3, $4, $5)";
            sqlx::query(sql)
                .bind(&job.user_name)
                .bind(key.key)
                .bind(key.fingerprint)
                .bind(id.0)
                .bind(write.now_us)
                .execute(&mut *write.tx)
                .await?;
        }
        write.event(EventKind::JobAdded, Some(id)).await?;
        write.commit().await?;
        crash::reached(Point::AfterAccept);
        Ok(Submitted { job: id, fresh: true })
    }

    async fn write_pages(&self, id: JobId, pages: Vec<Page>) -> Result<Vec<pages::StoredPage>> {
        let mut stored = Vec::with_capacity(pages.len());
        for (index, page) in (0..).zip(pages) {
            let row = pages::StoredPage::of(index, &page);
            self.blobs().put(&blobs::page(id, index), pages::encode(&page)?).await?;
            stored.push(row);
        }
        Ok(stored)
    }
}

impl Write<'_> {
    async fn job(&mut self, id: JobId, job: &NewJob, pages: i64, octets: i64) -> Result<()> {
        let step = self.arrival().await?;
        let sql = "INSERT INTO jobs (id, direction, state, held, cancel_requested, attempts, \
             due_us, created_us, created_seq, document, user_name, number, dialled, \
             recipient_name, sender_name, sender_company, sender_department, tsid, billing_code, \
             display_name, discount, pages, cover_pages, pages_confirmed, octets, caller, remote, \
             window_open, device, phase, page, rate_bps, ecm, started_us, drawn) \
             VALUES ($1, $2, $3, 0, 0, 0, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
             $15, $16, $17, $18, $19, 0, $20, '', '', 0, $21, 'A', 0, 0, 0, 0, $22)";
        sqlx::query(sql)
            .bind(id.0)
            .bind(Direction::Send.as_str())
            .bind(JobState::Pending.as_str())
            .bind(self.now_us)
            .bind(step)
            .bind(job.document.map(|d| d.0))
            .bind(&job.user_name)
            .bind(job.number.typed())
            .bind(job.number.dialled())
            .bind(&job.recipient_name)
            .bind(&job.sender_name)
            .bind(&job.sender_company)
            .bind(&job.sender_department)
            .bind(&job.tsid)
            .bind(&job.billing_code)
            .bind(&job.display_name)
            .bind(i64::from(job.discount))
            .bind(pages)
            .bind(i64::from(job.cover_pages))
            .bind(octets)
            .bind(DeviceWord::Unknown.as_str())
            .bind(job.drawn.map_or("", pages::resolution_word))
            .execute(&mut *self.tx)
            .await?;
        if !job.cover.is_empty() {
            sqlx::query("INSERT INTO covers (job, fields) VALUES ($1, $2)")
                .bind(id.0)
                .bind(&job.cover)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }
}

fn lock_of(user: &str, key: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    (user, key).hash(&mut hasher);
    usize::try_from(hasher.finish() % super::KEY_LOCKS as u64).unwrap_or(0)
}
