use std::cmp::Reverse;
use std::collections::BinaryHeap;

use g3::Time;

use crate::end::{End, Receipt};
use crate::ladder::Ladder;
use crate::network::Network;

/// No simulated call may last longer: every wait in a call has a bound, so this is never reached.
const LONGEST_CALL: Time = Time::from_millis(4 * 3600 * 1000);

/// A datagram on its way: when it arrives, a number that keeps the order, whether the caller gets
/// it, and its octets.
type Travelling = Reverse<(Time, u64, bool, Vec<u8>)>;

/// Two ends and the network between them.
#[derive(Debug)]
pub struct World {
    caller: End,
    answerer: End,
    network: Network,
    ladder: Ladder,
    travelling: BinaryHeap<Travelling>,
    count: u64,
}

/// What is left when the call is over.
#[derive(Debug)]
pub struct Outcome {
    /// What the caller has to show.
    pub caller: Receipt,
    /// What the answerer has to show.
    pub answerer: Receipt,
    /// What went over the wire.
    pub ladder: String,
    /// How long it took.
    pub ended: Time,
}

impl World {
    /// Both ends, not yet connected.
    #[must_use]
    pub fn new(caller: End, answerer: End, network: Network) -> Self {
        Self {
            caller,
            answerer,
            network,
            ladder: Ladder::default(),
            travelling: BinaryHeap::new(),
            count: 0,
        }
    }

    /// Runs the call until both ends are done.
    ///
    /// # Panics
    /// When the call lasts longer than any bound of T.30 allows.
    #[must_use]
    pub fn run(mut self) -> Outcome {
        let mut now = Time::ZERO;
        let datagrams = self.answerer.start(now);
        self.send(now, false, datagrams);
        let datagrams = self.caller.start(now);
        self.send(now, true, datagrams);
        while !(self.caller.is_over() && self.answerer.is_over()) {
            let arrival = self.travelling.peek().map(|Reverse((at, ..))| *at);
            let next = [arrival, self.caller.next(), self.answerer.next()];
            let Some(at) = next.into_iter().flatten().min() else {
                panic!("at {now} s nothing is due and the call is not over:\n{}", self.ladder)
            };
            now = now.max(at);
            assert!(now < LONGEST_CALL, "the call does not end:\n{}", self.ladder);
            self.step(now);
        }
        Outcome {
            caller: self.caller.into_receipt(),
            answerer: self.answerer.into_receipt(),
            ladder: self.ladder.to_string(),
            ended: now,
        }
    }

    fn step(&mut self, now: Time) {
        while let Some(Reverse((at, ..))) = self.travelling.peek()
            && *at <= now
            && let Some(Reverse((_, _, to_caller, octets))) = self.travelling.pop()
        {
            let end = if to_caller { &mut self.caller } else { &mut self.answerer };
            let datagrams = end.datagram(now, &octets);
            self.send(now, to_caller, datagrams);
        }
        for is_caller in [true, false] {
            let end = if is_caller { &mut self.caller } else { &mut self.answerer };
            if end.next().is_some_and(|at| at <= now) {
                let datagrams = end.timeout(now);
                self.send(now, is_caller, datagrams);
            }
        }
    }

    fn send(&mut self, now: Time, from_caller: bool, datagrams: Vec<Vec<u8>>) {
        for datagram in datagrams {
            self.ladder.sent(now, from_caller, &datagram);
            for travel in self.network.carry(from_caller, &datagram) {
                self.count += 1;
                let item = (now + travel, self.count, !from_caller, datagram.clone());
                self.travelling.push(Reverse(item));
            }
        }
    }
}
