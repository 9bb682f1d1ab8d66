//! Every timer of a call. T.30 5.4.3.1.

use core::time::Duration;

use crate::{Time, Timer};

/// T0: from the end of dialling to a sign of the far end. T.30 5.4.3.1.
pub(crate) const T0: Duration = Duration::from_secs(60);
/// T1: how long both ends try to identify each other, 35 s +-5 s. T.30 5.4.3.1.
pub(crate) const T1: Duration = Duration::from_secs(35);
/// T2: how long a terminal waits for a command, 6 s +-1 s; the far end's path may be slow, so the
/// longest lawful value. T.30 5.4.3.1.
pub(crate) const T2: Duration = Duration::from_secs(7);
/// T4: how long the answer to a command may take, 3 s +-15 %; the longest lawful value.
/// T.30 5.4.3.1.
pub(crate) const T4: Duration = Duration::from_millis(3450);
/// T4 on a path that has shown to be slower: the answer to a command came while the command was
/// being repeated. Packets travel longer than T.30 foresaw for a telephone line.
pub(crate) const T4_SLOW: Duration = Duration::from_millis(7000);
/// T5: how long a receiver may say that it is not ready, 60 s +-5 s. T.30 A.5.4.1.
pub(crate) const T5: Duration = Duration::from_secs(60);
/// The longest that one V.21 turn may take before the timers go on without its end.
const TURN_LIMIT: Duration = Duration::from_secs(10);

const COUNT: usize = 6;

#[derive(Debug, Clone, Copy)]
struct Running {
    deadline: Time,
    /// What was left when a frame began to arrive.
    held: Option<Duration>,
}

/// The running timers of T.30.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    slots: [Option<Running>; COUNT],
    /// A turn is arriving; until then it may hold timers.
    arriving: Option<Time>,
}

/// The timers that stand still while a turn arrives.
const HELD: [Timer; 3] = [Timer::T1, Timer::T2, Timer::T4];

impl Timers {
    /// Starts `timer` anew: it expires `after` from `now`, or from the end of the turn that is
    /// arriving.
    pub(crate) fn start(&mut self, timer: Timer, now: Time, after: Duration) {
        *self.slot(timer) = Some(Running { deadline: now + after, held: None });
        if self.arriving.is_some_and(|until| until > now) && HELD.contains(&timer) {
            self.hold_one(timer, now);
        }
    }

    pub(crate) fn stop(&mut self, timer: Timer) {
        *self.slot(timer) = None;
    }

    pub(crate) fn stop_all(&mut self) {
        self.slots = [None; COUNT];
    }

    pub(crate) fn is_running(&self, timer: Timer) -> bool {
        index(timer).and_then(|i| self.slots.get(i)).is_some_and(Option::is_some)
    }

    /// A frame began to arrive: T1, T2 and T4 stand still until [`Timers::release`].
    pub(crate) fn hold(&mut self, now: Time) {
        self.arriving.get_or_insert(now + TURN_LIMIT);
        for timer in HELD {
            self.hold_one(timer, now);
        }
    }

    /// Holds one timer; a turn that never ends makes none expire earlier.
    fn hold_one(&mut self, timer: Timer, now: Time) {
        let until = self.arriving.unwrap_or(now);
        if let Some(running) = self.slot(timer)
            && running.held.is_none()
        {
            running.held = Some(running.deadline.since(now));
            running.deadline = running.deadline.max(until);
        }
    }

    /// The frame is there, or was lost: held timers go on with what was left.
    pub(crate) fn release(&mut self, now: Time) {
        self.arriving = None;
        for running in self.slots.iter_mut().flatten() {
            if let Some(left) = running.held.take() {
                running.deadline = now + left;
            }
        }
    }

    /// The next timer to expire.
    pub(crate) fn next(&self) -> Option<(Time, Timer)> {
        ORDER
            .iter()
            .zip(&self.slots)
            .filter_map(|(timer, slot)| slot.map(|running| (running.deadline, *timer)))
            .min_by_key(|(deadline, _)| *deadline)
    }

    /// Takes a timer that has expired by `now`.
    pub(crate) fn expired(&mut self, now: Time) -> Option<Timer> {
        let (deadline, timer) = self.next()?;
        (deadline <= now).then(|| {
            self.stop(timer);
            timer
        })
    }

    fn slot(&mut self, timer: Timer) -> &mut Option<Running> {
        let i = index(timer).expect("pacing is the line's timer, not one of T.30");
        &mut self.slots[i]
    }
}

const ORDER: [Timer; COUNT] = [Timer::T0, Timer::T1, Timer::T2, Timer::T4, Timer::T5, Timer::Guard];

fn index(timer: Timer) -> Option<usize> {
    ORDER.iter().position(|t| *t == timer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_arrives_holds_the_response_timer() {
        let mut timers = Timers::default();
        timers.start(Timer::T4, Time::ZERO, T4);
        timers.hold(Time::from_millis(3000));
        assert_eq!(timers.expired(Time::from_millis(3600)), None);
        timers.release(Time::from_millis(4000));
        assert_eq!(timers.next(), Some((Time::from_millis(4450), Timer::T4)));
        assert_eq!(timers.expired(Time::from_millis(4450)), Some(Timer::T4));
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_timer_that_starts_while_a_turn_arrives_waits_for_its_end() {
        let mut timers = Timers::default();
        timers.hold(Time::ZERO);
        timers.start(Timer::T4, Time::from_millis(1000), T4);
        timers.start(Timer::T1, Time::from_millis(1000), T1);
        assert_eq!(timers.expired(Time::from_millis(6000)), None);
        assert_eq!(timers.next(), Some((Time::ZERO + TURN_LIMIT, Timer::T4)));
        timers.release(Time::from_millis(6000));
        assert_eq!(timers.next(), Some((Time::from_millis(9450), Timer::T4)));
    }

    #[test]
    fn a_turn_that_never_ends_holds_nothing_for_ever() {
        let mut timers = Timers::default();
        timers.start(Timer::T2, Time::ZERO, T2);
        timers.hold(Time::ZERO);
        timers.hold(Time::from_millis(5000));
        assert_eq!(timers.next(), Some((Time::ZERO + TURN_LIMIT, Timer::T2)));
    }
}
