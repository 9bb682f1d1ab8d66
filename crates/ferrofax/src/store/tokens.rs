//! Who asks: tokens, and the first of them.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::engine::Engine;
use super::{Result, Rights, Store, StoreError, User, folder, row};
use crate::clock::Clock;

/// Octets of a token: too many to guess.
const TOKEN_OCTETS: usize = 32;

/// The longest token that is looked at.
const TOKEN_CHARS: usize = 256;

/// The longest name of a user, in characters.
const NAME_CHARS: usize = 64;

/// The file with which the account that runs the server finds it.
const CLIENT_FILE: &str = "client.toml";

/// The tokens of a data folder, also while a server works on it. Only digests of them are stored.
#[derive(Debug)]
pub struct Tokens {
    engine: Engine,
    clock: Clock,
    /// Held when no server holds it.
    _lock: Option<File>,
}

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Who comes with it.
    pub user: User,
    /// When it was made, microseconds UTC.
    pub created_us: i64,
}

impl Tokens {
    /// Opens the tokens of the data folder. Beside a running server the database is taken as it is;
    /// otherwise it is brought to the newest schema, and the folder is made when it is not there.
    ///
    /// # Errors
    /// [`StoreError::Newer`], or when the disk or the database fails.
    pub async fn open(path: &Path, clock: Clock) -> Result<Self> {
        let (engine, lock) = match folder::take(path) {
            Ok((path, lock)) => (Engine::open(&path.join(folder::DATABASE)).await?, Some(lock)),
            Err(StoreError::InUse(_)) => {
                (Engine::open_beside(&path.join(folder::DATABASE)).await?, None)
            }
            Err(error) => return Err(error),
        };
        Ok(Self { engine, clock, _lock: lock })
    }

    /// Makes a token for `user`. It opens the door at once, also of a running server.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for a name that is no name, when the system gives no random numbers,
    /// or the database fails.
    pub async fn add(&self, user: &str, rights: Rights) -> Result<String> {
        let fits = (1..=NAME_CHARS).contains(&user.chars().count());
        if !fits || user.chars().any(char::is_control) {
            let why = format!("has 1 to {NAME_CHARS} characters, none of them a control character");
            return Err(StoreError::Invalid { key: "the user's name", why });
        }
        let mut random = [0; TOKEN_OCTETS];
        getrandom::fill(&mut random).map_err(|e| std::io::Error::other(e.to_string()))?;
        let token = hex(&random);
        let sql = "INSERT INTO tokens (digest, user_name, created_us, rights) \
             VALUES ($1, $2, $3, $4)";
        let mut tx = self.engine.begin_write().await?;
        sqlx::query(sql)
            .bind(digest(&token))
            .bind(user)
            .bind(self.clock.now_us())
            .bind(rights.bits())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Every token, by user and age.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<Token>> {
        let sql = "SELECT user_name, rights, created_us FROM tokens ORDER BY user_name, created_us";
        let rows = sqlx::query(sql).fetch_all(self.engine.reader()).await?;
        let token =
            |row| Ok(Token { user: row::user(row)?, created_us: row.try_get("created_us")? });
        Ok(rows.iter().map(token).collect::<Result<_, sqlx::Error>>()?)
    }

    /// Removes the tokens of a user; how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove(&self, user: &str) -> Result<u64> {
        let mut tx = self.engine.begin_write().await?;
        let sql = "DELETE FROM tokens WHERE user_name = $1";
        let removed = sqlx::query(sql).bind(user).execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(removed)
    }
}

impl Store {
    /// The tokens of this store.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        Tokens { engine: self.engine().clone(), clock: *self.clock(), _lock: None }
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_of(&self, token: &str) -> Result<Option<User>> {
        if token.is_empty() || token.len() > TOKEN_CHARS {
            return Ok(None);
        }
        let row = sqlx::query("SELECT user_name, rights FROM tokens WHERE digest = $1")
            .bind(digest(token))
            .fetch_optional(self.engine().reader())
            .await?;
        Ok(row.as_ref().map(row::user).transpose()?)
    }

    /// Makes a token for `user`, who may do everything.
    ///
    /// # Errors
    /// As [`Tokens::add`].
    pub async fn add_token(&self, user: &str) -> Result<String> {
        self.tokens().add(user, Rights::all()).await
    }

    /// Writes `client.toml` into the data folder, readable for the account that runs the server
    /// alone: the address `server` and a token for `user`. A token that is there and good stays.
    ///
    /// # Errors
    /// When the disk or the database fails.
    pub async fn write_client_file(&self, server: &str, user: &str) -> Result<PathBuf> {
        let path = self.folder().join(CLIENT_FILE);
        let token = match self.good_token(&path).await? {
            Some(token) => token,
            None => self.add_token(user).await?,
        };
        let server = toml::Value::from(server);
        let text = format!("server = {server}\ntoken = \"{token}\"\n");
        write_private(&path, text.as_bytes())?;
        Ok(path)
    }

    /// The token of the file, when it still opens the door.
    async fn good_token(&self, path: &Path) -> Result<Option<String>> {
        let Ok(text) = std::fs::read_to_string(path) else { return Ok(None) };
        let Ok(table) = text.parse::<toml::Table>() else { return Ok(None) };
        let Some(token) = table.get("token").and_then(toml::Value::as_str) else { return Ok(None) };
        Ok(self.user_of(token).await?.map(|_| token.to_owned()))
    }
}

/// Replaces a file by one that only its owner can read.
fn write_private(path: &Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let fresh = path.with_extension("new");
    drop(std::fs::remove_file(&fresh));
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(text)?;
    file.sync_all()?;
    std::fs::rename(fresh, path)
}

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").expect("a string takes everything");
        text
    })
}
