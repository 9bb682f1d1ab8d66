//! The properties of FaxServer.

use crate::api::{ServerChange, ServerProperties};
use crate::{Error, FaxServer};

impl FaxServer {
    /// All properties at once, as the server has them now.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request: `forbidden` without the right
    /// `config_query`.
    pub fn properties(&self) -> Result<ServerProperties, Error> {
        self.client()?.properties()
    }

    /// Writes what `change` names, all of it or nothing.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request: `bad_value` names the property and its
    /// range.
    pub fn change(&self, change: &ServerChange) -> Result<(), Error> {
        self.client()?.change_server(change)?;
        Ok(())
    }
}

/// A getter that asks the server and a setter that writes at once, for each property.
macro_rules! properties {
    (|$p:ident| $($(#[$doc:meta])* $get:ident -> $out:ty = $read:expr, $set:ident($in:ty);)+) => {
        impl FaxServer {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// [`Error::NotConnected`] and those of every request.
                pub fn $get(&self) -> Result<$out, Error> {
                    let $p = self.properties()?;
                    Ok($read)
                }

                $(#[$doc])*
                ///
                /// # Errors
                /// [`Error::NotConnected`] and those of every request: `bad_value` when the server
                /// does not take the value.
                pub fn $set(&self, value: $in) -> Result<(), Error> {
                    self.change(&ServerChange { $get: Some(value.into()), ..ServerChange::default() })
                }
            )+
        }
    };
}

properties! { |p|
    /// Attempts after a failed first one, 0 to 99. faxcom IFaxServer::Retries.
    retries -> i32 = saturated(p.retries), set_retries(i32);
    /// Minutes between two attempts, 0 to 43200. faxcom IFaxServer::RetryDelay.
    retry_delay -> i32 = saturated(p.retry_delay), set_retry_delay(i32);
    /// Days that an unsent job is kept, 0 to 3650; -1 for ever. faxcom IFaxServer::DirtyDays.
    dirty_days -> i32 = p.dirty_days, set_dirty_days(i32);
    /// Whether a line with time, page and TSID is printed on top of each page. faxcom
    /// IFaxServer::Branding.
    branding -> bool = p.branding, set_branding(bool);
    /// Whether the line's TSID is sent, whatever the document says. faxcom
    /// IFaxServer::UseDeviceTsid.
    use_device_tsid -> bool = p.use_device_tsid, set_use_device_tsid(bool);
    /// Whether only cover pages of the server are allowed. faxcom IFaxServer::ServerCoverpage.
    server_coverpage -> bool = p.server_coverpage, set_server_coverpage(bool);
    /// Whether the outbound queue is paused. faxcom IFaxServer::PauseServerQueue.
    pause_server_queue -> bool = p.pause_server_queue, set_pause_server_queue(bool);
    /// Whether a copy of each sent fax is kept in the archive directory. faxcom
    /// IFaxServer::ArchiveOutboundFaxes.
    archive_outbound_faxes -> bool = p.archive_outbound_faxes, set_archive_outbound_faxes(bool);
    /// Where copies of sent faxes go: a full path on the server. faxcom
    /// IFaxServer::ArchiveDirectory.
    archive_directory -> String = p.archive_directory, set_archive_directory(&str);
    /// A mail profile, kept for clients that set it. faxcom IFaxServer::ServerMapiProfile.
    server_mapi_profile -> String = p.server_mapi_profile, set_server_mapi_profile(&str);
    /// The discount rate begins: hour, 0 to 23, in the server's zone. faxcom
    /// IFaxServer::DiscountRateStartHour.
    discount_rate_start_hour -> i16 = p.discount_rate_start_hour.into(),
        set_discount_rate_start_hour(i16);
    /// The discount rate begins: minute, 0 to 59. faxcom IFaxServer::DiscountRateStartMinute.
    discount_rate_start_minute -> i16 = p.discount_rate_start_minute.into(),
        set_discount_rate_start_minute(i16);
    /// The discount rate ends: hour, 0 to 23; an end before the start lies on the next day. faxcom
    /// IFaxServer::DiscountRateEndHour.
    discount_rate_end_hour -> i16 = p.discount_rate_end_hour.into(),
        set_discount_rate_end_hour(i16);
    /// The discount rate ends: minute, 0 to 59. faxcom IFaxServer::DiscountRateEndMinute.
    discount_rate_end_minute -> i16 = p.discount_rate_end_minute.into(),
        set_discount_rate_end_minute(i16);
}

fn saturated(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
