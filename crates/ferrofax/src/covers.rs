//! The cover pages of the server: those in the operator's folder, then those that come with Ferrofax.
//!
//! A name is looked up in a list, and never becomes a path: whatever a client writes, it names one of
//! the templates there are or none. The folder is read anew each time.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most templates of a folder that are looked at.
const MAX_TEMPLATES: usize = 256;

/// The largest template, in octets.
pub const MAX_TEMPLATE_OCTETS: u64 = 256 << 10;

/// The cover page of who names none.
const USUAL: &str = "standard";

/// What stands behind a name: that of a template, and that of a cover page of Windows.
const ENDINGS: [&str; 2] = ["typ", "cov"];

/// The cover pages of the server.
#[derive(Debug, Clone)]
pub struct Covers {
    folder: PathBuf,
}

/// A cover page of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its file in the operator's folder; `None` for one that comes with Ferrofax.
    pub file: Option<PathBuf>,
}

/// Why there is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTemplate {
    /// Nothing has this name.
    #[error("cover page: there is none named {name:?}; there are {}", known.join(", "))]
    Unknown {
        /// The name, without path and ending.
        name: String,
        /// All names.
        known: Vec<String>,
    },
    /// Its file cannot be used.
    #[error("cover page {name}: {why}")]
    Unusable {
        /// The name.
        name: String,
        /// Why.
        why: String,
    },
}

impl Covers {
    /// Those of `folder`, which need not be there, and those that come with Ferrofax.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// All of them by name. A file of the folder takes the place of a shipped one of its name.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let mut covers = self.own();
        for (name, _) in render::templates() {
            if !covers.iter().any(|cover| same(&cover.name, name)) {
                covers.push(Listed { name: (*name).to_owned(), file: None });
            }
        }
        covers.sort_by(|a, b| a.name.cmp(&b.name));
        covers
    }

    /// The template that a client means by `name`: its path and its ending do not count, nor does case.
    ///
    /// # Errors
    /// [`NoTemplate`].
    pub fn template(&self, name: &str) -> Result<String, NoTemplate> {
        let wanted = plain(name);
        let covers = self.list();
        let Some(cover) = covers.iter().find(|cover| same(&cover.name, wanted)) else {
            let known = covers.into_iter().map(|cover| cover.name).collect();
            return Err(NoTemplate::Unknown { name: wanted.to_owned(), known });
        };
        let unusable = |why| NoTemplate::Unusable { name: cover.name.clone(), why };
        match &cover.file {
            Some(file) => read(file).and_then(|octets| text(&octets)).map_err(unusable),
            None => {
                let shipped = render::templates().iter().find(|(name, _)| same(name, wanted));
                Ok(shipped.map(|(_, text)| (*text).to_owned()).unwrap_or_default())
            }
        }
    }

    /// The plain files of the folder that are templates.
    fn own(&self) -> Vec<Listed> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let template = |entry: std::fs::DirEntry| {
            let path = entry.path();
            let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            let ends = path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ENDINGS[0]));
            let name = path.file_stem()?.to_str()?.to_owned();
            (plain && ends).then_some(Listed { name, file: Some(path) })
        };
        entries.flatten().filter_map(template).take(MAX_TEMPLATES).collect()
    }
}

/// A template as text.
///
/// # Errors
/// What is wrong with it, as a clause.
pub fn text(octets: &[u8]) -> Result<String, String> {
    if octets.len() as u64 > MAX_TEMPLATE_OCTETS {
        return Err(format!("the template is larger than {MAX_TEMPLATE_OCTETS} octets"));
    }
    let text = str::from_utf8(octets).map_err(|_| "the template is not text in UTF-8")?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    let read = File::open(file)
        .and_then(|file| file.take(MAX_TEMPLATE_OCTETS + 1).read_to_end(&mut octets));
    read.map(|_| octets).map_err(|error| format!("its template cannot be read ({error})"))
}

/// A name without the path in front and the ending behind.
fn plain(name: &str) -> &str {
    let name = name.trim();
    if name.is_empty() {
        return USUAL;
    }
    let name = name.rsplit(['/', '\\', ':']).next().unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, end)) if ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(end)) => stem,
        _ => name,
    }
}

fn same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase() == b.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_without_its_path_its_ending_and_its_case() {
        let check = |name, expected| assert_eq!(plain(name), expected);
        check("", "standard");
        check("  ", "standard");
        check("generic.cov", "generic");
        check("C:\\Common Coverpages\\confdent.COV", "confdent");
        check("\\\\SERVER\\FAX$\\Coverpg\\fyi.cov", "fyi");
        check("C:urgent.cov", "urgent");
        check("covers/our house.typ", "our house");
        check("v1.2", "v1.2");
        check("/", "");
        check("../../etc/passwd", "passwd");
    }

    #[test]
    fn the_folder_is_read_anew_and_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let covers = Covers::new(folder.path().join("covers"));
        let shipped = covers.list();
        assert!(shipped.iter().all(|cover| cover.file.is_none()));
        std::fs::create_dir(folder.path().join("covers")).unwrap();
        let put = |name: &str, octets: &[u8]| {
            std::fs::write(folder.path().join("covers").join(name), octets).unwrap();
        };
        put("House.typ", b"\xef\xbb\xbf= House");
        put("Standard.TYP", b"= Ours");
        put("notes.txt", b"no template");
        put("latin.typ", b"caf\xe9");
        put("large.typ", &vec![b' '; 300 << 10]);
        std::fs::create_dir(folder.path().join("covers/folder.typ")).unwrap();
        assert_eq!(covers.template("C:\\house.cov"), Ok("= House".to_owned()));
        assert_eq!(covers.template(""), Ok("= Ours".to_owned()));
        let why = |name: &str| covers.template(name).unwrap_err().to_string();
        assert_eq!(why("latin"), "cover page latin: the template is not text in UTF-8");
        assert!(why("large").starts_with("cover page large: the template is larger than"));
        assert!(
            why("folder").starts_with("cover page: there is none named \"folder\"; there are ")
        );
        assert!(why("../notes.txt").contains("there is none named \"notes.txt\""));
        let names: Vec<_> = covers.list().into_iter().map(|cover| cover.name).collect();
        assert!(names.iter().filter(|name| same(name, "standard")).eq(["Standard"]), "{names:?}");
    }

    #[cfg(unix)]
    #[test]
    fn what_only_points_elsewhere_is_no_template() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "a secret").unwrap();
        let covers = folder.path().join("covers");
        std::fs::create_dir(&covers).unwrap();
        std::os::unix::fs::symlink(folder.path().join("secret"), covers.join("s.typ")).unwrap();
        assert!(matches!(Covers::new(covers).template("s"), Err(NoTemplate::Unknown { .. })));
    }
}
