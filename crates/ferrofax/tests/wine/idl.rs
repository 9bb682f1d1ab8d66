//! The DLL's interface definition, held against the table.

use std::collections::BTreeMap;

use crate::table::{Kind, Table};

/// `[attributes] keyword name : base { body }`, or `[attributes] type name(parameters);`.
#[derive(Debug)]
struct Item {
    attributes: Vec<String>,
    words: Vec<String>,
    body: String,
}

fn idl() -> String {
    let path = crate::root().join("crates/faxcom-dll/idl/faxcom.idl");
    let text = std::fs::read_to_string(path).expect("the IDL is there");
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The items of a body, whatever they are.
fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['[', '{', '(', ';']) {
        let (attributes, after) =
            match rest[..end].trim().is_empty() && rest[end..].starts_with('[') {
                true => enclosed(&rest[end..], '[', ']'),
                false => ("", rest),
            };
        let Some(end) = after.find(['{', '(', ';']) else { break };
        let (body, next) = match &after[end..=end] {
            "{" => enclosed(&after[end..], '{', '}'),
            "(" => enclosed(&after[end..], '(', ')'),
            _ => ("", &after[end..]),
        };
        items.push(Item {
            attributes: parts(attributes),
            words: after[..end].split_whitespace().map(str::to_owned).collect(),
            body: body.to_owned(),
        });
        rest = next.trim_start().strip_prefix(';').unwrap_or(next);
    }
    items
}

/// What stands between the first `open` and its `close`, and what follows.
fn enclosed(text: &str, open: char, close: char) -> (&str, &str) {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == open) - i32::from(c == close);
        if depth == 0 {
            return (&text[1..at], &text[at + 1..]);
        }
    }
    panic!("{open} without {close}");
}

/// Splits at the commas that are in no bracket.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        depth += i32::from("([".contains(c)) - i32::from(")]".contains(c));
        match (c, depth) {
            (',', 0) => parts.push(String::new()),
            _ => parts.last_mut().expect("one at least").push(c),
        }
    }
    let trimmed = parts.iter().map(|part| part.trim().to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

impl Item {
    /// `17` of `id(17)`.
    fn attribute(&self, name: &str) -> Option<&str> {
        let values = self.attributes.iter().map(|text| text.strip_prefix(name));
        let inner = |text: &'_ str| text.trim().strip_prefix('(').is_some();
        let value = values.flatten().find(|text| inner(text))?.trim();
        Some(value.trim_start_matches('(').trim_end_matches(')').trim().trim_matches('"'))
    }

    fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|text| text == attribute)
    }

    fn word(&self, place: usize) -> &str {
        self.words.get(place).map_or("", |word| word.trim_end_matches(':'))
    }

    fn kind(&self) -> Kind {
        match () {
            () if self.has("propget") => Kind::Get,
            () if self.has("propput") => Kind::Put,
            () if self.has("propputref") => Kind::Putref,
            () => Kind::Method,
        }
    }

    /// `in BSTR ServerName` of each parameter, with as many blanks.
    fn params(&self) -> Vec<String> {
        let each = parts(&self.body).into_iter().map(|text| {
            let (dir, rest) = match text.starts_with('[') {
                true => enclosed(&text, '[', ']'),
                false => ("", text.as_str()),
            };
            let rest = rest.replace('*', " * ");
            let words: Vec<&str> = rest.split_whitespace().collect();
            let (name, idl) = words.split_last().expect("a parameter has a name");
            format!("{} {} {name}", dir.replace(' ', ""), idl.concat())
        });
        each.filter(|text| text.trim() != "void").collect()
    }
}

/// The interfaces by name; those without a body were only announced.
fn defined<'a>(items: &'a [Item], keyword: &str) -> BTreeMap<&'a str, &'a Item> {
    let defined = items.iter().filter(|i| i.word(0) == keyword && !i.body.is_empty());
    defined.map(|item| (item.word(1), item)).collect()
}

#[test]
fn the_idl_agrees_with_the_table_in_every_slot() {
    let (table, text) = (Table::load(), idl());
    let outer = items(&text);
    let library = outer.iter().find(|item| item.word(0) == "library").expect("a library");
    assert_eq!(library.word(1), table.library.name);
    let uuid = |item: &Item| item.attribute("uuid").map(str::to_ascii_uppercase);
    assert_eq!(uuid(library).as_deref(), Some(table.library.libid.as_str()));
    assert_eq!(library.attribute("version"), Some(table.library.version.as_str()));
    assert_eq!(library.attribute("helpstring"), Some(table.library.helpstring.as_str()));

    let mut all = items(&library.body);
    all.extend(outer);
    let (interfaces, classes) = (defined(&all, "interface"), defined(&all, "coclass"));
    let ours = |name: &&&str| name.starts_with("IFax");
    assert_eq!(interfaces.keys().filter(ours).count(), table.interfaces.len());
    assert_eq!(classes.len(), table.interfaces.len());
    let mut rows = 0;
    for wanted in &table.interfaces {
        let name = &wanted.name;
        let found = interfaces.get(name.as_str()).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(uuid(found).as_deref(), Some(wanted.iid.as_str()), "{name}");
        assert!(found.has("object") && found.has("dual"), "{name}: {:?}", found.attributes);
        assert!(!found.has("oleautomation") && !found.has("nonextensible"), "{name}");
        assert_eq!(found.words.last().map(String::as_str), Some("IDispatch"), "{name}");
        let members = items(&found.body);
        assert_eq!(members.len(), wanted.members.len(), "{name}");
        for (wanted_member, member) in wanted.members.iter().zip(&members) {
            let row = wanted.row(wanted_member);
            let params = wanted_member.params.iter();
            let params: Vec<String> =
                params.map(|p| format!("{} {} {}", p.dir, p.idl, p.name)).collect();
            let is = (member.word(1), member.attribute("id"), member.kind(), member.params());
            let id = wanted_member.dispid.to_string();
            let should =
                (wanted_member.name.as_str(), Some(id.as_str()), wanted_member.kind, params);
            assert_eq!(is, should, "{row}");
            assert_eq!(member.word(0), "HRESULT", "{row}");
            rows += 1;
        }
        let class = classes.get(wanted.coclass.as_str()).expect("its class");
        assert_eq!(uuid(class).as_deref(), Some(wanted.clsid.as_str()), "{}", wanted.coclass);
        let default = items(&class.body);
        assert!(default.len() == 1 && default[0].has("default") && default[0].word(1) == name);
    }
    assert_eq!(rows, 185);
}

#[test]
fn the_manifest_agrees_with_the_table() {
    let path = crate::root().join("crates/faxcom-dll/Ferrofax.Faxcom.manifest");
    let text = std::fs::read_to_string(path).expect("the manifest is there");
    let table = Table::load();
    // Each element alone, its words one blank apart.
    let elements: Vec<String> = text
        .split('<')
        .map(|element| element.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let has = |what: &[String]| {
        let found = elements.iter().any(|element| what.iter().all(|word| element.contains(word)));
        assert!(found, "the manifest has no element with {what:?}");
    };
    let library = format!("tlbid=\"{{{}}}\"", table.library.libid);
    has(&["typelib".into(), library.clone(), format!("version=\"{}\"", table.library.version)]);
    assert_eq!(text.matches("<comClass").count(), table.registered.len());
    for class in &table.registered {
        has(&[
            "comClass".into(),
            format!("clsid=\"{{{}}}\"", class.clsid),
            format!("description=\"{}\"", class.description),
            format!("threadingModel=\"{}\"", table.threading_model),
            format!("progid=\"{}\"", class.progid),
            library.clone(),
        ]);
        has(&[format!("progid>{}", class.version_independent_progid)]);
    }
    for interface in &table.interfaces {
        has(&[
            "comInterfaceExternalProxyStub".into(),
            format!("name=\"{}\"", interface.name),
            format!("iid=\"{{{}}}\"", interface.iid),
            format!("numMethods=\"{}\"", 7 + interface.members.len()),
        ]);
    }
}
