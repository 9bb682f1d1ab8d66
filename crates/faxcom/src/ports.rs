use std::fmt;
use std::sync::Arc;

use crate::api::{Port, PortChange};
use crate::server::Session;
use crate::{Error, FaxRoutingMethods, FaxStatus};

/// A picture of the lines, taken by [`crate::FaxServer::ports`]. faxcom IFaxPorts.
#[derive(Debug)]
pub struct FaxPorts {
    session: Arc<Session>,
    ports: Vec<Port>,
}

/// One line: a picture of it that each setter renews. faxcom IFaxPort.
#[derive(Clone)]
pub struct FaxPort {
    session: Arc<Session>,
    port: Port,
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

/// Each setter writes to the server and takes over what the server then says of the whole line;
/// when that fails the old values stay.
impl FaxPort {
    /// The line's name; not unique. faxcom IFaxPort::Name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.port.name
    }

    /// The permanent id of the line. faxcom IFaxPort::DeviceId.
    #[must_use]
    pub fn device_id(&self) -> u32 {
        self.port.device_id
    }

    /// Rings before it answers. faxcom IFaxPort::Rings.
    #[must_use]
    pub fn rings(&self) -> u32 {
        self.port.rings
    }

    /// Rings before it answers, 0 to 99. faxcom IFaxPort::Rings.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_rings(&mut self, rings: i32) -> Result<(), Error> {
        self.change(&PortChange { rings: Some(rings), ..PortChange::default() })
    }

    /// The identity it shows when it receives. faxcom IFaxPort::Csid.
    #[must_use]
    pub fn csid(&self) -> &str {
        &self.port.csid
    }

    /// The identity it shows when it receives; the server removes characters outside 0x20..0x7E
    /// and cuts what is longer than 20. faxcom IFaxPort::Csid.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_csid(&mut self, csid: &str) -> Result<(), Error> {
        self.change(&PortChange { csid: Some(csid.to_owned()), ..PortChange::default() })
    }

    /// The identity it shows when it sends. faxcom IFaxPort::Tsid.
    #[must_use]
    pub fn tsid(&self) -> &str {
        &self.port.tsid
    }

    /// The identity it shows when it sends; treated as [`FaxPort::set_csid`] says. faxcom
    /// IFaxPort::Tsid.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_tsid(&mut self, tsid: &str) -> Result<(), Error> {
        self.change(&PortChange { tsid: Some(tsid.to_owned()), ..PortChange::default() })
    }

    /// Whether it may send. faxcom IFaxPort::Send.
    #[must_use]
    pub fn send(&self) -> bool {
        self.port.send
    }

    /// Whether it may send. faxcom IFaxPort::Send.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_send(&mut self, send: bool) -> Result<(), Error> {
        self.change(&PortChange { send: Some(send), ..PortChange::default() })
    }

    /// Whether it may receive. faxcom IFaxPort::Receive.
    #[must_use]
    pub fn receive(&self) -> bool {
        self.port.receive
    }

    /// Whether it may receive. faxcom IFaxPort::Receive.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_receive(&mut self, receive: bool) -> Result<(), Error> {
        self.change(&PortChange { receive: Some(receive), ..PortChange::default() })
    }

    /// Rank for outgoing calls; 1 is tried first. faxcom IFaxPort::Priority.
    #[must_use]
    pub fn priority(&self) -> u32 {
        self.port.priority
    }

    /// Rank for outgoing calls, 1 to the number of lines; the server moves the other lines along,
    /// which other objects show when they are got anew. faxcom IFaxPort::Priority.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn set_priority(&mut self, priority: i32) -> Result<(), Error> {
        self.change(&PortChange { priority: Some(priority), ..PortChange::default() })
    }

    /// Whether this account may change the line. faxcom IFaxPort::CanModify.
    #[must_use]
    pub fn can_modify(&self) -> bool {
        self.port.can_modify
    }

    /// Everything that the server says of the line.
    #[must_use]
    pub fn details(&self) -> &Port {
        &self.port
    }

    /// How faxes that the line receives are delivered. faxcom IFaxPort::GetRoutingMethods.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn routing_methods(&self) -> Result<FaxRoutingMethods, Error> {
        FaxRoutingMethods::new(Arc::clone(&self.session), self.port.device_id)
    }

    /// What the line is doing now. faxcom IFaxPort::GetStatus.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn status(&self) -> Result<FaxStatus, Error> {
        FaxStatus::new(Arc::clone(&self.session), self.port.device_id)
    }

    fn change(&mut self, change: &PortChange) -> Result<(), Error> {
        self.port = self.session.client()?.change_port(self.port.device_id, change)?;
        Ok(())
    }
}
