//! Typst without its surroundings: one source, no files, no packages, no clock, no threads.

mod draw;
mod svg;
mod world;

use std::cell::OnceCell;

use rayon::{ThreadPool, ThreadPoolBuilder};
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::Dict;
use typst::text::Font;
use typst::{World, WorldExt, comemo};
use typst_layout::PagedDocument;

pub(crate) use draw::{missing, outline, page};
use world::Desk;

/// What goes before each template: the functions that it may use beside those of typst.
const PRELUDE: &str = include_str!("prelude.typ");

/// The most errors that are told; a wrong template tends to have the same one often.
const ERRORS: usize = 8;

/// Lays out a template. `fax` is what the template knows under this name.
///
/// # Errors
/// What is wrong with the template: line, column and message, a line each.
pub(crate) fn compile(
    template: &str,
    fax: Dict,
    fonts: Vec<Font>,
) -> Result<PagedDocument, String> {
    stay_on_this_thread();
    let desk = Desk::new(format!("{PRELUDE}{template}"), fax, fonts);
    let Warned { output, .. } = typst::compile::<PagedDocument>(&desk);
    // What typst remembers between runs is of no use to the next template.
    comemo::evict(0);
    let document = output.map_err(|errors| {
        errors.iter().take(ERRORS).map(|error| told(&desk, error)).collect::<Vec<_>>().join("\n")
    })?;
    if document.pages().iter().any(|page| draw::shows_pdf(&page.frame)) {
        return Err("a PDF as a picture is not drawn; use SVG, PNG or JPEG".to_owned());
    }
    Ok(document)
}

/// An error as a sentence that begins with its place in the template.
fn told(desk: &Desk, error: &SourceDiagnostic) -> String {
    let place = desk.range(error.span).and_then(|range| {
        let source = desk.source(desk.main()).ok()?;
        let (line, column) = source.lines().byte_to_line_column(range.start)?;
        let line = (line + 1).checked_sub(PRELUDE.lines().count()).filter(|line| *line > 0)?;
        Some(format!("line {line}, column {}: ", column + 1))
    });
    let hint = error.hints.first().map(|hint| format!(" ({})", hint.v)).unwrap_or_default();
    format!("{}{}{hint}", place.unwrap_or_default(), error.message)
}

/// Typst gives its work to rayon, which would start threads. So this thread becomes the only one of a
/// pool of its own; it stays that for as long as it lives.
fn stay_on_this_thread() {
    thread_local! {
        static POOL: OnceCell<Option<ThreadPool>> = const { OnceCell::new() };
    }
    POOL.with(|pool| {
        // It fails when somebody made this thread part of a pool before: then that one does the work.
        pool.get_or_init(|| {
            ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok()
        });
    });
}
