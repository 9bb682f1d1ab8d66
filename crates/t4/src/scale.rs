//! Pages made smaller or larger, row by row.
//!
//! **To shrink**, a pel of the new page has the colour of the old one on which its centre lies (on a
//! border, of the one before): strokes, and the white inside letters, keep their width on average.
//! What is so thin that no centre lies on it would drop out; it becomes one pel, or one row, where
//! it lies. Only a lone dot between two rows that are taken is left out: halftones would darken.
//! **To enlarge**, pels are repeated.
use crate::{
    Coding, Encoder, MAX_ROWS, Page, Resolution,
    bitmap::stride,
    error::{Error, Unsupported},
    line::{Line, blacken},
};
use alloc::{vec, vec::Vec};
use core::mem::{replace, swap};

/// So many become so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) from: u32,
    pub(crate) to: u32,
}

impl Ratio {
    /// Whether nothing changes.
    pub(crate) fn is_identity(self) -> bool {
        self.from == self.to
    }

    /// How many become of `count`; when it shrinks, one that is begun counts.
    pub(crate) fn count(self, count: u32) -> u32 {
        if !self.shrinks() {
            return self.place(count);
        }
        narrow((u64::from(count) * u64::from(self.to)).div_ceil(u64::from(self.from)))
    }

    fn shrinks(self) -> bool {
        self.to < self.from
    }

    /// Where the front of number `at` comes to lie: in this one of the new.
    fn place(self, at: u32) -> u32 {
        narrow(u64::from(at) * u64::from(self.to) / u64::from(self.from))
    }

    /// The first new one whose centre lies behind the front of number `at`.
    fn border(self, at: u32) -> u32 {
        let (to, from) = (u64::from(self.to), u64::from(self.from));
        narrow((2 * u64::from(at) * to + from) / (2 * from))
    }

    /// What the numbers from `from` up to but not including `to` (at least one) become.
    fn span(self, from: u32, to: u32) -> (u32, u32) {
        if !self.shrinks() {
            return (self.place(from), self.place(to));
        }
        let (begin, end) = (self.border(from), self.border(to));
        if begin < end {
            return (begin, end);
        }
        let middle = u64::from(from) + u64::from(to);
        let only = narrow(middle * u64::from(self.to) / (2 * u64::from(self.from)));
        (only, only + 1)
    }

    /// The number on which the centre of the new one `at` lies.
    fn centre(self, at: u32) -> u32 {
        let twice = (2 * u64::from(at) + 1) * u64::from(self.from);
        narrow(twice.div_ceil(2 * u64::from(self.to)).saturating_sub(1))
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Scales a page row by row.
#[derive(Debug)]
pub(crate) struct Scaler {
    columns: Ratio,
    rows: Ratio,
    margin: u32,
    width: u32,
    /// Rows are as they come, if they are as wide as the page.
    plain: bool,
    out: Output,
    /// Rows that came in.
    seen: u32,
    /// Rows that were taken: the number of the next new row.
    taken: u32,
    /// The last row that was taken, as it came.
    above: Strip,
    /// The new row made of it, which may still get what would drop out.
    open: Strip,
    /// What came since, of the new row that is open, and of the one behind it.
    late: Strip,
    early: Strip,
    /// The row that came last.
    current: Strip,
}

impl Scaler {
    /// For `rows_in` rows; the image is put `margin` pels from the left of a page of `width`.
    pub(crate) fn new(
        columns: Ratio,
        rows: Ratio,
        margin: u32,
        width: u32,
        rows_in: u32,
    ) -> Result<Self, Error> {
        let total = rows.count(rows_in);
        if total > MAX_ROWS {
            return Err(Unsupported::Rows(total).into());
        }
        let white = Strip::white(width);
        Ok(Self {
            columns,
            rows,
            margin,
            width,
            plain: columns.is_identity() && rows.is_identity(),
            out: Output { encoder: Encoder::new(Coding::Mmr, width)?, rows: 0 },
            seen: 0,
            taken: 0,
            above: white.clone(),
            open: white.clone(),
            late: white.clone(),
            early: white.clone(),
            current: white,
        })
    }

    pub(crate) fn push(&mut self, line: &Line) {
        // A black run at the end of a narrower row would go on to the end of the page.
        if self.plain && line.width() == self.width {
            self.out.encoder.push_changes(line.changes());
            self.out.rows += 1;
            return;
        }
        for (from, to) in line.black_runs() {
            let (from, to) = self.columns.span(from, to);
            let right = (self.margin + to).min(self.width);
            self.current.blacken(self.margin + from, right);
        }
        if self.rows.shrinks() {
            self.shrink();
        } else {
            let (from, to) = self.rows.span(self.seen, self.seen + 1);
            (from..to).for_each(|_| self.out.put(&self.current));
            self.current.clear();
        }
        self.seen += 1;
    }

    /// The row that came is taken, or kept until it is known whether it would drop out.
    fn shrink(&mut self) {
        if self.rows.centre(self.taken) == self.seen {
            self.take_row();
        } else if self.rows.place(self.seen) < self.taken {
            self.late.add(&self.current);
        } else {
            self.early.add(&self.current);
        }
        self.current.clear();
    }

    /// The current row becomes the next new one.
    fn take_row(&mut self) {
        self.rescue();
        if self.taken > 0 {
            self.out.put(&self.open);
        }
        swap(&mut self.open, &mut self.early);
        self.open.add(&self.current);
        swap(&mut self.above, &mut self.current);
        self.early.clear();
        self.late.clear();
        self.taken += 1;
    }

    /// Of what lies between the row taken last and the current one, each run of which something would
    /// drop out goes to the new row in which it lies: a serif stays whole. Nothing else is left of
    /// `early`.
    fn rescue(&mut self) {
        if self.late.blank && self.early.blank {
            return;
        }
        let (above, below) = (&self.above.row, &self.current.row);
        let lost = |at: usize| match (self.late.row.get(at), self.early.row.get(at)) {
            (Some(late), Some(early)) => (late | early) & !(above[at] | below[at]),
            _ => 0,
        };
        // Black beside it: in what drops out, or across a corner in a row that is taken.
        let beside = |at: usize| {
            let black = |at: usize| match above.get(at) {
                Some(above) => lost(at) | above | below[at],
                None => 0,
            };
            let left = if at > 0 { black(at - 1) } else { 0 };
            let (own, right) = (black(at), black(at + 1));
            own >> 1 | left << 7 | own << 1 | right >> 7
        };
        let kept: Vec<u8> = (0..above.len()).map(|at| lost(at) & beside(at)).collect();
        let early: Vec<u8> =
            kept.iter().zip(&self.late.row).map(|(kept, late)| kept & !late).collect();
        self.late.draw_marked(&kept, &mut self.open, self.width);
        let all = replace(&mut self.early, Strip::white(self.width));
        all.draw_marked(&early, &mut self.early, self.width);
    }

    pub(crate) fn finish(mut self, resolution: Resolution) -> Page {
        if self.rows.shrinks() && self.seen > 0 {
            if self.taken < self.rows.count(self.seen) {
                // The centre of the last new row lies behind the page.
                swap(&mut self.early, &mut self.current);
                self.take_row();
            }
            self.current.clear();
            self.rescue();
            self.out.put(&self.open);
        }
        let Self { width, out, .. } = self;
        Page { width, rows: out.rows, resolution, mmr: out.encoder.finish() }
    }
}

/// A packed row.
#[derive(Debug, Clone, Default)]
struct Strip {
    row: Vec<u8>,
    /// Nothing black is in it: many rows of a page are like that.
    blank: bool,
}

impl Strip {
    fn white(width: u32) -> Self {
        Self { row: vec![0; stride(width)], blank: true }
    }

    fn clear(&mut self) {
        if !self.blank {
            self.row.fill(0);
            self.blank = true;
        }
    }

    fn blacken(&mut self, from: u32, to: u32) {
        blacken(&mut self.row, from, to);
        self.blank = false;
    }

    /// Draws those of its black runs on `to` in which at least one pel is marked.
    fn draw_marked(&self, marks: &[u8], to: &mut Self, width: u32) {
        if self.blank || marks.iter().all(|octet| *octet == 0) {
            return;
        }
        let (mut runs, mut marked) = (Line::white(width), Line::white(width));
        runs.set_packed(&self.row);
        marked.set_packed(marks);
        let mut marked = marked.black_runs().peekable();
        for (from, end) in runs.black_runs() {
            while marked.next_if(|(_, mark)| *mark <= from).is_some() {}
            if marked.peek().is_some_and(|(mark, _)| *mark < end) {
                to.blacken(from, end);
            }
        }
    }

    fn add(&mut self, other: &Self) {
        if !other.blank {
            self.row.iter_mut().zip(&other.row).for_each(|(to, from)| *to |= from);
            self.blank = false;
        }
    }
}

/// The new page.
#[derive(Debug)]
struct Output {
    encoder: Encoder,
    rows: u32,
}

impl Output {
    fn put(&mut self, row: &Strip) {
        if row.blank {
            self.encoder.push_changes(&[]);
        } else {
            self.encoder.push_row(&row.row);
        }
        self.rows += 1;
    }
}
