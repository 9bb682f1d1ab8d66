//! Pages put together and cut without coding them anew: in T.6 a row is coded against the one
//! before, so below a white row, as at the top of a page, every page has the code that it has alone.
use crate::{
    Coding, Encoder, Page,
    bitmap::check_rows,
    bits::BitWriter,
    error::{Error, Unsupported},
    table::EOL,
};
use alloc::vec::Vec;

/// The bits of an EOFB. T.6 2.4.1.1.
const EOFB_BITS: usize = 2 * EOL.len as usize;

impl Page {
    /// The page with `strip` above it, a page of the same width and resolution.
    ///
    /// The code of the page stays as it is, and is not looked at, if the last row of the strip is
    /// white; else both are coded anew.
    ///
    /// # Errors
    /// *Unsupported* if the strip has another width or both together have too many rows; else as
    /// [`Page::to_bitmap`], for what is looked at.
    pub fn below(&self, strip: &Self) -> Result<Self, Error> {
        if strip.width != self.width {
            return Err(Unsupported::Width(strip.width).into());
        }
        let rows = strip.rows.saturating_add(self.rows);
        check_rows(rows)?;
        let (mut last_is_white, mut end) = (true, 0);
        strip.each_coded_row(|line, bits| {
            last_is_white = line.changes().is_empty();
            end = bits;
        })?;
        let mmr = if last_is_white {
            let mut bits = BitWriter::default();
            copy(&mut bits, &strip.mmr, end);
            copy(&mut bits, &self.mmr, coded_bits(&self.mmr));
            bits.align();
            bits.take()
        } else {
            let mut encoder = Encoder::new(Coding::Mmr, self.width)?;
            strip.each_row(|line| encoder.push_changes(line.changes()))?;
            self.each_row(|line| encoder.push_changes(line.changes()))?;
            encoder.finish()
        };
        Ok(Self { rows, mmr, ..*self })
    }

    /// The page without up to `most` of the white rows at its end; its first row stays. What is left
    /// has the code that it had.
    ///
    /// # Errors
    /// As [`Page::to_bitmap`], unless the code shows that the last row is not white.
    pub fn without_white_tail(&self, most: u32) -> Result<Self, Error> {
        // A white row below a white one is a single 1.
        let end = eofb(&self.mmr);
        let may_be_white =
            end.is_none_or(|end| end.checked_sub(1).is_some_and(|last| bit(&self.mmr, last)));
        if most == 0 || !may_be_white {
            return Ok(self.clone());
        }
        // Where the code of the last row with anything black ends, and of each white one since.
        let mut ends = Vec::from([0]);
        self.each_coded_row(|line, bits| {
            if !line.changes().is_empty() {
                ends.clear();
            }
            ends.push(bits);
        })?;
        let white = u32::try_from(ends.len() - 1).unwrap_or(u32::MAX);
        let cut = white.min(most).min(self.rows.saturating_sub(1));
        let kept = ends.iter().rev().nth(cut as usize).copied().unwrap_or_default();
        let mut bits = BitWriter::default();
        copy(&mut bits, &self.mmr, kept);
        for _ in 0..2 {
            bits.put(u32::from(EOL.bits), u32::from(EOL.len));
        }
        bits.align();
        Ok(Self { rows: self.rows - cut, mmr: bits.take(), ..*self })
    }
}

/// Where the EOFB begins with which the data ends, but for fill.
fn eofb(mmr: &[u8]) -> Option<usize> {
    let last = mmr.iter().rposition(|octet| *octet != 0)?;
    let end = last * 8 + 8 - mmr[last].trailing_zeros() as usize;
    let begin = end.checked_sub(EOFB_BITS)?;
    let len = usize::from(EOL.len);
    let is_one = |at: usize| at == begin + len - 1 || at == end - 1;
    (begin..end).all(|at| bit(mmr, at) == is_one(at)).then_some(begin)
}

/// The bits of the code, its EOFB included and the fill behind it not.
fn coded_bits(mmr: &[u8]) -> usize {
    eofb(mmr).map_or(mmr.len() * 8, |begin| begin + EOFB_BITS)
}

fn bit(data: &[u8], at: usize) -> bool {
    data.get(at / 8).is_some_and(|octet| octet >> (7 - at % 8) & 1 == 1)
}

/// Appends the first `bits` (no more than there are) of `data`.
fn copy(to: &mut BitWriter, data: &[u8], bits: usize) {
    let (words, octets) = data[..bits / 8].as_chunks::<4>();
    words.iter().for_each(|word| to.put(u32::from_be_bytes(*word), 32));
    octets.iter().for_each(|octet| to.put(u32::from(*octet), 8));
    let rest = bits % 8;
    if rest > 0 {
        to.put(u32::from(data[bits / 8] >> (8 - rest)), rest as u32);
    }
}
