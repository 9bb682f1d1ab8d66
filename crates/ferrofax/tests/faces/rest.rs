//! REST `/v1` as it goes over the wire: what no well-made client would ask.

use crate::house::House;

/// Sends a request with a good token and gives the status and the problem's code, if there is one.
fn check(house: &House, request: &str, body: &str, expected: &str) {
    let head = format!(
        "{request} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        house.address,
        house.token,
        body.len()
    );
    assert_eq!(outcome(&house.ask(&head, None)), expected, "{request} {body}");
}

/// `404 not_found`, or the status alone.
fn outcome(answer: &str) -> String {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    let code = answer.split_once("\"code\":\"").and_then(|(_, rest)| rest.split('"').next());
    if let Some(code) = code {
        assert!(answer.contains("content-type: application/problem+json"), "{answer}");
        return format!("{status} {code}");
    }
    status.to_owned()
}

#[test]
fn requests_that_make_no_sense_are_refused_one_by_one() {
    let house = House::open();
    check(&house, "GET /v1/jobs", "", "200");
    check(&house, "GET /v1/jobs?limit=0", "", "400 bad_request");
    check(&house, "GET /v1/jobs?limit=501", "", "400 bad_request");
    check(&house, "GET /v1/jobs?limit=many", "", "400 bad_request");
    check(&house, "GET /v1/jobs?limt=5", "", "400 bad_request");
    check(&house, "GET /v1/jobs?queue=hidden", "", "400 bad_request");
    check(&house, "GET /v1/jobs?queue=all", "", "200");
    check(&house, "GET /v1/jobs?queue=all&as_of=1", "", "400 bad_request");
    check(&house, "GET /v1/jobs?as_of=-9223372036854775808&after=-1", "", "200");
    check(&house, "GET /v1/jobs/0", "", "404 not_found");
    check(&house, "GET /v1/jobs/-1", "", "404 not_found");
    check(&house, "GET /v1/jobs/x", "", "404 not_found");
    check(&house, "GET /v1/jobs/99999999999999999999", "", "404 not_found");
    check(&house, "GET /v1/jobs/%FF", "", "400 bad_request");
    check(&house, "GET /v1/jobs/1/pages/1.png", "", "404 not_found");
    check(&house, "GET /v1/inbox/1", "", "404 not_found");
    check(&house, "GET /v1/nothing", "", "404 not_found");
    check(&house, "DELETE /v1/jobs/1", "", "405 method_not_allowed");
    check(&house, "POST /v1/jobs", "", "400 bad_request");
    check(&house, "POST /v1/jobs", "{\"document\":1}", "400 bad_request");
    check(&house, "POST /v1/jobs", "not json", "400 bad_request");
    check(&house, "POST /v1/jobs", "{\"document\":1,\"number\":\"1\",\"x\":1}", "400 bad_request");
    check(&house, "PATCH /v1/jobs/1", "{\"held\":true}", "404 not_found");
    check(&house, "PATCH /v1/jobs/1", "{\"held\":7}", "400 bad_request");
    check(&house, "POST /v1/jobs", &" ".repeat(70_000), "413 too_large");
    check(&house, "POST /v1/documents?name=%0A", "II*\0", "400 bad_request");
    check(&house, "GET /v1/events?after=x", "", "400 bad_request");
    check(&house, "GET /v1/openapi.json", "", "200");
    check(&house, "GET /v1/health", "", "200");
}

#[test]
fn a_routing_method_has_its_guid_in_any_spelling() {
    let house = House::open();
    let at = |guid: &str| format!("/v1/ports/1/routing-methods/{guid}");
    let bare = "92041a90-9af2-11d0-abf7-00c04fd91a4e";
    check(&house, "GET /v1/ports/1/routing-methods", "", "200");
    check(&house, "GET /v1/ports/2/routing-methods", "", "404 not_found");
    for guid in [bare.to_owned(), bare.to_uppercase(), format!("%7B{bare}%7D")] {
        check(&house, &format!("GET {}", at(&guid)), "", "200");
        check(&house, &format!("PATCH {}", at(&guid)), "{\"enable\":true}", "200");
    }
    let patch = format!("PATCH {}", at(bare));
    check(&house, &patch, "", "200");
    check(&house, &patch, "{\"target\":\"fax\"}", "400 bad_value");
    check(&house, &patch, &format!("{{\"target\":\"/{}\"}}", "x".repeat(1024)), "400 bad_value");
    check(&house, &patch, "{\"enable\":1}", "400 bad_request");
    check(&house, &patch, "{\"guid\":\"x\"}", "400 bad_request");
    check(&house, &format!("GET {}", at("folder")), "", "404 not_found");
    check(&house, &format!("PATCH /v1/ports/7/routing-methods/{bare}"), "{}", "404 not_found");
    check(&house, &format!("POST {}", at(bare)), "{}", "405 method_not_allowed");
}

#[test]
fn only_the_health_check_is_answered_without_a_token() {
    let house = House::open();
    let ask = |path: &str, more: &str| {
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\n{more}connection: close\r\n\r\n",
            house.address
        );
        outcome(&house.ask(&head, None))
    };
    assert_eq!(ask("/v1/health", ""), "200");
    for path in ["/v1/jobs", "/v1/server", "/v1/openapi.json", "/v1/nothing", "/"] {
        assert_eq!(ask(path, ""), "401 unauthorized", "{path}");
        assert_eq!(ask(path, "authorization: Bearer wrong\r\n"), "401 unauthorized", "{path}");
    }
}

#[test]
fn a_foreign_host_is_refused_whoever_asks() {
    let house = House::open();
    let ask = |hosts: &str| {
        let head = format!(
            "GET /v1/health HTTP/1.1\r\n{hosts}authorization: Bearer {}\r\nconnection: close\r\n\r\n",
            house.token
        );
        outcome(&house.ask(&head, None))
    };
    assert_eq!(ask("host: localhost\r\n"), "200");
    assert_eq!(ask("host: evil.example\r\n"), "421 wrong_host");
    assert_eq!(ask("host: localhost\r\nhost: evil.example\r\n"), "421 wrong_host");
    assert_eq!(ask(""), "421 wrong_host");
}

#[test]
fn a_page_is_shown_as_png_and_as_tiff() {
    let house = House::open();
    house.queue(&house.server(), "1");
    check(&house, "GET /v1/jobs/1/pages/1.png", "", "200");
    check(&house, "GET /v1/jobs/1/pages/1.tif", "", "200");
    check(&house, "GET /v1/jobs/1/pages/0.png", "", "404 not_found");
    check(&house, "GET /v1/jobs/1/pages/2.png", "", "404 not_found");
    check(&house, "GET /v1/jobs/1/pages/1.jpg", "", "404 not_found");
}

#[test]
fn a_listener_goes_on_behind_the_last_event_it_saw() {
    let house = House::open();
    let server = house.server();
    house.queue(&server, "1");
    let listen = |last: &str, enough: &str| {
        let head = format!(
            "GET /v1/events HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             last-event-id: {last}\r\n\r\n",
            house.address, house.token
        );
        house.ask(&head, Some(enough))
    };
    let first = listen("0", "event: job-added");
    assert!(first.contains("content-type: text/event-stream"), "{first}");
    assert!(first.contains("id: 1"), "{first}");
    // A second job wakes a listener that has seen everything.
    let second = std::thread::scope(|scope| {
        let listener = scope.spawn(|| listen("1", "\"job\":2"));
        house.queue(&server, "2");
        listener.join().unwrap()
    });
    assert!(!second.contains("\"job\":1}"), "{second}");
    assert_eq!(outcome(&listen("x", "}")), "400 bad_request");
}

#[test]
fn a_command_with_a_body_that_nobody_needs_keeps_the_connection() {
    let house = House::open();
    let head = |request: &str, more: &str| {
        format!(
            "{request} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n{more}\r\n",
            house.address, house.token
        )
    };
    for command in ["pause", "resume", "cancel"] {
        let first = head(&format!("POST /v1/jobs/7/{command}"), "content-length: 7\r\n");
        let second = head("GET /v1/health", "connection: close\r\n");
        let answers = house.ask(&format!("{first}{{\"a\":1}}{second}"), None);
        let statuses: Vec<_> =
            answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
        assert_eq!(statuses, ["404", "200"], "{command}: {answers}");
    }
}
