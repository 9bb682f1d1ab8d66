use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Failure;

/// The longest text of a job, in characters.
pub const MAX_TEXT_CHARS: usize = 255;
/// The longest note of a cover page, in characters.
pub const MAX_NOTE_CHARS: usize = 8000;

/// The answer to an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Uploaded {
    /// The document's id, to be named in [`NewJob::document`].
    pub id: u32,
    /// The name it was given.
    pub name: String,
    /// Octets.
    pub size: u64,
}

/// A job to be queued.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewJob {
    /// The id of an uploaded document; left out for a cover page alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<u32>,
    /// The number to dial. Blanks and `()-./` are dropped; dialled are `+ 0-9 * #`.
    #[schema(min_length = 1)]
    pub number: String,
    /// Recipient name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub recipient_name: String,
    /// Sender name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub sender_name: String,
    /// Sender company.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub sender_company: String,
    /// Sender department.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub sender_dept: String,
    /// The sender's own TSID; used only when the server property `use_device_tsid` is false.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub tsid: String,
    /// Billing code, free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub billing_code: String,
    /// The name shown in the queue; the document's name when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 255)]
    pub display_name: String,
    /// Send in the hours of the discount rate only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub discount_send: bool,
    /// Lines per millimetre of the pages that are drawn. A fax TIFF keeps its own.
    #[serde(default, skip_serializing_if = "Resolution::is_fine")]
    pub resolution: Resolution,
    /// The password of an encrypted document.
    #[serde(default, skip_serializing_if = "Password::is_empty")]
    #[schema(value_type = String, format = Password, write_only)]
    pub password: Password,
    /// What belongs on a cover page and is shown nowhere else.
    #[serde(default, skip_serializing_if = "Cover::is_empty")]
    pub cover: Cover,
}

/// Lines per millimetre. T.4 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// 3.85 lines per millimetre (98 dpi).
    Standard,
    /// 7.7 lines per millimetre (196 dpi).
    #[default]
    Fine,
    /// 15.4 lines per millimetre (391 dpi).
    Superfine,
}

impl Resolution {
    fn is_fine(&self) -> bool {
        *self == Self::Fine
    }
}

impl From<Resolution> for t4::Resolution {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Standard => Self::Standard,
            Resolution::Fine => Self::Fine,
            Resolution::Superfine => Self::Superfine,
        }
    }
}

/// The password of a document. It shows itself to nobody: its `Debug` says only that it is there.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The password itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(password)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "none" } else { "hidden" })
    }
}

/// The cover page wanted and the fields that only it shows. Texts have at most 255 characters, the
/// note 8000.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cover {
    /// Whether a cover page is wanted. faxcom IFaxDoc::SendCoverpage.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub send: bool,
    /// Whether `name` is a cover page of the server. faxcom IFaxDoc::ServerCoverpage.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_server: bool,
    /// The template: the name of one of the server's, also as the path of a file of that name; empty
    /// is `standard`. faxcom IFaxDoc::CoverpageName.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The id of an uploaded template, to be used instead: a personal cover page. Refused where the
    /// server property `server_coverpage` allows only those of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<u32>,
    /// Note.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Subject.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Recipient: company.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_company: String,
    /// Recipient: street and number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_address: String,
    /// Recipient: city.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_city: String,
    /// Recipient: state or province.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_state: String,
    /// Recipient: postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_zip: String,
    /// Recipient: country.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_country: String,
    /// Recipient: title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_title: String,
    /// Recipient: department.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_department: String,
    /// Recipient: office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_office: String,
    /// Recipient: telephone at home.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_home_phone: String,
    /// Recipient: telephone at the office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub recipient_office_phone: String,
    /// Sender: street and number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender_address: String,
    /// Sender: title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender_title: String,
    /// Sender: office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender_office: String,
    /// Sender: telephone at home.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender_home_phone: String,
    /// Sender: telephone at the office.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender_office_phone: String,
    /// Sender: fax number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sender_fax: String,
    /// Where reports of delivery go. faxcom IFaxDoc::EmailAddress.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email_address: String,
}

impl Cover {
    /// Whether nothing is said at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a `PATCH` of a job may change; fields left out stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobChange {
    /// `true` pauses the job, `false` lets it go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
}

/// The body of a restart; it may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestartJob {
    /// Send again although the far end may already have the fax.
    #[serde(default)]
    pub may_duplicate: bool,
}

/// Which way a job goes and where it stands. faxcom IFaxJob::Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobType {
    /// JT_SEND, 1.
    Send,
    /// JT_RECEIVE, 2: a fax is being received.
    Receive,
    /// JT_ROUTING, 3: a received fax is being delivered.
    Routing,
    /// JT_FAIL_RECEIVE, 4: what came of a reception that broke off.
    FailReceive,
    /// JT_UNKNOWN, 0.
    #[serde(other)]
    Unknown,
}

impl JobType {
    /// The number that faxcom gives it.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Unknown => 0,
            Self::Send => 1,
            Self::Receive => 2,
            Self::Routing => 3,
            Self::FailReceive => 4,
        }
    }
}

/// Where a job stands in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time, a line, or (when held) for a person.
    Pending,
    /// In a call, in either direction.
    Active,
    /// The far end confirmed every page.
    Sent,
    /// Will not be sent by itself any more.
    Failed,
    /// Cancelled by a person.
    Canceled,
    /// The far end may or may not have the whole fax; never sent again by itself.
    Uncertain,
    /// Received and whole.
    Received,
    /// Received and being delivered.
    Routing,
    /// A reception that broke off.
    ReceiveFailed,
}

impl JobState {
    /// Whether FaxJobs shows a job in this state.
    #[must_use]
    pub const fn is_visible(self) -> bool {
        !matches!(self, Self::Sent | Self::Canceled | Self::Received)
    }

    /// Whether nothing more happens to the job by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Active | Self::Routing => false,
            Self::Sent
            | Self::Failed
            | Self::Canceled
            | Self::Uncertain
            | Self::Received
            | Self::ReceiveFailed => true,
        }
    }
}

/// One job, as FaxJob shows it and a little more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// The job's id.
    pub id: u32,
    /// Which way it goes.
    pub job_type: JobType,
    /// Where it stands in the store.
    pub state: JobState,
    /// Paused by a person.
    pub held: bool,
    /// A person wants it gone; the call is being ended.
    pub cancel_requested: bool,
    /// Whether FaxJobs shows it.
    pub in_queue: bool,
    /// The account that submitted it; sending only.
    pub user_name: String,
    /// The word for people: `Pending`, `In Progress`, `Deleting`, `Failed`, `Paused`, `No Line`,
    /// `Retrying` or `Retries Exceeded`.
    pub queue_status: String,
    /// The word for people: `Dialing`, `Sending`, `Busy` ...; `Unknown` while it merely waits.
    pub device_status: String,
    /// Pages of a fax to send; those received so far of one that comes in.
    pub page_count: u32,
    /// How many of them are the cover's, in front of the others.
    #[serde(default)]
    pub cover_pages: u32,
    /// Pages that the far end (sending) or this server (receiving) has confirmed.
    pub pages_confirmed: u32,
    /// The number as it was typed; sending only.
    pub fax_number: String,
    /// Recipient name.
    pub recipient_name: String,
    /// TSID of the job; of the far end for a received fax.
    pub tsid: String,
    /// Sender name.
    pub sender_name: String,
    /// Sender company.
    pub sender_company: String,
    /// Sender department.
    pub sender_dept: String,
    /// Billing code.
    pub billing_code: String,
    /// The name shown in the queue.
    pub display_name: String,
    /// Sent in the hours of the discount rate only.
    pub discount_send: bool,
    /// Calls so far, the present one included.
    pub attempts: u32,
    /// When it was submitted, or when the call came in.
    pub submitted: String,
    /// When the next attempt may begin; only while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// When nothing more was to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// The identity that the far end gave in the last call.
    pub remote: String,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What became of its copy in a folder, in words: a received fax that its line stores, or a
    /// sent one in the archive. Absent when none is wanted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub delivery: String,
    /// Where the present call stands; only while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// What was said for the cover page; of one job that is asked for alone, never in a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Cover)]
    pub cover: Option<Box<Cover>>,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// What the call is doing, in words for people: `dialing`, `training`, `sending` ...
    pub phase: String,
    /// The page in hand, counted from 1; 0 before the first.
    pub page: u32,
    /// Pages in all; 0 for a receiver, who cannot know.
    pub pages: u32,
    /// How much of the page in hand has been sent, in percent; absent when nobody can know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// The rate agreed on, in bit/s; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_bps: Option<u32>,
    /// Whether error correction is in use.
    pub ecm: bool,
    /// Seconds since the call began.
    pub seconds: f64,
    /// Seconds until the end, estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<f64>,
}

/// One page of a picture of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// Names the picture; give it back to get the following pages of the same picture.
    pub as_of: u64,
    /// Jobs in the whole picture.
    pub count: u64,
    /// Jobs by rising id. Each one shows its present values.
    pub jobs: Vec<Job>,
}
