//! What the file of a fax tells of it in its tags.

use jiff::Timestamp;
use t4::tiff::{FaxTags, Writer};

use super::{Job, JobId, Port, PortId, Result, Store, StoreError};
use crate::queue::{Direction, tsi};

/// The program that writes the files.
const SOFTWARE: &str = "Ferrofax";

impl Store {
    /// An empty file for the pages of a job. Its time is the beginning of the call that brought the
    /// fax, or that sent it; before there was one, when it was queued.
    pub(super) async fn writer(&self, job: &Job) -> Result<Writer> {
        let began_us = self.began_us(job.id).await?;
        let began = Timestamp::from_second(began_us.div_euclid(1_000_000)).unwrap_or_default();
        let tags = FaxTags { time: began.to_string(), ..self.tags(job).await? };
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

    async fn tags(&self, job: &Job) -> Result<FaxTags> {
        let line = match job.port {
            Some(id) => self.line(id).await?,
            None => None,
        };
        Ok(match job.direction {
            Direction::Receive => FaxTags {
                recipient_number: job.number.clone(),
                routing: job.number.clone(),
                caller_id: job.caller.clone(),
                csid: line.map(|line| line.csid.value).unwrap_or_default(),
                tsid: job.tsid.clone(),
                ..FaxTags::default()
            },
            Direction::Send => {
                let server = self.server().await?;
                let tsid = line.as_ref().map(|line| tsi(job, line, &server));
                FaxTags {
                    recipient_name: job.recipient_name.clone(),
                    recipient_number: job.number.clone(),
                    sender_name: job.sender_name.clone(),
                    csid: job.remote.clone(),
                    tsid: tsid.map(|tsid| tsid.as_str().to_owned()).unwrap_or_default(),
                    ..FaxTags::default()
                }
            }
        })
    }

    /// A line, if the configuration still has it.
    async fn line(&self, id: PortId) -> Result<Option<Port>> {
        match self.port(id).await {
            Ok(port) => Ok(Some(port)),
            Err(StoreError::NoPort(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
