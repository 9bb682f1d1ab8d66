//! Calls between a line and sipp, an independent SIP user agent. The scenarios stand in `sipp/`.

#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ferrofax::line::Refusal;
use ferrofax::line::sip::negotiation::Kind;
use ferrofax::line::sip::{LineSettings, SipLine};
use tempfile::TempDir;
use tokio::net::UdpSocket;
use tokio::process::{Child, Command};

#[path = "sip/house.rs"]
#[expect(dead_code, reason = "the other tests of lines use what these do not")]
mod house;

use house::{Desk, Doorman, free, open, open_for, page, send, settings};

const NOBODY: &str = "127.0.0.1:9";

/// sipp in one call.
struct Sipp {
    child: Child,
    scenario: String,
    address: SocketAddr,
    _folder: TempDir,
}

/// Starts sipp. It takes no status from its command line, so that is written into the scenario.
async fn start(scenario: &str, status: &str, arguments: &[String]) -> Sipp {
    let address = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sipp");
    let text = std::fs::read_to_string(scenarios.join(format!("{scenario}.xml"))).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("scenario.xml");
    std::fs::write(&file, text.replace("[status]", status)).unwrap();
    let mut sipp = Command::new("sipp");
    sipp.arg("-sf").arg(file);
    sipp.args(["-i", "127.0.0.1", "-m", "1", "-nostdin", "-timeout", "20", "-timeout_error"]);
    sipp.args(["-default_behaviors", "all,-bye", "-trace_err", "-error_file", "/dev/stderr"]);
    sipp.arg("-p").arg(address.port().to_string()).args(arguments);
    let sipp = sipp.stdout(std::process::Stdio::null()).kill_on_drop(true).spawn();
    let child = sipp.expect("sipp is there");
    Sipp { child, scenario: scenario.to_owned(), address, _folder: folder }
}

async fn succeeded(mut sipp: Sipp) {
    let ended = tokio::time::timeout(Duration::from_secs(30), sipp.child.wait()).await;
    assert!(ended.expect("sipp ends").unwrap().success(), "{}", sipp.scenario);
}

/// sipp calls a line.
async fn calls(line: &SipLine, scenario: &str, status: &str) {
    succeeded(start(scenario, status, &[line.local_addr().to_string()]).await).await;
}

/// sipp calls a line that takes the call; gives back the number of the failure, 0 for none.
async fn takes(scenario: &str, status: &str) -> u16 {
    let (line, doorman) = open(settings("line", NOBODY.parse().unwrap())).await;
    calls(&line, scenario, status).await;
    let (_, outcome) = doorman.ended().await;
    free(&line).await;
    assert_eq!(doorman.rang().len(), 1);
    outcome.failure.map_or(0, ferrofax::failure::Failure::number)
}

/// A line calls sipp; gives back the number of the failure, 0 for none.
async fn places(change: impl FnOnce(&mut LineSettings), scenario: &str, status: &str) -> u16 {
    let sipp = start(scenario, status, &[]).await;
    let mut settings = settings("line", sipp.address);
    change(&mut settings);
    let (line, _) = open(settings).await;
    // Until sipp listens, the INVITE is sent again.
    let desk = Desk::with_pages(&[page(100)]);
    let outcome = send(&line, &desk).await;
    println!("{scenario}: {:?} {:#?}", outcome.failure, desk.seen().events);
    succeeded(sipp).await;
    free(&line).await;
    outcome.failure.map_or(0, ferrofax::failure::Failure::number)
}

#[tokio::test]
#[ignore = "needs sipp"]
async fn sipp_calls_and_hangs_up() {
    for scenario in [
        "calls_with_t38",
        "calls_and_switches",
        "calls_and_is_switched",
        "calls_and_collides",
        "calls_with_audio_and_image",
        "calls_without_attributes",
        "calls_with_absurd_attributes",
        "calls_and_refreshes",
        "calls_and_acknowledges_late",
    ] {
        assert_eq!(takes(scenario, "").await, 35, "{scenario}: it hung up before the first page");
    }
}

#[tokio::test]
#[ignore = "needs sipp"]
async fn sipp_calls_and_refuses_the_switch() {
    for status in ["488 Not Acceptable Here", "415 Unsupported Media Type", "606 Not Acceptable"] {
        assert_eq!(takes("calls_and_refuses", status).await, 10, "{status}");
    }
    assert_eq!(takes("calls_and_answers_port_0", "").await, 10);
}

#[tokio::test]
#[ignore = "needs sipp"]
async fn sipp_calls_without_success() {
    assert_eq!(takes("calls_with_port_0", "").await, 9);
    let settings = settings("line", NOBODY.parse().unwrap());
    let (line, _) = open_for(settings.clone(), Doorman::refusing(Refusal::Unavailable)).await;
    calls(&line, "calls_and_is_refused", "").await;
    free(&line).await;
    let (line, _) = open_for(settings, Doorman::hesitating(Duration::from_secs(30))).await;
    calls(&line, "calls_and_cancels", "").await;
    free(&line).await;
}

#[tokio::test]
#[ignore = "needs sipp"]
async fn sipp_is_called_and_hangs_up() {
    let image = |line: &mut LineSettings| line.first = Kind::Image;
    let patient = |line: &mut LineSettings| line.caller_switch = Duration::from_secs(10);
    assert_eq!(places(image, "is_called_with_t38", "").await, 35);
    assert_eq!(places(patient, "is_called_and_switches", "").await, 35);
    assert_eq!(places(|_| (), "is_called_and_is_switched", "").await, 35);
}

#[tokio::test]
#[ignore = "needs sipp"]
async fn sipp_is_called_and_refuses() {
    for (status, number) in
        [("486 Busy Here", 1), ("503 Service Unavailable", 5), ("488 Not Acceptable Here", 9)]
    {
        assert_eq!(places(|_| (), "is_called_and_refuses", status).await, number, "{status}");
    }
    for status in ["488 Not Acceptable Here", "415 Unsupported Media Type", "606 Not Acceptable"] {
        let failure = places(|_| (), "is_called_and_refuses_the_switch", status);
        assert_eq!(failure.await, 10, "{status}");
    }
    let impatient = |line: &mut LineSettings| line.ring_timeout = Duration::from_secs(1);
    assert_eq!(places(impatient, "is_called_and_is_cancelled", "").await, 2);
}
