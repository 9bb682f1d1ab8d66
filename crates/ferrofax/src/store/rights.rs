//! What a user may do.

use faxcom::api::Right;

/// A set of the specific rights of the Fax Service Client API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights(u32);

impl Rights {
    /// Every right.
    #[must_use]
    pub fn all() -> Self {
        Right::ALL.into_iter().collect()
    }

    /// Whether `right` is among them.
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Them, in the order of the API.
    #[must_use]
    pub fn list(self) -> Vec<Right> {
        Right::ALL.into_iter().filter(|right| self.has(*right)).collect()
    }

    /// As they are stored: the bits of an access mask. Bits that mean nothing are left out.
    pub(super) fn from_bits(bits: i64) -> Self {
        Right::ALL.into_iter().filter(|right| bits & i64::from(right.bit()) != 0).collect()
    }

    pub(super) const fn bits(self) -> i64 {
        self.0 as i64
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<T: IntoIterator<Item = Right>>(rights: T) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}
