//! What registration leaves in the registry, and that removal puts back what was there before.

use std::collections::BTreeSet;
use std::path::Path;

use crate::table::Table;
use crate::wine::{Wine, kept, windows_path, wine};

/// The branches in which anything may change.
const BRANCHES: [&str; 2] = ["HKLM\\Software", "HKCU\\Software"];

impl Wine {
    /// All keys and values of a branch, as `reg export` writes them.
    fn exported(&self, branch: &str) -> BTreeSet<String> {
        let file = kept().join(format!("{}.reg", branch.replace('\\', "-")));
        drop(std::fs::remove_file(&file));
        let ran = self.run(&["reg", "export", branch, &windows_path(&file), "/y"], &[]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        values(&file)
    }

    fn import(&self, text: &str) {
        let file = kept().join("import.reg");
        std::fs::write(&file, text.replace('\n', "\r\n")).expect("written");
        let ran = self.run(&["reg", "import", &windows_path(&file)], &[]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    fn delete_key(&self, key: &str) {
        self.run(&["reg", "delete", key, "/f"], &[]);
    }

    fn picture(&self) -> [BTreeSet<String>; 2] {
        BRANCHES.map(|branch| self.exported(branch))
    }

    fn does(&self, flags: &[&str]) {
        let ran = self.regsvr32(flags);
        assert_eq!(ran.code, Some(0), "regsvr32 {flags:?}: {ran:?}");
    }
}

/// Each value with its key, and each key alone.
fn values(file: &Path) -> BTreeSet<String> {
    let octets = std::fs::read(file).expect("an export");
    let units: Vec<u16> =
        octets.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16_lossy(&units).replace("\\\r\n", "").replace('\r', "");
    let mut key = String::new();
    let mut values = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if line.starts_with('[') {
            key = line.to_owned();
            values.insert(key.clone());
        } else {
            values.insert(format!("{key} {line}"));
        }
    }
    values
}

#[track_caller]
fn assert_same(what: &str, before: &[BTreeSet<String>; 2], after: &[BTreeSet<String>; 2]) {
    for (before, after) in before.iter().zip(after) {
        let lost: Vec<&String> = before.difference(after).collect();
        let left: Vec<&String> = after.difference(before).collect();
        assert!(lost.is_empty() && left.is_empty(), "{what}: lost {lost:#?}, left {left:#?}");
    }
}

/// The registry as the Windows fax service leaves it, and a little more.
fn another_program(table: &Table, root: &str) -> String {
    let mut text = "REGEDIT4\n\n".to_owned();
    for class in &table.registered {
        let (clsid, progid) = (&class.clsid, &class.version_independent_progid);
        let (versioned, words) = (&class.progid, &class.description);
        text += &format!(
            "[{root}\\CLSID\\{{{clsid}}}]\n@=\"{words}\"\n\"Theirs\"=dword:00000007\n\n\
             [{root}\\CLSID\\{{{clsid}}}\\InprocServer32]\n@=\"C:\\\\windows\\\\system32\\\\fxscom.dll\"\n\
             \"ThreadingModel\"=\"Both\"\n\n\
             [{root}\\CLSID\\{{{clsid}}}\\ProgID]\n@=\"{versioned}\"\n\n\
             [{root}\\CLSID\\{{{clsid}}}\\Theirs]\n@=\"stays\"\n\n\
             [{root}\\{versioned}]\n@=\"{words}\"\n\n\
             [{root}\\{versioned}\\CLSID]\n@=\"{{{clsid}}}\"\n\n\
             [{root}\\{progid}]\n@=\"{words}\"\n\n\
             [{root}\\{progid}\\CurVer]\n@=\"{versioned}\"\n\n"
        );
    }
    let library = &table.library.libid;
    text += &format!(
        "[{root}\\TypeLib\\{{{library}}}\\1.0\\0\\win32]\n@=\"C:\\\\windows\\\\syswow64\\\\fxscom.dll\"\n\n\
         [{root}\\TypeLib\\{{{library}}}\\1.0]\n@=\"faxcom 1.0 Type Library\"\n\n"
    );
    text
}

/// Takes away what [`another_program`] wrote.
fn forget_other_program(wine: &Wine, table: &Table, root: &str) {
    for class in &table.registered {
        wine.delete_key(&format!("{root}\\CLSID\\{{{}}}", class.clsid));
        wine.delete_key(&format!("{root}\\{}", class.progid));
        wine.delete_key(&format!("{root}\\{}", class.version_independent_progid));
    }
    wine.delete_key(&format!("{root}\\TypeLib\\{{{}}}", table.library.libid));
}

/// Leaves the registry as the other tests want it.
struct Tidy<'a> {
    wine: &'a Wine,
    table: &'a Table,
    root: &'a str,
}

impl Drop for Tidy<'_> {
    fn drop(&mut self) {
        forget_other_program(self.wine, self.table, self.root);
        self.wine.regsvr32(&["/s"]);
    }
}

/// Registered twice and removed, over a registry of either kind, everything is as it was.
fn check(install: &[&str], remove: &[&str], root: &str) {
    let (wine, table) = (wine(), Table::load());
    let _alone = wine.registry_alone();
    let _tidy = Tidy { wine, table: &table, root };
    wine.does(&["/s", "/u"]);
    // Every account of Windows has this key; a new one of Wine does not.
    wine.run(&["reg", "add", "HKCU\\Software\\Classes", "/f"], &[]);
    for others_first in [false, true] {
        if others_first {
            wine.import(&another_program(&table, root));
        }
        let before = wine.picture();
        wine.does(install);
        let once = wine.picture();
        assert_ne!(before, once, "nothing was registered");
        wine.does(install);
        assert_same("registered again", &once, &wine.picture());
        assert_registered(&table, root, &once);
        wine.does(remove);
        assert_same("removed", &before, &wine.picture());
        // Removing what is not there is no error and changes nothing.
        wine.does(remove);
        assert_same("removed again", &before, &wine.picture());
    }
}

/// The keys of the two classes say what the table says, with this DLL.
fn assert_registered(table: &Table, root: &str, picture: &[BTreeSet<String>; 2]) {
    let all: BTreeSet<String> =
        picture.iter().flatten().map(|value| value.to_ascii_lowercase()).collect();
    let root = root.replace("HKLM", "HKEY_LOCAL_MACHINE").replace("HKCU", "HKEY_CURRENT_USER");
    let has = |key: &str, value: &str| {
        let wanted = format!("[{root}\\{key}] {value}").to_ascii_lowercase();
        assert!(all.contains(&wanted), "no {wanted}");
    };
    for class in &table.registered {
        let key = format!("CLSID\\{{{}}}", class.clsid);
        has(&key, &format!("@=\"{}\"", class.description));
        let model = format!("\"ThreadingModel\"=\"{}\"", table.threading_model);
        has(&format!("{key}\\InprocServer32"), &model);
        let dll = windows_path(&crate::wine::dll()).replace('\\', "\\\\");
        has(&format!("{key}\\InprocServer32"), &format!("@=\"{dll}\""));
        has(&format!("{key}\\ProgID"), &format!("@=\"{}\"", class.progid));
        let general = &class.version_independent_progid;
        has(&format!("{key}\\VersionIndependentProgID"), &format!("@=\"{general}\""));
        has(&format!("{}\\CLSID", class.progid), &format!("@=\"{{{}}}\"", class.clsid));
        has(&format!("{general}\\CLSID"), &format!("@=\"{{{}}}\"", class.clsid));
        has(&format!("{general}\\CurVer"), &format!("@=\"{}\"", class.progid));
    }
    for class in table.interfaces.iter().map(|i| &i.clsid) {
        if table.registered.iter().all(|registered| registered.clsid != *class) {
            let key = format!("\\clsid\\{{{class}}}").to_ascii_lowercase();
            assert!(!all.iter().any(|value| value.contains(&key)), "{class} is registered");
        }
    }
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn registering_for_the_machine_is_undone_to_the_letter() {
    check(&["/s"], &["/s", "/u"], "HKLM\\Software\\Classes");
}

#[test]
#[ignore = "needs Wine, mingw and the built DLL"]
fn registering_for_an_account_is_undone_to_the_letter() {
    let install = ["/s", "/n", "/i:user"];
    check(&install, &["/s", "/u", "/n", "/i:user"], "HKCU\\Software\\Classes");
}
