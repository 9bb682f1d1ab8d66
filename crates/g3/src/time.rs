use core::fmt;
use core::ops::Add;
use core::time::Duration;

/// A moment of a call, counted from its start.
///
/// It is a count, not a clock: the driver says what time it is. One sample at 8 kHz is 125 us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(Duration);

impl Time {
    /// The start of the call.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// The moment `ms` milliseconds after the start.
    #[must_use]
    pub const fn from_millis(ms: u64) -> Self {
        Self(Duration::from_millis(ms))
    }

    /// The moment `us` microseconds after the start.
    #[must_use]
    pub const fn from_micros(us: u64) -> Self {
        Self(Duration::from_micros(us))
    }

    /// How long the call has lasted at this moment.
    #[must_use]
    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// How long this moment comes after `earlier`; zero when it comes before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.saturating_add(rhs))
    }
}

impl fmt::Display for Time {
    /// Seconds with three decimals: `12.345`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0.as_secs(), self.0.subsec_millis())
    }
}
