//! A picture like a photograph: sky, sun, hills and a field, with grain.

use super::words::Random;

/// Rows of pixels, red, green and blue.
pub(crate) struct Photo {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Photo {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let mut random = Random(30);
        let mut rgb = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let at = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
                let grain = (random.fraction() - 0.5) * 10.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "clamped"
                )]
                rgb.extend(colour(at).map(|c| (c + grain).clamp(0.0, 255.0) as u8));
            }
        }
        Self { width, height, rgb }
    }

    /// The luma of each pixel. The weights are those of BT.601.
    pub(crate) fn grey(&self) -> Vec<u8> {
        let luma = |p: &[u8]| {
            (299 * u32::from(p[0]) + 587 * u32::from(p[1]) + 114 * u32::from(p[2]) + 500) / 1000
        };
        self.rgb.chunks(3).map(|p| u8::try_from(luma(p)).unwrap_or(255)).collect()
    }
}

fn colour((x, y): (f64, f64)) -> [f64; 3] {
    let sun = ((x - 0.72).powi(2) + (y - 0.22).powi(2)).sqrt();
    let far = 0.55 + 0.06 * (x * 7.0).sin() + 0.03 * (x * 17.0).sin();
    let near = 0.72 + 0.05 * (x * 5.0 + 1.0).sin();
    if y > near {
        let furrow = ((x - 0.5) / (y - near + 0.08) * 4.0).sin() * 25.0;
        [120.0 + furrow - 60.0 * (y - near), 110.0 + furrow, 50.0 + furrow / 2.0]
    } else if y > far {
        let depth = (y - far) * 300.0;
        [60.0 + depth / 2.0, 85.0 + depth / 3.0, 70.0]
    } else if sun < 0.08 {
        [255.0, 245.0, 210.0]
    } else {
        let glow = 60.0 * (-sun * 4.0).exp();
        [120.0 + 90.0 * y + glow, 165.0 + 60.0 * y + glow, 220.0 + glow / 3.0]
    }
}
