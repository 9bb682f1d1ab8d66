//! What the writer writes, seen through the reader.
use crate::build::drawing;
use t4::{
    Page, Resolution,
    tiff::{self, TiffFault, TiffMalformed, Writer, tag},
};

#[test]
fn pages_come_back_as_they_went_in() {
    let pages = [Resolution::Standard, Resolution::Fine, Resolution::Superfine]
        .map(|resolution| Page::from_bitmap(&drawing(1728, 33), resolution));
    let mut writer =
        Writer::new().software("F").description("für Ann").date_time("2026:01:02 03:04:05");
    pages.iter().for_each(|page| writer.push(page).unwrap());
    let file = writer.finish();
    let read = tiff::read(&file).unwrap();
    for (at, page) in read.iter().enumerate() {
        assert_eq!(page.to_page().unwrap(), (pages[at].clone(), 0));
        assert_eq!(page.value(tag::PAGE_NUMBER), Some(at as u32));
        assert_eq!(page.value(tag::NEW_SUBFILE_TYPE), Some(2));
        assert_eq!(page.text(tag::SOFTWARE).as_deref(), Some("F"));
        assert_eq!(page.text(tag::IMAGE_DESCRIPTION).as_deref(), Some("f?r Ann"));
        assert_eq!(page.text(tag::DATE_TIME).as_deref(), Some("2026:01:02 03:04:05"));
    }
    assert_eq!(read.len(), 3);
}

#[test]
fn a_page_without_rows_is_refused() {
    let page = Page { width: 8, rows: 0, resolution: Resolution::Fine, mmr: Vec::new() };
    let error = Writer::new().push(&page).unwrap_err();
    assert_eq!(error.fault, TiffFault::Malformed(TiffMalformed::Empty { tag: tag::IMAGE_LENGTH }));
}

#[test]
fn long_texts_are_cut() {
    let mut writer = Writer::new().description(&"x".repeat(100_000));
    writer.push(&Page::from_bitmap(&drawing(8, 1), Resolution::Fine)).unwrap();
    let file = writer.finish();
    assert_eq!(tiff::read(&file).unwrap()[0].text(tag::IMAGE_DESCRIPTION), Some("x".repeat(1000)));
}
