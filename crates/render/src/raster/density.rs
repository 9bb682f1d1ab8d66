//! How large the pixels of a file are, as far as it says so.

use crate::tiff::directory::{Directory, File};

/// Pixels per inch that can be believed.
const SANE_DPI: std::ops::RangeInclusive<f64> = 20.0..=4800.0;

/// How much longer than wide a pixel may be, or the other way round.
const MAX_ASPECT: f64 = 5.0;

/// Millimetres of an inch.
const MM_PER_INCH: f64 = 25.4;

/// How large pixels are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Density {
    /// Pixels per inch, across and down.
    Dpi(f64, f64),
    /// Only how many across are as long as so many down.
    Aspect(f64, f64),
}

impl Density {
    /// Of two numbers per so many millimetres, or of no known unit; `None` when they make no sense.
    pub(crate) fn new(across: f64, down: f64, unit_mm: Option<f64>) -> Option<Self> {
        let aspect = across / down;
        let even = aspect.is_finite() && (1.0 / MAX_ASPECT..=MAX_ASPECT).contains(&aspect);
        if !even {
            return None;
        }
        let Some(unit_mm) = unit_mm else { return Some(Self::Aspect(across, down)) };
        let [x, y] = [across, down].map(|number| number * MM_PER_INCH / unit_mm);
        (SANE_DPI.contains(&x) && SANE_DPI.contains(&y)).then_some(Self::Dpi(x, y))
    }

    /// Across and down exchanged.
    pub(crate) const fn turned(self) -> Self {
        match self {
            Self::Dpi(x, y) => Self::Dpi(y, x),
            Self::Aspect(x, y) => Self::Aspect(y, x),
        }
    }

    /// What the tags of a TIFF or of EXIF say. TIFF 6.0 section 8, ResolutionUnit.
    pub(crate) fn of_directory(directory: &Directory<'_>) -> Option<Self> {
        const X_RESOLUTION: u16 = 282;
        const Y_RESOLUTION: u16 = 283;
        const RESOLUTION_UNIT: u16 = 296;
        let unit_mm = match directory.number(RESOLUTION_UNIT).unwrap_or(2) {
            2 => Some(MM_PER_INCH),
            3 => Some(10.0),
            _ => None,
        };
        let (x, y) = (directory.fraction(X_RESOLUTION), directory.fraction(Y_RESOLUTION));
        Self::new(x.or(y)?, y.or(x)?, unit_mm)
    }

    /// What EXIF says.
    pub(crate) fn of_exif(exif: &[u8]) -> Option<Self> {
        let (file, first) = File::new(exif)?;
        Self::of_directory(&file.directory(first)?)
    }

    /// The `pHYs` chunk of a PNG.
    pub(crate) fn of_png(octets: &[u8]) -> Option<Self> {
        let mut rest = octets.get(8..)?;
        loop {
            let [a, b, c, d, kind @ ..] = rest else { return None };
            let len = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            match kind {
                [b'p', b'H', b'Y', b's', a, b, c, d, e, f, g, h, unit, ..] if len == 9 => {
                    let [x, y] = [[*a, *b, *c, *d], [*e, *f, *g, *h]].map(u32::from_be_bytes);
                    return Self::new(f64::from(x), f64::from(y), (*unit == 1).then_some(1000.0));
                }
                [b'I', b'D', b'A', b'T', ..] => return None,
                _ => rest = rest.get(len.checked_add(12)?..)?,
            }
        }
    }

    /// The JFIF segment of a JPEG; some programs write 1 by 1 of no unit when they know nothing.
    pub(crate) fn of_jfif(octets: &[u8]) -> Option<Self> {
        let mut rest = octets.get(2..)?;
        while let [0xff, marker @ 0xe0..=0xef, high, low, segment @ ..] = rest {
            if let (0xe0, [b'J', b'F', b'I', b'F', 0, _, _, unit, a, b, c, d, ..]) =
                (marker, segment)
            {
                let [x, y] = [[*a, *b], [*c, *d]].map(u16::from_be_bytes).map(f64::from);
                let unit_mm = match unit {
                    1 => Some(MM_PER_INCH),
                    2 => Some(10.0),
                    _ => None,
                };
                return Self::new(x, y, unit_mm);
            }
            rest = rest.get(2 + usize::from(u16::from_be_bytes([*high, *low]))..)?;
        }
        None
    }

    /// The header of a BMP.
    pub(crate) fn of_bmp(octets: &[u8]) -> Option<Self> {
        let number = |at: usize| {
            let octets = octets.get(at..at.checked_add(4)?)?;
            Some(u32::from_le_bytes(*octets.first_chunk()?))
        };
        // Below 40 octets it is the header of OS/2, which has none.
        if number(14)? < 40 {
            return None;
        }
        Self::new(f64::from(number(38)?), f64::from(number(42)?), Some(1000.0))
    }
}
