//! The few places where database engines differ: the address, the settings of a connection, how a
//! writing transaction begins. Everything else of the store is SQL that any engine takes.

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Executor, Transaction};

use super::Result;

/// Connections that read. SQLite lets them read while one writes.
const READERS: u32 = 4;

/// How long anybody waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(30);

/// Settings of every SQLite connection: a commit is on the disk when it returns, and readers do
/// not wait for the writer.
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000;";

/// Takes the write lock at once, so that a transaction never fails half way for want of it.
const SQLITE_BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// An open database. Writers queue for one connection.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    writer: AnyPool,
    readers: AnyPool,
}

impl Engine {
    /// Opens the SQLite database `file` and brings it to the newest schema.
    pub(super) async fn open(file: &Path) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let options: AnyConnectOptions = sqlite_address(file).parse()?;
        let pool = |connections: u32| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        connection.execute(sqlx::raw_sql(SQLITE_SETTINGS)).await?;
                        Ok(())
                    })
                })
        };
        let writer = pool(1).connect_with(options.clone()).await?;
        sqlx::migrate!().run(&writer).await.map_err(sqlx::Error::from)?;
        let readers = pool(READERS).connect_with(options).await?;
        Ok(Self { writer, readers })
    }

    /// Begins a writing transaction. It is rolled back when it is dropped.
    pub(super) async fn begin_write(&self) -> Result<Transaction<'static, Any>> {
        Ok(self.writer.begin_with(SQLITE_BEGIN_WRITE).await?)
    }

    /// For statements that only read.
    pub(super) const fn reader(&self) -> &AnyPool {
        &self.readers
    }

    /// Closes every connection.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// The address of a SQLite file; characters that mean something in an address are escaped.
fn sqlite_address(file: &Path) -> String {
    let path = file.to_string_lossy().replace('\\', "/");
    let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}?mode=rwc")
}
