//! SIP over UDP: calls, offers and answers, the switch to T.38, and the driver of one call.
//!
//! [`SipLine`] is one line of the configuration. Below it, from the wire up: `stack` and `leg` are
//! the border to the SIP stack, `sdp` reads and writes descriptions, `negotiation` decides what is
//! offered and answered, `dialog` joins them, and `media` has the sockets of a call.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use g3::{Capabilities, Ident, Role};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::task::AbortOnDropHandle;

use self::dialog::{Dialog, Event};
use self::media::{Carries, Path};
use self::negotiation::{Config, Kind, Own};
use self::sdp::{BitRate, Version};
use self::stack::{Invitation, Stack, Target};
use super::call::{self, Setup};
use super::{Answerer, CallHost, CallOutcome, DialRequest, Dialer, IncomingCall, Refusal};
use crate::clock::Clock;
use crate::config::{LineConfig, T38Start};
use crate::failure::Failure;

pub mod dialog;
pub mod leg;
pub mod media;
pub mod negotiation;
pub mod sdp;
pub mod stack;

/// See [`LineSettings::answerer_switch`].
pub const ANSWERER_SWITCH: Duration = Duration::from_secs(1);
/// See [`LineSettings::caller_switch`].
pub const CALLER_SWITCH: Duration = Duration::from_secs(5);
/// A far end on a network answers in real time, whatever the clock of the house does.
pub const LEAST_RING: Duration = Duration::from_secs(5);
/// Calls that wait at once for the house to decide, on one line; more are refused unheard.
pub const MAX_UNDECIDED: usize = 64;
/// Time from one ring to the next.
const RING_CADENCE: Duration = Duration::from_secs(6);
/// Earlier packets repeated in each datagram; T.30 frames are too precious for fewer.
const REDUNDANCY: u8 = 3;
/// A port to name where none is meant; nothing is sent there.
const DISCARD: u16 = 9;
/// The status of a line that takes no call now. RFC 3261 21.4.24.
const BUSY: u16 = 486;
/// The status of a house that takes no call now. RFC 3261 21.4.18.
const UNAVAILABLE: u16 = 480;
/// What a From says when nobody is known to call.
const ANONYMOUS: &str = "anonymous";

/// What a line is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSettings {
    /// Its name.
    pub name: String,
    /// Where SIP is received.
    pub listen: SocketAddr,
    /// Calls go to `sip:NUMBER@peer`.
    pub peer: SocketAddr,
    /// The address for SIP and SDP when it is not that of `listen`.
    pub public: Option<IpAddr>,
    /// Says who calls, as far as it has digits.
    pub tsid: String,
    /// The identity of an answerer.
    pub csid: Ident,
    /// What the first offer has.
    pub first: Kind,
    /// Calls at once.
    pub channels: usize,
    /// Whether calls are answered.
    pub receive: bool,
    /// Rings before that.
    pub rings: u32,
    /// How long after the ACK of a call that came in this end asks for T.38.
    pub answerer_switch: Duration,
    /// How long after the answer to its own call, if nobody did; well after the other, lest both
    /// ask at once.
    pub caller_switch: Duration,
    /// How long an outgoing call may ring, on the clock of the house; with a fast one still
    /// [`LEAST_RING`], unless less is asked for.
    pub ring_timeout: Duration,
    /// How long one call may take, in fax time.
    pub call_limit: Duration,
    /// The newest `T38FaxVersion` that is offered and answered.
    pub t38_version: u8,
    /// What T.30 may do.
    pub capabilities: Capabilities,
}

impl From<&LineConfig> for LineSettings {
    fn from(config: &LineConfig) -> Self {
        Self {
            name: config.name.clone(),
            listen: config.listen,
            peer: config.peer,
            public: config.public,
            tsid: config.tsid.clone(),
            csid: Ident::new(&config.csid),
            first: match config.t38 {
                T38Start::Reinvite => Kind::Audio,
                T38Start::Invite => Kind::Image,
            },
            channels: usize::try_from(config.channels).unwrap_or(1).max(1),
            receive: config.receive,
            rings: config.rings,
            answerer_switch: ANSWERER_SWITCH,
            caller_switch: CALLER_SWITCH,
            ring_timeout: config.ring_timeout,
            call_limit: config.call_limit,
            t38_version: 0,
            capabilities: Capabilities::default(),
        }
    }
}

/// One line: places calls as a [`Dialer`], and hands those that come in to an [`Answerer`]. When
/// it is dropped its socket is closed and no more calls come in.
#[derive(Debug)]
pub struct SipLine {
    line: Arc<Line>,
    _answering: AbortOnDropHandle<()>,
}

#[derive(Debug)]
struct Line {
    settings: LineSettings,
    stack: Stack,
    clock: Clock,
    channels: Arc<Semaphore>,
}

impl SipLine {
    /// Opens the line. Calls come in at once.
    ///
    /// # Errors
    /// When the address of the line cannot be had.
    pub async fn open<A: Answerer>(
        settings: LineSettings,
        clock: Clock,
        answerer: Arc<A>,
    ) -> io::Result<Self> {
        let (stack, invitations) = Stack::bind(settings.listen, settings.public).await?;
        let channels = Arc::new(Semaphore::new(settings.channels));
        let line = Arc::new(Line { settings, stack, clock, channels });
        let answering = tokio::spawn(answer_calls(line.clone(), invitations, answerer));
        Ok(Self { line, _answering: AbortOnDropHandle::new(answering) })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.line.stack.local_addr()
    }

    /// How many dialogs there are, those included whose BYE is under way.
    #[must_use]
    pub fn dialogs(&self) -> usize {
        self.line.stack.dialogs()
    }

    /// Calls that could begin now.
    #[must_use]
    pub fn free_channels(&self) -> usize {
        self.line.channels.available_permits()
    }
}

impl Dialer for SipLine {
    async fn dial<H: CallHost>(&self, request: DialRequest, host: &H) -> CallOutcome {
        let line = &self.line;
        let none = CallOutcome { report: None, failure: Some(Failure::NoOwnLine) };
        let Ok(_channel) = line.channels.clone().try_acquire_owned() else { return none };
        let target = Target {
            number: request.number,
            at: line.settings.peer,
            caller: user_of(&line.settings),
        };
        let Some(leg) = line.stack.call(&target) else {
            return CallOutcome { failure: Some(Failure::NumberWrong), ..none };
        };
        let prepared = line.prepare(Role::Caller, line.settings.peer.ip()).await;
        let (config, mut setup) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                tracing::error!(line = line.settings.name, %error, "no sockets for a call");
                return none;
            }
        };
        setup.ident = request.ident;
        setup.pages = request.pages;
        call::run(Dialog::place(leg, config), setup, host).await
    }
}

impl Line {
    /// Sockets and settings of a call with `peer`.
    async fn prepare(&self, role: Role, peer: IpAddr) -> io::Result<(Config, Setup)> {
        let began = Instant::now();
        let ip = self.settings.listen.ip();
        let rtp = Path::bind(ip, Carries::Rtp).await?;
        let udptl = Path::bind(ip, Carries::Udptl).await?;
        let shown = match self.settings.public {
            Some(public) => public,
            None if ip.is_unspecified() => own_address(ip, peer)?,
            None => ip,
        };
        let own = Own {
            audio: SocketAddr::new(shown, rtp.port()?),
            image: SocketAddr::new(shown, udptl.port()?),
            version: Version::new(self.settings.t38_version.into()),
            max_bit_rate: BitRate::new(self.fastest()),
            redundancy: REDUNDANCY,
        };
        let ring = self.settings.ring_timeout;
        let ring = self.clock.real_duration(ring).max(ring.min(LEAST_RING));
        // Below 2^32, so that no far end has trouble with the number.
        let session = random()? >> 32;
        let first = self.settings.first;
        let switch_after = match role {
            Role::Caller => self.settings.caller_switch,
            Role::Answerer => self.settings.answerer_switch,
        };
        let random_waits = random()?;
        let config = Config { role, first, own, ring, switch_after, session, random: random_waits };
        let setup = Setup {
            role,
            ident: self.settings.csid.clone(),
            pages: Vec::new(),
            capabilities: self.settings.capabilities.clone(),
            limit: self.settings.call_limit,
            rtp,
            udptl,
            ssrc: u32::try_from(random()? >> 32).unwrap_or_default(),
            clock: self.clock,
            began,
        };
        Ok((config, setup))
    }

    fn fastest(&self) -> u32 {
        let rates = self.settings.capabilities.rates.iter();
        rates.map(|rate| rate.bps()).max().unwrap_or_default()
    }
}

/// Takes calls until the line is closed.
async fn answer_calls<A: Answerer>(
    line: Arc<Line>,
    mut invitations: mpsc::Receiver<Invitation>,
    answerer: Arc<A>,
) {
    let undecided = Arc::new(Semaphore::new(MAX_UNDECIDED));
    while let Some(invitation) = invitations.recv().await {
        let Ok(place) = undecided.clone().try_acquire_owned() else {
            invitation.leg.refuse(UNAVAILABLE);
            continue;
        };
        let channel = line.channels.clone().try_acquire_owned().ok();
        tokio::spawn(answer_call(line.clone(), invitation, place, channel, answerer.clone()));
    }
}

async fn answer_call<A: Answerer>(
    line: Arc<Line>,
    invitation: Invitation,
    place: OwnedSemaphorePermit,
    channel: Option<OwnedSemaphorePermit>,
    answerer: Arc<A>,
) {
    let Invitation { leg, from, to, source, offer } = invitation;
    if channel.is_none() || !line.settings.receive {
        tracing::info!(line = line.settings.name, caller = from, "a call is refused: busy");
        return leg.refuse(BUSY);
    }
    let (config, mut setup) = match line.prepare(Role::Answerer, source).await {
        Ok(prepared) => prepared,
        Err(error) => {
            tracing::error!(line = line.settings.name, %error, "no sockets for a call");
            return leg.refuse(UNAVAILABLE);
        }
    };
    let mut dialog = Dialog::invited(leg, offer, config);
    let call = IncomingCall { line: line.settings.name.clone(), caller: from, called: to };
    let mut deciding = pin!(answerer.accept(call));
    let accepted = tokio::select! {
        accepted = &mut deciding => Some(accepted),
        _over = dialog.next() => None,
    };
    drop(place);
    match accepted {
        Some(Ok(host)) => {
            setup.ident = host.ident().unwrap_or(setup.ident);
            let outcome = match rings_out(&line, &host, &mut dialog).await {
                Rang::Answered => {
                    if let Err(error) = host.answered().await {
                        tracing::error!(%error, "the store failed in a call");
                    }
                    call::run(dialog, setup, &host).await
                }
                // It is hung up without an answer.
                Rang::Unwanted => call::run(dialog, setup, &host).await,
                Rang::GivenUp => call::unanswered(dialog, setup, &host).await,
            };
            drop(channel);
            answerer.ended(host, outcome).await;
        }
        Some(Err(refusal)) => {
            tracing::info!(line = line.settings.name, ?refusal, "a call is refused");
            refuse(&mut dialog, refusal).await;
        }
        // The house may have begun to write the call down: it is heard out and told how it ended.
        None => {
            drop(channel);
            if let Ok(host) = deciding.await {
                let outcome = call::unanswered(dialog, setup, &host).await;
                answerer.ended(host, outcome).await;
            }
        }
    }
}

async fn refuse(dialog: &mut Dialog, refusal: Refusal) {
    dialog.decline(match refusal {
        Refusal::Busy => BUSY,
        Refusal::Unavailable => UNAVAILABLE,
    });
    let _over = dialog.next().await;
}

/// What the ringing led to.
enum Rang {
    /// The call is answered.
    Answered,
    /// The house wants no call any more.
    Unwanted,
    /// The caller gave up.
    GivenUp,
}

/// Lets it ring and answers.
async fn rings_out<H: CallHost>(line: &Line, host: &H, dialog: &mut Dialog) -> Rang {
    let rings = RING_CADENCE * host.rings().unwrap_or(line.settings.rings).saturating_sub(1);
    tokio::select! {
        () = line.clock.sleep(rings) => {}
        () = host.cancelled() => return Rang::Unwanted,
        event = dialog.next() => if matches!(event, Event::Over(_)) { return Rang::GivenUp },
    }
    dialog.accept();
    Rang::Answered
}

/// Who calls: the digits of the TSID, else the name of the line, as far as an address may have it.
fn user_of(settings: &LineSettings) -> String {
    let digits: String =
        settings.tsid.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let name: String =
        settings.name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    [digits, name].into_iter().find(|user| !user.is_empty()).unwrap_or(ANONYMOUS.to_owned())
}

/// The address of this host that `peer` sees, without an address translation between them.
fn own_address(any: IpAddr, peer: IpAddr) -> io::Result<IpAddr> {
    let socket = UdpSocket::bind(SocketAddr::new(any, 0))?;
    socket.connect(SocketAddr::new(peer, DISCARD))?;
    Ok(socket.local_addr()?.ip())
}

fn random() -> io::Result<u64> {
    getrandom::u64().map_err(|error| io::Error::other(error.to_string()))
}
