//! Cover pages through real calls: each template with short and long values, in several scripts, and
//! with values that would be code if they were not data.

use std::path::Path;

use serde_json::Value;
use t4::{Bitmap, tiff};

use crate::whole::{says, serve_calls};

/// Calls at once.
const CALLS: u32 = 3;

/// What stands on a cover page: recipient, company of the sender, subject, note, address.
const VALUES: [(&str, [&str; 5]); 5] = [
    ("short", ["Ben", "Engines", "Wheels", "As we said.", "1 Mill Lane"]),
    (
        "long",
        [
            "Benjamin Theophilus Featherstonehaugh-Cholmondeley of Wolfeschlegelsteinhausenbergerdorff",
            "The Analytical and Difference Engines, Wheels, Cams and Cards Company of Leeds and London",
            "Concerning the wheels that were to be cut for the second mill and were cut for the third",
            "",
            "The Old Counting House\nbehind the Third Mill\nat the End of the Lane\nNear the Canal",
        ],
    ),
    (
        "arabic",
        ["السيد أحمد بن يوسف", "شركة المحركات", "العجلات", "كما اتفقنا، في يوم 7.", "شارع النهر ١٢"],
    ),
    (
        "cjk",
        [
            "山田太郎",
            "机械制造有限公司",
            "바퀴에 대하여",
            "合意したとおりです。\n谢谢。",
            "東京都千代田区",
        ],
    ),
    (
        "hostile",
        [
            "#read(\"/etc/passwd\") *bold*",
            "#panic(\"no\") $x^2$ <label> @ref",
            "= heading #import \"x\": *",
            "`#eval(\"1\")` #while true { }\n/* not a comment */ // nor this\n- no list\n\\ \\u{41}",
            "#set page(width: 1pt) ]]] }}} ))) #{",
        ],
    ),
];

/// Sends a cover alone, stays until it is confirmed, and gives its pages.
fn send(folder: &Path, template: &str, (name, texts): (&str, [&str; 5])) -> Vec<Bitmap> {
    let [recipient, company, subject, note, address] = texts;
    let long = "All of the wheels were cut as they were drawn. ".repeat(43);
    let note = if note.is_empty() { &long } else { note };
    let address = format!("recipient_address={address}");
    let order = ["--json", "send", "--wait", "--to", "555", "--cover", template];
    let texts = ["--recipient", recipient, "--company", company, "--subject", subject];
    let more = ["--note", note, "--field", &address];
    let said = says(folder, &[&order[..], &texts, &more].concat(), 0);
    let sent: Value = serde_json::from_str(&said).unwrap();
    let id = sent["id"].to_string();
    pages(folder, &["job", &id, "pages"], &format!("{template}-{name}"))
}

/// The pages that a command saves.
fn pages(folder: &Path, command: &[&str], name: &str) -> Vec<Bitmap> {
    let file = format!("{name}.tif");
    says(folder, &[command, &["--output", &file]].concat(), 0);
    let octets = std::fs::read(folder.join(file)).unwrap();
    let pages = tiff::read(&octets).unwrap();
    pages.iter().map(|page| page.to_page().unwrap().0.to_bitmap().unwrap()).collect()
}

#[test]
fn covers_arrive_as_they_were_drawn_whatever_stands_on_them() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let _serve = serve_calls(here, CALLS);
    // The line above a page would have the time of the call in it.
    says(here, &["server", "branding=false"], 0);
    let sent: Vec<Vec<Bitmap>> = std::thread::scope(|scope| {
        let orders =
            ["standard", "plain"].iter().flat_map(|template| VALUES.map(|v| (template, v)));
        let calls: Vec<_> =
            orders.map(|(template, v)| scope.spawn(move || send(here, template, v))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let inbox: Value = serde_json::from_str(&says(here, &["inbox", "--json"], 0)).unwrap();
    let complete = inbox["faxes"].as_array().unwrap().iter().filter(|fax| fax["complete"] == true);
    let ids = complete.map(|fax| fax["id"].to_string());
    let mut received: Vec<_> =
        ids.map(|id| pages(here, &["inbox", "get", &id], &format!("received-{id}"))).collect();
    for (number, cover) in sent.iter().enumerate() {
        let place = received.iter().position(|fax| fax == cover);
        received.swap_remove(place.unwrap_or_else(|| panic!("cover {number} did not arrive")));
        let black: u32 = cover[0].as_packed().iter().map(|octet| octet.count_ones()).sum();
        assert!(black > 10_000, "cover {number} shows next to nothing: {black} black pels");
    }
}
