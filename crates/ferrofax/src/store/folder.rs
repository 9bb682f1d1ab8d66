//! The data folder: faxes are private, so it is for the account that runs the server alone.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{Result, StoreError};

/// The folders of the data folder.
const FOLDERS: [&str; 4] = ["documents", "pages", "inbox", "transcripts"];

/// The database.
pub(super) const DATABASE: &str = "ferrofax.db";

/// Held by the server that works on the folder.
const LOCK: &str = "ferrofax.lock";

/// Files that the database or this module makes in the folder itself.
const FILES: [&str; 4] = [DATABASE, "ferrofax.db-wal", "ferrofax.db-shm", LOCK];

/// With less room than this on the disk, in octets, nothing new is taken in: what is here already
/// needs room to come to its end.
#[cfg(unix)]
const ROOM_KEPT: u64 = 64 << 20;

/// Makes the folder and takes it for this process. A folder that was there before and holds other
/// things keeps its rights; what is put into it is private all the same.
pub(super) fn take(folder: &Path) -> Result<(PathBuf, File)> {
    create(folder)?;
    let folder = folder.canonicalize()?;
    if is_ours(&folder)? {
        make_private(&folder, 0o700);
    }
    for name in FOLDERS {
        let folder = folder.join(name);
        create(&folder)?;
        make_private(&folder, 0o700);
    }
    let lock = open(&folder.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::InUse(folder.display().to_string()));
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    // The files beside the database take its rights from it.
    drop(open(&folder.join(DATABASE))?);
    for file in FILES.map(|name| folder.join(name)).iter().filter(|file| file.exists()) {
        make_private(file, 0o600);
    }
    Ok((folder, lock))
}

/// Whether something new may come in. A system that does not tell how much room it has is believed
/// to have enough.
#[cfg(unix)]
pub(super) fn has_room(folder: &Path) -> bool {
    rustix::fs::statvfs(folder)
        .map_or(true, |disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= ROOM_KEPT)
}

/// Whether something new may come in. Here nobody tells how much room there is.
#[cfg(not(unix))]
pub(super) fn has_room(_folder: &Path) -> bool {
    true
}

/// A folder that holds nothing, or a database of ours.
fn is_ours(folder: &Path) -> io::Result<bool> {
    Ok(folder.join(DATABASE).exists() || std::fs::read_dir(folder)?.next().is_none())
}

fn create(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn open(file: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Takes the rights of others away. On a file system that has no rights it cannot be done.
#[cfg(unix)]
fn make_private(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let is_private =
        std::fs::metadata(path).is_ok_and(|known| known.permissions().mode() & 0o077 == 0);
    if is_private {
        return;
    }
    if let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)) {
        tracing::warn!(path = %path.display(), %error, "other users may read this");
    }
}

#[cfg(not(unix))]
fn make_private(_path: &Path, _mode: u32) {}
