//! Names of copies and of the folders they go to.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::queue::Direction;
use crate::store::Job;

/// The most octets of a part of a name: names of files have at most 255.
const PART_OCTETS: usize = 64;

/// The folder of the data folder for paths of another system.
const ARCHIVE: &str = "archive";

/// The name of a copy: `YYYYMMDD-HHMMSS_<line>_<caller>_<job>` of a received fax,
/// `YYYYMMDD-HHMMSS_<number>_<job>` of a sent one, without `.tif`. The time is UTC: names stand in
/// the order of the calls, and no hour comes twice in autumn.
pub(super) fn of_copy(job: &Job, line: &str, began_us: i64) -> String {
    let began = Timestamp::from_microsecond(began_us).unwrap_or_default();
    let began = began.strftime("%Y%m%d-%H%M%S");
    let id = job.id;
    match job.direction {
        Direction::Send => format!("{began}_{}_{id}", part(&job.number)),
        Direction::Receive => {
            let from = if job.caller.is_empty() { &job.tsid } else { &job.caller };
            format!("{began}_{}_{}_{id}", part(line), part(from))
        }
    }
}

/// The folder that `directory` means: a full path of this system as it is, a path of Windows on
/// another system in the data folder. faxcom IFaxServer::put_ArchiveDirectory
pub(super) fn archive(data: &Path, directory: &str) -> Result<PathBuf, String> {
    let directory = directory.trim();
    let path = Path::new(directory);
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    let parts: Vec<&str> = directory.split(['\\', '/']).filter(|part| !part.is_empty()).collect();
    let is_drive = |part: &str| matches!(part.as_bytes(), [b'a'..=b'z' | b'A'..=b'Z', b':']);
    let is_windows =
        directory.starts_with(r"\\") || parts.first().is_some_and(|part| is_drive(part));
    if cfg!(windows) || !is_windows {
        return Err(format!("{directory:?} is not a full path"));
    }
    let safe = parts.into_iter().map(clean).filter(|part| !part.is_empty());
    Ok(safe.fold(data.join(ARCHIVE), |folder, part| folder.join(part)))
}

/// A text as a part of a name.
fn part(text: &str) -> String {
    let clean = clean(text);
    if clean.is_empty() { "unknown".to_owned() } else { clean }
}

/// Letters, digits and `+ . -`; a run of anything else becomes one hyphen. No file is hidden by it,
/// and none lies in another folder.
fn clean(text: &str) -> String {
    let mut clean = String::new();
    for c in text.chars() {
        let kept = if c.is_alphanumeric() || "+.".contains(c) { c } else { '-' };
        if clean.len() + kept.len_utf8() > PART_OCTETS {
            break;
        }
        if kept != '-' || !clean.ends_with('-') {
            clean.push(kept);
        }
    }
    clean.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_made_safe() {
        for (text, safe) in [
            ("+1 (555) 0199", "+1-555-0199"),
            ("../../etc/passwd", "etc-passwd"),
            ("sip:ann@example.org", "sip-ann-example.org"),
            ("Müller & Söhne", "Müller-Söhne"),
            ("a\0b\nc_d", "a-b-c-d"),
            ("  ", "unknown"),
            ("..", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(part(text), safe, "{text:?}");
        }
        assert_eq!(part(&"ä".repeat(100)), "ä".repeat(32));
    }

    #[cfg(not(windows))]
    #[test]
    fn a_path_of_windows_lies_in_the_data_folder() {
        let check = |directory: &str, folder: &str| {
            assert_eq!(archive(Path::new("/data"), directory), Ok(folder.into()), "{directory}");
        };
        check("/srv/fax sent/", "/srv/fax sent/");
        check(r"C:\Fax\Sent", "/data/archive/C/Fax/Sent");
        check("d:/fax/../..", "/data/archive/d/fax");
        check(r"\\SERVER\Fax$\sent faxes", "/data/archive/SERVER/Fax/sent-faxes");
        check("Z:", "/data/archive/Z");
        for directory in ["fax", "./fax", "..", r"Fax\Sent", "CC:\\fax"] {
            assert!(archive(Path::new("/data"), directory).is_err(), "{directory}");
        }
    }
}
