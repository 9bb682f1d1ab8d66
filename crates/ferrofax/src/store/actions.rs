//! What a person orders for a job.

use super::{EventKind, Job, JobId, Result, Store, StoreError};
use crate::queue::{Action, JobState, Move, decide};

impl Store {
    /// Does what a person ordered. Ending a running call is begun here; the job leaves the queue
    /// when the call is over.
    ///
    /// # Errors
    /// [`StoreError::NoJob`], [`StoreError::Illegal`], or when the database fails.
    pub async fn act(&self, id: JobId, action: Action) -> Result<Job> {
        let mut write = self.write().await?;
        let row = sqlx::query("SELECT * FROM jobs WHERE id = $1")
            .bind(id.0)
            .fetch_optional(&mut *write.tx)
            .await?
            .ok_or(StoreError::NoJob(id))?;
        let job = self.job_from(&row)?;
        let order = decide(&job, action)?;
        let sql = match order {
            Move::Nothing => return Ok(job),
            Move::Hold => "UPDATE jobs SET held = 1 WHERE id = $1",
            Move::Release => "UPDATE jobs SET held = 0 WHERE id = $1",
            Move::Abort => "UPDATE jobs SET cancel_requested = 1 WHERE id = $1",
            Move::Requeue => {
                "UPDATE jobs SET state = 'pending', held = 0, attempts = 0, failure = NULL, \
                 window_open = 0, ended_us = NULL, due_us = $2 WHERE id = $1"
            }
            Move::Remove => {
                "UPDATE jobs SET state = 'canceled', held = 0, \
                 ended_us = COALESCE(ended_us, $2), left_seq = $3 WHERE id = $1"
            }
            Move::Keep => {
                "UPDATE jobs SET state = 'received', delivery = \
                 'not stored in a folder: a person ended it; the fax is in the inbox', \
                 ended_us = COALESCE(ended_us, $2), left_seq = $3 WHERE id = $1"
            }
        };
        let leaves = matches!(order, Move::Remove | Move::Keep);
        let mut query = sqlx::query(sql).bind(id.0);
        if leaves || order == Move::Requeue {
            query = query.bind(write.now_us);
        }
        if leaves {
            query = query.bind(write.next("step").await?);
        }
        query.execute(&mut *write.tx).await?;
        let kind = if leaves { EventKind::JobLeft } else { EventKind::JobChanged };
        write.event(kind, Some(id)).await?;
        write.commit().await?;
        if order == Move::Abort {
            self.abort(id);
        }
        debug_assert!(job.state == JobState::Active || order != Move::Abort);
        self.job(id).await
    }

    /// Tells a running call to end.
    fn abort(&self, id: JobId) {
        if let Some(running) = self.running().get(&id) {
            running.cancel.cancel();
        }
    }
}
