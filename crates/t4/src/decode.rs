//! T.4 or T.6 octets in, rows out; with the rule for rows that are damaged.
//!
//! **Bad rows.** A row is bad when it holds something that is no code, when it is shorter or longer
//! than the line, or when the row it refers to was lost. It is counted, and *the last good row is
//! given in its place* (white before the first). Then the decoder looks for a place to go on: in MH
//! the next EOL; in MR the next EOL whose tag announces a row coded alone, and each row passed over
//! on the way is one more bad row. MMR, and MH without EOLs, have no such place: the page ends there
//! with [`End::Broken`].
//!
//! **The end.** Six EOLs are an RTC. So are two or more, if no good row follows; if one does, a row
//! was lost between them, and the page goes on.
use crate::{
    Coding, Framing, MAX_ROWS,
    bitmap::check_width,
    bits::{BitBuffer, EOL_ZEROS},
    error::{Error, Malformed},
    line::Line,
    row::{Progress, RowDecoder},
    table::EOL,
};

/// What [`Decoder::next_row`] gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A row as it was sent.
    Good,
    /// A row that could not be read: the last good one stands for it.
    Bad(Error),
    /// There is no whole row yet: push more, or finish.
    More,
    /// The page is over; [`Stats::end`] says how.
    End,
}

/// How a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// Not yet.
    #[default]
    Open,
    /// With RTC (T.4 4.1.4) or EOFB (T.6 2.4.1.1), as it should.
    Marker,
    /// The data ended without one.
    Data,
    /// A bad row after which there is no place to go on: the rest of the page is lost.
    Broken(Error),
    /// After [`MAX_ROWS`] rows there were more.
    TooLong,
}

/// What a decoder has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Rows given, bad ones included.
    pub rows: u32,
    /// Rows that could not be read.
    pub bad_rows: u32,
    /// The most bad rows one after the other.
    pub longest_bad_run: u32,
    /// How the page ended.
    pub end: End,
}

/// EOLs that are an RTC whatever follows. T.4 4.1.4.
const RTC_EOLS: u32 = 6;

/// EOLs that are an RTC if no good row follows: machines are known that send no more.
const RTC_EOLS_AT_LEAST: u32 = 2;

/// Turns octets into rows.
///
/// [`push`](Self::push) octets in pieces of any size; after each, call
/// [`next_row`](Self::next_row) until it gives [`Row::More`] or [`Row::End`]. After the last piece
/// call [`finish`](Self::finish) and ask for the rows that are left.
#[derive(Debug)]
pub struct Decoder {
    coding: Coding,
    has_eols: bool,
    input: BitBuffer,
    state: State,
    row: RowDecoder,
    /// The last good row.
    good: Line,
    /// Zeros just before the reading position, while an EOL is awaited.
    zeros: u32,
    /// The row before is not known; an MR row coded against it cannot be read.
    lost: bool,
    /// The row being read follows EOLs that may have been an RTC.
    on_probation: bool,
    bad_run: u32,
    stats: Stats,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Passing over everything up to the next EOL.
    Hunt,
    /// So many EOLs have come; an MR tag bit comes next.
    Tag { eols: u32 },
    /// A row, coded in two dimensions or one, or another EOL comes next.
    Start { eols: u32, two_d: bool },
    /// Eleven zeros have come instead of a row, after so many EOLs; more and a one come next.
    Eol { eols: u32 },
    /// The first half of an EOFB has come.
    Eofb,
    /// In a row.
    Row,
    /// A row is full; fill and an EOL come next.
    RowEnd,
    /// A good row waits to be given, after a bad one in front of it.
    Held { next: Next },
    /// The page is over.
    Ended,
}

/// What follows a good row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The EOL behind it was read.
    Eol,
    /// The data ended behind it, or the next row follows at once.
    Nothing,
}

impl Decoder {
    /// A decoder for rows of `width` pels, as they come over the line. The K of MR is not used.
    ///
    /// # Errors
    /// *Unsupported* if `width` is not within 1 to [`MAX_WIDTH`](crate::MAX_WIDTH).
    pub fn new(coding: Coding, width: u32) -> Result<Self, Error> {
        check_width(width)?;
        let has_eols = coding != Coding::Mmr;
        Ok(Self {
            coding,
            has_eols,
            input: BitBuffer::default(),
            state: if has_eols { State::Hunt } else { State::Start { eols: 0, two_d: true } },
            row: RowDecoder::new(width),
            good: Line::white(width),
            zeros: 0,
            // The first row of a page is coded alone: one that is not, follows a lost one.
            lost: matches!(coding, Coding::Mr { .. }),
            on_probation: false,
            bad_run: 0,
            stats: Stats::default(),
        })
    }

    /// What stands between rows; call before the first [`push`](Self::push).
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        if framing == Framing::AlignedRow && self.coding == Coding::Mh {
            self.has_eols = false;
            self.state = State::Start { eols: 0, two_d: false };
        }
        self
    }

    /// The first row comes without an EOL before it, as in some files.
    #[must_use]
    pub fn without_first_eol(mut self) -> Self {
        if self.has_eols {
            self.state = State::Start { eols: 0, two_d: false };
        }
        self
    }

    /// Takes the next octets.
    pub fn push(&mut self, data: &[u8]) {
        if self.state != State::Ended {
            self.input.push(data);
        }
    }

    /// Nothing more will come.
    pub fn finish(&mut self) {
        self.input.finish();
    }

    /// The next row, packed with its leftmost pel in the most significant bit, 1 for black. Octets
    /// of `row` past the width become 0; if it is too short, the row's right end is not given.
    pub fn next_row(&mut self, row: &mut [u8]) -> Row {
        let what = self.next_line();
        if matches!(what, Row::Good | Row::Bad(_)) {
            self.good.write_packed(row);
        }
        what
    }

    /// What was seen so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// As [`next_row`](Self::next_row); the row is in [`line`](Self::line).
    pub(crate) fn next_line(&mut self) -> Row {
        loop {
            let step = match self.state {
                State::Hunt => self.hunt(),
                State::Tag { eols } => self.read_tag(eols),
                State::Start { eols, two_d } => self.start_row(eols, two_d),
                State::Eol { eols } => self.read_eol(eols),
                State::Eofb => self.read_eofb(),
                State::Row => self.read_row(),
                State::RowEnd => self.read_row_end(),
                State::Held { next } => Some(self.accept(next)),
                State::Ended => Some(Row::End),
            };
            if let Some(row) = step {
                return row;
            }
        }
    }

    /// The row last given.
    pub(crate) fn line(&self) -> &Line {
        &self.good
    }

    /// Bits read so far.
    pub(crate) fn bits_read(&self) -> usize {
        self.input.bits_read()
    }

    /// Octets read so far, the one that is read in part included.
    pub(crate) fn octets_read(&self) -> usize {
        self.input.octets_read()
    }

    /// Whether rows used an extension, such as uncompressed mode, that not every machine knows.
    pub(crate) fn saw_extension(&self) -> bool {
        self.row.saw_extension()
    }

    fn hunt(&mut self) -> Option<Row> {
        if !self.input.skip_past_eol(&mut self.zeros) {
            return self.starved();
        }
        self.state = State::Tag { eols: 1 };
        None
    }

    fn read_tag(&mut self, eols: u32) -> Option<Row> {
        if self.coding == Coding::Mh {
            self.state = State::Start { eols, two_d: false };
            return None;
        }
        if self.input.left() == 0 {
            return self.starved_after(eols);
        }
        let two_d = self.input.peek() >> 63 == 0;
        self.input.skip(1);
        self.state = State::Start { eols, two_d };
        None
    }

    /// Between rows: an EOL here is one more of an RTC, or in MMR of an EOFB.
    fn start_row(&mut self, eols: u32, two_d: bool) -> Option<Row> {
        if eols >= RTC_EOLS {
            return self.end(End::Marker);
        }
        if self.coding == Coding::Mh && !self.has_eols {
            self.input.align();
            if self.input.left() == 0 {
                return self.starved();
            }
        } else if self.input.peek().leading_zeros() >= EOL_ZEROS {
            if self.input.left() < EOL_ZEROS as usize && !self.input.is_finished() {
                return Some(Row::More);
            }
            self.state = State::Eol { eols };
            return None;
        }
        let maybe_rtc = eols >= RTC_EOLS_AT_LEAST;
        if self.stats.rows + u32::from(maybe_rtc) >= MAX_ROWS {
            return self.end(End::TooLong);
        }
        if maybe_rtc && two_d {
            // The tags of an RTC are ones, so a row was lost here, and it was the reference.
            self.lost = true;
            self.state = State::Start { eols: 1, two_d };
            return Some(self.conceal(Malformed::EmptyRow.into()));
        }
        if self.lost && two_d {
            self.hunt_from_here();
            return Some(self.conceal(Malformed::LostReference.into()));
        }
        self.on_probation = maybe_rtc;
        self.row.begin(two_d);
        self.state = State::Row;
        None
    }

    /// In an EOL instead of a row, or in the zeros behind the last one.
    fn read_eol(&mut self, eols: u32) -> Option<Row> {
        if !self.input.skip_zeros(&mut self.zeros) {
            return self.starved_after(eols);
        }
        self.input.skip(1);
        self.zeros = 0;
        self.state = match self.coding {
            Coding::Mmr => State::Eofb,
            Coding::Mh | Coding::Mr { .. } => State::Tag { eols: eols + 1 },
        };
        None
    }

    /// The second half of an EOFB. T.6 2.4.1.1.
    fn read_eofb(&mut self) -> Option<Row> {
        let len = u32::from(EOL.len);
        if self.input.left() < len as usize {
            return self.starved();
        }
        if self.input.peek() >> (64 - len) != u64::from(EOL.bits) {
            return self.end(End::Data);
        }
        self.input.skip(len);
        self.end(End::Marker)
    }

    fn read_row(&mut self) -> Option<Row> {
        match self.row.read(&mut self.input, &self.good) {
            Progress::More => Some(Row::More),
            Progress::Bad(fault) => self.fail(fault),
            Progress::Full if self.has_eols => {
                self.zeros = self.input.zeros_before();
                self.state = State::RowEnd;
                None
            }
            Progress::Full => Some(self.accept(Next::Nothing)),
        }
    }

    fn read_row_end(&mut self) -> Option<Row> {
        let next = if self.input.skip_zeros(&mut self.zeros) {
            if self.zeros < EOL_ZEROS {
                return self.fail(Malformed::LongRow.into());
            }
            self.input.skip(1);
            Next::Eol
        } else if self.input.is_finished() {
            Next::Nothing
        } else {
            return Some(Row::More);
        };
        self.zeros = 0;
        if core::mem::take(&mut self.on_probation) {
            self.state = State::Held { next };
            return Some(self.conceal(Malformed::EmptyRow.into()));
        }
        Some(self.accept(next))
    }

    /// The row that was read is good.
    fn accept(&mut self, next: Next) -> Row {
        self.good.set_changes(self.row.changes());
        self.lost = false;
        self.bad_run = 0;
        self.stats.rows += 1;
        self.state = match next {
            Next::Eol => State::Tag { eols: 1 },
            Next::Nothing if self.has_eols => State::Hunt,
            Next::Nothing => State::Start { eols: 0, two_d: self.coding == Coding::Mmr },
        };
        Row::Good
    }

    /// The row being read is bad.
    fn fail(&mut self, fault: Error) -> Option<Row> {
        if core::mem::take(&mut self.on_probation) {
            return self.end(End::Marker);
        }
        if self.has_eols {
            self.lost = true;
            self.hunt_from_here();
        } else {
            self.stats.end = End::Broken(fault);
            self.state = State::Ended;
        }
        Some(self.conceal(fault))
    }

    /// Counts a row in whose place the last good one is given.
    fn conceal(&mut self, fault: Error) -> Row {
        self.bad_run += 1;
        self.stats.rows += 1;
        self.stats.bad_rows += 1;
        self.stats.longest_bad_run = self.stats.longest_bad_run.max(self.bad_run);
        Row::Bad(fault)
    }

    fn hunt_from_here(&mut self) {
        self.zeros = self.input.zeros_before();
        self.state = State::Hunt;
    }

    fn starved(&mut self) -> Option<Row> {
        self.starved_after(0)
    }

    /// There is no more data behind so many EOLs: for now, or for good.
    fn starved_after(&mut self, eols: u32) -> Option<Row> {
        match (self.input.is_finished(), eols) {
            (false, _) => Some(Row::More),
            (true, RTC_EOLS_AT_LEAST..) => self.end(End::Marker),
            (true, _) => self.end(End::Data),
        }
    }

    fn end(&mut self, end: End) -> Option<Row> {
        self.stats.end = end;
        self.state = State::Ended;
        Some(Row::End)
    }
}
