use std::fmt;
use std::time::Duration;

use crate::Rng;

/// What the network does to every datagram.
#[derive(Debug, Clone, Copy, Default)]
pub struct Effects {
    /// How long a datagram travels.
    pub delay: Duration,
    /// Up to this much longer, at random.
    pub jitter: Duration,
    /// Datagrams lost, in a hundred.
    pub loss_percent: f64,
    /// Datagrams doubled, in a hundred.
    pub duplicate_percent: f64,
    /// Datagrams held back behind later ones, in a hundred.
    pub reorder_percent: f64,
}

/// What happens to one datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes its way.
    Pass,
    /// It is lost.
    Drop,
}

/// How long a datagram that is reordered is held back.
const REORDER: Duration = Duration::from_millis(60);

type Filter = Box<dyn FnMut(bool, &[u8]) -> Fate>;

/// The packet network between two ends.
pub struct Network {
    rng: Rng,
    effects: Effects,
    filter: Option<Filter>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("effects", &self.effects).finish_non_exhaustive()
    }
}

impl Network {
    /// A network with these effects; `seed` decides which datagrams they hit.
    #[must_use]
    pub fn new(seed: u64, effects: Effects) -> Self {
        Self { rng: Rng::new(seed), effects, filter: None }
    }

    /// A network that loses nothing and delays by 20 ms.
    #[must_use]
    pub fn calm() -> Self {
        Self::new(0, Effects { delay: Duration::from_millis(20), ..Effects::default() })
    }

    /// Asks `filter` about every datagram; its first argument is whether the caller sent it.
    #[must_use]
    pub fn with_filter(mut self, filter: impl FnMut(bool, &[u8]) -> Fate + 'static) -> Self {
        self.filter = Some(Box::new(filter));
        self
    }

    /// How long each copy of this datagram travels; none when it is lost.
    pub(crate) fn carry(&mut self, from_caller: bool, datagram: &[u8]) -> Vec<Duration> {
        let fate = self.filter.as_mut().map_or(Fate::Pass, |f| f(from_caller, datagram));
        if fate == Fate::Drop || self.rng.chance(self.effects.loss_percent) {
            return Vec::new();
        }
        let copies = 1 + usize::from(self.rng.chance(self.effects.duplicate_percent));
        (0..copies).map(|_| self.travel()).collect()
    }

    fn travel(&mut self) -> Duration {
        let jitter_us = u64::try_from(self.effects.jitter.as_micros()).unwrap_or(u64::MAX);
        let jitter = Duration::from_micros(self.rng.below(jitter_us));
        let late = self.rng.chance(self.effects.reorder_percent);
        self.effects.delay + jitter + if late { REORDER } else { Duration::ZERO }
    }
}
