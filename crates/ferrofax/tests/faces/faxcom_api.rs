//! The objects of faxcom against a real server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::house::{self, House};
use faxcom::api::{Code, JobState, JobType, NewJob};
use faxcom::{Error, FaxServer, JobCommand, Settings};

#[test]
fn connect_says_that_the_token_is_wrong_or_missing() {
    let house = House::open();
    let wrong = Settings::for_server(&house.url(), "wrong");
    let error = FaxServer::with_settings(wrong).connect("").unwrap_err();
    assert_eq!(error.hresult(), 0x8007_0005);
    assert!(error.to_string().contains("nobody has this token"), "{error}");

    let nowhere = house.folder.path().join("client.toml");
    let mut server =
        FaxServer::with_settings(Settings::from_files(std::slice::from_ref(&nowhere)).unwrap());
    let error = server.connect(&house.url()).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("no token") && words.contains("client.toml"), "{words}");
}

#[test]
fn a_sent_document_is_a_job_with_all_its_members() {
    let house = House::open();
    let server = house.server();
    let mut doc = server.create_document("not there yet");
    doc.set_file_name(house.document(3));
    doc.set_fax_number("+1 (555) 0101");
    doc.set_recipient_name("Ben");
    doc.set_sender_name("Ada");
    doc.set_sender_company("Engines");
    doc.set_sender_department("Difference");
    doc.set_tsid("+1 555 0199");
    doc.set_billing_code("B-7");
    let id = doc.send().unwrap();
    std::fs::remove_file(house.document(3)).unwrap();

    let jobs = server.jobs().unwrap();
    assert_eq!(jobs.count(), 1);
    let job = jobs.item(1).unwrap();
    assert_eq!((job.job_id(), id), (1, 1));
    assert_eq!(job.job_type(), JobType::Send);
    assert_eq!(job.user_name(), "ada");
    assert_eq!((job.queue_status(), job.device_status()), ("Pending", "Unknown"));
    assert_eq!(job.page_count(), 3);
    assert_eq!(job.fax_number(), "+1 (555) 0101");
    assert_eq!((job.recipient_name(), job.sender_name()), ("Ben", "Ada"));
    assert_eq!((job.sender_company(), job.sender_dept()), ("Engines", "Difference"));
    assert_eq!((job.tsid(), job.billing_code()), ("+1 555 0199", "B-7"));
    assert_eq!((job.display_name(), job.discount_send()), ("letter-3.tif", false));
}

#[test]
fn every_send_is_a_job_of_its_own() {
    let house = House::open();
    let server = house.server();
    let mut doc = server.create_document(house.document(1));
    doc.set_fax_number("1");
    assert_eq!((doc.send().unwrap(), doc.send().unwrap()), (1, 2));
}

#[test]
fn indices_stay_while_jobs_are_deleted_in_a_loop() {
    let house = House::open();
    let server = house.server();
    let sent: Vec<u32> = (0..6).map(|n| house.queue(&server, &format!("10{n}"))).collect();
    let jobs = server.jobs().unwrap();
    let later = house.queue(&server, "999");
    let mut seen = Vec::new();
    for index in 1..=jobs.count() {
        let job = jobs.item(index).unwrap();
        seen.push(job.job_id());
        job.set_status(JobCommand::Delete).unwrap();
    }
    assert_eq!(seen, sent);
    // A new picture has what came after the old one, and no more.
    let now = server.jobs().unwrap();
    assert_eq!((now.count(), now.item(1).unwrap().job_id()), (1, later));
}

#[test]
fn an_index_out_of_range_is_an_invalid_argument() {
    let house = House::open();
    let server = house.server();
    house.queue(&server, "1");
    let jobs = server.jobs().unwrap();
    for index in [0, 2, u32::MAX] {
        let error = jobs.item(index).unwrap_err();
        assert_eq!(error, Error::IndexOutOfRange { index, count: 1 });
        assert_eq!(error.hresult(), 0x8007_0057);
    }
}

#[test]
fn a_large_queue_is_seen_whole_from_either_end() {
    let house = House::open();
    let server = house.server();
    let count: u32 = 1003;
    let client = server.client().unwrap();
    let document = client.upload("a.tif", &house::tiff(1)).unwrap().id;
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let client = &client;
            scope.spawn(move || {
                for n in (thread..count).step_by(16) {
                    let job = NewJob {
                        document: Some(document),
                        number: n.to_string(),
                        ..NewJob::default()
                    };
                    assert!(client.submit(&job, &format!("key {n}")).unwrap().created);
                }
            });
        }
    });
    let jobs = server.jobs().unwrap();
    assert_eq!(jobs.count(), count);
    // All but the first two pages are gone from the server's queue before they are looked at.
    for id in 1001..=count {
        client.cancel(id).unwrap();
    }
    for index in (1..=count).rev() {
        assert_eq!(jobs.item(index).unwrap().job_id(), index);
    }
    // Jobs of every page go and others come while the client walks.
    for index in 1..=count {
        if index % 90 == 0 {
            client.cancel(1001 - index).unwrap();
            house.queue(&server, "999");
        }
        assert_eq!(jobs.item(index).unwrap().job_id(), index);
    }
    assert_eq!(jobs.count(), count);
    assert_eq!(server.jobs().unwrap().count(), 1000);
    let states: Vec<JobState> =
        (999..=count).map(|index| jobs.item(index).unwrap().details().state).collect();
    let expected = [JobState::Pending, JobState::Pending, JobState::Canceled];
    assert_eq!(states[..3], expected);
}

#[test]
fn refresh_of_a_job_that_is_gone_is_an_error_and_keeps_the_old_values() {
    let house = House::open();
    let server = house.server();
    let id = house.queue(&server, "1");
    let mut job = server.jobs().unwrap().item(1).unwrap();
    job.set_status(JobCommand::Pause).unwrap();
    assert_eq!(job.queue_status(), "Pending");
    job.refresh().unwrap();
    assert_eq!(job.queue_status(), "Paused");
    job.set_status_number(3).unwrap();
    job.refresh().unwrap();
    assert_eq!(job.queue_status(), "Pending");
    job.set_status_number(1).unwrap();
    let error = job.refresh().unwrap_err();
    assert_eq!((error.clone(), error.hresult()), (Error::JobGone(id), 0x8007_0057));
    assert_eq!(job.queue_status(), "Pending");
    assert_eq!(job.set_status_number(2).unwrap_err().hresult(), 0x8007_0057);
    assert_eq!(job.set_status_number(0).unwrap_err(), Error::BadCommand(0));
}

#[test]
fn after_disconnect_values_stay_readable_and_questions_fail() {
    let house = House::open();
    let mut server = house.server();
    house.queue(&server, "1");
    let jobs = server.jobs().unwrap();
    let mut job = jobs.item(1).unwrap();
    let port = server.ports().unwrap().item(1).unwrap();
    let mut status = port.status().unwrap();
    let mut doc = server.create_document(house.document(1));
    doc.set_fax_number("2");
    server.disconnect();
    server.disconnect();

    assert_eq!((jobs.count(), job.job_id(), jobs.item(1).unwrap().job_id()), (1, 1, 1));
    assert_eq!(port.details().name, "trunk");
    assert_eq!(status.details().description, "Available");
    assert_eq!(job.refresh(), Err(Error::NotConnected));
    assert_eq!(job.set_status(JobCommand::Delete), Err(Error::NotConnected));
    assert_eq!(status.refresh(), Err(Error::NotConnected));
    assert_eq!(doc.send(), Err(Error::NotConnected));
    assert_eq!(server.jobs().unwrap_err(), Error::NotConnected);

    // The same objects go on with a new connection where they belong to the server object.
    server.connect("").unwrap();
    assert_eq!(doc.send(), Ok(2));
    assert_eq!(job.refresh(), Err(Error::NotConnected));
    assert_eq!(server.jobs().unwrap().count(), 2);
}

#[test]
fn twenty_posts_with_one_key_make_one_job() {
    let house = House::open();
    let client = house.server().client().unwrap();
    let document = client.upload("a.tif", &house::tiff(2)).unwrap().id;
    let job = NewJob { document: Some(document), number: "555".into(), ..NewJob::default() };
    let replies: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..20).map(|_| scope.spawn(|| client.submit(&job, "the one").unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(replies.iter().all(|reply| reply.value.id == 1));
    assert_eq!(replies.iter().filter(|reply| reply.created).count(), 1);
    assert_eq!(client.jobs(10).unwrap().count, 1);

    let other = NewJob { number: "556".into(), ..job };
    assert_eq!(client.submit(&other, "the one").unwrap_err().code(), Some(Code::KeyReused));
}

/// Passes connections on to `server`, but drops the answer of the first `POST /v1/jobs`.
fn forgetful_proxy(server: std::net::SocketAddr) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let forgot = Arc::new(AtomicBool::new(false));
    let has_forgotten = Arc::clone(&forgot);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(server).unwrap());
            let mut buffer = vec![0; 1 << 16];
            let mut is_submission = false;
            // The objects ask one thing after the other, so request and answer take turns.
            while let Ok(n @ 1..) = client.read(&mut buffer) {
                is_submission |= buffer.starts_with(b"POST /v1/jobs ");
                server.write_all(&buffer[..n]).unwrap();
                server.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
                let Ok(n @ 1..) = server.read(&mut buffer) else { continue };
                if is_submission && !forgot.swap(true, Ordering::Relaxed) {
                    assert!(buffer.starts_with(b"HTTP/1.1 201"));
                    break;
                }
                client.write_all(&buffer[..n]).unwrap();
            }
        }
    });
    (format!("http://{address}"), has_forgotten)
}

#[test]
fn a_lost_answer_does_not_make_a_second_job() {
    let house = House::open();
    let (proxy, has_forgotten) = forgetful_proxy(house.address);
    let mut server = FaxServer::with_settings(Settings::for_server(&proxy, &house.token));
    server.connect("").unwrap();
    let mut doc = server.create_document(house.document(1));
    doc.set_fax_number("555");
    assert_eq!(doc.send(), Ok(1));
    assert!(has_forgotten.load(Ordering::Relaxed));
    let jobs = house.server().jobs().unwrap();
    assert_eq!((jobs.count(), jobs.item(1).unwrap().job_id()), (1, 1));
}

#[test]
fn bad_orders_are_refused_in_words_that_name_the_field() {
    let house = House::open();
    let client = house.server().client().unwrap();
    let document = client.upload("a.tif", &house::tiff(1)).unwrap().id;
    let good = NewJob { document: Some(document), number: "555".into(), ..NewJob::default() };
    let check = |job: NewJob, key: &str, code: Code, words: &str| {
        let error = client.submit(&job, key).unwrap_err();
        assert_eq!(error.code(), Some(code), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    let number = |number: &str| NewJob { number: number.into(), ..good.clone() };
    check(number(""), "1", Code::BadNumber, "number: the number is empty");
    check(number("555-CALL"), "2", Code::BadNumber, "'C' cannot be dialled");
    check(number("1+2"), "3", Code::BadNumber, "number: +");
    let unknown = NewJob { document: Some(99), ..good.clone() };
    check(unknown, "4", Code::BadRequest, "document: there is no document 99");
    let long = NewJob { sender_name: "x".repeat(256), ..good.clone() };
    check(long, "5", Code::BadRequest, "sender_name: at most 255");
    let control = NewJob { billing_code: "a\nb".into(), ..good.clone() };
    check(control, "6", Code::BadRequest, "billing_code: no control");
    check(good, "", Code::BadRequest, "Idempotency-Key");
    assert_eq!(client.jobs(10).unwrap().count, 0);
}

#[test]
fn bad_documents_are_refused_with_their_reason() {
    let house = House::open();
    let client = house.server().client().unwrap();
    let upload = |content: &[u8]| client.upload("offer", content).unwrap_err();
    assert_eq!(upload(b"").code(), Some(Code::BadDocument));
    let zip = upload(b"PK\x03\x04, and nothing that is known here");
    assert_eq!((zip.code(), zip.hresult()), (Some(Code::UnsupportedDocument), 0x8007_0001));
    assert!(zip.to_string().contains("ZIP"), "{zip}");
    let large = vec![0; usize::try_from(house::DOCUMENT_OCTETS).unwrap() + 1];
    assert_eq!(upload(&large).code(), Some(Code::TooLarge));

    // Cut anywhere, a TIFF is refused at the latest when the job is made, and nothing is queued.
    let whole = house::tiff(3);
    for octets in [8, 9, whole.len() / 2, whole.len() * 9 / 10] {
        let refused = client.upload("cut.tif", &whole[..octets]).and_then(|uploaded| {
            let job =
                NewJob { document: Some(uploaded.id), number: "1".into(), ..NewJob::default() };
            client.submit(&job, &format!("cut {octets}"))
        });
        let error = refused.unwrap_err();
        assert_eq!(error.code(), Some(Code::BadDocument), "{octets}: {error}");
    }
    let pages = usize::try_from(house::PAGES).unwrap() + 1;
    let long = client.upload("long.tif", &house::tiff(pages)).unwrap().id;
    let job = NewJob { document: Some(long), number: "1".into(), ..NewJob::default() };
    assert_eq!(client.submit(&job, "long").unwrap_err().code(), Some(Code::BadDocument));
    assert_eq!(client.jobs(10).unwrap().count, 0);
}

#[test]
fn unknown_things_are_not_found() {
    let house = House::open();
    let client = house.server().client().unwrap();
    let error = client.job(7).unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
    assert_eq!(error.to_string(), "there is no job 7");
    assert_eq!(client.cancel(7).unwrap_err().code(), Some(Code::NotFound));
    assert_eq!(client.attempts(7).unwrap_err().code(), Some(Code::NotFound));
    assert_eq!(client.transcript(7, 1).unwrap_err().code(), Some(Code::NotFound));
    assert_eq!(client.port_status(7).unwrap_err().code(), Some(Code::NotFound));
    let mut nothing = Vec::new();
    assert_eq!(client.inbox_tiff(7, &mut nothing).unwrap_err().code(), Some(Code::NotFound));
    assert_eq!(client.document_tiff(7, &mut nothing).unwrap_err().code(), Some(Code::NotFound));
    assert!(nothing.is_empty());
}

#[test]
fn the_document_of_a_job_comes_back_page_for_page() {
    let house = House::open();
    let server = house.server();
    let mut doc = server.create_document(house.document(3));
    doc.set_fax_number("1");
    let id = doc.send().unwrap();
    let mut tiff = Vec::new();
    let octets = server.client().unwrap().document_tiff(id, &mut tiff).unwrap();
    assert_eq!(octets, tiff.len() as u64);
    let pages: Vec<_> =
        t4::tiff::read(&tiff).unwrap().iter().map(|page| page.to_page().unwrap().0).collect();
    assert_eq!(pages, [house::page(0), house::page(1), house::page(2)]);
}

#[test]
fn the_lines_are_shown_with_what_they_do() {
    let house = House::open();
    let server = house.server();
    let ports = server.ports().unwrap();
    assert_eq!(ports.count(), 1);
    let port = ports.item(1).unwrap();
    let details = port.details();
    assert_eq!((details.device_id, details.name.as_str()), (1, "trunk"));
    assert_eq!(details.sources.get("tsid").map(String::as_str), Some("file"));
    assert_eq!(details.status.description, "Available");
    assert_eq!(ports.item(2).unwrap_err(), Error::IndexOutOfRange { index: 2, count: 1 });
}
