use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::{Datagram, Recovery, UdptlError};

/// What comes out of a datagram, in the order of the far end's packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// A packet.
    Ifp {
        /// Its octets; zeros may follow the packet when it came from parity.
        octets: Vec<u8>,
        /// Its own datagram did not come in time; this one or an earlier one made up for it.
        recovered: bool,
    },
    /// Packets are lost for good: a frame that was arriving is damaged.
    Gap {
        /// How many.
        missing: u16,
    },
}

/// Reads the datagrams of one direction of a call.
///
/// Numbers are compared as signed 16-bit differences. What is older than the newest packet is
/// dropped; what is more than [`Receiver::WINDOW`] away is believed when a second datagram in a
/// row agrees with it: the far end began anew.
#[derive(Debug, Clone, Default)]
pub struct Receiver {
    /// The number that comes next; `None` until something was accepted.
    expected: Option<u16>,
    /// The newest packets with their numbers, oldest first, for parity.
    memory: VecDeque<(u16, Vec<u8>)>,
    /// A packet out of the window that waits for a second one to agree.
    stranger: Option<(u16, Vec<u8>)>,
    damaged: u32,
}

impl Receiver {
    /// The largest jump that is taken as loss.
    pub const WINDOW: u16 = 2000;

    /// Packets kept for parity; the reach of parity that is used.
    pub const MEMORY: usize = 64;

    /// A receiver that waits for the first datagram.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Datagrams so far whose packet was whole and whose recovery part was not.
    #[must_use]
    pub const fn damaged(&self) -> u32 {
        self.damaged
    }

    /// Takes one datagram and gives what it brings: nothing when it is late or a repeat.
    ///
    /// `reads` tells whether octets, perhaps with zeros after them, are a packet; what parity makes
    /// and what comes out of nowhere is tested with it
    /// ([`Decoder::reads`](crate::t38::ifp::Decoder::reads)).
    ///
    /// # Errors
    /// Why the datagram was dropped.
    pub fn receive(
        &mut self,
        octets: &[u8],
        reads: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Vec<Delivered>, UdptlError> {
        let datagram = Datagram::parse(octets)?;
        let mut delivered = Vec::new();
        let Some(expected) = self.expected else {
            self.begin(&datagram, reads, &mut delivered)?;
            return Ok(delivered);
        };
        self.count_damage(&datagram);
        let ahead = ahead(datagram.sequence, expected);
        if ahead.unsigned_abs() > Self::WINDOW {
            self.meet_stranger(&datagram, reads, 0, &mut delivered);
            return Ok(delivered);
        }
        self.stranger = None;
        if ahead >= 0 {
            self.advance(expected, &datagram, reads, &mut delivered);
        }
        Ok(delivered)
    }

    /// Whether [`Receiver::receive`] would give packets up that a datagram still on its way may
    /// bring: the one given is ahead of its turn and does not make up for those before it.
    #[must_use]
    pub fn leaves_gap(&self, octets: &[u8], reads: &dyn Fn(&[u8]) -> bool) -> bool {
        let (Some(expected), Ok(datagram)) = (self.expected, Datagram::parse(octets)) else {
            return false;
        };
        let missing = datagram.sequence.wrapping_sub(expected);
        ahead(datagram.sequence, expected) > 0
            && missing <= Self::WINDOW
            && (1..=missing).any(|back| self.recover(usize::from(back), &datagram, reads).is_none())
    }

    /// Takes a datagram while nothing was accepted yet: the packets that it repeats count as well.
    fn begin(
        &mut self,
        datagram: &Datagram<'_>,
        reads: &dyn Fn(&[u8]) -> bool,
        delivered: &mut Vec<Delivered>,
    ) -> Result<(), UdptlError> {
        // The version bits of RTP and RTCP. A far end may also begin with such a number.
        if datagram.sequence & 0xC000 == 0x8000 {
            self.meet_stranger(datagram, reads, 1, delivered);
            return if delivered.is_empty() { Err(UdptlError::NotUdptl) } else { Ok(()) };
        }
        if !reads(datagram.primary) {
            return Err(UdptlError::NotUdptl);
        }
        self.count_damage(datagram);
        let repeated = match &datagram.recovery {
            Recovery::Secondaries(packets) => {
                packets.iter().take_while(|packet| !packet.is_empty()).count()
            }
            Recovery::Parity { .. } => 0,
        };
        let repeated = u16::try_from(repeated).unwrap_or(0);
        self.advance(datagram.sequence.wrapping_sub(repeated), datagram, reads, delivered);
        Ok(())
    }

    fn count_damage(&mut self, datagram: &Datagram<'_>) {
        self.damaged = self.damaged.saturating_add(u32::from(datagram.damaged));
    }

    /// Holds a packet of a new stream until a second one, at least `step` later, agrees.
    fn meet_stranger(
        &mut self,
        datagram: &Datagram<'_>,
        reads: &dyn Fn(&[u8]) -> bool,
        step: i16,
        delivered: &mut Vec<Delivered>,
    ) {
        if datagram.damaged || !reads(datagram.primary) {
            self.stranger = None;
            return;
        }
        let agreed = self.stranger.take().filter(|(sequence, _)| {
            let ahead = ahead(datagram.sequence, *sequence);
            ahead >= step && ahead.unsigned_abs() <= Self::WINDOW
        });
        let Some((sequence, packet)) = agreed else {
            self.stranger = Some((datagram.sequence, datagram.primary.to_vec()));
            return;
        };
        self.memory.clear();
        if self.expected.is_some() {
            // How many are lost cannot be known; that some are is what counts.
            delivered.push(Delivered::Gap { missing: 1 });
        }
        let next = sequence.wrapping_add(1);
        self.deliver(sequence, packet, false, delivered);
        self.expected = Some(next);
        if datagram.sequence != sequence {
            self.advance(next, datagram, reads, delivered);
        }
    }

    /// Delivers what can be had of the packets from `expected` to the primary.
    fn advance(
        &mut self,
        expected: u16,
        datagram: &Datagram<'_>,
        reads: &dyn Fn(&[u8]) -> bool,
        delivered: &mut Vec<Delivered>,
    ) {
        let missing = datagram.sequence.wrapping_sub(expected);
        let mut lost = 0;
        for back in (1..=missing).rev() {
            let sequence = datagram.sequence.wrapping_sub(back);
            match self.recover(usize::from(back), datagram, reads) {
                None => lost += 1,
                Some(packet) => {
                    report_loss(&mut lost, delivered);
                    self.deliver(sequence, packet, true, delivered);
                }
            }
        }
        report_loss(&mut lost, delivered);
        self.deliver(datagram.sequence, datagram.primary.to_vec(), false, delivered);
        self.expected = Some(datagram.sequence.wrapping_add(1));
    }

    fn deliver(
        &mut self,
        sequence: u16,
        octets: Vec<u8>,
        recovered: bool,
        delivered: &mut Vec<Delivered>,
    ) {
        if self.memory.len() == Self::MEMORY {
            self.memory.pop_front();
        }
        self.memory.push_back((sequence, octets.clone()));
        if !octets.is_empty() {
            delivered.push(Delivered::Ifp { octets, recovered });
        }
    }

    /// The packet `back` before the primary of `datagram`.
    fn recover(
        &self,
        back: usize,
        datagram: &Datagram<'_>,
        reads: &dyn Fn(&[u8]) -> bool,
    ) -> Option<Vec<u8>> {
        match &datagram.recovery {
            Recovery::Secondaries(packets) => {
                let packet = packets.get(back - 1).filter(|packet| !packet.is_empty())?;
                Some(packet.to_vec())
            }
            Recovery::Parity { span, entries } => {
                let reach = usize::from(*span) * entries.len();
                if back > reach || reach > Self::MEMORY {
                    return None;
                }
                let step = entries.len();
                let place = (reach - back) % step;
                // Some senders write the newest entry first.
                let orders = [entries.get(place), entries.get(step - 1 - place)];
                orders.into_iter().flatten().find_map(|parity| {
                    let others = (0..usize::from(*span))
                        .map(|k| reach - place - k * step)
                        .filter(|&other| other != back)
                        .map(|other| self.remembered(datagram.sequence, other));
                    let packet = exclusive_or(parity, others)?;
                    reads(&packet).then_some(packet)
                })
            }
        }
    }

    /// The packet `back` before `sequence`.
    fn remembered(&self, sequence: u16, back: usize) -> Option<&[u8]> {
        let wanted = sequence.wrapping_sub(u16::try_from(back).ok()?);
        self.memory
            .iter()
            .rev()
            .find(|(sequence, _)| *sequence == wanted)
            .map(|(_, octets)| octets.as_slice())
    }
}

/// How far `sequence` is ahead of `base`; negative when it is older.
fn ahead(sequence: u16, base: u16) -> i16 {
    sequence.wrapping_sub(base).cast_signed()
}

fn report_loss(lost: &mut u16, delivered: &mut Vec<Delivered>) {
    if *lost > 0 {
        delivered.push(Delivered::Gap { missing: core::mem::take(lost) });
    }
}

/// The packet that makes `parity` out of `others`; `None` if one of them is not known or longer
/// than the parity.
fn exclusive_or<'a>(
    parity: &[u8],
    others: impl Iterator<Item = Option<&'a [u8]>>,
) -> Option<Vec<u8>> {
    let mut packet = parity.to_vec();
    for other in others {
        let other = other?;
        let covered = packet.get_mut(..other.len())?;
        for (octet, known) in covered.iter_mut().zip(other) {
            *octet ^= known;
        }
    }
    Some(packet)
}
