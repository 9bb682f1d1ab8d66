use std::fmt::Write;
use std::net::IpAddr;

use super::super::sdp::{BitRate, Media, Sdp, T38, Version};
use super::*;

const SENDER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn config(role: Role, first: Kind) -> Config {
    let own = Own {
        audio: "127.0.0.1:4000".parse().unwrap(),
        image: "127.0.0.1:4002".parse().unwrap(),
        version: Version::new(3),
        max_bit_rate: BitRate::new(14_400),
        redundancy: 3,
    };
    let switch_after = Duration::from_secs(if role == Caller { 5 } else { 1 });
    Config { role, first, own, ring: Duration::from_secs(60), switch_after, session: 7, random: 1 }
}

/// A description with these streams: `audio`, `image`, `-` for one with port 0.
fn sdp(streams: &str) -> Sdp {
    let mut text = "v=0\no=- 1 1 IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\n".to_owned();
    for stream in streams.split('+') {
        text.push_str(match stream {
            "audio" => "m=audio 5000 RTP/AVP 0\n",
            "moved" => "m=image 5004 udptl t38\n",
            "image" => "m=image 5002 udptl t38\n",
            _ => "m=video 0 RTP/AVP 96\n",
        });
    }
    Sdp::parse(text.as_bytes(), SENDER).unwrap()
}

/// `none` is a message without a description.
fn body(streams: &str) -> Option<Sdp> {
    (streams != "none").then(|| sdp(streams))
}

/// Every input of the table, as it is written there.
const INPUTS: &[&str] = &[
    "place",
    "invited audio",
    "accept",
    "decline 486",
    "answered audio",
    "answered image",
    "answered -",
    "answered none",
    "refused 486",
    "refused 488",
    "refused 491",
    "refused 500",
    "refused 500 retry",
    "reinvited audio",
    "reinvited image",
    "reinvited moved",
    "reinvited audio+image",
    "reinvited -",
    "reinvited none",
    "updated image",
    "updated -",
    "updated none",
    "acked none",
    "acked audio",
    "acked image",
    "acked -",
    "ack lost",
    "cancelled",
    "bye",
    "hang up",
    "timeout",
];

fn input(text: &str) -> Option<Input> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    Some(match name {
        "place" => Input::Place,
        "invited" => Input::Invited(body(rest)),
        "accept" => Input::Accept,
        "decline" => Input::Decline(rest.parse().unwrap()),
        "answered" => Input::Answered(body(rest)),
        "refused" => {
            let (status, retry) = rest.split_once(' ').unwrap_or((rest, ""));
            let retry_after_s = (retry == "retry").then_some(3);
            Input::Refused { status: status.parse().unwrap(), retry_after_s }
        }
        "reinvited" => Input::Reinvited(body(rest)),
        "updated" => Input::Updated(body(rest)),
        "acked" => Input::Acked(body(rest)),
        "ack" => Input::AckLost,
        "cancelled" => Input::Cancelled,
        "bye" => Input::ByeReceived,
        "hang" => Input::HangUp,
        _ => return None,
    })
}

fn show_sdp(sdp: &Sdp) -> String {
    let streams: Vec<&str> = sdp
        .media
        .iter()
        .map(|media| match media {
            Media::Audio(_) => "audio",
            Media::Image(_) => "image",
            Media::Off(_) => "-",
        })
        .collect();
    streams.join("+")
}

fn show(output: &Output) -> String {
    let name = |to: &Request| match to {
        Request::First => "first",
        Request::Reinvite => "reinvite",
        Request::Update => "update",
    };
    match output {
        Output::Invite(sdp) => format!("INVITE {}", show_sdp(sdp)),
        Output::Cancel => "CANCEL".to_owned(),
        Output::Answer { to, sdp } => {
            let sdp = sdp.as_ref().map_or("none".to_owned(), show_sdp);
            format!("200 {} {sdp}", name(to))
        }
        Output::Reject { to, status, retry_after_s } => match retry_after_s {
            Some(seconds) => format!("{status} {} after {seconds}", name(to)),
            None => format!("{status} {}", name(to)),
        },
        Output::Stream(Stream::Audio { .. }) => "run audio".to_owned(),
        Output::Stream(Stream::Image { to, .. }) => format!("run image {}", to.port()),
        Output::Bye => "BYE".to_owned(),
        Output::Over(None) => "over".to_owned(),
        Output::Over(Some(failure)) => format!("over {}", failure.number()),
    }
}

fn state(negotiation: &Negotiation) -> &'static str {
    match negotiation.state {
        State::Idle => "Idle",
        State::Calling(_) => "Calling",
        State::Cancelling(_) => "Cancelling",
        State::Deciding(_) => "Deciding",
        State::AwaitAck => "AwaitAck",
        State::AwaitAnswer { .. } => "AwaitAnswer",
        State::Ready => "Ready",
        State::Switching(_) => "Switching",
        State::Leaving => "Leaving",
        State::Over => "Over",
    }
}

/// A dialog, and the time in it.
struct Scene {
    negotiation: Negotiation,
    now: Time,
}

impl Scene {
    /// A dialog that has seen `inputs`, separated by commas.
    fn after(role: Role, first: Kind, inputs: &str) -> Self {
        let negotiation = Negotiation::new(config(role, first));
        let mut scene = Self { negotiation, now: Time::ZERO };
        for text in inputs.split(", ").filter(|text| !text.is_empty()) {
            scene.give(text);
        }
        scene
    }

    /// Gives one input and shows what comes of it: outputs, then the state.
    fn give(&mut self, text: &str) -> String {
        match input(text) {
            Some(input) => self.negotiation.handle_input(self.now, input),
            None => {
                if let Some((at, _)) = self.negotiation.poll_timeout() {
                    self.now = at;
                }
                self.negotiation.handle_timeout(self.now);
            }
        }
        let mut shown = String::new();
        while let Some(output) = self.negotiation.poll_output() {
            write!(shown, "{}, ", show(&output)).unwrap();
        }
        format!("{shown}{}", state(&self.negotiation))
    }
}

/// Checks one row of the table: `expected` has a line `input: outputs, state` for each input that
/// does something; every other input must leave the state and say nothing.
fn check(role: Role, first: Kind, inputs: &str, expected: &str) {
    let expected: Vec<(&str, &str)> =
        expected.trim().lines().map(|line| line.trim().split_once(": ").unwrap()).collect();
    for (name, _) in &expected {
        assert!(INPUTS.contains(name), "{name} is no input");
    }
    for text in INPUTS {
        let mut scene = Scene::after(role, first, inputs);
        let unmoved = state(&scene.negotiation);
        let cell = expected.iter().find(|(name, _)| name == text).map_or(unmoved, |(_, cell)| cell);
        assert_eq!(scene.give(text), cell, "[{inputs}] then [{text}]");
    }
}

use Kind::{Audio, Image};
use Role::{Answerer, Caller};

#[test]
fn idle() {
    check(
        Caller,
        Audio,
        "",
        "place: INVITE audio, Calling
         invited audio: Deciding
         reinvited audio: 481 reinvite, Idle
         reinvited image: 481 reinvite, Idle
         reinvited moved: 481 reinvite, Idle
         reinvited audio+image: 481 reinvite, Idle
         reinvited -: 481 reinvite, Idle
         reinvited none: 481 reinvite, Idle
         updated image: 481 update, Idle
         updated -: 481 update, Idle
         updated none: 481 update, Idle
         hang up: over, Over",
    );
}

const CALLING_AUDIO: &str = "
    answered audio: run audio, Ready
    answered image: BYE, over 9, Over
    answered -: BYE, over 9, Over
    answered none: BYE, over 9, Over
    refused 486: over 1, Over
    refused 488: over 9, Over
    refused 491: over 4, Over
    refused 500: over 5, Over
    refused 500 retry: over 5, Over
    reinvited audio: 481 reinvite, Calling
    reinvited image: 481 reinvite, Calling
    reinvited moved: 481 reinvite, Calling
    reinvited audio+image: 481 reinvite, Calling
    reinvited -: 481 reinvite, Calling
    reinvited none: 481 reinvite, Calling
    updated image: 481 update, Calling
    updated -: 481 update, Calling
    updated none: 481 update, Calling
    hang up: CANCEL, Cancelling
    timeout: CANCEL, Cancelling";

#[test]
fn calling() {
    check(Caller, Audio, "place", CALLING_AUDIO);
    let image = CALLING_AUDIO
        .replace("answered audio: run audio, Ready", "answered audio: BYE, over 9, Over")
        .replace("answered image: BYE, over 9, Over", "answered image: run image 5002, Ready");
    check(Caller, Image, "place", &image);
}

#[test]
fn cancelling() {
    let expected = |over: &str| {
        format!(
            "answered audio: BYE, {over}, Over
             answered image: BYE, {over}, Over
             answered -: BYE, {over}, Over
             answered none: BYE, {over}, Over
             refused 486: {over}, Over
             refused 488: {over}, Over
             refused 491: {over}, Over
             refused 500: {over}, Over
             refused 500 retry: {over}, Over
             reinvited audio: 481 reinvite, Cancelling
             reinvited image: 481 reinvite, Cancelling
             reinvited moved: 481 reinvite, Cancelling
             reinvited audio+image: 481 reinvite, Cancelling
             reinvited -: 481 reinvite, Cancelling
             reinvited none: 481 reinvite, Cancelling
             updated image: 481 update, Cancelling
             updated -: 481 update, Cancelling
             updated none: 481 update, Cancelling
             bye: {over}, Over
             timeout: {over}, Over"
        )
    };
    check(Caller, Audio, "place, hang up", &expected("over"));
    check(Caller, Audio, "place, timeout", &expected("over 2"));
}

#[test]
fn deciding() {
    let expected = |accept: &str| {
        format!(
            "accept: {accept}
             decline 486: 486 first, over, Over
             reinvited audio: 500 reinvite after 2, Deciding
             reinvited image: 500 reinvite after 2, Deciding
             reinvited moved: 500 reinvite after 2, Deciding
             reinvited audio+image: 500 reinvite after 2, Deciding
             reinvited -: 500 reinvite after 2, Deciding
             reinvited none: 500 reinvite after 2, Deciding
             updated image: 500 update after 2, Deciding
             updated -: 500 update after 2, Deciding
             updated none: 500 update after 2, Deciding
             cancelled: 487 first, over 35, Over
             bye: 487 first, over 35, Over
             hang up: 480 first, over, Over"
        )
    };
    for (offer, accept) in [
        ("audio", "200 first audio, run audio, AwaitAck"),
        ("image", "200 first image, run image 5002, AwaitAck"),
        ("audio+image", "200 first -+image, run image 5002, AwaitAck"),
        ("image+audio", "200 first image+-, run image 5002, AwaitAck"),
        ("audio+-", "200 first audio+-, run audio, AwaitAck"),
        ("-", "488 first, over 9, Over"),
        ("none", "200 first audio, AwaitAnswer"),
    ] {
        check(Answerer, Audio, &format!("invited {offer}"), &expected(accept));
    }
    let accept = "200 first image, AwaitAnswer";
    check(Answerer, Image, "invited none", &expected(accept));
}

#[test]
fn await_ack() {
    check(
        Answerer,
        Audio,
        "invited audio, accept",
        "reinvited audio: 200 reinvite audio, Ready
         reinvited image: 200 reinvite image, run image 5002, Ready
         reinvited moved: 200 reinvite image, run image 5004, Ready
         reinvited audio+image: 200 reinvite -+image, run image 5002, Ready
         reinvited -: 488 reinvite, Ready
         reinvited none: 200 reinvite audio, AwaitAnswer
         updated image: 200 update image, run image 5002, Ready
         updated -: 488 update, Ready
         updated none: 200 update none, Ready
         acked none: Ready
         acked audio: Ready
         acked image: Ready
         acked -: Ready
         ack lost: BYE, over 35, Over
         bye: over 35, Over
         hang up: Leaving",
    );
    let mut t38 = Scene::after(Answerer, Audio, "invited image, accept");
    assert_eq!(t38.give("ack lost"), "BYE, over, Over");
}

const AWAIT_ANSWER: &str = "
    reinvited audio: 491 reinvite, AwaitAnswer
    reinvited image: 491 reinvite, AwaitAnswer
    reinvited moved: 491 reinvite, AwaitAnswer
    reinvited audio+image: 491 reinvite, AwaitAnswer
    reinvited -: 491 reinvite, AwaitAnswer
    reinvited none: 491 reinvite, AwaitAnswer
    updated image: 491 update, AwaitAnswer
    updated -: 491 update, AwaitAnswer
    updated none: 200 update none, AwaitAnswer
    acked -: BYE, over 9, Over
    bye: over 35, Over";

#[test]
fn await_answer_of_the_first_invite() {
    let expected = format!(
        "{AWAIT_ANSWER}
         acked none: BYE, over 9, Over
         acked audio: run audio, Ready
         acked image: BYE, over 9, Over
         ack lost: BYE, over 35, Over
         hang up: Leaving"
    );
    check(Answerer, Audio, "invited none, accept", &expected);
    let expected = expected
        .replace("acked audio: run audio, Ready", "acked audio: BYE, over 9, Over")
        .replace("acked image: BYE, over 9, Over", "acked image: run image 5002, Ready");
    check(Answerer, Image, "invited none, accept", &expected);
}

#[test]
fn await_answer_of_a_refresh() {
    let expected = format!(
        "{AWAIT_ANSWER}
         acked none: Ready
         acked audio: Ready
         acked image: BYE, over 9, Over
         ack lost: Ready
         hang up: BYE, over, Over"
    );
    check(Caller, Audio, "place, answered audio, reinvited none", &expected);
    let expected = expected
        .replace("acked audio: Ready", "acked audio: BYE, over 9, Over")
        .replace("acked image: BYE, over 9, Over", "acked image: Ready")
        .replace("bye: over 35, Over", "bye: over, Over");
    check(Caller, Image, "place, answered image, reinvited none", &expected);
}

#[test]
fn ready_in_audio() {
    let expected = "
        reinvited audio: 200 reinvite audio, Ready
        reinvited image: 200 reinvite image, run image 5002, Ready
        reinvited moved: 200 reinvite image, run image 5004, Ready
        reinvited audio+image: 200 reinvite -+image, run image 5002, Ready
        reinvited -: 488 reinvite, Ready
        reinvited none: 200 reinvite audio, AwaitAnswer
        updated image: 200 update image, run image 5002, Ready
        updated -: 488 update, Ready
        updated none: 200 update none, Ready
        bye: over 35, Over
        hang up: BYE, over, Over
        timeout: INVITE image, Switching";
    check(Caller, Audio, "place, answered audio", expected);
    check(Answerer, Audio, "invited audio, accept, acked none", expected);
    let expected = expected
        .replace("INVITE image", "INVITE -+image")
        .replace("200 reinvite audio, AwaitAnswer", "200 reinvite -+audio, AwaitAnswer");
    check(Answerer, Audio, "invited -+audio, accept, acked none", &expected);
}

#[test]
fn ready_in_t38() {
    let expected = "
        reinvited audio: 200 reinvite audio, run audio, Ready
        reinvited image: 200 reinvite image, Ready
        reinvited moved: 200 reinvite image, run image 5004, Ready
        reinvited audio+image: 200 reinvite -+image, Ready
        reinvited -: 488 reinvite, Ready
        reinvited none: 200 reinvite image, AwaitAnswer
        updated image: 200 update image, Ready
        updated -: 488 update, Ready
        updated none: 200 update none, Ready
        bye: over, Over
        hang up: BYE, over, Over";
    for (role, first, inputs) in [
        (Caller, Image, "place, answered image"),
        (Caller, Audio, "place, answered audio, reinvited image"),
        (Caller, Audio, "place, answered audio, timeout, answered image"),
        (Caller, Audio, "place, answered audio, timeout, refused 491, reinvited image"),
        (Answerer, Audio, "invited image, accept, acked none"),
        (Answerer, Audio, "invited audio, accept, acked none, timeout, answered image"),
        (Answerer, Image, "invited none, accept, acked image"),
    ] {
        check(role, first, inputs, expected);
    }
}

#[test]
fn ready_in_audio_after_t38() {
    let mut scene =
        Scene::after(Caller, Audio, "place, answered audio, reinvited image, reinvited audio");
    assert_eq!(scene.negotiation.poll_timeout(), None, "the switch is not asked for again");
    assert_eq!(scene.give("bye"), "over, Over");
}

#[test]
fn switching() {
    let expected = "
        answered audio: BYE, over 10, Over
        answered image: run image 5002, Ready
        answered -: BYE, over 10, Over
        answered none: BYE, over 10, Over
        refused 486: BYE, over 10, Over
        refused 488: BYE, over 10, Over
        refused 491: Ready
        refused 500: BYE, over 10, Over
        refused 500 retry: Ready
        reinvited audio: 491 reinvite, Switching
        reinvited image: 491 reinvite, Switching
        reinvited moved: 491 reinvite, Switching
        reinvited audio+image: 491 reinvite, Switching
        reinvited -: 491 reinvite, Switching
        reinvited none: 491 reinvite, Switching
        updated image: 491 update, Switching
        updated -: 491 update, Switching
        updated none: 200 update none, Switching
        bye: over 10, Over
        hang up: BYE, over, Over
        timeout: BYE, over 10, Over";
    check(Caller, Audio, "place, answered audio, timeout", expected);
    check(Answerer, Audio, "invited audio, accept, acked none, timeout", expected);
}

#[test]
fn leaving() {
    check(
        Answerer,
        Audio,
        "invited audio, accept, hang up",
        "reinvited audio: 481 reinvite, Leaving
         reinvited image: 481 reinvite, Leaving
         reinvited moved: 481 reinvite, Leaving
         reinvited audio+image: 481 reinvite, Leaving
         reinvited -: 481 reinvite, Leaving
         reinvited none: 481 reinvite, Leaving
         updated image: 481 update, Leaving
         updated -: 481 update, Leaving
         updated none: 481 update, Leaving
         acked none: BYE, over, Over
         acked audio: BYE, over, Over
         acked image: BYE, over, Over
         acked -: BYE, over, Over
         ack lost: BYE, over, Over
         bye: over, Over
         timeout: BYE, over, Over",
    );
}

/// Figures of the waits: 60 s of ringing, 1 s and 5 s to the switch, 15 s for its answer.
#[test]
fn each_wait_is_as_long_as_it_should_be() {
    for (role, inputs, seconds, timer) in [
        (Caller, "place", 60, Timer::Ring),
        (Caller, "place, answered audio", 5, Timer::Switch),
        (Answerer, "invited audio, accept, acked none", 1, Timer::Switch),
        (Caller, "place, answered audio, timeout", 5 + 15, Timer::SwitchAnswer),
        (Caller, "place, hang up", 4, Timer::CancelAnswer),
        (Answerer, "invited audio, accept, hang up", 2, Timer::Leave),
    ] {
        let scene = Scene::after(role, Audio, inputs);
        let expected = Some((Time::from_millis(seconds * 1000), timer));
        assert_eq!(scene.negotiation.poll_timeout(), expected, "{inputs}");
    }
    for inputs in ["", "invited audio", "invited audio, accept", "place, answered image"] {
        assert_eq!(
            Scene::after(Caller, Image, inputs).negotiation.poll_timeout(),
            None,
            "{inputs}"
        );
    }
}

/// RFC 3261 14.1: 2.1 to 4.0 s for the owner of the Call-ID, 0 to 2.0 s for the other end.
#[test]
fn after_a_collision_each_end_waits_as_long_as_its_role_says() {
    for (role, inputs, least, most) in [
        (Caller, "place, answered audio, timeout", 2100, 4000),
        (Answerer, "invited audio, accept, acked none, timeout", 0, 2000),
    ] {
        let mut seen = std::collections::BTreeSet::new();
        for random in 0..300 {
            let mut scene = Scene::after(role, Audio, inputs);
            scene.negotiation.random = random;
            scene.give("refused 491");
            let (at, timer) = scene.negotiation.poll_timeout().unwrap();
            let waited = at.since(scene.now).as_millis();
            assert_eq!((timer, waited % 10), (Timer::Switch, 0));
            assert!((least..=most).contains(&waited), "{role:?} {waited}");
            seen.insert(waited);
        }
        assert!(seen.len() > 50, "{} different waits", seen.len());
    }
}

#[test]
fn a_switch_that_only_collides_is_given_up() {
    let mut scene = Scene::after(Caller, Audio, "place, answered audio");
    for _ in 1..SWITCH_ATTEMPTS {
        assert_eq!(scene.give("timeout"), "INVITE image, Switching");
        assert_eq!(scene.give("refused 491"), "Ready");
    }
    assert_eq!(scene.give("timeout"), "INVITE image, Switching");
    assert_eq!(scene.give("refused 491"), "BYE, over 10, Over");
}

#[test]
fn the_version_rises_with_each_change_and_only_then() {
    let mut negotiation = Negotiation::new(config(Answerer, Audio));
    let mut versions = Vec::new();
    let offers = ["audio", "audio", "image", "image", "moved", "audio"];
    negotiation.handle_input(Time::ZERO, Input::Invited(body("audio")));
    negotiation.handle_input(Time::ZERO, Input::Accept);
    negotiation.handle_input(Time::ZERO, Input::Acked(None));
    for offer in offers {
        negotiation.handle_input(Time::ZERO, Input::Reinvited(body(offer)));
    }
    while let Some(output) = negotiation.poll_output() {
        if let Output::Answer { sdp: Some(sdp), .. } = output {
            versions.push(sdp.origin.version);
        }
    }
    assert_eq!(versions, [1, 1, 1, 2, 2, 2, 3]);
}

/// T.38 parameters of the answer to one offer, and what T.30 is told.
fn answered(attributes: &str) -> (T38, g3::T38Config) {
    let text = format!("v=0\nm=image 5002 udptl t38\n{attributes}");
    let offer = Sdp::parse(text.as_bytes(), SENDER).unwrap();
    let own = config(Answerer, Audio).own;
    let (media, stream) = own.answer(&offer).unwrap();
    match (&media[..], stream) {
        ([Media::Image(image)], Stream::Image { t38, .. }) => (image.t38, t38),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_answer_mirrors_what_must_be_and_claims_nothing() {
    let offer = "a=T38FaxVersion:2\na=T38MaxBitRate:9600\na=T38FaxFillBitRemoval\n\
                 a=T38FaxTranscodingMMR\na=T38FaxRateManagement:localTCF\na=T38FaxMaxDatagram:180\n\
                 a=T38FaxUdpEC:t38UDPFEC\n";
    let (answer, t30) = answered(offer);
    assert_eq!(
        answer.to_string(),
        "a=T38FaxVersion:2\r\na=T38MaxBitRate:14400\r\na=T38FaxRateManagement:localTCF\r\n\
         a=T38FaxMaxBuffer:2000\r\na=T38FaxMaxDatagram:1400\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n"
    );
    let expected =
        g3::T38Config { version: 2, max_datagram: 180, max_bit_rate: 9600, redundancy: 3 };
    assert_eq!(t30, expected);
}

#[test]
fn the_version_and_the_error_correction_are_the_lower_of_both() {
    for (offer, version) in [("", 0), (":0", 0), (":1", 0), (":2", 2), (":3", 3), (":9", 3)] {
        let (answer, t30) = answered(&format!("a=T38FaxVersion{offer}\n"));
        assert_eq!((answer.version.value(), t30.version), (version.into(), version), "{offer}");
    }
    for (offer, redundancy) in
        [("t38UDPNoEC", 0), ("t38UDPRedundancy", 3), ("t38UDPFEC", 3), ("nonsense", 3)]
    {
        assert_eq!(answered(&format!("a=T38FaxUdpEC:{offer}\n")).1.redundancy, redundancy);
    }
}

#[test]
fn each_status_has_its_failure() {
    for (number, statuses) in [
        (1, &[486, 600][..]),
        (2, &[408, 480, 487]),
        (3, &[404, 410, 484, 604]),
        (4, &[300, 302, 400, 401, 403, 405, 407, 420, 491, 603]),
        (5, &[500, 501, 502, 503, 504]),
        (9, &[415, 488, 606]),
    ] {
        for status in statuses {
            assert_eq!(failure_of(*status).number(), number, "{status}");
        }
    }
}
