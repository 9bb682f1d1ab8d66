//! Directories and the values of their tags. TIFF 6.0 section 2.
use super::error::TiffMalformed;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The order of octets in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// `II`
    Little,
    /// `MM`
    Big,
}

/// A file of which numbers can be taken anywhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'a> {
    data: &'a [u8],
    order: Order,
}

impl<'a> File<'a> {
    /// A file that begins with `II` or `MM`.
    pub(super) fn new(data: &'a [u8]) -> Option<Self> {
        let order = match data {
            [b'I', b'I', ..] => Order::Little,
            [b'M', b'M', ..] => Order::Big,
            _ => return None,
        };
        Some(Self { data, order })
    }

    pub(super) fn bytes(self, offset: u32, len: u32) -> Option<&'a [u8]> {
        let start = offset as usize;
        self.data.get(start..start.checked_add(len as usize)?)
    }

    /// Everything from `offset` on.
    pub(super) fn rest(self, offset: u32) -> Option<&'a [u8]> {
        self.data.get(offset as usize..)
    }

    pub(super) fn u8(self, offset: u32) -> Option<u8> {
        self.bytes(offset, 1)?.first().copied()
    }

    pub(super) fn u16(self, offset: u32) -> Option<u16> {
        let octets = *self.bytes(offset, 2)?.first_chunk()?;
        Some(match self.order {
            Order::Little => u16::from_le_bytes(octets),
            Order::Big => u16::from_be_bytes(octets),
        })
    }

    pub(super) fn u32(self, offset: u32) -> Option<u32> {
        let octets = *self.bytes(offset, 4)?.first_chunk()?;
        Some(match self.order {
            Order::Little => u32::from_le_bytes(octets),
            Order::Big => u32::from_be_bytes(octets),
        })
    }

    fn u64(self, offset: u32) -> Option<u64> {
        let octets = *self.bytes(offset, 8)?.first_chunk()?;
        Some(match self.order {
            Order::Little => u64::from_le_bytes(octets),
            Order::Big => u64::from_be_bytes(octets),
        })
    }
}

/// Octets of a directory's entry.
const ENTRY_LEN: u32 = 12;

/// The tags of one page.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u16,
    kind: Kind,
    count: u32,
    /// Where the value lies.
    at: u32,
}

/// The types of values. TIFF 6.0 section 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Byte,
    Ascii,
    Short,
    Long,
    Rational,
    SignedByte,
    /// Octets of a meaning that the tag knows.
    Undefined,
    SignedShort,
    SignedLong,
    SignedRational,
    Float,
    Double,
}

impl Kind {
    fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            1 => Self::Byte,
            2 => Self::Ascii,
            3 => Self::Short,
            4 => Self::Long,
            5 => Self::Rational,
            6 => Self::SignedByte,
            7 => Self::Undefined,
            8 => Self::SignedShort,
            9 => Self::SignedLong,
            10 => Self::SignedRational,
            11 => Self::Float,
            12 => Self::Double,
            _ => return None,
        })
    }

    fn len(self) -> u32 {
        match self {
            Self::Byte | Self::Ascii | Self::SignedByte | Self::Undefined => 1,
            Self::Short | Self::SignedShort => 2,
            Self::Long | Self::SignedLong | Self::Float => 4,
            Self::Rational | Self::SignedRational | Self::Double => 8,
        }
    }

    /// Whether a tag that describes a page may have it.
    fn describes_pages(self) -> bool {
        matches!(self, Self::Byte | Self::Ascii | Self::Short | Self::Long | Self::Rational)
    }
}

impl Directory {
    /// The directory at `offset`, and the offset of the next one (0: there is none). Tags of types
    /// that TIFF 6.0 does not have are passed over.
    pub(super) fn read(file: File<'_>, offset: u32) -> Result<(Self, u32), TiffMalformed> {
        let read = || {
            let count = u32::from(file.u16(offset)?);
            let first = offset.checked_add(2)?;
            let end = first.checked_add(count * ENTRY_LEN)?;
            file.bytes(first, count * ENTRY_LEN)?;
            let entries =
                (0..count).filter_map(|number| Entry::read(file, first + number * ENTRY_LEN));
            // Files are known that end with the last entry.
            Some((Self { entries: entries.collect() }, file.u32(end).unwrap_or(0)))
        };
        read().ok_or(TiffMalformed::Directory { offset })
    }

    /// Whether the tag is there.
    pub(super) fn has(&self, tag: u16) -> bool {
        self.entry(tag).is_some()
    }

    /// The numbers of a tag, at most `most` of them; `None` if it is not there.
    pub(super) fn numbers(
        &self,
        file: File<'_>,
        tag: u16,
        most: u32,
    ) -> Result<Option<Vec<u32>>, TiffMalformed> {
        let Some(entry) = self.entry(tag) else { return Ok(None) };
        let read = || {
            let len = entry.kind.len();
            let count = entry.count.min(most);
            entry.at.checked_add(count.checked_mul(len)?)?;
            (0..count)
                .map(|number| {
                    let at = entry.at + number * len;
                    match entry.kind {
                        Kind::Byte => file.u8(at).map(u32::from),
                        Kind::Short => file.u16(at).map(u32::from),
                        Kind::Long => file.u32(at),
                        _ => None,
                    }
                })
                .collect::<Option<Vec<u32>>>()
                .filter(|numbers| !numbers.is_empty())
        };
        read().map(Some).ok_or(TiffMalformed::Value { tag, offset: entry.at })
    }

    /// The first number of a tag.
    pub(super) fn number(&self, file: File<'_>, tag: u16) -> Result<Option<u32>, TiffMalformed> {
        Ok(self.numbers(file, tag, 1)?.and_then(|numbers| numbers.first().copied()))
    }

    /// Numerator and denominator of a fraction.
    pub(super) fn rational(&self, file: File<'_>, tag: u16) -> Option<(u32, u32)> {
        let entry = self.entry(tag).filter(|entry| entry.kind == Kind::Rational)?;
        Some((file.u32(entry.at)?, file.u32(entry.at.checked_add(4)?)?))
    }

    /// The octets of a text up to its first zero, at most `most`.
    pub(super) fn text<'a>(&self, file: File<'a>, tag: u16, most: u32) -> Option<&'a [u8]> {
        let entry = self.entry(tag).filter(|entry| entry.kind == Kind::Ascii)?;
        let octets = file.bytes(entry.at, entry.count.min(most))?;
        octets.split(|octet| *octet == 0).next()
    }

    /// The value of a tag in words, whatever its type: a text up to its first zero, numbers with
    /// blanks between, fractions as `204/1`. At most so many octets of a text are
    /// looked at, and so many numbers are put into at most so many octets.
    pub(super) fn shown(
        &self,
        file: File<'_>,
        tag: u16,
        most_octets: u32,
        most_numbers: u32,
    ) -> Option<String> {
        let entry = self.entries.iter().find(|entry| entry.tag == tag)?;
        if entry.kind == Kind::Ascii {
            let octets = file.bytes(entry.at, entry.count.min(most_octets))?;
            let text = octets.split(|octet| *octet == 0).next()?;
            return Some(String::from_utf8_lossy(text).into_owned());
        }
        let mut text = String::new();
        for number in 0..entry.count.min(most_numbers) {
            let at = entry.at.checked_add(number * entry.kind.len())?;
            let shown = entry.number_shown(file, at)?;
            if text.len() + shown.len() >= most_octets as usize {
                break;
            }
            text.push_str(if number == 0 { "" } else { " " });
            text.push_str(&shown);
        }
        Some(text)
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag && entry.kind.describes_pages())
    }
}

impl Entry {
    fn read(file: File<'_>, at: u32) -> Option<Self> {
        let kind = Kind::from_code(file.u16(at + 2)?)?;
        let count = file.u32(at + 4)?;
        let inside = u64::from(count) * u64::from(kind.len()) <= 4;
        let value = if inside { at + 8 } else { file.u32(at + 8)? };
        Some(Self { tag: file.u16(at)?, kind, count, at: value })
    }

    /// The number at `at`, in the entry's type.
    fn number_shown(&self, file: File<'_>, at: u32) -> Option<String> {
        let second = || file.u32(at.checked_add(4)?);
        Some(match self.kind {
            Kind::Byte | Kind::Ascii | Kind::Undefined => file.u8(at)?.to_string(),
            Kind::SignedByte => file.u8(at)?.cast_signed().to_string(),
            Kind::Short => file.u16(at)?.to_string(),
            Kind::SignedShort => file.u16(at)?.cast_signed().to_string(),
            Kind::Long => file.u32(at)?.to_string(),
            Kind::SignedLong => file.u32(at)?.cast_signed().to_string(),
            Kind::Rational => format!("{}/{}", file.u32(at)?, second()?),
            Kind::SignedRational => {
                format!("{}/{}", file.u32(at)?.cast_signed(), second()?.cast_signed())
            }
            Kind::Float => f32::from_bits(file.u32(at)?).to_string(),
            Kind::Double => f64::from_bits(file.u64(at)?).to_string(),
        })
    }
}
