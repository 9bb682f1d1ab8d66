use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use t4::tiff::{self, tag};

use crate::Error;
use crate::send::read_file;

/// What a text member says when the file does not know.
const UNAVAILABLE: &str = "Unavailable";
/// 1 January 1970 as a FILETIME: units of 100 ns since 1 January 1601.
const UNIX_EPOCH_FILETIME: i128 = 116_444_736_000_000_000;

/// A fax file and what its tags tell of the fax. It needs no server. faxcom IFaxTiff.
///
/// Files of Ferrofax tell all; in others the standard tags can be read. Before
/// [`FaxTiff::set_image`] every member has its unavailable value.
#[derive(Debug, Clone)]
pub struct FaxTiff {
    zone: TimeZone,
    image: String,
    file: Vec<u8>,
    recipient_name: String,
    recipient_number: String,
    sender_name: String,
    routing: String,
    caller_id: String,
    csid: String,
    tsid: String,
    time: Option<Timestamp>,
}

impl Default for FaxTiff {
    fn default() -> Self {
        Self::new()
    }
}

impl FaxTiff {
    /// An object without a file; times are shown in the zone of this computer.
    #[must_use]
    pub fn new() -> Self {
        Self::of(TimeZone::system(), String::new(), Vec::new())
    }

    /// The file, as it was named; empty before there is one. faxcom IFaxTiff::Image.
    #[must_use]
    pub fn image(&self) -> &str {
        &self.image
    }

    /// Opens a file, at most 64 MiB. When that fails the one before stays. faxcom IFaxTiff::Image.
    ///
    /// # Errors
    /// [`Error::FileNotFound`], [`Error::FileDenied`]; [`Error::File`] for what is no TIFF.
    pub fn set_image(&mut self, path: &str) -> Result<(), Error> {
        let file = read_file(Path::new(path))?;
        // Every page of every TIFF has a width. TIFF 6.0 section 3.
        if tiff::tag_text(&file, tag::IMAGE_WIDTH).is_none() {
            let why = match tiff::read(&file) {
                Err(error) => error.to_string(),
                Ok(_) => "its first page has no width".to_owned(),
            };
            return Err(Error::File { path: path.into(), why });
        }
        *self = Self::of(self.zone.clone(), path.to_owned(), file);
        Ok(())
    }

    /// When it was received or sent, in local time, as `10/02/98@10:15AM`; empty when the file does
    /// not say. faxcom IFaxTiff::ReceiveTime.
    #[must_use]
    pub fn receive_time(&self) -> String {
        let Some(time) = self.time else { return String::new() };
        time.to_zoned(self.zone.clone()).strftime("%m/%d/%y@%I:%M%p").to_string()
    }

    /// The instant of [`FaxTiff::receive_time`] as a FILETIME: units of 100 ns since 1 January
    /// 1601, UTC; 0 when the file does not say. faxcom IFaxTiff::RawReceiveTime.
    #[must_use]
    pub fn raw_receive_time(&self) -> u64 {
        let filetime = |time: Timestamp| time.as_nanosecond() / 100 + UNIX_EPOCH_FILETIME;
        self.time.and_then(|time| u64::try_from(filetime(time)).ok()).unwrap_or_default()
    }

    /// To whom the fax went. faxcom IFaxTiff::RecipientName.
    #[must_use]
    pub fn recipient_name(&self) -> &str {
        &self.recipient_name
    }

    /// Who sent it. faxcom IFaxTiff::SenderName.
    #[must_use]
    pub fn sender_name(&self) -> &str {
        &self.sender_name
    }

    /// By what a received fax is routed: the number that was called. faxcom IFaxTiff::Routing.
    #[must_use]
    pub fn routing(&self) -> &str {
        &self.routing
    }

    /// Who called, as the line said. faxcom IFaxTiff::CallerId.
    #[must_use]
    pub fn caller_id(&self) -> &str {
        &self.caller_id
    }

    /// The identity of the called machine. faxcom IFaxTiff::Csid.
    #[must_use]
    pub fn csid(&self) -> &str {
        &self.csid
    }

    /// The identity of the calling machine. faxcom IFaxTiff::Tsid.
    #[must_use]
    pub fn tsid(&self) -> &str {
        &self.tsid
    }

    /// The number that was called. faxcom IFaxTiff::RecipientNumber.
    #[must_use]
    pub fn recipient_number(&self) -> &str {
        &self.recipient_number
    }

    /// The value of any tag of the first page as text, numbers in decimal; `Unavailable` for one
    /// that is not there, or that no TIFF can have. faxcom IFaxTiff::TiffTagString.
    #[must_use]
    pub fn tag_string(&self, tag: i32) -> String {
        let text = u16::try_from(tag).ok().and_then(|tag| tiff::tag_text(&self.file, tag));
        text.unwrap_or_else(|| UNAVAILABLE.to_owned())
    }

    fn of(zone: TimeZone, image: String, file: Vec<u8>) -> Self {
        let said = |tag| tiff::tag_text(&file, tag).filter(|text| !text.is_empty());
        let text = |tag| said(tag).unwrap_or_else(|| UNAVAILABLE.to_owned());
        Self {
            image,
            recipient_name: text(tag::RECIPIENT_NAME),
            recipient_number: text(tag::RECIPIENT_NUMBER),
            sender_name: text(tag::SENDER_NAME),
            routing: text(tag::ROUTING),
            caller_id: text(tag::CALLER_ID),
            csid: text(tag::CSID),
            tsid: text(tag::TSID),
            time: said(tag::RECEIVE_TIME)
                .and_then(|time| time.parse().ok())
                .or_else(|| said(tag::DATE_TIME).and_then(|time| local(&time, &zone))),
            zone,
            file,
        }
    }
}

/// The instant of a DateTime tag, `YYYY:MM:DD HH:MM:SS`, which other programs write in local time.
/// TIFF 6.0 section 8.
fn local(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y:%m:%d %H:%M:%S", text.trim()).ok()?;
    zone.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use t4::tiff::{FaxTags, Writer};
    use t4::{Bitmap, Page, Resolution};
    use tempfile::TempDir;

    use super::*;

    /// An object two hours ahead of UTC.
    fn abroad() -> FaxTiff {
        FaxTiff::of(TimeZone::fixed(jiff::tz::offset(2)), String::new(), Vec::new())
    }

    fn write(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
        let path: PathBuf = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn one_page(writer: Writer) -> Vec<u8> {
        let mut writer = writer;
        let bitmap = Bitmap::new(1728, 10).unwrap();
        writer.push(&Page::from_bitmap(&bitmap, Resolution::Standard)).unwrap();
        writer.finish()
    }

    fn told() -> Vec<u8> {
        one_page(Writer::new().software("Ferrofax").tags(FaxTags {
            recipient_name: "Zo\u{eb}".into(),
            recipient_number: "+1 555 0101".into(),
            sender_name: "Ada".into(),
            routing: "0101".into(),
            caller_id: "5550199".into(),
            csid: "CALLED".into(),
            tsid: "CALLING".into(),
            time: "1998-10-02T08:15:30Z".into(),
        }))
    }

    #[test]
    fn without_a_file_every_member_is_unavailable() {
        let tiff = FaxTiff::new();
        let texts = [
            tiff.recipient_name(),
            tiff.recipient_number(),
            tiff.sender_name(),
            tiff.routing(),
            tiff.caller_id(),
            tiff.csid(),
            tiff.tsid(),
        ];
        assert_eq!(texts, [UNAVAILABLE; 7]);
        assert_eq!((tiff.image(), tiff.receive_time().as_str()), ("", ""));
        assert_eq!((tiff.raw_receive_time(), tiff.tag_string(256).as_str()), (0, UNAVAILABLE));
    }

    #[test]
    fn a_file_of_ferrofax_tells_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder, "told.tif", told());
        let mut tiff = abroad();
        tiff.set_image(&path).unwrap();
        assert_eq!(tiff.image(), path);
        assert_eq!((tiff.recipient_name(), tiff.recipient_number()), ("Zo\u{eb}", "+1 555 0101"));
        assert_eq!((tiff.sender_name(), tiff.routing()), ("Ada", "0101"));
        assert_eq!((tiff.csid(), tiff.tsid()), ("CALLED", "CALLING"));
        assert_eq!(tiff.caller_id(), "5550199");
        assert_eq!(tiff.receive_time(), "10/02/98@10:15AM");
        // 907 316 130 s after 1970, which is 11 644 473 600 s after 1601.
        assert_eq!(tiff.raw_receive_time(), (907_316_130 + 11_644_473_600) * 10_000_000);
        assert_eq!(tiff.tag_string(65007), "CALLING");
        assert_eq!(tiff.tag_string(256), "1728");
        for absent in [0, 1, 65_535, 65_536 + 256, -1, -65_280, i32::MIN, i32::MAX] {
            assert_eq!(tiff.tag_string(absent), UNAVAILABLE, "{absent}");
        }
    }

    #[test]
    fn afternoon_and_midnight_read_as_on_the_clock() {
        let folder = tempfile::tempdir().unwrap();
        let check = |time: &str, expected: &str| {
            let tags = FaxTags { time: time.into(), ..FaxTags::default() };
            let path = write(&folder, "a.tif", one_page(Writer::new().tags(tags)));
            let mut tiff = abroad();
            tiff.set_image(&path).unwrap();
            assert_eq!(tiff.receive_time(), expected);
        };
        check("2026-01-31T22:05:00Z", "02/01/26@12:05AM");
        check("2026-01-31T10:05:00Z", "01/31/26@12:05PM");
        check("2026-01-31T19:59:59Z", "01/31/26@09:59PM");
        check("yesterday", "");
    }

    #[test]
    fn a_file_of_another_program_is_read_by_its_standard_tags() {
        let folder = tempfile::tempdir().unwrap();
        let page = Writer::new().software("Scan 1.0").date_time("1998:10:02 10:15:30");
        let path = write(&folder, "scan.tif", one_page(page));
        let mut tiff = abroad();
        tiff.set_image(&path).unwrap();
        assert_eq!((tiff.sender_name(), tiff.csid()), (UNAVAILABLE, UNAVAILABLE));
        assert_eq!(tiff.tag_string(305), "Scan 1.0");
        assert_eq!(tiff.receive_time(), "10/02/98@10:15AM");
        assert_eq!(tiff.raw_receive_time(), (907_316_130 + 11_644_473_600) * 10_000_000);
    }

    #[test]
    fn a_file_that_cannot_be_opened_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder, "told.tif", told());
        let mut tiff = FaxTiff::new();
        tiff.set_image(&path).unwrap();
        let missing = folder.path().join("missing.tif").to_str().unwrap().to_owned();
        assert_eq!(tiff.set_image(&missing).unwrap_err().hresult(), 0x8007_0002);
        assert_eq!(tiff.set_image("").unwrap_err().hresult(), 0x8007_0002);
        let whole = told();
        let contents: [&[u8]; 5] =
            [b"", b"%PDF-1.7", b"II*\0", b"MM\0*\xff\xff\xff\xff", &whole[..9]];
        for content in contents {
            let damaged = write(&folder, "damaged.tif", content);
            let error = tiff.set_image(&damaged).unwrap_err();
            assert_eq!(error.hresult(), 0x8007_000D, "{content:?}");
            assert!(error.to_string().starts_with(&format!("{damaged}: ")), "{error}");
        }
        assert_eq!((tiff.image(), tiff.sender_name()), (path.as_str(), "Ada"));
    }

    #[test]
    fn no_file_however_cut_or_garbled_is_more_than_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let whole = told();
        let mut tiff = FaxTiff::new();
        for octet in 0..whole.len() {
            let mut garbled = whole.clone();
            garbled[octet] ^= 0xff;
            for content in [&whole[..octet], &garbled] {
                let path = write(&folder, "bad.tif", content);
                if tiff.set_image(&path).is_ok() {
                    let _ = (tiff.receive_time(), tiff.raw_receive_time(), tiff.tag_string(65_001));
                }
            }
        }
    }
}
