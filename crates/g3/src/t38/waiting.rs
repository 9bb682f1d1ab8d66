//! Datagrams that came ahead of their turn and wait for those before them.
//!
//! A terminal has the time that a gateway has not: a packet that the network held back is worth a
//! short wait, above all when the far end sends no redundancy.

use alloc::vec::Vec;
use core::time::Duration;

use crate::Time;

/// How long a datagram waits for those before it.
const PATIENCE: Duration = Duration::from_millis(100);
/// The most datagrams that wait; more means that one is lost, not late.
const MOST: usize = 8;

/// The datagrams that wait, in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    datagrams: Vec<(Time, Vec<u8>)>,
}

impl Waiting {
    /// Keeps a datagram until what it waits for has come, or does not come.
    pub(crate) fn put(&mut self, now: Time, datagram: &[u8]) {
        if !self.datagrams.iter().any(|(_, kept)| kept == datagram) {
            self.datagrams.push((now + PATIENCE, datagram.to_vec()));
        }
    }

    /// Takes one whose turn has come: it leaves no gap any more, or has waited long enough.
    pub(crate) fn take(
        &mut self,
        now: Time,
        leaves_gap: impl Fn(&[u8]) -> bool,
    ) -> Option<Vec<u8>> {
        let fits = self.datagrams.iter().position(|(_, datagram)| !leaves_gap(datagram));
        let at = fits.or_else(|| {
            // The earliest number first: it gives the fewest packets up.
            let over = self.datagrams.len() > MOST || self.deadline().is_some_and(|at| at <= now);
            let numbers = self.datagrams.iter().enumerate();
            let first = numbers.min_by_key(|(_, (_, datagram))| number(datagram, self.base()));
            first.filter(|_| over).map(|(at, _)| at)
        })?;
        Some(self.datagrams.remove(at).1)
    }

    /// When the next one has waited long enough.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.datagrams.iter().map(|(deadline, _)| *deadline).min()
    }

    /// Any number of those that wait, to compare the others with: numbers wrap.
    fn base(&self) -> u16 {
        self.datagrams.first().map_or(0, |(_, datagram)| sequence(datagram))
    }
}

/// How far a datagram is from `base`; they are never half the range apart.
fn number(datagram: &[u8], base: u16) -> i16 {
    sequence(datagram).wrapping_sub(base).cast_signed()
}

fn sequence(datagram: &[u8]) -> u16 {
    datagram.first_chunk().map_or(0, |number| u16::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_datagram_lets_the_others_go_in_order() {
        let mut waiting = Waiting::default();
        waiting.put(Time::ZERO, &[0, 7]);
        waiting.put(Time::ZERO, &[0, 6]);
        waiting.put(Time::ZERO, &[0, 6]);
        assert_eq!(waiting.take(Time::ZERO, |_| true), None);
        assert_eq!(waiting.take(Time::ZERO, |d| d[1] != 6), Some([0, 6].to_vec()));
        assert_eq!(waiting.take(Time::ZERO, |_| false), Some([0, 7].to_vec()));
        assert_eq!(waiting.deadline(), None);
    }

    #[test]
    fn nothing_waits_for_ever() {
        let mut waiting = Waiting::default();
        waiting.put(Time::ZERO, &[0x00, 0x01]);
        waiting.put(Time::from_millis(10), &[0xFF, 0xFF]);
        let later = Time::ZERO + PATIENCE;
        assert_eq!(waiting.take(later, |_| true), Some([0xFF, 0xFF].to_vec()), "it came before");
        assert_eq!(waiting.take(later, |_| true), Some([0x00, 0x01].to_vec()));
    }
}
