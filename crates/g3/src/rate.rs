use core::fmt;

/// A modulation of the fast modem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modulation {
    /// V.27 ter: 2400 and 4800 bit/s.
    V27ter,
    /// V.29: 7200 and 9600 bit/s.
    V29,
    /// V.17: 7200 to 14400 bit/s.
    V17,
}

/// A rate of the fast modem together with its modulation. Bits 11 to 14 of Table 2/T.30.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    /// V.27 ter, 2400 bit/s.
    V27ter2400,
    /// V.27 ter, 4800 bit/s.
    V27ter4800,
    /// V.29, 7200 bit/s.
    V29At7200,
    /// V.29, 9600 bit/s.
    V29At9600,
    /// V.17, 7200 bit/s.
    V17At7200,
    /// V.17, 9600 bit/s.
    V17At9600,
    /// V.17, 12000 bit/s.
    V17At12000,
    /// V.17, 14400 bit/s.
    V17At14400,
}

impl Rate {
    /// Every rate, slowest first within its modulation.
    pub const ALL: [Self; 8] = [
        Self::V27ter2400,
        Self::V27ter4800,
        Self::V29At7200,
        Self::V29At9600,
        Self::V17At7200,
        Self::V17At9600,
        Self::V17At12000,
        Self::V17At14400,
    ];

    /// Bits per second on the line.
    #[must_use]
    pub const fn bps(self) -> u32 {
        match self {
            Self::V27ter2400 => 2400,
            Self::V27ter4800 => 4800,
            Self::V29At7200 | Self::V17At7200 => 7200,
            Self::V29At9600 | Self::V17At9600 => 9600,
            Self::V17At12000 => 12_000,
            Self::V17At14400 => 14_400,
        }
    }

    /// The modulation that carries this rate.
    #[must_use]
    pub const fn modulation(self) -> Modulation {
        match self {
            Self::V27ter2400 | Self::V27ter4800 => Modulation::V27ter,
            Self::V29At7200 | Self::V29At9600 => Modulation::V29,
            Self::V17At7200 | Self::V17At9600 | Self::V17At12000 | Self::V17At14400 => {
                Modulation::V17
            }
        }
    }
}

impl fmt::Display for Modulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V27ter => "V.27ter",
            Self::V29 => "V.29",
            Self::V17 => "V.17",
        })
    }
}

impl fmt::Display for Rate {
    /// Modulation and rate: `V.17 14400`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.modulation(), self.bps())
    }
}
