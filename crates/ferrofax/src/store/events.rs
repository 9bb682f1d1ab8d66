//! What happened, in order, for whoever follows the server.

use sqlx::Row;
use sqlx::any::AnyRow;
use tokio::sync::watch;

use super::{Event, EventKind, JobId, PAGE_LIMIT, Result, Store};

impl Store {
    /// What happened after event `id`, oldest first: up to `limit` events (at most
    /// [`PAGE_LIMIT`]). Very old events are not kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn events_after(&self, id: i64, limit: u32) -> Result<Vec<Event>> {
        let rows = sqlx::query("SELECT * FROM events WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(id)
            .bind(i64::from(limit.min(PAGE_LIMIT)))
            .fetch_all(self.engine().reader())
            .await?;
        Ok(rows.iter().filter_map(|row| event_from(row).ok().flatten()).collect())
    }

    /// Holds the newest event id; changes when something happened. Also what wakes the scheduler.
    #[must_use]
    pub fn watch_events(&self) -> watch::Receiver<i64> {
        self.newest_event().subscribe()
    }
}

fn event_from(row: &AnyRow) -> Result<Option<Event>, sqlx::Error> {
    let Some(kind) = EventKind::from_word(row.try_get("kind")?) else { return Ok(None) };
    Ok(Some(Event {
        id: row.try_get("id")?,
        at_us: row.try_get("at_us")?,
        kind,
        job: row.try_get::<Option<i64>, _>("job")?.map(JobId),
    }))
}
