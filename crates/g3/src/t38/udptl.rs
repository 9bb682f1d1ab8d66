//! UDPTL: how IFP packets travel in UDP datagrams. T.38 9.1.
//!
//! Every datagram has a sequence number, one new packet (the primary) and what helps to do without
//! earlier datagrams: either earlier packets again (redundancy) or parity over them (FEC).
//! [`Sender`] writes redundancy; [`Receiver`] reads both, puts packets in order and tells what
//! could not be recovered.

mod datagram;
mod receiver;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub use datagram::{Datagram, Recovery, UdptlError};
pub use receiver::{Delivered, Receiver};

/// The most earlier packets or parity entries that are read or sent in one datagram.
pub const MAX_ENTRIES: usize = 64;

/// The longest packet that the length forms in use can tell: 14 bits.
pub const MAX_PACKET: usize = 0x3FFF;

/// Writes the datagrams of one direction of a call.
#[derive(Debug, Clone)]
pub struct Sender {
    next: u16,
    /// Packets already sent, newest first.
    history: VecDeque<Vec<u8>>,
    redundancy: usize,
    max_datagram: usize,
    last: Vec<u8>,
}

impl Sender {
    /// A sender that repeats up to `redundancy` earlier packets (at most [`MAX_ENTRIES`]) in each
    /// datagram, as long as the datagram does not become longer than `max_datagram` octets.
    #[must_use]
    pub fn new(max_datagram: u16, redundancy: u8) -> Self {
        Self {
            next: 0,
            history: VecDeque::new(),
            redundancy: usize::from(redundancy).min(MAX_ENTRIES),
            max_datagram: usize::from(max_datagram),
            last: Vec::new(),
        }
    }

    /// The datagram with `packet` as its primary.
    ///
    /// Redundancy is cut to fit, never the packet: one that is longer than
    /// [`Sender::max_packet`] makes a datagram that the far end may not take. Above
    /// [`MAX_PACKET`] octets it cannot be written and is cut.
    pub fn send(&mut self, packet: &[u8]) -> Vec<u8> {
        let packet = packet.get(..MAX_PACKET).unwrap_or(packet);
        let mut size = HEADER + sized(packet.len());
        let copies = self.history.iter().take_while(|earlier| {
            size += sized(earlier.len());
            size <= self.max_datagram
        });
        let copies = copies.count();

        let mut datagram = Vec::with_capacity(size);
        datagram.extend_from_slice(&self.next.to_be_bytes());
        put_open(&mut datagram, packet);
        datagram.push(0);
        datagram.push(u8::try_from(copies).unwrap_or(0));
        for earlier in self.history.iter().take(copies) {
            put_open(&mut datagram, earlier);
        }

        self.next = self.next.wrapping_add(1);
        self.history.push_front(packet.to_vec());
        self.history.truncate(self.redundancy);
        self.last.clone_from(&datagram);
        datagram
    }

    /// The last datagram once more, the same number and the same octets; `None` before the first.
    /// Receivers drop the repeat when they have the original.
    #[must_use]
    pub fn repeat(&self) -> Option<&[u8]> {
        (!self.last.is_empty()).then_some(self.last.as_slice())
    }

    /// The longest packet that fits into a datagram together with `copies` earlier packets of the
    /// same length, in octets.
    #[must_use]
    pub fn max_packet(&self, copies: u8) -> usize {
        let each = self.max_datagram.saturating_sub(HEADER) / (usize::from(copies) + 1);
        // The length takes one octet below 128 and two above.
        if each > 1 + SHORT_LENGTH {
            (each - 2).clamp(SHORT_LENGTH, MAX_PACKET)
        } else {
            each.saturating_sub(1)
        }
    }
}

/// Octets besides the packets: sequence number, kind of recovery, count.
const HEADER: usize = 4;

/// The longest packet with a length of one octet.
const SHORT_LENGTH: usize = 127;

/// Octets of a packet with its length.
const fn sized(octets: usize) -> usize {
    octets + if octets <= SHORT_LENGTH { 1 } else { 2 }
}

/// An open type: a PER length determinant and the octets.
fn put_open(datagram: &mut Vec<u8>, packet: &[u8]) {
    match u8::try_from(packet.len()) {
        Ok(short @ 0..=0x7F) => datagram.push(short),
        _ => {
            let length = u16::try_from(packet.len()).unwrap_or(0x3FFF) | 0x8000;
            datagram.extend_from_slice(&length.to_be_bytes());
        }
    }
    datagram.extend_from_slice(packet);
}

#[cfg(test)]
mod tests;
