//! The binary with everything in it: serve, demo, and commands while a call is going on. Fax time
//! runs faster than real time.

use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::house;

/// Fax seconds in a real second.
const SCALE: &str = "10";

/// The zone of the server: nine hours behind UTC.
const ZONE: &str = "WEST9";

fn ferrofax(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrofax"));
    command.current_dir(folder).env_clear().env("HOME", folder).env("TMPDIR", folder);
    command.env("FERROFAX_CLOCK_SCALE", SCALE).env("TZ", ZONE);
    command
}

#[test]
fn the_demo_receives_what_it_sends() {
    let folder = tempfile::tempdir().unwrap();
    let output = ferrofax(folder.path()).args(["demo", "--json"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["equal"], true);
    assert_eq!(result["attempt"]["pages"], 3);
    assert_eq!(result["attempt"]["ecm"], true);
    assert_eq!(result["received"]["pages"], 3);
    let queue = result["queue_while_sending"].as_array().unwrap();
    assert_eq!(queue[0]["queue_status"], "In Progress");
    assert_eq!(queue[0]["device_status"], "Sending");
    let tiff = std::fs::read(result["file"].as_str().unwrap()).unwrap();
    assert_eq!(t4::tiff::read(&tiff).unwrap().len(), 3);
    assert!(said.contains("job 1: sending page 2 of 3, 14400 bit/s ECM"), "{said}");
}

#[test]
fn a_demo_that_is_interrupted_cancels_its_fax_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = ferrofax(folder.path());
    let mut demo = demo.arg("demo").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let steps = BufReader::new(demo.stderr.take().unwrap()).lines();
    let sending = steps.map_while(Result::ok).any(|step| step.contains("sending page"));
    assert!(sending, "the fax never began");
    let id = demo.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let ended = demo.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("job 1: cancelled"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_says_what_is_wrong_with_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), "%PDF-1.7").unwrap();
    for (file, words) in [("a.pdf", "the PDF is damaged"), ("b.tif", "b.tif")] {
        let output = ferrofax(folder.path()).args(["demo", file]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(words), "{said}");
    }
}

/// A running `ferrofax serve` with two lines that call each other; killed at the end.
pub(crate) struct Serve(Child);

impl Drop for Serve {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn serve(folder: &Path) -> Serve {
    serve_calls(folder, 1)
}

/// As [`serve`], with so many calls at once.
pub(crate) fn serve_calls(folder: &Path, channels: u32) -> Serve {
    let free = || UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (left, right) = (free(), free());
    let config = format!(
        "data = \"data\"\nlisten = \"127.0.0.1:0\"\n\
         [[line]]\nname = \"left\"\nlisten = \"{left}\"\npeer = \"{right}\"\nchannels = {channels}\n\
         [[line]]\nname = \"right\"\nlisten = \"{right}\"\npeer = \"{left}\"\nsend = false\n\
         channels = {channels}\n"
    );
    std::fs::write(folder.join("two.toml"), config).unwrap();
    let mut serve = ferrofax(folder);
    serve.args(["serve", "--config", "two.toml"]).stdout(Stdio::piped());
    let mut serve = Serve(serve.spawn().unwrap());
    let mut first = String::new();
    BufReader::new(serve.0.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("serving at http://127.0.0.1:"), "{first}");
    // Time runs faster than a disk that others use as well: a call that waited for it goes again.
    says(folder, &["server", "retry_delay=0"], 0);
    serve
}

/// What a command prints that must end with `code`.
pub(crate) fn says(folder: &Path, arguments: &[&str], code: i32) -> String {
    let mut command = ferrofax(folder);
    let output = command.args(["--config", "two.toml"]).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_fax_is_sent_followed_received_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut serve = serve(here);
    std::fs::write(here.join("letter.tif"), house::tiff(2)).unwrap();
    let sent = says(here, &["send", "letter.tif", "--to", "555", "--wait"], 0);
    assert_eq!(sent, "job 1: sent, 2 pages to 555\n");
    assert_eq!(says(here, &["jobs"], 0), "the queue is empty\n");

    let ladder = says(here, &["job", "1", "ladder"], 0);
    for line in ["T.30  <--  DIS", "T.30  -->  DCS", "T.30  <--  MCF", "It went well: 2 pages."] {
        assert!(ladder.contains(line), "{ladder}");
    }
    for (id, line) in [("1", "status      Sent\n"), ("2", "status      Received\n")] {
        let shown = says(here, &["job", id], 0);
        assert!(shown.contains(line), "{shown}");
    }
    let inbox: Value = serde_json::from_str(&says(here, &["inbox", "--json"], 0)).unwrap();
    assert_eq!((&inbox["faxes"][0]["id"], &inbox["faxes"][0]["pages"]), (&2.into(), &2.into()));
    says(here, &["inbox", "get", "2", "-o", "fax.tif"], 0);
    assert_eq!(t4::tiff::read(&std::fs::read(here.join("fax.tif")).unwrap()).unwrap().len(), 2);

    // A fax for the discount rate waits for an hour of the server's zone.
    let wait = ["server", "discount_rate_start_hour=9", "discount_rate_start_minute=15"];
    says(here, &wait, 0);
    says(here, &["server", "discount_rate_end_hour=9", "discount_rate_end_minute=16"], 0);
    says(here, &["send", "letter.tif", "--to", "555", "--discount"], 0);
    let job: Value = serde_json::from_str(&says(here, &["job", "3", "--json"], 0)).unwrap();
    let due = job["job"]["due"].as_str().unwrap();
    assert!(due.ends_with("T18:15:00Z"), "{due}");

    // A call is cancelled in the middle.
    std::fs::write(here.join("long.tif"), house::tiff(20)).unwrap();
    says(here, &["send", "long.tif", "--to", "555"], 0);
    let cancelled = says(here, &["job", "4", "cancel"], 0);
    assert!(cancelled.starts_with("job 4: "), "{cancelled}");

    // It stops in good order when it is asked to.
    let stopped = Command::new("kill").arg(serve.0.id().to_string()).status().unwrap();
    assert!(stopped.success());
    assert_eq!(serve.0.wait().unwrap().code(), Some(0));
    says(here, &["jobs"], 3);
}
