//! The directories of a TIFF file, in both sizes of it; EXIF has the same form. TIFF 6.0 section 2.

/// The most entries of a directory that are looked at.
const MAX_ENTRIES: u64 = 4096;

/// The most numbers of a tag: the tiles of a picture, 16 pixels wide and high, in black and white.
const MAX_NUMBERS: u64 = 1_000_000;

/// A file of which numbers can be taken anywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File<'a> {
    data: &'a [u8],
    big_endian: bool,
    /// BigTIFF: offsets and counts have 8 octets.
    wide: bool,
}

/// The tags of one picture.
#[derive(Debug, Clone)]
pub(crate) struct Directory<'a> {
    file: File<'a>,
    entries: Vec<Entry>,
    /// Where the next one lies; 0 when this is the last.
    pub(crate) next: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// Where the value lies.
    at: u64,
}

impl<'a> File<'a> {
    /// The file, and where its first directory lies; `None` when it is no TIFF.
    pub(crate) fn new(data: &'a [u8]) -> Option<(Self, u64)> {
        let big_endian = match data {
            [b'I', b'I', ..] => false,
            [b'M', b'M', ..] => true,
            _ => return None,
        };
        let file = Self { data, big_endian, wide: false };
        match file.number(2, 2)? {
            42 => Some((file, file.number(4, 4)?)),
            43 => Some((Self { wide: true, ..file }, file.number(8, 8)?)),
            _ => None,
        }
    }

    /// Whether numbers begin with their most significant octet.
    pub(crate) const fn is_big_endian(self) -> bool {
        self.big_endian
    }

    /// BigTIFF.
    pub(crate) const fn is_wide(self) -> bool {
        self.wide
    }

    /// Octets in the file.
    pub(crate) const fn len(self) -> usize {
        self.data.len()
    }

    pub(crate) fn octets(self, at: u64, len: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(at).ok()?;
        self.data.get(start..start.checked_add(usize::try_from(len).ok()?)?)
    }

    fn number(self, at: u64, len: u64) -> Option<u64> {
        let octets = self.octets(at, len)?;
        let join = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
        Some(if self.big_endian {
            octets.iter().fold(0, join)
        } else {
            octets.iter().rev().fold(0, join)
        })
    }

    /// The directory at this place; `None` when it reaches past the end of the file.
    pub(crate) fn directory(self, at: u64) -> Option<Directory<'a>> {
        let (head, entry, word) = if self.wide { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(at, head)?;
        if count > MAX_ENTRIES {
            return None;
        }
        let first = at.checked_add(head)?;
        let end = first.checked_add(count * entry)?;
        self.octets(first, count * entry)?;
        let entries = (0..count).filter_map(|number| {
            let at = first + number * entry;
            let (tag, kind) = (self.number(at, 2)?, self.number(at + 2, 2)?);
            let count = self.number(at + 4, word)?;
            let value = at + 4 + word;
            let len = count.checked_mul(kind_len(u16::try_from(kind).ok()?)?)?;
            let at = if len <= word { value } else { self.number(value, word)? };
            Some(Entry {
                tag: u16::try_from(tag).ok()?,
                kind: u16::try_from(kind).ok()?,
                count,
                at,
            })
        });
        // Files are known that end with the last entry.
        let next = self.number(end, word).unwrap_or(0);
        Some(Directory { file: self, entries: entries.collect(), next })
    }
}

/// Octets of a value of a type; `None` for types that there are not.
fn kind_len(kind: u16) -> Option<u64> {
    Some(match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => return None,
    })
}

impl<'a> Directory<'a> {
    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// Whether the tag is there.
    pub(crate) fn has(&self, tag: u16) -> bool {
        self.entry(tag).is_some()
    }

    /// The whole numbers of a tag; `None` when it is not there, is something else, lies outside, or has
    /// more than [`MAX_NUMBERS`].
    pub(crate) fn numbers(&self, tag: u16) -> Option<Vec<u64>> {
        let (at, count, len) = self.place(tag)?;
        if count > MAX_NUMBERS {
            return None;
        }
        let number = |index: u64| self.file.number(at + index * len, len).unwrap_or(0);
        Some((0..count).map(number).collect())
    }

    /// The first number of a tag.
    pub(crate) fn number(&self, tag: u16) -> Option<u64> {
        let (at, count, len) = self.place(tag)?;
        if count > 0 { self.file.number(at, len) } else { None }
    }

    /// Where the whole numbers of a tag lie, how many they are, and the octets of each.
    fn place(&self, tag: u16) -> Option<(u64, u64, u64)> {
        let entry =
            self.entry(tag).filter(|entry| matches!(entry.kind, 1 | 3 | 4 | 13 | 16 | 18))?;
        let len = kind_len(entry.kind)?;
        self.file.octets(entry.at, entry.count.checked_mul(len)?)?;
        Some((entry.at, entry.count, len))
    }

    /// A fraction.
    pub(crate) fn fraction(&self, tag: u16) -> Option<f64> {
        let entry = self.entry(tag)?;
        if entry.kind != 5 {
            #[expect(clippy::cast_precision_loss, reason = "a resolution is a small number")]
            return self.number(tag).map(|number| number as f64);
        }
        let (above, below) = (self.file.number(entry.at, 4)?, self.file.number(entry.at + 4, 4)?);
        #[expect(clippy::cast_precision_loss, reason = "32 bits each")]
        let value = above as f64 / below as f64;
        value.is_finite().then_some(value)
    }

    /// The octets of a tag.
    pub(crate) fn octets(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.entry(tag)?;
        self.file.octets(entry.at, entry.count.checked_mul(kind_len(entry.kind)?)?)
    }
}
