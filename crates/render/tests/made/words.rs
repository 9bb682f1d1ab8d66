//! Numbers and words from a seed.

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: u64) -> usize {
        usize::try_from(self.next() % end).expect("a small number")
    }

    /// 0 to 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).expect("32 bits")) / f64::from(u32::MAX)
    }
}

const WORDS: [&str; 40] = [
    "the",
    "order",
    "of",
    "pages",
    "and",
    "a",
    "confirmed",
    "delivery",
    "is",
    "with",
    "figures",
    "quoted",
    "by",
    "return",
    "(see",
    "above)",
    "in",
    "writing,",
    "Ltd",
    "Queue",
    "7.5",
    "1,024",
    "Jackdaws",
    "love",
    "my",
    "big",
    "sphinx",
    "of",
    "quartz;",
    "hereby",
    "signed",
    "amount",
    "due",
    "within",
    "30",
    "days",
    "Wolfgang",
    "Kyiv",
    "before",
    "Friday.",
];

/// A line of about so many characters.
pub(crate) fn line(random: &mut Random, length: usize) -> String {
    let mut text = String::new();
    while text.len() < length {
        text.push_str(WORDS[random.below(WORDS.len() as u64)]);
        text.push(' ');
    }
    text.truncate(text.trim_end().len());
    text
}

/// Text as it stands between brackets in a content stream.
pub(crate) fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
}

/// Lines of text from the top left downwards, in the font of this name.
pub(crate) fn paragraph(
    random: &mut Random,
    font: &str,
    size: f64,
    (left, top, right, bottom): (f64, f64, f64, f64),
) -> String {
    let advance = size * 1.25;
    let mut out = format!("BT /{font} {size} Tf {advance} TL {left} {top} Td\n");
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred")]
    let (across, down) =
        (((right - left) / size / 0.55) as usize, ((top - bottom) / advance) as usize);
    for _ in 0..down {
        out.push_str(&format!("({}) Tj T*\n", literal(&line(random, across))));
    }
    out.push_str("ET\n");
    out
}
