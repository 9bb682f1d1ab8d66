//! pdftoppm, asked for the page as a fax has it.

use std::path::Path;
use std::process::Command;

use t4::Bitmap;

use crate::compare::Grey;

/// Where a page comes to lie on a fax, as people are told: it keeps its size unless it is larger than
/// the widest fax page, and lies along the paper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) width: u32,
    pub(crate) rows: u32,
    left: u32,
    /// Pels and lines a millimetre.
    across: f64,
    down: f64,
    turned: bool,
    /// What the referee draws: pels across and down, as the page lies.
    drawn: (u32, u32),
    /// Points of the page's unit.
    unit: f64,
}

/// Pels and the millimetres that they cover. T.4 2.1.
const WIDTHS: [(u32, f64); 3] = [(1728, 215.0), (2048, 255.0), (2432, 303.0)];
/// What a page may be wider without counting as wider, in millimetres.
const WIDER_MM: f64 = 2.5;
/// The longest page, in millimetres.
const LONGEST_MM: f64 = 1000.0;
/// Lines a millimetre at fine resolution. T.4 2.2.
const FINE: f64 = 7.7;

impl Place {
    pub(crate) fn of((width, height): (f64, f64), unit: f64) -> Self {
        let (width, height) = (width * 25.4 / 72.0, height * 25.4 / 72.0);
        let turned = width > height && width > WIDTHS[0].1 + WIDER_MM;
        let (wide, high) = if turned { (height, width) } else { (width, height) };
        let fits = |(_, covers): &&(u32, f64)| wide <= covers + WIDER_MM;
        let (pels, covers) = *WIDTHS.iter().find(fits).unwrap_or(&WIDTHS[2]);
        let scale = (covers / wide).min(LONGEST_MM / high).min(1.0);
        let (across, down) = (f64::from(pels) / covers * scale, FINE * scale);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a page has a few thousand pels"
        )]
        let (left, rows, drawn) = (
            ((f64::from(pels) - wide * across) / 2.0).round() as u32,
            (high * down).round() as u32,
            ((wide * across).ceil() as u32, (high * down).ceil() as u32),
        );
        let drawn = if turned { (drawn.1, drawn.0) } else { drawn };
        Self { width: pels, rows, left, across, down, turned, drawn, unit }
    }

    /// All pages in black and white.
    pub(crate) fn mono(&self, pdf: &Path) -> Vec<Bitmap> {
        let pages = self.draw(pdf, "-mono");
        pages.iter().map(|page| self.placed(&packed(page))).collect()
    }

    /// All pages in shades of grey.
    pub(crate) fn grey(&self, pdf: &Path) -> Vec<Grey> {
        let pages = self.draw(pdf, "-gray");
        pages.iter().map(|page| self.placed_grey(page)).collect()
    }

    fn draw(&self, pdf: &Path, how: &str) -> Vec<Pnm> {
        let folder = tempfile::tempdir().expect("a folder");
        let (rx, ry) =
            if self.turned { (self.down, self.across) } else { (self.across, self.down) };
        let drawn = Command::new("pdftoppm")
            .args([how, "-cropbox"])
            .args(["-rx", &format!("{:.6}", rx * 25.4 * self.unit)])
            .args(["-ry", &format!("{:.6}", ry * 25.4 * self.unit)])
            .args(["-x", "0", "-y", "0"])
            .args(["-W", &self.drawn.0.to_string(), "-H", &self.drawn.1.to_string()])
            .arg(pdf)
            .arg(folder.path().join("page"))
            .output()
            .expect("pdftoppm runs");
        let said = String::from_utf8_lossy(&drawn.stderr).into_owned();
        assert!(drawn.status.success(), "pdftoppm: {said}");
        if !said.is_empty() {
            println!("pdftoppm says: {said}");
        }
        let mut files: Vec<_> = std::fs::read_dir(folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "pdftoppm drew nothing: {said}");
        files.iter().map(|file| Pnm::read(&std::fs::read(file).expect("a page"))).collect()
    }

    fn placed(&self, page: &Bitmap) -> Bitmap {
        let mut out = Bitmap::new(self.width, self.rows).expect("a page of fax");
        for y in 0..page.rows() {
            for x in (0..page.width()).filter(|x| page.pel(*x, y)) {
                if let Some((x, y)) = self.turned(x, y) {
                    out.set(x, y, true);
                }
            }
        }
        out
    }

    fn placed_grey(&self, page: &Pnm) -> Grey {
        let mut pixels = vec![255; self.width as usize * self.rows as usize];
        for y in 0..page.rows {
            for x in 0..page.width {
                if let Some((to_x, to_y)) = self.turned(x, y) {
                    pixels[to_y as usize * self.width as usize + to_x as usize] =
                        page.data[y as usize * page.width as usize + x as usize];
                }
            }
        }
        Grey { width: self.width, rows: self.rows, pixels }
    }

    /// Where a pel comes to lie: clockwise by a right angle when the page is turned.
    fn turned(&self, x: u32, y: u32) -> Option<(u32, u32)> {
        let (x, y) = if self.turned { (self.drawn.1.checked_sub(y + 1)?, x) } else { (x, y) };
        let x = x + self.left;
        (x < self.width && y < self.rows).then_some((x, y))
    }
}

/// A picture as pdftoppm writes it: P4 (bits) or P5 (octets).
struct Pnm {
    width: u32,
    rows: u32,
    data: Vec<u8>,
}

impl Pnm {
    fn read(file: &[u8]) -> Self {
        let fields = if file.starts_with(b"P4") { 3 } else { 4 };
        let (mut at, mut numbers) = (0, Vec::new());
        for _ in 0..fields {
            let word: Vec<u8> =
                file[at..].iter().copied().take_while(|c| !c.is_ascii_whitespace()).collect();
            at += word.len() + 1;
            numbers.push(String::from_utf8_lossy(&word).parse().unwrap_or(0));
        }
        Self { width: numbers[1], rows: numbers[2], data: file[at..].to_vec() }
    }
}

fn packed(page: &Pnm) -> Bitmap {
    Bitmap::from_packed(page.width, page.rows, page.data.clone()).expect("a page")
}
