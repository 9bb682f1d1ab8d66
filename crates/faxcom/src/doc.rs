use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Error;
use crate::api::{NewJob, Password, Resolution};
use crate::send;
use crate::server::Link;
use crate::text::station_id;

/// A document to be sent to one number. faxcom IFaxDoc.
///
/// Nothing is checked before [`FaxDoc::send`], and everything but the file and the number may stay
/// empty. A getter gives what was put, or nothing; what the settings say of the sender
/// ([`crate::Sender`]) is put in by `send`.
#[derive(Debug)]
pub struct FaxDoc {
    link: Arc<Link>,
    file_name: PathBuf,
    job: NewJob,
    call_handle: i32,
    has_connection_object: bool,
}

/// A text member of a document, as the job to be sent has it.
pub(crate) struct Text<'a> {
    /// Its name in the Fax Service Client API.
    pub(crate) member: &'static str,
    pub(crate) kind: Kind,
    pub(crate) value: &'a mut String,
}

/// What a text may hold when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One line.
    Line,
    /// Several lines: a field of the cover page.
    Lines,
    /// Several lines, and many.
    Note,
    /// A TSID.
    StationId,
}

/// Getter and setter of each text member, and the list of them all.
macro_rules! texts {
    ($($(#[$doc:meta])* $member:literal = $($field:ident).+, $kind:ident: $get:ident, $set:ident;)+) => {
        impl FaxDoc {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $get(&self) -> &str {
                    &self.job.$($field).+
                }

                $(#[$doc])*
                pub fn $set(&mut self, value: impl Into<String>) {
                    self.job.$($field).+ = value.into();
                }
            )+
        }

        /// The text members of a document that is to become `job`.
        pub(crate) fn texts(job: &mut NewJob) -> impl Iterator<Item = Text<'_>> {
            [$(Text { member: $member, kind: Kind::$kind, value: &mut job.$($field).+ },)+
             Text { member: "Tsid", kind: Kind::StationId, value: &mut job.tsid }].into_iter()
        }
    };
}

texts! {
    /// The number to dial; required. faxcom IFaxDoc::FaxNumber.
    "FaxNumber" = number, Line: fax_number, set_fax_number;
    /// Name of the recipient. faxcom IFaxDoc::RecipientName.
    "RecipientName" = recipient_name, Line: recipient_name, set_recipient_name;
    /// Company of the recipient. faxcom IFaxDoc::RecipientCompany.
    "RecipientCompany" = cover.recipient_company, Lines: recipient_company, set_recipient_company;
    /// Street of the recipient. faxcom IFaxDoc::RecipientAddress.
    "RecipientAddress" = cover.recipient_address, Lines: recipient_address, set_recipient_address;
    /// City of the recipient. faxcom IFaxDoc::RecipientCity.
    "RecipientCity" = cover.recipient_city, Lines: recipient_city, set_recipient_city;
    /// State of the recipient. faxcom IFaxDoc::RecipientState.
    "RecipientState" = cover.recipient_state, Lines: recipient_state, set_recipient_state;
    /// Postal code of the recipient. faxcom IFaxDoc::RecipientZip.
    "RecipientZip" = cover.recipient_zip, Lines: recipient_zip, set_recipient_zip;
    /// Country of the recipient. faxcom IFaxDoc::RecipientCountry.
    "RecipientCountry" = cover.recipient_country, Lines: recipient_country, set_recipient_country;
    /// Title of the recipient. faxcom IFaxDoc::RecipientTitle.
    "RecipientTitle" = cover.recipient_title, Lines: recipient_title, set_recipient_title;
    /// Department of the recipient. faxcom IFaxDoc::RecipientDepartment.
    "RecipientDepartment" = cover.recipient_department, Lines:
        recipient_department, set_recipient_department;
    /// Office of the recipient. faxcom IFaxDoc::RecipientOffice.
    "RecipientOffice" = cover.recipient_office, Lines: recipient_office, set_recipient_office;
    /// Telephone of the recipient at home. faxcom IFaxDoc::RecipientHomePhone.
    "RecipientHomePhone" = cover.recipient_home_phone, Lines:
        recipient_home_phone, set_recipient_home_phone;
    /// Telephone of the recipient at the office. faxcom IFaxDoc::RecipientOfficePhone.
    "RecipientOfficePhone" = cover.recipient_office_phone, Lines:
        recipient_office_phone, set_recipient_office_phone;
    /// Name of the sender. faxcom IFaxDoc::SenderName.
    "SenderName" = sender_name, Line: sender_name, set_sender_name;
    /// Company of the sender. faxcom IFaxDoc::SenderCompany.
    "SenderCompany" = sender_company, Line: sender_company, set_sender_company;
    /// Street of the sender. faxcom IFaxDoc::SenderAddress.
    "SenderAddress" = cover.sender_address, Lines: sender_address, set_sender_address;
    /// Title of the sender. faxcom IFaxDoc::SenderTitle.
    "SenderTitle" = cover.sender_title, Lines: sender_title, set_sender_title;
    /// Department of the sender. faxcom IFaxDoc::SenderDepartment.
    "SenderDepartment" = sender_dept, Line: sender_department, set_sender_department;
    /// Office of the sender. faxcom IFaxDoc::SenderOffice.
    "SenderOffice" = cover.sender_office, Lines: sender_office, set_sender_office;
    /// Telephone of the sender at home. faxcom IFaxDoc::SenderHomePhone.
    "SenderHomePhone" = cover.sender_home_phone, Lines: sender_home_phone, set_sender_home_phone;
    /// Telephone of the sender at the office. faxcom IFaxDoc::SenderOfficePhone.
    "SenderOfficePhone" = cover.sender_office_phone, Lines:
        sender_office_phone, set_sender_office_phone;
    /// Fax number of the sender. faxcom IFaxDoc::SenderFax.
    "SenderFax" = cover.sender_fax, Lines: sender_fax, set_sender_fax;
    /// The cover page, used only when [`FaxDoc::send_coverpage`] says so: the name of one of the
    /// server's, also with a path or an ending in front of and behind it as in
    /// `C:\\Covers\\confdent.cov`; or, unless [`FaxDoc::server_coverpage`] says otherwise, the path of a
    /// template of this machine that ends with `.typ`. Empty is the server's `standard`.
    /// faxcom IFaxDoc::CoverpageName.
    "CoverpageName" = cover.name, Line: coverpage_name, set_coverpage_name;
    /// Note on the cover page; it may have lines. faxcom IFaxDoc::CoverpageNote.
    "CoverpageNote" = cover.note, Note: coverpage_note, set_coverpage_note;
    /// Subject on the cover page. faxcom IFaxDoc::CoverpageSubject.
    "CoverpageSubject" = cover.subject, Lines: coverpage_subject, set_coverpage_subject;
    /// Free text that goes with the job. faxcom IFaxDoc::BillingCode.
    "BillingCode" = billing_code, Line: billing_code, set_billing_code;
    /// Where reports of delivery go. faxcom IFaxDoc::EmailAddress.
    "EmailAddress" = cover.email_address, Line: email_address, set_email_address;
    /// The name shown in the queue; the file's name when empty. faxcom IFaxDoc::DisplayName.
    "DisplayName" = display_name, Line: display_name, set_display_name;
}

impl FaxDoc {
    pub(crate) fn new(link: Arc<Link>, file_name: &Path) -> Self {
        Self {
            link,
            file_name: file_name.to_owned(),
            job: NewJob::default(),
            call_handle: 0,
            has_connection_object: false,
        }
    }

    /// The file to send; required. faxcom IFaxDoc::FileName.
    #[must_use]
    pub fn file_name(&self) -> &Path {
        &self.file_name
    }

    /// The file to send; it is looked at by [`FaxDoc::send`]. faxcom IFaxDoc::FileName.
    pub fn set_file_name(&mut self, file_name: impl AsRef<Path>) {
        file_name.as_ref().clone_into(&mut self.file_name);
    }

    /// The sender's own TSID; used only when the server does not insist on that of its line.
    /// faxcom IFaxDoc::Tsid.
    #[must_use]
    pub fn tsid(&self) -> &str {
        &self.job.tsid
    }

    /// The sender's own TSID: characters outside 0x20..0x7E are removed, what is longer than 20 is
    /// cut. faxcom IFaxDoc::Tsid.
    pub fn set_tsid(&mut self, tsid: &str) {
        self.job.tsid = station_id(tsid);
    }

    /// Whether a cover page goes with it. faxcom IFaxDoc::SendCoverpage.
    #[must_use]
    pub fn send_coverpage(&self) -> bool {
        self.job.cover.send
    }

    /// Whether a cover page goes with it. faxcom IFaxDoc::SendCoverpage.
    pub fn set_send_coverpage(&mut self, send_coverpage: bool) {
        self.job.cover.send = send_coverpage;
    }

    /// Whether the cover page is one of the server's. faxcom IFaxDoc::ServerCoverpage.
    #[must_use]
    pub fn server_coverpage(&self) -> bool {
        self.job.cover.from_server
    }

    /// Whether the cover page is one of the server's. faxcom IFaxDoc::ServerCoverpage.
    pub fn set_server_coverpage(&mut self, server_coverpage: bool) {
        self.job.cover.from_server = server_coverpage;
    }

    /// Whether it waits for the hours of the discount rate. faxcom IFaxDoc::DiscountSend.
    #[must_use]
    pub fn discount_send(&self) -> bool {
        self.job.discount_send
    }

    /// Whether it waits for the hours of the discount rate. faxcom IFaxDoc::DiscountSend.
    pub fn set_discount_send(&mut self, discount_send: bool) {
        self.job.discount_send = discount_send;
    }

    /// Lines per millimetre of the pages that the server draws; beyond the Fax Service Client API, where it is
    /// always fine.
    pub fn set_resolution(&mut self, resolution: Resolution) {
        self.job.resolution = resolution;
    }

    /// The password of an encrypted file; beyond the Fax Service Client API.
    pub fn set_password(&mut self, password: impl Into<Password>) {
        self.job.password = password.into();
    }

    /// The handle of a call to be taken over, as it was put; 0 is none. faxcom IFaxDoc::CallHandle.
    #[must_use]
    pub fn call_handle(&self) -> i32 {
        self.call_handle
    }

    /// The handle of a call to be taken over. It is kept, but no call can be taken over:
    /// [`FaxDoc::send`] refuses any but 0. faxcom IFaxDoc::CallHandle.
    pub fn set_call_handle(&mut self, call_handle: i32) {
        self.call_handle = call_handle;
    }

    /// Whether the object of a call to be taken over was put. No call can be taken over:
    /// [`FaxDoc::send`] refuses one. faxcom IFaxDoc::ConnectionObject.
    pub fn set_connection_object(&mut self, is_there: bool) {
        self.has_connection_object = is_there;
    }

    /// Queues the fax and gives the job's id. When this returns, the server holds its own durable
    /// copy: the file may be deleted. A connection that breaks is tried again a few times and never
    /// makes a second job. Each call queues a job of its own. faxcom IFaxDoc::Send.
    ///
    /// Control characters in texts become blanks, except the ends of lines in what only a cover
    /// page shows.
    ///
    /// # Errors
    /// In this order: [`Error::CallHandover`], [`Error::NoFileName`], [`Error::NoFaxNumber`],
    /// [`Error::NotConnected`], [`Error::TextTooLong`], [`Error::FileNotFound`],
    /// [`Error::FileDenied`], [`Error::File`] and those of every request:
    /// `unsupported_document`, `encrypted_document`, `bad_document`, `no_cover`, `bad_cover` and
    /// `bad_number` among them.
    pub fn send(&self) -> Result<u32, Error> {
        self.check_call()?;
        if self.file_name.as_os_str().is_empty() {
            return Err(Error::NoFileName);
        }
        self.check_number()?;
        send::send(&*self.link.session()?, Some(&self.file_name), &self.job)
    }

    /// Queues the cover page alone, whatever the file, and gives the job's id; beyond the Fax Service Client API.
    ///
    /// # Errors
    /// As [`FaxDoc::send`], but for those of the file.
    pub fn send_cover_alone(&self) -> Result<u32, Error> {
        self.check_call()?;
        self.check_number()?;
        send::send(&*self.link.session()?, None, &self.job)
    }

    /// Writes the first page of the cover to `out` as PNG, grey and `width` pixels wide or without it
    /// pel for pel, and gives the octets written; nothing is queued. Beyond the Fax Service Client API.
    ///
    /// # Errors
    /// [`Error::NotConnected`], [`Error::TextTooLong`], [`Error::FileDenied`], [`Error::File`],
    /// [`Error::Output`] and those of every request: `no_cover` and `bad_cover` among them.
    pub fn preview_cover(&self, width: Option<u32>, out: &mut dyn Write) -> Result<u64, Error> {
        send::preview_cover(&*self.link.session()?, &self.job, width, out)
    }

    fn check_call(&self) -> Result<(), Error> {
        match self.call_handle != 0 || self.has_connection_object {
            true => Err(Error::CallHandover),
            false => Ok(()),
        }
    }

    fn check_number(&self) -> Result<(), Error> {
        match self.job.number.trim().is_empty() {
            true => Err(Error::NoFaxNumber),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaxServer;

    #[test]
    fn a_document_may_be_made_before_connect_and_is_checked_by_send() {
        let mut doc = FaxServer::new().create_document("");
        assert_eq!(doc.send(), Err(Error::NoFileName));
        doc.set_file_name("no-such-file.tif");
        assert_eq!(doc.send(), Err(Error::NoFaxNumber));
        doc.set_fax_number("123");
        assert_eq!(doc.send(), Err(Error::NotConnected));
    }

    #[test]
    fn a_call_is_kept_but_not_taken_over() {
        let mut doc = FaxServer::new().create_document("a.tif");
        doc.set_call_handle(7);
        let error = doc.send().unwrap_err();
        assert_eq!((doc.call_handle(), error.hresult()), (7, 0x8007_0032));
        doc.set_call_handle(0);
        doc.set_connection_object(true);
        assert_eq!(doc.send(), Err(Error::CallHandover));
        doc.set_connection_object(false);
        assert_eq!(doc.send(), Err(Error::NoFaxNumber));
    }

    #[test]
    fn every_text_has_a_field_of_its_own() {
        let mut job = NewJob::default();
        let mut members = Vec::new();
        for text in texts(&mut job) {
            assert_eq!(*text.value, "", "{} shares a field", text.member);
            text.member.clone_into(text.value);
            members.push(text.member);
        }
        // The 36 members less FileName, three switches, Send, CallHandle and ConnectionObject.
        assert_eq!(members.len(), 29);
        assert_eq!(job.cover.recipient_zip, "RecipientZip");
        assert_eq!(job.sender_dept, "SenderDepartment");
    }

    #[test]
    fn a_tsid_is_cleaned_and_cut_without_an_error() {
        let mut doc = FaxServer::new().create_document("a.tif");
        doc.set_tsid("\u{e9}+1 555 0100 and more than twenty");
        assert_eq!(doc.tsid(), "+1 555 0100 and more");
    }
}
