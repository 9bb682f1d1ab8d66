//! A whole call seen through the objects: ports and routing are set, states are watched while pages
//! go over, and the files that come of it are read by FaxTiff. Fax time runs faster than real time.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use faxcom::api::{ROUTE_EMAIL, ROUTE_FOLDER, ROUTE_PRINT, RoutingMethodChange};
use faxcom::{Error, FaxPort, FaxServer, FaxStatus, FaxTiff, Settings};

use crate::house;
use crate::whole::serve;

/// The longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer.
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what} never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The only file in a folder, once it is there.
fn only_file(folder: &Path) -> PathBuf {
    until(&format!("a file in {}", folder.display()), || {
        let files: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().map(|f| f.path()).collect();
        assert!(files.len() <= 1, "{files:?}");
        files.into_iter().next().filter(|file| file.extension().is_some_and(|e| e == "tif"))
    })
}

fn open(file: &Path) -> FaxTiff {
    let mut tiff = FaxTiff::new();
    tiff.set_image(file.to_str().unwrap()).unwrap();
    tiff
}

/// Faxes that the line receives are stored in `folder` from now on.
fn store_in(server: &FaxServer, port: &FaxPort, folder: &Path) {
    let target = Some(folder.to_str().unwrap().to_owned());
    let change = RoutingMethodChange { target, ..RoutingMethodChange::default() };
    let client = server.client().unwrap();
    client.change_routing_method(port.device_id(), ROUTE_FOLDER, &change).unwrap();
    let methods = port.routing_methods().unwrap();
    let guids: Vec<_> =
        (1..=methods.count()).map(|n| methods.item(n).unwrap().guid().to_owned()).collect();
    assert_eq!(guids, [ROUTE_EMAIL, ROUTE_FOLDER, ROUTE_PRINT]);
    let mut method = methods.item(2).unwrap();
    assert_eq!((method.device_id(), method.device_name()), (port.device_id(), port.name()));
    assert!(!method.friendly_name().is_empty() && !method.extension_name().is_empty());
    assert!(!method.function_name().is_empty() && !method.image_name().is_empty());
    assert!(!method.enable());
    method.set_enable(true).unwrap();
    assert!(method.enable());
    assert!(!methods.item(2).unwrap().enable(), "a collection is a picture");
    let again = port.routing_methods().unwrap();
    let states: Vec<_> = (1..=3).map(|n| again.item(n).unwrap().enable()).collect();
    assert_eq!(states, [false, true, false]);
}

/// What was seen of a line while the fax went over.
#[derive(Default)]
struct Seen {
    words: BTreeSet<String>,
    pages: BTreeSet<u32>,
    last: Option<FaxStatus>,
}

impl Seen {
    fn look(&mut self, status: &mut FaxStatus, is_busy: fn(&FaxStatus) -> bool) {
        status.refresh().unwrap();
        if is_busy(status) {
            self.words.insert(status.description().to_owned());
            self.pages.insert(status.current_page());
            self.last = Some(status.clone());
        }
    }
}

#[test]
fn a_call_is_set_up_watched_and_found_in_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let (stored, archived) = (here.join("stored"), here.join("archived"));
    let _serve = serve(here);
    let files = [here.join("data/client.toml")];
    let mut server = FaxServer::with_settings(Settings::from_files(&files).unwrap());
    server.connect("").unwrap();
    server.set_archive_directory(archived.to_str().unwrap()).unwrap();
    server.set_archive_outbound_faxes(true).unwrap();
    let ports = server.ports().unwrap();
    let (mut left, mut right) = (ports.item(1).unwrap(), ports.item(2).unwrap());
    left.set_tsid("LEFT\u{e9} 1").unwrap();
    right.set_csid("RIGHT 2").unwrap();
    assert_eq!((left.tsid(), right.csid()), ("LEFT 1", "RIGHT 2"));
    store_in(&server, &right, &stored);

    let letter = here.join("letter.tif");
    std::fs::write(&letter, house::tiff(4)).unwrap();
    let mut doc = server.create_document(&letter);
    doc.set_fax_number("5550100");
    doc.set_sender_name("Ada");
    doc.set_recipient_name("Ben");
    doc.set_display_name("A letter");
    let id = doc.send().unwrap();
    std::fs::remove_file(&letter).unwrap();
    let jobs = server.jobs().unwrap();
    let mut job = jobs.item(1).unwrap();
    assert_eq!((job.job_id(), job.page_count()), (id, 4));

    let (mut at_left, mut at_right) = (left.status().unwrap(), right.status().unwrap());
    let (mut sending, mut receiving) = (Seen::default(), Seen::default());
    let mut queue = BTreeSet::new();
    until("the end of the job", || {
        sending.look(&mut at_left, FaxStatus::send);
        receiving.look(&mut at_right, FaxStatus::receive);
        let end = job.refresh();
        queue.insert(job.queue_status().to_owned());
        end.err()
    });
    assert_eq!(job.refresh(), Err(Error::JobGone(id)));
    assert!(queue.contains("In Progress"), "{queue:?}");
    let (words, pages) = (&sending.words, &sending.pages);
    assert!(words.contains("Sending") && words.len() > 1, "{words:?}");
    assert!(pages.len() > 1, "{pages:?}");
    let left = sending.last.unwrap();
    assert_eq!((left.device_id(), left.device_name()), (1, "left"));
    assert_eq!((left.address(), left.document_name()), ("5550100", "A letter"));
    assert_eq!((left.sender_name(), left.page_count()), ("Ada", 4));
    assert_eq!((left.tsid(), left.csid()), ("LEFT 1", "RIGHT 2"));
    assert!(left.document_size() > 0 && left.submitted_time() <= left.start_time());
    let right = receiving.last.unwrap();
    assert!(receiving.words.contains("Receiving"), "{:?}", receiving.words);
    assert_eq!((right.routing_string(), right.tsid()), ("5550100", "LEFT 1"));
    assert_eq!((right.send(), right.submitted_time()), (false, None));

    let filetime = |status: &FaxStatus| {
        let seconds = status.start_time().unwrap().as_second() + 11_644_473_600;
        u64::try_from(seconds).unwrap() * 10_000_000
    };
    let tiff = open(&only_file(&archived));
    assert_eq!((tiff.recipient_name(), tiff.sender_name()), ("Ben", "Ada"));
    assert_eq!(
        (tiff.recipient_number(), tiff.csid(), tiff.tsid()),
        ("5550100", "RIGHT 2", "LEFT 1")
    );
    assert_eq!((tiff.routing(), tiff.caller_id()), ("Unavailable", "Unavailable"));
    assert_eq!(tiff.raw_receive_time(), filetime(&left));
    let tiff = open(&only_file(&stored));
    assert_eq!((tiff.csid(), tiff.tsid(), tiff.routing()), ("RIGHT 2", "LEFT 1", "5550100"));
    assert_eq!((tiff.sender_name(), tiff.recipient_number()), ("Unavailable", "5550100"));
    assert_eq!(tiff.raw_receive_time(), filetime(&right));
    assert!(tiff.receive_time().ends_with('M') && tiff.receive_time().len() == 16);
}
