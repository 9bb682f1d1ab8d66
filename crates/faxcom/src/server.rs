use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Client, Error, FaxDoc, FaxJobs, FaxPorts, Sender, Settings};

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
        let of_account;
        let settings = match &self.settings {
            Some(settings) => settings,
            None => {
                of_account = Settings::of_account()?;
                &of_account
            }
        };
        let (target, sender) = (settings.resolve(name)?, settings.sender().clone());
        let session = Session::new(Client::connect(target)?, sender);
        self.link.put(Some(Arc::new(session)));
        Ok(())
    }

    /// Whether there is a connection: [`FaxServer::connect`] succeeded and
    /// [`FaxServer::disconnect`] was not called since. The server is not asked.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.link.session().is_ok()
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
    /// Who sends when a document does not say, as the settings were when the connection was made.
    sender: Sender,
    closed: AtomicBool,
}

impl Session {
    fn new(client: Client, sender: Sender) -> Self {
        Self { client, sender, closed: AtomicBool::new(false) }
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.sender
    }

    pub(crate) fn client(&self) -> Result<&Client, Error> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::NotConnected);
        }
        Ok(&self.client)
    }
}
