//! The fonts that are built in, and those that are asked for when they are not enough.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use typst::foundations::Bytes;
use typst::text::{Font, is_default_ignorable};

use crate::{Fonts, WantedFont};

/// Characters in one request for a font. [`WantedFont::text`].
const ASKED_AT_ONCE: usize = 64;

/// Fonts asked for per document.
const REQUESTS: usize = 8;

/// The font of running text.
pub(crate) const SANS: usize = 0;
/// The font whose characters are equally wide.
pub(crate) const MONO: usize = 2;

static BUILT_IN: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 7] = [
        include_bytes!("../fonts/NotoSans-Regular.ttf"),
        include_bytes!("../fonts/NotoSans-Bold.ttf"),
        include_bytes!("../fonts/NotoSansMono-Regular.ttf"),
        include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
        include_bytes!("../fonts/NotoSansArabic-Bold.ttf"),
        include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
        include_bytes!("../fonts/NotoSansHebrew-Bold.ttf"),
    ];
    let font = |file| Font::new(Bytes::new(file), 0).expect("a font that is built in is whole");
    files.into_iter().map(font).collect()
});

/// The fonts that are built in: [`SANS`], [`MONO`], bold ones and those of further scripts.
pub(crate) fn built_in() -> &'static [Font] {
    &BUILT_IN
}

/// The fonts that are built in, and behind them those that had to be asked for to show `text`.
pub(crate) fn for_text(text: &str, monospace: bool, fonts: &Arc<dyn Fonts>) -> Vec<Font> {
    let mut known = built_in().to_vec();
    let mut missing = missing(text);
    for _ in 0..REQUESTS {
        if missing.is_empty() {
            break;
        }
        let asked = &missing[..missing.len().min(ASKED_AT_ONCE)];
        let wanted =
            WantedFont { text: asked.iter().collect(), monospace, ..WantedFont::default() };
        let found = fonts
            .font(&wanted)
            .and_then(|file| Font::new(Bytes::new(Shared(file.octets)), file.face));
        let shown = |c: &char| {
            found.as_ref().is_some_and(|font| font.info().coverage.contains(u32::from(*c)))
        };
        if asked.iter().any(shown) {
            missing.retain(|c| !shown(c));
            known.extend(found);
        } else {
            // Nobody has them: they become boxes.
            missing.drain(..asked.len());
        }
    }
    known
}

/// Whether a character leaves a mark, so that a font has to have it.
pub(crate) fn is_visible(c: char) -> bool {
    !c.is_control() && !c.is_whitespace() && !is_default_ignorable(c)
}

/// The characters of a text, each once, that no font has that is built in.
fn missing(text: &str) -> Vec<char> {
    let mut seen = HashSet::new();
    text.chars()
        .filter(|c| !c.is_ascii() && is_visible(*c) && seen.insert(*c))
        .filter(|c| !built_in().iter().any(|font| font.info().coverage.contains(u32::from(*c))))
        .collect()
}

/// The octets of a font that others hold as well.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FontFile;
    use std::sync::Mutex;

    /// Gives the built-in Hebrew font for everything, and remembers what it was asked for.
    struct Asked(Mutex<Vec<WantedFont>>);

    impl Fonts for Asked {
        fn font(&self, wanted: &WantedFont) -> Option<FontFile> {
            self.0.lock().unwrap().push(wanted.clone());
            let octets = include_bytes!("../fonts/NotoSansHebrew-Regular.ttf").to_vec();
            Some(FontFile { octets: Arc::new(octets), face: 0 })
        }
    }

    #[test]
    fn what_is_built_in_is_not_asked_for() {
        let asked = Arc::new(Asked(Mutex::default()));
        let fonts: Arc<dyn Fonts> = asked.clone();
        let text = "Grüße, Ελλάδα, Привет, שלום, مرحبا\u{200b}\t\n €";
        assert_eq!(for_text(text, false, &fonts).len(), built_in().len());
        assert!(asked.0.lock().unwrap().is_empty());
    }

    #[test]
    fn requests_are_few_and_short() {
        let asked = Arc::new(Asked(Mutex::default()));
        let fonts: Arc<dyn Fonts> = asked.clone();
        let text: String = ('\u{4e00}'..'\u{9fff}').collect();
        assert_eq!(for_text(&text, true, &fonts).len(), built_in().len());
        let asked = asked.0.lock().unwrap();
        assert_eq!(asked.len(), REQUESTS);
        assert!(asked.iter().all(|w| w.text.chars().count() == ASKED_AT_ONCE && w.monospace));
    }
}
