//! Pictures that are drawn on a canvas.

use kurbo::Point;

use crate::canvas::{Ink, Matter};

/// A picture in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Picture {
    /// Pixels a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// One octet a pixel, 0 black to 255 white.
    pub(crate) grey: Vec<u8>,
    /// One octet a pixel, 0 what is below shows, 255 it does not; empty when nothing shows.
    pub(crate) alpha: Vec<u8>,
    /// Whether it is a drawing in black and white, or shades of grey.
    pub(crate) bilevel: bool,
}

impl Picture {
    /// The ink at a place of the picture, if it is inside.
    pub(crate) fn sample(&self, at: Point) -> Option<Ink> {
        let inside = at.x >= 0.0
            && at.y >= 0.0
            && at.x < f64::from(self.width)
            && at.y < f64::from(self.height);
        if !inside {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "inside the picture"
        )]
        let index = at.y as usize * self.width as usize + at.x as usize;
        Some(Ink {
            grey: *self.grey.get(index)?,
            alpha: self.alpha.get(index).copied().unwrap_or(255),
            matter: if self.bilevel { Matter::Line } else { Matter::Picture },
        })
    }
}
