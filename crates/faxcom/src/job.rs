use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::api::{Job, JobType};
use crate::server::Session;

/// One job of the queue: a picture of it that [`FaxJob::refresh`] renews. faxcom IFaxJob.
#[derive(Clone)]
pub struct FaxJob {
    session: Arc<Session>,
    job: Arc<Job>,
}

/// What [`FaxJob::set_status`] may ask for; restart has the number of resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobCommand {
    /// JC_DELETE, 1: cancel it.
    Delete,
    /// JC_PAUSE, 2: hold it back.
    Pause,
    /// JC_RESUME and JC_RESTART, 3: let it go on; send a failed one again.
    Resume,
}

impl TryFrom<i32> for JobCommand {
    type Error = Error;

    fn try_from(number: i32) -> Result<Self, Error> {
        Ok(match number {
            1 => Self::Delete,
            2 => Self::Pause,
            3 => Self::Resume,
            other => return Err(Error::BadCommand(other)),
        })
    }
}

impl fmt::Debug for FaxJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaxJob").field(&self.job).finish()
    }
}

impl FaxJob {
    pub(crate) fn new(session: Arc<Session>, job: Arc<Job>) -> Self {
        Self { session, job }
    }

    /// The id of the job, the one that [`crate::FaxDoc::send`] gave.
    #[must_use]
    pub fn job_id(&self) -> u32 {
        self.job.id
    }

    /// Which way it goes.
    #[must_use]
    pub fn job_type(&self) -> JobType {
        self.job.job_type
    }

    /// The account that submitted it; sending only.
    #[must_use]
    pub fn user_name(&self) -> &str {
        &self.job.user_name
    }

    /// Where it stands in the queue: `Pending`, `In Progress`, `Deleting`, `Failed`, `Paused`,
    /// `No Line`, `Retrying` or `Retries Exceeded`.
    #[must_use]
    pub fn queue_status(&self) -> &str {
        &self.job.queue_status
    }

    /// What its line is doing: `Dialing`, `Sending`, `Busy` ...; `Unknown` while it has none.
    #[must_use]
    pub fn device_status(&self) -> &str {
        &self.job.device_status
    }

    /// Pages in all; sending only, else 0.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        if self.job.job_type == JobType::Send { self.job.page_count } else { 0 }
    }

    /// The number to dial, as it was typed; sending only.
    #[must_use]
    pub fn fax_number(&self) -> &str {
        &self.job.fax_number
    }

    /// Name of the recipient.
    #[must_use]
    pub fn recipient_name(&self) -> &str {
        &self.job.recipient_name
    }

    /// TSID of the job.
    #[must_use]
    pub fn tsid(&self) -> &str {
        &self.job.tsid
    }

    /// Name of the sender.
    #[must_use]
    pub fn sender_name(&self) -> &str {
        &self.job.sender_name
    }

    /// Company of the sender.
    #[must_use]
    pub fn sender_company(&self) -> &str {
        &self.job.sender_company
    }

    /// Department of the sender.
    #[must_use]
    pub fn sender_dept(&self) -> &str {
        &self.job.sender_dept
    }

    /// Billing code.
    #[must_use]
    pub fn billing_code(&self) -> &str {
        &self.job.billing_code
    }

    /// The name shown in the queue; not unique.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.job.display_name
    }

    /// Whether it waits for the hours of the discount rate.
    #[must_use]
    pub fn discount_send(&self) -> bool {
        self.job.discount_send
    }

    /// Everything that the server says of the job, also what the Fax Service Client API has no
    /// word for: progress, outcome, times.
    #[must_use]
    pub fn details(&self) -> &Job {
        &self.job
    }

    /// Applies a command. The values of this object stay as they are until
    /// [`FaxJob::refresh`]. faxcom IFaxJob::SetStatus.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request: `not_found` for a job that is gone,
    /// `not_allowed`, and `uncertain` when resuming might send a fax twice.
    pub fn set_status(&self, command: JobCommand) -> Result<(), Error> {
        let client = self.session.client()?;
        match command {
            JobCommand::Delete => client.cancel(self.job.id),
            JobCommand::Pause => client.pause(self.job.id),
            JobCommand::Resume => client.resume(self.job.id),
        }?;
        Ok(())
    }

    /// Applies a command given by its number: 1 deletes, 2 pauses, 3 resumes or restarts.
    ///
    /// # Errors
    /// [`Error::BadCommand`] and those of [`FaxJob::set_status`].
    pub fn set_status_number(&self, command: i32) -> Result<(), Error> {
        self.set_status(JobCommand::try_from(command)?)
    }

    /// Asks the server and replaces all values. When that fails, as for a job that has left the
    /// queue because it was sent or cancelled, the old values stay. faxcom IFaxJob::Refresh.
    ///
    /// # Errors
    /// [`Error::JobGone`], [`Error::NotConnected`] and those of every request.
    pub fn refresh(&mut self) -> Result<(), Error> {
        let job = self.session.client()?.job(self.job.id)?;
        if !job.in_queue {
            return Err(Error::JobGone(job.id));
        }
        self.job = Arc::new(job);
        Ok(())
    }
}
