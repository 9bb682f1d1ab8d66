#![expect(non_snake_case, reason = "these are the names of COM")]

use std::ffi::c_void;

use faxcom::FaxDoc;
use windows::Win32::System::Com::IDispatch;
use windows_core::{BSTR, Interface, implement};

use crate::class::com_class;
use crate::object::{Object, State};
use crate::value::{Text, path, string};

/// A document, and what a client put into it that is read back as it was put.
pub(crate) struct Letter {
    doc: FaxDoc,
    /// The BOOLs: any number but 0 is true.
    send_coverpage: i32,
    server_coverpage: i32,
    discount_send: i32,
    /// The object of a call that a client wants the fax to go over.
    connection: Option<IDispatch>,
}

impl Letter {
    pub(crate) fn new(doc: FaxDoc) -> Self {
        Self { doc, send_coverpage: 0, server_coverpage: 0, discount_send: 0, connection: None }
    }

    /// Takes an object over; NULL takes it away. faxcom IFaxDoc::ConnectionObject.
    ///
    /// # Safety
    /// `object` is NULL or an IDispatch that the caller holds while the call lasts.
    unsafe fn set_connection(&mut self, object: *mut c_void) {
        // SAFETY: as the caller promises.
        self.connection = unsafe { IDispatch::from_raw_borrowed(&object) }.cloned();
        self.doc.set_connection_object(self.connection.is_some());
    }
}

impl State for Letter {}

/// A document to be sent. faxcom IFaxDoc.
#[implement(IFaxDoc, SupportErrorInfo, Agile = false)]
pub(crate) struct Doc(Object<Letter>);

com_class! {
    Doc / Doc_Impl (Letter): IFaxDoc / IFaxDoc_Impl
        = "FA21F4C5-5C4C-11D1-83CF-00C04FB6E984", FAX_DOC;
    |letter|
    fn get_FileName() -> BSTR { letter.doc.file_name() }
    fn put_FileName(value: Text) { letter.doc.set_file_name(path(&value)); }
    fn get_CoverpageName() -> BSTR { letter.doc.coverpage_name() }
    fn put_CoverpageName(value: Text) { letter.doc.set_coverpage_name(string(&value)); }
    fn get_SendCoverpage() -> i32 { letter.send_coverpage }
    fn put_SendCoverpage(value: i32) {
        letter.send_coverpage = value;
        letter.doc.set_send_coverpage(value != 0);
    }
    fn get_ServerCoverpage() -> i32 { letter.server_coverpage }
    fn put_ServerCoverpage(value: i32) {
        letter.server_coverpage = value;
        letter.doc.set_server_coverpage(value != 0);
    }
    fn get_DiscountSend() -> i32 { letter.discount_send }
    fn put_DiscountSend(value: i32) {
        letter.discount_send = value;
        letter.doc.set_discount_send(value != 0);
    }
    fn get_RecipientName() -> BSTR { letter.doc.recipient_name() }
    fn put_RecipientName(value: Text) { letter.doc.set_recipient_name(string(&value)); }
    fn get_RecipientCompany() -> BSTR { letter.doc.recipient_company() }
    fn put_RecipientCompany(value: Text) { letter.doc.set_recipient_company(string(&value)); }
    fn get_RecipientAddress() -> BSTR { letter.doc.recipient_address() }
    fn put_RecipientAddress(value: Text) { letter.doc.set_recipient_address(string(&value)); }
    fn get_RecipientCity() -> BSTR { letter.doc.recipient_city() }
    fn put_RecipientCity(value: Text) { letter.doc.set_recipient_city(string(&value)); }
    fn get_RecipientState() -> BSTR { letter.doc.recipient_state() }
    fn put_RecipientState(value: Text) { letter.doc.set_recipient_state(string(&value)); }
    fn get_RecipientZip() -> BSTR { letter.doc.recipient_zip() }
    fn put_RecipientZip(value: Text) { letter.doc.set_recipient_zip(string(&value)); }
    fn get_RecipientCountry() -> BSTR { letter.doc.recipient_country() }
    fn put_RecipientCountry(value: Text) { letter.doc.set_recipient_country(string(&value)); }
    fn get_RecipientTitle() -> BSTR { letter.doc.recipient_title() }
    fn put_RecipientTitle(value: Text) { letter.doc.set_recipient_title(string(&value)); }
    fn get_RecipientDepartment() -> BSTR { letter.doc.recipient_department() }
    fn put_RecipientDepartment(value: Text) { letter.doc.set_recipient_department(string(&value)); }
    fn get_RecipientOffice() -> BSTR { letter.doc.recipient_office() }
    fn put_RecipientOffice(value: Text) { letter.doc.set_recipient_office(string(&value)); }
    fn get_RecipientHomePhone() -> BSTR { letter.doc.recipient_home_phone() }
    fn put_RecipientHomePhone(value: Text) { letter.doc.set_recipient_home_phone(string(&value)); }
    fn get_RecipientOfficePhone() -> BSTR { letter.doc.recipient_office_phone() }
    fn put_RecipientOfficePhone(value: Text) { letter.doc.set_recipient_office_phone(string(&value)); }
    fn get_SenderName() -> BSTR { letter.doc.sender_name() }
    fn put_SenderName(value: Text) { letter.doc.set_sender_name(string(&value)); }
    fn get_SenderCompany() -> BSTR { letter.doc.sender_company() }
    fn put_SenderCompany(value: Text) { letter.doc.set_sender_company(string(&value)); }
    fn get_SenderAddress() -> BSTR { letter.doc.sender_address() }
    fn put_SenderAddress(value: Text) { letter.doc.set_sender_address(string(&value)); }
    fn get_SenderTitle() -> BSTR { letter.doc.sender_title() }
    fn put_SenderTitle(value: Text) { letter.doc.set_sender_title(string(&value)); }
    fn get_SenderDepartment() -> BSTR { letter.doc.sender_department() }
    fn put_SenderDepartment(value: Text) { letter.doc.set_sender_department(string(&value)); }
    fn get_SenderOffice() -> BSTR { letter.doc.sender_office() }
    fn put_SenderOffice(value: Text) { letter.doc.set_sender_office(string(&value)); }
    fn get_SenderHomePhone() -> BSTR { letter.doc.sender_home_phone() }
    fn put_SenderHomePhone(value: Text) { letter.doc.set_sender_home_phone(string(&value)); }
    fn get_SenderOfficePhone() -> BSTR { letter.doc.sender_office_phone() }
    fn put_SenderOfficePhone(value: Text) { letter.doc.set_sender_office_phone(string(&value)); }
    fn get_CoverpageNote() -> BSTR { letter.doc.coverpage_note() }
    fn put_CoverpageNote(value: Text) { letter.doc.set_coverpage_note(string(&value)); }
    fn get_CoverpageSubject() -> BSTR { letter.doc.coverpage_subject() }
    fn put_CoverpageSubject(value: Text) { letter.doc.set_coverpage_subject(string(&value)); }
    fn get_Tsid() -> BSTR { letter.doc.tsid() }
    fn put_Tsid(value: Text) { letter.doc.set_tsid(&string(&value)); }
    fn get_BillingCode() -> BSTR { letter.doc.billing_code() }
    fn put_BillingCode(value: Text) { letter.doc.set_billing_code(string(&value)); }
    fn get_EmailAddress() -> BSTR { letter.doc.email_address() }
    fn put_EmailAddress(value: Text) { letter.doc.set_email_address(string(&value)); }
    fn get_DisplayName() -> BSTR { letter.doc.display_name() }
    fn put_DisplayName(value: Text) { letter.doc.set_display_name(string(&value)); }
    fn Send() -> i32 { letter.doc.send() }
    fn get_FaxNumber() -> BSTR { letter.doc.fax_number() }
    fn put_FaxNumber(value: Text) { letter.doc.set_fax_number(string(&value)); }
    fn putref_ConnectionObject(value: *mut c_void) {
        // SAFETY: the caller holds the object while the call lasts, or it is NULL.
        unsafe { letter.set_connection(value) }
    }
    fn get_CallHandle() -> i32 { letter.doc.call_handle() }
    fn put_CallHandle(value: i32) { letter.doc.set_call_handle(value); }
    fn get_SenderFax() -> BSTR { letter.doc.sender_fax() }
    fn put_SenderFax(value: Text) { letter.doc.set_sender_fax(string(&value)); }
}
