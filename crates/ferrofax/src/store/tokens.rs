//! Who asks: tokens, and the first of them.

use std::fmt::Write as _;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{Result, Store, User};

/// Octets of a token: too many to guess.
const TOKEN_OCTETS: usize = 32;

/// The longest token that is looked at.
const TOKEN_CHARS: usize = 256;

/// The file with which the account that runs the server finds it.
const CLIENT_FILE: &str = "client.toml";

impl Store {
    /// Whose token this is. Only a digest of it is stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user_of(&self, token: &str) -> Result<Option<User>> {
        if token.is_empty() || token.len() > TOKEN_CHARS {
            return Ok(None);
        }
        let row = sqlx::query("SELECT user_name FROM tokens WHERE digest = $1")
            .bind(digest(token))
            .fetch_optional(self.engine().reader())
            .await?;
        Ok(row.map(|row| row.try_get("user_name").map(|name| User { name })).transpose()?)
    }

    /// Makes a token for `user`.
    ///
    /// # Errors
    /// When the system gives no random numbers, or the database fails.
    pub async fn add_token(&self, user: &str) -> Result<String> {
        let mut random = [0; TOKEN_OCTETS];
        getrandom::fill(&mut random).map_err(|e| std::io::Error::other(e.to_string()))?;
        let token = hex(&random);
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO tokens (digest, user_name, created_us) VALUES ($1, $2, $3)")
            .bind(digest(&token))
            .bind(user)
            .bind(write.now_us)
            .execute(&mut *write.tx)
            .await?;
        write.commit().await?;
        Ok(token)
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
    async fn good_token(&self, path: &std::path::Path) -> Result<Option<String>> {
        let Ok(text) = std::fs::read_to_string(path) else { return Ok(None) };
        let Ok(table) = text.parse::<toml::Table>() else { return Ok(None) };
        let Some(token) = table.get("token").and_then(toml::Value::as_str) else { return Ok(None) };
        Ok(self.user_of(token).await?.map(|_| token.to_owned()))
    }
}

/// Replaces a file by one that only its owner can read.
fn write_private(path: &std::path::Path, text: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let fresh = path.with_extension("new");
    drop(std::fs::remove_file(&fresh));
    let mut options = std::fs::File::options();
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
