//! Each way a file can be wrong has its own words, and names the page.
use crate::build::{Build, Ifd, Value, drawing, single, strips};
use proptest::prelude::*;
use t4::tiff::{self, MAX_PAGES, TiffError, tag};

fn plain() -> Ifd {
    Ifd::new(8, 2, 1, vec![vec![0x55, 0xaa]])
}

fn open(file: &[u8]) -> Result<(), TiffError> {
    tiff::read(file)?.iter().try_for_each(|page| page.to_page().map(drop))
}

#[track_caller]
fn check(file: &[u8], words: &str) {
    assert_eq!(open(file).unwrap_err().to_string(), words);
}

#[test]
fn what_is_no_tiff() {
    check(b"", "not a TIFF file");
    check(b"%PDF-1.4", "not a TIFF file");
    check(b"II", "not a TIFF file");
    check(b"MM\0\x2b\0\x08\0\0", "BigTIFF is not supported");
    check(b"II\x2a\0\0\0\0\0", "the file has no pages");
}

#[test]
fn a_directory_that_is_not_there() {
    check(
        b"MM\0\x2a\0\0\0\x63",
        "page 1: the directory at offset 99 reaches past the end of the file",
    );
    let file = Build::file(false, &[plain()], |_| 0xffff_ffff);
    let words = "page 2: the directory at offset 4294967295 reaches past the end of the file";
    check(&file, words);
}

#[test]
fn a_chain_that_bites_its_tail() {
    let file = Build::file(false, &[plain(), plain()], |first| first);
    check(&file, "page 3: the directory at offset 8 comes a second time");
    let copy = plain().with(tag::NEW_SUBFILE_TYPE, Value::Long(vec![1]));
    let file = Build::file(false, &[copy], |first| first);
    check(&file, "page 1: the directory at offset 8 comes a second time");
}

#[test]
fn too_many_pages() {
    let pages = vec![plain(); MAX_PAGES as usize];
    assert_eq!(open(&Build::file(false, &pages, |_| 0)), Ok(()));
    let pages = vec![plain(); MAX_PAGES as usize + 1];
    check(&Build::file(false, &pages, |_| 0), "more than 1000 pages");
}

#[test]
fn sizes_that_are_absurd() {
    let wide = plain().with(tag::IMAGE_WIDTH, Value::Long(vec![100_000]));
    check(&single(wide), "page 1: width of 100000 pels is not within 1 to 20000");
    let long = plain().with(tag::IMAGE_LENGTH, Value::Long(vec![100_000]));
    check(&single(long), "page 1: 100000 rows are more than 65535");
    let none = plain().with(tag::IMAGE_WIDTH, Value::Short(vec![0]));
    check(&single(none), "page 1: tag 256 (ImageWidth) is 0");
    let none = plain().with(tag::IMAGE_LENGTH, Value::Short(vec![0]));
    check(&single(none), "page 1: tag 257 (ImageLength) is 0");
    let none = plain().with(tag::ROWS_PER_STRIP, Value::Short(vec![0]));
    check(&single(none), "page 1: tag 278 (RowsPerStrip) is 0");
    let huge = Ifd::new(19_000, 1, 1, vec![vec![0; 19_000 / 8]]).dpi(100, 100);
    check(&single(huge), "page 1: width of 38760 pels is not within 1 to 20000");
}

#[test]
fn images_of_other_kinds() {
    for (tag, value, name) in [
        (tag::COMPRESSION, 7, "Compression"),
        (tag::BITS_PER_SAMPLE, 8, "BitsPerSample"),
        (tag::SAMPLES_PER_PIXEL, 3, "SamplesPerPixel"),
        (tag::PHOTOMETRIC_INTERPRETATION, 2, "PhotometricInterpretation"),
        (tag::FILL_ORDER, 3, "FillOrder"),
        (tag::ORIENTATION, 6, "Orientation"),
    ] {
        let file = single(plain().with(tag, Value::Short(vec![value])));
        check(&file, &format!("page 1: tag {tag} ({name}) of {value} is not supported"));
    }
    let tiled = plain().with(tag::TILE_WIDTH, Value::Short(vec![64]));
    check(&single(tiled), "page 1: tiles are not supported");
}

#[test]
fn tags_that_are_missing_or_have_no_value() {
    check(&single(plain().without(tag::IMAGE_WIDTH)), "page 1: tag 256 (ImageWidth) is missing");
    check(&single(Ifd::new(8, 2, 1, vec![])), "page 1: tag 273 (StripOffsets) is missing");
    let none = plain().with(tag::IMAGE_WIDTH, Value::Long(vec![]));
    check(&single(none), "page 1: tag 256 (ImageWidth) at offset 18 has no usable value");
    let text = plain().with(tag::IMAGE_LENGTH, Value::Text("two"));
    check(&single(text), "page 1: tag 257 (ImageLength) at offset 30 has no usable value");
}

#[test]
fn strips_that_are_missing_or_outside() {
    let per_row = plain().with(tag::ROWS_PER_STRIP, Value::Long(vec![1]));
    check(&single(per_row), "page 1: 1 strips where 2 are needed");
    let outside = plain().with(tag::STRIP_OFFSETS, Value::Long(vec![1000]));
    let place = "strip 1 (2 octets at offset 1000) reaches past the end of the file";
    check(&single(outside), &format!("page 1: {place}"));
    let long = plain()
        .with(tag::STRIP_OFFSETS, Value::Long(vec![8]))
        .with(tag::STRIP_BYTE_COUNTS, Value::Long(vec![u32::MAX]));
    let place = "strip 1 (4294967295 octets at offset 8) reaches past the end of the file";
    check(&single(long), &format!("page 1: {place}"));
}

#[test]
fn the_same_octets_for_many_strips() {
    let strips = vec![vec![0; 400]; 100];
    let same = Ifd::new(8, 100, 3, strips)
        .with(tag::ROWS_PER_STRIP, Value::Long(vec![1]))
        .with(tag::STRIP_OFFSETS, Value::Long(vec![8; 100]))
        .with(tag::STRIP_BYTE_COUNTS, Value::Long(vec![40_000; 100]));
    check(&single(same), "page 1: the same octets are used for many strips");
}

#[test]
fn rows_that_are_missing_or_damaged() {
    let short = Ifd::new(8, 3, 1, vec![vec![0x55, 0xaa]]);
    check(&single(short), "page 1: the data of strip 1 ends before row 3");
    let drawing = drawing(100, 10);
    for (compression, mr) in [(3, false), (3, true), (4, false)] {
        let ifd = Ifd::new(100, 20, compression, strips(&drawing, compression, mr, 5))
            .with(tag::T4_OPTIONS, Value::Long(vec![mr.into()]))
            .with(tag::ROWS_PER_STRIP, Value::Long(vec![10]));
        let file = Build::file(false, &[plain(), ifd], |_| 0);
        check(&file, "page 2: the data of strip 1 ends before row 6");
    }
    let bad = Ifd::new(8, 3, 4, vec![vec![0b1000_0000, 0b1100_0000, 0, 0]]);
    check(&single(bad), "page 1: row 2: invalid code word");
}

/// Files to be damaged: each coding, many strips, two pages.
fn files() -> Vec<Vec<u8>> {
    let drawing = drawing(100, 20);
    [(1, false), (2, false), (3, false), (3, true), (4, false)]
        .map(|(compression, mr)| {
            let ifd = Ifd::new(100, 20, compression, strips(&drawing, compression, mr, 7))
                .with(tag::ROWS_PER_STRIP, Value::Long(vec![7]))
                .with(tag::T4_OPTIONS, Value::Long(vec![mr.into()]))
                .dpi(300, 300);
            Build::file(mr, &[ifd.clone(), ifd], |_| 0)
        })
        .into()
}

#[test]
fn every_truncation_is_refused() {
    for file in files() {
        assert_eq!(open(&file), Ok(()));
        // The last strip ends with the file, and its last octets may be more than its rows need.
        for len in 0..file.len() {
            assert!(open(&file[..len]).is_err(), "{len} of {}", file.len());
        }
    }
}

proptest! {
    #[test]
    fn damage_never_does_harm(
        number in 0..5usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut file = files().swap_remove(number);
        for (at, octet) in damage {
            *at.get_mut(&mut file) = octet;
        }
        for there in tiff::read(&file).unwrap_or_default() {
            if let Ok((page, bad_rows)) = there.to_page() {
                prop_assert!(bad_rows <= there.rows());
                prop_assert!(page.to_bitmap().is_ok());
            }
        }
    }

    #[test]
    fn garbage_never_does_harm(mut data in prop::collection::vec(any::<u8>(), 0..400), big in any::<bool>()) {
        let header: &[u8] = if big { b"MM\0\x2a\0\0\0\x08\0\x08" } else { b"II\x2a\0\x08\0\0\0\x08\0" };
        data.splice(0..header.len().min(data.len()), header.iter().copied());
        prop_assert!(open(&data).is_err());
    }
}
