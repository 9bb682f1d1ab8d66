//! The scripts that teach the API do what they say.

use std::process::Command;

use serde_json::json;

use crate::house::{self, House};
use crate::wine::{Ran, windows_path, wine};

/// Jobs in the long queue.
const LONG_QUEUE: usize = 10_000;
/// Clients that fill it at once.
const CLIENTS: usize = 16;

/// Runs `examples/windows/NAME`.
fn example(house: &House, name: &str, arguments: &[&str]) -> Ran {
    let script = windows_path(&crate::root().join("examples/windows").join(name));
    let client = house.client_file();
    let environment = [("FERROFAX_CLIENT_CONFIG", client.as_str()), ("TZ", "UTC")];
    wine().run(&[&["cscript", "//nologo", &script], arguments].concat(), &environment)
}

#[track_caller]
fn said(house: &House, name: &str, arguments: &[&str]) -> String {
    let ran = example(house, name, arguments);
    assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
    ran.said
}

/// What `examples/list_jobs.rs` prints of the same queue.
fn listed_by_rust(house: &House) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--locked", "-p", "faxcom", "--example", "list_jobs"]);
    cargo.env("FERROFAX_CLIENT_CONFIG", house.path("data/client.toml"));
    let output = cargo.current_dir(crate::root()).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn paused() -> House {
    let house = House::open(10.0);
    house.patch("/v1/ports/2", &json!({"send": false}));
    house.patch("/v1/server", &json!({"pause_server_queue": true}));
    house
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn the_examples_send_list_manage_and_watch() {
    let _registered = wine().registered();
    let house = paused();
    let file = house.file("offer.tif", &house::letter(2));
    for n in 1..=3 {
        let number = format!("555070{n}");
        let words = said(&house, "send_fax.vbs", &[&file, &number, "Ben"]);
        assert_eq!(words, format!("job {n}\n"));
    }
    assert_eq!(said(&house, "manage_queue.vbs", &["pause", "2"]), "job 2: done\n");
    assert_eq!(said(&house, "manage_queue.vbs", &["cancel", "3"]), "job 3: done\n");
    let listed = said(&house, "list_jobs.vbs", &[]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(listed.contains("\n2      send           Paused           Unknown"), "{listed}");
    assert_eq!(listed, listed_by_rust(&house));
    said(&house, "configure_server.vbs", &["pause", "0"]);
    let watched = said(&house, "watch_job.vbs", &["1"]);
    assert!(watched.contains("In Progress, Sending\n"), "{watched}");
    assert!(watched.contains("job 1"), "{watched}");
    house.job_in(1, "sent");
    assert_eq!(said(&house, "manage_queue.vbs", &["resume", "all"]), "job 2: done\n");
    house.job_in(2, "sent");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn the_examples_say_what_is_wrong() {
    let _registered = wine().registered();
    let house = paused();
    let ran = example(&house, "send_fax.vbs", &[&house.file("a.tif", b"II\x2a\0nothing"), "555"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.said.starts_with("cannot send: ") && ran.said.contains("(0x8007000"), "{ran:?}");
    let ran = example(&house, "watch_job.vbs", &["77"]);
    assert_eq!((ran.code, ran.said.as_str()), (Some(1), "job 77 is not in the queue\n"));
    let ran = example(&house, "configure_server.vbs", &["retries", "100"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.said.contains("99") && ran.said.contains("0x80070057"), "{ran:?}");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn the_examples_show_server_lines_and_files() {
    let _registered = wine().registered();
    let house = paused();
    let shown = said(&house, "configure_server.vbs", &["retries", "5"]);
    assert!(shown.contains("Retries: 5, 10 minutes apart\n"), "{shown}");
    assert!(shown.contains("Queue paused: yes\n"), "{shown}");
    assert!(shown.contains("Discount rate: 20:00 to 07:00\n"), "{shown}");
    let shown = said(&house, "ports.vbs", &[]);
    assert!(shown.contains("2 south: TSID +1 555 0200, CSID +1 555 0200"), "{shown}");
    assert!(shown.contains("  now: Available\n"), "{shown}");
    assert_eq!(shown.matches("{92041a90-9af2-11d0-abf7-00c04fd91a4e}").count(), 2, "{shown}");
    let file = house.file("tagged.tif", &house::tagged_letter());
    let shown = said(&house, "tiff.vbs", &[&file]);
    assert!(
        shown.contains("From:      Tiff Sender, TSID TIFF TSID, caller Tiff Caller\n"),
        "{shown}"
    );
    assert!(shown.contains("Received:  03/04/26@03:06PM\n"), "{shown}");
}

/// Prints how long a script needs for a long queue; how fast that is, is nobody's failure.
#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn a_long_queue_is_listed() {
    let _registered = wine().registered();
    let house = paused();
    let document = house.upload(&house::letter(1));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (house, document) = (&house, &document);
            scope.spawn(move || {
                for n in (client..LONG_QUEUE).step_by(CLIENTS) {
                    let order = json!({"number": n.to_string(), "document": document});
                    house.post("/v1/jobs", &order);
                }
            });
        }
    });
    let begun = std::time::Instant::now();
    let listed = said(&house, "list_jobs.vbs", &[]);
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(listed.lines().count(), LONG_QUEUE + 1);
    assert!(listed.lines().last().is_some_and(|l| l.starts_with("10000 ")), "{listed}");
    println!("{LONG_QUEUE} jobs listed by a script in {seconds:.1} s");
}
