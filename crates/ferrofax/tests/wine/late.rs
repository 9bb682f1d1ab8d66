//! The late-bound client: a VBScript made from the table and the plan.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::plan::{Outcome, Step, Value, World};
use crate::table::{Kind, Table};
use crate::wine::{Ran, wine};

/// What the script says before the steps: each check prints one line.
const HEAD: &str = r#"Option Explicit
Dim failures, got, number, words
failures = 0
Sub Row(name, good, seen)
  If good Then
    WScript.Echo "ok " & name & " = " & seen
  Else
    WScript.Echo "BAD " & name & ": " & seen
    failures = failures + 1
  End If
End Sub
Sub Took()
  number = Hex(Err.Number)
  words = Err.Description
  Err.Clear
End Sub
Sub Done(name)
  Took
  Row name, number = "0", "done " & number & " " & words
End Sub
Sub Fails(name, want)
  Took
  Row name, number = want And Len(words) > 10, number & " " & words
End Sub
Sub Equal(name, kind, want)
  Took
  Row name, number = "0" And VarType(got) = kind And CStr(got) = CStr(want), _
    got & " type " & VarType(got) & " " & number & " " & words & ", wanted " & want
End Sub
Sub Near(name, kind, want, width)
  Took
  Row name, number = "0" And VarType(got) = kind And Abs(CDbl(got) - want) < width, _
    CDbl(got) & " type " & VarType(got) & " " & number & " " & words & ", wanted " & want
End Sub
Sub Short(name)
  Took
  Row name, number = "0" And VarType(got) = 7 And CDbl(got) > 0 And CDbl(got) < 0.04, CDbl(got)
End Sub
Sub Kept(name, object, want)
  Took
  Row name, number = "0" And TypeName(object) = want, TypeName(object) & " " & number & " " & words
End Sub
"#;

/// The script that carries out a plan.
fn script(table: &Table, steps: &[Step]) -> String {
    let mut text = HEAD.to_owned();
    let kept = steps.iter().filter_map(|step| match step.result {
        Outcome::Kept(name, _) => Some(name),
        _ => None,
    });
    let objects: BTreeSet<&str> = kept.chain(["server", "tiff"]).collect();
    let objects: Vec<&str> = objects.into_iter().collect();
    writeln!(text, "Dim {}", objects.join(", ")).expect("text grows");
    for class in &table.registered {
        let object = if class.class == "FaxServer" { "server" } else { "tiff" };
        writeln!(text, "Set {object} = CreateObject(\"{}\")", class.version_independent_progid)
            .expect("text grows");
    }
    text.push_str("On Error Resume Next\n");
    for step in steps {
        lines(table, step, &mut text);
    }
    text.push_str("WScript.Quit 40 + failures\n");
    text
}

fn lines(table: &Table, step: &Step, text: &mut String) {
    let interface = table.interface(step.interface);
    let member = interface.member(step.member);
    let row = interface.row(member);
    let arguments: Vec<String> = step.arguments.iter().map(written).collect();
    let arguments = arguments.join(", ");
    // Names of members are not told apart by their case.
    let lower = member.slot.is_multiple_of(5);
    let name = if lower { member.name.to_lowercase() } else { member.name.clone() };
    let target = format!("{}.{name}", step.object);
    let call = match member.kind {
        Kind::Put => format!("{target} = {arguments}"),
        Kind::Putref => format!("Set {target} = {arguments}"),
        Kind::Method | Kind::Get => {
            let call = if arguments.is_empty() { target } else { format!("{target}({arguments})") };
            match (&step.result, member.params.iter().any(crate::table::Param::is_out)) {
                (Outcome::Kept(name, _), _) => format!("Set {name} = {call}"),
                (_, true) => format!("got = Empty : got = {call}"),
                (_, false) => call.replace('(', " ").replace(')', ""),
            }
        }
    };
    let kind = member.params.iter().find(|p| p.is_out()).map_or(0, crate::table::Param::vt);
    let check = match &step.result {
        Outcome::Done => format!("Done \"{row}\""),
        Outcome::Text(want) => format!("Equal \"{row}\", {kind}, {}", quoted(want)),
        Outcome::Number(want) => format!("Equal \"{row}\", {kind}, {want}"),
        Outcome::Around(want) => format!("Near \"{row}\", {kind}, {want}, 0.00003"),
        // Visual Basic shows the octets of a currency as ten-thousandths; VT_CY is 6.
        Outcome::Currency(want) => format!("Near \"{row}\", 6, {}.0, 1", want / 10_000),
        Outcome::Short => format!("Short \"{row}\""),
        Outcome::Kept(name, want) => format!("Kept \"{row}\", {name}, \"{want}\""),
        Outcome::Fails(want) => format!("Fails \"{row}\", \"{want:X}\""),
    };
    writeln!(text, "Err.Clear\n{call}\n{check}").expect("text grows");
}

fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Object(name) => (*name).to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Prints what a client said of each row and asserts that it met all of them and liked them.
pub(crate) fn assert_rows(how: &str, ran: &Ran) {
    let table = Table::load();
    let said = |mark: &str| {
        let lines = ran.said.lines().filter_map(|line| line.strip_prefix(mark));
        let rows = lines.filter_map(|line| line.split([' ', ':']).next());
        rows.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let bad: Vec<&str> = ran.said.lines().filter(|line| line.starts_with("BAD")).collect();
    assert!(bad.is_empty(), "{how}:\n{}", bad.join("\n"));
    assert_eq!(ran.code, Some(40), "{how} ended early:\n{}", ran.said);
    let met = said("ok ");
    let missing: Vec<String> = table.rows().into_iter().filter(|row| !met.contains(row)).collect();
    assert!(missing.is_empty(), "{how}: rows that nobody asked for: {missing:?}");
    assert_eq!(met.len(), table.rows().len(), "{how}");
    println!("{how}: {} rows", met.len());
    for row in table.rows() {
        let line = ran.said.lines().rfind(|line| line.starts_with(&format!("ok {row} ")));
        println!("  {}", line.unwrap_or_default().trim_start_matches("ok "));
    }
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn every_member_answers_a_script() {
    let wine = wine();
    let _registered = wine.registered();
    let world = World::make();
    let text = script(&Table::load(), &world.plan());
    let file = world.house.file("late.vbs", text.as_bytes());
    let client = world.house.client_file();
    let environment = [("FERROFAX_CLIENT_CONFIG", client.as_str()), ("TZ", "UTC")];
    let ran = wine.run(&["cscript", "//nologo", &file], &environment);
    assert_rows("late bound", &ran);
    world.assert_arrived();
}
