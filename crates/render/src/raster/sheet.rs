//! One picture as one page: how it lies, and how large it is.

use kurbo::{Affine, Size, Vec2};
use t4::{Page, Resolution};

use super::density::Density;
use crate::canvas::Canvas;
use crate::paper::{A4_MM, MM_PER_POINT, Paper, WIDER_MM, WIDTHS, lies_across};
use crate::picture::Picture;
use crate::{Error, Options};

/// Pixels per inch of a picture that does not say so.
const SCREEN_DPI: f64 = 96.0;

/// Below so many pixels per inch a file tells what its program always writes: it is believed only when
/// the picture fits on a sheet.
const BELIEVED_FROM_DPI: f64 = 100.0;

/// A picture that is so many times as long as wide is no sheet, but a roll.
const ROLL: f64 = 2.0;

/// A resolution that is off by so many percent from that of a fax is taken as it is.
const SLACK_PERCENT: f64 = 6.0;

/// A picture, and what its file says of it.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) picture: Picture,
    /// How its first row and column lie, 1 to 8. TIFF 6.0 section 8, Orientation.
    pub(crate) orientation: u8,
    pub(crate) density: Option<Density>,
}

impl Sheet {
    /// The page that becomes of it; `number` counts from 1.
    pub(crate) fn page(&self, number: u32, options: &Options) -> Result<Page, Error> {
        let (size, density) = self.upright();
        let turn = turn(self.orientation, &self.picture);
        if let Some((width, resolution)) = self.as_fax(size, density) {
            let rows = rows(size.height, number)?;
            let margin = ((f64::from(width) - size.width) / 2.0).floor();
            let mut canvas = Canvas::new(width, rows);
            canvas.picture(&self.picture, Affine::translate(Vec2::new(margin, 0.0)) * turn);
            return Ok(canvas.into_page(resolution));
        }
        let mm = on_paper(size, density);
        let points = Size::new(mm.width / MM_PER_POINT, mm.height / MM_PER_POINT);
        let paper = Paper::of(points, options.resolution);
        let scale =
            Affine::scale_non_uniform(points.width / size.width, points.height / size.height);
        let mut canvas = Canvas::new(paper.width, paper.rows);
        canvas.picture(&self.picture, paper.transform * scale * turn);
        Ok(canvas.into_page(options.resolution))
    }

    /// Its size in pixels and their density as it is looked at.
    fn upright(&self) -> (Size, Option<Density>) {
        let (width, height) = (f64::from(self.picture.width), f64::from(self.picture.height));
        if self.orientation >= 5 {
            (Size::new(height, width), self.density.map(Density::turned))
        } else {
            (Size::new(width, height), self.density)
        }
    }

    /// The width and resolution of the fax that it is already, pel for pel.
    fn as_fax(&self, size: Size, density: Option<Density>) -> Option<(u32, Resolution)> {
        if !self.picture.bilevel {
            return None;
        }
        fax_page(size, density)
    }
}

/// The width with its margins and the resolution of a black and white page of so many pixels that is a
/// fax page already. One that lies across is none, unless it is just as wide as those are.
pub(crate) fn fax_page(size: Size, density: Option<Density>) -> Option<(u32, Resolution)> {
    let width = size.width;
    let exact = WIDTHS.iter().any(|(pels, _)| f64::from(*pels) == width);
    let near =
        |dpi: f64, fax: u32| (dpi - f64::from(fax)).abs() * 100.0 <= f64::from(fax) * SLACK_PERCENT;
    let resolution = match density {
        Some(Density::Dpi(x, y)) if near(x, 204) => {
            if !exact && lies_across(millimetres(size, x, y)) {
                return None;
            }
            [Resolution::Standard, Resolution::Fine, Resolution::Superfine]
                .into_iter()
                .find(|resolution| near(y, resolution.dpi()))?
        }
        None if exact => Resolution::Fine,
        _ => return None,
    };
    let (width, _) = WIDTHS.into_iter().find(|(pels, _)| width <= f64::from(*pels))?;
    Some((width, resolution))
}

fn rows(height: f64, page: u32) -> Result<u32, Error> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a picture's height"
    )]
    let rows = height as u32;
    if rows > t4::MAX_ROWS {
        let why = format!("{rows} rows are more than {}", t4::MAX_ROWS);
        return Err(Error::TooLarge { page, why });
    }
    Ok(rows)
}

/// From the pixels as they lie in the file to the pixels as they are looked at.
fn turn(orientation: u8, picture: &Picture) -> Affine {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    Affine::new(match orientation {
        2 => [-1.0, 0.0, 0.0, 1.0, width, 0.0],
        3 => [-1.0, 0.0, 0.0, -1.0, width, height],
        4 => [1.0, 0.0, 0.0, -1.0, 0.0, height],
        5 => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        6 => [0.0, 1.0, -1.0, 0.0, height, 0.0],
        7 => [0.0, -1.0, -1.0, 0.0, height, width],
        8 => [0.0, -1.0, 1.0, 0.0, 0.0, width],
        _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    })
}

/// The size in millimetres of so many pixels, so many of which are an inch.
fn millimetres(pixels: Size, x: f64, y: f64) -> Size {
    Size::new(pixels.width / x, pixels.height / y) * 25.4
}

/// The size of a picture of so many pixels in millimetres.
fn on_paper(pixels: Size, density: Option<Density>) -> Size {
    if let Some(Density::Dpi(x, y)) = density {
        let mm = millimetres(pixels, x, y);
        if x.min(y) >= BELIEVED_FROM_DPI || fits(mm) {
            return mm;
        }
    }
    let aspect = match density {
        Some(Density::Dpi(x, y) | Density::Aspect(x, y)) => x / y,
        None => 1.0,
    };
    let mm = Size::new(pixels.width, pixels.height * aspect) * (25.4 / SCREEN_DPI);
    if fits(mm) {
        return mm;
    }
    let (short, long) = (mm.width.min(mm.height), mm.width.max(mm.height));
    let scale = A4_MM.width / short;
    if long > ROLL * short { mm * scale } else { mm * scale.min(A4_MM.height / long) }
}

/// Whether it fits on a sheet, upright or across.
fn fits(mm: Size) -> bool {
    mm.width.min(mm.height) <= A4_MM.width + WIDER_MM
        && mm.width.max(mm.height) <= A4_MM.height + WIDER_MM
}
