#![expect(non_snake_case, reason = "these are the names of COM")]

use faxcom::FaxTiff;
use windows::Win32::System::Com::IDispatch;
use windows::Win32::System::Variant::VARIANT;
use windows_core::{BSTR, implement};

use crate::class::com_class;
use crate::object::{Object, State};
use crate::value::{Currency, Text, string};

/// What a program gets that creates `FaxTiff.FaxTiff`.
pub(crate) fn new() -> IDispatch {
    Tiff::dispatch(FaxTiff::new())
}

impl State for FaxTiff {}

/// What a fax in a TIFF file says of itself. faxcom IFaxTiff.
#[implement(IFaxTiff, SupportErrorInfo, Agile = false)]
pub(crate) struct Tiff(Object<FaxTiff>);

com_class! {
    Tiff / Tiff_Impl (FaxTiff): IFaxTiff / IFaxTiff_Impl
        = "B19BB45F-B91C-11D1-83E1-00C04FB6E984", FAX_TIFF;
    |tiff|
    fn get_ReceiveTime() -> BSTR { tiff.receive_time() }
    fn get_Image() -> BSTR { tiff.image() }
    fn put_Image(value: Text) { tiff.set_image(&string(&value)) }
    fn get_RecipientName() -> BSTR { tiff.recipient_name() }
    fn get_SenderName() -> BSTR { tiff.sender_name() }
    fn get_Routing() -> BSTR { tiff.routing() }
    fn get_CallerId() -> BSTR { tiff.caller_id() }
    fn get_Csid() -> BSTR { tiff.csid() }
    fn get_Tsid() -> BSTR { tiff.tsid() }
    fn get_RecipientNumber() -> BSTR { tiff.recipient_number() }
    fn get_RawReceiveTime() -> VARIANT { Currency(tiff.raw_receive_time()) }
    fn get_TiffTagString(tag: i32) -> BSTR { tiff.tag_string(tag) }
}
