//! Pictures that are drawn on a canvas.
//!
//! A pel belongs to the picture when its centre lies inside, so that pictures that touch leave no seam;
//! one that is thinner than a pel takes the pel in its middle. What the pel shows is the mean of the
//! pixels under it when the picture is shrunk, each side by itself. When it is enlarged, shades run
//! smoothly from pixel to pixel and black and white stay as they are.
//!
//! Black and white stays black and white, too, when it is shrunk ([`crisp`]): half covered is black, and
//! lines and gaps that are thinner than a pel keep one.

use kurbo::{Affine, Point, Rect};

use crate::canvas::{Ink, Matter};

/// How far a picture may lean before it counts as leaning, in pels over its whole width or height.
const UPRIGHT_PELS: f64 = 0.25;

/// A leaning picture is looked at in so many places across and down a pel.
const LOOKS: u32 = 4;

/// The weights of the pixels that make a pel, in all.
const WHOLE: u32 = 1 << 14;

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

/// What of a canvas a picture covers.
#[derive(Debug)]
pub(crate) struct Patch {
    /// First column and row.
    left: u32,
    top: u32,
    /// Pels a row.
    width: u32,
    /// One octet a pel, row by row.
    grey: Vec<u8>,
    /// One octet a pel; empty when nothing shows through.
    alpha: Vec<u8>,
    /// What its pels are made of.
    matter: Matter,
}

impl Patch {
    /// Rows.
    fn height(&self) -> u32 {
        let pels = u32::try_from(self.grey.len()).unwrap_or(u32::MAX);
        pels.checked_div(self.width).unwrap_or(0)
    }

    /// Left, top, right and bottom; the latter two are outside.
    pub(crate) fn bounds(&self) -> [u32; 4] {
        [self.left, self.top, self.left + self.width, self.top + self.height()]
    }

    /// The ink of a pel within the bounds; `None` where nothing of the picture is seen.
    pub(crate) fn at(&self, column: u32, row: u32) -> Option<Ink> {
        let (x, y) = (column.checked_sub(self.left)?, row.checked_sub(self.top)?);
        let index = y as usize * self.width as usize + x as usize;
        let alpha = self.alpha.get(index).copied().unwrap_or(255);
        let ink = Ink { grey: *self.grey.get(index)?, alpha, matter: self.matter };
        (alpha > 0).then_some(ink)
    }
}

impl Picture {
    /// What comes to lie within `bounds` (left, top, right, bottom) when `transform` takes pixels to
    /// pels; `None` when nothing does.
    pub(crate) fn patch(&self, transform: Affine, bounds: [u32; 4]) -> Option<Patch> {
        let pixels = self.width as usize * self.height as usize;
        let whole = pixels > 0
            && self.grey.len() == pixels
            && (self.alpha.is_empty() || self.alpha.len() == pixels);
        let [a, b, c, d, e, f] = transform.as_coeffs();
        let finite = [a, b, c, d, e, f].iter().all(|part| part.is_finite());
        if !whole || !finite {
            return None;
        }
        let (wide, high) = (f64::from(self.width), f64::from(self.height));
        if (b * wide).abs() < UPRIGHT_PELS && (c * high).abs() < UPRIGHT_PELS {
            let across = Axis { scale: a, shift: e + c * high / 2.0, pixels: self.width };
            let down = Axis { scale: d, shift: f + b * wide / 2.0, pixels: self.height };
            self.upright(across, down, bounds)
        } else if (a * wide).abs() < UPRIGHT_PELS && (d * high).abs() < UPRIGHT_PELS {
            let across = Axis { scale: c, shift: e + a * wide / 2.0, pixels: self.height };
            let down = Axis { scale: b, shift: f + d * high / 2.0, pixels: self.width };
            self.transposed().upright(across, down, bounds)
        } else {
            self.leaning(transform, bounds)
        }
    }

    /// Rows become columns.
    fn transposed(&self) -> Self {
        let turn = |from: &[u8]| {
            let (width, height) = (self.width as usize, self.height as usize);
            let mut to = vec![0; from.len()];
            // In squares, so that neither side runs through all of the memory for each pixel.
            const SIDE: usize = 32;
            for top in (0..height).step_by(SIDE) {
                for left in (0..width).step_by(SIDE) {
                    for y in top..(top + SIDE).min(height) {
                        for x in left..(left + SIDE).min(width) {
                            to[x * height + y] = from[y * width + x];
                        }
                    }
                }
            }
            to
        };
        Self {
            width: self.height,
            height: self.width,
            grey: turn(&self.grey),
            alpha: if self.alpha.is_empty() { Vec::new() } else { turn(&self.alpha) },
            bilevel: self.bilevel,
        }
    }

    fn upright(&self, across: Axis, down: Axis, bounds: [u32; 4]) -> Option<Patch> {
        let [left, top, right, bottom] = bounds;
        let two = self.is_black_and_white();
        let columns = across.taps(left, right, two)?;
        let rows = down.taps(top, bottom, two)?;
        let width = self.width as usize;
        let mut grey;
        let mut alpha = Vec::new();
        if self.alpha.is_empty() {
            grey = resample(&self.grey, width, &columns, &rows);
        } else {
            alpha = resample(&self.alpha, width, &columns, &rows);
            let held: Vec<u8> = self
                .grey
                .iter()
                .zip(&self.alpha)
                .map(|(grey, alpha)| part(*grey, *alpha))
                .collect();
            grey = resample(&held, width, &columns, &rows);
            release(&mut grey, &alpha);
        }
        if two {
            let (wide, shrunk) = (columns.pels.len(), [across.shrinks(), down.shrinks()]);
            grey.iter_mut().for_each(|grey| *grey = !*grey);
            crisp(&mut grey, wide, shrunk);
            grey.iter_mut().for_each(|grey| *grey = !*grey);
            if !alpha.is_empty() {
                crisp(&mut alpha, wide, shrunk);
            }
        }
        Some(self.put(columns.first, rows.first, columns.pels.len(), grey, alpha))
    }

    fn put(&self, left: u32, top: u32, width: usize, grey: Vec<u8>, alpha: Vec<u8>) -> Patch {
        let matter = if self.is_black_and_white() { Matter::Line } else { Matter::Picture };
        Patch { left, top, width: u32::try_from(width).unwrap_or(u32::MAX), grey, alpha, matter }
    }

    /// Whether there are no shades, whatever the picture says.
    fn is_black_and_white(&self) -> bool {
        self.bilevel || (black_or_white(&self.grey) && black_or_white(&self.alpha))
    }

    /// Looks at several places of each pel.
    fn leaning(&self, transform: Affine, bounds: [u32; 4]) -> Option<Patch> {
        let [a, b, c, d, ..] = transform.as_coeffs();
        let [across, down] = [a.hypot(b), c.hypot(d)];
        if transform.determinant().abs() < 1e-9 {
            return None;
        }
        // Shrunk first, so that the looks do not miss pixels.
        let step = |scale: f64| (1.0 / scale.max(1e-6)).floor().clamp(1.0, 4096.0);
        let (kx, ky) = (step(across), step(down));
        if kx > 1.0 || ky > 1.0 {
            let (width, height) = (f64::from(self.width), f64::from(self.height));
            let (fewer_x, fewer_y) = ((width / kx).ceil(), (height / ky).ceil());
            let [wide, high] = [fewer_x, fewer_y].map(clamped);
            let shrink = Affine::scale_non_uniform(fewer_x / width, fewer_y / height);
            let small = Self { bilevel: false, ..self.clone() };
            let patch = small.patch(shrink, [0, 0, wide, high])?;
            let small =
                Self { width: wide, height: high, grey: patch.grey, alpha: patch.alpha, ..small };
            return small.looks(transform * shrink.inverse(), bounds, self.bilevel);
        }
        self.looks(transform, bounds, self.bilevel)
    }

    fn looks(&self, transform: Affine, bounds: [u32; 4], bilevel: bool) -> Option<Patch> {
        let (wide, high) = (f64::from(self.width), f64::from(self.height));
        let corners = transform.transform_rect_bbox(Rect::new(0.0, 0.0, wide, high));
        let [left, top, right, bottom] = bounds;
        let edge = |at: f64, low: u32, high: u32| clamped(at).clamp(low, high);
        let (first, end) =
            (edge(corners.x0.floor(), left, right), edge(corners.x1.ceil(), left, right));
        let (first_row, end_row) =
            (edge(corners.y0.floor(), top, bottom), edge(corners.y1.ceil(), top, bottom));
        if first >= end || first_row >= end_row {
            return None;
        }
        let inverse = transform.inverse();
        let inside = |at: Point| at.x >= 0.0 && at.y >= 0.0 && at.x < wide && at.y < high;
        let (mut grey, mut alpha) = (Vec::new(), Vec::new());
        for row in first_row..end_row {
            for column in first..end {
                let pel = Point::new(f64::from(column), f64::from(row));
                let owned = inside(inverse * (pel + (0.5, 0.5)));
                let (mean, cover) = if owned { self.look(pel, inverse) } else { (255, 0) };
                grey.push(if bilevel && mean >= 128 {
                    255
                } else if bilevel {
                    0
                } else {
                    mean
                });
                alpha.push(if bilevel && cover >= 128 {
                    255
                } else if bilevel {
                    0
                } else {
                    cover
                });
            }
        }
        let mut patch = self.put(first, first_row, (end - first) as usize, grey, alpha);
        if bilevel {
            patch.matter = Matter::Line;
        }
        Some(patch)
    }

    /// The mean of the looks at one pel: grey and alpha.
    fn look(&self, pel: Point, inverse: Affine) -> (u8, u8) {
        let (mut grey, mut alpha, mut count) = (0, 0, 0);
        for index in 0..LOOKS * LOOKS {
            let at = |number: u32| (f64::from(number) + 0.5) / f64::from(LOOKS);
            let at = inverse * (pel + (at(index % LOOKS), at(index / LOOKS)));
            if at.x < 0.0 || at.y < 0.0 {
                continue;
            }
            let (x, y) = (clamped(at.x), clamped(at.y));
            if x >= self.width || y >= self.height {
                continue;
            }
            let index = y as usize * self.width as usize + x as usize;
            let cover = u32::from(self.alpha.get(index).copied().unwrap_or(255));
            grey += u32::from(self.grey[index]) * cover;
            alpha += cover;
            count += 1;
        }
        let mean = |sum: u32, of: u32| u8::try_from((sum + of / 2) / of.max(1)).unwrap_or(255);
        (mean(grey, alpha), mean(alpha, count))
    }
}

/// Whether all octets are one of the two ends.
pub(crate) fn black_or_white(octets: &[u8]) -> bool {
    octets.iter().all(|octet| matches!(octet, 0 | 255))
}

/// A number as pixels or pels, 0 when it is less.
fn clamped(at: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let at = at as u32;
    at
}

/// The octets of a grey that is covered by so much.
fn part(grey: u8, alpha: u8) -> u8 {
    u8::try_from((u32::from(grey) * u32::from(alpha) + 127) / 255).unwrap_or(255)
}

/// The other way round.
fn release(grey: &mut [u8], alpha: &[u8]) {
    for (grey, alpha) in grey.iter_mut().zip(alpha) {
        let alpha = u32::from(*alpha);
        let whole = (u32::from(*grey) * 255 + alpha / 2).checked_div(alpha);
        *grey = whole.map_or(255, |grey| u8::try_from(grey).unwrap_or(255));
    }
}

/// How pixels of one direction come to lie on pels.
#[derive(Debug, Clone, Copy)]
struct Axis {
    /// Pels a pixel; negative when it runs backwards.
    scale: f64,
    /// Where pixel 0 begins, in pels.
    shift: f64,
    pixels: u32,
}

/// The pixels that make each pel of one direction.
#[derive(Debug)]
struct Taps {
    /// The first pel.
    first: u32,
    /// For each pel: the first pixel, and which of the weights are for it and those behind it.
    pels: Vec<(u32, std::ops::Range<usize>)>,
    weights: Vec<u32>,
}

impl Axis {
    /// Pixels a pel, at least 1.
    fn shrinks(self) -> f64 {
        (1.0 / self.scale.abs()).max(1.0)
    }

    /// For the pels from `low` up to `high`; without blur when nothing may run into each other.
    fn taps(self, low: u32, high: u32, sharp: bool) -> Option<Taps> {
        if self.scale == 0.0 {
            return None;
        }
        let ends = [self.shift, self.shift + self.scale * f64::from(self.pixels)];
        let (from, to) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        let (mut first, mut end) = ((from - 0.5).ceil(), (to - 0.5).ceil());
        if first >= end {
            first = f64::midpoint(from, to).floor();
            end = first + 1.0;
        }
        let first = clamped(first.max(f64::from(low)));
        let end = clamped(end.min(f64::from(high)));
        if first >= end {
            return None;
        }
        let mut taps = Taps { first, pels: Vec::new(), weights: Vec::new() };
        for pel in first..end {
            let at = |pel: f64| (pel - self.shift) / self.scale;
            let (one, other) = (at(f64::from(pel)), at(f64::from(pel) + 1.0));
            let begin = taps.weights.len();
            let pixel = if self.scale.abs() < 1.0 {
                self.under(one.min(other), one.max(other), &mut taps.weights)
            } else {
                self.between(f64::midpoint(one, other), sharp, &mut taps.weights)
            };
            taps.pels.push((pixel, begin..taps.weights.len()));
        }
        Some(taps)
    }

    /// The pixels under a pel, by how much of them lies there.
    fn under(self, from: f64, to: f64, weights: &mut Vec<u32>) -> u32 {
        let most = f64::from(self.pixels);
        let (from, to) = (from.clamp(0.0, most - 1e-3), to.clamp(0.0, most));
        let first = clamped(from.floor());
        let end = clamped(to.ceil()).clamp(first + 1, self.pixels);
        let covered = |pixel: u32| {
            let pixel = f64::from(pixel);
            (to.min(pixel + 1.0) - from.max(pixel)).max(0.0)
        };
        let all: f64 = (first..end).map(covered).sum();
        let begin = weights.len();
        let mut left = WHOLE;
        for pixel in first..end {
            let share = if all > 0.0 { covered(pixel) / all } else { 0.0 };
            let weight = clamped((share * f64::from(WHOLE)).round()).min(left);
            left -= weight;
            weights.push(weight);
        }
        weights[begin] += left;
        first
    }

    /// The pixel that the centre of a pel lies in, or the two that it lies between.
    fn between(self, centre: f64, sharp: bool, weights: &mut Vec<u32>) -> u32 {
        let last = self.pixels - 1;
        if sharp {
            weights.push(WHOLE);
            return clamped(centre).min(last);
        }
        let at = (centre - 0.5).clamp(0.0, f64::from(last));
        let first = clamped(at).min(last);
        let second = clamped((at.fract() * f64::from(WHOLE)).round());
        if first < last {
            weights.extend([WHOLE - second, second]);
        } else {
            weights.push(WHOLE);
        }
        first
    }
}

/// A picture of `width` pixels a row as the taps want it.
fn resample(pixels: &[u8], width: usize, columns: &Taps, rows: &Taps) -> Vec<u8> {
    let wide = columns.pels.len();
    let mut made = Vec::with_capacity(wide * rows.pels.len());
    let mut sums = vec![0_u32; wide];
    // Two pels share a row of pixels at most: the last one is kept.
    let mut kept = vec![0_u32; wide];
    let mut kept_row = None;
    for (first, weights) in &rows.pels {
        sums.fill(0);
        for (row, weight) in (*first as usize..).zip(&rows.weights[weights.clone()]) {
            if kept_row != Some(row) {
                across(&pixels[row * width..][..width], columns, &mut kept);
                kept_row = Some(row);
            }
            for (sum, value) in sums.iter_mut().zip(&kept) {
                *sum += value * weight;
            }
        }
        // 8 bits behind the point and 14 of the weights.
        made.extend(sums.iter().map(|sum| u8::try_from((sum + (1 << 21)) >> 22).unwrap_or(255)));
    }
    made
}

/// One row of pixels as pels, with 8 bits behind the point.
fn across(pixels: &[u8], columns: &Taps, row: &mut [u32]) {
    for (value, (first, weights)) in row.iter_mut().zip(&columns.pels) {
        let weights = &columns.weights[weights.clone()];
        let sum: u32 = match weights {
            [_] => u32::from(pixels[*first as usize]) * WHOLE,
            weights => {
                let pixels = &pixels[*first as usize..][..weights.len()];
                pixels.iter().zip(weights).map(|(pixel, weight)| u32::from(*pixel) * weight).sum()
            }
        };
        *value = sum >> 6;
    }
}

/// Whether there is more of a line here than on both sides; of two equal places the first counts.
fn stands_out(here: u8, [before, after, beyond]: [u8; 3]) -> bool {
    /// What is less is rounding.
    const CLEARLY: u8 = 16;
    let more = |other: u8| here.saturating_sub(other) >= CLEARLY;
    more(before) && (more(after) || here >= after && more(beyond))
}

/// Makes ink out of how much of each pel (0 to 255) ink covers: all or nothing.
///
/// Half covered is ink. A line of one pixel that is shrunk may cover no pel by half: where the pels on
/// both sides have less, and no ink, the pel has it, if it has most of what the line can leave there. Gaps
/// between lines the same.
fn crisp(cover: &mut [u8], width: usize, shrunk: [f64; 2]) {
    if shrunk == [1.0, 1.0] {
        cover.iter_mut().for_each(|pel| *pel = if *pel < 128 { 0 } else { 255 });
        return;
    }
    // A line that lies on two pels covers each of them by half of its own width.
    let least = shrunk.map(|pixels| clamped(100.0 / pixels));
    let mut above = vec![0; width];
    let mut here = vec![0; width];
    let rows = cover.len() / width;
    for row in 0..rows {
        here.copy_from_slice(&cover[row * width..][..width]);
        for column in 0..width {
            let pel = here[column];
            if matches!(pel, 0 | 255) {
                continue;
            }
            let beside = |at: Option<&u8>| at.copied().unwrap_or(pel);
            let left = beside(column.checked_sub(1).and_then(|at| here.get(at)));
            let up = if row > 0 { above[column] } else { pel };
            let below = |rows: usize| beside(cover.get((row + rows) * width + column));
            let sides = [
                (left, beside(here.get(column + 1)), beside(here.get(column + 2)), least[0]),
                (up, below(1), below(2), least[1]),
            ];
            let lone = sides.iter().any(|(before, after, beyond, least)| {
                let of = |cover: u8| if pel < 128 { cover } else { 255 - cover };
                let thin = of(*before).max(of(*after)) < 128 && u32::from(of(pel)) >= *least;
                thin && stands_out(of(pel), [of(*before), of(*after), of(*beyond)])
            });
            let ink = (pel >= 128) != lone;
            cover[row * width + column] = if ink { 255 } else { 0 };
        }
        std::mem::swap(&mut above, &mut here);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [u32; 4] = [0, 0, 1000, 1000];

    fn picture(width: u32, height: u32, grey: impl Fn(u32, u32) -> u8) -> Picture {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let grey = pixels.map(|(x, y)| grey(x, y)).collect();
        Picture { width, height, grey, ..Picture::default() }
    }

    fn patch(picture: &Picture, transform: Affine) -> Patch {
        picture.patch(transform, ALL).expect("it lies on the canvas")
    }

    fn mean(grey: &[u8]) -> u32 {
        let count = u32::try_from(grey.len()).expect("a small picture");
        grey.iter().map(|grey| u32::from(*grey)).sum::<u32>() / count
    }

    #[test]
    fn a_shrunk_picture_shows_means() {
        let stripes = picture(30, 30, |x, _| if x % 2 == 0 { 40 } else { 200 });
        for scale in [0.5, 0.3, 0.1] {
            let small = patch(&stripes, Affine::scale_non_uniform(scale, 0.5));
            assert_eq!(small.bounds()[3], 15);
            let even = small.grey.iter().all(|grey| scale == 0.3 || *grey == 120);
            assert!(even && mean(&small.grey).abs_diff(120) < 3, "{scale} {:?}", small.grey);
        }
        let turned = patch(
            &stripes,
            Affine::scale(0.5) * Affine::rotate(0.7).then_translate((30.0, 0.0).into()),
        );
        let seen: Vec<u8> = turned
            .grey
            .iter()
            .zip(&turned.alpha)
            .filter(|(_, alpha)| **alpha == 255)
            .map(|(grey, _)| *grey)
            .collect();
        assert!(seen.len() > 100 && mean(&seen).abs_diff(120) < 6, "{}", mean(&seen));
    }

    #[test]
    fn a_turned_picture_is_the_same_picture() {
        let shades = picture(20, 12, |x, y| u8::try_from(x * 12 + y).expect("below 256"));
        let upright = patch(&shades, Affine::IDENTITY);
        // A quarter clockwise: the left edge is on top.
        let turned = patch(&shades, Affine::new([0.0, 1.0, -1.0, 0.0, 12.0, 0.0]));
        assert_eq!((upright.bounds(), turned.bounds()), ([0, 0, 20, 12], [0, 0, 12, 20]));
        for (x, y) in (0..12).flat_map(|y| (0..20).map(move |x| (x, y))) {
            assert_eq!(turned.at(11 - y, x), upright.at(x, y));
        }
    }

    #[test]
    fn thin_lines_and_gaps_of_a_bilevel_picture_stay() {
        // A line of one pixel every eight, across and upright, and the same in white on black.
        for invert in [0, 255] {
            let lines =
                picture(240, 240, |x, y| if x % 8 == 3 || y % 8 == 3 { invert } else { !invert });
            for scale in [0.8, 0.66, 0.5, 0.34] {
                let small = patch(&lines, Affine::scale(scale));
                assert_eq!(small.matter, Matter::Line);
                let wide = small.width as usize;
                // Along a row between lines, as many lines as there are.
                let row = (0..wide)
                    .map(|y| &small.grey[y * wide..][..wide])
                    .max_by_key(|row| row.iter().filter(|grey| **grey != invert).count());
                let row = row.expect("there are rows");
                let begun =
                    row.windows(2).filter(|pair| pair[0] != invert && pair[1] == invert).count();
                assert!((28..=30).contains(&begun), "{invert} at {scale}: {begun}");
            }
        }
    }

    #[test]
    fn a_picture_thinner_than_a_pel_takes_one() {
        let rule = picture(100, 1, |_, _| 0);
        let drawn = patch(&rule, Affine::new([2.0, 0.0, 0.0, 0.2, 5.0, 7.3]));
        assert_eq!((drawn.bounds(), mean(&drawn.grey)), ([5, 7, 205, 8], 0));
    }

    #[test]
    fn pictures_that_touch_leave_no_seam_and_share_no_pel() {
        let strip = picture(50, 7, |_, _| 90);
        let mut next = 3;
        for number in 0..9 {
            let drawn = patch(
                &strip,
                Affine::new([1.37, 0.0, 0.0, 0.61, 0.0, 3.2 + 4.27 * f64::from(number)]),
            );
            assert_eq!(drawn.bounds()[1], next);
            next = drawn.bounds()[3];
        }
    }

    #[test]
    fn shades_run_smoothly_when_enlarged_and_black_and_white_does_not() {
        let edge = |dark| {
            patch(&picture(2, 1, |x, _| if x == 0 { dark } else { 255 }), Affine::scale(8.0))
        };
        assert!(edge(10).grey[..16].iter().any(|grey| (100..150).contains(grey)));
        assert!(edge(0).grey.iter().all(|grey| matches!(grey, 0 | 255)));
    }

    #[test]
    fn what_shows_through_has_no_say_in_the_mean() {
        let mut half = picture(10, 10, |x, _| if x % 2 == 0 { 80 } else { 255 });
        half.alpha = (0..100).map(|at| if at % 2 == 0 { 255 } else { 0 }).collect();
        let small = patch(&half, Affine::scale(0.2));
        assert!(small.grey.iter().all(|grey| grey.abs_diff(80) < 3), "{:?}", small.grey);
        assert!(mean(&small.alpha).abs_diff(127) < 30, "{:?}", small.alpha);
    }

    #[test]
    fn nonsense_draws_nothing() {
        let dot = picture(1, 1, |_, _| 0);
        for scale in [0.0, f64::NAN, f64::INFINITY] {
            assert!(dot.patch(Affine::scale(scale), ALL).is_none(), "{scale}");
        }
        let far = Affine::translate((1e12, -1e12));
        assert!(dot.patch(far, ALL).is_none());
        assert!(dot.patch(Affine::new([0.0; 6]), ALL).is_none());
        let short = Picture { grey: vec![0; 3], width: 2, height: 2, ..Picture::default() };
        assert!(short.patch(Affine::IDENTITY, ALL).is_none());
    }
}
