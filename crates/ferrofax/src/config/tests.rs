use super::*;
use crate::document::Program;

fn check(text: &str, expected: &str) {
    let error = Config::parse(text, Some(PathBuf::from("f.toml"))).expect_err("it is wrong");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_example_is_read() {
    let text = r#"
        data = "/var/lib/ferrofax"
        listen = "127.0.0.1:4501"
        stop_within = "1m30s"

        [[line]]
        name   = "trunk"
        listen = "127.0.0.1:5071"
        peer   = "127.0.0.1:5061"
        tsid   = "+1 555 0100"
        t38    = "invite"
        call_limit = "45m"
        store_in = "/srv/fax"
    "#;
    let config = Config::parse(text, Some(PathBuf::from("f.toml"))).unwrap();
    let mut line = LineConfig::named("trunk");
    line.listen.set_port(5071);
    line.peer.set_port(5061);
    line.tsid = "+1 555 0100".to_owned();
    line.t38 = T38Start::Invite;
    line.call_limit = Duration::from_secs(45 * 60);
    line.store_in = Some(PathBuf::from("/srv/fax"));
    assert_eq!(config.lines, [line]);
    assert_eq!(config.data, Path::new("/var/lib/ferrofax"));
    assert_eq!(config.stop_within, Duration::from_secs(90));
    assert_eq!(config.source("line.trunk.tsid"), Source::File);
    assert_eq!(config.source("line.trunk.csid"), Source::Default);
    let stop = config.origins.iter().find(|o| o.key == "stop_within").unwrap();
    assert_eq!((stop.value.as_str(), stop.source), ("1m30s", Source::File));
}

#[test]
fn header_lines_are_said_for_all_lines_or_for_one() {
    let text = r#"
        [header]
        middle = "{company}"

        [[line]]
        name = "north"
        listen = "127.0.0.1:5071"
        company = "North Ltd"
        header.right = "{page}/{pages}"

        [[line]]
        name = "south"
        header.middle = ""
    "#;
    let config = Config::parse(text, None).unwrap();
    let header = |line: usize| {
        let text = &config.lines[line].header.text;
        [&text.left, &text.middle, &text.right].map(ToString::to_string)
    };
    assert_eq!(header(0), ["{date} {time}", "{company}", "{page}/{pages}"]);
    assert_eq!(header(1), ["{date} {time}", "", "page {page} of {pages}"]);
    assert_eq!(config.lines[0].header.company, "North Ltd");
    assert_eq!(config.source("header.middle"), Source::File);
    assert_eq!(config.source("line.north.header.right"), Source::File);
}

#[test]
fn a_line_that_sends_without_saying_who_is_warned_of() {
    let warnings = |text: &str| Config::parse(text, None).unwrap().warnings();
    let [neither] = &warnings("")[..] else { panic!("one line, one warning") };
    assert!(neither.contains("set `tsid` and `company` of the line"), "{neither}");
    let [number] = &warnings("[[line]]\ncompany = \"Ada\"")[..] else { panic!("one warning") };
    assert!(number.starts_with("line line1 does not give its number"), "{number}");
    let [company] = &warnings("[[line]]\ntsid = \"555\"")[..] else { panic!("one warning") };
    assert!(company.starts_with("line line1 does not name its company"), "{company}");
    let both = "[[line]]\ntsid = \"555\"\ncompany = \"Ada\"\n";
    assert!(warnings(both).is_empty());
    let [header] = &warnings(&format!("{both}[line.header]\nleft = \"{{time}}\""))[..] else {
        panic!("one warning")
    };
    assert_eq!(
        header.split(": ").next(),
        Some("the header line of line line1 lacks {date}"),
        "{header}"
    );
    assert!(warnings("[[line]]\nsend = false").is_empty());
}

#[test]
fn no_file_is_needed() {
    let config = Config::parse("", None).unwrap();
    assert_eq!((config.file, config.lines.len()), (None, 1));
    assert!(config.listen.ip().is_loopback() && config.lines[0].listen.ip().is_loopback());
    assert!(config.origins.iter().all(|origin| origin.source == Source::Default));
}

#[test]
fn what_is_wrong_is_named_with_key_and_line() {
    check(
        "\nlisten = \"127.0.0.1:1\"\nlissten = 1\n",
        "f.toml:3: lissten: there is no key `lissten`, expected one of `data`, `covers`, \
         `listen`, `max_pages`, `max_document`, `stop_within`, `header`, `render`, `line`",
    );
    check(
        "listen = \"somewhere\"",
        "f.toml:1: listen: \"somewhere\" is not an IP address with a port, as 127.0.0.1:5060",
    );
    check(
        "listen = \"0.0.0.0:4500\"",
        "f.toml:1: listen: REST is served on loopback only for now; 0.0.0.0:4500 is not",
    );
    check(
        "max_pages = \"many\"",
        "f.toml:1: max_pages: invalid type: string \"many\", expected i64",
    );
    check("max_pages = 0", "f.toml:1: max_pages: 0 is not within 1 to 1000");
    check(
        "stop_within = \"90\"",
        "f.toml:1: stop_within: \"90\" is not a duration with a unit, as \"5m\" or \"90s\"",
    );
    check(
        "[[line]]\nname = \"a\"\npeer = \"127.0.0.1:0\"\n",
        "f.toml:3: line.a.peer: a peer has a port other than 0",
    );
    check(
        "[[line]]\nname = \"a\"\n[[line]]\nname = \"a\"\n",
        "f.toml:4: line.name: a is the name of two lines",
    );
    check(
        "[[line]]\nname = \"a\"\n[[line]]\nname = \"b\"\n",
        "f.toml:4: line.b.listen: 127.0.0.1:5070 is the address of two lines",
    );
    check(
        "[[line]]\ntsid = \"a far too long identity\"\n",
        "f.toml:2: line.line1.tsid: \"a far too long identity\" does not fit: 20 characters of \
         ASCII at most",
    );
    check(
        "[header]\nleft = \"{date}\"\nright = \"{side}\"\n",
        "f.toml:3: header.right: \"{side}\": there is no {side}; there are {date}, {time}, {name}, \
         {company}, {number}, {to}, {page}, {pages}",
    );
    check(
        "[[line]]\nheader.middle = \"{name\"\n",
        "f.toml:2: line.line1.header.middle: \"{name\": a { is not closed; to print one, write {{",
    );
    check(
        "[[line]]\nstore_in = \"fax\"\n",
        "f.toml:2: line.line1.store_in: \"fax\" is not a full path",
    );
    check(
        "[[line]]\ndriver = \"isdn\"\n",
        "f.toml:2: line.line1.driver: there is no driver \"isdn\"; there is \"sip\"",
    );
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let error = Config::load(Some(Path::new("/nowhere/ferrofax.toml"))).unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/ferrofax.toml: "), "{error}");
}

#[test]
fn what_the_renderer_may_use_is_read() {
    let text = "[render]\ntime = \"90s\"\nmemory = \"2GB\"\nworkers = 3\nghostscript = \"off\"\nlibreoffice = \"/opt/lo/soffice\"\n";
    let render = Config::parse(text, None).unwrap().render;
    let plain = RenderConfig::default();
    assert_eq!((render.time, render.cpu), (Duration::from_secs(90), plain.cpu));
    assert_eq!((render.memory, render.output), (2 << 30, plain.output));
    assert_eq!((render.workers, render.image), (3, None));
    assert_eq!(render.ghostscript, Program::Off);
    assert_eq!(render.libreoffice, Program::At(PathBuf::from("/opt/lo/soffice")));
    check(
        "[render]\ntime = \"1500ms\"",
        "f.toml:2: render.time: \"1500ms\" is not a whole number of seconds above 0",
    );
    check(
        "[render]\nmemory = \"1MB\"",
        "f.toml:2: render.memory: \"1MB\" is too little to draw anything; give at least \"128MB\"",
    );
    check("[render]\nworkers = 0", "f.toml:2: render.workers: 0 is not within 1 to 256");
    check(
        "[render]\nghostscript = \"gs\"",
        "f.toml:2: render.ghostscript: \"gs\" is neither a full path nor \"auto\" nor \"off\"",
    );
    check(
        "[render]\nimage = \"/bin/true\"",
        "f.toml:2: image: there is no key `image`, expected one of `time`, `cpu`, `memory`, `output`, `workers`, `ghostscript`, `libreoffice`",
    );
}
