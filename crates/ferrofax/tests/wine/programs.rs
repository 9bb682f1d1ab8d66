//! Small compiled programs: the type library, apartments, and what stays behind.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use crate::house::House;
use crate::table::Table;
use crate::wine::{compile, dll, kept, windows_path, wine};

/// Compiles and runs `programs/NAME.c`; what it said.
fn run(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    run_in(&kept(), name, arguments, environment)
}

/// As [`run`], from a folder where other things may lie beside the program.
fn run_in(folder: &Path, name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let source = crate::root().join(format!("crates/ferrofax/tests/wine/programs/{name}.c"));
    let program = folder.join(format!("{name}.exe"));
    compile(&[&source], &program, &[]);
    let program = windows_path(&program);
    let ran = wine().run(&[&[program.as_str()], arguments].concat(), environment);
    let bad: Vec<&str> = ran.said.lines().filter(|line| line.starts_with("BAD")).collect();
    assert!(bad.is_empty(), "{name}:\n{}", bad.join("\n"));
    assert_eq!(ran.code, Some(40), "{name} ended early:\n{}", ran.said);
    ran.said
}

/// What the program `typelib` prints of a library that agrees with the table.
fn expected(table: &Table) -> BTreeSet<String> {
    let library = &table.library;
    let mut lines = BTreeSet::from([format!(
        "library {} {{{}}} {} {} {}",
        library.name, library.libid, library.version, library.lcid, library.helpstring
    )]);
    for interface in &table.interfaces {
        // Dual and dispatchable, nothing else.
        lines.insert(format!("interface {} {{{}}} 1040", interface.name, interface.iid));
        // Creatable, one interface.
        let (class, clsid) = (&interface.coclass, &interface.clsid);
        lines.insert(format!("class {class} {{{clsid}}} 2 1 {}", interface.name));
        for member in &interface.members {
            let params: String = member
                .params
                .iter()
                .map(|p| {
                    format!(" ({}{} {})", if p.is_out() { "*" } else { "" }, p.vt(), p.flags())
                })
                .collect();
            let (name, id, slot) = (&member.name, member.dispid, member.slot);
            let kind = member.kind.invkind();
            lines.insert(format!("{} {name} {id} {slot} {kind}{params}", interface.name));
        }
    }
    lines
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn the_type_library_in_the_dll_agrees_with_the_table() {
    let said = run("typelib", &[&windows_path(&dll())], &[]);
    let found: BTreeSet<String> = said.lines().map(str::to_owned).collect();
    let expected = expected(&Table::load());
    let missing: Vec<&String> = expected.difference(&found).collect();
    let strange: Vec<&String> = found.difference(&expected).collect();
    assert!(missing.is_empty() && strange.is_empty(), "missing {missing:#?}\nstrange {strange:#?}");
    assert_eq!(expected.len(), 1 + 10 + 10 + 185);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn an_object_runs_on_its_own_thread() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    let client = house.client_file();
    let said = run("apartments", &[], &[("FERROFAX_CLIENT_CONFIG", &client)]);
    println!("{said}");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn names_and_arguments_are_found_as_automation_says() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    let client = house.client_file();
    run("names", &[], &[("FERROFAX_CLIENT_CONFIG", &client)]);
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn ten_thousand_cycles_leave_nothing() {
    let _registered = wine().registered();
    let house = House::open(1.0);
    house.patch("/v1/server", &json!({"pause_server_queue": true}));
    let client = house.client_file();
    let dll = windows_path(&dll());
    let said = run("cycles", &[&dll], &[("FERROFAX_CLIENT_CONFIG", &client)]);
    println!("{said}");
}

/// What a program says in its own manifest: the dependency that docs/faxcom.md shows.
fn program_manifest() -> String {
    let text = std::fs::read_to_string(crate::root().join("docs/faxcom.md")).expect("the document");
    let dependency = text.split_once("```xml\n").and_then(|(_, rest)| rest.split_once("```"));
    format!(
        "<assembly xmlns=\"urn:schemas-microsoft-com:asm.v1\" manifestVersion=\"1.0\">\n\
         <assemblyIdentity type=\"win32\" name=\"Program\" version=\"1.0.0.0\"/>\n{}</assembly>\n",
        dependency.expect("an example of a manifest").0
    )
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn a_manifest_takes_the_dll_beside_the_program() {
    let _registered = wine().registered();
    let folder = tempfile::TempDir::new_in(kept()).expect("a folder");
    for name in ["faxcom.dll", "Ferrofax.Faxcom.manifest"] {
        let packed = dll().with_file_name(name);
        std::fs::copy(&packed, folder.path().join(name)).expect("it is in the package");
    }
    let own = folder.path().join("unregistered.exe.manifest");
    std::fs::write(own, program_manifest()).expect("written");
    run_in(folder.path(), "unregistered", &[], &[]);
}
