//! `Ferrofax.Faxcom.manifest` lets a program use the DLL beside it without any registration. Windows
//! looks for it under the name of the assembly. It is a file that is shipped; here it is checked
//! against the classes.

use crate::identity::{AUTOMATION_PROXY, CLASSES, LIBID, LIBRARY_VERSION};

const MANIFEST: &str = include_str!("../Ferrofax.Faxcom.manifest");
const IDL: &str = include_str!("../idl/faxcom.idl");
/// Members that every interface has from IDispatch.
const INHERITED_SLOTS: usize = 7;

/// Members of an interface, those of IDispatch included.
fn slots(interface: &str) -> usize {
    let head = format!("  interface {interface} : IDispatch\n  {{\n");
    let body = IDL.split_once(&head).and_then(|(_, rest)| rest.split_once("  };"));
    INHERITED_SLOTS + body.expect("the interface stands in the IDL").0.lines().count()
}

#[test]
fn the_manifest_says_what_the_classes_are() {
    let version = env!("CARGO_PKG_VERSION");
    let mut lines = vec![
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#.to_owned(),
        r#"<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">"#.to_owned(),
        format!(
            r#"  <assemblyIdentity type="win32" name="Ferrofax.Faxcom" version="{version}.0"/>"#
        ),
        r#"  <file name="faxcom.dll">"#.to_owned(),
    ];
    for class in CLASSES {
        let (Some(prog_id), Some(versioned)) = (class.prog_id, class.versioned_prog_id()) else {
            continue;
        };
        lines.extend([
            format!(r#"    <comClass clsid="{}" description="{}""#, class.clsid, class.title()),
            format!(r#"              threadingModel="Apartment" tlbid="{LIBID}""#),
            format!(r#"              progid="{versioned}">"#),
            format!("      <progid>{prog_id}</progid>"),
            "    </comClass>".to_owned(),
        ]);
    }
    lines.extend([
        format!(r#"    <typelib tlbid="{LIBID}" version="{LIBRARY_VERSION}" helpdir=""/>"#),
        "  </file>".to_owned(),
    ]);
    for class in CLASSES {
        let interface = class.interface();
        lines.extend([
            format!(r#"  <comInterfaceExternalProxyStub name="{interface}" iid="{}""#, class.iid),
            format!(r#"    tlbid="{LIBID}" numMethods="{}""#, slots(&interface)),
            r#"    baseInterface="{00020400-0000-0000-C000-000000000046}""#.to_owned(),
            format!(r#"    proxyStubClsid32="{AUTOMATION_PROXY}"/>"#),
        ]);
    }
    lines.push("</assembly>\n".to_owned());
    assert_eq!(MANIFEST, lines.join("\n"));
}
