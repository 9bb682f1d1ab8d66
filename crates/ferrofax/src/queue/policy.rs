//! What becomes of a job when an attempt is over.

use std::time::Duration;

use crate::failure::{Failure, Retry};
use crate::store::{Ending, ServerProperties};

/// The wait for a line that could not place the call.
const NO_LINE_DELAY: Duration = Duration::from_secs(30);

/// What is known when an attempt is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Every page of the job is confirmed.
    pub complete: bool,
    /// The last confirmation was asked for, and neither given nor denied.
    pub uncertain: bool,
    /// A person wants the job gone.
    pub cancelled: bool,
    /// Why the call did not do what it was for.
    pub failure: Option<Failure>,
    /// Attempts so far that count, this one included.
    pub attempts: u32,
}

/// Decides what becomes of the job. Pages confirmed before stay confirmed whatever comes.
///
/// A complete job is sent, however the call ended. What may have arrived is never sent again by
/// itself. Everything else is tried as often as `Retries` says, if trying again makes sense.
#[must_use]
pub fn after_attempt(over: Over, server: &ServerProperties, now_us: i64) -> Ending {
    let failure = over.failure.unwrap_or(Failure::Call(g3::Failure::Internal));
    if over.complete {
        return Ending::Sent;
    }
    if over.cancelled {
        return Ending::Canceled;
    }
    if over.uncertain {
        return Ending::Uncertain(failure);
    }
    if failure == Failure::Call(g3::Failure::Cancelled) {
        // Nobody wants the job gone: the server is stopping and the call had to end.
        return Ending::Retry { due_us: now_us, failure };
    }
    if failure.retry() == Retry::Never {
        return Ending::Failed(failure);
    }
    if !failure.counts() {
        return Ending::Retry { due_us: after(now_us, NO_LINE_DELAY), failure };
    }
    if over.attempts > server.retries {
        return Ending::Failed(failure);
    }
    let delay = Duration::from_secs(u64::from(server.retry_delay_min) * 60);
    Ending::Retry { due_us: after(now_us, delay), failure }
}

fn after(now_us: i64, delay: Duration) -> i64 {
    now_us.saturating_add(i64::try_from(delay.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;
    const TEN_MINUTES: i64 = 600_000_000;
    const BUSY: Failure = Failure::Busy;
    const WRONG: Failure = Failure::NumberWrong;
    const BROKEN: Failure = Failure::Call(g3::Failure::LostInPage);
    const ASKED: Failure = Failure::Call(g3::Failure::LastPageUnconfirmed);

    fn over(failure: Option<Failure>, attempts: u32) -> Over {
        Over { complete: false, uncertain: false, cancelled: false, failure, attempts }
    }

    fn check(over: Over, ending: Ending) {
        assert_eq!(after_attempt(over, &ServerProperties::default(), NOW), ending, "{over:?}");
    }

    #[test]
    fn every_failure_leads_somewhere() {
        let again = |failure| Ending::Retry { due_us: NOW + TEN_MINUTES, failure };
        check(over(Some(BUSY), 1), again(BUSY));
        check(over(Some(BROKEN), 3), again(BROKEN));
        check(over(Some(BUSY), 4), Ending::Failed(BUSY));
        check(over(Some(WRONG), 1), Ending::Failed(WRONG));
        check(Over { uncertain: true, ..over(Some(ASKED), 1) }, Ending::Uncertain(ASKED));
        check(Over { uncertain: true, ..over(Some(BROKEN), 1) }, Ending::Uncertain(BROKEN));
        check(Over { cancelled: true, ..over(Some(BROKEN), 1) }, Ending::Canceled);
    }

    #[test]
    fn a_complete_fax_is_sent_however_the_call_ended() {
        check(Over { complete: true, ..over(Some(BROKEN), 1) }, Ending::Sent);
        check(Over { complete: true, cancelled: true, ..over(None, 1) }, Ending::Sent);
    }

    #[test]
    fn a_call_that_ended_well_without_all_pages_is_our_mistake() {
        let internal = Failure::Call(g3::Failure::Internal);
        check(over(None, 1), Ending::Retry { due_us: NOW + TEN_MINUTES, failure: internal });
    }

    #[test]
    fn a_call_that_a_stopping_server_ends_goes_on_at_the_next_start() {
        let failure = Failure::Call(g3::Failure::Cancelled);
        check(over(Some(failure), 4), Ending::Retry { due_us: NOW, failure });
    }

    #[test]
    fn waiting_for_a_line_costs_no_attempt() {
        let failure = Failure::NoOwnLine;
        check(over(Some(failure), 99), Ending::Retry { due_us: NOW + 30_000_000, failure });
    }
}
