//! One end of the T.38 path: paces what T.30 sends and reads what comes.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use super::ifp::{Decoder, Ifp, Indicator, Syntax};
use super::receive::Reception;
use super::transmit::{Packet, Shape, Transmission};
use super::udptl::{Delivered, Receiver, Sender};
use super::waiting::Waiting;
use crate::t30::signal::{Heard, Tone, Transmit};
use crate::{T38Config, Time};

/// Silence between any two signals on the line, 75 ms +-20 ms. T.30 5.
const TURNAROUND: Duration = Duration::from_millis(75);
/// Silence at the start of a call. T.30 4.3.1.
const LEAD_IN: Duration = Duration::from_millis(200);
/// Octets of a data packet besides its data. T.38 7.1.
const IFP_HEADER: usize = 5;
/// A driver that is later than this does not make up for it with a burst of packets.
const MAX_LATENESS: Duration = Duration::from_millis(1000);
/// How long after the last frame of a turn its end may come; some far ends never send it.
const END_WAIT: Duration = Duration::from_millis(500);
/// The longest packet, in octets, whatever the far end takes.
const MAX_IFP: usize = 300;

/// What the terminal has for its owner.
#[derive(Debug)]
pub(crate) enum Sign {
    /// Send this to the far end.
    Datagram(Vec<u8>),
    /// This came from the far end.
    Heard(Heard),
    /// The last thing that was to be said has left; the line is silent soon.
    Said,
    /// Everything that was to be sent has left.
    Sent,
}

/// A signal on its way out, and when its next packet is due.
#[derive(Debug)]
struct Current {
    transmission: Transmission,
    next: Option<(Time, Packet, u32)>,
    /// Octets of the page that have left with it.
    image: u32,
}

/// A T.38 terminal.
#[derive(Debug)]
pub(crate) struct Terminal {
    syntax: Syntax,
    sender: Sender,
    receiver: Receiver,
    waiting: Waiting,
    decoder: Decoder,
    reception: Reception,
    queue: VecDeque<Transmit>,
    current: Option<Current>,
    /// A turn whose end has not come ends then.
    end_at: Option<Time>,
    /// No signal of ours begins earlier.
    free_at: Time,
    signs: VecDeque<Sign>,
    shape: Shape,
    /// Packets that could not be read.
    unreadable: u32,
}

impl Terminal {
    pub(crate) fn new(config: &T38Config) -> Self {
        let syntax = Syntax::of_version(config.version);
        let sender = Sender::new(config.max_datagram, config.redundancy);
        let max_chunk = sender.max_packet(0).min(MAX_IFP).saturating_sub(IFP_HEADER).max(1);
        Self {
            syntax,
            sender,
            receiver: Receiver::new(),
            waiting: Waiting::default(),
            decoder: Decoder::new(syntax),
            reception: Reception::new(),
            queue: VecDeque::new(),
            current: None,
            end_at: None,
            free_at: Time::ZERO,
            signs: VecDeque::new(),
            shape: Shape { max_chunk, twice: config.redundancy == 0 },
            unreadable: 0,
        }
    }

    /// The path is open: tells the far end so, which also opens its way back to us.
    pub(crate) fn start(&mut self, now: Time) {
        self.silence();
        self.free_at = now + LEAD_IN;
    }

    /// Queues a signal.
    pub(crate) fn transmit(&mut self, now: Time, signal: Transmit) {
        self.stop_tone(now);
        self.queue.push_back(signal);
        self.begin(now);
    }

    /// Drops what is being sent and what is queued.
    pub(crate) fn abort(&mut self, now: Time) {
        self.queue.clear();
        if self.current.take().is_some() {
            self.silence();
            self.free_at = self.free_at.max(now + TURNAROUND);
        }
    }

    /// Takes a datagram from the far end.
    pub(crate) fn receive(&mut self, now: Time, datagram: &[u8]) {
        if self.leaves_gap(datagram) {
            self.waiting.put(now, datagram);
        } else {
            self.read(now, datagram);
        }
        self.read_waiting(now);
    }

    /// Reads the datagrams that need not wait any more.
    fn read_waiting(&mut self, now: Time) {
        let mut waiting = core::mem::take(&mut self.waiting);
        while let Some(datagram) = waiting.take(now, |datagram| self.leaves_gap(datagram)) {
            self.read(now, &datagram);
        }
        self.waiting = waiting;
    }

    fn leaves_gap(&self, datagram: &[u8]) -> bool {
        self.receiver.leaves_gap(datagram, &|octets| self.decoder.reads(octets))
    }

    fn read(&mut self, now: Time, datagram: &[u8]) {
        let decoder = &self.decoder;
        let delivered = self.receiver.receive(datagram, &|octets| decoder.reads(octets));
        self.unreadable = self.unreadable.saturating_add(u32::from(delivered.is_err()));
        for item in delivered.into_iter().flatten() {
            match item {
                Delivered::Gap { missing } => {
                    self.decoder.lost();
                    self.reception.gap(missing);
                }
                Delivered::Ifp { octets, .. } => match self.decoder.decode(&octets) {
                    Ok(ifp) => self.reception.packet(ifp),
                    Err(_) => self.unreadable = self.unreadable.saturating_add(1),
                },
            }
        }
        self.end_at = match self.reception.awaits_end() {
            true => self.end_at.or(Some(now + END_WAIT)),
            false => None,
        };
        self.hear(now);
    }

    /// Passes on what was heard.
    fn hear(&mut self, now: Time) {
        while let Some(heard) = self.reception.poll() {
            match heard {
                Heard::Flags | Heard::Tone(Tone::Ced) => self.stop_tone(now),
                Heard::Turn { .. } | Heard::CarrierEnd => {
                    self.free_at = self.free_at.max(now + TURNAROUND);
                }
                _ => {}
            }
            self.signs.push_back(Sign::Heard(heard));
        }
    }

    /// Sends what is due at `now`.
    pub(crate) fn handle_timeout(&mut self, now: Time) {
        self.read_waiting(now);
        if self.end_at.is_some_and(|at| at <= now) {
            self.end_at = None;
            self.reception.end_of_turn();
            self.hear(now);
        }
        while let Some(current) = &mut self.current {
            match current.next.take() {
                Some((due, packet, octets)) if due <= now => {
                    current.image = current.image.saturating_add(octets);
                    let due = due.max(earliest(now));
                    current.next = current
                        .transmission
                        .next_step()
                        .map(|step| (due + step.after, step.packet, step.image));
                    if self.queue.is_empty() && packet.ends_signal() {
                        self.signs.push_back(Sign::Said);
                    }
                    self.send(&packet);
                }
                Some(later) => {
                    current.next = Some(later);
                    return;
                }
                None => {
                    self.current = None;
                    self.free_at = self.free_at.max(now + TURNAROUND);
                    if self.queue.is_empty() {
                        self.signs.push_back(Sign::Sent);
                    }
                    self.begin(now);
                }
            }
        }
    }

    /// The next thing for the owner.
    pub(crate) fn poll(&mut self) -> Option<Sign> {
        self.signs.pop_front()
    }

    /// When [`Terminal::handle_timeout`] is due.
    pub(crate) fn poll_timeout(&self) -> Option<Time> {
        let packet = self
            .current
            .as_ref()
            .map(|current| current.next.as_ref().map_or(Time::ZERO, |(due, ..)| *due));
        packet.into_iter().chain(self.waiting.deadline()).chain(self.end_at).min()
    }

    /// Octets of image that have left with the signal on its way.
    pub(crate) fn image_octets(&self) -> u32 {
        self.current.as_ref().map_or(0, |current| current.image)
    }

    fn begin(&mut self, now: Time) {
        if self.current.is_some() {
            return;
        }
        let Some(signal) = self.queue.pop_front() else { return };
        let mut transmission = Transmission::new(signal, self.shape);
        let start = now.max(self.free_at);
        let next =
            transmission.next_step().map(|step| (start + step.after, step.packet, step.image));
        self.current = Some(Current { transmission, next, image: 0 });
    }

    /// The calling tone ends when something else begins.
    fn stop_tone(&mut self, now: Time) {
        if self.current.as_ref().is_some_and(|current| current.transmission.is_cng()) {
            self.abort(now);
        }
    }

    fn silence(&mut self) {
        self.send(&Packet::New(Ifp::Indicator(Indicator::NoSignal)));
        self.send(&Packet::Again);
        self.send(&Packet::Again);
    }

    fn send(&mut self, packet: &Packet) {
        let datagram = match packet {
            Packet::New(ifp) => {
                debug_assert!(ifp.is_portable(), "far ends read {ifp} in different ways");
                self.sender.send(&ifp.encode(self.syntax))
            }
            Packet::Again => match self.sender.repeat() {
                Some(datagram) => datagram.to_vec(),
                None => return,
            },
        };
        self.signs.push_back(Sign::Datagram(datagram));
    }
}

/// What was due before this moment counts as due at it.
fn earliest(now: Time) -> Time {
    Time::ZERO + now.since_start().saturating_sub(MAX_LATENESS)
}
