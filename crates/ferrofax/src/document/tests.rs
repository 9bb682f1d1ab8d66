use super::*;

/// The pages of a small TIFF: widths and lines.
fn tiff_of(sizes: &[(u32, u32)]) -> Vec<u8> {
    let mut writer = tiff::Writer::new();
    for &(width, rows) in sizes {
        let mut bitmap = t4::Bitmap::new(width, rows).unwrap();
        bitmap.set(width / 2, rows / 2, true);
        writer.push(&Page::from_bitmap(&bitmap, Resolution::Fine)).unwrap();
    }
    writer.finish()
}

fn check(bytes: &[u8], expected: &str) {
    let got = pages(bytes, 3);
    assert_eq!(got.expect_err("it cannot be faxed").to_string(), expected);
}

#[test]
fn other_types_are_named() {
    let unsupported = |bytes: &[u8], name: &str| {
        check(bytes, &format!("{name} is not supported yet; send a fax TIFF"));
    };
    unsupported(b"%PDF-1.7\n", "a PDF");
    unsupported(b"\xef\xbb\xbf\n%PDF-1.4", "a PDF");
    unsupported(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image");
    unsupported(b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image");
    unsupported(b"GIF89a", "a GIF image");
    unsupported(b"BM\0\0", "a BMP image");
    unsupported(b"RIFF\x01\0\0\0WEBPVP8 ", "a WebP image");
    unsupported(b"%!PS-Adobe-3.0", "PostScript");
    unsupported(b"{\\rtf1\\ansi", "an RTF document");
    unsupported(b"\n<!DOCTYPE html><title>x", "an HTML page");
    unsupported(b"<?xml version=\"1.0\"?>", "an XML document");
    unsupported(b"PK\x03\x04....[Content_Types].xmlword/document.xml", "a Word document");
    unsupported(b"PK\x03\x04....xl/workbook.xml", "an Excel workbook");
    unsupported(b"PK\x03\x04....ppt/presentation.xml", "a PowerPoint presentation");
    unsupported(
        b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text",
        "an OpenDocument file",
    );
    unsupported(b"PK\x03\x04....notes.bin", "a ZIP archive");
    unsupported(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document of before 2007");
    unsupported("Gr\u{fc}\u{df}e\n".as_bytes(), "plain text");
    unsupported(b"\x00\x01\x02", "a file of a type that is not known here");
    check(b"", "it is empty");
}

#[test]
fn pages_become_as_wide_as_fax_pages() {
    let widths = |sizes: &[(u32, u32)]| -> Vec<u32> {
        pages(&tiff_of(sizes), 3).unwrap().iter().map(|page| page.width).collect()
    };
    assert_eq!(widths(&[(1728, 10), (2048, 10), (2432, 10)]), [1728, 2048, 2432]);
    assert_eq!(widths(&[(1600, 10), (1900, 10), (2300, 10)]), [1728, 2048, 2432]);
}

#[test]
fn a_tiff_is_cut_off_anywhere() {
    let whole = tiff_of(&[(1728, 40), (1728, 40)]);
    let before = pages(&whole, 3).unwrap();
    for length in 0..whole.len() {
        // Never a panic; and what is read from a part is never another picture.
        if let Ok(pages) = pages(&whole[..length], 3) {
            assert!(pages.iter().zip(&before).all(|(a, b)| a.rows == b.rows), "{length}");
        }
    }
    check(&whole[..6], "not a TIFF file");
}

#[test]
fn too_much_is_refused() {
    check(&tiff_of(&[(1728, 4); 4]), "it has 4 pages; a job has at most 3");
    check(b"II\x2a\0\0\0\0\0", "it has no pages");
    let mut wide = tiff_of(&[(1728, 4)]);
    let tag = wide.windows(4).position(|w| w == [0, 1, 4, 0] || w == [0, 1, 3, 0]).unwrap();
    wide[tag + 2] = 4;
    wide[tag + 8..tag + 12].copy_from_slice(&100_000_u32.to_le_bytes());
    let error = pages(&wide, 3).unwrap_err();
    assert!(matches!(error, DocumentError::TooLarge { page: 1, .. }), "{error:?}");
    assert!(error.to_string().starts_with("page 1: width of 100000 pels"), "{error}");
}
