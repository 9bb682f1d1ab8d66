//! A row as the places where its colour changes, and the way from packed octets there and back.
//!
//! A [`Line`] holds the changing elements of T.4 4.2.1.1: the first is where white turns black, the
//! next where it turns white again, and so on, rising, all within the line. Behind them stand
//! elements at the line's end, as T.4 has them "just after the last pel", so that b1 and b2 can be
//! looked up without asking whether they exist.
use crate::bitmap::stride;
use alloc::{vec, vec::Vec};

/// Elements behind the last change: enough for b2 of a b1 that is itself past the last change.
const SENTINELS: usize = 4;

/// The changing elements of one row, and the line's end behind them.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    width: u32,
    elements: Vec<u32>,
}

impl Line {
    /// A white row.
    pub(crate) fn white(width: u32) -> Self {
        Self { width, elements: vec![width; SENTINELS] }
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// The changes alone.
    pub(crate) fn changes(&self) -> &[u32] {
        &self.elements[..self.elements.len() - SENTINELS]
    }

    /// Element number `at`, of which at most two are past the last change.
    #[inline]
    pub(crate) fn element(&self, at: usize) -> u32 {
        self.elements[at]
    }

    /// Becomes the row with these changes (rising, all below the width).
    pub(crate) fn set_changes(&mut self, changes: &[u32]) {
        self.elements.clear();
        self.elements.extend_from_slice(changes);
        self.elements.extend([self.width; SENTINELS]);
    }

    /// Becomes `line` with black for white.
    pub(crate) fn set_inverse(&mut self, line: &Self) {
        match line.changes() {
            [0, rest @ ..] => self.set_changes(rest),
            changes => {
                self.elements.clear();
                self.elements.push(0);
                self.elements.extend_from_slice(changes);
                self.elements.extend([self.width; SENTINELS]);
            }
        }
    }

    /// Becomes the packed row; octets that are missing are white, pels past the width do not count.
    pub(crate) fn set_packed(&mut self, row: &[u8]) {
        self.elements.clear();
        let row = row.get(..stride(self.width)).unwrap_or(row);
        let mut last_pel = 0;
        let (chunks, tail) = row.as_chunks::<8>();
        let mut base = 0;
        for chunk in chunks {
            let word = u64::from_be_bytes(*chunk);
            self.add_changes(word ^ (word >> 1 | last_pel << 63), base);
            last_pel = word & 1;
            base += 64;
        }
        let mut padded = [0; 8];
        for (to, from) in padded.iter_mut().zip(tail) {
            *to = *from;
        }
        let word = u64::from_be_bytes(padded);
        self.add_changes(word ^ (word >> 1 | last_pel << 63), base);
        while self.elements.last().is_some_and(|last| *last >= self.width) {
            self.elements.pop();
        }
        self.elements.extend([self.width; SENTINELS]);
    }

    #[inline]
    fn add_changes(&mut self, mut marks: u64, base: u32) {
        while marks != 0 {
            let place = marks.leading_zeros();
            self.elements.push(base + place);
            marks ^= 1 << 63 >> place;
        }
    }

    /// The index of b1: the first element right of `a0` that changes to the colour opposite to the
    /// one in force. `from` is the index of the b1 before it. T.4 4.2.1.1.
    #[inline]
    pub(crate) fn b1(&self, from: usize, a0: u32, black: bool) -> usize {
        let mut at = match from % 2 == usize::from(black) {
            true => from,
            false if from > 0 => from - 1,
            false => 1,
        };
        while self.elements[at] <= a0 && self.elements[at] < self.width {
            at += 2;
        }
        at
    }

    /// Black runs as first pel and the pel behind the last.
    pub(crate) fn black_runs(&self) -> impl Iterator<Item = (u32, u32)> {
        let (pairs, _) = self.elements.as_chunks::<2>();
        pairs.iter().map(|[from, to]| (*from, *to)).take_while(|(from, _)| *from < self.width)
    }

    /// Writes the row packed; what `row` has more is white.
    pub(crate) fn write_packed(&self, row: &mut [u8]) {
        row.fill(0);
        for (from, to) in self.black_runs() {
            blacken(row, from, to);
        }
    }
}

/// Makes the pels from `from` up to but not including `to` black, as far as `row` goes.
pub(crate) fn blacken(row: &mut [u8], from: u32, to: u32) {
    if from >= to {
        return;
    }
    let (first, last) = (from as usize / 8, (to as usize - 1) / 8);
    let head = 0xff >> (from % 8);
    let tail = 0xff << (7 - (to - 1) % 8);
    match row.get_mut(first..).unwrap_or_default() {
        [] => {}
        [only, ..] if first == last => *only |= head & tail,
        [begin, rest @ ..] => {
            *begin |= head;
            let middle = last - first - 1;
            let whole = middle.min(rest.len());
            rest[..whole].fill(0xff);
            if let Some(end) = rest.get_mut(middle) {
                *end |= tail;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(width: u32, row: &[u8], changes: &[u32]) {
        let mut line = Line::white(width);
        line.set_packed(row);
        assert_eq!(line.changes(), changes);
        let mut back = vec![0xaa; row.len()];
        line.write_packed(&mut back);
        let mut again = Line::white(width);
        again.set_packed(&back);
        assert_eq!(again.changes(), changes);
    }

    #[test]
    fn changes_are_found_in_packed_rows() {
        check(16, &[0, 0], &[]);
        check(16, &[0xff, 0xff], &[0]);
        check(16, &[0x0f, 0xf0], &[4, 12]);
        check(3, &[0b0101_1111], &[1, 2]);
        check(3, &[0b0001_0000], &[]);
        check(64, &[0, 0, 0, 0, 0, 0, 0, 1], &[63]);
        check(65, &[0, 0, 0, 0, 0, 0, 0, 1, 0x80], &[63]);
        check(72, &[0, 0, 0, 0, 0, 0, 0, 1, 0x7f], &[63, 64, 65]);
        check(128, &[0xff; 16], &[0]);
        check(24, &[0x80], &[0, 1]);
    }

    #[test]
    fn a_full_word_has_all_its_changes() {
        check(64, &[0x55; 8], &(1..64).collect::<Vec<u32>>());
    }

    #[test]
    fn b1_is_right_of_a0_and_of_the_other_colour() {
        let mut line = Line::white(100);
        line.set_changes(&[0, 10, 20, 30]);
        assert_eq!(line.b1(0, 5, true), 1);
        assert_eq!(line.b1(1, 12, false), 2);
        assert_eq!(line.b1(2, 31, true), 5);
        assert_eq!(line.element(line.b1(3, 31, false)), 100);
    }
}
