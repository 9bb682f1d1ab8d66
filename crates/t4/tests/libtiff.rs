//! libtiff reads what we write, and we read what it writes: the same pels, in every coding.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::PathBuf, process::Command};
use t4::{Bitmap, Page, Resolution, tiff};

/// A folder of this test alone, gone when it ends.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("t4-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Runs a tool in the folder; its output. Anything on its error output is a failure.
    #[track_caller]
    fn run(&self, command: &str) -> String {
        let mut words = command.split_whitespace();
        let output = Command::new(words.next().unwrap())
            .args(words)
            .current_dir(&self.0)
            .output()
            .expect("the libtiff tools are installed");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{command}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn write(&self, name: &str, data: &[u8]) {
        fs::write(self.0.join(name), data).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing is lost if it stays.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A page with lines of words, a slope, a thin frame and a block of noise.
fn drawing(width: u32, rows: u32) -> Bitmap {
    let mut bitmap = Bitmap::new(width, rows).unwrap();
    let mut seed = 0x9e37_79b9_u32;
    for y in 0..rows {
        for x in 0..width {
            let word = y % 40 < 12 && x % 90 < 70 && (x * 7 + y / 40 * 13) % 11 < 4;
            let slope = x.abs_diff(y * 3) < 2;
            let frame = x == 0 || x + 1 == width || y == 0 || y + 1 == rows;
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = y > rows / 2 && x < 300 && seed >> 31 == 1;
            bitmap.set(x, y, word || slope || frame || noise);
        }
    }
    bitmap
}

/// Pages of several widths and resolutions.
fn pages() -> Vec<Page> {
    let sizes = [
        (1728, 300, Resolution::Standard),
        (2048, 200, Resolution::Fine),
        (2432, 250, Resolution::Superfine),
        (1001, 77, Resolution::Fine),
    ];
    sizes
        .map(|(width, rows, resolution)| Page::from_bitmap(&drawing(width, rows), resolution))
        .into()
}

fn file(pages: &[Page]) -> Vec<u8> {
    let mut writer = tiff::Writer::new()
        .software("Ferrofax")
        .date_time("2026:01:02 03:04:05")
        .description("four");
    for page in pages {
        writer.push(page).unwrap();
    }
    writer.finish()
}

#[track_caller]
fn assert_same(file: &[u8], expected: &[Page], what: &str) {
    let read = tiff::read(file).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(read.len(), expected.len(), "{what}");
    for (page, expected) in read.iter().zip(expected) {
        let (page, bad_rows) = page.to_page().unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(bad_rows, 0, "{what}");
        assert_eq!(page.resolution, expected.resolution, "{what}");
        assert!(page.to_bitmap() == expected.to_bitmap(), "{what}: pels differ");
    }
}

#[test]
#[ignore = "needs libtiff tools"]
fn every_coding_of_tiffcp_is_read() {
    let folder = Folder::new("tiffcp");
    let pages = pages();
    folder.write("ours.tif", &file(&pages));
    let codings = ["none", "g3:1d", "g3:2d", "g3:1d:fill", "g3:2d:fill", "g4"];
    let layouts = ["", "-f lsb2msb", "-r 16", "-r 7 -f lsb2msb", "-B", "-L -r 1"];
    for coding in codings {
        for layout in layouts {
            folder.run(&format!("tiffcp -c {coding} {layout} ours.tif theirs.tif"));
            assert_same(&folder.read("theirs.tif"), &pages, &format!("{coding} {layout}"));
        }
    }
}

#[test]
#[ignore = "needs libtiff tools"]
fn files_are_read_without_a_warning() {
    let folder = Folder::new("tiffinfo");
    folder.write("ours.tif", &file(&pages()));
    let info = folder.run("tiffinfo -d ours.tif");
    for line in [
        "Subfile Type: multi-page document (2 = 0x2)",
        "Image Width: 2432 Image Length: 250",
        "Resolution: 204, 391 pixels/inch",
        "Compression Scheme: CCITT Group 4",
        "Photometric Interpretation: min-is-white",
        "FillOrder: msb-to-lsb",
        "Page Number: 3-4",
        "Software: Ferrofax",
        "DateTime: 2026:01:02 03:04:05",
        "ImageDescription: four",
    ] {
        assert!(info.contains(line), "{line} is not in\n{info}");
    }
}

#[test]
#[ignore = "needs libtiff tools"]
fn fax_tags_are_shown_by_tiffdump() {
    let folder = Folder::new("tags");
    let tags = tiff::FaxTags {
        recipient_name: "Ann Übel".into(),
        recipient_number: "0199".into(),
        tsid: "B".into(),
        time: "2026-01-02T03:04:05Z".into(),
        ..tiff::FaxTags::default()
    };
    let mut writer = tiff::Writer::new().software("Ferrofax").tags(tags);
    pages().iter().for_each(|page| writer.push(page).unwrap());
    folder.write("ours.tif", &writer.finish());
    let dump = folder.run("tiffdump ours.tif");
    for line in [
        "65001 (0xfde9) ASCII (2) 10<Ann ",
        "65002 (0xfdea) ASCII (2) 5<0199",
        "65007 (0xfdef) ASCII (2) 2<B",
    ] {
        assert!(dump.contains(line), "{line} is not in\n{dump}");
    }
    // It warns of tags that it has no name for.
    let info = Command::new("tiffinfo").args(["-d", "ours.tif"]).current_dir(&folder.0).output();
    let info = info.expect("the libtiff tools are installed");
    let warnings = String::from_utf8_lossy(&info.stderr);
    assert!(info.status.success(), "{warnings}");
    let of_names = |line: &&str| !line.contains("Unknown field with tag 650");
    assert_eq!(warnings.lines().find(of_names), None);
    assert_same(&folder.read("ours.tif"), &pages(), "with tags");
}

#[test]
#[ignore = "needs libtiff tools"]
fn tiffcmp_finds_no_difference() {
    let folder = Folder::new("tiffcmp");
    folder.write("ours.tif", &file(&pages()));
    folder.run("tiffcp -c none ours.tif plain.tif");
    let said = folder.run("tiffcmp -t ours.tif plain.tif");
    let of_pels = |line: &&str| {
        !["Compression:", "RowsPerStrip:", "Directory"].iter().any(|tag| line.starts_with(tag))
    };
    assert_eq!(said.lines().find(of_pels), None);
}

#[test]
#[ignore = "needs libtiff tools"]
fn a_t6_strip_is_taken_octet_by_octet() {
    let folder = Folder::new("g4");
    let pages = pages();
    folder.write("ours.tif", &file(&pages));
    folder.run("tiffcp -c g4 -r 100000 ours.tif theirs.tif");
    let theirs = folder.read("theirs.tif");
    for (page, ours) in tiff::read(&theirs).unwrap().iter().zip(&pages) {
        let (page, _) = page.to_page().unwrap();
        let place = theirs.windows(page.mmr.len()).position(|octets| octets == page.mmr);
        assert!(place.is_some(), "the strip stands in the file as it is in the page");
        assert!(page.mmr == ours.mmr, "both coders choose the same codes");
    }
}

#[test]
#[ignore = "needs libtiff tools"]
fn received_octets_are_read_by_fax2tiff() {
    let folder = Folder::new("fax2tiff");
    let bitmap = drawing(1728, 300);
    let page = Page::from_bitmap(&bitmap, Resolution::Fine);
    for (coding, option) in
        [(t4::Coding::Mh, "-1"), (t4::Coding::Mr { k: 4 }, "-2"), (t4::Coding::Mmr, "-4")]
    {
        folder.write("page.raw", &page.encode(coding, 0).unwrap());
        // fax2tiff tells the number of rows on its error output, so its own status is not asked.
        let done = Command::new("fax2tiff")
            .args([option, "-M", "-X", "1728", "-o", "page.tif", "page.raw"])
            .current_dir(&folder.0)
            .status();
        assert!(done.unwrap().success());
        let file = folder.read("page.tif");
        let (back, _) = tiff::read(&file).unwrap()[0].to_page().unwrap();
        let back = back.to_bitmap().unwrap();
        // It takes the EOLs of an RTC for rows.
        assert!((300..=306).contains(&back.rows()), "{option}: {} rows", back.rows());
        assert!(back.lines().take(300).eq(bitmap.lines()), "{option}: pels differ");
    }
}
