//! What the file of a fax tells of it in its tags.

use jiff::Timestamp;
use t4::tiff::{FaxTags, Writer};

use super::{Job, JobId, Result, Store};
use crate::queue::Direction;

/// The program that writes the files.
const SOFTWARE: &str = "Ferrofax";

impl Store {
    /// An empty file for the pages of a job. Its time is the beginning of the call that brought the
    /// fax, or that sent it; before there was one, when it was queued.
    pub(super) async fn writer(&self, job: &Job) -> Result<Writer> {
        let began_us = self.began_us(job.id).await?;
        let began = Timestamp::from_second(began_us.div_euclid(1_000_000)).unwrap_or_default();
        let tags = FaxTags { time: began.to_string(), ..tags(job) };
        Ok(Writer::new()
            .software(SOFTWARE)
            .date_time(&began.strftime("%Y:%m:%d %H:%M:%S").to_string())
            .tags(tags))
    }

    /// When the latest call of a job began, microseconds UTC; when it was queued if there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn began_us(&self, id: JobId) -> Result<i64> {
        let sql = "SELECT COALESCE((SELECT started_us FROM attempts WHERE job = $1 \
             ORDER BY attempt DESC LIMIT 1), created_us) FROM jobs WHERE id = $1";
        Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(self.engine().reader()).await?)
    }
}

fn tags(job: &Job) -> FaxTags {
    match job.direction {
        Direction::Receive => FaxTags {
            recipient_number: job.number.clone(),
            routing: job.number.clone(),
            caller_id: job.caller.clone(),
            csid: job.ident.clone(),
            tsid: job.tsid.clone(),
            ..FaxTags::default()
        },
        Direction::Send => FaxTags {
            recipient_name: job.recipient_name.clone(),
            recipient_number: job.number.clone(),
            sender_name: job.sender_name.clone(),
            csid: job.remote.clone(),
            tsid: job.ident.clone(),
            ..FaxTags::default()
        },
    }
}
