//! The border to the SIP stack: its socket, and which dialog a message belongs to.
//!
//! Only this file and `leg` name types of `rsipstack`. It gives transport, parser and
//! transactions; its dialogs are not used, for they report the ACK of a re-INVITE as the set-up of
//! a call and stay until somebody removes them. A dialog here is a [`Leg`]: it stands in the list
//! of its [`Stack`] exactly as long as somebody holds it or its BYE is under way.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rsipstack::sip::headers::{Accept, Allow};
use rsipstack::sip::{Header, HeadersExt, Host, HostWithPort, Method, StatusCode, Transport, Uri};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::endpoint::{EndpointBuilder, EndpointInnerRef, TargetLocator};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::transport_layer::{DomainResolver, TransportLayer};
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, SipConnection};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::sync::CancellationToken;

use super::leg::{Event, Leg};
use super::sdp::{Sdp, is_one_host};

/// Calls that came in and that nobody has looked at yet; more are told to come back later.
const UNSEEN_CALLS: usize = 16;
/// How long a name in a Contact or Route may take to be resolved.
const RESOLVE: Duration = Duration::from_secs(2);
/// The port of a SIP address that names none. RFC 3261 19.1.2.
const SIP_PORT: u16 = 5060;
/// The methods that this end understands.
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE";

/// One SIP socket with everything that runs on it; gone when dropped.
#[derive(Debug)]
pub struct Stack {
    shared: Arc<Shared>,
    local: SocketAddr,
    cancel: CancellationToken,
}

/// A call that came in; dropping its leg refuses it.
#[derive(Debug)]
pub struct Invitation {
    /// The dialog.
    pub leg: Leg,
    /// Who calls, as his From says; may be empty.
    pub from: String,
    /// The number that was dialled; may be empty.
    pub to: String,
    /// The address that the INVITE came from.
    pub source: IpAddr,
    /// The offer, if the INVITE has one.
    pub offer: Option<Sdp>,
}

/// What a call goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The number.
    pub number: String,
    /// The host of the SIP address.
    pub at: SocketAddr,
    /// The user part of the From.
    pub caller: String,
}

/// What the legs of one stack share.
pub(super) struct Shared {
    pub(super) endpoint: EndpointInnerRef,
    /// `ip:port` as the far ends shall use it.
    pub(super) contact: SocketAddr,
    dialogs: Mutex<Dialogs>,
}

type Dialogs = HashMap<(String, String), mpsc::Sender<Event>>;

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("contact", &self.contact).finish_non_exhaustive()
    }
}

/// A place in the list of dialogs, by Call-ID and the tag of this end.
#[derive(Debug)]
pub(super) struct Entry {
    shared: Arc<Shared>,
    key: (String, String),
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.dialogs().remove(&self.key);
    }
}

impl Shared {
    pub(super) fn enter(
        self: &Arc<Self>,
        call_id: &str,
        local_tag: &str,
        events: mpsc::Sender<Event>,
    ) -> Entry {
        let key = (call_id.to_owned(), local_tag.to_owned());
        self.dialogs().insert(key.clone(), events);
        Entry { shared: self.clone(), key }
    }

    fn dialogs(&self) -> MutexGuard<'_, Dialogs> {
        self.dialogs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stack {
    /// Listens on `listen`; `public` is the address that far ends shall use when it is another.
    ///
    /// # Errors
    /// When the socket cannot be had.
    pub async fn bind(
        listen: SocketAddr,
        public: Option<IpAddr>,
    ) -> io::Result<(Self, mpsc::Receiver<Invitation>)> {
        let cancel = CancellationToken::new();
        let external = public.map(|ip| SocketAddr::new(ip, listen.port()));
        let connection =
            UdpConnection::create_connection(listen, external, Some(cancel.child_token()))
                .await
                .map_err(io::Error::other)?;
        let contact = connection.get_addr().get_socketaddr().map_err(io::Error::other)?;
        let layer =
            TransportLayer::new_with_domain_resolver(cancel.child_token(), Box::new(Resolver));
        layer.add_transport(SipConnection::Udp(connection));
        let endpoint = EndpointBuilder::new()
            .with_user_agent("ferrofax")
            .with_cancel_token(cancel.child_token())
            .with_transport_layer(layer)
            .with_target_locator(Box::new(Locator))
            .build();
        let requests = endpoint.incoming_transactions().map_err(io::Error::other)?;
        let shared = Arc::new(Shared {
            endpoint: endpoint.inner.clone(),
            contact,
            dialogs: Mutex::new(HashMap::new()),
        });
        tokio::spawn(async move { endpoint.serve().await });
        let (sender, invitations) = mpsc::channel(UNSEEN_CALLS);
        tokio::spawn(dispatch(shared.clone(), requests, sender, cancel.clone()));
        let local = SocketAddr::new(listen.ip(), contact.port());
        Ok((Self { shared, local, cancel }, invitations))
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// How many dialogs there are, those included whose BYE is under way.
    #[must_use]
    pub fn dialogs(&self) -> usize {
        self.shared.dialogs().len()
    }

    /// A dialog in which nothing was sent yet; `None` when `target` makes no SIP address.
    #[must_use]
    pub fn call(&self, target: &Target) -> Option<Leg> {
        Leg::outgoing(&self.shared, target)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Hands each request to its dialog, and answers those that have none.
async fn dispatch(
    shared: Arc<Shared>,
    mut requests: TransactionReceiver,
    invitations: mpsc::Sender<Invitation>,
    cancel: CancellationToken,
) {
    loop {
        let transaction = tokio::select! {
            () = cancel.cancelled() => return,
            transaction = requests.recv() => transaction,
        };
        let Some(mut transaction) = transaction else { return };
        let Some(tags) = Tags::of(&transaction) else {
            reply(&mut transaction, StatusCode::BadRequest).await;
            continue;
        };
        match (transaction.original.method, tags.to) {
            (Method::Options, _) => options(&mut transaction).await,
            (_, Some(to_tag)) => {
                let dialog = shared.dialogs().get(&(tags.call_id, to_tag)).cloned();
                let unheard = match dialog {
                    Some(dialog) => dialog.try_send(Event::Request(Box::new(transaction))),
                    None => {
                        let status = StatusCode::CallTransactionDoesNotExist;
                        reply(&mut transaction, status).await;
                        continue;
                    }
                };
                if let Err(unheard) = unheard {
                    unheard_request(unheard).await;
                }
            }
            (Method::Invite, None) => invite(&shared, transaction, &invitations).await,
            (Method::Bye | Method::Update | Method::Info | Method::PRack, None) => {
                reply(&mut transaction, StatusCode::CallTransactionDoesNotExist).await;
            }
            (_, None) => reply(&mut transaction, StatusCode::MethodNotAllowed).await,
        }
    }
}

/// A dialog that is being left takes a BYE that crosses its own, and nothing else. One that is
/// flooded does not answer what it cannot hear, but for the BYE, which is sent again until it can.
async fn unheard_request(unheard: TrySendError<Event>) {
    let (event, gone) = match unheard {
        TrySendError::Closed(event) => (event, true),
        TrySendError::Full(event) => (event, false),
    };
    let Event::Request(mut transaction) = event else { return };
    let status = match (transaction.original.method, gone) {
        (Method::Bye, true) => StatusCode::OK,
        (_, true) => StatusCode::CallTransactionDoesNotExist,
        (Method::Bye, false) => return,
        (_, false) => StatusCode::ServerInternalError,
    };
    reply(&mut transaction, status).await;
}

async fn invite(
    shared: &Arc<Shared>,
    mut transaction: Transaction,
    invitations: &mpsc::Sender<Invitation>,
) {
    // No extension is understood here, so none may be required. RFC 3261 8.2.2.3.
    let required = transaction.original.headers.get(|header| match header {
        Header::Require(required) => Some(required),
        _ => None,
    });
    if let Some(required) = required {
        let unsupported = vec![Header::Unsupported(required.value().into())];
        let refused = transaction.reply_with(StatusCode::BadExtension, unsupported, None).await;
        if let Err(error) = refused {
            tracing::debug!(%error, "an INVITE was not answered");
        }
        return;
    }
    let Ok(place) = invitations.try_reserve() else {
        reply(&mut transaction, StatusCode::ServiceUnavailable).await;
        return;
    };
    // 180 tells the caller to wait for the answer without sending its INVITE again.
    if let Some((leg, heads)) = Leg::incoming(shared, &mut transaction) {
        reply(&mut transaction, StatusCode::Ringing).await;
        place.send(leg.invitation(transaction, heads));
    } else {
        reply(&mut transaction, StatusCode::BadRequest).await;
    }
}

async fn options(transaction: &mut Transaction) {
    let headers =
        vec![Header::Allow(Allow::new(ALLOW)), Header::Accept(Accept::new("application/sdp"))];
    if let Err(error) = transaction.reply_with(StatusCode::OK, headers, None).await {
        tracing::debug!(%error, "an OPTIONS was not answered");
    }
}

pub(super) async fn reply(transaction: &mut Transaction, status: StatusCode) {
    let headers = match status {
        StatusCode::MethodNotAllowed => vec![Header::Allow(Allow::new(ALLOW))],
        StatusCode::ServiceUnavailable => vec![Header::RetryAfter("5".into())],
        _ => Vec::new(),
    };
    if let Err(error) = transaction.reply_with(status, headers, None).await {
        tracing::debug!(%error, "a request was not answered");
    }
}

/// What tells dialogs apart. RFC 3261 12.
pub(super) struct Tags {
    pub(super) call_id: String,
    pub(super) from: String,
    pub(super) to: Option<String>,
}

impl Tags {
    pub(super) fn of(transaction: &Transaction) -> Option<Self> {
        let request = &transaction.original;
        let tag = request.to_header().ok()?.tag().ok()?;
        Some(Self {
            call_id: request.call_id_header().ok()?.value().to_owned(),
            from: request.from_header().ok()?.tag().ok()??.value().to_owned(),
            to: tag.map(|tag| tag.value().to_owned()).filter(|tag| !tag.is_empty()),
        })
    }
}

type Resolving<'a> = Pin<Box<dyn Future<Output = Result<SipAddr, rsipstack::Error>> + Send + 'a>>;

/// Sends every request over UDP, whatever transport a foreign address names: no far end shall make
/// this one open connections.
struct Locator;

impl TargetLocator for Locator {
    fn locate<'a, 'b, 'c>(&'a self, uri: &'b Uri) -> Resolving<'c>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(resolve(uri.host_with_port.clone()))
    }
}

/// Resolves a name within bounded time.
struct Resolver;

impl DomainResolver for Resolver {
    fn resolve<'a, 'b, 'c>(&'a self, target: &'b SipAddr) -> Resolving<'c>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(resolve(target.addr.clone()))
    }
}

async fn resolve(address: HostWithPort) -> Result<SipAddr, rsipstack::Error> {
    let port = address.port.map_or(SIP_PORT, |port| port.value());
    let at = match &address.host {
        Host::IpAddr(ip) => Some(SocketAddr::new(*ip, port)),
        Host::Domain(name) => {
            let found = tokio::time::timeout(RESOLVE, tokio::net::lookup_host((&*name.0, port)));
            found.await.ok().and_then(Result::ok).and_then(|mut found| found.next())
        }
    };
    let at = at.filter(|at| at.port() != 0 && is_one_host(at.ip()) && !at.ip().is_unspecified());
    at.map(udp).ok_or_else(|| rsipstack::Error::DnsResolutionError(address.to_string()))
}

pub(super) fn udp(at: SocketAddr) -> SipAddr {
    SipAddr { r#type: Some(Transport::Udp), ..SipAddr::from(at) }
}
