//! The lines of this process and the calls that they have room for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;
use crate::store::PortId;

/// Room for calls, shared by everything that places or takes calls. A call in either direction
/// holds a [`Seat`] as long as it lasts.
#[derive(Debug, Clone)]
pub struct Lines {
    lines: Arc<[Line]>,
    freed: Arc<Notify>,
}

#[derive(Debug)]
struct Line {
    port: PortId,
    name: String,
    channels: u32,
    room: Arc<Semaphore>,
}

/// Room for one call on a line.
#[derive(Debug)]
pub struct Seat {
    permit: Option<OwnedSemaphorePermit>,
    freed: Arc<Notify>,
}

impl Lines {
    /// Lines by id, name and the number of calls they carry at once.
    #[must_use]
    pub fn new(lines: impl IntoIterator<Item = (PortId, String, u32)>) -> Self {
        let line = |(port, name, channels): (PortId, String, u32)| Line {
            port,
            name,
            channels,
            room: Arc::new(Semaphore::new(usize::try_from(channels).unwrap_or(usize::MAX))),
        };
        Self { lines: lines.into_iter().map(line).collect(), freed: Arc::default() }
    }

    /// The line of that name.
    #[must_use]
    pub fn port(&self, name: &str) -> Option<PortId> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.port)
    }

    /// How many more calls a line can carry now.
    #[must_use]
    pub fn room(&self, port: PortId) -> u32 {
        self.line(port)
            .map_or(0, |line| u32::try_from(line.room.available_permits()).unwrap_or(u32::MAX))
    }

    /// Takes room for one call.
    #[must_use]
    pub fn take(&self, port: PortId) -> Option<Seat> {
        let permit = Arc::clone(&self.line(port)?.room).try_acquire_owned().ok()?;
        Some(Seat { permit: Some(permit), freed: Arc::clone(&self.freed) })
    }

    /// Waits until a call is over somewhere.
    pub async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Waits until no line has a call, `longest` on the clock at most; whether it came to that.
    /// Nobody takes a seat meanwhile or after.
    pub async fn quiet(&self, clock: &Clock, longest: Duration) -> bool {
        let all = async {
            for line in self.lines.iter() {
                let Ok(seats) = Arc::clone(&line.room).acquire_many_owned(line.channels).await
                else {
                    continue;
                };
                seats.forget();
                line.room.close();
            }
        };
        tokio::time::timeout(clock.real_duration(longest), all).await.is_ok()
    }

    fn line(&self, port: PortId) -> Option<&Line> {
        self.lines.iter().find(|line| line.port == port)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.freed.notify_one();
    }
}
