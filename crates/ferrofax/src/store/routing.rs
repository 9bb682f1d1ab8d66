//! How lines deliver what they receive: what the configuration says, and what a client set instead.

use std::path::{Path, PathBuf};

use sqlx::Row;

use super::{EventKind, PortId, Result, Store, StoreError};
use crate::delivery::Method;

/// The longest target, in characters.
const TARGET_CHARS: usize = 1024;

/// The folder of the data folder that is taken when none is named.
const DEFAULT_FOLDER: &str = "received";

/// One way in which a line delivers what it receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Which way.
    pub method: Method,
    /// Whether it is wanted.
    pub enable: bool,
    /// Where to; empty for the method's own default.
    pub target: String,
}

/// Changes to a way; `None` leaves a value as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoutePatch {
    /// Whether it is wanted.
    pub enable: Option<bool>,
    /// Where to; empty for the method's own default.
    pub target: Option<String>,
}

impl Store {
    /// The ways in which a line delivers what it receives, in the order of [`Method::ALL`].
    ///
    /// # Errors
    /// [`StoreError::NoPort`] for a line that never was, or when the database fails.
    pub async fn routes(&self, id: PortId) -> Result<Vec<Route>> {
        let name: Option<String> = sqlx::query_scalar("SELECT name FROM ports WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.engine().reader())
            .await?;
        let name = name.ok_or(StoreError::NoPort(id))?;
        let sql = "SELECT method, enabled, target FROM port_routing WHERE port = $1";
        let rows = sqlx::query(sql).bind(id.0).fetch_all(self.engine().reader()).await?;
        let mut routes: Vec<Route> =
            Method::ALL.into_iter().map(|method| self.route_by_file(&name, method)).collect();
        for row in &rows {
            let method = Method::from_word(row.try_get("method")?);
            if let Some(route) = routes.iter_mut().find(|route| Some(route.method) == method) {
                let enabled: Option<i64> = row.try_get("enabled")?;
                let target: Option<String> = row.try_get("target")?;
                route.enable = enabled.map_or(route.enable, |enabled| enabled != 0);
                route.target = target.unwrap_or_else(|| std::mem::take(&mut route.target));
            }
        }
        Ok(routes)
    }

    /// Changes a way of a line. What is not named stays as the configuration or an earlier change
    /// says. faxcom IFaxRoutingMethod::put_Enable
    ///
    /// # Errors
    /// [`StoreError::NoPort`], [`StoreError::Invalid`], or when the database fails.
    pub async fn set_route(&self, id: PortId, method: Method, patch: RoutePatch) -> Result<Route> {
        self.port(id).await?;
        if let Some(target) = &patch.target {
            check_target(method, target)?;
        }
        let mut write = self.write().await?;
        let sql = "INSERT INTO port_routing (port, method, enabled, target) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (port, method) DO UPDATE SET \
             enabled = COALESCE(excluded.enabled, port_routing.enabled), \
             target = COALESCE(excluded.target, port_routing.target)";
        sqlx::query(sql)
            .bind(id.0)
            .bind(method.as_str())
            .bind(patch.enable.map(i64::from))
            .bind(patch.target)
            .execute(&mut *write.tx)
            .await?;
        write.event(EventKind::PortChanged, None).await?;
        write.commit().await?;
        let route = self.routes(id).await?.into_iter().find(|route| route.method == method);
        route.ok_or(StoreError::NoPort(id))
    }

    /// The folder into which a line copies what it receives; `None` when it does not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stores_in(&self, port: Option<PortId>) -> Result<Option<PathBuf>> {
        let Some(port) = port else { return Ok(None) };
        let routes = self.routes(port).await?;
        let route = routes.into_iter().find(|r| r.method == Method::Folder && r.enable);
        Ok(route.map(|route| match route.target.is_empty() {
            true => self.folder().join(DEFAULT_FOLDER),
            false => PathBuf::from(route.target),
        }))
    }

    /// The number that was called by the latest fax that a line received.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_called(&self, port: PortId) -> Result<Option<String>> {
        let sql = "SELECT number FROM jobs WHERE direction = 'receive' AND port = $1 \
             AND pages > 0 ORDER BY id DESC LIMIT 1";
        let number = sqlx::query_scalar(sql).bind(port.0);
        Ok(number.fetch_optional(self.engine().reader()).await?)
    }

    /// What the configuration says of a way of a line: a folder that it names is wanted.
    fn route_by_file(&self, line: &str, method: Method) -> Route {
        let lines = self.inner.port_defaults.get().map_or(&[][..], Vec::as_slice);
        let line = lines.iter().find(|known| known.name == line && method == Method::Folder);
        let folder = line.and_then(|line| line.store_in.as_ref());
        Route {
            method,
            enable: folder.is_some(),
            target: folder.map(|f| f.to_string_lossy().into_owned()).unwrap_or_default(),
        }
    }
}

fn check_target(method: Method, target: &str) -> Result<()> {
    let wrong = |why: String| Err(StoreError::Invalid { key: "target", why });
    if target.chars().count() > TARGET_CHARS {
        return wrong(format!("has at most {TARGET_CHARS} characters"));
    }
    if target.chars().any(char::is_control) {
        return wrong("has no control characters".to_owned());
    }
    if method == Method::Folder && !target.is_empty() && !Path::new(target).is_absolute() {
        return wrong(format!("is a full path on the server; {target:?} is not"));
    }
    Ok(())
}
