//! Scripts as real programs have them: each checks the error number after every call.

use std::net::TcpListener;

use serde_json::json;

use crate::house::{self, House, within};
use crate::wine::{Ran, Running, wine};

/// What every script begins with.
const CHECK: &str = include_str!("programs/check.vbs");

/// Fax seconds in a real second, where a call is waited for.
const SCALE: f64 = 10.0;

impl House {
    /// Starts a script of this folder.
    fn start_script(&self, name: &str, arguments: &[&str]) -> Running {
        let path = crate::root().join("crates/ferrofax/tests/wine/scripts").join(name);
        let script = std::fs::read_to_string(path).expect("the script is there");
        // This one must stand before everything else.
        let head = if script.contains("Option Explicit\n") { "Option Explicit\n" } else { "" };
        let rest = script.replace("Option Explicit\n", "");
        let file = self.file(name, format!("{head}{CHECK}{rest}").as_bytes());
        let program = [&["cscript", "//nologo", &file], arguments].concat();
        let client = self.client_file();
        let environment = [("FERROFAX_CLIENT_CONFIG", client.as_str()), ("TZ", "UTC")];
        wine().start_program(&program, &environment)
    }

    /// Runs a script; all its checks must hold.
    fn script(&self, name: &str, arguments: &[&str]) -> String {
        judged(name, &self.start_script(name, arguments).wait())
    }

    fn pause_queue(&self) {
        self.patch("/v1/server", &json!({"pause_server_queue": true}));
    }

    /// A fax of one page on its way from one line to the other, in a paused queue.
    fn queue(&self, number: &str) -> u64 {
        self.send(&house::letter(1), json!({"number": number}))
    }
}

fn judged(name: &str, ran: &Ran) -> String {
    let bad: Vec<&str> = ran.said.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert!(bad.is_empty(), "{name}:\n{}", bad.join("\n"));
    assert_eq!(ran.code, Some(40), "{name} ended early:\n{}", ran.said);
    let checks = ran.said.lines().filter(|line| line.starts_with("ok")).count();
    println!("{name}: {checks} checks");
    ran.said.clone()
}

/// The number in the line `job 7`.
fn job_in(said: &str) -> u64 {
    let line = said.lines().find_map(|line| line.strip_prefix("job "));
    line.expect("a job").trim().parse().expect("a number")
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn submit_and_forget() {
    let _registered = wine().registered();
    let house = House::open(SCALE);
    let file = house.file("invoice.tif", &house::letter(2));
    let id = job_in(&house.script("submit_and_forget.vbs", &[&file]));
    let job = house.job_in(id, "sent");
    assert_eq!(
        (&job["display_name"], &job["pages_confirmed"]),
        (&json!("Invoice 4711"), &json!(2))
    );
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn submit_disconnect_and_delete() {
    let _registered = wine().registered();
    let house = House::open(SCALE);
    let file = house.file("spooled.tif", &house::letter(1));
    let id = job_in(&house.script("submit_and_delete.vbs", &[&file]));
    assert!(!house.path("spooled.tif").exists());
    assert_eq!(house.job_in(id, "sent")["fax_number"], "+1 (555) 0102");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn send_a_document_of_each_type() {
    let _registered = wine().registered();
    let house = House::open(SCALE);
    // One way, or calls would meet each other's.
    house.patch("/v1/ports/2", &json!({"send": false}));
    let text = "Dear Ben,\r\n\r\nthe wheels are cut.\r\n\x0cThis is the second page.\r\n";
    let pdf = include_bytes!("../../src/cli/sample.pdf");
    let (fax, picture) = (house::letter(3), house::picture());
    let documents: [(&str, &[u8], u32); 4] = [
        ("letter.txt", text.as_bytes(), 2),
        ("letter.pdf", pdf, 2),
        ("letter.tif", &fax, 3),
        ("letter.png", &picture, 1),
    ];
    let files = documents.map(|(name, octets, _)| house.file(name, octets));
    let said = house.script("every_type.vbs", &files.each_ref().map(String::as_str));
    let ids = said.lines().filter_map(|line| line.strip_prefix("job ")?.trim().parse().ok());
    let ids: Vec<u64> = ids.collect();
    assert_eq!(ids.len(), documents.len(), "{said}");
    for (id, (name, _, pages)) in ids.into_iter().zip(documents) {
        assert!(!house.path(name).exists(), "{name} is still there");
        let job = house.job_in(id, "sent");
        let pages = json!(pages + 1);
        assert_eq!(
            (&job["page_count"], &job["pages_confirmed"]),
            (&pages, &pages),
            "{name}: {job}"
        );
        assert_eq!(job["cover_pages"], 1, "{name}: {job}");
    }
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn watch_a_job_until_it_is_gone() {
    let _registered = wine().registered();
    let house = House::open(SCALE);
    let file = house.file("letter.tif", &house::letter(2));
    house.script("watch_until_gone.vbs", &[&file]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn list_the_queue() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    for n in 1..=3 {
        let order = json!({
            "number": format!("+1 (555) 030{n}"), "recipient_name": "Ben", "tsid": "ADA T",
            "sender_name": format!("Ada {n}"), "sender_company": "Engines", "sender_dept": "D",
            "billing_code": "B-7", "display_name": "offer", "discount_send": n == 2,
        });
        let id = house.send(&house::letter(n), order);
        if n == 3 {
            house.post(&format!("/v1/jobs/{id}/pause"), &json!({}));
        }
    }
    let said = house.script("list_queue.vbs", &[]);
    let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("job ")).collect();
    let user = house.get("/v1/server")["user"].as_str().expect("a user").to_owned();
    let row = |n: u32, status: &str, discount: u32| {
        format!(
            "{n};1;{user};{status};Unknown;{n};+1 (555) 030{n};Ben;ADA T;Ada {n};Engines;D;B-7;\
             offer;{discount}"
        )
    };
    assert_eq!(lines, [row(1, "Pending", 0), row(2, "Pending", 1), row(3, "Paused", 0)]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn pause_resume_and_cancel_in_a_loop() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    for n in 0..6 {
        house.queue(&format!("555040{n}"));
    }
    house.script("manage_in_a_loop.vbs", &[]);
    let states = |id: u32| {
        let job = house.get(&format!("/v1/jobs/{id}"));
        (job["state"].clone(), job["held"].clone())
    };
    assert_eq!(states(4), (json!("canceled"), json!(false)));
    assert_eq!(states(5), (json!("pending"), json!(true)));
    assert_eq!(states(6), (json!("pending"), json!(false)));
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn configure_the_server() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    let archive = house.path("archive").display().to_string();
    house.script("configure_server.vbs", &[&archive]);
    let properties = &house.get("/v1/server")["properties"];
    assert_eq!(properties["retry_delay"], 12);
    assert_eq!(properties["archive_directory"], json!(archive));
    assert_eq!(properties["discount_rate_end_minute"], 15);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn configure_ports_and_routing_methods() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.script("configure_ports.vbs", &[]);
    let ports = house.get("/v1/ports")["ports"].clone();
    assert_eq!((&ports[0]["rings"], &ports[1]["rings"]), (&json!(3), &json!(4)));
    assert_eq!((&ports[0]["priority"], &ports[1]["priority"]), (&json!(2), &json!(1)));
    assert_eq!((&ports[0]["send"], &ports[0]["receive"]), (&json!(true), &json!(false)));
    let methods = house.get("/v1/ports/2/routing-methods")["methods"].clone();
    let enabled: Vec<bool> = (0..3).map(|n| methods[n]["enable"] == true).collect();
    assert_eq!(enabled, [false, true, false]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn fill_in_a_cover_page() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    let file = house.file("letter.tif", &house::letter(1));
    let id = job_in(&house.script("cover_page.vbs", &[&file]));
    let job = house.get(&format!("/v1/jobs/{id}"));
    let cover = &job["cover"];
    assert_eq!((&cover["send"], &cover["from_server"]), (&json!(true), &json!(true)));
    assert_eq!(cover["note"], "First line\r\nSecond \"line\"");
    assert_eq!(
        (&cover["recipient_zip"], &cover["sender_fax"]),
        (&json!("LS1"), &json!("555 0100"))
    );
    assert_eq!(job["sender_dept"], "Difference");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn leave_everything_empty() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    let file = house.file("letter.tif", &house::letter(1));
    let id = job_in(&house.script("empty_strings.vbs", &[&file]));
    assert_eq!(house.get(&format!("/v1/jobs/{id}"))["fax_number"], "5550105");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn order_what_cannot_be() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    let letter = house::letter(3);
    let files = [
        house.file("letter.tif", &letter),
        house.file("half.tif", &letter[..letter.len() / 2]),
        house.file("empty.tif", b""),
        house.file("letter.pdf", b"%PDF-1.7\n"),
    ];
    house.script("wrong_orders.vbs", &files.each_ref().map(String::as_str));
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn do_without_a_server() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    let file = house.file("letter.tif", &house::letter(1));
    // It is connected to, and that is all.
    let mute = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = mute.local_addr().expect("its address").to_string();
    house.script("no_server.vbs", &[&file, &address]);
    drop(mute);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn lose_the_server_in_the_middle() {
    let _registered = wine().registered();
    let mut house = House::open(1.0);
    house.pause_queue();
    let file = house.file("letter.tif", &house::letter(1));
    let gone = house.path("gone");
    let gone_name = crate::wine::windows_path(&gone);
    let running = house.start_script("server_stops.vbs", &[&file, &gone_name]);
    within("the script works with the server", || running.said().contains("working").then_some(()));
    house.kill();
    std::fs::write(&gone, "").expect("written");
    judged("server_stops.vbs", &running.wait());
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn read_a_received_fax() {
    let _registered = wine().registered();
    let house = House::open(SCALE);
    let archive = house.path("archive");
    std::fs::create_dir(&archive).expect("a folder");
    let archive_name = archive.display().to_string();
    let change = json!({"archive_outbound_faxes": true, "archive_directory": archive_name});
    house.patch("/v1/server", &change);
    house.patch("/v1/ports/2", &json!({"send": false}));
    let order = json!({"number": "555 0107", "recipient_name": "Ben", "sender_name": "Ada"});
    let sent = house.send(&house::letter(2), order);
    house.job_in(sent, "sent");
    let received = within("it is in the inbox", || {
        let inbox = house.get("/v1/inbox");
        inbox["faxes"][0]["id"].as_u64().filter(|_| inbox["faxes"][0]["complete"] == true)
    });
    let archived = within("it is in the archive", || {
        let files = std::fs::read_dir(&archive).expect("the archive").flatten();
        files.map(|file| file.path()).find(|path| path.extension().is_some_and(|e| e == "tif"))
    });
    let inbox = house.path("data/inbox").join(format!("{received}.tif"));
    let files = [
        crate::wine::windows_path(&inbox),
        crate::wine::windows_path(&house.path("nothing.tif")),
        house.file("no.tif", b"neither a TIFF nor anything else"),
        crate::wine::windows_path(&archived),
    ];
    house.script("received_fax.vbs", &files.each_ref().map(String::as_str));
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn watch_a_line_during_a_call() {
    let _registered = wine().registered();
    // In real time: how long a call lasts is reckoned with the clock of the client.
    let house = House::open(1.0);
    house.patch("/v1/ports/2", &json!({"send": false}));
    let file = house.file("letter.tif", &house::letter(3));
    house.script("watch_status.vbs", &[&file]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn walk_through_collections() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    for n in 0..3 {
        house.queue(&format!("555050{n}"));
    }
    house.script("for_each.vbs", &[]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn keep_one_server_object_for_many_faxes() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    let file = house.file("letter.tif", &house::letter(1));
    house.script("one_server_many_faxes.vbs", &[&file, &house.address]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn pass_everything_that_is_wrong() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.pause_queue();
    house.queue("5550601");
    house.queue("5550602");
    let file = house.file("letter.tif", &house::letter(1));
    house.script("bad_input.vbs", &[&file]);
}
