//! A copy in a folder: there whole or not at all, never in the place of another file, and once
//! however often it is tried.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempPath;
use tokio::sync::oneshot;

/// How long a folder may take, in reality: one that lies on another machine may not answer at all.
const WITHIN: Duration = Duration::from_secs(30);

/// The most names that are looked at for one copy; the others belong to other files.
const NAMES: u32 = 100;

/// Writes copies, each in a thread of its own, so that a folder that does not answer holds up
/// nothing else, not even the end of the server.
#[derive(Debug, Clone, Default)]
pub(super) struct Copies {
    /// Folders in which a write is under way: at most one in each.
    busy: Arc<Mutex<HashSet<PathBuf>>>,
}

impl Copies {
    /// Puts a copy into `folder` as `name.tif`; where it lies. The same octets under this name are
    /// an earlier copy; a file of other octets gets `name-2.tif` beside it.
    pub(super) async fn put(
        &self,
        folder: PathBuf,
        name: String,
        copy: Bytes,
    ) -> io::Result<PathBuf> {
        let slow = |words: &str| io::Error::new(ErrorKind::TimedOut, words);
        if !self.lock().insert(folder.clone()) {
            return Err(slow("the last write into it has not ended yet"));
        }
        let turn = Turn { copies: self.clone(), folder };
        let (done, result) = oneshot::channel();
        std::thread::Builder::new().name("copy".to_owned()).spawn(move || {
            let put = put(&turn.folder, &name, &copy);
            drop(turn);
            drop(done.send(put));
        })?;
        match tokio::time::timeout(WITHIN, result).await {
            Ok(Ok(put)) => put,
            Ok(Err(_)) => Err(io::Error::other("the write broke off")),
            Err(_) => Err(slow("it does not answer")),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<PathBuf>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write that is under way in a folder.
struct Turn {
    copies: Copies,
    folder: PathBuf,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.copies.lock().remove(&self.folder);
    }
}

fn put(folder: &Path, name: &str, copy: &[u8]) -> io::Result<PathBuf> {
    create(folder)?;
    for number in 1..=NAMES {
        let name = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
        let target = folder.join(format!("{name}.tif"));
        match fs::symlink_metadata(&target) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(found) if is_same(&target, &found, copy)? => {
                // Whoever wrote it may have been lost before the name was safe.
                sync_folder(folder)?;
                return Ok(target);
            }
            Ok(_) => continue,
        }
        let whole = write(folder.join(format!(".{name}.part")), copy)?;
        match whole.persist_noclobber(&target) {
            Ok(()) => {
                sync_folder(folder)?;
                return Ok(target);
            }
            Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => {}
            Err(other) => return Err(other.error),
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "there are too many files of this name"))
}

fn is_same(target: &Path, found: &fs::Metadata, copy: &[u8]) -> io::Result<bool> {
    let may_be = found.is_file() && usize::try_from(found.len()).is_ok_and(|len| len == copy.len());
    Ok(may_be && fs::read(target)? == copy)
}

/// A whole file under a name for the time being; what a lost server left there goes.
fn write(part: PathBuf, copy: &[u8]) -> io::Result<TempPath> {
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = File::options();
    // A new file only: a link that somebody laid there is not followed.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o660);
    let mut file = options.open(&part)?;
    let part = TempPath::try_from_path(part)?;
    file.write_all(copy)?;
    file.sync_all()?;
    Ok(part)
}

/// Makes the folder and those above it, for the account and its group.
fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o770);
    builder.create(folder)?;
    let mut above = folder.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    above.try_for_each(sync_folder)
}

/// What cannot be synced is left to its file system: a folder into which the server may write and
/// not look, and those of some network file systems.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.or_else(|error| match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    })
}

/// Here a folder cannot be synced; its file system writes names down by itself.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_copy_is_made_once_and_never_over_another_file() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/deep");
        assert_eq!(put(&folder, "fax_1", b"one").unwrap(), folder.join("fax_1.tif"));
        assert_eq!(put(&folder, "fax_1", b"one").unwrap(), folder.join("fax_1.tif"));
        assert_eq!(put(&folder, "fax_1", b"two").unwrap(), folder.join("fax_1-2.tif"));
        assert_eq!(put(&folder, "fax_1", b"two").unwrap(), folder.join("fax_1-2.tif"));
        fs::create_dir(folder.join("fax_2.tif")).unwrap();
        assert_eq!(put(&folder, "fax_2", b"two").unwrap(), folder.join("fax_2-2.tif"));
        assert_eq!(fs::read(folder.join("fax_1.tif")).unwrap(), b"one");
        assert_eq!(names(&folder), ["fax_1-2.tif", "fax_1.tif", "fax_2-2.tif", "fax_2.tif"]);
    }

    #[test]
    fn what_a_lost_server_left_is_no_copy_and_goes() {
        let place = tempfile::tempdir().unwrap();
        let part = place.path().join(".fax.part");
        fs::write(&part, "half").unwrap();
        put(place.path(), "fax", b"whole").unwrap();
        assert_eq!(names(place.path()), ["fax.tif"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_way_is_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let (elsewhere, folder) = (place.path().join("elsewhere"), place.path().join("folder"));
        fs::create_dir(&folder).unwrap();
        fs::write(&elsewhere, "mine").unwrap();
        for name in [".fax.part", "fax.tif"] {
            std::os::unix::fs::symlink(&elsewhere, folder.join(name)).unwrap();
        }
        assert_eq!(put(&folder, "fax", b"mine").unwrap(), folder.join("fax-2.tif"));
        assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_is_an_error_and_is_asked_again() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        let copies = Copies::default();
        let copy = Bytes::from_static(b"copy");
        copies.put(file.join("in"), "fax".to_owned(), copy.clone()).await.unwrap_err();
        fs::remove_file(&file).unwrap();
        let put = copies.put(file.join("in"), "fax".to_owned(), copy).await.unwrap();
        assert_eq!(put, file.join("in/fax.tif"));
    }

    #[tokio::test]
    async fn a_folder_that_does_not_answer_has_one_write_waiting_and_no_more() {
        let place = tempfile::tempdir().unwrap();
        let (hangs, works) = (place.path().join("hangs"), place.path().join("works"));
        let copies = Copies::default();
        copies.lock().insert(hangs.clone());
        let put = async |folder: &Path| {
            copies.put(folder.to_owned(), "fax".to_owned(), Bytes::from_static(b"copy")).await
        };
        assert_eq!(put(&hangs).await.unwrap_err().kind(), ErrorKind::TimedOut);
        put(&works).await.unwrap();
        drop(Turn { copies: copies.clone(), folder: hangs.clone() });
        put(&hangs).await.unwrap();
        assert!(copies.lock().is_empty());
    }
}
