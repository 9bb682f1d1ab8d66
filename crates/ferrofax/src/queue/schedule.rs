//! Which job goes out on which line.

use crate::store::{JobId, PortId};

/// A line that may send now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeLine {
    /// The line.
    pub port: PortId,
    /// Its rank for outgoing calls, 1 first. faxcom IFaxPort::get_Priority
    pub priority: u32,
    /// Calls that it can take now.
    pub channels: u32,
}

/// Gives jobs to lines: the longest waiting first, each to the best line that is free. `due` is in
/// the order in which the jobs have waited.
#[must_use]
pub fn assign(due: &[JobId], lines: &[FreeLine]) -> Vec<(JobId, PortId)> {
    let mut lines = lines.to_vec();
    lines.sort_by_key(|line| (line.priority, line.port));
    let places = lines.iter().flat_map(|line| (0..line.channels).map(|_| line.port));
    due.iter().copied().zip(places).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_waiting_job_gets_the_best_line() {
        let line = |port, priority, channels| FreeLine { port: PortId(port), priority, channels };
        let check = |due: &[i64], lines: &[FreeLine], expected: &[(i64, i64)]| {
            let due: Vec<_> = due.iter().copied().map(JobId).collect();
            let got: Vec<_> = assign(&due, lines).into_iter().map(|(j, p)| (j.0, p.0)).collect();
            assert_eq!(got, expected);
        };
        check(&[7, 3], &[line(1, 2, 1), line(2, 1, 1)], &[(7, 2), (3, 1)]);
        check(&[7, 3, 9], &[line(1, 1, 2)], &[(7, 1), (3, 1)]);
        check(&[7], &[line(1, 1, 0)], &[]);
        check(&[], &[line(1, 1, 1)], &[]);
    }
}
