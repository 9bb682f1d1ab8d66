//! The commands of the binary: what they print and how they end.

use std::process::{Command, Output};

use serde_json::Value;

use crate::house::House;

/// Runs the binary against a house, with nothing of this account's settings.
fn ferrofax(house: &House, arguments: &[&str]) -> Output {
    command(house).arg("--json").args(arguments).output().unwrap()
}

fn command(house: &House) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ferrofax"));
    command
        .current_dir(house.folder.path())
        .env_clear()
        .env("HOME", house.folder.path())
        .env("FERROFAX_SERVER", house.url())
        .env("FERROFAX_TOKEN", &house.token);
    command
}

/// Runs a command that must succeed and gives what it printed.
fn good(house: &House, arguments: &[&str]) -> Value {
    let output = ferrofax(house, arguments);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {words}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs a command that must end with `code` and say `words`.
fn check(command: &mut Command, code: i32, words: &str) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words), "{said}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

#[test]
fn a_job_goes_through_the_commands_as_json() {
    let house = House::open();
    house.document(2);
    let sent = good(&house, &["send", "letter-2.tif", "--to", "+1 555", "--recipient", "Ben"]);
    assert_eq!(sent["id"], 1);
    assert_eq!(sent["page_count"], 2);

    let jobs = good(&house, &["jobs"]);
    assert_eq!(jobs["count"], 1);
    assert_eq!(jobs["jobs"][0]["recipient_name"], "Ben");
    assert_eq!(jobs["jobs"][0]["queue_status"], "Pending");
    assert_eq!(good(&house, &["jobs", "--limit", "0"])["jobs"], Value::Array(vec![]));

    assert_eq!(good(&house, &["job", "1", "pause"])["queue_status"], "Paused");
    assert_eq!(good(&house, &["job", "1", "resume"])["queue_status"], "Pending");
    let shown = good(&house, &["job", "1"]);
    assert_eq!(shown["job"]["fax_number"], "+1 555");
    assert_eq!(shown["attempts"], Value::Array(vec![]));

    let saved = good(&house, &["job", "1", "pages"]);
    assert_eq!(saved["file"], "job-1.tif");
    let tiff = std::fs::read(house.folder.path().join("job-1.tif")).unwrap();
    assert_eq!(saved["octets"], tiff.len());
    assert_eq!(t4::tiff::read(&tiff).unwrap().len(), 2);

    let pictures = good(&house, &["job", "1", "pages", "--png", "out", "--width", "90"]);
    assert_eq!(pictures[1]["file"], "out/page-002.png");
    good(&house, &["job", "1", "pages", "--output", "1.pdf"]);
    let pdf = std::fs::read(house.folder.path().join("1.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));

    assert_eq!(good(&house, &["job", "1", "cancel"])["state"], "canceled");
    assert_eq!(good(&house, &["jobs"])["count"], 0);
    assert_eq!(good(&house, &["inbox"])["count"], 0);
    assert_eq!(good(&house, &["ports"])["ports"][0]["name"], "trunk");
}

#[test]
fn tables_are_for_people() {
    let house = House::open();
    house.document(1);
    let text = |arguments: &[&str]| {
        let output = command(&house).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(text(&["jobs"]), "the queue is empty\n");
    assert_eq!(text(&["inbox"]), "no fax was received\n");
    let sent = text(&["send", "letter-1.tif", "--to", "555", "--recipient", "Ben"]);
    assert!(sent.starts_with("job 1: 1 page to 555, Pending"), "{sent}");
    let jobs = text(&["jobs"]);
    let expected = "\
ID  TYPE  STATUS   DEVICE   PAGES  NUMBER  RECIPIENT  USER  NAME
1   send  Pending  Unknown  0/1    555     Ben        ada   letter-1.tif
";
    assert_eq!(jobs, expected);
    let ports = text(&["ports"]);
    assert!(ports.contains("trunk") && ports.contains("+1 555 0100 (file)"), "{ports}");
}

#[test]
fn what_went_wrong_is_in_the_exit_code_and_in_words() {
    let house = House::open();
    house.document(1);
    let run = |arguments: &[&str]| {
        let mut command = command(&house);
        command.args(arguments);
        command
    };
    check(&mut run(&["job", "7"]), 1, "there is no job 7");
    check(&mut run(&["job", "7", "ladder"]), 1, "there is no job 7");
    check(&mut run(&["send", "no.tif", "--to", "1"]), 1, "no.tif does not exist");
    check(&mut run(&["send", "letter-1.tif", "--to", "call me"]), 1, "'c' cannot be dialled");
    check(&mut run(&["send", "letter-1.tif", "--to", ""]), 1, "no fax number was given");
    check(&mut run(&["inbox", "get", "7"]), 1, "there is no");
    check(&mut run(&["send", "letter-1.tif"]), 2, "--to");
    check(&mut run(&["send", "letter-1.tif", "--to", "1", "--colour"]), 2, "--colour");
    check(&mut run(&["--config", "no.toml", "jobs"]), 2, "no.toml");
    check(&mut run(&["--server", "a b", "jobs"]), 2, "is not a server name");
    check(run(&["jobs"]).env("FERROFAX_SERVER", "http://127.0.0.1:1"), 3, "nobody listens there");
    check(run(&["jobs"]).env("FERROFAX_TOKEN", "wrong"), 4, "nobody has this token");
    check(run(&["jobs"]).env_remove("FERROFAX_TOKEN"), 4, "no token for it was found; looked in");
    good(&house, &["send", "letter-1.tif", "--to", "1"]);
    check(&mut run(&["job", "1", "ladder"]), 1, "job 1 was in no call yet");
    check(&mut run(&["job", "1", "restart"]), 1, "cannot be restarted");
}

#[test]
fn a_client_finds_the_token_in_the_data_folder_that_the_configuration_names() {
    let house = House::open();
    let data = house.folder.path().join("elsewhere");
    std::fs::create_dir(&data).unwrap();
    let client = format!("server = {:?}\ntoken = {:?}\n", house.url(), house.token);
    std::fs::write(data.join("client.toml"), client).unwrap();
    let config = house.folder.path().join("my.toml");
    std::fs::write(&config, format!("data = {data:?}\n")).unwrap();
    let clean = || {
        let mut command = command(&house);
        command.env_remove("FERROFAX_SERVER").env_remove("FERROFAX_TOKEN");
        command
    };
    let by_argument = clean().arg("jobs").arg("--config").arg(&config).output().unwrap();
    assert_eq!(by_argument.status.code(), Some(0), "{by_argument:?}");
    let by_variable = clean().arg("jobs").env("FERROFAX_CONFIG", &config).output().unwrap();
    assert_eq!(by_variable.status.code(), Some(0), "{by_variable:?}");
}

#[test]
fn properties_are_shown_and_set() {
    let house = House::open();
    let all = good(&house, &["server"]);
    assert_eq!((&all["user"], &all["properties"]["retries"]), (&"ada".into(), &3.into()));
    let set = ["server", "retries=0", "pause_server_queue=yes", "archive_directory=/srv/a b"];
    let all = good(&house, &set);
    let properties = &all["properties"];
    assert_eq!(
        (&properties["retries"], &properties["pause_server_queue"]),
        (&0.into(), &true.into())
    );
    assert_eq!(properties["archive_directory"], "/srv/a b");

    let port = good(&house, &["port", "1", "rings=5", "tsid=", "send=off"]);
    assert_eq!(
        (&port["rings"], &port["tsid"], &port["send"]),
        (&5.into(), &"".into(), &false.into())
    );
    assert_eq!(good(&house, &["port", "1"]), port);

    let text = |arguments: &[&str]| {
        let output = command(&house).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let server = text(&["server"]);
    assert!(server.starts_with("PROPERTY "), "{server}");
    let row = server.lines().find(|line| line.starts_with("retries ")).unwrap();
    assert!(row.contains(" 0 ") && row.contains("0 to 99"), "{server}");
    let port = text(&["port", "1"]);
    assert!(port.starts_with("line 1: trunk, Available\n"), "{port}");
    let row = port.lines().find(|line| line.starts_with("rings ")).unwrap();
    assert!(row.contains(" 5 ") && row.contains(" database "), "{port}");

    let run = |arguments: &[&str]| {
        let mut command = command(&house);
        command.args(arguments);
        command
    };
    check(&mut run(&["server", "retries=100"]), 1, "retries is 0 to 99");
    check(&mut run(&["server", "retries"]), 2, "NAME=VALUE");
    check(&mut run(&["server", "colour=red"]), 2, "there is no property \"colour\"");
    check(&mut run(&["port", "1", "priority=2"]), 1, "priority is 1 to 1");
    check(&mut run(&["port", "9"]), 1, "there is no line 9");
    check(&mut run(&["port", "9", "rings=1"]), 1, "there is no line 9");
}

#[test]
fn tokens_are_made_and_removed_beside_a_running_server() {
    let house = House::open();
    let config = house.folder.path().join("my.toml");
    std::fs::write(&config, format!("data = {:?}\n", house.folder.path())).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = command(&house);
        command.args(["--config", "my.toml", "token"]).args(arguments);
        command.env_remove("FERROFAX_SERVER").env_remove("FERROFAX_TOKEN");
        command
    };
    let text = |arguments: &[&str]| {
        let output = run(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let token = text(&["add", "max", "--rights", "job_query"]);
    let mut max = command(&house);
    max.env("FERROFAX_TOKEN", token.trim_end());
    check(max.arg("server"), 4, "max does not have the right config_query");
    let token = text(&["add", "eve", "--rights", "job_query,config_query"]);
    assert_eq!(token.trim_end().len(), 64, "{token}");
    let list = text(&["list"]);
    let row = |name: &str| list.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(row("ada").ends_with("  all"), "{list}");
    assert!(row("eve").ends_with("  job_query, config_query"), "{list}");
    assert!(!list.contains(token.trim_end()), "{list}");

    // The server knows it at once, and what it is not for.
    let mut eve = command(&house);
    eve.env("FERROFAX_TOKEN", token.trim_end());
    assert_eq!(eve.args(["jobs"]).output().unwrap().status.code(), Some(0));
    let mut eve = command(&house);
    eve.env("FERROFAX_TOKEN", token.trim_end());
    check(eve.args(["server", "retries=1"]), 4, "eve does not have the right config_set");

    // What was done is not called refused because the result may not be seen.
    let kim_token = text(&["add", "kim", "--rights", "config_set,port_set"]);
    for arguments in [&["server", "retries=7"][..], &["routing", "1", "folder", "off"]] {
        let mut kim = command(&house);
        let output =
            kim.env("FERROFAX_TOKEN", kim_token.trim_end()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    assert_eq!(good(&house, &["server"])["properties"]["retries"], 7);

    assert_eq!(text(&["remove", "eve"]), "removed 1 of eve\n");
    let mut eve = command(&house);
    eve.env("FERROFAX_TOKEN", token.trim_end());
    check(eve.arg("jobs"), 4, "nobody has this token");
    check(&mut run(&["remove", "eve"]), 1, "eve has no token here");
    check(&mut run(&["add", "eve", "--rights", "fly"]), 2, "job_submit, job_query");
    check(&mut run(&["add", ""]), 1, "the user's name has 1 to 64 characters");
    check(run(&["list"]).args(["--server", "elsewhere"]), 2, "where it runs");
    let nowhere = house.folder.path().join("nowhere");
    std::fs::write(&config, format!("data = {nowhere:?}\n")).unwrap();
    check(&mut run(&["list"]), 1, "nowhere is not there");
    assert!(!nowhere.exists());
}

#[test]
fn check_config_names_the_file_the_line_and_the_key() {
    let house = House::open();
    let config = house.folder.path().join("my.toml");
    let run = || {
        let mut command = command(&house);
        command.args(["check-config", "--config", "my.toml"]);
        command
    };
    std::fs::write(&config, "max_pages = 7\n").unwrap();
    let good = run().arg("--json").output().unwrap();
    let values: Value = serde_json::from_slice(&good.stdout).unwrap();
    let of = |key: &str| {
        let rows = values["values"].as_array().unwrap();
        rows.iter().find(|row| row["key"] == key).unwrap()["source"].clone()
    };
    assert_eq!((of("max_pages"), of("listen")), ("file".into(), "default".into()));
    let warning = "line line1 does not say who sends";
    assert!(values["warnings"][0].as_str().unwrap().starts_with(warning), "{values}");
    assert!(String::from_utf8_lossy(&good.stderr).contains(warning), "{good:?}");
    assert_eq!(good.status.code(), Some(0));
    std::fs::write(&config, "[[line]]\ntsid = \"555 0100\"\ncompany = \"Ada\"\n").unwrap();
    let known = run().arg("--json").output().unwrap();
    let known: Value = serde_json::from_slice(&known.stdout).unwrap();
    assert_eq!(known["warnings"], Value::Array(Vec::new()));
    std::fs::write(&config, "max_pages = 7\nmax_pagse = 8\n").unwrap();
    check(&mut run(), 2, "my.toml:2: ");
}

#[test]
fn the_routing_of_a_line_is_shown_and_changed() {
    let house = House::open();
    let text = |arguments: &[&str]| {
        let output = command(&house).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let expected = "\
line 1: trunk

METHOD  ON   TARGET                        NOTE
email   off                                this server cannot do it yet; faxes stay in the inbox
folder  off  received, in the data folder
print   off                                this server cannot do it yet; faxes stay in the inbox
";
    assert_eq!(text(&["routing", "1"]), expected);
    assert!(text(&["ports"]).contains("  inbox\n"));
    let out = house.folder.path().join("out");
    let out = out.to_str().unwrap();
    let set = good(&house, &["routing", "1", "folder", "on", out]);
    assert_eq!(set["methods"][1]["target"], out);
    assert_eq!(set["methods"][1]["enable"], true);
    let off = good(&house, &["routing", "1", "folder", "off"]);
    assert_eq!(
        (&off["methods"][1]["target"], &off["methods"][1]["enable"]),
        (&out.into(), &false.into())
    );
    good(&house, &["routing", "1", "folder", "on", ""]);
    good(&house, &["routing", "1", "email", "on", "ada@example.org"]);
    assert!(text(&["ports"]).contains("inbox, email (not yet), folder"));

    let run = |arguments: &[&str]| {
        let mut command = command(&house);
        command.args(arguments);
        command
    };
    check(&mut run(&["routing", "7"]), 1, "there is no line 7");
    check(&mut run(&["routing", "1", "folder"]), 2, "SWITCH");
    check(&mut run(&["routing", "1", "fax", "on"]), 2, "fax");
    check(&mut run(&["routing", "1", "folder", "on", "fax"]), 1, "is a full path on the server");
}

#[test]
fn covers_are_listed_seen_and_sent() {
    let house = House::open();
    house.document(1);
    house.cover("house", "#fax.recipient.city");
    let covers = good(&house, &["cover"]);
    assert_eq!(covers["covers"][0], serde_json::json!({ "name": "house", "shipped": false }));
    good(&house, &["cover", "preview", "house", "--width", "100", "-o", "house.png"]);
    assert!(house.folder.path().join("house.png").exists());
    let send = ["send", "letter-1.tif", "--to", "1", "--field", "recipient_city=Rome", "--cover"];
    assert_eq!(good(&house, &[&send[..], &["house"]].concat())["cover_pages"], 1);
    assert_eq!(good(&house, &["send", "--to", "1", "--cover"])["page_count"], 1);
    let run = |arguments: &[&str]| {
        let mut command = command(&house);
        command.args(arguments);
        command
    };
    check(&mut run(&["send", "--to", "1"]), 2, "FILE");
    check(&mut run(&["send", "--to", "1", "--cover", "fyi"]), 1, "there is none named");
    let unknown = ["send", "--to", "1", "--cover", "--field", "colour=red"];
    check(&mut run(&unknown), 2, "it knows recipient_company");
}
