//! What the tests of whole calls share: ends, losses, and the comparison with a ladder.

mod pages;

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use g3::t30::fcf::Fcf;
use g3::t30::frame::Frame;
use g3::t38::ifp::{FieldType, Ifp, Syntax};
use g3::t38::udptl::Datagram;
use g3::{CallConfig, Capabilities, Ident, Role, T38Config};
use sim::{Act, Driver, Effects, End, Fate, Network, Outcome, Puppet, World, page_info};
use t4::{Page, Resolution};

pub(crate) use pages::page;

/// Runs the call and compares what went over the wire with `ladders/<name>.txt`.
pub(crate) fn check(
    name: &str,
    caller: impl IntoEnd,
    answerer: impl IntoEnd,
    network: Network,
) -> Outcome {
    let outcome = World::new(caller.into_end(), answerer.into_end(), network).run();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/ladders/{name}.txt"));
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let wanted: Vec<&str> = golden.lines().filter(|l| !l.starts_with('#')).map(left).collect();
    let seen = shortened(outcome.ladder.lines().collect(), &wanted);
    if wanted != seen && std::env::var("LADDERS").as_deref() == Ok("rewrite") {
        std::fs::write(&path, rewritten(&golden, &seen)).expect("a ladder can be written");
    } else {
        assert!(wanted == seen, "{name}\n{}\nevents:\n{}", compare(&wanted, &seen), told(&outcome));
    }
    outcome
}

/// The part of a ladder's line that is on the wire.
fn left(line: &str) -> &str {
    line.split('|').next().unwrap_or(line).trim_end()
}

/// Where the ladder has a line of dots, what repeats before the last line stands for it.
fn shortened<'a>(mut seen: Vec<&'a str>, wanted: &[&'a str]) -> Vec<&'a str> {
    let Some(dots) = wanted.iter().position(|line| line.starts_with("...")) else { return seen };
    let after = wanted.len() - dots - 1;
    if dots + after < seen.len() {
        let repeated = seen.splice(dots..seen.len() - after, [wanted[dots]]);
        let repeated: Vec<&str> = repeated.collect();
        let pair: Vec<&str> = repeated.iter().copied().take(2).collect();
        assert!(repeated.chunks(2).all(|chunk| pair.starts_with(chunk)), "{repeated:#?}");
    }
    seen
}

fn rewritten(golden: &str, seen: &[&str]) -> String {
    let mut text = String::new();
    for line in golden.lines().filter(|line| line.starts_with('#')) {
        let _ = writeln!(text, "{line}");
    }
    let mut old = golden.lines().filter(|line| !line.starts_with('#'));
    for line in seen {
        let kept = old.clone().position(|candidate| left(candidate) == *line);
        match kept.and_then(|at| old.nth(at)) {
            Some(same) => {
                let _ = writeln!(text, "{same}");
            }
            None => {
                let _ = writeln!(text, "{line:<52} | ?");
            }
        }
    }
    text
}

fn compare(wanted: &[&str], seen: &[&str]) -> String {
    let mut text = format!("{:<60} seen\n", "wanted");
    for at in 0..wanted.len().max(seen.len()) {
        let (wanted, seen) = (wanted.get(at).unwrap_or(&""), seen.get(at).unwrap_or(&""));
        let mark = if wanted == seen { ' ' } else { '!' };
        let _ = writeln!(text, "{mark} {wanted:<60} {seen}");
    }
    text
}

fn told(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (who, receipt) in [("caller", &outcome.caller), ("answerer", &outcome.answerer)] {
        for (at, event) in &receipt.events {
            if !matches!(event, g3::Event::Progress { .. }) {
                let _ = writeln!(text, "{who} {at} {event:?}");
            }
        }
        let _ = writeln!(text, "{who} {:?}", receipt.report);
    }
    text
}

/// Something that can take part in a call.
pub(crate) trait IntoEnd {
    fn into_end(self) -> End;
}

/// One of our own ends, and what is special about it.
pub(crate) struct Ours {
    role: Role,
    pub(crate) capabilities: Capabilities,
    pages: Vec<Page>,
    adjust: Box<dyn Fn(&mut Driver)>,
}

impl Ours {
    pub(crate) fn with(mut self, adjust: impl Fn(&mut Driver) + 'static) -> Self {
        self.adjust = Box::new(adjust);
        self
    }
}

impl IntoEnd for Ours {
    fn into_end(self) -> End {
        let ident = match self.role {
            Role::Caller => "+1 555 0001",
            Role::Answerer => "+1 555 0002",
        };
        let config = CallConfig {
            role: self.role,
            ident: Ident::new(ident),
            pages: self.pages.iter().map(page_info).collect(),
            capabilities: self.capabilities,
            // Nothing repairs a loss, so that a test's loss is a loss.
            t38: T38Config { redundancy: 0, ..T38Config::default() },
        };
        let mut driver = Driver::new(config, self.pages);
        (self.adjust)(&mut driver);
        End::Call(Box::new(driver))
    }
}

/// A scripted end.
pub(crate) struct Script(Vec<Act>);

impl Script {
    pub(crate) fn new(script: impl IntoIterator<Item = Act>) -> Self {
        Self(script.into_iter().collect())
    }

    /// The script of an answerer: after half a second it sends this.
    pub(crate) fn say_first(mut self, frame: Frame) -> Self {
        self.0.insert(0, Act::Pause(Duration::from_millis(500)));
        self.0.insert(1, Act::Say(vec![frame]));
        self
    }
}

impl IntoEnd for Script {
    fn into_end(self) -> End {
        End::Puppet(Puppet::new(self.0))
    }
}

pub(crate) fn caller(pages: u64) -> Ours {
    caller_with(standard_pages(pages))
}

pub(crate) fn caller_with(pages: Vec<Page>) -> Ours {
    let capabilities = Capabilities::default();
    Ours { role: Role::Caller, capabilities, pages, adjust: Box::new(|_| {}) }
}

pub(crate) fn answerer() -> Ours {
    Ours { role: Role::Answerer, ..caller_with(Vec::new()) }
}

/// Pages of standard resolution, 1728 by 80, five frames of 256 octets each as MMR.
pub(crate) fn standard_pages(count: u64) -> Vec<Page> {
    (0..count).map(|seed| page(seed, Resolution::Standard)).collect()
}

pub(crate) fn first_page() -> Page {
    page(0, Resolution::Standard)
}

/// What the network loses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Loss {
    /// Every training check at this rate or above.
    Training { at_least_bps: u32 },
    /// Every third packet of the first page without ECM.
    ThirdOfFirstImage,
    /// The second packet of this frame in the first burst.
    OnePacketOfFrame(u8),
    /// The first frame of this kind that the answerer sends.
    FirstAnswer(Fcf),
}

/// A calm network that loses exactly this.
pub(crate) fn drop_packets(loss: Loss) -> Network {
    let mut judge = Judge { loss, packets: 0, bursts: 0, frames: 0, in_frame: 0, answers: 0 };
    let mut last: [Option<(Vec<u8>, bool)>; 2] = [None, None];
    let effects = Effects { delay: Duration::from_millis(20), ..Effects::default() };
    Network::new(0, effects).with_filter(move |from_caller, datagram| {
        // Some packets go out several times; all copies share one fate.
        let copy = last[usize::from(from_caller)].as_ref().filter(|(seen, _)| seen == datagram);
        let dropped = match copy {
            Some((_, dropped)) => *dropped,
            None => judge.drops(from_caller, datagram),
        };
        last[usize::from(from_caller)] = Some((datagram.to_vec(), dropped));
        if dropped { Fate::Drop } else { Fate::Pass }
    })
}

struct Judge {
    loss: Loss,
    packets: u32,
    bursts: u32,
    frames: u32,
    in_frame: u32,
    answers: u32,
}

impl Judge {
    fn drops(&mut self, from_caller: bool, datagram: &[u8]) -> bool {
        let Ok(parsed) = Datagram::parse(datagram) else { return false };
        let Ok(Ifp::Data { data_type, fields }) = Ifp::decode(parsed.primary, Syntax::V1998) else {
            return false;
        };
        let Some(field) = fields.first() else { return false };
        let (kind, data) = (field.kind, &field.data);
        match (self.loss, data_type.rate()) {
            (Loss::Training { at_least_bps }, Some(rate)) => {
                rate.bps() >= at_least_bps && kind == FieldType::T4NonEcmData
            }
            (Loss::ThirdOfFirstImage, Some(_)) => {
                self.bursts += u32::from(kind == FieldType::T4NonEcmSigEnd);
                self.packets += 1;
                // The training check ends the first time, the page the second time.
                self.bursts == 1
                    && kind == FieldType::T4NonEcmData
                    && self.packets.is_multiple_of(3)
            }
            (Loss::OnePacketOfFrame(number), Some(_)) => {
                match kind {
                    FieldType::HdlcData => self.in_frame += 1,
                    FieldType::HdlcFcsOk => {
                        self.frames += 1;
                        self.in_frame = 0;
                    }
                    FieldType::HdlcFcsOkSigEnd => self.bursts += 1,
                    _ => {}
                }
                self.bursts == 0 && self.frames == u32::from(number) && self.in_frame == 2
            }
            (Loss::FirstAnswer(fcf), None) if !from_caller => {
                // Octet by octet, and then an end: without its end a frame is no frame.
                let fcf = fcf.to_octet(false);
                self.answers += u32::from(kind == FieldType::HdlcData && data.as_slice() == [fcf]);
                self.answers == 1 && kind == FieldType::HdlcFcsOkSigEnd
            }
            _ => false,
        }
    }
}
