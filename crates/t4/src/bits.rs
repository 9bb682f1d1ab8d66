//! Bits in and out, first bit in the most significant place of an octet.
use alloc::vec::Vec;

/// Zeros of an EOL before its one. T.4 4.1.2.
pub(crate) const EOL_ZEROS: u32 = 11;

/// Octets written bit by bit.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    out: Vec<u8>,
    /// The last `count` (below 32) bits are not yet in `out`.
    acc: u64,
    count: u32,
    /// Octets already taken out.
    taken: usize,
}

impl BitWriter {
    /// Appends the lowest `len` (at most 32) bits of `code`.
    #[inline]
    pub(crate) fn put(&mut self, code: u32, len: u32) {
        self.acc = self.acc << len | u64::from(code);
        self.count += len;
        if self.count >= 32 {
            self.count -= 32;
            self.out.extend_from_slice(&((self.acc >> self.count) as u32).to_be_bytes());
        }
    }

    pub(crate) fn zeros(&mut self, mut count: u64) {
        while count > 0 {
            let step = count.min(32);
            self.put(0, step as u32);
            count -= step;
        }
    }

    /// Zeros up to an octet border.
    pub(crate) fn align(&mut self) {
        self.zeros((8 - self.position() % 8) % 8);
    }

    /// Bits written since the beginning.
    pub(crate) fn position(&self) -> u64 {
        (self.taken + self.out.len()) as u64 * 8 + u64::from(self.count)
    }

    /// The whole octets that are ready.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        while self.count >= 8 {
            self.count -= 8;
            self.out.push((self.acc >> self.count) as u8);
        }
        self.taken += self.out.len();
        core::mem::take(&mut self.out)
    }
}

/// Octets that come in pieces, read bit by bit.
#[derive(Debug, Default)]
pub(crate) struct BitBuffer {
    data: Vec<u8>,
    /// Bits of `data` already read.
    position: usize,
    /// Octets dropped from the front of `data`.
    dropped: usize,
    finished: bool,
}

/// Read octets that stay, for [`BitBuffer::zeros_before`].
const KEPT: usize = 2;

impl BitBuffer {
    pub(crate) fn push(&mut self, data: &[u8]) {
        let done = (self.position / 8).saturating_sub(KEPT);
        if done > self.data.len() / 2 {
            self.data.drain(..done);
            self.dropped += done;
            self.position -= done * 8;
        }
        self.data.extend_from_slice(data);
    }

    /// Nothing more will come.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Bits not yet read.
    pub(crate) fn left(&self) -> usize {
        self.data.len() * 8 - self.position
    }

    /// Bits read since the beginning.
    pub(crate) fn bits_read(&self) -> usize {
        self.dropped * 8 + self.position
    }

    /// Octets of which at least one bit was read, since the beginning.
    pub(crate) fn octets_read(&self) -> usize {
        self.dropped + self.position.div_ceil(8)
    }

    /// The next bits, left-aligned: at least 57 of them, with zeros behind the end of the data.
    #[inline]
    pub(crate) fn peek(&self) -> u64 {
        let rest = self.data.get(self.position / 8..).unwrap_or_default();
        let word = match rest.first_chunk() {
            Some(chunk) => u64::from_be_bytes(*chunk),
            None => rest
                .iter()
                .zip((0..64).step_by(8).rev())
                .fold(0, |word, (octet, shift)| word | u64::from(*octet) << shift),
        };
        word << (self.position % 8)
    }

    /// Passes over bits that [`BitBuffer::left`] has.
    #[inline]
    pub(crate) fn skip(&mut self, bits: u32) {
        self.position += bits as usize;
        debug_assert!(self.position <= self.data.len() * 8, "bits that are not there");
    }

    /// Goes on to the next octet border.
    pub(crate) fn align(&mut self) {
        self.position = self.position.next_multiple_of(8);
    }

    /// Passes over zeros, counting them in `zeros`; whether a one was reached (it is not read).
    pub(crate) fn skip_zeros(&mut self, zeros: &mut u32) -> bool {
        loop {
            let there = self.left().min(56) as u32;
            let step = self.peek().leading_zeros().min(there);
            self.skip(step);
            *zeros = zeros.saturating_add(step);
            if step < there {
                return true;
            }
            if there == 0 {
                return false;
            }
        }
    }

    /// Passes over everything up to and including the next EOL; false if there is none yet. `zeros`
    /// counts the zeros just before the reading position, and is kept by the caller.
    pub(crate) fn skip_past_eol(&mut self, zeros: &mut u32) -> bool {
        while self.skip_zeros(zeros) {
            self.skip(1);
            if core::mem::take(zeros) >= EOL_ZEROS {
                return true;
            }
        }
        false
    }

    /// Zeros just before the reading position, counted up to those of an EOL: a damaged row may
    /// have swallowed some of them.
    pub(crate) fn zeros_before(&self) -> u32 {
        let bit = |at: usize| self.data[at / 8] >> (7 - at % 8) & 1;
        let first = self.position.saturating_sub(EOL_ZEROS as usize);
        (first..self.position).rev().take_while(|at| bit(*at) == 0).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn what_is_written_comes_out_in_octets() {
        let mut bits = BitWriter::default();
        bits.put(0b101, 3);
        bits.zeros(70);
        assert_eq!(bits.take(), vec![0xa0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bits.position(), 73);
        bits.put(0x7f, 7);
        assert_eq!(bits.take(), vec![0x7f]);
    }

    #[test]
    fn an_eol_is_found_across_pieces() {
        let mut bits = BitBuffer::default();
        let mut zeros = 0;
        for piece in [[0xff], [0x00], [0x00], [0x18]] {
            assert!(!bits.skip_past_eol(&mut zeros));
            bits.push(&piece);
        }
        assert!(bits.skip_past_eol(&mut zeros));
        assert_eq!((bits.left(), zeros), (4, 0));
        assert_eq!(bits.peek() >> 60, 0b1000);
    }

    #[test]
    fn swallowed_zeros_are_seen() {
        let mut bits = BitBuffer::default();
        bits.push(&[0b1010_0000]);
        bits.skip(6);
        assert_eq!(bits.zeros_before(), 3);
        bits.skip(2);
        assert_eq!(bits.zeros_before(), 5);
    }
}
