//! TIFF files put together tag by tag, right or wrong.
use t4::{Bitmap, Coding, Encoder, Framing, tiff::tag};

/// A tag's value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Short(Vec<u16>),
    Long(Vec<u32>),
    Rational(u32, u32),
    Text(&'static str),
    /// A type's code, how many there are, and their octets as they stand in the file.
    Raw(u16, u32, Vec<u8>),
    /// The octets are those of a type no reader knows.
    Unknown,
}

/// One page: its tags, and strips whose offsets and lengths are put in.
#[derive(Debug, Clone)]
pub(crate) struct Ifd {
    pub(crate) tags: Vec<(u16, Value)>,
    pub(crate) strips: Vec<Vec<u8>>,
}

impl Ifd {
    /// The tags that every page needs.
    pub(crate) fn new(width: u32, rows: u32, compression: u16, strips: Vec<Vec<u8>>) -> Self {
        let tags = vec![
            (tag::IMAGE_WIDTH, Value::Long(vec![width])),
            (tag::IMAGE_LENGTH, Value::Long(vec![rows])),
            (tag::COMPRESSION, Value::Short(vec![compression])),
            (tag::PHOTOMETRIC_INTERPRETATION, Value::Short(vec![0])),
        ];
        Self { tags, strips }
    }

    /// Puts a tag in, or in the place of one.
    pub(crate) fn with(mut self, tag: u16, value: Value) -> Self {
        self.tags.retain(|(there, _)| *there != tag);
        self.tags.push((tag, value));
        self
    }

    pub(crate) fn without(mut self, tag: u16) -> Self {
        self.tags.retain(|(there, _)| *there != tag);
        self
    }

    pub(crate) fn dpi(self, x: u32, y: u32) -> Self {
        self.with(tag::X_RESOLUTION, Value::Rational(x, 1))
            .with(tag::Y_RESOLUTION, Value::Rational(y, 1))
    }
}

/// A file being put together.
pub(crate) struct Build {
    pub(crate) out: Vec<u8>,
    big: bool,
}

impl Build {
    /// The whole file. `next` gives the offset behind the last directory, from that of the first.
    pub(crate) fn file(big: bool, pages: &[Ifd], next: impl Fn(u32) -> u32) -> Vec<u8> {
        let mut build = Self { out: if big { b"MM".to_vec() } else { b"II".to_vec() }, big };
        build.u16(42);
        let mut link = build.out.len();
        build.u32(0);
        let mut first = 0;
        for page in pages {
            let offset = build.out.len() as u32;
            build.patch(link, offset);
            first = if first == 0 { offset } else { first };
            link = build.directory(page);
        }
        let last = next(first);
        build.patch(link, last);
        build.out
    }

    /// A directory, then its values and strips; where the link to the next one stands.
    fn directory(&mut self, page: &Ifd) -> usize {
        let mut tags = page.tags.clone();
        if !page.strips.is_empty() {
            let lens = page.strips.iter().map(|strip| strip.len() as u32).collect();
            for (tag, value) in
                [(tag::STRIP_OFFSETS, vec![0; page.strips.len()]), (tag::STRIP_BYTE_COUNTS, lens)]
            {
                if !tags.iter().any(|(there, _)| *there == tag) {
                    tags.push((tag, Value::Long(value)));
                }
            }
        }
        tags.sort_by_key(|(tag, _)| *tag);
        let mut behind = self.out.len() + 2 + 12 * tags.len() + 4;
        let mut values = Self { out: Vec::new(), big: self.big };
        let values_len: usize = tags.iter().map(|(_, value)| value.outside()).sum();
        let strips_at = behind + values_len;
        self.u16(tags.len() as u16);
        for (tag, value) in &tags {
            let value = match value {
                Value::Long(places)
                    if *tag == tag::STRIP_OFFSETS && places.iter().all(|at| *at == 0) =>
                {
                    let mut at = strips_at as u32;
                    let mut place = |strip: &Vec<u8>| {
                        at += strip.len() as u32;
                        at - strip.len() as u32
                    };
                    Value::Long(page.strips.iter().map(&mut place).collect())
                }
                value => value.clone(),
            };
            let (kind, count) = value.kind();
            self.u16(*tag);
            self.u16(kind);
            self.u32(count);
            let mut octets = Self { out: Vec::new(), big: self.big };
            octets.value(&value);
            if value.outside() == 0 {
                octets.out.resize(4, 0);
                self.out.extend(octets.out);
            } else {
                self.u32(behind as u32);
                behind += octets.out.len();
                values.out.extend(octets.out);
            }
        }
        let link = self.out.len();
        self.u32(0);
        self.out.extend(values.out);
        self.out.extend(page.strips.concat());
        link
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Short(numbers) => numbers.iter().for_each(|number| self.u16(*number)),
            Value::Long(numbers) => numbers.iter().for_each(|number| self.u32(*number)),
            Value::Rational(a, b) => {
                self.u32(*a);
                self.u32(*b);
            }
            Value::Text(text) => {
                self.out.extend(text.as_bytes());
                self.out.push(0);
            }
            Value::Raw(_, _, octets) => self.out.extend(octets),
            Value::Unknown => self.u32(7),
        }
    }

    fn u16(&mut self, number: u16) {
        self.out.extend(if self.big { number.to_be_bytes() } else { number.to_le_bytes() });
    }

    fn u32(&mut self, number: u32) {
        self.out.extend(if self.big { number.to_be_bytes() } else { number.to_le_bytes() });
    }

    fn patch(&mut self, at: usize, number: u32) {
        let octets = if self.big { number.to_be_bytes() } else { number.to_le_bytes() };
        self.out[at..at + 4].copy_from_slice(&octets);
    }
}

impl Value {
    /// The type's code and how many there are.
    fn kind(&self) -> (u16, u32) {
        match self {
            Self::Short(numbers) => (3, numbers.len() as u32),
            Self::Long(numbers) => (4, numbers.len() as u32),
            Self::Rational(..) => (5, 1),
            Self::Text(text) => (2, text.len() as u32 + 1),
            Self::Raw(kind, count, _) => (*kind, *count),
            Self::Unknown => (99, 1),
        }
    }

    /// Octets that do not find room in the entry.
    fn outside(&self) -> usize {
        let len = match self {
            Self::Short(numbers) => 2 * numbers.len(),
            Self::Long(numbers) => 4 * numbers.len(),
            Self::Rational(..) => 8,
            Self::Text(text) => text.len() + 1,
            Self::Raw(_, _, octets) => octets.len(),
            Self::Unknown => 4,
        };
        if len > 4 { len } else { 0 }
    }
}

/// A file of one page, little-endian.
pub(crate) fn single(page: Ifd) -> Vec<u8> {
    Build::file(false, &[page], |_| 0)
}

/// Something to look at.
pub(crate) fn drawing(width: u32, rows: u32) -> Bitmap {
    let mut bitmap = Bitmap::new(width, rows).unwrap();
    for y in 0..rows {
        for x in 0..width {
            bitmap.set(x, y, (x / 3 + y) % 7 < 3 || x == y);
        }
    }
    bitmap
}

/// The strips of a bitmap, `rows_per_strip` rows each, coded each for itself.
pub(crate) fn strips(
    bitmap: &Bitmap,
    compression: u16,
    mr: bool,
    rows_per_strip: usize,
) -> Vec<Vec<u8>> {
    let rows: Vec<&[u8]> = bitmap.lines().collect();
    let coding = match compression {
        4 => Coding::Mmr,
        _ if mr => Coding::Mr { k: 4 },
        _ => Coding::Mh,
    };
    let framing = if compression == 2 { Framing::AlignedRow } else { Framing::Wire };
    rows.chunks(rows_per_strip)
        .map(|rows| match compression {
            1 => rows.concat(),
            _ => {
                let mut encoder = Encoder::new(coding, bitmap.width()).unwrap().framing(framing);
                rows.iter().for_each(|row| encoder.push_row(row));
                encoder.finish()
            }
        })
        .collect()
}
