//! What each member asks of the server, to the letter, and what it makes of the answer.

use std::time::Duration;

use faxcom::{Error, FaxServer};

use crate::scripted::{Canned, problem};

const FOLDER: &str = "{92041a90-9af2-11d0-abf7-00c04fd91a4e}";

fn status() -> String {
    r#"{"device_id":7,"device_name":"trunk","description":"Sending","send":true,"receive":false,
    "job":4,"address":"555","current_page":2,"page_count":3,"document_size":4096,
    "document_name":"offer.tif","sender_name":"Ada","recipient_name":"Ben","tsid":"OURS",
    "csid":"THEIRS","caller_id":"5550199","routing_string":"0101",
    "started":"2026-11-22T12:00:00Z","seconds":61.5,"submitted":"2026-11-22T11:59:00Z"}"#
        .to_owned()
}

fn port(rings: u32) -> String {
    format!(
        r#"{{"device_id":7,"name":"trunk","rings":{rings},"csid":"C","tsid":"T","send":true,
        "receive":false,"priority":2,"can_modify":true,"channels":1,"status":{}}}"#,
        status()
    )
}

fn method(enable: bool) -> String {
    format!(
        r#"{{"device_id":7,"device_name":"trunk","guid":"{FOLDER}","enable":{enable},
        "target":"/faxes","function_name":"folder","image_name":"/usr/bin/ferrofax",
        "friendly_name":"Store in a folder","extension_name":"Ferrofax",
        "routing_data":"0101|/faxes"}}"#
    )
}

/// A server with one line.
pub(crate) fn answers() -> Vec<(&'static str, String)> {
    let info = r#"{"product":"ferrofax","version":"1","user":"ada","rights":[],"properties":{
        "retries":3,"retry_delay":10,"dirty_days":-1,"branding":true,"use_device_tsid":false,
        "server_coverpage":true,"pause_server_queue":false,"archive_outbound_faxes":true,
        "archive_directory":"/sent","server_mapi_profile":"mail","discount_rate_start_hour":20,
        "discount_rate_start_minute":15,"discount_rate_end_hour":7,
        "discount_rate_end_minute":45}}"#;
    vec![
        ("GET /v1/server", info.to_owned()),
        ("PATCH /v1/server", info.to_owned()),
        ("GET /v1/ports/7/routing-methods", format!(r#"{{"methods":[{}]}}"#, method(false))),
        ("PATCH /v1/ports/7/routing-methods/", method(true)),
        ("GET /v1/ports/7/status", status()),
        ("PATCH /v1/ports/7", port(9)),
        ("GET /v1/ports", format!(r#"{{"ports":[{}]}}"#, port(2))),
    ]
}

#[test]
fn every_property_is_asked_for_when_it_is_read() {
    let house = Canned::new(&answers());
    let server = house.connect();
    assert_eq!(server.retries(), Ok(3));
    assert_eq!(server.retry_delay(), Ok(10));
    assert_eq!(server.dirty_days(), Ok(-1));
    assert_eq!(server.branding(), Ok(true));
    assert_eq!(server.use_device_tsid(), Ok(false));
    assert_eq!(server.server_coverpage(), Ok(true));
    assert_eq!(server.pause_server_queue(), Ok(false));
    assert_eq!(server.archive_outbound_faxes(), Ok(true));
    assert_eq!(server.archive_directory().as_deref(), Ok("/sent"));
    assert_eq!(server.server_mapi_profile().as_deref(), Ok("mail"));
    assert_eq!(server.discount_rate_start_hour(), Ok(20));
    assert_eq!(server.discount_rate_start_minute(), Ok(15));
    assert_eq!(server.discount_rate_end_hour(), Ok(7));
    assert_eq!(server.discount_rate_end_minute(), Ok(45));
    assert_eq!(house.asked(), ["GET /v1/server"; 14]);
}

#[test]
fn every_property_is_written_at_once_and_alone() {
    let house = Canned::new(&answers());
    let server = house.connect();
    let check = |put: Result<(), Error>, body: &str| {
        put.unwrap();
        assert_eq!(house.asked(), [format!("PATCH /v1/server {body}")]);
    };
    // A value out of range is for the server to refuse: it knows the range.
    check(server.set_retries(-1), r#"{"retries":-1}"#);
    check(server.set_retry_delay(i32::MAX), r#"{"retry_delay":2147483647}"#);
    check(server.set_dirty_days(5), r#"{"dirty_days":5}"#);
    check(server.set_branding(false), r#"{"branding":false}"#);
    check(server.set_use_device_tsid(true), r#"{"use_device_tsid":true}"#);
    check(server.set_server_coverpage(false), r#"{"server_coverpage":false}"#);
    check(server.set_pause_server_queue(true), r#"{"pause_server_queue":true}"#);
    check(server.set_archive_outbound_faxes(false), r#"{"archive_outbound_faxes":false}"#);
    check(server.set_archive_directory(r"D:\sent"), r#"{"archive_directory":"D:\\sent"}"#);
    check(server.set_server_mapi_profile(""), r#"{"server_mapi_profile":""}"#);
    check(server.set_discount_rate_start_hour(24), r#"{"discount_rate_start_hour":24}"#);
    check(server.set_discount_rate_start_minute(1), r#"{"discount_rate_start_minute":1}"#);
    check(server.set_discount_rate_end_hour(6), r#"{"discount_rate_end_hour":6}"#);
    check(server.set_discount_rate_end_minute(-7), r#"{"discount_rate_end_minute":-7}"#);
}

#[test]
fn a_port_shows_its_values_and_takes_over_the_servers_answer() {
    let house = Canned::new(&answers());
    let server = house.connect();
    let mut port = server.ports().unwrap().item(1).unwrap();
    assert_eq!((port.name(), port.device_id(), port.rings()), ("trunk", 7, 2));
    assert_eq!((port.csid(), port.tsid()), ("C", "T"));
    assert_eq!((port.send(), port.receive()), (true, false));
    assert_eq!((port.priority(), port.can_modify()), (2, true));
    assert_eq!(house.asked(), ["GET /v1/ports"]);
    port.set_rings(4).unwrap();
    assert_eq!(port.rings(), 9, "what the server made of it");
    port.set_csid("a").unwrap();
    port.set_tsid("b").unwrap();
    port.set_send(false).unwrap();
    port.set_receive(true).unwrap();
    port.set_priority(0).unwrap();
    let bodies = [
        r#"{"rings":4}"#,
        r#"{"csid":"a"}"#,
        r#"{"tsid":"b"}"#,
        r#"{"send":false}"#,
        r#"{"receive":true}"#,
        r#"{"priority":0}"#,
    ];
    assert_eq!(house.asked(), bodies.map(|body| format!("PATCH /v1/ports/7 {body}")));
}

#[test]
fn a_status_shows_all_that_is_known_of_a_call() {
    let house = Canned::new(&answers());
    let server = house.connect();
    let mut status = server.ports().unwrap().item(1).unwrap().status().unwrap();
    status.refresh().unwrap();
    assert_eq!(house.asked()[1..], ["GET /v1/ports/7/status", "GET /v1/ports/7/status"]);
    assert_eq!((status.caller_id(), status.csid(), status.tsid()), ("5550199", "THEIRS", "OURS"));
    assert_eq!((status.current_page(), status.page_count()), (2, 3));
    assert_eq!((status.device_id(), status.device_name()), (7, "trunk"));
    assert_eq!((status.document_name(), status.document_size()), ("offer.tif", 4096));
    assert_eq!((status.send(), status.receive()), (true, false));
    assert_eq!((status.address(), status.routing_string()), ("555", "0101"));
    assert_eq!((status.sender_name(), status.recipient_name()), ("Ada", "Ben"));
    assert_eq!(status.description(), "Sending");
    let time = |text: &str| Some(text.parse().unwrap());
    assert_eq!(status.start_time(), time("2026-11-22T12:00:00Z"));
    assert_eq!(status.submitted_time(), time("2026-11-22T11:59:00Z"));
    // By the server's clock, whatever this computer's says.
    assert_eq!(status.elapsed_time(), Duration::from_millis(61_500));
}

#[test]
fn a_routing_method_is_enabled_by_its_guid() {
    let house = Canned::new(&answers());
    let server = house.connect();
    let methods = server.ports().unwrap().item(1).unwrap().routing_methods().unwrap();
    assert_eq!(methods.count(), 1);
    assert_eq!(methods.item(0).unwrap_err(), Error::IndexOutOfRange { index: 0, count: 1 });
    assert_eq!(methods.item(2).unwrap_err(), Error::IndexOutOfRange { index: 2, count: 1 });
    let mut method = methods.item(1).unwrap();
    assert_eq!((method.device_id(), method.device_name()), (7, "trunk"));
    assert_eq!((method.guid(), method.enable()), (FOLDER, false));
    assert_eq!((method.function_name(), method.image_name()), ("folder", "/usr/bin/ferrofax"));
    assert_eq!(method.friendly_name(), "Store in a folder");
    assert_eq!((method.extension_name(), method.routing_data()), ("Ferrofax", "0101|/faxes"));
    house.asked();
    method.set_enable(true).unwrap();
    assert!(method.enable());
    let path = "/v1/ports/7/routing-methods/%7B92041a90-9af2-11d0-abf7-00c04fd91a4e%7D";
    assert_eq!(house.asked(), [format!(r#"PATCH {path} {{"enable":true}}"#)]);
}

#[test]
fn a_refusal_keeps_the_old_values() {
    let mut refusing = answers();
    refusing.retain(|(key, _)| key.starts_with("GET"));
    let house = Canned::new(&refusing);
    let server = house.connect();
    let mut port = server.ports().unwrap().item(1).unwrap();
    let mut method = port.routing_methods().unwrap().item(1).unwrap();
    let error = port.set_rings(4).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.hresult()),
        ("there is no such thing", 0x8007_0057)
    );
    assert!(method.set_enable(true).is_err());
    assert!(server.set_retries(1).is_err());
    assert_eq!((port.rings(), method.enable()), (2, false));
}

#[test]
fn after_disconnect_values_stay_readable_and_puts_fail() {
    let house = Canned::new(&answers());
    let mut server = house.connect();
    let mut port = server.ports().unwrap().item(1).unwrap();
    let methods = port.routing_methods().unwrap();
    let mut method = methods.item(1).unwrap();
    let mut status = port.status().unwrap();
    server.disconnect();
    house.asked();
    assert_eq!((port.name(), method.guid(), status.description()), ("trunk", FOLDER, "Sending"));
    assert_eq!((methods.count(), methods.item(1).unwrap().guid()), (1, FOLDER));
    assert_eq!(port.set_rings(1), Err(Error::NotConnected));
    assert_eq!(port.status().unwrap_err(), Error::NotConnected);
    assert_eq!(port.routing_methods().unwrap_err(), Error::NotConnected);
    assert_eq!(method.set_enable(true), Err(Error::NotConnected));
    assert_eq!(status.refresh(), Err(Error::NotConnected));
    assert_eq!(server.retries(), Err(Error::NotConnected));
    assert_eq!(house.asked(), [""; 0]);
}

#[test]
fn before_connect_everything_but_a_document_fails() {
    let server = FaxServer::new();
    assert_eq!(server.retries(), Err(Error::NotConnected));
    assert_eq!(server.set_retries(1), Err(Error::NotConnected));
    assert_eq!(server.properties(), Err(Error::NotConnected));
    assert_eq!(server.jobs().unwrap_err(), Error::NotConnected);
    assert_eq!(server.ports().unwrap_err(), Error::NotConnected);
    assert_eq!(Error::NotConnected.hresult(), 0x8007_0006);
    let mut doc = server.create_document("");
    doc.set_fax_number("1");
    assert_eq!((doc.file_name().as_os_str().len(), doc.fax_number()), (0, "1"));
}

#[test]
fn every_problem_has_the_number_that_com_clients_know() {
    let rows = [
        (401, "unauthorized", 0x8007_0005_u32),
        (403, "forbidden", 0x8007_0005),
        (400, "bad_value", 0x8007_0057),
        (404, "not_found", 0x8007_0057),
        (409, "not_allowed", 0x8007_0057),
        (415, "unsupported_document", 0x8007_0001),
        (422, "bad_document", 0x8007_000D),
        (413, "too_large", 0x8007_000D),
        (503, "busy", 0x8007_06BB),
        (500, "internal", 0x8000_4005),
        (418, "a_word_of_next_year", 0x8000_4005),
    ];
    for (status, code, number) in rows {
        let mut answers = answers();
        // The way in stays open; the lines answer with the problem.
        let text = problem(status, code, "it will not do");
        answers.retain(|(key, _)| *key != "GET /v1/ports");
        answers.push(("GET /v1/ports", text));
        let house = Canned::new(&answers);
        let error = house.connect().ports().unwrap_err();
        assert_eq!(error.hresult(), number, "{code}: {error}");
        assert!(error.to_string().contains("it will not do"), "{error}");
    }
}
