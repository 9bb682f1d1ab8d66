//! The server's properties in the database: one row for each that a client set.

use std::path::Path;

use sqlx::Row;

use super::{EventKind, Result, ServerProperties, Store, StoreError, TimeOfDay};

impl Store {
    /// The server's properties.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn server(&self) -> Result<ServerProperties> {
        let rows = sqlx::query("SELECT name, value FROM server_properties")
            .fetch_all(self.engine().reader())
            .await?;
        let mut properties = ServerProperties::default();
        for row in &rows {
            let (name, value): (String, String) = (row.try_get("name")?, row.try_get("value")?);
            if properties.set(&name, &value).is_none() {
                tracing::warn!(name, value, "a stored property means nothing; its default is used");
            }
        }
        Ok(properties)
    }

    /// Sets all of the server's properties.
    ///
    /// # Errors
    /// As [`Store::change_server`].
    pub async fn set_server(&self, properties: ServerProperties) -> Result<()> {
        let set = |now: &mut ServerProperties| {
            *now = properties;
            Ok(())
        };
        self.change_server(set).await.map(|_| ())
    }

    /// Changes the server's properties; what they are then. Nobody else changes them meanwhile.
    ///
    /// # Errors
    /// What `change` says, [`StoreError::Invalid`], or when the database fails.
    pub async fn change_server(
        &self,
        change: impl FnOnce(&mut ServerProperties) -> Result<()>,
    ) -> Result<ServerProperties> {
        let mut write = self.write().await?;
        // There is one writer, and that is this transaction.
        let before = self.server().await?;
        let mut after = before.clone();
        change(&mut after)?;
        after.check()?;
        let sql = "INSERT INTO server_properties (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        for (now, then) in after.rows().into_iter().zip(before.rows()) {
            if now != then {
                sqlx::query(sql).bind(now.0).bind(now.1).execute(&mut *write.tx).await?;
            }
        }
        write.event(EventKind::ServerChanged, None).await?;
        write.commit().await?;
        if after.dirty_days != before.dirty_days {
            self.inner.clean_now.notify_one();
        }
        Ok(after)
    }

    /// Waits until there may be something to clean because a property changed.
    pub async fn clean_now(&self) {
        self.inner.clean_now.notified().await;
    }
}

impl ServerProperties {
    /// Every property by the name it has in its row.
    fn rows(&self) -> [(&'static str, String); 12] {
        let flag = |value: bool| i32::from(value).to_string();
        let time = |time: TimeOfDay| format!("{:02}:{:02}", time.hour(), time.minute());
        [
            ("retries", self.retries.to_string()),
            ("retry_delay_min", self.retry_delay_min.to_string()),
            ("dirty_days", self.dirty_days.map_or("never".to_owned(), |days| days.to_string())),
            ("branding", flag(self.branding)),
            ("use_device_tsid", flag(self.use_device_tsid)),
            ("server_coverpage", flag(self.server_coverpage)),
            ("pause_server_queue", flag(self.pause_server_queue)),
            ("archive_outbound", flag(self.archive_outbound)),
            ("archive_directory", self.archive_directory.clone()),
            ("server_mapi_profile", self.server_mapi_profile.clone()),
            ("discount_start", time(self.discount_start)),
            ("discount_end", time(self.discount_end)),
        ]
    }

    /// Takes one row; `None` when it means nothing.
    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let flag = || ["0", "1"].iter().position(|v| *v == value).map(|v| v == 1);
        let time = || {
            let (hour, minute) = value.split_once(':')?;
            TimeOfDay::new(hour.parse().ok()?, minute.parse().ok()?)
        };
        match name {
            "retries" => self.retries = value.parse().ok()?,
            "retry_delay_min" => self.retry_delay_min = value.parse().ok()?,
            "dirty_days" if value == "never" => self.dirty_days = None,
            "dirty_days" => self.dirty_days = Some(value.parse().ok()?),
            "branding" => self.branding = flag()?,
            "use_device_tsid" => self.use_device_tsid = flag()?,
            "server_coverpage" => self.server_coverpage = flag()?,
            "pause_server_queue" => self.pause_server_queue = flag()?,
            "archive_outbound" => self.archive_outbound = flag()?,
            "archive_directory" => value.clone_into(&mut self.archive_directory),
            "server_mapi_profile" => value.clone_into(&mut self.server_mapi_profile),
            "discount_start" => self.discount_start = time()?,
            "discount_end" => self.discount_end = time()?,
            _ => return None,
        }
        Some(())
    }

    fn check(&self) -> Result<()> {
        let most = |key, value: u32, most: u32| match value <= most {
            true => Ok(()),
            false => Err(StoreError::Invalid { key, why: format!("is 0 to {most}") }),
        };
        most("retries", self.retries, Self::MAX_RETRIES)?;
        most("retry_delay", self.retry_delay_min, Self::MAX_RETRY_DELAY_MIN)?;
        most("dirty_days", self.dirty_days.unwrap_or(0), Self::MAX_DIRTY_DAYS)?;
        for (key, text) in [
            ("archive_directory", &self.archive_directory),
            ("server_mapi_profile", &self.server_mapi_profile),
        ] {
            if text.chars().count() > Self::MAX_TEXT {
                let why = format!("has at most {} characters", Self::MAX_TEXT);
                return Err(StoreError::Invalid { key, why });
            }
            if text.chars().any(char::is_control) {
                let why = "has no control characters".to_owned();
                return Err(StoreError::Invalid { key, why });
            }
        }
        if !self.archive_directory.is_empty() && !is_full_path(&self.archive_directory) {
            let why = r"is empty or a full path, such as /srv/faxes, C:\faxes or \\server\faxes";
            return Err(StoreError::Invalid { key: "archive_directory", why: why.to_owned() });
        }
        Ok(())
    }
}

/// A path from the root of this system, or of a drive or share of Windows, which clients there set
/// whatever the server runs on.
fn is_full_path(path: &str) -> bool {
    let is_slash = |octet: &u8| matches!(octet, b'/' | b'\\');
    match path.as_bytes() {
        [drive, b':', slash, ..] if drive.is_ascii_alphabetic() && is_slash(slash) => true,
        [b'\\', b'\\', first, ..] => !is_slash(first),
        _ => Path::new(path).is_absolute(),
    }
}
