//! How what is drawn mixes with what is below, in shades of grey. ISO 32000-1 11.3.5.

use super::{Ink, Matter};

/// A blend mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Blend {
    /// What is drawn.
    #[default]
    Normal,
    /// The product: never lighter than either.
    Multiply,
    /// The product of the complements: never darker than either.
    Screen,
    /// Multiply or Screen, by what is below.
    Overlay,
    /// The darker.
    Darken,
    /// The lighter.
    Lighten,
    /// What is below, brightened.
    ColorDodge,
    /// What is below, darkened.
    ColorBurn,
    /// Multiply or Screen, by what is drawn.
    HardLight,
    /// Darkens or lightens, by what is drawn.
    SoftLight,
    /// The difference.
    Difference,
    /// The difference, softer.
    Exclusion,
    /// The shade of what is below: hue, saturation and colour have no effect on grey.
    Backdrop,
}

impl Blend {
    /// The mix of two shades, 0 black to 1 white.
    fn mix(self, below: f32, above: f32) -> f32 {
        match self {
            Self::Normal => above,
            Self::Multiply => below * above,
            Self::Screen => below + above - below * above,
            Self::Overlay => Self::HardLight.mix(above, below),
            Self::Darken => below.min(above),
            Self::Lighten => below.max(above),
            Self::ColorDodge if below <= 0.0 => 0.0,
            Self::ColorDodge if below >= 1.0 - above => 1.0,
            Self::ColorDodge => below / (1.0 - above),
            Self::ColorBurn if below >= 1.0 => 1.0,
            Self::ColorBurn if 1.0 - below >= above => 0.0,
            Self::ColorBurn => 1.0 - (1.0 - below) / above,
            Self::HardLight if above <= 0.5 => Self::Multiply.mix(below, 2.0 * above),
            Self::HardLight => Self::Screen.mix(below, 2.0 * above - 1.0),
            Self::SoftLight if above <= 0.5 => below - (1.0 - 2.0 * above) * below * (1.0 - below),
            Self::SoftLight => {
                let bright = if below <= 0.25 {
                    ((16.0 * below - 12.0) * below + 4.0) * below
                } else {
                    below.sqrt()
                };
                below + (2.0 * above - 1.0) * (bright - below)
            }
            Self::Difference => (below - above).abs(),
            Self::Exclusion => below + above - 2.0 * below * above,
            Self::Backdrop => below,
        }
    }
}

/// A pel of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pel {
    pub(super) grey: u8,
    pub(super) alpha: u8,
    pub(super) matter: Matter,
}

/// What becomes of a pel when `ink` comes over it. ISO 32000-1 11.3.6.
pub(super) fn over(below: Pel, ink: Ink, blend: Blend) -> Pel {
    if ink.alpha == 0 {
        return below;
    }
    // A light veil over text leaves it text.
    let matter = if ink.alpha >= 128 || below.alpha == 0 || below.matter == Matter::Area {
        ink.matter
    } else {
        below.matter
    };
    if blend == Blend::Normal && (ink.alpha == 255 || below.alpha == 0) {
        return Pel { grey: ink.grey, alpha: ink.alpha, matter };
    }
    let (grey, below_grey) = (part(ink.grey), part(below.grey));
    let (alpha, below_alpha) = (part(ink.alpha), part(below.alpha));
    let mixed = (1.0 - below_alpha) * grey + below_alpha * blend.mix(below_grey, grey);
    let sum = below_alpha + alpha - below_alpha * alpha;
    let share = if sum > 0.0 { alpha / sum } else { 0.0 };
    let grey = octet((1.0 - share) * below_grey + share * mixed);
    // Where blending leaves a pel as it is, it stays what it is made of.
    let matter = if grey == below.grey && below.alpha == 255 { below.matter } else { matter };
    Pel { grey, alpha: octet(sum), matter }
}

/// 0 to 255 as 0 to 1.
fn part(octet: u8) -> f32 {
    f32::from(octet) / 255.0
}

/// 0 to 1 as 0 to 255.
pub(crate) fn octet(part: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast stays within its bounds; what is not a number is 0"
    )]
    let octet = (part * 255.0 + 0.5) as u8;
    octet
}
