//! The row that is being decoded: code by code, so that it can wait for more data after any of them.
use crate::{
    bits::{BitBuffer, EOL_ZEROS},
    error::{Error, Malformed, Unsupported},
    line::Line,
    table::{
        BLACK, BLACK_BITS, EXTENSION_1D, MODE, MODE_BITS, Mode, RunEntry, UNCOMPRESSED, WHITE,
        WHITE_BITS,
    },
};
use alloc::vec::Vec;

/// Where a row stands after the codes that were there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The line is full.
    Full,
    /// More data is needed.
    More,
    /// The row is bad; the reading position is at the code that showed it.
    Bad(Error),
}

/// What the next code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// Runs to the end of the line.
    Runs,
    /// A mode of two-dimensional coding.
    Mode,
    /// So many runs of horizontal mode, then a mode.
    HorizontalRuns(u8),
    /// Pels as they are, then what stood before. Table 5/T.4.
    Pels { two_d: bool },
}

/// A row in the making.
#[derive(Debug)]
pub(crate) struct RowDecoder {
    width: u32,
    changes: Vec<u32>,
    /// The next pel.
    a0: u32,
    /// Its colour.
    black: bool,
    /// Pels of make-up codes whose terminating code has not come yet.
    made_up: u32,
    /// Index of b1 in the reference line.
    b1_at: usize,
    expect: Expect,
    /// An extension was used, in this row or one before.
    saw_extension: bool,
}

type Step = Result<(), Progress>;

impl RowDecoder {
    pub(crate) fn new(width: u32) -> Self {
        Self {
            width,
            changes: Vec::new(),
            a0: 0,
            black: false,
            made_up: 0,
            b1_at: 0,
            expect: Expect::Mode,
            saw_extension: false,
        }
    }

    /// Begins a row.
    pub(crate) fn begin(&mut self, two_d: bool) {
        self.changes.clear();
        self.a0 = 0;
        self.black = false;
        self.made_up = 0;
        self.b1_at = 0;
        self.expect = if two_d { Expect::Mode } else { Expect::Runs };
    }

    /// Whether an extension was used, in this row or one before.
    pub(crate) fn saw_extension(&self) -> bool {
        self.saw_extension
    }

    /// The changes of a full row.
    pub(crate) fn changes(&self) -> &[u32] {
        &self.changes
    }

    /// Reads codes until the line is full, wrong, or the data runs out.
    pub(crate) fn read(&mut self, input: &mut BitBuffer, reference: &Line) -> Progress {
        loop {
            let step = match self.expect {
                Expect::Runs | Expect::Mode if self.a0 == self.width => return Progress::Full,
                Expect::Runs => self.read_run(input),
                Expect::Mode => self.read_mode(input, reference),
                Expect::HorizontalRuns(left) => self.read_run(input).map(|()| {
                    self.expect = match left {
                        2.. => Expect::HorizontalRuns(left - 1),
                        _ => {
                            self.b1_at = reference.b1(self.b1_at, self.a0, self.black);
                            Expect::Mode
                        }
                    };
                }),
                Expect::Pels { two_d } => self.read_pels(input, reference, two_d),
            };
            if let Err(progress) = step {
                return progress;
            }
        }
    }

    /// A run: make-up codes and a terminating code. T.4 4.1.1.
    #[inline]
    fn read_run(&mut self, input: &mut BitBuffer) -> Step {
        loop {
            let word = input.peek();
            let entry: RunEntry = match self.black {
                false => WHITE[(word >> (64 - WHITE_BITS)) as usize],
                true => BLACK[(word >> (64 - BLACK_BITS)) as usize],
            };
            if entry.len() == 0 {
                return self.no_run(input, word);
            }
            take(input, entry.len())?;
            self.made_up += entry.run();
            if self.made_up > self.width - self.a0 {
                return bad(Malformed::RunOutsideLine);
            }
            if entry.run() < 64 {
                self.a0 += core::mem::take(&mut self.made_up);
                self.change();
                return Ok(());
            }
        }
    }

    /// The next bits are no run: an extension, an EOL, or nothing.
    fn no_run(&mut self, input: &mut BitBuffer, word: u64) -> Step {
        let len = u32::from(EXTENSION_1D.len);
        if word >> (64 - len) != u64::from(EXTENSION_1D.bits) {
            return no_code(input, word);
        }
        if self.expect != Expect::Runs || self.made_up > 0 || is_eol(input, word) {
            return no_code(input, word);
        }
        self.enter_extension(input, word << len, len, false)
    }

    /// A mode and, but for horizontal mode, what it says. T.4 4.2.1.3.
    #[inline]
    fn read_mode(&mut self, input: &mut BitBuffer, reference: &Line) -> Step {
        let word = input.peek();
        let Some((mode, len)) = MODE[(word >> (64 - MODE_BITS)) as usize] else {
            return no_code(input, word);
        };
        let len = u32::from(len);
        match mode {
            Mode::Vertical(distance) => {
                take(input, len)?;
                let a1 = reference.element(self.b1_at).checked_add_signed(distance.into());
                match a1 {
                    Some(a1) if (self.a0..=self.width).contains(&a1) => self.a0 = a1,
                    _ => return bad(Malformed::RunOutsideLine),
                }
                self.change();
            }
            Mode::Horizontal => {
                take(input, len)?;
                self.expect = Expect::HorizontalRuns(2);
                return Ok(());
            }
            Mode::Pass => {
                take(input, len)?;
                self.a0 = reference.element(self.b1_at + 1);
            }
            Mode::Extension => return self.enter_extension(input, word << len, len, true),
        }
        self.b1_at = reference.b1(self.b1_at, self.a0, self.black);
        Ok(())
    }

    /// The three bits behind an extension code; `rest` begins with them. Table 5/T.4.
    fn enter_extension(&mut self, input: &mut BitBuffer, rest: u64, len: u32, two_d: bool) -> Step {
        take(input, len + 3)?;
        self.saw_extension = true;
        self.expect = Expect::Pels { two_d };
        match (rest >> 61) as u8 {
            UNCOMPRESSED => Ok(()),
            code => Err(Progress::Bad(Unsupported::Extension(code).into())),
        }
    }

    /// One code of uncompressed mode: up to four white pels and a black one, five white pels, or
    /// the way back to coded rows. Table 5/T.4.
    fn read_pels(&mut self, input: &mut BitBuffer, reference: &Line, two_d: bool) -> Step {
        let word = input.peek();
        match word.leading_zeros() {
            zeros @ 0..=4 => {
                take(input, zeros + 1)?;
                self.put_pels(zeros, false)?;
                self.put_pels(1, true)
            }
            5 => {
                take(input, 6)?;
                self.put_pels(5, false)
            }
            zeros @ 6..=10 => {
                take(input, zeros + 2)?;
                self.put_pels(zeros - 6, false)?;
                self.turn(word << (zeros + 1) >> 63 == 1);
                self.expect = if two_d { Expect::Mode } else { Expect::Runs };
                if two_d {
                    self.b1_at = reference.b1(self.b1_at, self.a0, self.black);
                }
                Ok(())
            }
            _ => no_code(input, word),
        }
    }

    fn put_pels(&mut self, count: u32, black: bool) -> Step {
        if count > self.width - self.a0 {
            return bad(Malformed::RunOutsideLine);
        }
        if count > 0 {
            self.turn(black);
            self.a0 += count;
        }
        Ok(())
    }

    /// The next pel is of this colour.
    fn turn(&mut self, black: bool) {
        if self.black != black {
            self.change();
        }
    }

    /// The colour changes at a0. Two changes at one place are none; one at the line's end is none.
    #[inline]
    fn change(&mut self) {
        self.black = !self.black;
        if self.a0 == self.width {
        } else if self.changes.last() == Some(&self.a0) {
            self.changes.pop();
        } else {
            self.changes.push(self.a0);
        }
    }
}

/// Passes over a code of which all bits may not be there yet.
#[inline]
fn take(input: &mut BitBuffer, len: u32) -> Step {
    if len as usize <= input.left() {
        input.skip(len);
        return Ok(());
    }
    Err(if input.is_finished() {
        Progress::Bad(Malformed::Truncated.into())
    } else {
        Progress::More
    })
}

/// The next bits begin no code. They may be an EOL, of which the last bits may not be there yet.
fn no_code(input: &BitBuffer, word: u64) -> Step {
    let decisive = EOL_ZEROS.max(BLACK_BITS) as usize;
    if input.left() < decisive {
        let all_zero = word == 0;
        return Err(match (input.is_finished(), all_zero) {
            (false, _) => Progress::More,
            (true, true) => Progress::Bad(Malformed::Truncated.into()),
            (true, false) => Progress::Bad(Malformed::InvalidCode.into()),
        });
    }
    bad(if is_eol(input, word) { Malformed::ShortRow } else { Malformed::InvalidCode })
}

/// Whether an EOL comes next; its first zeros may have been taken for the end of a code.
fn is_eol(input: &BitBuffer, word: u64) -> bool {
    input.zeros_before() + word.leading_zeros() >= EOL_ZEROS
}

fn bad(fault: Malformed) -> Step {
    Err(Progress::Bad(fault.into()))
}
