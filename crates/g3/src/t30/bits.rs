//! The bit string of DIS, DTC and DCS. T.30 5.3.6.2.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::table_2::{Field, Meaning, TABLE_2};
use super::{dcs, dis};

/// The most octets of the string that have a meaning.
pub const MAX_OCTETS: usize = 16;

/// The fewest octets of the string.
const MIN_OCTETS: usize = 3;

/// The bit of an octet that tells that another one follows, from the third octet on.
const EXTENSION: u8 = 0x01;

/// The frame that a bit string belongs to; some bits mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// DIS or DTC: abilities.
    Dis,
    /// DCS: what is used.
    Dcs,
}

/// The bits of a DIS, DTC or DCS. Extension bits are not kept: they are read by
/// [`Bits::from_fif`] and set by [`Bits::to_fif`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Bits([u8; MAX_OCTETS]);

impl Bits {
    /// Every bit 0.
    pub const NONE: Self = Self([0; MAX_OCTETS]);

    /// Reads a FIF. Octets after a cleared extension bit are ignored; missing ones count as 0, also
    /// where an extension bit announced them.
    #[must_use]
    pub fn from_fif(fif: &[u8]) -> Self {
        let mut bits = Self::NONE;
        for (index, (slot, octet)) in bits.0.iter_mut().zip(fif).enumerate() {
            let may_extend = index + 1 >= MIN_OCTETS;
            *slot = if may_extend { octet & !EXTENSION } else { *octet };
            if may_extend && octet & EXTENSION == 0 {
                break;
            }
        }
        bits
    }

    /// The FIF: three octets or as many as are needed, with their extension bits.
    #[must_use]
    pub fn to_fif(&self) -> Vec<u8> {
        let used = self.0.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
        let length = used.max(MIN_OCTETS);
        let mut fif: Vec<u8> = self.0.iter().take(length).copied().collect();
        for octet in fif.iter_mut().take(length - 1).skip(MIN_OCTETS - 1) {
            *octet |= EXTENSION;
        }
        fif
    }

    /// Bit `bit`, counted from 1 in line order; false outside the table and for extension bits.
    #[must_use]
    pub fn get(&self, bit: u8) -> bool {
        let Some((octet, mask)) = place(bit) else { return false };
        self.0.get(octet).is_some_and(|octet| octet & mask != 0)
    }

    /// Sets bit `bit`, counted from 1 in line order. Bits outside the table and extension bits
    /// cannot be set.
    pub fn set(&mut self, bit: u8, on: bool) {
        if let Some((octet, mask)) = place(bit)
            && let Some(octet) = self.0.get_mut(octet)
        {
            *octet = if on { *octet | mask } else { *octet & !mask };
        }
    }

    /// The bits from `first` to `last` as a number: the first on the line is the most significant,
    /// as the Recommendation prints them.
    #[must_use]
    pub fn field(&self, first: u8, last: u8) -> u8 {
        (first..=last).fold(0, |value, bit| value << 1 | u8::from(self.get(bit)))
    }

    /// Sets the bits from `first` to `last` to a number as [`Bits::field`] reads it.
    pub fn set_field(&mut self, first: u8, last: u8, value: u8) {
        for (shift, bit) in (first..=last).rev().enumerate() {
            self.set(bit, value >> shift & 1 != 0);
        }
    }

    /// Every bit that is set and every field, one line each: `bit 27: ECM`.
    #[must_use]
    pub fn lines(&self, kind: Kind) -> Vec<String> {
        let mut lines = Vec::new();
        let mut shown = None;
        for row in &TABLE_2 {
            let meaning = match kind {
                Kind::Dis => row.in_dis,
                Kind::Dcs => row.in_dcs,
            };
            match meaning {
                Meaning::PartOf(field) if shown != Some(field) => {
                    shown = Some(field);
                    lines.extend(self.field_line(field, kind));
                }
                Meaning::Says(text) if self.get(row.bit) => {
                    lines.push(format!("bit {}: {text}", row.bit));
                }
                Meaning::SendZero if self.get(row.bit) => {
                    lines.push(format!("bit {}: has no meaning here", row.bit));
                }
                _ => {}
            }
        }
        lines
    }

    fn field_line(&self, field: Field, kind: Kind) -> Option<String> {
        let (first, last) = extent(field);
        let value = self.field(first, last);
        let text = match (field, kind) {
            (Field::Rate, Kind::Dis) => String::from(dis::modulations_text(value)),
            (Field::Rate, Kind::Dcs) => match dcs::rate_of_code(value) {
                Some(rate) => format!("{rate}"),
                None => String::from("reserved rate"),
            },
            (Field::Width, Kind::Dis) => String::from(match value {
                0b00 => "215 mm",
                0b10 => "215 and 255 mm",
                _ => "215, 255 and 303 mm",
            }),
            (Field::Width, Kind::Dcs) => String::from(match value {
                0b00 => "215 mm",
                0b10 => "255 mm",
                _ => "303 mm",
            }),
            (Field::Length, Kind::Dis) => String::from(match value {
                0b00 => "A4",
                0b10 => "A4 and B4",
                _ => "any length",
            }),
            (Field::Length, Kind::Dcs) => String::from(match value {
                0b00 => "A4",
                0b10 => "B4",
                _ => "any length",
            }),
            (Field::ScanTime, _) => {
                let (standard, fine) = dis::scan_times_ms(value);
                if standard == fine {
                    format!("{standard} ms per line")
                } else {
                    format!("{standard} ms per standard line, {fine} ms per fine line")
                }
            }
            (Field::MixedRaster | Field::SharedMemory | Field::Profile, _) if value == 0 => {
                return None;
            }
            (Field::MixedRaster, _) => format!("T.44 mode {}", weighted(value)),
            (Field::SharedMemory, _) => format!("shared memory level {value}"),
            (Field::Profile, _) => format!("T.88 and T.89 profile code {}", weighted(value)),
        };
        Some(format!("bits {first}-{last}: {text}"))
    }
}

/// The first and the last bit of a field.
const fn extent(field: Field) -> (u8, u8) {
    match field {
        Field::Rate => (11, 14),
        Field::Width => (17, 18),
        Field::Length => (19, 20),
        Field::ScanTime => (21, 23),
        Field::MixedRaster => (92, 94),
        Field::SharedMemory => (117, 118),
        Field::Profile => (124, 126),
    }
}

/// The value of a field of three bits whose first bit has the weight 1.
const fn weighted(value: u8) -> u8 {
    (value & 0b001) << 2 | value & 0b010 | value >> 2
}

/// Octet and mask of a bit that can be set.
fn place(bit: u8) -> Option<(usize, u8)> {
    let row = TABLE_2.get(usize::from(bit.checked_sub(1)?))?;
    if row.in_dis == Meaning::Extension {
        return None;
    }
    Some((usize::from((bit - 1) / 8), 0x80 >> ((bit - 1) % 8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_as_the_recommendation_prints_them() {
        let bits = Bits::from_fif(&[0x20, 0x77, 0x1F, 0x23, 0x01, 0x89, 0x01, 0x01, 0x01, 0x18]);
        let set: Vec<u8> = (1..=128).filter(|&bit| bits.get(bit)).collect();
        assert_eq!(set, [3, 10, 11, 12, 14, 15, 16, 20, 21, 22, 23, 27, 31, 41, 45, 76, 77]);
        assert_eq!(bits.field(11, 14), 0b1101);
        let mut same = Bits::NONE;
        for bit in set {
            same.set(bit, true);
        }
        assert_eq!(same.to_fif(), [0x20, 0x77, 0x1F, 0x23, 0x01, 0x89, 0x01, 0x01, 0x01, 0x18]);
    }

    #[test]
    fn extension_bits_decide_what_counts() {
        let short = Bits::from_fif(&[0x00, 0x46, 0x1E, 0xFF]);
        assert_eq!(short.to_fif(), [0x00, 0x46, 0x1E], "what follows a cleared bit is ignored");
        let announced = Bits::from_fif(&[0x00, 0x46, 0x1F]);
        assert_eq!(announced.to_fif(), [0x00, 0x46, 0x1E], "what is missing is 0");
        assert_eq!(Bits::from_fif(&[0x00]).to_fif(), [0, 0, 0]);
        let all = Bits::from_fif(&[0xFF; 20]).to_fif();
        assert_eq!(all, [&[0xFF; 15][..], &[0xFE]].concat());
        let mut bits = Bits::NONE;
        for bit in [0, 24, 128, 129, 255] {
            bits.set(bit, true);
            assert!(!bits.get(bit), "bit {bit}");
        }
        assert_eq!(bits, Bits::NONE);
    }

    #[test]
    fn a_dis_prints_its_bits_and_fields() {
        let fif = [0x20, 0x77, 0x5F, 0x23, 0x01, 0xEB, 0xC1, 0x01, 0x01, 0x18];
        let expected = "\
            bit 3: real-time fax over IP (T.38)\n\
            bit 10: can receive a fax\n\
            bits 11-14: V.27ter, V.29 and V.17\n\
            bit 15: fine: 7.7 lines/mm or 200 dpi\n\
            bit 16: MR coding\n\
            bits 17-18: 215, 255 and 303 mm\n\
            bits 19-20: any length\n\
            bits 21-23: 0 ms per line\n\
            bit 27: ECM\n\
            bit 31: MMR coding (T.6)\n\
            bit 41: superfine: 15.4 lines/mm\n\
            bit 42: 300 x 300 dpi\n\
            bit 43: 16 pels/mm x 15.4 lines/mm or 400 x 400 dpi\n\
            bit 45: metric resolution preferred\n\
            bit 47: selective polling (SEP)\n\
            bit 49: subaddress (SUB)\n\
            bit 50: password (PWD)\n\
            bit 76: North American letter\n\
            bit 77: North American legal";
        assert_eq!(Bits::from_fif(&fif).lines(Kind::Dis).join("\n"), expected);
    }

    #[test]
    fn a_dcs_prints_what_is_used() {
        let expected = "\
            bit 10: receives a fax\n\
            bits 11-14: V.17 14400\n\
            bits 17-18: 215 mm\n\
            bits 19-20: any length\n\
            bits 21-23: 0 ms per line\n\
            bit 27: ECM\n\
            bit 31: MMR coding (T.6)\n\
            bit 49: subaddress (SUB) was sent";
        let fif = [0x00, 0x44, 0x1F, 0x23, 0x01, 0x01, 0x80];
        assert_eq!(Bits::from_fif(&fif).lines(Kind::Dcs).join("\n"), expected);
    }
}
