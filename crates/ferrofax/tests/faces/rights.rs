//! Who may do what: the rights of the Fax Service Client API, one token each.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use faxcom::api::{Code, NewJob, ROUTE_FOLDER, Right};
use faxcom::{Error, JobCommand};

use crate::house::House;

/// The right that an operation demands; `None` when any token is enough.
fn demanded(method: &str, path: &str) -> Option<Right> {
    match (method, path) {
        ("get", "/v1/server" | "/v1/health") => None,
        ("patch", "/v1/server") => Some(Right::ConfigSet),
        ("get", path) if path.starts_with("/v1/ports") => Some(Right::PortQuery),
        (_, path) if path.starts_with("/v1/ports") => Some(Right::PortSet),
        ("post", "/v1/jobs" | "/v1/documents") => Some(Right::JobSubmit),
        (_, path) if path.starts_with("/v1/covers") => Some(Right::JobSubmit),
        ("get", _) => Some(Right::JobQuery),
        (_, path) if path.starts_with("/v1/jobs/{id}") => Some(Right::JobManage),
        other => panic!("nobody said which right {other:?} demands"),
    }
}

/// What the server answers to a well-formed request of an operation.
fn ask(house: &House, token: &str, method: &str, path: &str) -> String {
    let path = path.replace("{file}", "1.png").replace("{id}", "1").replace("{n}", "1");
    let guid = ROUTE_FOLDER.replace('{', "%7B").replace('}', "%7D");
    let path = path.replace("{guid}", &guid);
    let body = match (method, path.as_str()) {
        ("patch", "/v1/jobs/1") => "{\"held\":true}",
        ("post", "/v1/jobs" | "/v1/covers/preview") => "{\"document\":1,\"number\":\"1\"}",
        ("get", _) => "",
        _ => "{}",
    };
    let head = format!(
        "{} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        method.to_uppercase(),
        house.address,
        body.len()
    );
    // A stream of events has no end.
    let enough = (path == "/v1/events").then_some("\r\n\r\n");
    house.ask(&head, enough)
}

#[test]
fn every_operation_demands_its_right_and_no_other() {
    let house = House::open();
    house.queue(&house.server(), "1");
    let nobody = house.token_for("nobody", &[]);
    let document = serde_json::to_value(ferrofax::http::openapi_document()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            asked += 1;
            let refused = ask(&house, &nobody, method, path);
            let Some(right) = demanded(method, path) else {
                assert!(refused.starts_with("HTTP/1.1 200 "), "{method} {path}: {refused}");
                continue;
            };
            assert!(refused.starts_with("HTTP/1.1 403 "), "{method} {path}: {refused}");
            assert!(refused.contains("\"code\":\"forbidden\""), "{method} {path}: {refused}");
            assert!(refused.contains(right.as_str()), "{method} {path}: {refused}");
            let token = house.token_for("somebody", &[right]);
            let answer = ask(&house, &token, method, path);
            assert!(!answer.starts_with("HTTP/1.1 403 "), "{method} {path}: {answer}");
            let others: Vec<Right> = Right::ALL.into_iter().filter(|r| *r != right).collect();
            let token = house.token_for("everybody else", &others);
            let answer = ask(&house, &token, method, path);
            assert!(answer.starts_with("HTTP/1.1 403 "), "{method} {path}: {answer}");
        }
    }
    assert!(asked > 20, "only {asked} operations");
}

#[test]
fn who_may_see_the_queue_may_not_order_the_jobs_of_others_about() {
    let house = House::open();
    let theirs = house.queue(&house.server(), "1");
    let token = house.token_for("eve", &[Right::JobQuery, Right::JobSubmit]);
    let server = house.server_for(&token);
    let own = house.queue(&server, "2");
    let jobs = server.jobs().unwrap();
    assert_eq!(jobs.count(), 2);
    for command in [JobCommand::Pause, JobCommand::Resume, JobCommand::Delete] {
        let error = jobs.item(1).unwrap().set_status(command).unwrap_err();
        assert_eq!((error.code(), error.hresult()), (Some(Code::Forbidden), 0x8007_0005));
        let words = error.to_string();
        assert!(words.contains("job 1") && words.contains("job_manage"), "{words}");
    }
    let client = server.client().unwrap();
    assert_eq!(client.restart(theirs, true).unwrap_err().code(), Some(Code::Forbidden));
    assert_eq!(client.cancel(99).unwrap_err().code(), Some(Code::NotFound));
    assert!(!client.job(theirs).unwrap().held, "it was paused all the same");

    let mut job = jobs.item(2).unwrap();
    job.set_status(JobCommand::Pause).unwrap();
    job.refresh().unwrap();
    assert_eq!((job.job_id(), job.queue_status()), (own, "Paused"));
    job.set_status(JobCommand::Resume).unwrap();
    job.set_status(JobCommand::Delete).unwrap();

    let manager = house.token_for("max", &[Right::JobManage]);
    house.server_for(&manager).client().unwrap().cancel(theirs).unwrap();
    assert_eq!(server.jobs().unwrap().count(), 0);
}

#[test]
fn a_document_is_there_for_whoever_uploaded_it() {
    let house = House::open();
    let own = house.server().client().unwrap();
    let document = own.upload("secret.tif", &crate::house::tiff(1)).unwrap().id;
    let order = NewJob { document: Some(document), number: "1".to_owned(), ..NewJob::default() };
    let token = house.token_for("eve", &[Right::JobSubmit]);
    let eve = house.server_for(&token).client().unwrap();
    let error = eve.submit(&order, "a key").unwrap_err();
    assert!(error.to_string().contains("there is no document 1"), "{error}");
    own.submit(&order, "a key").unwrap();
}

#[test]
fn a_connection_needs_no_right_and_the_properties_do() {
    let house = House::open();
    let client = house.server_for(&house.token_for("eve", &[])).client().unwrap();
    let info = client.server().unwrap();
    assert_eq!((info.user.as_str(), info.rights.len(), info.properties), ("eve", 0, None));
    let error = client.properties().unwrap_err();
    assert!(matches!(&error, Error::Refused(problem) if problem.code == Code::Forbidden));
    assert!(error.to_string().contains("config_query"), "{error}");

    let all = house.server().client().unwrap().server().unwrap();
    assert_eq!(all.rights, Right::ALL);
    assert!(all.properties.is_some());
    let reader = house.token_for("ron", &[Right::PortQuery]);
    assert!(!house.server_for(&reader).client().unwrap().ports().unwrap().ports[0].can_modify);
    assert!(house.server().client().unwrap().ports().unwrap().ports[0].can_modify);
}

#[test]
fn who_lost_the_token_hears_no_more_of_what_happens() {
    let house = House::open();
    let token = house.token_for("eve", &[Right::JobQuery]);
    let mut stream = TcpStream::connect(house.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (host, head) = (house.address, "connection: close\r\nauthorization: Bearer");
    write!(stream, "GET /v1/events HTTP/1.1\r\nhost: {host}\r\n{head} {token}\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map(|line| line.unwrap());
    assert!(lines.any(|line| line.is_empty()), "the stream is open");
    house.queue(&house.server(), "1");
    assert!(lines.any(|line| line.starts_with("data:") && line.contains("\"job\":1")));
    house.forget("eve");
    house.queue(&house.server(), "2");
    // The stream ends; before, it would tell of the second job.
    assert!(!lines.any(|line| line.starts_with("data:") && line.contains("\"job\":2")));
}
