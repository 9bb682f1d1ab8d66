//! TIFF files as libtiff's tools lay them out: the page stays the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use image::ImageEncoder as _;
use t4::{Bitmap, Page, Resolution, tiff};

use crate::drawn;
use crate::made::Photo;

/// What tiffcp makes of a file in colour, without loss.
const COLOUR: [&[&str]; 12] = [
    &["-c", "none", "-r", "1"],
    &["-c", "none", "-r", "100000"],
    &["-c", "lzw"],
    &["-c", "lzw:2"],
    &["-c", "zip"],
    &["-c", "zip:2", "-r", "7"],
    &["-c", "packbits"],
    &["-c", "none", "-t", "-w", "64", "-l", "32"],
    &["-c", "lzw", "-t", "-w", "128", "-l", "128"],
    &["-c", "zip", "-p", "separate"],
    &["-c", "none", "-B"],
    &["-c", "lzw", "-8"],
];

/// The same for black and white.
const BILEVEL: [&[&str]; 9] = [
    &["-c", "none"],
    &["-c", "g3:1d"],
    &["-c", "g3:2d"],
    &["-c", "g3:fill"],
    &["-c", "g4", "-r", "100000"],
    &["-c", "g4", "-r", "16"],
    &["-c", "packbits", "-f", "lsb2msb"],
    &["-c", "lzw", "-t", "-w", "256", "-l", "64"],
    &["-c", "g4", "-B"],
];

#[test]
#[ignore = "needs tiffcp of the libtiff tools"]
fn a_tiff_in_colour_is_the_same_page_in_each_layout() {
    let photo = Photo::new(500, 375);
    let mut file = std::io::Cursor::new(Vec::new());
    image::codecs::tiff::TiffEncoder::new(&mut file)
        .write_image(&photo.rgb, photo.width, photo.height, image::ExtendedColorType::Rgb8)
        .expect("a TIFF");
    the_same(file.get_ref(), &COLOUR);
}

#[test]
#[ignore = "needs tiffcp of the libtiff tools"]
fn a_fax_is_the_same_page_in_each_layout() {
    let mut drawing = Bitmap::new(1728, 2200).expect("a page");
    for y in 0..2200 {
        for x in (y % 37..1728).step_by(29) {
            drawing.set(x, y, true);
        }
    }
    let page = Page::from_bitmap(&drawing, Resolution::Fine);
    let mut writer = tiff::Writer::new();
    writer.push(&page).expect("a page");
    let file = writer.finish();
    assert!(drawn(&file).expect("it is drawn") == [drawing], "pel for pel");
    the_same(&file, &BILEVEL);
}

fn the_same(file: &[u8], layouts: &[&[&str]]) {
    let folder = tempfile::tempdir().expect("a folder");
    let from = folder.path().join("from.tif");
    fs::write(&from, file).expect("a file");
    let wanted = drawn(file).expect("it is drawn");
    let mut wrong = Vec::new();
    for layout in layouts {
        let copy = copied(&from, layout);
        match drawn(&copy) {
            Ok(pages) if pages == wanted => {}
            Ok(_) => wrong.push(format!("{layout:?}: another page")),
            Err(error) => wrong.push(format!("{layout:?}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn copied(from: &Path, layout: &[&str]) -> Vec<u8> {
    let to = from.with_file_name("to.tif");
    let run = Command::new("tiffcp").args(layout).arg(from).arg(&to).output();
    let run = run.expect("tiffcp runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "tiffcp {layout:?}: {said}");
    fs::read(&to).expect("a copy")
}
