//! The server's properties, as clients read and set them. faxcom IFaxServer

/// The properties of the server. faxcom IFaxServer
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerProperties {
    /// Attempts after a failed one, 0 to 99.
    pub retries: u32,
    /// Minutes between attempts, 0 to [`ServerProperties::MAX_RETRY_DELAY_MIN`].
    pub retry_delay_min: u32,
    /// Days that an unsent job is kept; `None` for ever.
    pub dirty_days: Option<u32>,
    /// A line with time, page and TSID on top of each page.
    pub branding: bool,
    /// The line's TSID is sent whatever the document says.
    pub use_device_tsid: bool,
    /// Only common cover pages are allowed.
    pub server_coverpage: bool,
    /// Nothing is sent.
    pub pause_server_queue: bool,
    /// Sent faxes are copied to `archive_directory`.
    pub archive_outbound: bool,
    /// Where the copies go: nowhere, or a full path of this system or of Windows.
    pub archive_directory: String,
    /// Kept for clients that set it.
    pub server_mapi_profile: String,
    /// The cheap hours begin.
    pub discount_start: TimeOfDay,
    /// The cheap hours end; earlier than the start means after midnight.
    pub discount_end: TimeOfDay,
}

impl ServerProperties {
    /// The most retries.
    pub const MAX_RETRIES: u32 = 99;
    /// The longest delay: thirty days.
    pub const MAX_RETRY_DELAY_MIN: u32 = 30 * 24 * 60;
    /// The longest life of an unsent job: ten years.
    pub const MAX_DIRTY_DAYS: u32 = 3650;
    /// The longest text, in characters.
    pub const MAX_TEXT: usize = 1024;
}

impl ServerProperties {
    /// Whether sent faxes are copied to the archive: wanted, and a folder is named. faxcom
    /// IFaxServer::put_ArchiveDirectory
    #[must_use]
    pub fn archives(&self) -> bool {
        self.archive_outbound && !self.archive_directory.is_empty()
    }
}

impl Default for ServerProperties {
    fn default() -> Self {
        Self {
            retries: 3,
            retry_delay_min: 10,
            dirty_days: Some(7),
            branding: true,
            use_device_tsid: true,
            server_coverpage: false,
            pause_server_queue: false,
            archive_outbound: false,
            archive_directory: String::new(),
            server_mapi_profile: String::new(),
            discount_start: TimeOfDay { hour: 20, minute: 0 },
            discount_end: TimeOfDay { hour: 7, minute: 0 },
        }
    }
}

/// A time of day in the server's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
}

impl TimeOfDay {
    /// The last hour of a day.
    pub const MAX_HOUR: u8 = 23;
    /// The last minute of an hour.
    pub const MAX_MINUTE: u8 = 59;

    /// `hour` 0 to 23, `minute` 0 to 59.
    #[must_use]
    pub const fn new(hour: u8, minute: u8) -> Option<Self> {
        if hour <= Self::MAX_HOUR && minute <= Self::MAX_MINUTE {
            Some(Self { hour, minute })
        } else {
            None
        }
    }

    /// 0 to 23.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }
}
