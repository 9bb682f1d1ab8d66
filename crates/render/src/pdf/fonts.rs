//! Fonts that a PDF names and does not bring.

use std::sync::Arc;

use hayro_interpret::FontResolverFn;
use hayro_interpret::font::{FallbackFontQuery, FontQuery};
use hayro_interpret::hayro_cmap::CidFamily;

use crate::{Fonts, WantedFont};

/// What the names of fonts with serifs have in them; a composite font says it nowhere else.
const SERIFS: [&str; 9] =
    ["mincho", "heiseimin", "ryumin", "song", "ming", "sung", "batang", "myeongjo", "times"];

/// How the missing fonts are found: the 14 standard ones are built in, others are asked for, and what
/// nobody has is replaced by the standard font that is most like it.
pub(super) fn resolver(fonts: &Arc<dyn Fonts>) -> FontResolverFn {
    let fonts = fonts.clone();
    Arc::new(move |query| match query {
        FontQuery::Standard(font) => Some(font.get_font_data()),
        FontQuery::Fallback(query) => match fonts.font(&wanted(query)) {
            Some(file) => Some((file.octets, file.face)),
            None => Some(query.pick_standard_font().get_font_data()),
        },
    })
}

fn wanted(query: &FallbackFontQuery) -> WantedFont {
    let name = query.post_script_name.as_deref().or(query.font_name.as_deref()).unwrap_or_default();
    let family = query.font_family.clone().unwrap_or_else(|| family(name));
    let says = |word: &str| name.to_ascii_lowercase().contains(word);
    let text = match query.character_collection.as_ref().map(|collection| &collection.family) {
        Some(CidFamily::AdobeJapan1) => "日本語あア",
        Some(CidFamily::AdobeGB1) => "中文简体",
        Some(CidFamily::AdobeCNS1) => "中文繁體",
        Some(CidFamily::AdobeKorea1) => "한국어",
        _ => "",
    };
    WantedFont {
        text: text.to_owned(),
        family,
        bold: query.is_bold || query.font_weight >= 600 || says("bold"),
        italic: query.is_italic || says("italic") || says("oblique"),
        monospace: query.is_fixed_pitch || says("mono") || says("courier"),
        serif: query.is_serif || SERIFS.iter().any(|word| says(word)),
    }
}

/// The family in a PostScript name: `ArialMT-BoldItalic` and `Arial,Bold` are both of family Arial.
fn family(name: &str) -> String {
    let family = name.split(['-', ',']).next().unwrap_or_default();
    family.strip_suffix("MT").unwrap_or(family).to_owned()
}
