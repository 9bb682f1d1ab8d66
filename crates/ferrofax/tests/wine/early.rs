//! The early-bound client: a C program made from the table and the plan. It knows slots, ids and
//! types from the table alone and uses no header of ours.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::late::assert_rows;
use crate::plan::{Outcome, Step, Value, World};
use crate::table::{Member, Table};
use crate::wine::{compile, windows_path, wine};

/// How the program calls by offset; the steps follow.
const HEAD: &str = include_str!("programs/early.h");

fn program(table: &Table, steps: &[Step]) -> String {
    let mut text = HEAD.to_owned();
    for interface in &table.interfaces {
        writeln!(text, "static const GUID IID_of_{} = {};", interface.name, guid(&interface.iid))
            .expect("text grows");
    }
    let kept: BTreeSet<(&str, &str)> = steps.iter().filter_map(kept).collect();
    let kept: Vec<(&str, &str)> = kept.into_iter().collect();
    text.push_str("int wmain(void)\n{\n    begin();\n");
    for (name, _) in kept.iter().chain(&[("server", ""), ("tiff", "")]) {
        writeln!(text, "    void *{name} = NULL;").expect("text grows");
    }
    for class in &table.registered {
        let object = if class.class == "FaxServer" { "server" } else { "tiff" };
        let clsid = guid(&class.clsid);
        writeln!(text, "    {object} = create((GUID){clsid}, &IID_of_I{});", class.class)
            .expect("text grows");
    }
    for step in steps {
        lines(table, step, &mut text);
    }
    // The server goes first: what came from it lives on.
    for object in ["server", "tiff"].into_iter().chain(kept.iter().map(|k| k.0)) {
        writeln!(text, "    release({object});").expect("text grows");
    }
    text.push_str("    return finish();\n}\n");
    text
}

fn kept(step: &Step) -> Option<(&'static str, &'static str)> {
    match step.result {
        Outcome::Kept(name, interface) => Some((name, interface)),
        _ => None,
    }
}

/// `{0xd73733c7, 0xcc80, 0x11d0, {0xb2, ...}}`.
fn guid(text: &str) -> String {
    let digits: String = text.chars().filter(|&c| c != '-').collect();
    let octets: Vec<String> =
        (16..32).step_by(2).map(|at| format!("0x{}", &digits[at..at + 2])).collect();
    format!(
        "{{0x{}, 0x{}, 0x{}, {{{}}}}}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        octets.join(", ")
    )
}

/// The function of the head that calls with these parameters, by its letters.
fn caller(member: &Member) -> String {
    let letter = |param: &crate::table::Param| match param.vt() {
        _ if param.is_out() => 'p',
        2 => 's',
        3 | 22 => 'l',
        8 => 'b',
        9 => 'd',
        other => panic!("nothing passes a {other}"),
    };
    format!("call_{}", member.params.iter().map(letter).collect::<String>())
}

fn lines(table: &Table, step: &Step, text: &mut String) {
    let interface = table.interface(step.interface);
    let member = interface.member(step.member);
    let row = interface.row(member);
    let arguments: Vec<String> = step.arguments.iter().map(written).collect();
    let call = |out: Option<&str>| {
        let object = step.object.to_owned();
        let all = [object, member.slot.to_string()].into_iter().chain(arguments.iter().cloned());
        let all: Vec<String> = all.chain(out.map(str::to_owned)).collect();
        format!("{}({})", caller(member), all.join(", "))
    };
    let out = member.params.iter().find(|param| param.is_out());
    let Some(out) = out else {
        let want = if let Outcome::Fails(want) = step.result { want } else { 0 };
        writeln!(text, "    result(\"{row}\", {}, 0x{want:x});", call(None)).expect("text grows");
        return;
    };
    writeln!(text, "    result(\"{row} NULL\", {}, E_POINTER);", call(Some("NULL")))
        .expect("text grows");
    let (kind, empty) = match out.vt() {
        2 => ("SHORT", "0x5555"),
        3 => ("LONG", "0x55555555"),
        7 => ("DATE", "-1"),
        8 => ("BSTR", "NULL"),
        _ => ("VARIANT", "{0}"),
    };
    let check = match &step.result {
        Outcome::Text(want) => format!("text(\"{row}\", hr, v, {});", wide(want)),
        Outcome::Number(want) => format!("number(\"{row}\", hr, v, {want});"),
        Outcome::Around(want) => format!("around(\"{row}\", hr, v, {want:?}, 0.00003);"),
        Outcome::Short => format!("around(\"{row}\", hr, v, 0.02, 0.0199999);"),
        Outcome::Currency(want) => format!("currency(\"{row}\", hr, v, {want}LL);"),
        Outcome::Kept(name, interface) => {
            format!("{name} = object(\"{row}\", hr, v, &IID_of_{interface});")
        }
        Outcome::Fails(want) => format!("result(\"{row}\", hr, 0x{want:x}); (void)v;"),
        Outcome::Done => panic!("{row} gives something"),
    };
    writeln!(text, "    {{ {kind} v = {empty}; HRESULT hr = {}; {check} }}", call(Some("&v")))
        .expect("text grows");
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("bstr({})", wide(text)),
        Value::Number(number) => number.to_string(),
        Value::Object(name) => (*name).to_owned(),
    }
}

fn wide(text: &str) -> String {
    format!("L\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn every_slot_answers_a_compiled_program() {
    let wine = wine();
    let _registered = wine.registered();
    let world = World::make();
    let source = world.house.path("early.c");
    std::fs::write(&source, program(&Table::load(), &world.plan())).expect("written");
    let program = world.house.path("early.exe");
    compile(&[&source], &program, &[]);
    let client = world.house.client_file();
    let environment = [("FERROFAX_CLIENT_CONFIG", client.as_str()), ("TZ", "UTC")];
    let ran = wine.run(&[&windows_path(&program)], &environment);
    assert_rows("early bound", &ran);
    world.assert_arrived();
}
