//! Documents drawn by us and by others: what is text or a line agrees pel by pel, what is grey is as
//! dark, and all of it is no larger on the line.

mod compare;
mod layouts;
#[path = "../made/mod.rs"]
mod made;
mod peer;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compare::{Figures, darkness};
use made::{Look, Made};
use peer::Place;
use render::{Error, FontFile, Fonts, Options, Pages, WantedFont};
use t4::{Bitmap, Page, Resolution};

/// Of the black pels of each, so many have one of the other within one pel.
const AGREEMENT: f64 = 0.99;
/// How far the number of black pels of text and the number of its edges may be from the referee's.
const TEXT_WITHIN: f64 = 0.06;
/// The same of lines: the referee blackens each pel that a line touches, we those of whose middle it
/// goes over, so that a line is as wide as it is meant to be.
const LINES_WITHIN: f64 = 0.5;
/// How far the darkness of a block may be from the referee's, on average.
const DARKNESS: f64 = 0.08;

/// What is known to differ, and why; each still has to reach the agreement that stands here.
const DIFFERENT: [(&str, f64, &str); 6] = [
    ("fourteen fonts", 0.94, "the standard fonts built in are other ones than those installed"),
    (
        "letter in Helvetica",
        0.98,
        "the standard fonts built in are other ones than those installed",
    ),
    ("Type 3 font", 0.90, "the referee draws the strokes of such glyphs a pel wide"),
    ("coloured text", 0.99, "the referee screens dark colours, on a fax they are black"),
    (
        "scan, JBIG2, 200 dpi",
        0.7,
        "the referee loses lines; ours is the page of the same scan in CCITT",
    ),
    ("dashes, caps, joins", 0.93, "the referee leaves out dashes that are caps alone"),
];

/// Where Debian puts fonts.
const FOLDERS: [&str; 4] = [
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/opentype/urw-base35",
];

#[test]
#[ignore = "needs pdftoppm, fonts-noto-core, fonts-noto-cjk, fonts-dejavu-core and fonts-urw-base35"]
fn pages_of_pdf_are_those_of_pdftoppm() {
    let documents = made::pdfs(&installed);
    assert!(documents.len() >= 40, "{} documents", documents.len());
    let folder = tempfile::tempdir().expect("a folder");
    println!("{HEAD}");
    let (mut wrong, mut octets) = (Vec::new(), [0, 0]);
    for document in &documents {
        let pdf = folder.path().join("document.pdf");
        fs::write(&pdf, &document.octets).expect("a file");
        match judged(document, &pdf) {
            Ok((line, figures, faults)) => {
                println!("{line}");
                octets = [0, 1].map(|side| octets[side] + figures.octets[side]);
                wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", document.name)));
            }
            Err(why) => wrong.push(format!("{}: {why}", document.name)),
        }
    }
    println!(
        "all {} documents: {} octets of MMR, pdftoppm's pages {}",
        documents.len(),
        octets[0],
        octets[1]
    );
    for (name, _, why) in DIFFERENT {
        println!("known to differ: {name}: {why}");
    }
    if octets[0] > octets[1] {
        wrong.push(format!("{} octets of MMR are more than {}", octets[0], octets[1]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const HEAD: &str = "document                        pages   agree   black   edges  specks (theirs)    octets   ratio  \
    darkness";

fn judged(document: &Made, pdf: &Path) -> Result<(String, Figures, Vec<String>), String> {
    let place = Place::of(document.size, document.unit);
    let theirs = place.mono(pdf);
    let ours = drawn(&document.octets).map_err(|error| error.to_string())?;
    if ours.len() != theirs.len() {
        return Err(format!("{} pages, pdftoppm draws {}", ours.len(), theirs.len()));
    }
    let (mut figures, mut faults) = (Figures::default(), Vec::new());
    let mut tones = Vec::new();
    keep(document.name, &ours, &theirs);
    for (number, (our, their)) in (1..).zip(ours.iter().zip(&theirs)) {
        if our.width() != place.width || our.rows() > place.rows {
            let (width, rows) = (our.width(), our.rows());
            faults.push(format!(
                "page {number}: {width} x {rows}, wanted {} x {}",
                place.width, place.rows
            ));
            continue;
        }
        figures.add(our, their);
    }
    if document.look == Look::Grey {
        tones = ours.iter().zip(place.grey(pdf)).map(|(our, grey)| darkness(our, &grey)).collect();
    }
    faults.extend(verdict(document, &figures, &tones));
    let tone = tones.first().map_or(String::new(), |(off, more)| format!("{off:.3} {more:+.3}"));
    let line = format!(
        "{:30} {:6} {:7.4} {:7.3} {:7.3} {:7} ({:6}) {:9} {:7.3}  {tone}",
        document.name,
        figures.pages,
        figures.agreement(),
        figures.black_ratio(),
        figures.edge_ratio(),
        figures.specks[0],
        figures.specks[1],
        figures.octets[0],
        figures.octet_ratio(),
    );
    Ok((line, figures, faults))
}

fn verdict(document: &Made, figures: &Figures, tones: &[(f64, f64)]) -> Vec<String> {
    let known = DIFFERENT.iter().find(|(name, ..)| *name == document.name);
    let wanted = known.map_or(AGREEMENT, |(_, agreement, _)| *agreement);
    let mut faults = Vec::new();
    if document.look == Look::Grey {
        let off = tones.iter().map(|(off, _)| *off).fold(0.0, f64::max);
        if off > DARKNESS {
            faults.push(format!("blocks are off by {off:.3}"));
        }
        return faults;
    }
    if figures.agreement() < wanted {
        faults.push(format!("agreement {:.4}", figures.agreement()));
    }
    let within = if document.look == Look::Text { TEXT_WITHIN } else { LINES_WITHIN };
    for (what, ratio) in [("black pels", figures.black_ratio()), ("edges", figures.edge_ratio())] {
        if known.is_none() && (ratio - 1.0).abs() > within {
            faults.push(format!("{what} {ratio:.3} of the referee's"));
        }
    }
    faults
}

/// Leaves both drawings in the folder that `FERROFAX_JUDGED` names, for people to look at.
fn keep(name: &str, ours: &[Bitmap], theirs: &[Bitmap]) {
    let Some(folder) = std::env::var_os("FERROFAX_JUDGED").map(PathBuf::from) else { return };
    let name: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    for (who, pages) in [("ours", ours), ("theirs", theirs)] {
        if let Some(page) = pages.first() {
            let mut pixels =
                image::GrayImage::from_pixel(page.width(), page.rows(), image::Luma([255]));
            for (x, y, pixel) in pixels.enumerate_pixels_mut() {
                *pixel = image::Luma([if page.pel(x, y) { 0 } else { 255 }]);
            }
            pixels.save(folder.join(format!("{name}-{who}.png"))).expect("a picture");
        }
    }
}

fn drawn(octets: &[u8]) -> Result<Vec<Bitmap>, Error> {
    let options = Options { resolution: Resolution::Fine, max_pages: 100, password: String::new() };
    let fonts: Arc<dyn Fonts> = Arc::new(Installed);
    let mut taken = Taken(Vec::new());
    render::document(octets, &options, &fonts, &mut taken)?;
    Ok(taken.0.iter().map(|page| page.to_bitmap().expect("a page of ours")).collect())
}

struct Taken(Vec<Page>);

impl Pages for Taken {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        self.0.push(page);
        Ok(())
    }
}

/// The octets of a font that is installed.
fn installed(file: &str) -> Vec<u8> {
    let paths = FOLDERS.iter().map(|folder| Path::new(folder).join(file));
    let type_1 = Path::new("/usr/share/fonts/type1/urw-base35").join(file);
    let found = paths.chain([type_1]).find_map(|path| fs::read(path).ok());
    found.unwrap_or_else(|| panic!("{file} is not installed"))
}

/// The fonts that the referee takes for those that a document does not bring along.
struct Installed;

impl Fonts for Installed {
    fn font(&self, wanted: &WantedFont) -> Option<FontFile> {
        let family = wanted.family.to_ascii_lowercase();
        let (stem, slanted) = match family.as_str() {
            f if f.contains("symbol") => return Some(whole("StandardSymbolsPS.otf")),
            f if f.contains("dingbats") => return Some(whole("D050000L.otf")),
            f if f.contains("courier") => ("NimbusMonoPS", "Italic"),
            f if f.contains("times") => ("NimbusRoman", "Italic"),
            f if f.contains("helvetica") => ("NimbusSans", "Italic"),
            _ => return None,
        };
        let style = match (wanted.bold, wanted.italic) {
            (false, false) => "Regular".to_owned(),
            (true, false) => "Bold".to_owned(),
            (false, true) => slanted.to_owned(),
            (true, true) => format!("Bold{slanted}"),
        };
        Some(whole(&format!("{stem}-{style}.otf")))
    }
}

fn whole(file: &str) -> FontFile {
    FontFile { octets: Arc::new(installed(file)), face: 0 }
}

/// The referee reads JBIG2 its own way, so that codings are compared with each other.
#[test]
#[ignore = "needs fonts-noto-core, fonts-noto-cjk, fonts-dejavu-core and fonts-urw-base35"]
fn a_scan_is_the_same_page_in_each_coding() {
    let documents = made::pdfs(&installed);
    let page = |name: &str| {
        let document = documents.iter().find(|document| document.name == name);
        drawn(&document.expect("it is made").octets).expect("it is drawn")
    };
    assert!(page("scan, JBIG2, 200 dpi") == page("scan, CCITT, 200 dpi"));
}
