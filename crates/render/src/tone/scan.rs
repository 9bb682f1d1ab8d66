//! Pictures that are pages: text cut out of its paper, photographs beside it left alone.
//!
//! The pels of pictures are looked at in blocks of 2 mm. Each block knows its light end (paper) and its
//! dark end (ink). Light blocks whose paper goes over into that of their neighbours without a step are one
//! ground; where the largest one takes much of the picture, bears text and lies around everything, the
//! picture is a scan, or a photo of a page. There a pel is black when it is about half way from the ground
//! around it to ink, whatever the light; what is fainter than ink by much, such as print that shines
//! through from behind, is white. All other blocks are photographs and keep their dots. Between the two the
//! threshold goes over from one to the other within a block, so that no border is seen.

use t4::Resolution;

use super::Sheet;
use crate::canvas::Matter;

/// Pels of a block across.
const WIDE: usize = 16;

/// Greys that are counted as one, as a shift.
const SHIFT: u32 = 3;

/// Kinds of grey that are counted.
const BINS: usize = 256 >> SHIFT;

/// The ground takes at least this share of the blocks of a page, in percent.
const GROUND_PERCENT: usize = 35;

/// Blocks of the ground that bear text, in percent of the ground.
const TEXT_PERCENT: usize = 2;

/// Paper is at least so light.
const DARKEST_PAPER: u8 = 72;

/// By so many 256ths the paper of neighbours may differ.
const STEP: u32 = 14;

/// A tint, or something large that shines through, has at least so many 256ths of the light of the ground.
const TINT: u32 = 196;

/// Ink is darker than its paper by at least so many 256ths of the paper: where print of the other side may
/// shine through, and where the ground has no noise at all, so that nothing does.
const LEAST_INK: [u32; 2] = [124, 36];

/// Blocks of a photograph that lie together; fewer are a large letter or a stain.
const LEAST_PHOTO: usize = 24;

/// A pel is black from so many 256ths of the way from paper to ink: a little less than half, since strokes
/// that are thinner than a pixel of the scanner are not as dark as others.
const INK_SHARE: u32 = 108;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// No picture.
    Nothing,
    /// Paper, with or without text.
    Paper,
    /// Shades.
    Photo,
}

/// A block of pels.
#[derive(Debug, Clone, Copy)]
struct Block {
    look: Look,
    /// Of one grey only.
    even: bool,
    /// The light end.
    paper: u8,
    /// The dark end.
    ink: u8,
}

/// What was found out about the pictures of a page.
#[derive(Debug)]
pub(super) struct Scan {
    across: usize,
    down: usize,
    high: usize,
    blocks: Vec<Decided>,
}

/// How a block becomes black and white.
#[derive(Debug, Clone, Copy)]
struct Decided {
    /// The threshold of text.
    text: u32,
    /// How much it is a photograph, 0 to 256.
    photo: u32,
    /// It is a photograph or beside one: what is darker than its paper may belong to it.
    beside: bool,
}

/// The same for one row.
#[derive(Debug)]
pub(super) struct Cut {
    blocks: Vec<Decided>,
}

impl Scan {
    /// `None` when there is no picture, or none that is a page.
    pub(super) fn new(sheet: Sheet<'_>, resolution: Resolution) -> Option<Self> {
        // Whole runs at a time: nearly all pages have none.
        let is_picture = |any, matter: &Matter| any | (*matter == Matter::Picture);
        if !sheet.matter.chunks(1024).any(|run| run.iter().fold(false, is_picture)) {
            return None;
        }
        let high = match resolution {
            Resolution::Standard => WIDE / 2,
            Resolution::Fine => WIDE,
            Resolution::Superfine => WIDE * 2,
        };
        let rows = sheet.grey.len() / sheet.columns;
        let (across, down) = (sheet.columns.div_ceil(WIDE), rows.div_ceil(high));
        let blocks: Vec<Block> = (0..across * down)
            .map(|index| block(sheet, index % across * WIDE, index / across * high, high))
            .collect();
        let mut scan = Self { across, down, high, blocks: Vec::new() };
        let ground = scan.ground(&blocks)?;
        let photo = scan.photographs(&blocks, &ground);
        let count = |wanted: &dyn Fn(usize) -> bool| {
            ground.iter().enumerate().filter(|(index, is)| **is && wanted(*index)).count()
        };
        let clean = count(&|index| blocks[index].even) * 3 > count(&|_| true);
        let least = LEAST_INK[usize::from(clean)];
        scan.blocks = (0..blocks.len())
            .map(|index| {
                let text = scan.threshold(&blocks, (&ground, &photo), index, least);
                let beside = scan.around(index, 1).any(|at| photo[at]);
                Decided { text, photo: if photo[index] { 256 } else { 0 }, beside }
            })
            .collect();
        Some(scan)
    }

    /// Which blocks are the ground of a page; `None` when this is no page.
    fn ground(&self, blocks: &[Block]) -> Option<Vec<bool>> {
        let groups = self.groups(blocks);
        let largest = groups.iter().max_by_key(|group| group.len())?;
        if !self.is_page(blocks, largest) {
            return None;
        }
        let mut ground = vec![false; blocks.len()];
        largest.iter().for_each(|at| ground[*at] = true);
        let tints: Vec<&Vec<usize>> =
            groups.iter().filter(|group| self.is_tint(blocks, &ground, group)).collect();
        tints.into_iter().flatten().for_each(|at| ground[*at] = true);
        Some(ground)
    }

    /// The light blocks whose papers go over into each other.
    fn groups(&self, blocks: &[Block]) -> Vec<Vec<usize>> {
        let mut seen = vec![false; blocks.len()];
        let mut groups = Vec::new();
        for start in 0..blocks.len() {
            if seen[start] || blocks[start].look != Look::Paper {
                continue;
            }
            seen[start] = true;
            let mut group = vec![start];
            let mut next = 0;
            while let Some(at) = group.get(next).copied() {
                next += 1;
                for beside in self.around(at, 1) {
                    let even = blocks[beside].look == Look::Paper
                        && no_step(blocks[at].paper, blocks[beside].paper);
                    if even && !seen[beside] {
                        seen[beside] = true;
                        group.push(beside);
                    }
                }
            }
            groups.push(group);
        }
        groups
    }

    /// Whether a group lies in the ground and is not much darker.
    fn is_tint(&self, blocks: &[Block], ground: &[bool], group: &[usize]) -> bool {
        let own: std::collections::HashSet<usize> = group.iter().copied().collect();
        let (mut beside, mut on_ground, mut light) = (0_u32, 0_u32, 0_u32);
        for at in group.iter().flat_map(|at| self.around(*at, 1)) {
            if !own.contains(&at) && blocks[at].look != Look::Nothing {
                beside += 1;
                if ground[at] {
                    on_ground += 1;
                    light += u32::from(blocks[at].paper);
                }
            }
        }
        let paper: u32 = group.iter().map(|at| u32::from(blocks[*at].paper)).sum();
        let count = u32::try_from(group.len()).unwrap_or(u32::MAX);
        let (paper, light) = (paper / count.max(1), light / on_ground.max(1));
        on_ground * 2 >= beside && paper * 256 >= light * TINT
    }

    /// Whether a ground is that of a page: large, with text on it, and around everything or within it.
    fn is_page(&self, blocks: &[Block], ground: &[usize]) -> bool {
        let drawn = || (0..blocks.len()).filter(|at| blocks[*at].look != Look::Nothing);
        let pictures = drawn().count();
        let text = ground.iter().filter(|at| blocks[**at].bears_ink()).count();
        let reach = |blocks: &mut dyn Iterator<Item = usize>| {
            let far = [usize::MAX, usize::MAX, 0, 0];
            blocks.fold(far, |[left, top, right, bottom], at| {
                let (x, y) = (at % self.across, at / self.across);
                [left.min(x), top.min(y), right.max(x), bottom.max(y)]
            })
        };
        let (all, own) = (reach(&mut drawn()), reach(&mut ground.iter().copied()));
        let sides = all.iter().zip(own).filter(|(all, own)| all.abs_diff(*own) <= 1).count();
        // A sky ends at the horizon: it has two or three sides of its picture.
        ground.len() * 100 >= pictures * GROUND_PERCENT
            && text * 100 >= ground.len() * TEXT_PERCENT
            && matches!(sides, 0 | 1 | 4)
    }

    /// The blocks around a block and itself, up to so far away.
    fn around(&self, index: usize, far: usize) -> impl Iterator<Item = usize> {
        let across = self.across;
        let (x, y) = (index % across, index / across);
        let columns = x.saturating_sub(far)..(x + far + 1).min(across);
        let rows = y.saturating_sub(far)..(y + far + 1).min(self.down);
        rows.flat_map(move |y| columns.clone().map(move |x| y * across + x))
    }

    /// Which blocks are photographs: those that lie among others of them.
    fn photographs(&self, blocks: &[Block], ground: &[bool]) -> Vec<bool> {
        let shades: Vec<bool> = blocks
            .iter()
            .zip(ground)
            .map(|(block, ground)| block.look != Look::Nothing && !ground)
            .collect();
        let among: Vec<bool> = (0..blocks.len())
            .map(|index| {
                let count = self.around(index, 1).filter(|at| shades[*at]).count();
                blocks[index].look != Look::Nothing && count >= if shades[index] { 3 } else { 5 }
            })
            .collect();
        // Groups that are too small are dropped.
        let mut photo = vec![false; blocks.len()];
        let mut seen = vec![false; blocks.len()];
        for start in 0..blocks.len() {
            if !among[start] || seen[start] {
                continue;
            }
            let mut group = vec![start];
            seen[start] = true;
            let mut next = 0;
            while let Some(at) = group.get(next).copied() {
                next += 1;
                for beside in self.around(at, 1) {
                    if among[beside] && !seen[beside] {
                        seen[beside] = true;
                        group.push(beside);
                    }
                }
            }
            if group.len() >= LEAST_PHOTO {
                group.into_iter().for_each(|at| photo[at] = true);
            }
        }
        photo
    }

    /// Below which grey a pel of this block is ink.
    fn threshold(
        &self,
        blocks: &[Block],
        (ground, photo): (&[bool], &[bool]),
        index: usize,
        least: u32,
    ) -> u32 {
        let within = |far| self.around(index, far).filter(|at| ground[*at]);
        let mut papers: Vec<u8> = within(2).map(|at| blocks[at].paper).collect();
        if papers.is_empty() {
            papers = within(6).map(|at| blocks[at].paper).collect();
        }
        papers.sort_unstable();
        // Rather a light one: large letters have blocks with little paper in them.
        let Some(paper) = papers.get(papers.len() * 3 / 4).copied() else { return 128 };
        let ink = self.around(index, 1).filter(|at| !photo[*at]).map(|at| blocks[at].ink).min();
        let paper = u32::from(paper);
        let depth = paper.saturating_sub(u32::from(ink.unwrap_or(0))).max(paper * least / 256);
        paper - depth * INK_SHARE / 256
    }

    /// The thresholds of a row.
    pub(super) fn row(&self, row: usize) -> Cut {
        // Between the middles of two rows of blocks.
        let place = (row + self.high / 2) * 256 / self.high;
        let low = (place / 256).saturating_sub(1).min(self.down - 1);
        let next = (place / 256).min(self.down - 1);
        let far = u32::try_from(place % 256).unwrap_or(0);
        let mix = |a: u32, b: u32| a * (256 - far) + b * far;
        let here = (row / self.high).min(self.down - 1);
        let blocks = (0..self.across).map(|column| {
            let [above, below, here] =
                [low, next, here].map(|line| self.blocks[line * self.across + column]);
            Decided {
                // With 4 bits behind the point.
                text: mix(above.text, below.text) >> 4,
                photo: mix(above.photo, below.photo) >> 8,
                beside: here.beside,
            }
        });
        Cut { blocks: blocks.collect() }
    }
}

impl Cut {
    /// Below which grey a pel is black, when it were so below `dots` in a photograph.
    pub(super) fn threshold(&self, column: usize, dots: u8) -> u8 {
        let place = column + WIDE / 2;
        let last = self.blocks.len() - 1;
        let (left, right) = ((place / WIDE).saturating_sub(1).min(last), (place / WIDE).min(last));
        let far = u32::try_from(place % WIDE).unwrap_or(0);
        let wide = u32::try_from(WIDE).unwrap_or(16);
        let mix = |a: u32, b: u32| (a * (wide - far) + b * far) / wide;
        let (one, other) = (self.blocks[left], self.blocks[right]);
        let mut text = mix(one.text, other.text) >> 4;
        let photo = mix(one.photo, other.photo);
        let dots = u32::from(dots);
        if photo > 0 || self.blocks[(column / WIDE).min(last)].beside {
            text = text.min(dots);
        }
        u8::try_from((text * (256 - photo) + dots * photo) >> 8).unwrap_or(255)
    }
}

impl Block {
    /// Whether there is text on its paper.
    fn bears_ink(self) -> bool {
        u32::from(self.ink) * 256 < u32::from(self.paper) * (256 - LEAST_INK[0])
    }
}

/// Whether two papers may be one.
fn no_step(one: u8, other: u8) -> bool {
    let allowed = (u32::from(one.max(other)) * STEP / 256).max(1 << SHIFT);
    u32::from(one.abs_diff(other)) <= allowed
}

/// Looks at the pels of pictures in a block.
fn block(sheet: Sheet<'_>, left: usize, top: usize, high: usize) -> Block {
    let mut counts = [0_usize; BINS];
    let mut count = 0;
    let rows = sheet.grey.len() / sheet.columns;
    let right = (left + WIDE).min(sheet.columns);
    for row in top..(top + high).min(rows) {
        let run = row * sheet.columns + left..row * sheet.columns + right;
        for (grey, matter) in sheet.grey[run.clone()].iter().zip(&sheet.matter[run]) {
            if *matter == Matter::Picture {
                counts[usize::from(*grey >> SHIFT)] += 1;
                count += 1;
            }
        }
    }
    // A few pels at the border of a picture say nothing.
    if count * 4 < WIDE * high {
        return Block { look: Look::Nothing, even: false, paper: 255, ink: 255 };
    }
    let grey = |bin: usize| u8::try_from((bin << SHIFT) + (1 << SHIFT) / 2).unwrap_or(255);
    let percentile = |share: usize| {
        let mut below = 0;
        let bin = counts.iter().position(|bin| {
            below += bin;
            below * 100 >= count * share
        });
        bin.unwrap_or(BINS - 1)
    };
    let (dark, light) = (percentile(3), percentile(85));
    // Noise of a scanner is a few greys to both sides; what is between paper and ink are edges.
    let spread = ((light - dark) / 4).max(2);
    let near = |bin: usize| {
        counts[bin.saturating_sub(spread)..(bin + spread + 1).min(BINS)].iter().sum::<usize>()
    };
    let (paper, even) = (grey(light), near(light) * 100 / count);
    let between =
        count.saturating_sub(near(light) + if light - dark > 2 * spread { near(dark) } else { 0 });
    let is_paper = paper >= DARKEST_PAPER && even >= 50 && between * 100 < count * 35;
    let is_two = light - dark > BINS / 4 && between * 100 < count * 20;
    let look = if is_paper || is_two { Look::Paper } else { Look::Photo };
    Block { look, even: counts[light] == count, paper, ink: grey(dark) }
}
