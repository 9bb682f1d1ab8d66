//! Lines as clients see them: what the configuration says, and what a client set instead.

use std::path::PathBuf;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::write::Write;
use super::{EventKind, Port, PortId, PortPatch, Result, Setting, Source, Store, StoreError};

/// The most rings. faxcom IFaxPort::put_Rings
const MAX_RINGS: u32 = 99;

/// What the configuration says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortDefaults {
    /// The line's name.
    pub name: String,
    /// Rings before answering.
    pub rings: Setting<u32>,
    /// Identity sent when receiving.
    pub csid: Setting<String>,
    /// Identity sent when sending.
    pub tsid: Setting<String>,
    /// Whether it may send.
    pub send: Setting<bool>,
    /// Whether it may receive.
    pub receive: Setting<bool>,
    /// Calls at once.
    pub channels: u32,
    /// The folder into which received faxes are copied.
    pub store_in: Option<PathBuf>,
}

impl Store {
    /// Tells the store the lines of the configuration, once. A name that was there before gets its
    /// DeviceId back; one that is gone keeps its own for the day it returns.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_lines(&self, lines: Vec<PortDefaults>) -> Result<()> {
        let mut write = self.write().await?;
        for line in &lines {
            let known = sqlx::query("SELECT id FROM ports WHERE name = $1")
                .bind(&line.name)
                .fetch_optional(&mut *write.tx)
                .await?;
            if known.is_none() {
                let id = write.next("port").await?;
                sqlx::query("INSERT INTO ports (id, name, priority) VALUES ($1, $2, $3)")
                    .bind(id)
                    .bind(&line.name)
                    .bind(id)
                    .execute(&mut *write.tx)
                    .await?;
            }
        }
        write.commit().await?;
        drop(self.inner.port_defaults.set(lines));
        Ok(())
    }

    /// The lines of the configuration, by DeviceId.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ports(&self) -> Result<Vec<Port>> {
        let rows = sqlx::query("SELECT * FROM ports ORDER BY id")
            .fetch_all(self.engine().reader())
            .await?;
        let mut ports = Vec::with_capacity(rows.len());
        for row in &rows {
            ports.extend(self.port_from(row)?);
        }
        // A rank among the lines that are there: 1 to their number.
        let mut ranks: Vec<(u32, PortId)> = ports.iter().map(|p| (p.priority, p.id)).collect();
        ranks.sort_unstable();
        for port in &mut ports {
            let ahead = ranks.iter().take_while(|(_, id)| *id != port.id).count();
            port.priority = u32::try_from(ahead + 1).unwrap_or(u32::MAX);
        }
        Ok(ports)
    }

    /// A line.
    ///
    /// # Errors
    /// [`StoreError::NoPort`], or when the database fails.
    pub async fn port(&self, id: PortId) -> Result<Port> {
        self.ports().await?.into_iter().find(|p| p.id == id).ok_or(StoreError::NoPort(id))
    }

    /// A line, if the configuration still has it.
    pub(super) async fn line(&self, id: PortId) -> Result<Option<Port>> {
        match self.port(id).await {
            Ok(port) => Ok(Some(port)),
            Err(StoreError::NoPort(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Changes a line. A new rank moves the others along. faxcom IFaxPort::put_Priority
    ///
    /// # Errors
    /// [`StoreError::NoPort`], [`StoreError::Invalid`], or when the database fails.
    pub async fn set_port(&self, id: PortId, patch: PortPatch) -> Result<Port> {
        self.port(id).await?;
        if patch.rings.is_some_and(|rings| rings > MAX_RINGS) {
            let why = format!("is 0 to {MAX_RINGS}");
            return Err(StoreError::Invalid { key: "rings", why });
        }
        let mut write = self.write().await?;
        let sql = "UPDATE ports SET rings = COALESCE($2, rings), csid = COALESCE($3, csid), \
             tsid = COALESCE($4, tsid), sends = COALESCE($5, sends), \
             receives = COALESCE($6, receives) WHERE id = $1";
        let ident = |text: Option<String>| text.map(|t| g3::Ident::new(&t).as_str().to_owned());
        sqlx::query(sql)
            .bind(id.0)
            .bind(patch.rings.map(i64::from))
            .bind(ident(patch.csid))
            .bind(ident(patch.tsid))
            .bind(patch.send.map(i64::from))
            .bind(patch.receive.map(i64::from))
            .execute(&mut *write.tx)
            .await?;
        if let Some(rank) = patch.priority {
            let mut order = self.ports().await?;
            order.sort_by_key(|port| port.priority);
            write.rank(id, rank, order.iter().map(|p| p.id).filter(|p| *p != id).collect()).await?;
        }
        write.event(EventKind::PortChanged, None).await?;
        write.commit().await?;
        self.port(id).await
    }

    fn port_from(&self, row: &AnyRow) -> Result<Option<Port>, sqlx::Error> {
        let name: String = row.try_get("name")?;
        let lines = self.inner.port_defaults.get().map_or(&[][..], Vec::as_slice);
        let Some(line) = lines.iter().find(|line| line.name == name) else { return Ok(None) };
        let flag = |column| row.try_get(column).map(|set: Option<i64>| set.map(|v| v != 0));
        let rings: Option<i64> = row.try_get("rings")?;
        Ok(Some(Port {
            id: PortId(row.try_get("id")?),
            rings: line.rings.or_set(rings.and_then(|r| u32::try_from(r).ok())),
            csid: line.csid.or_set(row.try_get("csid")?),
            tsid: line.tsid.or_set(row.try_get("tsid")?),
            send: line.send.or_set(flag("sends")?),
            receive: line.receive.or_set(flag("receives")?),
            priority: super::row::whole(row, "priority")?,
            channels: line.channels,
            name,
        }))
    }
}

impl Write<'_> {
    async fn rank(&mut self, id: PortId, rank: u32, mut others: Vec<PortId>) -> Result<()> {
        let place = usize::try_from(rank).unwrap_or(usize::MAX).saturating_sub(1);
        if rank == 0 || place > others.len() {
            let why = format!("is 1 to {}", others.len() + 1);
            return Err(StoreError::Invalid { key: "priority", why });
        }
        others.insert(place, id);
        for (priority, port) in (1_i64..).zip(others) {
            sqlx::query("UPDATE ports SET priority = $2 WHERE id = $1")
                .bind(port.0)
                .bind(priority)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }
}

impl<T: Clone> Setting<T> {
    /// What a client set, if it set something.
    fn or_set(&self, set: Option<T>) -> Self {
        set.map_or_else(|| self.clone(), |value| Self { value, source: Source::Database })
    }
}
