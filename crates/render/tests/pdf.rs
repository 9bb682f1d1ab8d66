//! PDF documents, written here as text, and what of them is black on the fax.

use std::sync::{Arc, Mutex};

use render::{BuiltInOnly, Error, FontFile, Fonts, Options, Pages, WantedFont, document};
use t4::{Bitmap, Page, Resolution};

/// Pels and rows of a point: a page of 609.449 points is 215 mm and 1728 pels wide.
const PELS: f64 = 1728.0 / 609.449;
const ROWS: f64 = 7.7 * 25.4 / 72.0;

/// Takes pages, at most `most` of them.
struct Taken {
    pages: Vec<Page>,
    most: usize,
}

impl Pages for Taken {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        if self.pages.len() >= self.most {
            return Err(Error::Stopped);
        }
        self.pages.push(page);
        Ok(())
    }
}

/// A file of these objects, which are numbered from 1; the first is the catalogue.
fn file(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    file
}

fn stream(entries: &str, content: &str) -> String {
    format!("<<{entries}/Length {}>>\nstream\n{content}\nendstream", content.len())
}

/// A file with one page of 609.449 by 300 points: its content, more entries of the page, and more
/// objects, from 5 on.
fn one_page(content: &str, entries: &str, more: &[String]) -> Vec<u8> {
    sized("0 0 609.449 300", content, entries, more)
}

fn sized(media: &str, content: &str, entries: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[{media}]/Contents 4 0 R{entries}>>"),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    file(&objects)
}

fn options() -> Options {
    Options { resolution: Resolution::Fine, max_pages: 50, password: String::new() }
}

fn draw(octets: &[u8]) -> Result<Vec<Page>, Error> {
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let mut taken = Taken { pages: Vec::new(), most: 100 };
    let count = document(octets, &options(), &fonts, &mut taken)?;
    assert_eq!(count as usize, taken.pages.len());
    Ok(taken.pages)
}

fn first(octets: &[u8]) -> Bitmap {
    draw(octets).expect("it is drawn")[0].to_bitmap().expect("a page is coded well")
}

fn pel(page: &Bitmap, x: u32, y: u32) -> bool {
    x < page.width() && y < page.rows() && page.pel(x, y)
}

/// How much of a rectangle is black, 0 to 1; in points, left, top, right and bottom from the top left.
fn black(page: &Bitmap, [x0, y0, x1, y1]: [f64; 4]) -> f64 {
    let (columns, rows) = (
        (x0 * PELS).ceil() as u32..(x1 * PELS).floor() as u32,
        (y0 * ROWS).ceil() as u32..(y1 * ROWS).floor() as u32,
    );
    let all = columns.len() * rows.len();
    let black = rows.flat_map(|y| columns.clone().map(move |x| (x, y)));
    black.filter(|(x, y)| pel(page, *x, *y)).count() as f64 / all as f64
}

#[track_caller]
fn check(page: &Bitmap, area: [f64; 4], expected: f64) {
    let found = black(page, area);
    assert!((found - expected).abs() < 0.06, "{area:?} is {found:.3}, not {expected}");
}

#[test]
fn a_rectangle_lies_where_it_should() {
    let page = first(&one_page("100 100 200 150 re f", "", &[]));
    assert_eq!(page.width(), 1728);
    check(&page, [100.5, 50.5, 299.5, 199.5], 1.0);
    for around in [[0.0, 0.0, 99.5, 250.0], [300.5, 0.0, 600.0, 250.0], [0.0, 0.0, 600.0, 49.5]] {
        check(&page, around, 0.0);
    }
}

#[test]
fn hairlines_and_thin_rectangles_are_one_pel_thick_everywhere() {
    let mut content = String::from("0.2 w\n");
    for line in 0..40 {
        let y = 280.0 - f64::from(line) * 3.37;
        content += &format!("20 {y} m 200 {y} l S 220 {y} 180 0.1 re f\n");
    }
    let page = first(&one_page(&content, "", &[]));
    for x in [100.0, 300.0] {
        let column = (x * PELS) as u32;
        let runs: Vec<bool> = (0..page.rows()).map(|y| pel(&page, column, y)).collect();
        assert_eq!(runs.iter().filter(|black| **black).count(), 40);
        assert!(runs.windows(2).all(|two| two != [true, true]));
    }
}

#[test]
fn text_of_a_standard_font_shows_and_the_same_letter_looks_the_same() {
    let font = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>";
    let content = "BT /F 20 Tf 30.3 100 Td (H) Tj 30.1 0 Td (H) Tj 30.7 0 Td (H) Tj ET";
    let page = first(&one_page(content, font, &[]));
    let letter = |from: f64| -> Vec<Vec<bool>> {
        let columns = (from * PELS) as u32..((from + 25.0) * PELS) as u32;
        let column = |x: u32| (0..page.rows()).map(|y| pel(&page, x, y)).collect();
        let all: Vec<Vec<bool>> = columns.map(column).collect();
        all.into_iter().filter(|column| column.contains(&true)).collect()
    };
    let [one, two, three] = [28.0, 58.0, 88.0].map(letter);
    assert!(one.len() > 30, "{} columns", one.len());
    assert!(one == two && two == three);
}

#[test]
fn what_stands_before_and_behind_a_file_does_not_matter() {
    let file = one_page("100 100 200 150 re f", "", &[]);
    let print_job = "\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n";
    for before in ["\r\n\r\n", "\u{feff}", print_job] {
        let all = [before.as_bytes(), &file, b"\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X"].concat();
        assert_eq!(draw(&all), draw(&file), "{before:?}");
    }
}

#[test]
fn a_page_is_cropped_turned_and_measured_in_its_own_units() {
    // 609.449 points wide once it is cropped and turned.
    let box_ = "/CropBox[100 0 400 609.449]/Rotate 90";
    let page = first(&sized("0 0 400 609.449", "100 0 50 100 re f", box_, &[]));
    assert_eq!(page.width(), 1728);
    // The lower left corner is the upper left one, when turned clockwise.
    check(&page, [0.5, 0.5, 99.0, 49.0], 1.0);
    check(&page, [101.0, 0.0, 600.0, 200.0], 0.0);
    let page = first(&sized("0 0 304.7245 150", "50 50 100 75 re f", "/UserUnit 2", &[]));
    check(&page, [100.5, 50.5, 299.5, 199.5], 1.0);
    check(&page, [301.0, 0.0, 600.0, 250.0], 0.0);
}

#[test]
fn clips_cut_and_end_with_their_state() {
    let content = "q 100 100 100 100 re W n 0 0 600 300 re f Q 400 100 20 20 re f";
    let page = first(&one_page(content, "", &[]));
    check(&page, [101.0, 101.0, 199.0, 199.0], 1.0);
    check(&page, [201.0, 0.0, 399.0, 290.0], 0.0);
    check(&page, [400.5, 180.5, 419.5, 199.5], 1.0);
}

#[test]
fn opacity_and_multiply_are_seen() {
    let states = "/Resources<</ExtGState<</H<</ca 0.5>>/M<</BM/Multiply>>>>>>";
    let content = "q /H gs 0 g 50 100 100 100 re f Q \
        0.5 g 250 100 100 100 re f q /M gs 1 g 250 100 100 100 re f Q \
        0 g 450 100 100 100 re f q /M gs 1 g 450 100 100 100 re f Q";
    let page = first(&one_page(content, states, &[]));
    let veil = black(&page, [55.0, 105.0, 145.0, 195.0]);
    assert!((0.2..0.9).contains(&veil), "{veil}");
    let multiplied = black(&page, [255.0, 105.0, 345.0, 195.0]);
    assert!((0.2..0.9).contains(&multiplied), "{multiplied}");
    check(&page, [451.0, 101.0, 549.0, 199.0], 1.0);
}

#[test]
fn a_soft_mask_lets_through_by_light_and_by_opacity() {
    let resources = "/Resources<</ExtGState<<\
        /L<</SMask<</Type/Mask/S/Luminosity/G 5 0 R>>>>\
        /A<</SMask<</Type/Mask/S/Alpha/G 5 0 R>>>>>>>>";
    let group =
        "/Type/XObject/Subtype/Form/BBox[0 0 609 300]/Group<</S/Transparency/CS/DeviceGray>>";
    let mask = stream(group, "1 g 0 150 609 150 re f 0 g 0 100 609 50 re f");
    let content = "q /L gs 0 g 50 0 100 300 re f Q q /A gs 0 g 250 0 100 300 re f Q";
    let page = first(&one_page(content, resources, &[mask]));
    check(&page, [51.0, 1.0, 149.0, 149.0], 1.0);
    check(&page, [51.0, 151.0, 149.0, 299.0], 0.0);
    check(&page, [251.0, 1.0, 349.0, 199.0], 1.0);
    check(&page, [251.0, 201.0, 349.0, 299.0], 0.0);
}

#[test]
fn tiles_are_laid_few_and_many() {
    let tile = |step: u32, half: u32| {
        let entries = format!(
            "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 {step} {step}]/XStep {step}\
             /YStep {step}/Resources<<>>"
        );
        stream(&entries, &format!("0 g 0 0 {half} {step} re f"))
    };
    let patterns = "/Resources<</Pattern<</F 5 0 R/M 6 0 R>>>>";
    let content = "/Pattern cs /F scn 0 0 200 300 re f /M scn 300 0 200 300 re f";
    let page = first(&one_page(content, patterns, &[tile(100, 50), tile(10, 5)]));
    check(&page, [1.0, 1.0, 49.0, 299.0], 1.0);
    check(&page, [51.0, 1.0, 99.0, 299.0], 0.0);
    check(&page, [101.0, 1.0, 149.0, 299.0], 1.0);
    check(&page, [300.0, 0.0, 500.0, 300.0], 0.5);
    check(&page, [501.0, 0.0, 600.0, 300.0], 0.0);
}

#[test]
fn tiles_that_are_far_apart_one_way_and_close_the_other_come_to_an_end() {
    let pattern = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 10 10]/XStep 100000000000000000000.0\
        /YStep 0.01/Matrix[0.00001 0 0 0.00001 0 0]/Resources<<>>";
    let content = "/Pattern cs /P scn 0 0 600 300 re f 0 g 300 0 100 300 re f";
    let patterns = "/Resources<</Pattern<</P 5 0 R>>>>";
    let page = first(&one_page(content, patterns, &[stream(pattern, "0 g 0 0 1 1 re f")]));
    check(&page, [301.0, 1.0, 399.0, 299.0], 1.0);
}

#[test]
fn a_shading_goes_from_dark_to_light() {
    let shading = "/Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray\
        /Coords[0 0 600 0]/Function<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>>>>>>>";
    let page = first(&one_page("/S sh", shading, &[]));
    let shades = [0.0, 150.0, 300.0, 450.0].map(|x| black(&page, [x, 0.0, x + 140.0, 290.0]));
    assert!(shades.is_sorted_by(|a, b| a > b), "{shades:?}");
    assert!(shades[0] > 0.75 && shades[3] < 0.25, "{shades:?}");
}

#[test]
fn images_stencils_and_images_with_masks_show() {
    let entries = "/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8\
        /Filter/ASCIIHexDecode/ColorSpace/DeviceGray";
    let image = stream(entries, "00FFFF00>");
    let masked = stream(&format!("{entries}/SMask 7 0 R"), "00000000>");
    let mask = stream(entries, "FF00FF00>");
    let objects = "/Resources<</XObject<</I 5 0 R/M 6 0 R>>>>";
    let content = "q 100 0 0 100 50 100 cm /I Do Q q 100 0 0 100 450 100 cm /M Do Q \
        q 100 0 0 100 250 100 cm BI /W 2 /H 2 /IM true /BPC 1 /F /AHx ID 40 80> EI Q";
    let page = first(&one_page(content, objects, &[image, masked, mask]));
    check(&page, [52.0, 102.0, 98.0, 148.0], 1.0);
    check(&page, [102.0, 102.0, 148.0, 148.0], 0.0);
    check(&page, [52.0, 152.0, 98.0, 198.0], 0.0);
    check(&page, [252.0, 102.0, 298.0, 148.0], 1.0);
    check(&page, [302.0, 102.0, 348.0, 148.0], 0.0);
    check(&page, [452.0, 102.0, 498.0, 198.0], 1.0);
    check(&page, [502.0, 102.0, 548.0, 198.0], 0.0);
}

#[test]
fn a_page_with_an_image_that_cannot_be_decoded_is_refused() {
    let entries = "/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8\
        /ColorSpace/DeviceGray";
    let whole = stream(&format!("{entries}/Filter/ASCIIHexDecode"), "00FFFF00>");
    let images = "/Resources<</XObject<</I 5 0 R>>/Pattern<</P 6 0 R>>>>";
    let pattern = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9\
        /Resources<</XObject<</I 5 0 R>>>>";
    let pattern = stream(pattern, "9 0 0 9 0 0 cm /I Do");
    for content in
        ["100 0 0 100 50 100 cm /I Do", "/Pattern cs /P scn 0 0 600 300 re f", "0 0 600 300 re f"]
    {
        let drawn =
            |image: &String| draw(&one_page(content, images, &[image.clone(), pattern.clone()]));
        assert!(drawn(&whole).is_ok(), "{content}");
        for filter in ["DCTDecode", "JPXDecode", "JBIG2Decode"] {
            let broken = stream(&format!("{entries}/Filter/{filter}"), "nothing of the kind");
            match drawn(&broken) {
                Err(error) => assert_eq!(
                    error.to_string(),
                    "page 1: an image in it cannot be decoded; save or export it again"
                ),
                // What is not shown does no harm.
                Ok(_) => assert_eq!(content, "0 0 600 300 re f", "{filter}"),
            }
        }
    }
}

#[test]
fn a_filled_form_field_shows() {
    let field = "<</Type/Annot/Subtype/Widget/FT/Tx/Rect[100 100 300 200]/AP<</N 6 0 R>>>>";
    let look = stream("/Type/XObject/Subtype/Form/BBox[0 0 20 10]", "0 0 20 10 re f");
    let page = first(&one_page("", "/Annots[5 0 R]", &[field.to_owned(), look]));
    check(&page, [101.0, 101.0, 299.0, 199.0], 1.0);
}

#[test]
fn letters_that_are_drawings_show() {
    let font = "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]\
        /CharProcs<</box 6 0 R>>/Encoding<</Differences[97/box]>>/FirstChar 97/LastChar 97\
        /Widths[1000]/Resources<<>>>>";
    let glyph = stream("", "1000 0 0 0 1000 1000 d1 0 0 1000 1000 re f");
    let content = "BT /F 100 Tf 100 100 Td (aa) Tj ET";
    let page =
        first(&one_page(content, "/Resources<</Font<</F 5 0 R>>>>", &[font.to_owned(), glyph]));
    check(&page, [101.0, 101.0, 299.0, 199.0], 1.0);
}

#[test]
fn letters_that_are_drawings_have_the_soft_mask_of_their_text_once() {
    let font = "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]\
        /CharProcs<</box 6 0 R/bits 7 0 R>>/Encoding<</Differences[97/box/bits]>>/FirstChar 97\
        /LastChar 98/Widths[1000 1000]/Resources<<>>>>";
    let path = stream("", "1000 0 0 0 1000 1000 d1 0 0 1000 1000 re f");
    let stencil = stream(
        "",
        "1000 0 0 0 1000 1000 d1 1000 0 0 1000 0 0 cm BI /W 1 /H 1 /IM true /BPC 1 /F /AHx ID 00> EI",
    );
    let resources = "/Resources<</Font<</F 5 0 R>>\
        /ExtGState<</L<</SMask<</Type/Mask/S/Luminosity/G 8 0 R>>>>>>>>";
    let group =
        "/Type/XObject/Subtype/Form/BBox[0 0 609 300]/Group<</S/Transparency/CS/DeviceGray>>";
    // A fifth of what is black is light, but still a line; a fifth of that is none.
    let mask = stream(group, "0.2 g 0 150 609 150 re f");
    let content = "/L gs BT /F 100 Tf 100 100 Td (ab) Tj ET";
    let objects = [font.to_owned(), path, stencil, mask];
    let page = first(&one_page(content, resources, &objects));
    for left in [100.0, 200.0] {
        check(&page, [left + 1.0, 101.0, left + 99.0, 149.0], 1.0);
        check(&page, [left + 1.0, 151.0, left + 99.0, 199.0], 0.0);
    }
}

/// Says which fonts were wanted.
#[derive(Default)]
struct Asked(Mutex<Vec<WantedFont>>);

impl Fonts for Asked {
    fn font(&self, wanted: &WantedFont) -> Option<FontFile> {
        self.0.lock().expect("nobody panicked").push(wanted.clone());
        None
    }
}

#[test]
fn a_font_that_is_not_embedded_is_asked_for() {
    let font = "<</Type/Font/Subtype/Type0/BaseFont/HeiseiMin-W3-Bold/Encoding/UniJIS-UTF16-H\
        /DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/HeiseiMin-W3-Bold\
        /CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>\
        /FontDescriptor<</Type/FontDescriptor/FontName/HeiseiMin-W3-Bold/Flags 6>>>>]>>";
    let content = "BT /F 30 Tf 100 100 Td <65E5> Tj ET";
    let octets = one_page(content, "/Resources<</Font<</F 5 0 R>>>>", &[font.to_owned()]);
    let asked = Arc::new(Asked::default());
    let fonts: Arc<dyn Fonts> = asked.clone();
    let mut taken = Taken { pages: Vec::new(), most: 1 };
    document(&octets, &options(), &fonts, &mut taken).expect("it is drawn");
    let asked = asked.0.lock().expect("nobody panicked");
    let [wanted] = &asked[..] else { panic!("asked {} times", asked.len()) };
    assert!(wanted.text.contains('日') && wanted.bold && wanted.serif, "{wanted:?}");
    assert_eq!(wanted.family, "HeiseiMin");
}

fn many(count: usize) -> Vec<u8> {
    let kids: String = (0..count).map(|kid| format!("{} 0 R ", kid + 4)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{kids}]/Count {count}/MediaBox[0 0 600 800]>>"),
        stream("", "100 100 50 50 re f"),
    ];
    objects.extend((0..count).map(|_| "<</Type/Page/Parent 2 0 R/Contents 3 0 R>>".to_owned()));
    file(&objects)
}

#[test]
fn too_many_pages_are_refused_before_the_first_is_drawn() {
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let mut taken = Taken { pages: Vec::new(), most: 100 };
    let drawn = document(&many(51), &options(), &fonts, &mut taken);
    assert_eq!(drawn, Err(Error::TooManyPages { pages: 51, most: 50 }));
    assert!(taken.pages.is_empty());
}

#[test]
fn pages_come_one_by_one_until_nobody_wants_more() {
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let mut taken = Taken { pages: Vec::new(), most: 3 };
    let drawn = document(&many(50), &options(), &fonts, &mut taken);
    assert_eq!((drawn, taken.pages.len()), (Err(Error::Stopped), 3));
}

#[test]
fn what_cannot_be_drawn_is_told_in_a_sentence() {
    let damaged = draw(b"%PDF-1.7\nand then nothing of any use\n");
    assert!(
        matches!(&damaged, Err(Error::Unreadable(why)) if why.contains("damaged")),
        "{damaged:?}"
    );
    let vast = draw(&sized("0 0 1000000 1000000", "", "", &[]));
    assert!(matches!(&vast, Err(Error::TooLarge { page: 1, .. })), "{vast:?}");
    let image = stream(
        "/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 1\
         /ColorSpace/DeviceGray",
        "0",
    );
    let vast = draw(&one_page("/I Do", "/Resources<</XObject<</I 5 0 R>>>>", &[image]));
    assert!(
        matches!(&vast, Err(Error::TooLarge { page: 1, why }) if why.contains("60000")),
        "{vast:?}"
    );
    // No size at all counts as A4, and one that makes no sense as well.
    for media in ["0 0 0 0", "5 5 5 900"] {
        assert_eq!(draw(&sized(media, "", "", &[])).map(|pages| pages[0].width), Ok(1728));
    }
}

#[test]
fn content_that_nests_without_end_comes_to_an_end() {
    let tile = stream(
        "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 500 500]/XStep 500/YStep 500\
         /Resources<</Pattern<</P 5 0 R>>>>",
        "/Pattern cs /P scn 0 0 500 500 re f",
    );
    let content = "/Pattern cs /P scn 0 0 600 300 re f 0 g 550 250 50 50 re f";
    let page = first(&one_page(content, "/Resources<</Pattern<</P 5 0 R>>>>", &[tile]));
    check(&page, [551.0, 1.0, 599.0, 49.0], 1.0);
}
