//! PDF: each page straight onto a canvas at the resolution of the fax.
//!
//! `hayro` reads the file and walks through its drawing instructions; [`sheet`] draws them.

mod fonts;
mod image;
mod paint;
mod sheet;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro_interpret::util::{RectExt, TransformExt};
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, InterpreterWarning, interpret_page,
};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kurbo::{Affine, Rect, Size};

use crate::canvas::{Canvas, Glyphs};
use crate::paper::Paper;
use crate::{Error, Fonts, Options, Pages};
use sheet::Sheet;

/// The longest side of a page, in points: 17 m, and 20 times what the format asks readers to take.
/// ISO 32000-1 Annex C.2.
const LONGEST_SIDE: f64 = 288_000.0;

/// The shortest side of a page, in points: what is smaller is a mistake.
const SHORTEST_SIDE: f64 = 1.0;

/// Draws all pages.
pub(crate) fn draw(
    octets: &[u8],
    options: &Options,
    fonts: &Arc<dyn Fonts>,
    pages: &mut dyn Pages,
) -> Result<u32, Error> {
    let pdf = open(octets, &options.password)?;
    let count = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    if count == 0 {
        return Err(Error::NoPages);
    }
    if count > options.max_pages {
        return Err(Error::TooManyPages { pages: count, most: options.max_pages });
    }
    let lost_image = Arc::new(AtomicBool::new(false));
    let lost = Arc::clone(&lost_image);
    let settings = InterpreterSettings {
        font_resolver: fonts::resolver(fonts),
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::ImageDecodeFailure) {
                lost.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let cache = InterpreterCache::new();
    let mut glyphs = Glyphs::default();
    for (page, number) in pdf.pages().iter().zip(1..) {
        let (size, unit) = size(page, number)?;
        let paper = Paper::of(size * unit, options.resolution);
        let transform =
            paper.transform * Affine::scale(unit) * page.initial_transform(true).to_kurbo();
        let mut canvas = Canvas::new(paper.width, paper.rows);
        canvas.set_glyphs(glyphs);
        let mut sheet = Sheet::new(canvas);
        let crop = transform.transform_rect_bbox(page.intersected_crop_box().to_kurbo());
        if crop.area() > 0.0 {
            sheet.canvas.push_clip_rectangle(crop);
        }
        let all = Rect::new(0.0, 0.0, f64::from(paper.width), f64::from(paper.rows));
        let mut context = Context::new(transform, all, &cache, page.xref(), settings.clone());
        interpret_page(page, &mut context, &mut sheet);
        let Sheet { mut canvas, too_large, lost_image: lost, .. } = sheet;
        if let Some(why) = too_large {
            return Err(Error::TooLarge { page: number, why });
        }
        // The sink hears of masks, too; the sheet sees what never came.
        if lost || lost_image.load(Ordering::Relaxed) {
            return Err(Error::Unreadable(format!(
                "page {number}: an image in it cannot be decoded; save or export it again"
            )));
        }
        glyphs = canvas.take_glyphs();
        pages.page(canvas.into_page(options.resolution))?;
    }
    Ok(count)
}

/// Opens the file; an empty password that opens it is not asked for.
fn open(octets: &[u8], password: &str) -> Result<Pdf, Error> {
    let octets = Arc::new(octets.to_vec());
    let unreadable = |why: &str| Err(Error::Unreadable(why.to_owned()));
    let mut opened = Pdf::new_with_password(octets.clone(), password);
    let refused = LoadPdfError::Decryption(DecryptionError::PasswordProtected);
    if !password.is_empty() && matches!(&opened, Err(why) if *why == refused) {
        opened = Pdf::new(octets);
    }
    match opened {
        Ok(pdf) => Ok(pdf),
        Err(LoadPdfError::Invalid) => unreadable(
            "the PDF is damaged: it has no pages that can be found; save or export it again",
        ),
        Err(LoadPdfError::Decryption(why)) => match why {
            DecryptionError::PasswordProtected if password.is_empty() => Err(Error::Encrypted),
            DecryptionError::PasswordProtected => Err(Error::WrongPassword),
            DecryptionError::UnsupportedAlgorithm => unreadable(
                "the PDF is encrypted in a way that is not read; save it without encryption",
            ),
            DecryptionError::MissingIDEntry | DecryptionError::InvalidEncryption => {
                unreadable("the PDF is damaged: what it says of its encryption makes no sense")
            }
        },
    }
}

/// The size of a page in its own units, and a unit in points. ISO 32000-1 14.11.2.
fn size(page: &Page<'_>, number: u32) -> Result<(Size, f64), Error> {
    let (width, height) = page.render_dimensions();
    let size = Size::new(f64::from(width), f64::from(height));
    let unit = page.raw().get::<f64>("UserUnit").filter(|unit| unit.is_finite() && *unit > 0.0);
    let unit = unit.unwrap_or(1.0);
    let (long, short) = (size.max_side() * unit, size.min_side() * unit);
    if long.is_finite() && long <= LONGEST_SIDE && short >= SHORTEST_SIDE {
        Ok((size, unit))
    } else {
        let why = format!("its size of {width:.0} by {height:.0} points is absurd");
        Err(Error::TooLarge { page: number, why })
    }
}
