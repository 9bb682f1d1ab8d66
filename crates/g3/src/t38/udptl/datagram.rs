use alloc::vec::Vec;
use core::fmt;

use super::MAX_ENTRIES;

/// One datagram, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datagram<'a> {
    /// The number of the primary; counts up by 1 and wraps.
    pub sequence: u16,
    /// The new packet. PER wants at least one octet; an empty one is read and has no effect.
    pub primary: &'a [u8],
    /// What helps to do without earlier datagrams.
    pub recovery: Recovery<'a>,
    /// The primary is whole but something after it is not as it should be.
    pub damaged: bool,
}

/// The error-recovery part of a datagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery<'a> {
    /// Earlier packets, newest first: the one at index `i` is number `sequence - 1 - i`. An empty
    /// one only keeps the place.
    Secondaries(Vec<&'a [u8]>),
    /// Parity over earlier packets. Entry `e` of `m` is the exclusive or of the packets
    /// `sequence - span * m + e + k * m` for `k` in `0..span`.
    Parity {
        /// Packets per entry.
        span: u8,
        /// The entries, oldest first.
        entries: Vec<&'a [u8]>,
    },
}

impl Recovery<'_> {
    const NONE: Self = Self::Secondaries(Vec::new());
}

/// Why a datagram was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UdptlError {
    /// Malformed: it ends before or within the primary.
    Truncated,
    /// Malformed: the length of the primary is in the fragmented form, 16384 octets and more.
    BadLength,
    /// Nothing was accepted yet and it looks like something else: late RTP or RTCP on the same
    /// port, or a first packet that is none.
    NotUdptl,
}

impl fmt::Display for UdptlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the datagram ends too early",
            Self::BadLength => "the length of the packet is not valid",
            Self::NotUdptl => "the datagram is not UDPTL",
        })
    }
}

impl core::error::Error for UdptlError {}

impl<'a> Datagram<'a> {
    /// Takes a datagram apart. What is wrong after the primary costs only the recovery part, or
    /// the rest of it.
    ///
    /// # Errors
    /// Why there is no whole primary.
    pub fn parse(octets: &'a [u8]) -> Result<Self, UdptlError> {
        let [high, low, rest @ ..] = octets else { return Err(UdptlError::Truncated) };
        let mut reader = Reader { rest };
        let primary = reader.open()?;
        let (recovery, whole) = reader.recovery();
        Ok(Self {
            sequence: u16::from_be_bytes([*high, *low]),
            primary,
            recovery,
            damaged: !whole || !reader.rest.is_empty(),
        })
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn octet(&mut self) -> Result<u8, UdptlError> {
        let (&octet, rest) = self.rest.split_first().ok_or(UdptlError::Truncated)?;
        self.rest = rest;
        Ok(octet)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], UdptlError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(UdptlError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A PER length determinant that is not fragmented.
    fn length(&mut self) -> Result<usize, UdptlError> {
        Ok(match self.octet()? {
            short @ 0..0x80 => usize::from(short),
            high @ 0x80..0xC0 => usize::from(high & 0x3F) << 8 | usize::from(self.octet()?),
            0xC0.. => return Err(UdptlError::BadLength),
        })
    }

    fn open(&mut self) -> Result<&'a [u8], UdptlError> {
        let length = self.length()?;
        self.take(length)
    }

    /// The error-recovery part and whether it is whole.
    fn recovery(&mut self) -> (Recovery<'a>, bool) {
        match self.octet() {
            Err(_) => (Recovery::NONE, false),
            Ok(0x80..) => self.parity().map_or((Recovery::NONE, false), |found| (found, true)),
            Ok(_) => {
                let Ok(count) = self.length() else { return (Recovery::NONE, false) };
                let entries: Vec<&[u8]> =
                    (0..count.min(MAX_ENTRIES)).map_while(|_| self.open().ok()).collect();
                let whole = entries.len() == count;
                (Recovery::Secondaries(entries), whole)
            }
        }
    }

    /// Parity needs all its entries: their places depend on how many there are.
    fn parity(&mut self) -> Option<Recovery<'a>> {
        let span = match self.open().ok()? {
            // Not minimal beyond one octet, but legal.
            [zeros @ .., span @ 0..0x80] if zeros.iter().all(|&octet| octet == 0) => *span,
            _ => return None,
        };
        let count = self.length().ok().filter(|&count| count <= MAX_ENTRIES)?;
        let entries: Vec<&[u8]> = (0..count).map_while(|_| self.open().ok()).collect();
        (entries.len() == count).then_some(Recovery::Parity { span, entries })
    }
}
