//! FaxJobs of a long queue, wherever a client looks.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use faxcom::{FaxServer, Settings};

use crate::scripted::{read_request, server};

/// Jobs in the queue; their ids are three apart.
const JOBS: u32 = 100_000;
/// Jobs that a server may have to pass over for one page.
const PASSED: u32 = 64 * 500;

/// A job but for its id.
const JOB: &str = r#""job_type":"send","state":"pending","held":false,"cancel_requested":false,
    "in_queue":true,"user_name":"ada","queue_status":"Pending","device_status":"Unknown",
    "page_count":1,"pages_confirmed":0,"fax_number":"1","recipient_name":"","tsid":"",
    "sender_name":"","sender_company":"","sender_dept":"","billing_code":"",
    "display_name":"a.tif","discount_send":false,"attempts":0,
    "submitted":"2026-01-01T00:00:00Z","remote":"""#;

/// A server with a long queue.
#[derive(Clone, Default)]
struct Long {
    lost: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Long {
    fn connect(&self) -> FaxServer {
        let long = self.clone();
        let url = server(move |mut stream| {
            let Some(request) = read_request(&mut stream) else { return };
            if long.lost.load(Ordering::Relaxed) {
                return;
            }
            let text = match request.split_once("/v1/jobs?") {
                Some((_, query)) => page(query),
                None => info(),
            };
            long.asked.lock().unwrap().push(request);
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n");
            let _ = write!(stream, "content-length: {}\r\n\r\n{text}", text.len());
        });
        let mut server = FaxServer::with_settings(Settings::for_server(&url, "t"));
        server.connect("").unwrap();
        server
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn info() -> String {
    serde_json::json!({"product": faxcom::api::PRODUCT, "version": "0", "user": "ada"}).to_string()
}

fn number(query: &str, name: &str) -> u32 {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.parse::<u32>().unwrap()).sum()
}

/// What a server answers that has the jobs 3, 6, 9 ...
fn page(query: &str) -> String {
    let first = number(query, "after") / 3 + 1 + number(query, "skip");
    let end = JOBS.min(first + number(query, "limit") - 1);
    // Put together by hand: a debug build would spend minutes in a JSON library.
    let job = |index: u32| format!("{{\"id\":{},{JOB}}}", index * 3);
    let jobs: Vec<_> = (first..=end).map(job).collect();
    format!(r#"{{"as_of":7,"count":{JOBS},"jobs":[{}]}}"#, jobs.join(","))
}

#[test]
fn a_picture_is_one_request_however_long_the_queue_is() {
    let long = Long::default();
    let server = long.connect();
    long.asked();
    let jobs = server.jobs().unwrap();
    assert_eq!(jobs.count(), JOBS);
    assert_eq!(long.asked(), ["GET /v1/jobs?queue=visible&limit=500"]);
    assert_eq!(jobs.item(500).unwrap().job_id(), 1500);
    assert!(long.asked().is_empty());
}

#[test]
fn every_index_has_its_job_upwards_downwards_and_anywhere() {
    let long = Long::default();
    let jobs = long.connect().jobs().unwrap();
    let see = |index: u32| assert_eq!(jobs.item(index).unwrap().job_id(), index * 3, "{index}");
    (1..=2600).for_each(see);
    (JOBS - 4000..=JOBS).rev().for_each(see);
    (30_900..=33_100).rev().for_each(see);
    for index in [1, 500, 501, 99_999, 1000, 1001, 32_001, 32_000, 64_500, JOBS, 2, 80_000] {
        see(index);
    }
    // Once it is known roughly where pages begin, no page is far from there.
    long.asked();
    (0..120).for_each(|n| see(n * 7919 % JOBS + 1));
    long.asked();
    (0..120).for_each(|n| see(n * 7919 % JOBS + 1));
    let asked = long.asked();
    assert!(asked.len() <= 120, "{}", asked.len());
    assert!(asked.iter().all(|request| number(request, "skip") <= PASSED), "{asked:#?}");
}

#[test]
fn a_page_costs_one_request_in_a_walk() {
    let long = Long::default();
    let jobs = long.connect().jobs().unwrap();
    long.asked();
    for index in (1..=10_000).chain((1..=10_000).rev()) {
        assert_eq!(jobs.item(index).unwrap().job_id(), index * 3);
    }
    // Nineteen after the first, two that were on their way at the top, and eighteen down that had
    // not been kept.
    let asked = long.asked();
    assert!(asked.len() <= 39, "{} {asked:#?}", asked.len());
}

#[test]
fn a_lost_connection_is_an_error_of_that_item_alone() {
    let long = Long::default();
    let jobs = long.connect().jobs().unwrap();
    (1..=1200).for_each(|index| drop(jobs.item(index).unwrap()));
    long.lost.store(true, Ordering::Relaxed);
    let error = jobs.item(5000).unwrap_err();
    assert_eq!(error.hresult(), 0x8007_06BA, "{error}");
    // What is here stays readable.
    assert_eq!(jobs.item(1200).unwrap().job_id(), 3600);
    assert_eq!(jobs.item(5000).unwrap_err().hresult(), 0x8007_06BA);
    long.lost.store(false, Ordering::Relaxed);
    assert_eq!(jobs.item(5000).unwrap().job_id(), 15_000);
    // What went wrong with a page on its way shows to nobody when it can be had later.
    (1..=1000).for_each(|index| drop(jobs.item(index).unwrap()));
    long.lost.store(true, Ordering::Relaxed);
    drop(jobs.item(1001));
    long.lost.store(false, Ordering::Relaxed);
    (1001..=3000).for_each(|index| assert_eq!(jobs.item(index).unwrap().job_id(), index * 3));
}
