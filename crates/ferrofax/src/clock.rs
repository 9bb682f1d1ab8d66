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
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            scale,
            wall_start_us: i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX),
            start: Instant::now(),
        }
    }

    /// Microseconds since 1970, UTC.
    #[must_use]
    pub fn now_us(&self) -> i64 {
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
