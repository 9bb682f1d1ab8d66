//! A writing transaction together with what it tells the world when it is committed.

use sqlx::{Any, Row, Transaction};

use super::{EventKind, JobId, Result, Store};

/// Events kept for clients that come back.
const EVENTS_KEPT: i64 = 100_000;

/// Old events are removed whenever this many new ones have come.
const EVENTS_SWEEP: i64 = 1_000;

/// One writing transaction. Dropped without [`Write::commit`] nothing has happened.
pub(super) struct Write<'s> {
    pub(super) store: &'s Store,
    pub(super) tx: Transaction<'static, Any>,
    pub(super) now_us: i64,
    newest_event: Option<i64>,
}

impl Store {
    pub(super) async fn write(&self) -> Result<Write<'_>> {
        let tx = self.engine().begin_write().await?;
        Ok(Write { store: self, tx, now_us: self.clock().now_us(), newest_event: None })
    }
}

impl Write<'_> {
    /// The next value of a counter.
    pub(super) async fn next(&mut self, counter: &'static str) -> Result<i64> {
        let sql = "UPDATE counters SET value = value + 1 WHERE name = $1 RETURNING value";
        Ok(sqlx::query(sql).bind(counter).fetch_one(&mut *self.tx).await?.try_get(0)?)
    }

    /// The step of the queue at which a job comes. How many came is counted with it; with each
    /// other step one leaves.
    pub(super) async fn arrival(&mut self) -> Result<i64> {
        self.next("arrived").await?;
        self.next("step").await
    }

    /// Notes that something happened.
    pub(super) async fn event(&mut self, kind: EventKind, job: Option<JobId>) -> Result<()> {
        let id = self.next("event").await?;
        sqlx::query("INSERT INTO events (id, at_us, kind, job) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(self.now_us)
            .bind(kind.as_str())
            .bind(job.map(|j| j.0))
            .execute(&mut *self.tx)
            .await?;
        if id % EVENTS_SWEEP == 0 {
            sqlx::query("DELETE FROM events WHERE id <= $1")
                .bind(id - EVENTS_KEPT)
                .execute(&mut *self.tx)
                .await?;
        }
        self.newest_event = Some(id);
        Ok(())
    }

    /// Makes it durable, then tells whoever follows the events.
    pub(super) async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        if let Some(id) = self.newest_event {
            self.store.announce(id);
        }
        Ok(())
    }
}
