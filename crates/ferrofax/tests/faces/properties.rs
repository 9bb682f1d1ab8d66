//! What clients set: the properties of the server and of its lines, stored, bounded, read back.

use std::thread;

use faxcom::Client;
use faxcom::api::{Code, PortChange, ServerChange, ServerProperties};
use serde_json::{Value, json};

use crate::house::House;

fn client(house: &House) -> Client {
    house.server().client().unwrap()
}

fn server_change(value: Value) -> ServerChange {
    serde_json::from_value(value).unwrap()
}

fn port_change(value: Value) -> PortChange {
    serde_json::from_value(value).unwrap()
}

#[test]
fn every_property_of_the_server_reads_back_as_it_was_set() {
    let house = House::open();
    let client = client(&house);
    let before = serde_json::to_value(client.properties().unwrap()).unwrap();
    let wanted = json!({
        "retries": 99, "retry_delay": 43_200, "dirty_days": -1,
        "branding": false, "use_device_tsid": false, "server_coverpage": true,
        "pause_server_queue": true, "archive_outbound_faxes": true,
        "archive_directory": r"\\SERVER\Faxes\Gesendet f\u00fcr alle", "server_mapi_profile": "Fax",
        "discount_rate_start_hour": 23, "discount_rate_start_minute": 59,
        "discount_rate_end_hour": 5, "discount_rate_end_minute": 1,
    });
    for (name, value) in wanted.as_object().unwrap() {
        assert_ne!(before[name], *value, "{name} is not tested");
        let info = client.change_server(&server_change(json!({ name: value }))).unwrap();
        let answered = serde_json::to_value(info.properties.unwrap()).unwrap();
        assert_eq!(answered[name], *value);
    }
    let after = serde_json::to_value(client.properties().unwrap()).unwrap();
    assert_eq!(after, wanted, "one property took another with it, or is not tested");
}

#[test]
fn a_property_out_of_range_is_refused_by_name_and_nothing_is_set() {
    let house = House::open();
    let client = client(&house);
    let before = client.properties().unwrap();
    let long = "x".repeat(1025);
    for (name, value, range) in [
        ("retries", json!(-1), "0 to 99"),
        ("retries", json!(100), "0 to 99"),
        ("retry_delay", json!(-1), "0 to 43200"),
        ("retry_delay", json!(43_201), "0 to 43200"),
        ("dirty_days", json!(-2), "0 to 3650, or -1"),
        ("dirty_days", json!(3651), "0 to 3650, or -1"),
        ("discount_rate_start_hour", json!(24), "0 to 23"),
        ("discount_rate_start_minute", json!(60), "0 to 59"),
        ("discount_rate_end_hour", json!(-1), "0 to 23"),
        ("discount_rate_end_minute", json!(i32::MAX), "0 to 59"),
        ("archive_directory", json!("faxes"), "a full path"),
        ("archive_directory", json!("C:faxes"), "a full path"),
        ("archive_directory", json!(r"\\"), "a full path"),
        ("archive_directory", json!(long), "1024 characters"),
        ("server_mapi_profile", json!(long), "1024 characters"),
        ("server_mapi_profile", json!("a\u{0}b"), "control characters"),
    ] {
        let change = server_change(json!({ "branding": false, name: value }));
        let error = client.change_server(&change).unwrap_err();
        let words = error.to_string();
        assert_eq!((error.code(), error.hresult()), (Some(Code::BadValue), 0x8007_0057), "{words}");
        assert!(words.contains(name) && words.contains(range), "{words}");
    }
    assert_eq!(client.properties().unwrap(), before);
}

#[test]
fn full_paths_of_both_worlds_are_kept_as_they_are() {
    let house = House::open();
    let client = client(&house);
    for path in ["/srv/faxes", r"D:\Faxes", "d:/faxes", r"\\server\share", ""] {
        let change =
            ServerChange { archive_directory: Some(path.to_owned()), ..Default::default() };
        client.change_server(&change).unwrap();
        assert_eq!(client.properties().unwrap().archive_directory, path);
    }
}

#[test]
fn two_clients_that_set_different_properties_at_once_both_win() {
    let house = House::open();
    let ended = |properties: &ServerProperties| (properties.retries, properties.retry_delay);
    for round in 0..20 {
        thread::scope(|scope| {
            for name in ["retries", "retry_delay"] {
                let client = client(&house);
                let change = server_change(json!({ name: round }));
                scope.spawn(move || client.change_server(&change).unwrap());
            }
        });
        assert_eq!(ended(&client(&house).properties().unwrap()), (round, round));
    }
}

#[test]
fn every_property_of_a_line_reads_back_and_says_where_it_comes_from() {
    let house = House::open();
    let client = client(&house);
    assert_eq!(client.ports().unwrap().ports[0].sources.get("tsid").unwrap(), "file");
    let change = port_change(json!({
        "rings": 99, "csid": "Br\u{fc}cke\t+49 (30) 1234567890123", "tsid": "\u{7f}~ A",
        "send": false, "receive": false,
    }));
    let port = client.change_port(1, &change).unwrap();
    assert_eq!((port.rings, port.send, port.receive), (99, false, false));
    assert_eq!((port.csid.as_str(), port.tsid.as_str()), ("Brcke+49 (30) 123456", "~ A"));
    for key in ["rings", "csid", "tsid", "send", "receive"] {
        assert_eq!(port.sources[key], "database", "{key}");
    }
    assert_eq!(port.status.description, "Offline");
    assert_eq!(client.ports().unwrap().ports[0], port);
    let change = port_change(json!({ "receive": true }));
    assert_eq!(client.change_port(1, &change).unwrap().status.description, "Available");
}

#[test]
fn what_a_line_cannot_have_is_refused_by_name_and_nothing_is_set() {
    let house = House::with_lines(&["left", "right"]);
    let client = client(&house);
    let before = client.ports().unwrap();
    for (name, value, range) in [
        ("rings", -1, "0 to 99"),
        ("rings", 100, "0 to 99"),
        ("priority", -1, "1 to 2"),
        ("priority", 0, "1 to 2"),
        ("priority", 3, "1 to 2"),
    ] {
        let change = port_change(json!({ "send": false, name: value }));
        let error = client.change_port(2, &change).unwrap_err();
        let words = error.to_string();
        assert_eq!(error.code(), Some(Code::BadValue), "{words}");
        assert!(words.contains(name) && words.contains(range), "{words}");
    }
    let error = client.change_port(3, &PortChange::default()).unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
    assert_eq!(client.ports().unwrap(), before);
}

#[test]
fn a_new_rank_moves_the_other_lines_along() {
    let house = House::with_lines(&["a", "b", "c", "d"]);
    let client = client(&house);
    let check = |id, rank, expected: [u32; 4]| {
        let port = client.change_port(id, &port_change(json!({ "priority": rank }))).unwrap();
        assert_eq!(port.priority, rank);
        let ranks: Vec<_> = client.ports().unwrap().ports.iter().map(|p| p.priority).collect();
        assert_eq!(ranks, expected);
    };
    check(4, 1, [2, 3, 4, 1]);
    check(4, 4, [1, 2, 3, 4]);
    check(1, 3, [3, 1, 2, 4]);
    check(2, 1, [3, 1, 2, 4]);
}
