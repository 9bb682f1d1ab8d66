//! Whole files, in all the ways a page may lie in them.
use crate::build::{Build, Ifd, Value, drawing, single, strips};
use proptest::prelude::*;
use t4::{
    Bitmap, Page, Resolution,
    tiff::{self, tag},
};

#[track_caller]
fn page(file: &[u8]) -> Page {
    let pages = tiff::read(file).unwrap();
    assert_eq!(pages.len(), 1);
    let (page, bad_rows) = pages[0].to_page().unwrap();
    assert_eq!(bad_rows, 0);
    page
}

proptest! {
    #[test]
    fn every_layout_gives_the_same_pels(
        big in any::<bool>(),
        (compression, mr) in prop::sample::select(
            &[(1, false), (2, false), (3, false), (3, true), (4, false)]
        ),
        zero_is_black in any::<bool>(),
        lsb_first in any::<bool>(),
        rows_per_strip in 1..30usize,
        width in prop::sample::select(&[1_u32, 8, 13, 100, 1728]),
        rows in 1..25u32,
    ) {
        let drawing = drawing(width, rows);
        let stored = if zero_is_black {
            let turned = drawing.as_packed().iter().map(|octet| !octet).collect();
            Bitmap::from_packed(width, rows, turned).unwrap()
        } else {
            drawing.clone()
        };
        let mut strips = strips(&stored, compression, mr, rows_per_strip);
        if lsb_first {
            strips.iter_mut().flatten().for_each(|octet| *octet = octet.reverse_bits());
        }
        let ifd = Ifd::new(width, rows, compression, strips)
            .with(tag::PHOTOMETRIC_INTERPRETATION, Value::Short(vec![zero_is_black.into()]))
            .with(tag::FILL_ORDER, Value::Short(vec![if lsb_first { 2 } else { 1 }]))
            .with(tag::ROWS_PER_STRIP, Value::Long(vec![rows_per_strip as u32]))
            .with(tag::T4_OPTIONS, Value::Long(vec![mr.into()]))
            .dpi(204, 196);
        let page = page(&Build::file(big, &[ifd], |_| 0));
        prop_assert_eq!(page.resolution, Resolution::Fine);
        prop_assert!(page.to_bitmap().unwrap() == drawing);
    }
}

#[test]
fn a_t6_strip_stays_as_it_is() {
    let strips = strips(&drawing(100, 20), 4, false, 20);
    let page = page(&single(Ifd::new(100, 20, 4, strips.clone())));
    assert_eq!(page.mmr, strips[0]);
}

#[test]
fn a_t6_strip_without_its_end_is_coded_anew() {
    let mut cut = strips(&drawing(100, 20), 4, false, 20);
    let whole = cut[0].clone();
    cut[0].truncate(whole.len() - 3);
    assert_eq!(page(&single(Ifd::new(100, 20, 4, cut))).mmr, whole);
}

#[test]
fn a_strip_may_begin_without_an_eol() {
    let drawing = drawing(100, 5);
    let mut strips = strips(&drawing, 3, false, 5);
    let bits: String = strips[0].iter().map(|octet| format!("{octet:08b}")).collect();
    strips[0] = bits.as_bytes()[12..]
        .chunks(8)
        .map(|bits| bits.iter().fold(0, |octet, bit| octet << 1 | (bit - b'0')))
        .collect();
    assert_eq!(page(&single(Ifd::new(100, 5, 3, strips))).to_bitmap().unwrap(), drawing);
}

#[test]
fn the_only_strip_may_come_without_its_length() {
    let drawing = drawing(100, 5);
    let mut file = single(
        Ifd::new(100, 5, 4, vec![]).with(tag::STRIP_OFFSETS, Value::Long(vec![8 + 2 + 5 * 12 + 4])),
    );
    file.extend(&strips(&drawing, 4, false, 5)[0]);
    assert_eq!(page(&file).to_bitmap().unwrap(), drawing);
}

#[test]
fn damaged_rows_are_counted_and_the_rest_is_there() {
    let drawing = drawing(100, 20);
    let mut strips = strips(&drawing, 3, false, 20);
    let middle = strips[0].len() / 2;
    strips[0][middle] ^= 0xff;
    let file = single(Ifd::new(100, 20, 3, strips));
    let (page, bad_rows) = tiff::read(&file).unwrap()[0].to_page().unwrap();
    assert!((1..3).contains(&bad_rows), "{bad_rows}");
    let back = page.to_bitmap().unwrap();
    let same = back.lines().zip(drawing.lines()).filter(|(a, b)| a == b).count();
    assert!(same + 2 >= 20, "{same} rows are the same");
}

/// Width and rows of a page of 1000 by 1000 pels.
#[track_caller]
fn check_scale(dpi: Option<(u32, u32)>, expected: (u32, u32, Resolution)) {
    let strips = strips(&drawing(1000, 1000), 4, false, 1000);
    let ifd = Ifd::new(1000, 1000, 4, strips);
    let page = page(&single(match dpi {
        Some((x, y)) => ifd.dpi(x, y),
        None => ifd,
    }));
    assert_eq!((page.width, page.rows, page.resolution), expected, "{dpi:?}");
    page.to_bitmap().unwrap();
}

#[test]
fn resolutions_are_taken_as_said() {
    for (x, y, resolution) in [
        (204, 98, Resolution::Standard),
        (200, 100, Resolution::Standard),
        (204, 196, Resolution::Fine),
        (200, 200, Resolution::Fine),
        (203, 204, Resolution::Fine),
        (204, 391, Resolution::Superfine),
        (200, 400, Resolution::Superfine),
    ] {
        check_scale(Some((x, y)), (1000, 1000, resolution));
    }
    check_scale(Some((300, 300)), (680, 654, Resolution::Fine));
    check_scale(Some((400, 400)), (510, 1000, Resolution::Superfine));
    check_scale(Some((600, 600)), (340, 652, Resolution::Superfine));
    check_scale(Some((100, 100)), (2048, 1000, Resolution::Standard));
    check_scale(Some((72, 72)), (2833, 1361, Resolution::Standard));
    check_scale(None, (1000, 1000, Resolution::Fine));
    check_scale(Some((0, 5000)), (1000, 1000, Resolution::Fine));
}

#[test]
fn a_page_of_another_resolution_becomes_a_fax_width() {
    for (width, dpi, fax) in
        [(2592, 300, 1728), (2550, 300, 1728), (3456, 400, 1728), (4864, 408, 2432)]
    {
        let ifd = Ifd::new(width, 10, 1, strips(&drawing(width, 10), 1, false, 10)).dpi(dpi, 196);
        assert_eq!(page(&single(ifd)).width, fax, "{width} at {dpi}");
    }
}

#[test]
fn centimetres_are_understood() {
    let ifd = Ifd::new(8, 1, 1, vec![vec![0x55]])
        .with(tag::X_RESOLUTION, Value::Rational(8037, 100))
        .with(tag::Y_RESOLUTION, Value::Rational(385, 10))
        .with(tag::RESOLUTION_UNIT, Value::Short(vec![3]));
    let file = single(ifd);
    let pages = tiff::read(&file).unwrap();
    assert_eq!((pages[0].x_dpi_x100(), pages[0].y_dpi_x100()), (Some(20_413), Some(9779)));
    assert_eq!(pages[0].resolution(), Resolution::Standard);
}

#[test]
fn reduced_copies_are_no_pages() {
    let plain = Ifd::new(8, 1, 1, vec![vec![0x55]]);
    let copy = plain.clone().with(tag::NEW_SUBFILE_TYPE, Value::Long(vec![1]));
    let pages = [plain.clone(), copy, plain.with(tag::NEW_SUBFILE_TYPE, Value::Long(vec![2]))];
    let file = Build::file(true, &pages, |_| 0);
    let numbers: Vec<u32> = tiff::read(&file).unwrap().iter().map(tiff::TiffPage::number).collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn texts_and_numbers_can_be_asked_for() {
    let ifd = Ifd::new(8, 1, 1, vec![vec![0x55]])
        .with(tag::IMAGE_DESCRIPTION, Value::Text("To: Ann"))
        .with(tag::SOFTWARE, Value::Text("F"))
        .with(tag::DATE_TIME, Value::Unknown);
    let file = Build::file(true, &[ifd], |_| 0);
    let page = &tiff::read(&file).unwrap()[0];
    assert_eq!(page.text(tag::IMAGE_DESCRIPTION).as_deref(), Some("To: Ann"));
    assert_eq!(page.text(tag::SOFTWARE).as_deref(), Some("F"));
    assert_eq!((page.text(tag::DATE_TIME), page.text(tag::IMAGE_WIDTH)), (None, None));
    assert_eq!((page.value(tag::IMAGE_WIDTH), page.value(tag::SOFTWARE)), (Some(8), None));
}
