//! Whatever comes to the ports of a line, it takes the next call.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use ferrofax::line::sip::{LineSettings, SipLine};
use tokio::net::UdpSocket;

use crate::house::{Desk, free, open, page, send, settings};
use crate::peer::{Peer, sdp};

/// Draws numbers that look random, always the same from one seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn octets(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most);
        (0..length).map(|_| self.below(256).to_le_bytes()[0]).collect()
    }
}

/// Settings of a line that has room for the calls that some of the garbage begins.
fn roomy() -> LineSettings {
    let settings = settings("line", "127.0.0.1:9".parse().unwrap());
    LineSettings { channels: 10_000, ..settings }
}

/// Sends each datagram to `line`, which then still takes a call.
async fn survives(line: &SipLine, datagrams: &[Vec<u8>]) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for (number, datagram) in datagrams.iter().enumerate() {
        socket.send_to(datagram, line.local_addr()).await.unwrap();
        if number % 50 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let mut peer = Peer::calling(line.local_addr()).await;
    peer.call(&sdp(1, &["image 4002"], &[])).await;
    peer.request("BYE", "").await;
    peer.expect("200 BYE").await;
}

const SEED: u64 = 20;

#[tokio::test]
async fn random_datagrams_do_no_harm() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let (line, _doorman) = open(roomy()).await;
    let datagrams: Vec<Vec<u8>> = (0..2000).map(|_| random.octets(1500)).collect();
    survives(&line, &datagrams).await;
}

/// Messages that are nearly right: cut, with octets changed, with parts doubled.
#[tokio::test]
async fn damaged_messages_do_no_harm() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let (line, _doorman) = open(roomy()).await;
    let whole = messages();
    let datagrams: Vec<Vec<u8>> = (0..3000)
        .map(|_| {
            let mut message = whole[random.below(whole.len())].clone().into_bytes();
            for _ in 0..random.below(6) {
                let at = random.below(message.len().max(1));
                match random.below(4) {
                    0 => message.truncate(at),
                    1 => message.splice(at..at, random.octets(8)).for_each(drop),
                    2 => message.extend_from_within(at..),
                    _ => {
                        if let Some(octet) = message.get_mut(at) {
                            *octet = random.below(256).to_le_bytes()[0];
                        }
                    }
                }
            }
            message.truncate(60_000);
            message
        })
        .collect();
    survives(&line, &datagrams).await;
}

#[tokio::test]
async fn absurd_headers_do_no_harm() {
    let (line, _doorman) = open(roomy()).await;
    let invite = messages().remove(0);
    let change = |from: &str, to: &str| invite.replace(from, to).into_bytes();
    let long = "x".repeat(60_000);
    let datagrams = [
        change("z9hG4bKgarbage", &long),
        change("CSeq: 1 INVITE", "CSeq: 99999999999999999999 INVITE"),
        change("CSeq: 1 INVITE", "CSeq: -1 INVITE"),
        change("CSeq: 1 INVITE", "CSeq: INVITE"),
        change("Content-Length: 0", "Content-Length: 99999999"),
        change("Content-Length: 0", "Content-Length: -7"),
        change("Max-Forwards: 70", &format!("X: {long}")),
        change("127.0.0.1:7;rport", "256.1.1.1:99999;rport"),
        change("127.0.0.1:7;rport", "[::1]:7;rport"),
        change("127.0.0.1:7;rport", ":;;=;"),
        change("<sip:a@127.0.0.1:7>\r\nMax", "<sip:\r\nMax"),
        change("From: <sip:a@127.0.0.1>;tag=g", "From: <>;tag="),
        change("From: <sip:a@127.0.0.1>;tag=g", "From: \u{fe0f}\u{0}<<<>>>"),
        change("To: <sip:b@127.0.0.1>", "To: <sip:b@127.0.0.1>;tag="),
        change("SIP/2.0\r\nVia", "SIP/9.9\r\nVia"),
        change("\r\n", "\n"),
        change("\r\n", "\r"),
        change("Via", "\r\nVia"),
        change("Call-ID: garbage", ""),
        change("Content-Length: 0\r\n\r\n", &format!("Content-Length: 60000\r\n\r\n{long}")),
        change(
            "<sip:a@127.0.0.1:7>\r\nMax",
            "<sip:a@224.0.0.1:7>\r\nRecord-Route: <sip:[::]:0;lr>\r\nMax",
        ),
    ];
    survives(&line, &datagrams).await;
}

/// What comes to the media ports of a call from elsewhere, or makes no sense, ends nothing.
#[tokio::test]
async fn garbage_on_the_media_ports_does_no_harm() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let (line, doorman) = open(settings("line", "127.0.0.1:9".parse().unwrap())).await;
    let mut peer = Peer::calling(line.local_addr()).await;
    let media = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = media.local_addr().unwrap().port();
    let first = peer.call(&sdp(1, &[&format!("audio {port}")], &[])).await;
    let second = peer.reinvite(&sdp(2, &[&format!("image {port}")], &[])).await;
    for answer in [&first, &second] {
        for (_, port) in answer.streams() {
            for _ in 0..500 {
                let _refused = media.send_to(&random.octets(1500), ("127.0.0.1", port)).await;
            }
        }
    }
    peer.request("BYE", "").await;
    peer.expect("200 BYE").await;
    let (_, outcome) = doorman.ended().await;
    assert!(outcome.failure.is_some());
    free(&line).await;
}

/// While a fax runs, its ports and those of SIP are flooded from the same host.
#[tokio::test]
async fn a_fax_goes_through_a_flood() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let (there, doorman) = open(settings("there", "127.0.0.1:9".parse().unwrap())).await;
    let (here, _) = open(settings("here", there.local_addr())).await;
    let desk = Desk::with_pages(&[page(100)]);
    let flood = async {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        loop {
            let seen = desk.seen().events;
            let named = seen.iter().flat_map(|line| line.split("udptl 127.0.0.1:").skip(1));
            let ports = named.filter_map(|rest| rest.split(',').next()?.parse().ok());
            let media = ports.map(|port: u16| (IpAddr::from([127, 0, 0, 1]), port).into());
            let ports: Vec<SocketAddr> =
                media.chain([&here, &there].map(SipLine::local_addr)).collect();
            for _ in 0..10 {
                for port in &ports {
                    let _lost = socket.send_to(&random.octets(300), port).await;
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let outcome = tokio::select! {
        outcome = send(&here, &desk) => outcome,
        () = flood => unreachable!("a flood has no end"),
    };
    assert_eq!(outcome.failure, None, "{:#?}", desk.seen().events);
    let (received, outcome) = doorman.ended().await;
    assert_eq!(outcome.failure, None, "{:#?}", received.seen().events);
    assert_eq!(received.seen().received, [page(100)]);
}

/// One whole message of each kind; nobody expects any of them.
fn messages() -> Vec<String> {
    let methods =
        ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "INFO", "REGISTER", "NOTIFY"];
    let head = |first: &str, method: &str, to: &str| {
        format!(
            "{first}\r\nVia: SIP/2.0/UDP 127.0.0.1:7;rport;branch=z9hG4bKgarbage\r\n\
             From: <sip:a@127.0.0.1>;tag=g\r\nTo: <sip:b@127.0.0.1>{to}\r\n\
             Call-ID: garbage\r\nCSeq: 1 {method}\r\nContact: <sip:a@127.0.0.1:7>\r\n\
             Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let mut messages: Vec<String> = methods
        .iter()
        .map(|method| head(&format!("{method} sip:b@127.0.0.1 SIP/2.0"), method, ""))
        .collect();
    messages.extend(
        ["180 Ringing", "200 OK", "491 Request Pending", "699 What"]
            .map(|status| head(&format!("SIP/2.0 {status}"), "INVITE", ";tag=h")),
    );
    messages
}
