//! Which line the next job goes out on, and under which name.

use crate::store::{Job, Port, PortId, ServerProperties};

/// A line that may send now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeLine {
    /// The line.
    pub port: PortId,
    /// Its rank for outgoing calls, 1 first. faxcom IFaxPort::get_Priority
    pub priority: u32,
    /// Calls that it can take now.
    pub room: u32,
}

/// The best line that has room; of equal ones the older.
#[must_use]
pub fn choose(lines: &[FreeLine]) -> Option<PortId> {
    let free = lines.iter().filter(|line| line.room > 0);
    free.min_by_key(|line| (line.priority, line.port)).map(|line| line.port)
}

/// The TSI of a call: the line's, or the job's where the server allows it and the job has one.
/// faxcom IFaxServer::put_UseDeviceTsid
pub(crate) fn tsi(job: &Job, line: &Port, server: &ServerProperties) -> g3::Ident {
    let own = g3::Ident::new(&job.tsid);
    if server.use_device_tsid || own.is_empty() { g3::Ident::new(&line.tsid.value) } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_line_with_room_is_chosen() {
        let line = |port, priority, room| FreeLine { port: PortId(port), priority, room };
        let check = |lines: &[FreeLine], expected: Option<i64>| {
            assert_eq!(choose(lines), expected.map(PortId), "{lines:?}");
        };
        check(&[line(1, 2, 1), line(2, 1, 1)], Some(2));
        check(&[line(1, 2, 1), line(2, 1, 0)], Some(1));
        check(&[line(2, 1, 1), line(1, 1, 1)], Some(1));
        check(&[line(1, 1, 0)], None);
        check(&[], None);
    }
}
