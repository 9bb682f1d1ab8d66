//! Pages for people: pictures, PDF, and the documents that they come from.

use std::process::Command;

use faxcom::api::Code;

use crate::cipher;
use crate::house::{self, House};

/// What the server answers to a GET: the head, and the body as it is.
fn get(house: &House, path: &str, more: &str) -> String {
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\n{more}\r\n",
        house.address, house.token
    );
    house.ask(&head, None)
}

#[test]
fn a_picture_is_kept_by_whoever_has_it() {
    let house = House::open();
    house.queue(&house.server(), "1");
    let path = "/v1/jobs/1/pages/1.png?width=200";
    let first = get(&house, path, "");
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    assert!(first.contains("cache-control: private, max-age=31536000, immutable"), "{first}");
    let tag = first.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let again = get(&house, path, &format!("if-none-match: \"x\", W/{tag}\r\n"));
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    let other = get(&house, "/v1/jobs/1/pages/1.png", &format!("if-none-match: {tag}\r\n"));
    assert!(other.starts_with("HTTP/1.1 200"), "{other}");
    for wrong in ["1.png?width=0", "1.png?width=4097", "1.png?width=x", "1.tif?width=9"] {
        let refused = get(&house, &format!("/v1/jobs/1/pages/{wrong}"), "");
        assert!(refused.starts_with("HTTP/1.1 400"), "{wrong}: {refused}");
    }
}

#[test]
#[ignore = "needs pdfimages of poppler-utils"]
fn the_images_of_a_pdf_are_the_pages_pel_for_pel() {
    let house = House::open();
    let server = house.server();
    let mut doc = server.create_document(house.document(3));
    doc.set_fax_number("1");
    let id = doc.send().unwrap();
    let pdf = house.folder.path().join("fax.pdf");
    let mut file = std::fs::File::create(&pdf).unwrap();
    server.client().unwrap().document_pdf(id, &mut file).unwrap();
    let root = house.folder.path().join("page");
    let done = Command::new("pdfimages").arg("-png").arg(&pdf).arg(&root).status().unwrap();
    assert!(done.success());
    for number in 0..3_u32 {
        let file = std::fs::File::open(format!("{}-{number:03}.png", root.display())).unwrap();
        let mut decoder = png::Decoder::new(std::io::BufReader::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().unwrap();
        let mut octets = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut octets).unwrap();
        let samples = info.color_type.samples();
        let black: Vec<bool> =
            octets[..info.buffer_size()].chunks(samples).map(|pixel| pixel[0] < 128).collect();
        let page = house::page(number).to_bitmap().unwrap();
        let places = (0..page.rows()).flat_map(|y| (0..page.width()).map(move |x| (x, y)));
        let expected: Vec<bool> = places.map(|(x, y)| page.pel(x, y)).collect();
        assert!(black == expected, "page {number}");
    }
}

#[test]
fn documents_of_every_type_are_sent_alike_and_the_file_may_go_at_once() {
    let house = House::open();
    let server = house.server();
    let folder = house.folder.path();
    let mut picture = Vec::new();
    let mut encoder = png::Encoder::new(&mut picture, 100, 100);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[0; 10_000]).unwrap();
    let pdf = ferrofax::pages::pdf("a letter", &[house::page(3)]);
    let text = "Dear Ben,\r\nthe wheels are cut.\r\n".as_bytes();
    let files: [(&str, &[u8]); 4] =
        [("a.txt", text), ("b.pdf", &pdf), ("c.tif", &house::tiff(1)), ("d.png", &picture)];
    for (name, octets) in files {
        let path = folder.join(name);
        std::fs::write(&path, octets).unwrap();
        let mut doc = server.create_document(&path);
        doc.set_fax_number("1");
        let sent = doc.send();
        std::fs::remove_file(&path).unwrap();
        let id = sent.unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut tiff = Vec::new();
        server.client().unwrap().document_tiff(id, &mut tiff).unwrap();
        let pages = t4::tiff::read(&tiff).unwrap();
        assert_eq!(pages.len(), 1, "{name}");
        let page = pages[0].to_page().unwrap().0.to_bitmap().unwrap();
        assert!(page.as_packed().iter().any(|octet| *octet != 0), "{name} is an empty page");
    }
}

#[test]
fn a_locked_document_goes_with_its_password_and_not_without() {
    let house = House::open();
    let server = house.server();
    for (name, pdf) in
        [("old.pdf", cipher::rc4_40("secret")), ("new.pdf", cipher::aes_256("secret"))]
    {
        let path = house.folder.path().join(name);
        std::fs::write(&path, pdf).unwrap();
        let mut doc = server.create_document(&path);
        doc.set_fax_number("1");
        for (password, words) in [("", "give its password"), ("Secret", "does not open it")] {
            doc.set_password(password.to_owned());
            let error = doc.send().unwrap_err();
            assert_eq!(error.code(), Some(Code::EncryptedDocument), "{name}: {error}");
            assert!(error.to_string().contains(words), "{name}: {error}");
        }
        doc.set_password("secret".to_owned());
        let id = doc.send().unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut tiff = Vec::new();
        server.client().unwrap().document_tiff(id, &mut tiff).unwrap();
        let pages = t4::tiff::read(&tiff).unwrap();
        let page = pages[0].to_page().unwrap().0.to_bitmap().unwrap();
        assert!(page.as_packed().iter().any(|octet| *octet != 0), "{name} is an empty page");
    }
    assert_eq!(server.jobs().unwrap().count(), 2);
}
