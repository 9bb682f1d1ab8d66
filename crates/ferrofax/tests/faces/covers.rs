//! Cover pages, from every face: which template is meant, and what is refused.

use faxcom::api::{Code, Job, NewJob, Resolution};
use faxcom::{Error, FaxDoc};

use crate::house::House;

/// A template of two pages that shows everything as it is.
const TWO_PAGES: &str = "#fax.subject #pagebreak() #fax.note";

fn document(house: &House, cover: &str) -> FaxDoc {
    let mut doc = house.server().create_document(house.document(1));
    doc.set_fax_number("555");
    doc.set_send_coverpage(true);
    doc.set_coverpage_name(cover);
    doc
}

fn sent(house: &House, doc: &FaxDoc) -> Result<Job, Error> {
    house.server().client().unwrap().job(doc.send()?)
}

/// That a cover page of this name is `pages` long.
fn check(house: &House, cover: &str, pages: u32) {
    let job = sent(house, &document(house, cover)).unwrap();
    assert_eq!((job.cover_pages, job.page_count), (pages, pages + 1), "{cover}");
}

#[test]
fn a_name_means_a_cover_page_of_the_server_whatever_stands_around_it() {
    let house = House::open();
    house.cover("Confdent", TWO_PAGES);
    check(&house, "", 1);
    check(&house, "standard", 1);
    check(&house, "Plain.cov", 1);
    check(&house, "C:\\Coverpg\\confdent.cov", 2);
    // The operator's comes first, and the folder is read anew.
    house.cover("plain", TWO_PAGES);
    check(&house, "plain", 2);
    let error = sent(&house, &document(&house, "..\\fyi.cov")).unwrap_err();
    assert_eq!((error.code(), error.hresult()), (Some(Code::NoCover), 0x8007_0002));
    let known = "there is none named \"fyi\"; there are Confdent, plain, standard";
    assert!(error.to_string().ends_with(known), "{error}");
    // Without SendCoverpage the name does not count.
    let mut doc = document(&house, "fyi.cov");
    doc.set_send_coverpage(false);
    let job = sent(&house, &doc).unwrap();
    assert_eq!((job.cover_pages, job.page_count), (0, 1));
}

#[test]
fn a_template_of_this_machine_goes_with_the_document_unless_the_server_says_no() {
    let house = House::open();
    let path = house.folder.path().join("mine.typ");
    std::fs::write(&path, TWO_PAGES).unwrap();
    let doc = document(&house, path.to_str().unwrap());
    let job = sent(&house, &doc).unwrap();
    let cover = job.cover.unwrap();
    assert_eq!((job.cover_pages, cover.name.as_str()), (2, "mine.typ"));
    assert!(cover.template.is_some());

    // ServerCoverpage of the document: the server's, also where such a file lies here.
    let mut of_server = document(&house, path.to_str().unwrap());
    of_server.set_server_coverpage(true);
    assert_eq!(sent(&house, &of_server).unwrap_err().code(), Some(Code::NoCover));

    house.server().set_server_coverpage(true).unwrap();
    let error = sent(&house, &doc).unwrap_err();
    assert_eq!((error.code(), error.hresult()), (Some(Code::Forbidden), 0x8007_0005));
    assert!(error.to_string().contains("server_coverpage"), "{error}");
    check(&house, "plain", 1);
}

#[test]
fn a_template_that_is_wrong_is_refused_with_its_line_and_nothing_is_queued() {
    let house = House::open();
    house.cover("broken", "fine\n#let x = (\n");
    let error = sent(&house, &document(&house, "broken")).unwrap_err();
    assert_eq!((error.code(), error.hresult()), (Some(Code::BadCover), 0x8007_000D));
    assert!(error.to_string().contains("line 2"), "{error}");
    house.cover("reader", "#read(\"/etc/passwd\")");
    let error = sent(&house, &document(&house, "reader")).unwrap_err();
    assert_eq!(error.code(), Some(Code::BadCover), "{error}");
    assert_eq!(house.server().jobs().unwrap().count(), 0);
}

#[test]
fn a_cover_page_goes_alone_and_a_job_of_nothing_does_not() {
    let house = House::open();
    let doc = document(&house, "");
    let client = house.server().client().unwrap();
    let job = client.job(doc.send_cover_alone().unwrap()).unwrap();
    assert_eq!((job.cover_pages, job.page_count, job.display_name.as_str()), (1, 1, "cover page"));
    let nothing = NewJob { number: "1".into(), ..NewJob::default() };
    let error = client.submit(&nothing, "k").unwrap_err();
    assert_eq!(error.code(), Some(Code::BadRequest));
    assert!(error.to_string().starts_with("document: it is left out"), "{error}");
}

#[test]
fn a_preview_shows_the_cover_and_queues_nothing() {
    let house = House::open();
    let mut doc = document(&house, "plain");
    doc.set_resolution(Resolution::Standard);
    doc.set_coverpage_note("*not bold* #read(\"x\")");
    let mut picture = Vec::new();
    doc.preview_cover(Some(300), &mut picture).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(picture));
    let reader = decoder.read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.color_type), (300, png::ColorType::Grayscale));
    assert!(info.height > 400, "{} is no sheet of paper", info.height);
    assert_eq!(house.server().jobs().unwrap().count(), 0);
}

#[test]
fn jobs_of_one_document_share_its_pages_whatever_their_cover() {
    let house = House::open();
    let client = house.server().client().unwrap();
    let letter = std::fs::read(house.document(2)).unwrap();
    let document = Some(client.upload("letter.tif", &letter).unwrap().id);
    let mut job = NewJob { document, number: "1".into(), ..NewJob::default() };
    let submit = |job: &NewJob, key: &str| client.submit(job, key).unwrap().value;
    job.cover.send = true;
    assert_eq!(submit(&job, "a").page_count, 3);
    job.cover.send = false;
    let shared = submit(&job, "b");
    assert_eq!((shared.page_count, shared.cover_pages), (2, 0));
    let page = |id, number| {
        let mut picture = Vec::new();
        client.page_png(id, number, None, &mut picture).unwrap();
        picture
    };
    assert_eq!((page(1, 2), page(1, 3)), (page(2, 1), page(2, 2)));
    job.cover.send = true;
    assert_eq!(submit(&job, "c").page_count, 3);
}

#[test]
fn a_password_is_nowhere_afterwards() {
    let house = House::open();
    let client = house.server().client().unwrap();
    let letter = std::fs::read(house.document(1)).unwrap();
    let document = Some(client.upload("letter.tif", &letter).unwrap().id);
    let password = "correct horse battery staple";
    let job = NewJob {
        document,
        number: "1".into(),
        password: password.to_owned().into(),
        ..NewJob::default()
    };
    assert!(!format!("{job:?}").contains(password));
    let shown = client.submit(&job, "key").unwrap().value;
    assert!(!serde_json::to_string(&shown).unwrap().contains(password));
    // The key stands for the request without its password.
    let without = NewJob { password: String::new().into(), ..job };
    assert_eq!(client.submit(&without, "key").unwrap().value.id, shown.id);
    for name in ["ferrofax.db", "ferrofax.db-wal"] {
        let octets = std::fs::read(house.folder.path().join(name)).unwrap();
        let found = octets.windows(password.len()).any(|part| part == password.as_bytes());
        assert!(!found, "{name} knows the password");
    }
}
