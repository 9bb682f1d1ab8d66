use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Client, Error, FaxDoc, FaxJobs, FaxPorts, Settings};

/// A fax server. faxcom IFaxServer.
///
/// [`FaxServer::connect`] comes first. Jobs and ports belong to the connection they came from:
/// after [`FaxServer::disconnect`] what they hold stays readable, and everything that would ask the
/// server fails with [`Error::NotConnected`]. A [`FaxDoc`] belongs to the server object and is sent
/// over whatever connection it has at that moment.
#[derive(Debug, Default)]
pub struct FaxServer {
    settings: Option<Settings>,
    link: Arc<Link>,
}

impl FaxServer {
    /// A server object that finds its server by the settings of this account.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A server object with settings of its own.
    #[must_use]
    pub fn with_settings(settings: Settings) -> Self {
        Self { settings: Some(settings), link: Arc::default() }
    }

    /// Connects to the server that `name` stands for; `""` is the server of this computer. Also
    /// taken: `.`, `localhost`, `name`, `\\name`, `\\name\share`, `name:port` and a URL. A
    /// connection that was open is closed first. faxcom IFaxServer::Connect.
    ///
    /// # Errors
    /// [`Error::BadServerName`], [`Error::BadSettings`]; within five seconds
    /// [`Error::Unreachable`], [`Error::NotFerrofax`] or [`Error::AccessDenied`].
    pub fn connect(&mut self, name: &str) -> Result<(), Error> {
        self.disconnect();
        let target = match &self.settings {
            Some(settings) => settings.resolve(name)?,
            None => Settings::of_account()?.resolve(name)?,
        };
        self.link.put(Some(Arc::new(Session::new(Client::connect(target)?))));
        Ok(())
    }

    /// Closes the connection; queued jobs are not touched. Without a connection it does nothing.
    /// faxcom IFaxServer::Disconnect.
    pub fn disconnect(&mut self) {
        self.link.put(None);
    }

    /// A picture of the queue as it is now. faxcom IFaxServer::GetJobs.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn jobs(&self) -> Result<FaxJobs, Error> {
        FaxJobs::new(self.link.session()?)
    }

    /// A picture of the lines as they are now. faxcom IFaxServer::GetPorts.
    ///
    /// # Errors
    /// [`Error::NotConnected`] and those of every request.
    pub fn ports(&self) -> Result<FaxPorts, Error> {
        FaxPorts::new(self.link.session()?)
    }

    /// A document to be sent. The file is looked at by [`FaxDoc::send`], not before, and so is the
    /// connection. faxcom IFaxServer::CreateDocument.
    #[must_use]
    pub fn create_document(&self, file_name: impl AsRef<Path>) -> FaxDoc {
        FaxDoc::new(Arc::clone(&self.link), file_name.as_ref())
    }

    /// The REST client of the connection, for what the objects do not have.
    ///
    /// # Errors
    /// [`Error::NotConnected`].
    pub fn client(&self) -> Result<Client, Error> {
        self.link.session()?.client().cloned()
    }
}

/// The present connection of a server object.
#[derive(Debug, Default)]
pub(crate) struct Link(Mutex<Option<Arc<Session>>>);

impl Link {
    pub(crate) fn session(&self) -> Result<Arc<Session>, Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(Error::NotConnected)
    }

    fn put(&self, session: Option<Arc<Session>>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = std::mem::replace(&mut *slot, session) {
            old.closed.store(true, Ordering::Release);
        }
    }
}

/// One connection, shared with the objects that came from it.
#[derive(Debug)]
pub(crate) struct Session {
    client: Client,
    closed: AtomicBool,
}

impl Session {
    fn new(client: Client) -> Self {
        Self { client, closed: AtomicBool::new(false) }
    }

    pub(crate) fn client(&self) -> Result<&Client, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::NotConnected);
        }
        Ok(&self.client)
    }
}
