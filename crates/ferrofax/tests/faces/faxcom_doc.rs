//! FaxDoc against a real server: what arrives, and what Send refuses.

use std::fs;
use std::path::Path;

use faxcom::api::{Code, Right};
use faxcom::{Error, FaxDoc, FaxServer, Settings};
use serde_json::json;

use crate::house::{self, House};

/// What the server knows of the job that `doc` becomes.
fn sent(server: &FaxServer, doc: &FaxDoc) -> faxcom::api::Job {
    server.client().unwrap().job(doc.send().unwrap()).unwrap()
}

#[test]
fn every_member_of_a_document_arrives_in_its_own_field() {
    let house = House::open();
    let server = house.server();
    let mut doc = server.create_document(house.document(1));
    doc.set_fax_number("+1 (555) 0101");
    doc.set_tsid("TSID");
    doc.set_discount_send(true);
    doc.set_send_coverpage(true);
    doc.set_server_coverpage(true);
    type Put = fn(&mut FaxDoc, String);
    let puts: [(&str, Put); 27] = [
        ("recipient_name", FaxDoc::set_recipient_name),
        ("sender_name", FaxDoc::set_sender_name),
        ("sender_company", FaxDoc::set_sender_company),
        ("sender_dept", FaxDoc::set_sender_department),
        ("billing_code", FaxDoc::set_billing_code),
        ("display_name", FaxDoc::set_display_name),
        ("cover.name", FaxDoc::set_coverpage_name),
        ("cover.note", FaxDoc::set_coverpage_note),
        ("cover.subject", FaxDoc::set_coverpage_subject),
        ("cover.recipient_company", FaxDoc::set_recipient_company),
        ("cover.recipient_address", FaxDoc::set_recipient_address),
        ("cover.recipient_city", FaxDoc::set_recipient_city),
        ("cover.recipient_state", FaxDoc::set_recipient_state),
        ("cover.recipient_zip", FaxDoc::set_recipient_zip),
        ("cover.recipient_country", FaxDoc::set_recipient_country),
        ("cover.recipient_title", FaxDoc::set_recipient_title),
        ("cover.recipient_department", FaxDoc::set_recipient_department),
        ("cover.recipient_office", FaxDoc::set_recipient_office),
        ("cover.recipient_home_phone", FaxDoc::set_recipient_home_phone),
        ("cover.recipient_office_phone", FaxDoc::set_recipient_office_phone),
        ("cover.sender_address", FaxDoc::set_sender_address),
        ("cover.sender_title", FaxDoc::set_sender_title),
        ("cover.sender_office", FaxDoc::set_sender_office),
        ("cover.sender_home_phone", FaxDoc::set_sender_home_phone),
        ("cover.sender_office_phone", FaxDoc::set_sender_office_phone),
        ("cover.sender_fax", FaxDoc::set_sender_fax),
        ("cover.email_address", FaxDoc::set_email_address),
    ];
    for (field, put) in puts {
        put(&mut doc, format!("the {field}"));
    }
    house.cover("the cover.name", "= A cover page");
    let job = serde_json::to_value(sent(&server, &doc)).unwrap();
    for (field, _) in puts {
        let path = format!("/{}", field.replace('.', "/"));
        assert_eq!(job.pointer(&path), Some(&json!(format!("the {field}"))));
    }
    assert_eq!(job["fax_number"], "+1 (555) 0101");
    assert_eq!((&job["tsid"], &job["discount_send"]), (&json!("TSID"), &json!(true)));
    assert_eq!((&job["cover"]["send"], &job["cover"]["from_server"]), (&json!(true), &json!(true)));
    // Nothing is shown of it that was not put.
    assert_eq!(job["cover"].as_object().unwrap().len(), 23);
}

#[test]
fn a_getter_shows_what_was_put_and_nothing_else() {
    let house = House::open();
    let server = house.server();
    let mut doc = server.create_document("placeholder");
    assert_eq!(doc.file_name(), Path::new("placeholder"));
    assert_eq!((doc.fax_number(), doc.coverpage_note(), doc.sender_fax()), ("", "", ""));
    assert!(!doc.send_coverpage() && !doc.server_coverpage() && !doc.discount_send());
    doc.set_coverpage_note("a\r\nb\0");
    doc.set_display_name("");
    assert_eq!((doc.coverpage_note(), doc.display_name()), ("a\r\nb\0", ""));
}

#[test]
fn control_characters_do_not_keep_a_fax_from_being_sent() {
    let house = House::open();
    let server = house.server();
    let odd = house.folder.path().join("of\tfer.tif");
    fs::copy(house.document(1), &odd).unwrap();
    let mut doc = server.create_document(&odd);
    doc.set_fax_number("555\t0101\r\n");
    doc.set_recipient_name("Ada\r\nLovelace");
    doc.set_billing_code("\0");
    doc.set_recipient_address("1 Main St\r\nSpringfield\0");
    doc.set_coverpage_note("Dear Ada,\n\n\tyours\u{7}");
    let job = sent(&server, &doc);
    assert_eq!((job.recipient_name.as_str(), job.billing_code.as_str()), ("Ada  Lovelace", " "));
    assert_eq!((job.fax_number.trim(), job.display_name.as_str()), ("555 0101", "of fer.tif"));
    let cover = job.cover.unwrap();
    assert_eq!(cover.recipient_address, "1 Main St\r\nSpringfield ");
    assert_eq!(cover.note, "Dear Ada,\n\n\tyours ");
}

#[test]
fn the_settings_tell_who_sends_when_the_document_does_not() {
    let house = House::open();
    let path = house.folder.path().join("client.toml");
    let sender = "name = 'Ada'\nfax = '+1 555 0100'\ncompany = 'Engines'\naddress = 'Main St'\n\
                  title = 'Countess'\ndepartment = 'Difference'\noffice = '1'\n\
                  home_phone = '2'\noffice_phone = '3'\n";
    let (url, token) = (house.url(), &house.token);
    fs::write(&path, format!("server = '{url}'\ntoken = '{token}'\n[sender]\n{sender}")).unwrap();
    let settings = Settings::from_files(std::slice::from_ref(&path)).unwrap();
    let mut server = FaxServer::with_settings(settings);
    server.connect(&url).unwrap();
    let mut doc = server.create_document(house.document(1));
    doc.set_fax_number("1");
    doc.set_sender_company("Looms");
    let job = sent(&server, &doc);
    let cover = job.cover.as_deref().unwrap();
    assert_eq!((job.sender_name.as_str(), job.sender_company.as_str()), ("Ada", "Looms"));
    assert_eq!(
        (job.sender_dept.as_str(), cover.sender_fax.as_str()),
        ("Difference", "+1 555 0100")
    );
    assert_eq!(
        (cover.sender_address.as_str(), cover.sender_title.as_str()),
        ("Main St", "Countess")
    );
    let phones = [&cover.sender_office, &cover.sender_home_phone, &cover.sender_office_phone];
    assert_eq!(phones, ["1", "2", "3"]);
    // The document itself never shows them.
    assert_eq!((doc.sender_name(), doc.sender_fax(), doc.sender_company()), ("", "", "Looms"));
}

#[test]
fn a_relative_name_is_taken_from_where_the_program_runs() {
    let house = House::open();
    let server = house.server();
    let absolute = house.document(1);
    // Up to the root, from wherever this runs, and down again.
    let here = std::env::current_dir().unwrap();
    let mut relative: std::path::PathBuf = here.components().skip(1).map(|_| "..").collect();
    relative.extend(absolute.components().skip(1));
    assert!(relative.is_relative());
    let mut doc = server.create_document(&relative);
    doc.set_fax_number("1");
    assert_eq!(sent(&server, &doc).display_name, "letter-1.tif");
}

#[test]
fn a_file_that_cannot_be_sent_has_the_number_of_its_reason() {
    let house = House::open();
    let server = house.server();
    let folder = house.folder.path();
    let write = |name: &str, content: &[u8]| {
        fs::write(folder.join(name), content).unwrap();
        folder.join(name)
    };
    let whole = house::tiff(2);
    let cases = [
        (folder.join("missing.tif"), 0x8007_0002_u32, "does not exist"),
        (folder.join("missing/a.tif"), 0x8007_0002, "does not exist"),
        (folder.to_owned(), 0x8007_000D, "a folder, not a file"),
        (write("a.zip", b"PK\x03\x04 a"), 0x8007_0001, "ZIP"),
        (write("a.pdf", b"%PDF-1.7\n"), 0x8007_000D, ""),
        (write("empty.tif", b""), 0x8007_000D, "empty"),
        (write("cut.tif", &whole[..whole.len() * 3 / 4]), 0x8007_000D, ""),
        (write("large.tif", &vec![0; 2 << 20]), 0x8007_000D, ""),
    ];
    for (path, number, words) in cases {
        let mut doc = server.create_document(&path);
        doc.set_fax_number("1");
        let error = doc.send().expect_err(&path.display().to_string());
        assert_eq!(error.hresult(), number, "{}: {error}", path.display());
        assert!(error.to_string().contains(words), "{error}");
    }
    let mut doc = server.create_document(house.document(1));
    for (number, words) in [("", "no fax number"), (" \t", "no fax number"), ("12A", "'A'")] {
        doc.set_fax_number(number);
        let error = doc.send().unwrap_err();
        assert_eq!(error.hresult(), 0x8007_0057, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    doc.set_fax_number("1");
    doc.set_recipient_city("x".repeat(256));
    assert!(doc.send().unwrap_err().to_string().starts_with("RecipientCity has 256 characters"));
    assert_eq!(server.jobs().unwrap().count(), 0);
}

#[test]
fn each_member_without_its_right_is_access_denied() {
    let house = House::open();
    house.queue(&house.server(), "1");
    let eve = house.server_for(&house.token_for("eve", &[]));
    let reader = [Right::JobQuery, Right::PortQuery, Right::ConfigQuery];
    let ron = house.server_for(&house.token_for("ron", &reader));
    let denied = |result: Result<(), Error>, right: Right| {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.hresult()), (Some(Code::Forbidden), 0x8007_0005));
        assert!(error.to_string().contains(right.as_str()), "{error}");
    };
    let mut doc = ron.create_document(house.document(1));
    doc.set_fax_number("1");
    denied(doc.send().map(drop), Right::JobSubmit);
    denied(eve.jobs().map(drop), Right::JobQuery);
    denied(eve.retries().map(drop), Right::ConfigQuery);
    denied(eve.ports().map(drop), Right::PortQuery);
    assert_eq!(ron.retries(), Ok(3));
    denied(ron.set_retries(5), Right::ConfigSet);
    let mut port = ron.ports().unwrap().item(1).unwrap();
    assert!(!port.can_modify());
    denied(port.set_rings(5), Right::PortSet);
    let job = ron.jobs().unwrap().item(1).unwrap();
    denied(job.set_status_number(1), Right::JobManage);
    assert_eq!((ron.retries(), port.rings()), (Ok(3), 1));
}

#[test]
fn when_the_server_stops_values_stay_and_questions_say_that_nobody_answers() {
    let house = House::open();
    let mut server = house.server();
    house.queue(&server, "1");
    let jobs = server.jobs().unwrap();
    let mut job = jobs.item(1).unwrap();
    let mut port = server.ports().unwrap().item(1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.tif");
    fs::write(&file, house::tiff(1)).unwrap();
    let mut doc = server.create_document(file);
    doc.set_fax_number("2");
    drop(house);

    let gone = |result: Result<(), Error>| {
        let error = result.unwrap_err();
        assert_eq!(error.hresult(), 0x8007_06BA, "{error}");
    };
    gone(job.refresh());
    gone(job.set_status_number(2));
    gone(port.set_rings(3));
    gone(server.retries().map(drop));
    gone(server.jobs().map(drop));
    gone(doc.send().map(drop));
    assert_eq!((jobs.count(), job.queue_status(), port.name()), (1, "Pending", "trunk"));
    gone(server.connect(""));
    assert!(!server.is_connected());
}
