//! Rows in, T.4 or T.6 octets out.
use crate::{
    bitmap::check_width,
    bits::BitWriter,
    error::Error,
    line::Line,
    table::{
        BLACK_MAKE_UP, BLACK_TERMINATING, Code, EOL, EXTENDED_MAKE_UP, HORIZONTAL, LONGEST_MAKE_UP,
        PASS, VERTICAL, WHITE_MAKE_UP, WHITE_TERMINATING,
    },
};
use alloc::vec::Vec;

/// How rows are coded on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// Modified Huffman, one-dimensional. T.4 4.1.
    Mh,
    /// Modified READ, two-dimensional. T.4 4.2.
    Mr {
        /// One row in so many, at most, is coded alone; 1 and 0 mean every row. A decoder does
        /// not need it.
        k: u8,
    },
    /// Modified Modified READ: every row against the one before. T.6.
    Mmr,
}

/// What stands between rows of [`Coding::Mh`] and [`Coding::Mr`]. [`Coding::Mmr`] has nothing there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// EOL before the first row and after each, RTC at the end. T.4 4.1.2 to 4.1.4.
    #[default]
    Wire,
    /// The same, with fill so that each EOL ends on an octet border. TIFF 6.0 T4Options bit 2.
    AlignedEol,
    /// No EOL; each row begins on an octet border and nothing marks the end. TIFF 6.0
    /// Compression 2. For [`Coding::Mh`] only; others take it as [`Framing::Wire`].
    AlignedRow,
}

/// EOLs of a return to control. T.4 4.1.4.
const RTC_EOLS: u32 = 6;

/// Turns rows into octets.
///
/// [`push_row`](Self::push_row) each row from the top, [`take`](Self::take) octets at any time, and
/// [`finish`](Self::finish) once.
#[derive(Debug)]
pub struct Encoder {
    coding: Coding,
    framing: Framing,
    min_row_bits: u32,
    bits: BitWriter,
    /// The row before this one: of [`Coding::Mr`] and [`Coding::Mmr`] the reference line.
    reference: Line,
    current: Line,
    /// Rows since and including the last one coded alone.
    since_1d: u8,
    /// Where the data of the row before began; `None` before the first row.
    row_start: Option<u64>,
}

impl Encoder {
    /// An encoder for rows of `width` pels.
    ///
    /// # Errors
    /// *Unsupported* if `width` is not within 1 to [`MAX_WIDTH`](crate::MAX_WIDTH).
    pub fn new(coding: Coding, width: u32) -> Result<Self, Error> {
        check_width(width)?;
        Ok(Self {
            coding,
            framing: Framing::Wire,
            min_row_bits: 0,
            bits: BitWriter::default(),
            reference: Line::white(width),
            current: Line::white(width),
            since_1d: 0,
            row_start: None,
        })
    }

    /// Each row takes at least so many bits, its EOL included: fill goes before the EOL. T.4 4.1.3.
    #[must_use]
    pub fn min_row_bits(mut self, bits: u32) -> Self {
        self.min_row_bits = bits;
        self
    }

    /// What stands between rows.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Codes the next row, packed with its leftmost pel in the most significant bit, 1 for black.
    /// Octets that are missing are white, those past the width do not count.
    pub fn push_row(&mut self, row: &[u8]) {
        self.current.set_packed(row);
        self.encode_current();
    }

    /// Codes the next row, given as its changes: rising, and below the width.
    pub(crate) fn push_changes(&mut self, changes: &[u32]) {
        self.current.set_changes(changes);
        self.encode_current();
    }

    /// The octets that are ready.
    pub fn take(&mut self) -> Vec<u8> {
        self.bits.take()
    }

    /// Ends the page (RTC of T.4 4.1.4, EOFB of T.6 2.4.1.1) and gives the octets not yet taken.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        match self.coding {
            Coding::Mh if self.framing == Framing::AlignedRow => {}
            Coding::Mmr => {
                self.put(EOL);
                self.put(EOL);
            }
            Coding::Mh | Coding::Mr { .. } => {
                for _ in 0..RTC_EOLS {
                    self.put_eol(true);
                }
            }
        }
        self.bits.align();
        self.bits.take()
    }

    fn encode_current(&mut self) {
        match self.coding {
            Coding::Mh => {
                if self.framing == Framing::AlignedRow {
                    self.bits.align();
                } else {
                    self.put_eol(true);
                }
                self.row_start = Some(self.bits.position());
                self.put_row_1d();
            }
            Coding::Mr { k } => {
                let alone = self.since_1d == 0 || self.since_1d >= k;
                self.since_1d = if alone { 1 } else { self.since_1d + 1 };
                self.put_eol(alone);
                self.row_start = Some(self.bits.position());
                if alone {
                    self.put_row_1d();
                } else {
                    self.put_row_2d();
                }
            }
            Coding::Mmr => self.put_row_2d(),
        }
        core::mem::swap(&mut self.current, &mut self.reference);
    }

    /// An EOL, with the fill that the row before it needs, and behind it the tag bit of MR that says
    /// how the next row is coded. T.4 4.2.2.
    fn put_eol(&mut self, next_is_1d: bool) {
        let tagged = matches!(self.coding, Coding::Mr { .. });
        let eol_bits = u64::from(EOL.len) + u64::from(tagged);
        if let Some(start) = self.row_start.take() {
            let there = self.bits.position() - start + eol_bits;
            self.bits.zeros(u64::from(self.min_row_bits).saturating_sub(there));
        }
        if self.framing == Framing::AlignedEol {
            let end = self.bits.position() + u64::from(EOL.len);
            self.bits.zeros(end.next_multiple_of(8) - end);
        }
        self.put(EOL);
        if tagged {
            self.bits.put(u32::from(next_is_1d), 1);
        }
    }

    /// Runs, white first. T.4 4.1.1.
    fn put_row_1d(&mut self) {
        let width = self.current.width();
        let (mut a0, mut at, mut black) = (0, 0, false);
        while a0 < width {
            let a1 = self.current.element(at);
            put_run(&mut self.bits, a1 - a0, black);
            a0 = a1;
            at += 1;
            black = !black;
        }
    }

    /// Changes against those of the row before. T.4 4.2.1.3, T.6 2.2.
    fn put_row_2d(&mut self) {
        let Self { bits, reference, current, .. } = self;
        let width = current.width();
        let (mut a0, mut a1_at, mut b1_at) = (0, 0, 0);
        while a0 < width {
            let black = a1_at % 2 == 1;
            let (a1, b1) = (current.element(a1_at), reference.element(b1_at));
            let b2 = reference.element(b1_at + 1);
            let distance = a1 as i32 - b1 as i32;
            if b2 < a1 {
                put(bits, PASS);
                a0 = b2;
            } else if let Some(code) = VERTICAL.get((distance + 3) as usize) {
                put(bits, *code);
                a0 = a1;
                a1_at += 1;
            } else {
                let a2 = current.element(a1_at + 1);
                put(bits, HORIZONTAL);
                put_run(bits, a1 - a0, black);
                put_run(bits, a2 - a1, !black);
                a0 = a2;
                a1_at += 2;
            }
            b1_at = reference.b1(b1_at, a0, a1_at % 2 == 1);
        }
    }

    fn put(&mut self, code: Code) {
        put(&mut self.bits, code);
    }
}

#[inline]
fn put(bits: &mut BitWriter, code: Code) {
    bits.put(u32::from(code.bits), u32::from(code.len));
}

fn put_run(bits: &mut BitWriter, mut run: u32, black: bool) {
    let (terminating, make_up) = match black {
        false => (&WHITE_TERMINATING, &WHITE_MAKE_UP),
        true => (&BLACK_TERMINATING, &BLACK_MAKE_UP),
    };
    while run >= LONGEST_MAKE_UP + 64 {
        put(bits, EXTENDED_MAKE_UP[EXTENDED_MAKE_UP.len() - 1]);
        run -= LONGEST_MAKE_UP;
    }
    if run >= 64 {
        let step = run as usize / 64 - 1;
        put(
            bits,
            match make_up.get(step) {
                Some(code) => *code,
                None => EXTENDED_MAKE_UP[step - make_up.len()],
            },
        );
    }
    put(bits, terminating[run as usize % 64]);
}
