//! The one clock of the server, so that whole-server tests may run scaled.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time and waits. `scale` fax seconds pass in one real second.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    scale: f64,
    wall_start_us: i64,
    start: Instant,
}

/// A test aid: how many fax seconds pass in one real second of the process.
const SCALE_VARIABLE: &str = "FERROFAX_CLOCK_SCALE";

impl Clock {
    /// The clock of this process: real time, unless a test sets `FERROFAX_CLOCK_SCALE`. A value
    /// that is no scale is real time, too.
    #[must_use]
    pub fn of_process() -> Self {
        let scale = std::env::var(SCALE_VARIABLE).ok().and_then(|text| text.parse().ok());
        scale.filter(|s: &f64| s.is_finite() && *s > 0.0).map_or_else(Self::real, Self::scaled)
    }

    /// Real time.
    #[must_use]
    pub fn real() -> Self {
        Self::scaled(1.0)
    }

    /// `scale` seconds pass on this clock in one real second.
    ///
    /// # Panics
    /// When `scale` is not a positive finite number.
    #[must_use]
    pub fn scaled(scale: f64) -> Self {
        assert!(scale.is_finite() && scale > 0.0, "a clock's scale is a positive number");
        Self { scale, wall_start_us: wall_us(), start: Instant::now() }
    }

    /// Microseconds since 1970, UTC. Real time follows the system when its clock is set: hours and
    /// days are meant as people read them, also after a machine started with a wrong date.
    #[must_use]
    pub fn now_us(&self) -> i64 {
        if self.scale == 1.0 {
            return wall_us();
        }
        let passed = self.start.elapsed().mul_f64(self.scale);
        self.wall_start_us.saturating_add(i64::try_from(passed.as_micros()).unwrap_or(i64::MAX))
    }

    /// The time on this clock since it was made; never goes back.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.duration(self.start.elapsed())
    }

    /// How much passes on this clock in this much real time.
    #[must_use]
    pub fn duration(&self, real: Duration) -> Duration {
        real.mul_f64(self.scale)
    }

    /// How long to wait in reality for `on_clock` to pass on this clock.
    #[must_use]
    pub fn real_duration(&self, on_clock: Duration) -> Duration {
        on_clock.div_f64(self.scale)
    }

    /// Waits until `on_clock` has passed on this clock.
    pub async fn sleep(&self, on_clock: Duration) {
        tokio::time::sleep(self.real_duration(on_clock)).await;
    }
}

fn wall_us() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_time_is_the_time_of_the_system_and_scaled_time_runs_from_there() {
        // As if the system's clock had been set forward by an hour since the start.
        let behind =
            |scale| Clock { wall_start_us: wall_us() - 3_600_000_000, ..Clock::scaled(scale) };
        let before = wall_us();
        let now = behind(1.0).now_us();
        assert!((before..=wall_us()).contains(&now));
        assert!(behind(2.0).now_us() < before);
    }
}
