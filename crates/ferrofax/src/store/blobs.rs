//! Files of the data folder, through `object_store`: its local back end with `fsync` on writes a
//! temporary file beside the target, syncs it, renames it and syncs the folder, so that a name
//! stands for a whole file or for nothing. A store of another kind can take its place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ObjectStore, ObjectStoreExt};

use super::{DocumentId, JobId, Result, StoreError};

/// The files beside the database.
#[derive(Debug, Clone)]
pub(super) struct Blobs {
    files: Arc<LocalFileSystem>,
    folder: PathBuf,
}

impl Blobs {
    /// The files under `folder`, which exists.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let files = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { files: Arc::new(files), folder: folder.to_owned() })
    }

    /// Writes a whole file durably.
    pub(super) async fn put(&self, name: &Name, bytes: Bytes) -> Result<()> {
        self.files.put(name, bytes.into()).await?;
        Ok(())
    }

    /// Reads a whole file.
    pub(super) async fn read(&self, name: &Name) -> Result<Bytes> {
        let damaged = |why: object_store::Error| StoreError::Damaged {
            what: name.to_string(),
            why: why.to_string(),
        };
        self.files.get(name).await.map_err(damaged)?.bytes().await.map_err(damaged)
    }

    /// Removes every file under `name`; what is not there is no error.
    pub(super) async fn remove_all(&self, name: &Name) -> Result<()> {
        let found = self.files.list(Some(name)).map_ok(|meta| meta.location).boxed();
        let names: Vec<Name> = found.try_collect().await?;
        for name in names {
            self.remove(&name).await?;
        }
        let folder = self.path(name);
        drop(tokio::fs::remove_dir_all(folder).await);
        Ok(())
    }

    /// Removes a file and what a lost server left of an earlier try to write it; what is not there
    /// is no error.
    pub(super) async fn remove(&self, name: &Name) -> Result<()> {
        // The name that `object_store` gives to a file it has not finished.
        let unfinished = format!("{}#1", self.path(name).display());
        drop(tokio::fs::remove_file(unfinished).await);
        match self.files.delete(name).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Moves a file that cannot be read out of the way, for a person to look at.
    pub(super) async fn put_aside(&self, name: &Name) {
        let aside = Name::from(format!("{name}.damaged"));
        if let Err(error) = self.files.rename(name, &aside).await {
            tracing::debug!(%name, %error, "nothing to put aside");
        }
    }

    /// Where a file lies.
    pub(super) fn path(&self, name: &Name) -> PathBuf {
        self.folder.join(name.as_ref())
    }
}

/// `documents/<id>`
pub(super) fn document(id: DocumentId) -> Name {
    Name::from(format!("documents/{id}"))
}

/// `pages/<job>`
pub(super) fn pages(job: JobId) -> Name {
    Name::from(format!("pages/{job}"))
}

/// `pages/<job>/<nnnn>.tif`, from 0001.
pub(super) fn page(job: JobId, index: u32) -> Name {
    Name::from(format!("pages/{job}/{:04}.tif", u64::from(index) + 1))
}

/// `inbox/<job>.tif`
pub(super) fn inbox(job: JobId) -> Name {
    Name::from(format!("inbox/{job}.tif"))
}

/// `transcripts/<job>-<attempt>.jsonl`
pub(super) fn transcript(job: JobId, attempt: u32) -> Name {
    Name::from(format!("transcripts/{job}-{attempt}.jsonl"))
}
