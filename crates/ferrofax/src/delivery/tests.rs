use std::fs;
use std::path::{Path, PathBuf};

use t4::tiff::{self, tag, tag_text};
use t4::{Bitmap, Page, Resolution};
use tempfile::TempDir;

use super::*;
use crate::queue::{Action, JobState, Number, device_word, job_type};
use crate::store::{
    AttemptReport, Ending, JobId, Listing, NewJob, PortDefaults, RoutePatch, Setting, Source,
};

const TRUNK: PortId = PortId(1);

/// A store with one line, and its copies at work until the house is dropped.
struct House {
    store: Store,
    stop: CancellationToken,
    place: TempDir,
}

impl House {
    /// `store_in` stands in the configuration of the line. The clock runs `scale` times as fast.
    async fn new(store_in: Option<PathBuf>, scale: f64) -> Self {
        let place = TempDir::new().unwrap();
        let clock = Clock::scaled(scale);
        let store = Store::open(&place.path().join("data"), clock).await.unwrap();
        let text = |value: &str| Setting { value: value.to_owned(), source: Source::File };
        let yes = Setting { value: true, source: Source::Default };
        let line = PortDefaults {
            name: "trunk".to_owned(),
            rings: Setting { value: 1, source: Source::Default },
            csid: text("OUR LINE"),
            tsid: text("OUR TSID"),
            send: yes.clone(),
            receive: yes,
            channels: 1,
            store_in,
        };
        store.set_lines(vec![line]).await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(Delivery::new(store.clone(), clock, stop.clone()).run());
        Self { store, stop, place }
    }

    /// A folder beside that of the data.
    fn out(&self) -> PathBuf {
        self.place.path().join("out")
    }

    async fn route_to(&self, folder: &Path) {
        let target = Some(folder.to_str().unwrap().to_owned());
        let patch = RoutePatch { enable: Some(true), target };
        self.store.set_route(TRUNK, Method::Folder, patch).await.unwrap();
    }

    /// Receives a fax of two pages.
    async fn receive(&self, caller: &str) -> JobId {
        let begun = self.store.begin_receive(TRUNK, caller, "0199").await.unwrap();
        let id = begun.job.id;
        self.store.remote(id, "FAR / END").await.unwrap();
        for index in 0..2 {
            let (page, coding) = (page(index), g3::Coding::Mmr);
            let page = g3::ReceivedPage { index, page, coding, bad_rows: 0 };
            self.store.receive_page(id, &page).await.unwrap();
        }
        self.store.end_receive(id, begun.attempt, &AttemptReport::default()).await.unwrap();
        id
    }

    /// Sends a fax of two pages.
    async fn send(&self) -> JobId {
        let job = NewJob {
            document: None,
            user_name: "anna".to_owned(),
            number: Number::parse("+1 555 0199").unwrap(),
            recipient_name: "Bruno Übel".to_owned(),
            sender_name: "Anna".to_owned(),
            sender_company: String::new(),
            sender_department: String::new(),
            tsid: "OWN TSID".to_owned(),
            billing_code: String::new(),
            display_name: "letter".to_owned(),
            discount: false,
            cover: String::new(),
            cover_pages: 0,
            drawn: None,
        };
        let id = self.store.submit(job, vec![page(0), page(1)], None).await.unwrap().job;
        let begun = self.store.begin_attempt(id, TRUNK).await.unwrap().unwrap();
        self.store.remote(id, "FAR END").await.unwrap();
        let report = AttemptReport::default();
        self.store.end_attempt(id, begun.attempt, &report, Ending::Sent).await.unwrap();
        id
    }

    async fn archive_in(&self, directory: &str) {
        let mut server = self.store.server().await.unwrap();
        (server.archive_outbound, server.archive_directory) = (true, directory.to_owned());
        self.store.set_server(server).await.unwrap();
    }

    async fn until(&self, id: JobId, done: impl Fn(&Job) -> bool) -> Job {
        let mut news = self.store.watch_events();
        let wait = async {
            loop {
                news.mark_unchanged();
                let job = self.store.job(id).await.unwrap();
                if done(&job) {
                    return job;
                }
                news.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("it comes to that")
    }

    async fn visible(&self) -> u64 {
        let visible = self.store.jobs(Listing::Visible { as_of: None }, None, 10).await.unwrap();
        visible.count
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn page(seed: u32) -> Page {
    let mut bitmap = Bitmap::new(1728, 20).unwrap();
    bitmap.set(seed, 7, true);
    Page::from_bitmap(&bitmap, Resolution::Fine)
}

/// The only file in a folder: its name behind the time, and what is in it.
#[track_caller]
fn only_file(folder: &Path) -> (String, Vec<u8>) {
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    let name = file.file_name().unwrap().to_str().unwrap();
    let (time, rest) = name.split_once('_').unwrap();
    let (day, hour) = time.split_once('-').unwrap();
    assert_eq!((day.len(), hour.len()), (8, 6), "{name}");
    (rest.to_owned(), fs::read(file).unwrap())
}

#[track_caller]
fn check_pages(file: &[u8]) {
    let pages = tiff::read(file).unwrap();
    let pages: Vec<_> = pages.iter().map(|page| page.to_page().unwrap().0).collect();
    assert_eq!(pages, [page(0), page(1)]);
}

fn is_out(job: &Job) -> bool {
    job.left_seq.is_some()
}

#[tokio::test]
async fn a_received_fax_is_stored_where_the_client_says() {
    let house = House::new(None, 1.0).await;
    house.route_to(&house.out().join("deep")).await;
    let id = house.receive("+1 555 0111").await;
    let job = house.until(id, is_out).await;
    assert_eq!(job.state, JobState::Received);
    let (name, file) = only_file(&house.out().join("deep"));
    assert_eq!(name, "trunk_+1-555-0111_1.tif");
    assert!(job.delivery.starts_with("stored as ") && job.delivery.ends_with(&name), "{job:?}");
    assert_eq!(fs::read(house.store.folder().join("inbox/1.tif")).unwrap(), file);
    check_pages(&file);
    for (number, text) in [
        (tag::CSID, "OUR LINE"),
        (tag::TSID, "FAR / END"),
        (tag::CALLER_ID, "+1 555 0111"),
        (tag::RECIPIENT_NUMBER, "0199"),
        (tag::ROUTING, "0199"),
        (tag::SOFTWARE, "Ferrofax"),
    ] {
        assert_eq!(tag_text(&file, number).as_deref(), Some(text));
    }
    let began = jiff::Timestamp::from_microsecond(job.created_us).unwrap();
    let began = jiff::Timestamp::from_second(began.as_second()).unwrap();
    assert_eq!(tag_text(&file, tag::RECEIVE_TIME), Some(began.to_string()));
    let written = began.strftime("%Y:%m:%d %H:%M:%S").to_string();
    assert_eq!(tag_text(&file, tag::DATE_TIME), Some(written));
}

#[tokio::test]
async fn a_line_may_store_by_its_configuration_and_a_client_has_the_last_word() {
    let place = TempDir::new().unwrap();
    let house = House::new(Some(place.path().to_owned()), 1.0).await;
    let id = house.receive("").await;
    house.until(id, is_out).await;
    assert_eq!(only_file(place.path()).0, "trunk_FAR-END_1.tif");
    let off = RoutePatch { enable: Some(false), target: None };
    let route = house.store.set_route(TRUNK, Method::Folder, off).await.unwrap();
    assert_eq!((route.enable, Path::new(&route.target)), (false, place.path()));
    let id = house.receive("").await;
    let job = house.until(id, is_out).await;
    assert_eq!((job.state, job.delivery.as_str()), (JobState::Received, ""));
    only_file(place.path());
    // Without a folder of its own it is one in the data folder.
    let own = RoutePatch { enable: Some(true), target: Some(String::new()) };
    house.store.set_route(TRUNK, Method::Folder, own).await.unwrap();
    let id = house.receive("").await;
    house.until(id, is_out).await;
    assert_eq!(only_file(&house.store.folder().join("received")).0, "trunk_FAR-END_3.tif");
}

#[tokio::test]
async fn a_folder_that_takes_nothing_is_tried_again_each_minute() {
    let house = House::new(None, 60.0).await;
    fs::write(house.out(), "a file in the way").unwrap();
    house.route_to(&house.out()).await;
    let id = house.receive("0111").await;
    let job = house.until(id, |job| !job.delivery.is_empty()).await;
    assert_eq!((job.state, house.visible().await), (JobState::Routing, 1));
    assert_eq!((job_type(&job), device_word(&job).as_str()), (3, "Routing"));
    let words = format!("not stored in {}: ", house.out().display());
    assert!(job.delivery.starts_with(&words), "{}", job.delivery);
    assert!(job.delivery.ends_with("; the fax is in the inbox, tried again each minute"));
    let inbox = house.store.jobs(Listing::Inbox, None, 10).await.unwrap();
    assert_eq!(inbox.count, 1);
    fs::remove_file(house.out()).unwrap();
    let job = house.until(id, is_out).await;
    assert_eq!((job.state, house.visible().await), (JobState::Received, 0));
    check_pages(&only_file(&house.out()).1);
}

#[tokio::test]
async fn who_ends_the_routing_keeps_the_fax_in_the_inbox() {
    let house = House::new(None, 1.0).await;
    fs::write(house.out(), "a file in the way").unwrap();
    house.route_to(&house.out()).await;
    let id = house.receive("0111").await;
    house.until(id, |job| !job.delivery.is_empty()).await;
    let job = house.store.act(id, Action::Cancel).await.unwrap();
    assert_eq!((job.state, job.left_seq.is_some()), (JobState::Received, true));
    assert!(job.delivery.contains("a person ended it"), "{}", job.delivery);
    assert_eq!(house.store.jobs(Listing::Inbox, None, 10).await.unwrap().count, 1);
    check_pages(&house.store.tiff(id).await.unwrap());
    // A copy that was just being made changes nothing any more.
    house.store.routed(id, "stored").await.unwrap();
    assert_eq!(house.store.job(id).await.unwrap(), job);
}

#[tokio::test]
async fn after_as_many_days_as_a_job_is_kept_nobody_tries_any_more() {
    let house = House::new(None, 1.0).await;
    let mut server = house.store.server().await.unwrap();
    server.dirty_days = Some(0);
    house.store.set_server(server).await.unwrap();
    fs::write(house.out(), "a file in the way").unwrap();
    house.route_to(&house.out()).await;
    let id = house.receive("0111").await;
    let job = house.until(id, is_out).await;
    assert_eq!(job.state, JobState::Received);
    assert!(job.delivery.ends_with("; given up, the fax is in the inbox"), "{}", job.delivery);
}

#[tokio::test]
async fn a_method_that_is_switched_off_lets_its_faxes_go() {
    let house = House::new(None, 60.0).await;
    fs::write(house.out(), "a file in the way").unwrap();
    house.route_to(&house.out()).await;
    let id = house.receive("0111").await;
    house.until(id, |job| !job.delivery.is_empty()).await;
    let off = RoutePatch { enable: Some(false), target: None };
    house.store.set_route(TRUNK, Method::Folder, off).await.unwrap();
    let job = house.until(id, is_out).await;
    assert!(job.delivery.contains("switched off"), "{}", job.delivery);
}

#[tokio::test]
async fn a_fax_that_broke_and_one_by_mail_are_not_routed() {
    let house = House::new(None, 1.0).await;
    let wanted = RoutePatch { enable: Some(true), target: Some("ada@example.org".to_owned()) };
    house.store.set_route(TRUNK, Method::Email, wanted).await.unwrap();
    let id = house.receive("0111").await;
    assert_eq!(house.store.job(id).await.unwrap().state, JobState::Received);
    house.route_to(&house.out()).await;
    let begun = house.store.begin_receive(TRUNK, "", "").await.unwrap();
    let failure = Some(crate::failure::Failure::Call(g3::Failure::DcnInPage));
    let report = AttemptReport { failure, ..AttemptReport::default() };
    house.store.end_receive(begun.job.id, begun.attempt, &report).await.unwrap();
    let job = house.store.job(begun.job.id).await.unwrap();
    assert_eq!((job.state, job.left_seq.is_some()), (JobState::ReceiveFailed, true));
    assert!(!house.out().exists());
}

#[tokio::test]
async fn a_target_is_a_full_path_of_sensible_length() {
    let house = House::new(None, 1.0).await;
    let set = async |method, target: &str| {
        let patch = RoutePatch { enable: None, target: Some(target.to_owned()) };
        let set = house.store.set_route(TRUNK, method, patch).await;
        set.map(|route| route.enable).map_err(|error| error.to_string())
    };
    assert_eq!(set(Method::Email, "ada@example.org").await, Ok(false));
    assert_eq!(set(Method::Print, "second floor").await, Ok(false));
    for target in ["fax", "../fax", "./fax"] {
        let words = format!("target is a full path on the server; {target:?} is not");
        assert_eq!(set(Method::Folder, target).await, Err(words));
    }
    let long = set(Method::Email, &"x".repeat(1025)).await;
    assert_eq!(long, Err("target has at most 1024 characters".to_owned()));
    let lines = set(Method::Folder, "/srv/fax\n").await;
    assert_eq!(lines, Err("target has no control characters".to_owned()));
    let nowhere = house.store.set_route(PortId(7), Method::Folder, RoutePatch::default()).await;
    assert!(matches!(nowhere, Err(StoreError::NoPort(_))), "{nowhere:?}");
}

#[tokio::test]
async fn a_sent_fax_lies_in_the_archive() {
    let house = House::new(None, 1.0).await;
    house.archive_in(house.out().to_str().unwrap()).await;
    let id = house.send().await;
    let job = house.until(id, |job| !job.delivery.is_empty()).await;
    let (name, file) = only_file(&house.out());
    assert_eq!(name, "+1-555-0199_1.tif");
    assert!(job.delivery.starts_with("archived as ") && job.delivery.ends_with(&name), "{job:?}");
    assert_eq!(house.store.tiff(id).await.unwrap(), file);
    check_pages(&file);
    for (number, text) in [
        (tag::RECIPIENT_NAME, "Bruno Übel"),
        (tag::RECIPIENT_NUMBER, "+1 555 0199"),
        (tag::SENDER_NAME, "Anna"),
        (tag::TSID, "OUR TSID"),
        (tag::CSID, "FAR END"),
    ] {
        assert_eq!(tag_text(&file, number).as_deref(), Some(text));
    }
    assert_eq!(tag_text(&file, tag::ROUTING), None);
    // The TSID of the job is sent when the server allows it; what was sent before stays as it was.
    let mut server = house.store.server().await.unwrap();
    server.use_device_tsid = false;
    house.store.set_server(server).await.unwrap();
    assert_eq!(house.store.tiff(id).await.unwrap(), file);
    let id = house.send().await;
    let file = house.store.tiff(id).await.unwrap();
    assert_eq!(tag_text(&file, tag::TSID).as_deref(), Some("OWN TSID"));
}

#[tokio::test]
async fn nothing_is_archived_unless_it_is_wanted_and_a_folder_is_named() {
    let house = House::new(None, 1.0).await;
    let first = house.send().await;
    house.archive_in("").await;
    let second = house.send().await;
    house.archive_in(house.out().to_str().unwrap()).await;
    let third = house.send().await;
    house.until(third, |job| !job.delivery.is_empty()).await;
    for id in [first, second] {
        assert_eq!(house.store.job(id).await.unwrap().delivery, "");
    }
    assert_eq!(only_file(&house.out()).0, "+1-555-0199_3.tif");
}

#[tokio::test]
async fn an_archive_that_takes_nothing_is_tried_again() {
    let house = House::new(None, 60.0).await;
    fs::write(house.out(), "a file in the way").unwrap();
    house.archive_in(house.out().to_str().unwrap()).await;
    let id = house.send().await;
    let job = house.until(id, |job| !job.delivery.is_empty()).await;
    assert_eq!((job.state, house.visible().await), (JobState::Sent, 0));
    assert!(job.delivery.starts_with("not archived in "), "{}", job.delivery);
    fs::remove_file(house.out()).unwrap();
    house.until(id, |job| job.delivery.starts_with("archived as ")).await;
    check_pages(&only_file(&house.out()).1);
}

#[tokio::test]
async fn the_next_start_tries_at_once_what_could_not_be_copied() {
    let house = House::new(None, 1.0).await;
    fs::write(house.out(), "a file in the way").unwrap();
    house.route_to(&house.out()).await;
    house.archive_in(house.place.path().join("out/sent").to_str().unwrap()).await;
    let (received, sent) = (house.receive("0111").await, house.send().await);
    for id in [received, sent] {
        house.until(id, |job| !job.delivery.is_empty()).await;
    }
    house.stop.cancel();
    fs::remove_file(house.out()).unwrap();
    house.store.recover().await.unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(Delivery::new(house.store.clone(), Clock::real(), stop.clone()).run());
    house.until(received, |job| job.delivery.starts_with("stored as ")).await;
    house.until(sent, |job| job.delivery.starts_with("archived as ")).await;
    stop.cancel();
}
