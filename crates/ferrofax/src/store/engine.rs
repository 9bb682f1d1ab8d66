//! The few places where database engines differ: the address, the settings of a connection, how a
//! writing transaction begins. Everything else of the store is SQL that any engine takes.

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::MigrateError;
use sqlx::{Any, AnyPool, Connection as _, Executor, Transaction};

use super::{Result, StoreError};

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

/// A statement that gives what `SELECT columns rest` would give for each of `rests`, one after the
/// other, as one text: each row a line, a JSON array; null for no rows. A row crosses from the
/// thread of its connection to that of whoever asks, which costs more than to find it.
pub(super) fn packed(columns: &[&str], rests: &[&str]) -> String {
    let columns = columns.join(", ");
    let part =
        |rest| format!("SELECT * FROM (SELECT json_array({columns}) AS line {rest}) AS part");
    let parts: Vec<String> = rests.iter().map(part).collect();
    format!("SELECT group_concat(line, char(10)) FROM ({}) AS parts", parts.join(" UNION ALL "))
}

/// An open database. Writers queue for one connection.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    writer: AnyPool,
    readers: AnyPool,
}

impl Engine {
    /// Opens the SQLite database `file` and brings it to the newest schema.
    pub(super) async fn open(file: &Path) -> Result<Self> {
        let engine = Self::open_beside(file).await?;
        migrate(&engine.writer).await?;
        Ok(engine)
    }

    /// Opens the SQLite database `file` of a running server.
    pub(super) async fn open_beside(file: &Path) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let options: AnyConnectOptions = sqlite_address(file).parse()?;
        let pool = |connections: u32| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                // It is tested when it comes back, and nobody hangs up in between.
                .test_before_acquire(false)
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        connection.execute(sqlx::raw_sql(SQLITE_SETTINGS)).await?;
                        Ok(())
                    })
                })
        };
        let writer = pool(1)
            // A full disk ends a transaction behind the back of `sqlx`, which then believes to
            // be in it for ever: such a connection is closed, and the next one begins anew.
            // The ping waits until a roll-back that is under way is done.
            .after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(options.clone())
            .await?;
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

/// Brings the database to the newest schema. One that is newer than this program is left alone.
async fn migrate(writer: &AnyPool) -> Result<()> {
    let migrator = sqlx::migrate!();
    match migrator.run(writer).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => {
            let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
            Err(StoreError::Newer { found, known })
        }
        Err(error) => Err(sqlx::Error::from(error).into()),
    }
}

/// The address of a SQLite file; characters that mean something in an address are escaped.
fn sqlite_address(file: &Path) -> String {
    let path = file.to_string_lossy().replace('\\', "/");
    let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}?mode=rwc")
}
