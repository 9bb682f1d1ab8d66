//! One dialog on the wire: requests in it, and the transactions that carry them. RFC 3261 12.
//!
//! The other half of the border to `rsipstack`; see `stack.rs`. Each transaction runs in a small
//! task of its own that sends again what got lost, and ends by itself after at most 64 T1. What
//! goes over the wire is told to a witness, for the transcript of the call.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rsipstack::sip::headers::{CSeq, CallId, Contact, ContentType, From, RetryAfter, Route, To};
use rsipstack::sip::typed;
use rsipstack::sip::{
    Header, HeadersExt, Host, Method, Request as SipRequest, Response, SipMessage, StatusCode,
    StatusCodeKind, Uri, Version,
};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transaction::{make_tag, random_text};
use rsipstack::transport::SipAddr;
use tokio::sync::{mpsc, oneshot};

use self::carry::{Reply, run_invite, serve_invite};
pub use self::witness::Seen;
use self::witness::Witness;
use super::negotiation::{Input, Request};
use super::sdp::{Origin, Sdp, is_one_host};
use super::stack::{ALLOW, Entry, Invitation, Shared, Tags, Target, reply, udp};
use crate::line::Way;

mod carry;
mod witness;

/// Events that wait for their dialog; a far end that sends more is not heard.
const WAITING_EVENTS: usize = 32;
/// How long a transaction may live: 64 T1 and some time to be ready. RFC 3261 17.
const TRANSACTION: Duration = Duration::from_secs(40);
/// The most routes of one dialog that are kept.
const ROUTES: usize = 16;

/// One dialog. Whoever lets go of it before its end does so with [`Leg::leave`].
pub struct Leg {
    shared: Arc<Shared>,
    call_id: String,
    remote_tag: Option<String>,
    /// The value of the From of this end's requests.
    local: String,
    /// The value of their To.
    remote: String,
    /// Where requests go. RFC 3261 12.2.1.1.
    target: Uri,
    routes: Vec<String>,
    local_seq: u32,
    /// The highest CSeq number of the far end's requests, once there was one.
    remote_seq: Option<u32>,
    /// Where the far end, or what stands before it, was heard first.
    source: SocketAddr,
    sender: mpsc::Sender<Event>,
    events: mpsc::Receiver<Event>,
    witness: Witness,
    seen: Option<mpsc::Receiver<Seen>>,
    first: Option<Waiting>,
    reinvite: Option<Waiting>,
    update: Option<Box<Transaction>>,
    /// A BYE that overtook the answer to the first INVITE of this end.
    early_bye: Option<Box<Transaction>>,
    invite: Option<OwnInvite>,
    standing: Standing,
    entry: Option<Entry>,
}

/// Whether the far end believes that there is a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Not yet, or not any more.
    Out,
    /// Yes.
    In,
}

/// An INVITE of this end without a final answer.
#[derive(Debug)]
struct OwnInvite {
    request: SipRequest,
    /// A CANCEL may be sent only after a provisional answer. RFC 3261 9.1.
    provisional: bool,
    cancel: bool,
}

/// An INVITE of the far end that waits for its answer.
#[derive(Debug)]
struct Waiting {
    sender: oneshot::Sender<Reply>,
    request: SipRequest,
}

/// What the transactions of a dialog tell it.
pub(super) enum Event {
    /// A request within the dialog.
    Request(Box<Transaction>),
    /// A provisional answer to the INVITE of this end.
    Provisional,
    /// The final one.
    Final(Box<Response>),
    /// No final one came.
    NoFinal,
    /// The ACK for a success of this end.
    Acked(Option<Sdp>),
    /// It never came.
    AckLost,
    /// The first INVITE was taken back.
    Cancelled,
}

/// Who calls whom, as the first INVITE says.
pub(super) struct Heads {
    from: String,
    to: String,
}

impl Leg {
    /// A dialog that [`Leg::invite`] begins; `None` when `target` makes no SIP address.
    pub(super) fn outgoing(shared: &Arc<Shared>, target: &Target) -> Option<Self> {
        let number = target.number.replace('#', "%23");
        let uri = Uri::try_from(format!("sip:{number}@{}", target.at)).ok()?;
        let call_id = format!("{}@{}", random_text(24), shared.contact.ip());
        let local_tag = make_tag().to_string();
        let local = format!("<sip:{}@{}>;tag={local_tag}", target.caller, shared.contact);
        let mut leg = Self::new(shared, call_id, &local_tag, uri.clone(), target.at);
        leg.local = local;
        leg.remote = format!("<{uri}>");
        leg.local_seq = 1;
        Some(leg)
    }

    /// The dialog that `transaction` begins; `None` when it lacks what a dialog needs.
    pub(super) fn incoming(
        shared: &Arc<Shared>,
        transaction: &mut Transaction,
    ) -> Option<(Self, Heads)> {
        let tags = Tags::of(transaction)?;
        let request = &mut transaction.original;
        let target = remote_target(request)?;
        let source = transaction.connection.as_ref()?.get_remote_addr()?.get_socketaddr().ok()?;
        let tag = make_tag();
        let to = request.to_header().ok()?.with_tag(tag.clone());
        let from = request.from_header().ok()?.clone();
        let heads = Heads {
            from: user_of(from.value()),
            to: request.uri.user().map(unescape).unwrap_or_default(),
        };
        request.headers.unique_push(to.clone().into());
        let mut leg = Self::new(shared, tags.call_id, tag.value(), target, source);
        leg.remote_tag = Some(tags.from);
        leg.local = to.value().to_owned();
        leg.remote = from.value().to_owned();
        leg.remote_seq = Some(request.cseq_header().ok()?.seq().ok()?);
        leg.routes = record_routes(request);
        Some((leg, heads))
    }

    fn new(
        shared: &Arc<Shared>,
        call_id: String,
        local_tag: &str,
        target: Uri,
        source: SocketAddr,
    ) -> Self {
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let entry = shared.enter(&call_id, local_tag, sender.clone());
        let (witness, seen) = Witness::new(source.ip());
        Self {
            shared: shared.clone(),
            call_id,
            remote_tag: None,
            local: String::new(),
            remote: String::new(),
            target,
            routes: Vec::new(),
            local_seq: 0,
            remote_seq: None,
            source,
            sender,
            events,
            witness,
            seen: Some(seen),
            first: None,
            reinvite: None,
            update: None,
            early_bye: None,
            invite: None,
            standing: Standing::Out,
            entry: Some(entry),
        }
    }

    /// Lets the first INVITE wait for its answer, and tells who calls.
    pub(super) fn invitation(mut self, transaction: Transaction, heads: Heads) -> Invitation {
        self.witness.request(Way::Received, &transaction.original);
        self.witness.answer(Way::Sent, &transaction.original, &StatusCode::Ringing, None);
        let offer = body(transaction.original.body(), self.source.ip());
        let source = self.source.ip();
        self.first = Some(self.serve(transaction));
        Invitation { leg: self, from: heads.from, to: heads.to, source, offer }
    }

    /// The address that signals for the far end.
    pub fn peer(&self) -> IpAddr {
        self.source.ip()
    }

    /// The next thing that happens in the dialog. It may be dropped at any time and nothing gets
    /// lost.
    pub async fn next(&mut self) -> Input {
        loop {
            // This end holds a sender, so that there is always another event to wait for.
            let Some(event) = self.events.recv().await else { return Input::ByeReceived };
            if let Some(input) = self.event(event) {
                return input;
            }
        }
    }

    /// Sends an INVITE, the first one or one within the dialog.
    pub fn invite(&mut self, offer: &Sdp) {
        let request = self.request(Method::Invite, Some(offer));
        self.witness.request(Way::Sent, &request);
        let events = self.sender.clone();
        self.invite =
            Some(OwnInvite { request: request.clone(), provisional: false, cancel: false });
        match self.transaction(request) {
            Some(transaction) => {
                tokio::spawn(run_invite(transaction, events, self.witness.clone()));
            }
            None => {
                tokio::spawn(async move { events.send(Event::NoFinal).await });
            }
        }
    }

    /// Takes the INVITE of this end back, as soon as that is allowed. False when nobody was heard
    /// of yet, so that nobody may be told.
    pub fn cancel(&mut self) -> bool {
        let Some(invite) = &mut self.invite else { return false };
        let (heard, new) = (invite.provisional, !invite.cancel);
        invite.cancel = true;
        if heard && new {
            self.send_cancel();
        }
        heard
    }

    /// Answers a request with 200.
    pub fn answer(&mut self, to: Request, sdp: Option<&Sdp>) {
        let mut headers = vec![self.contact(), allow()];
        if sdp.is_some() {
            headers.push(Header::ContentType(ContentType::new("application/sdp")));
        }
        let body = sdp.map(|sdp| sdp.to_string().into_bytes());
        if to == Request::First {
            self.standing = Standing::In;
        }
        self.reply(to, Reply { status: StatusCode::OK, headers, body });
    }

    /// Refuses a request.
    pub fn reject(&mut self, to: Request, status: u16, retry_after_s: Option<u8>) {
        let mut headers = vec![allow()];
        if let Some(seconds) = retry_after_s {
            headers.push(Header::RetryAfter(RetryAfter::new(seconds.to_string())));
        }
        self.reply(to, Reply { status: StatusCode::from(status), headers, body: None });
    }

    /// Hangs up. The dialog stays in the list until the far end answered, or for 64 T1.
    /// What comes back closes when that happens.
    pub fn bye(&mut self) -> oneshot::Receiver<()> {
        let (gone, farewell) = oneshot::channel();
        self.standing = Standing::Out;
        let request = self.request(Method::Bye, None);
        let entry = self.entry.take();
        let Some(mut transaction) = self.transaction(request) else { return farewell };
        let witness = self.witness.clone();
        witness.request(Way::Sent, &transaction.original);
        tokio::spawn(async move {
            let _listed = (entry, gone);
            let done = async {
                transaction.send().await?;
                while let Some(SipMessage::Response(response)) = transaction.receive().await {
                    if response.status_code.kind() != StatusCodeKind::Provisional {
                        let request = &transaction.original;
                        witness.answer(Way::Received, request, &response.status_code, None);
                        break;
                    }
                }
                Ok::<(), rsipstack::Error>(())
            };
            if !matches!(tokio::time::timeout(TRANSACTION, done).await, Ok(Ok(()))) {
                tracing::debug!("a BYE was not answered");
            }
        });
        farewell
    }

    /// What goes over the wire, for the first who asks. A message is here before [`Leg::next`]
    /// speaks of it.
    pub fn seen(&mut self) -> Option<mpsc::Receiver<Seen>> {
        self.seen.take()
    }

    /// Refuses the first INVITE of the far end and ends the dialog.
    pub fn refuse(mut self, status: u16) {
        self.reject(Request::First, status, None);
        self.leave();
    }

    /// Ends the dialog whatever its state, in a task of its own: what was not answered is refused
    /// or taken back, and what was answered is hung up.
    pub fn leave(mut self) {
        self.reject(Request::First, 480, None);
        if self.standing == Standing::In {
            let _farewell = self.bye();
        } else if self.invite.is_some() && self.remote_tag.is_none() {
            self.cancel();
            tokio::spawn(async move {
                let done = async {
                    loop {
                        match self.next().await {
                            Input::Answered(_) => {
                                let _farewell = self.bye();
                                return;
                            }
                            Input::Refused { .. } => return,
                            _ => {}
                        }
                    }
                };
                if tokio::time::timeout(TRANSACTION, done).await.is_err() {
                    tracing::debug!("a call that was taken back was never answered");
                }
            });
        }
    }

    fn event(&mut self, event: Event) -> Option<Input> {
        match event {
            Event::Request(transaction) => self.requested(transaction),
            Event::Provisional => {
                let invite = self.invite.as_mut()?;
                let cancel = invite.cancel && !invite.provisional;
                invite.provisional = true;
                if cancel {
                    self.send_cancel();
                }
                None
            }
            Event::Final(response) => {
                self.invite = None;
                let input = self.answered(&response);
                if let Some(bye) = self.early_bye.take() {
                    // It is heard after the answer; with a full queue it will be sent again.
                    let _unheard = self.sender.try_send(Event::Request(bye));
                }
                Some(input)
            }
            Event::NoFinal => {
                self.invite = None;
                Some(Input::Refused { status: 408, retry_after_s: None })
            }
            Event::Acked(sdp) => Some(Input::Acked(sdp)),
            Event::AckLost => Some(Input::AckLost),
            Event::Cancelled => Some(Input::Cancelled),
        }
    }

    /// Takes over what a success says about the dialog. RFC 3261 12.1.2.
    fn answered(&mut self, response: &Response) -> Input {
        let status = response.status_code.code();
        if response.status_code.kind() != StatusCodeKind::Successful {
            let retry = response.headers.get(|header| match header {
                Header::RetryAfter(value) => Some(value),
                _ => None,
            });
            return Input::Refused { status, retry_after_s: retry.and_then(seconds) };
        }
        if let Some(target) = remote_target(response) {
            self.target = target;
        }
        if self.remote_tag.is_none() {
            if let Ok(to) = response.to_header() {
                self.remote = to.value().to_owned();
                self.remote_tag = to.tag().ok().flatten().map(|tag| tag.to_string());
            }
            self.routes = record_routes(response);
            self.routes.reverse();
        }
        self.standing = Standing::In;
        Input::Answered(body(response.body(), self.source.ip()))
    }

    fn requested(&mut self, transaction: Box<Transaction>) -> Option<Input> {
        let request = &transaction.original;
        let known = Tags::of(&transaction).is_some_and(|tags| Some(tags.from) == self.remote_tag);
        let seq = request.cseq_header().ok().and_then(|seq| seq.seq().ok()).unwrap_or(0);
        let status = match request.method {
            Method::Bye if self.remote_tag.is_none() && self.invite.is_some() => {
                self.early_bye = Some(transaction);
                return None;
            }
            _ if !known => StatusCode::CallTransactionDoesNotExist,
            _ if Some(seq) <= self.remote_seq => StatusCode::ServerInternalError,
            Method::Invite => {
                self.remote_seq = Some(seq);
                self.target = remote_target(request).unwrap_or_else(|| self.target.clone());
                let offer = body(request.body(), self.source.ip());
                self.witness.request(Way::Received, request);
                self.reinvite = Some(self.serve(*transaction));
                return Some(Input::Reinvited(offer));
            }
            Method::Update => {
                self.remote_seq = Some(seq);
                self.target = remote_target(request).unwrap_or_else(|| self.target.clone());
                let offer = body(request.body(), self.source.ip());
                self.witness.request(Way::Received, request);
                self.update = Some(transaction);
                return Some(Input::Updated(offer));
            }
            Method::Bye => {
                self.remote_seq = Some(seq);
                self.standing = Standing::Out;
                self.reply_at_once(transaction, StatusCode::OK);
                return Some(Input::ByeReceived);
            }
            _ => {
                self.remote_seq = Some(seq);
                StatusCode::MethodNotAllowed
            }
        };
        self.reply_at_once(transaction, status);
        None
    }

    fn reply_at_once(&self, mut transaction: Box<Transaction>, status: StatusCode) {
        self.witness.request(Way::Received, &transaction.original);
        self.witness.answer(Way::Sent, &transaction.original, &status, None);
        tokio::spawn(async move { reply(&mut transaction, status).await });
    }

    fn reply(&mut self, to: Request, reply: Reply) {
        let waiting = match to {
            Request::First => self.first.take(),
            Request::Reinvite => self.reinvite.take(),
            Request::Update => {
                if let Some(mut transaction) = self.update.take() {
                    let Reply { status, headers, body } = reply;
                    let request = &transaction.original;
                    self.witness.answer(Way::Sent, request, &status, body.as_deref());
                    tokio::spawn(
                        async move { transaction.reply_with(status, headers, body).await },
                    );
                }
                return;
            }
        };
        let Some(Waiting { sender, request }) = waiting else { return };
        self.witness.answer(Way::Sent, &request, &reply.status, reply.body.as_deref());
        // Without a receiver the transaction is over, and with it every answer.
        if sender.send(reply).is_err() {
            tracing::debug!(call_id = self.call_id, "an INVITE was over before it was answered");
        }
    }

    /// Lets a foreign INVITE wait for its answer and then for its ACK.
    fn serve(&self, transaction: Transaction) -> Waiting {
        let (sender, reply) = oneshot::channel();
        let request = transaction.original.clone();
        let (events, witness) = (self.sender.clone(), self.witness.clone());
        tokio::spawn(serve_invite(transaction, reply, events, witness));
        Waiting { sender, request }
    }

    /// A request within the dialog. RFC 3261 12.2.1.1.
    fn request(&mut self, method: Method, sdp: Option<&Sdp>) -> SipRequest {
        if method != Method::Invite || self.remote_tag.is_some() {
            self.local_seq += 1;
        }
        let mut headers = vec![
            Header::CallId(CallId::new(self.call_id.as_str())),
            Header::From(From::new(self.local.as_str())),
            Header::To(To::new(self.remote.as_str())),
            Header::CSeq(CSeq::new(format!("{} {method}", self.local_seq))),
            Header::MaxForwards("70".into()),
            Header::UserAgent(self.shared.endpoint.user_agent.as_str().into()),
            self.contact(),
            allow(),
        ];
        if let Ok(via) = self.shared.endpoint.get_via(None, None) {
            headers.insert(0, Header::Via(via.into()));
        }
        headers.extend(self.routes.iter().map(|route| Header::Route(Route::new(route.as_str()))));
        if sdp.is_some() {
            headers.push(Header::ContentType(ContentType::new("application/sdp")));
        }
        SipRequest {
            method,
            uri: self.target.clone(),
            version: Version::V2,
            headers: headers.into(),
            body: sdp.map(|sdp| sdp.to_string().into_bytes()).unwrap_or_default(),
        }
    }

    fn transaction(&self, request: SipRequest) -> Option<Transaction> {
        let key = TransactionKey::from_request(&request, TransactionRole::Client).ok()?;
        let endpoint = self.shared.endpoint.clone();
        let mut transaction = Transaction::new_client(key, request, endpoint, None);
        transaction.destination = self.destination();
        Some(transaction)
    }

    /// Where requests go when not where their address says: the first one goes to the peer, and so
    /// does each one whose next hop cannot be meant. RFC 3261 8.1.2.
    fn destination(&self) -> Option<SipAddr> {
        let route = self
            .routes
            .first()
            .and_then(|route| Uri::try_from(route.trim_matches(['<', '>'])).ok());
        let hop = route.as_ref().unwrap_or(&self.target);
        let meant = match &hop.host_with_port.host {
            Host::IpAddr(ip) => {
                is_one_host(*ip)
                    && !ip.is_unspecified()
                    && (!ip.is_loopback() || self.source.ip().is_loopback())
            }
            Host::Domain(_) => true,
        };
        (self.remote_tag.is_none() || !meant).then(|| udp(self.source))
    }

    /// A CANCEL is a transaction of its own with the branch of its INVITE. RFC 3261 9.1.
    fn send_cancel(&mut self) {
        let Some(invite) = &self.invite else { return };
        let mut cancel = invite.request.clone();
        cancel.method = Method::Cancel;
        cancel.body = Vec::new();
        cancel.headers.retain(|header| {
            matches!(
                header,
                Header::Via(_)
                    | Header::CallId(_)
                    | Header::From(_)
                    | Header::To(_)
                    | Header::MaxForwards(_)
                    | Header::Route(_)
            )
        });
        let seq = CSeq::new(format!("{} CANCEL", self.local_seq));
        cancel.headers.push(Header::CSeq(seq));
        let Some(mut transaction) = self.transaction(cancel) else { return };
        let witness = self.witness.clone();
        witness.request(Way::Sent, &transaction.original);
        tokio::spawn(async move {
            transaction.send().await?;
            while let Some(SipMessage::Response(response)) = transaction.receive().await {
                let request = &transaction.original;
                witness.answer(Way::Received, request, &response.status_code, None);
            }
            Ok::<(), rsipstack::Error>(())
        });
    }

    fn contact(&self) -> Header {
        Header::Contact(Contact::new(format!("<sip:ferrofax@{}>", self.shared.contact)))
    }
}

impl std::fmt::Debug for Leg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Leg").field("call_id", &self.call_id).finish_non_exhaustive()
    }
}

/// The description in a body; one that cannot be read has no streams and is refused as such.
fn body(octets: &[u8], source: IpAddr) -> Option<Sdp> {
    (!octets.is_empty()).then(|| {
        Sdp::parse(octets, source).unwrap_or_else(|error| {
            tracing::debug!(%error, "a description was not read");
            Sdp { origin: Origin { id: 0, version: 0, address: source }, media: Vec::new() }
        })
    })
}

fn allow() -> Header {
    Header::Allow(ALLOW.into())
}

fn remote_target(message: &impl HeadersExt) -> Option<Uri> {
    let contact = message.contact_header().ok()?;
    let contacts = typed::Contact::parse_header_list(contact.value()).ok()?;
    contacts.into_iter().next().map(|contact| contact.uri)
}

fn record_routes(message: &impl HeadersExt) -> Vec<String> {
    let routes = message.record_route_headers();
    routes
        .into_iter()
        .filter_map(|route| typed::RecordRoute::parse_header_list(route.value()).ok())
        .flatten()
        .map(|route| format!("<{}>", route.uri))
        .take(ROUTES)
        .collect()
}

/// The user part of the address in a From.
fn user_of(from: &str) -> String {
    let from = typed::From::parse(from.trim());
    from.ok().and_then(|from| from.uri.user().map(unescape)).unwrap_or_default()
}

fn unescape(user: &str) -> String {
    user.replace("%23", "#").replace("%2B", "+").replace("%2b", "+")
}

/// `Retry-After: 5 (in a meeting)`. RFC 3261 20.33.
fn seconds(value: &RetryAfter) -> Option<u32> {
    value.value().split([' ', ';', '(']).next()?.parse().ok()
}
