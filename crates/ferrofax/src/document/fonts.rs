//! The fonts that are installed, for workers that cannot open a file.
//!
//! The index is made once, when the first font is wanted, and not on the threads that serve.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use fontdb::{Database, FaceInfo, ID, Source, Style};
use render::{FontFile, WantedFont};

/// The largest font that is handed over, in octets.
const MAX_FONT: u64 = 64 << 20;

/// The most faces that are indexed.
const MAX_FACES: usize = 10_000;

/// The most characters of a question that are looked at.
const MAX_CHARS: usize = 64;

/// Above this weight a face is bold. CSS Fonts 4 2.4.
const BOLD_FROM: u16 = 600;

/// The octets of a font and the number of its face.
pub(super) type Found = (Arc<Vec<u8>>, u32);

/// The fonts that are installed. Copies share what they know.
#[derive(Debug, Clone, Default)]
pub struct InstalledFonts {
    index: Arc<OnceLock<Index>>,
}

#[derive(Debug)]
struct Index {
    database: Database,
    faces: Vec<Face>,
}

/// A face, with all that a choice needs.
#[derive(Debug)]
struct Face {
    id: ID,
    /// Families, small and without blanks.
    families: Vec<String>,
    bold: bool,
    italic: bool,
    monospace: bool,
    serif: bool,
    /// The characters that it has, as first and last of each run, in order.
    runs: Vec<(u32, u32)>,
}

impl InstalledFonts {
    /// A font for what is wanted, if one is installed that has any of its characters.
    pub(super) async fn find(&self, wanted: WantedFont) -> Option<Found> {
        let fonts = self.clone();
        let found = move || fonts.find_blocking(&wanted);
        tokio::task::spawn_blocking(found).await.ok().flatten()
    }

    fn find_blocking(&self, wanted: &WantedFont) -> Option<Found> {
        self.index.get_or_init(Index::of_this_machine).find(wanted)
    }
}

/// Reads files: not for the threads that serve.
impl render::Fonts for InstalledFonts {
    fn font(&self, wanted: &WantedFont) -> Option<FontFile> {
        self.find_blocking(wanted).map(|(octets, face)| FontFile { octets, face })
    }
}

impl Index {
    fn of_this_machine() -> Self {
        let mut database = Database::new();
        database.load_system_fonts();
        let index = Self::of(database);
        tracing::info!(faces = index.faces.len(), "installed fonts");
        index
    }

    fn of(database: Database) -> Self {
        let faces = database.faces().take(MAX_FACES);
        let faces = faces.filter_map(|info| Face::of(&database, info)).collect();
        Self { database, faces }
    }

    fn find(&self, wanted: &WantedFont) -> Option<Found> {
        let chars: Vec<u32> = wanted.text.chars().take(MAX_CHARS).map(u32::from).collect();
        let family = plain(&wanted.family);
        let rank = |face: &&Face| face.rank(&chars, &family, wanted);
        let best =
            self.faces.iter().filter(|face| face.serves(&chars, &family)).max_by_key(rank)?;
        let (octets, face) = self.database.face_source(best.id).and_then(read)?;
        tracing::debug!(?wanted, families = ?best.families, "a font is handed over");
        Some((octets, face))
    }
}

/// The octets of a font, if they are not too many.
fn read((source, face): (Source, u32)) -> Option<Found> {
    match source {
        Source::File(path) => {
            let octets = std::fs::metadata(&path).ok()?.len();
            let octets = (octets <= MAX_FONT).then(|| std::fs::read(&path).ok()).flatten()?;
            Some((Arc::new(octets), face))
        }
        Source::Binary(octets) => {
            let octets: &[u8] = (*octets).as_ref();
            Some((Arc::new(octets.to_vec()), face))
        }
    }
}

impl Face {
    fn of(database: &Database, info: &FaceInfo) -> Option<Self> {
        let (runs, serif) = database.with_face_data(info.id, |octets, number| {
            let face = ttf_parser::Face::parse(octets, number).ok()?;
            Some((runs(&face), has_serifs(&face, info)))
        })??;
        Some(Self {
            id: info.id,
            families: info.families.iter().map(|(name, _)| plain(name)).collect(),
            bold: info.weight.0 >= BOLD_FROM,
            italic: info.style != Style::Normal,
            monospace: info.monospaced,
            serif,
            runs,
        })
    }

    fn has(&self, char: u32) -> bool {
        let after = self.runs.partition_point(|(first, _)| *first <= char);
        after
            .checked_sub(1)
            .and_then(|run| self.runs.get(run))
            .is_some_and(|(_, last)| char <= *last)
    }

    fn covers(&self, chars: &[u32]) -> usize {
        chars.iter().filter(|char| self.has(**char)).count()
    }

    /// Whether it is of any use: it has some of the characters, or is the family that was named
    /// when there are none.
    fn serves(&self, chars: &[u32], family: &str) -> bool {
        match chars {
            [] => self.is(family),
            chars => self.covers(chars) > 0,
        }
    }

    fn is(&self, family: &str) -> bool {
        !family.is_empty() && self.families.iter().any(|own| own == family)
    }

    /// How good it is, the most important first: what it shows, the family, the style. The plainest
    /// name breaks ties, so that the same machine always chooses the same face.
    fn rank(&self, chars: &[u32], family: &str, wanted: &WantedFont) -> impl Ord + use<> {
        let name = self.families.first().cloned().unwrap_or_default();
        (
            self.covers(chars),
            self.is(family),
            self.monospace == wanted.monospace,
            self.bold == wanted.bold,
            self.italic == wanted.italic,
            self.serif == wanted.serif,
            std::cmp::Reverse((name.len(), name)),
        )
    }
}

/// The characters of a face as runs.
fn runs(face: &ttf_parser::Face<'_>) -> Vec<(u32, u32)> {
    let mut chars = BTreeSet::new();
    let tables = face.tables().cmap.map(|cmap| cmap.subtables);
    for table in tables.into_iter().flatten().filter(ttf_parser::cmap::Subtable::is_unicode) {
        table.codepoints(|char| {
            if table.glyph_index(char).is_some_and(|glyph| glyph.0 != 0) {
                chars.insert(char);
            }
        });
    }
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for char in chars {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == char => *last = char,
            _ => runs.push((char, char)),
        }
    }
    runs
}

/// Whether a face has serifs, by its name: few fonts say it otherwise.
fn has_serifs(face: &ttf_parser::Face<'_>, info: &FaceInfo) -> bool {
    let named = info.families.iter().any(|(name, _)| {
        let name = plain(name);
        !name.contains("sans")
            && ["serif", "times", "roman", "georgia"].iter().any(|w| name.contains(w))
    });
    named && !face.is_monospaced()
}

/// A family as it is compared: small letters and digits.
fn plain(family: &str) -> String {
    family.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str, family: &str) -> WantedFont {
        WantedFont {
            text: text.to_owned(),
            family: family.to_owned(),
            bold: false,
            italic: false,
            monospace: false,
            serif: false,
        }
    }

    fn face(family: &str, bold: bool, runs: &[(u32, u32)]) -> Face {
        Face {
            id: ID::dummy(),
            families: vec![plain(family)],
            bold,
            italic: false,
            monospace: false,
            serif: false,
            runs: runs.to_vec(),
        }
    }

    #[test]
    fn characters_come_before_the_family_and_the_family_before_the_style() {
        let latin = (0x20, 0x7e);
        let faces = [
            face("Plain Sans", false, &[latin]),
            face("Plain Sans", true, &[latin]),
            face("Hebrew Sans", true, &[(0x5d0, 0x5ea)]),
            face("Other", false, &[latin]),
        ];
        let best = |wanted: &WantedFont| {
            let chars: Vec<u32> = wanted.text.chars().map(u32::from).collect();
            let family = plain(&wanted.family);
            (0..faces.len())
                .filter(|face| faces[*face].serves(&chars, &family))
                .max_by_key(|face| faces[*face].rank(&chars, &family, wanted))
        };
        assert_eq!(best(&wanted("ab", "plain-sans")), Some(0));
        assert_eq!(best(&WantedFont { bold: true, ..wanted("ab", "Plain Sans") }), Some(1));
        assert_eq!(best(&wanted("שלום", "Plain Sans")), Some(2));
        assert_eq!(best(&wanted("ab", "unknown")), Some(3));
        assert_eq!(best(&wanted("", "Other")), Some(3));
        assert_eq!(best(&wanted("漢", "Other")), None);
        assert_eq!(best(&wanted("", "")), None);
    }

    #[test]
    fn a_run_has_its_first_and_its_last_character_and_no_other() {
        let face = face("a", false, &[(10, 12), (20, 20)]);
        let has: Vec<u32> = (0..30).filter(|char| face.has(*char)).collect();
        assert_eq!(has, [10, 11, 12, 20]);
    }

    #[tokio::test]
    #[ignore = "needs installed fonts: DejaVu Sans and Noto Sans CJK"]
    async fn installed_fonts_are_found_by_what_they_show() {
        let fonts = InstalledFonts::default();
        for text in ["Grüße", "Ελληνικά", "Кириллица", "שלום", "漢字かな"]
        {
            let (octets, number) = fonts.find(wanted(text, "")).await.expect(text);
            let face = ttf_parser::Face::parse(&octets, number).unwrap();
            assert!(text.chars().all(|char| face.glyph_index(char).is_some()), "{text}");
        }
        let (octets, number) = fonts.find(wanted("", "DejaVu Sans Mono")).await.unwrap();
        assert!(ttf_parser::Face::parse(&octets, number).unwrap().is_monospaced());
    }
}
