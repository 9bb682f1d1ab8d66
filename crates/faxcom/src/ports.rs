use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::api::{Port, PortStatus};
use crate::server::Session;

/// A picture of the lines, taken by [`crate::FaxServer::ports`]. faxcom IFaxPorts.
#[derive(Debug)]
pub struct FaxPorts {
    session: Arc<Session>,
    ports: Vec<Port>,
}

/// One line. faxcom IFaxPort.
#[derive(Clone)]
pub struct FaxPort {
    session: Arc<Session>,
    port: Port,
}

/// What a line is doing: a picture that [`FaxStatus::refresh`] renews. faxcom IFaxStatus.
#[derive(Clone)]
pub struct FaxStatus {
    session: Arc<Session>,
    status: PortStatus,
}

impl FaxPorts {
    pub(crate) fn new(session: Arc<Session>) -> Result<Self, Error> {
        let ports = session.client()?.ports()?.ports;
        Ok(Self { session, ports })
    }

    /// Lines in the picture. faxcom IFaxPorts::Count.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.ports.len()).unwrap_or(u32::MAX)
    }

    /// A new object for the line at `index`, counted from 1. faxcom IFaxPorts::Item.
    ///
    /// # Errors
    /// [`Error::IndexOutOfRange`].
    pub fn item(&self, index: u32) -> Result<FaxPort, Error> {
        let row = index.checked_sub(1).and_then(|row| self.ports.get(row as usize));
        let port = row.ok_or(Error::IndexOutOfRange { index, count: self.count() })?;
        Ok(FaxPort { session: Arc::clone(&self.session), port: port.clone() })
    }
}

impl fmt::Debug for FaxPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaxPort").field(&self.port).finish()
    }
}

impl FaxPort {
    /// Everything that the server says of the line.
    #[must_use]
    pub fn details(&self) -> &Port {
        &self.port
    }

    /// What the line is doing now. faxcom IFaxPort::GetStatus.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn status(&self) -> Result<FaxStatus, Error> {
        let status = self.session.client()?.port_status(self.port.device_id)?;
        Ok(FaxStatus { session: Arc::clone(&self.session), status })
    }
}

impl fmt::Debug for FaxStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaxStatus").field(&self.status).finish()
    }
}

impl FaxStatus {
    /// Everything that the server says of what the line is doing.
    #[must_use]
    pub fn details(&self) -> &PortStatus {
        &self.status
    }

    /// Asks the server and replaces all values; when that fails the old ones stay. faxcom
    /// IFaxStatus::Refresh.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn refresh(&mut self) -> Result<(), Error> {
        self.status = self.session.client()?.port_status(self.status.device_id)?;
        Ok(())
    }
}
