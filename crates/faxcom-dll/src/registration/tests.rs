//! Registration against a registry in memory that can refuse.

use std::collections::BTreeMap;

use super::registry::{Key, Refused, Registry, Result, Tree, Value};
use super::table::{Flavour, Scope, entries};
use super::{register, unregister};

const REG_EXPAND_SZ: u32 = 2;
const REFUSAL: Refused = Refused(-1);
const DLL: &str = r"C:\Ferrofax\faxcom.dll";
const SERVER: &str = r"CLSID\{D73733C8-CC80-11D0-B225-00C04FB6C2F5}\InprocServer32";

type Values = BTreeMap<String, Value>;

/// A registry in memory.
#[derive(Debug, Clone, Default)]
struct Memory {
    keys: BTreeMap<Key, Values>,
    /// Changes made so far, and the one that is refused.
    changes: usize,
    refused: Option<usize>,
}

impl Memory {
    /// A computer on which nobody has registered a fax service.
    fn fresh() -> Self {
        let mut memory = Self::default();
        for key in ["CLSID", "Interface", "TypeLib"] {
            memory.keys.insert(Key::new(Tree::Classes, key), Values::new());
        }
        memory
    }

    /// A computer with a fax service of Windows: keys of ours with other values, values of another
    /// type, values and keys that we do not touch.
    fn with_windows_fax() -> Self {
        let mut memory = Self::fresh();
        let path = Value { kind: REG_EXPAND_SZ, data: Value::text(r"%windir%\fxscom.dll").data };
        memory.write(SERVER, "", path);
        memory.write(SERVER, "ThreadingModel", Value::text("Apartment"));
        memory.write(SERVER, "Somebody else's", Value::number(7));
        memory.write("FaxServer.FaxServer.1", "", Value::text("FaxServer Class"));
        memory.write(r"FaxServer.FaxServer.1\Insertable", "", Value::text(""));
        let half = Value { kind: 1, data: vec![b'x'] };
        memory.write(r"FaxServer.FaxServer\CurVer", "", half);
        memory
    }

    fn write(&mut self, path: &str, name: &str, value: Value) {
        let key = Key::new(Tree::Classes, path);
        let mut above = key.parent();
        while let Some(key) = above {
            above = key.parent();
            self.keys.entry(key).or_default();
        }
        self.keys.entry(key).or_default().insert(name.to_owned(), value);
    }

    fn text(&self, path: &str, name: &str) -> Option<String> {
        let data = &self.keys.get(&Key::new(Tree::Classes, path))?.get(name)?.data;
        let units: Vec<u16> =
            data.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        Some(String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned())
    }

    fn change(&mut self) -> Result<()> {
        self.changes += 1;
        if self.refused == Some(self.changes) { Err(REFUSAL) } else { Ok(()) }
    }

    fn below<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = &'a str> {
        let inside = move |other: &'a Key| {
            let rest = other.path.strip_prefix(&key.path)?.strip_prefix('\\')?;
            (other.tree == key.tree && !rest.contains('\\')).then_some(rest)
        };
        self.keys.keys().filter_map(inside)
    }
}

impl Registry for Memory {
    fn exists(&self, key: &Key) -> Result<bool> {
        Ok(self.keys.contains_key(key))
    }

    fn value(&self, key: &Key, name: &str) -> Result<Option<Value>> {
        Ok(self.keys.get(key).and_then(|values| values.get(name)).cloned())
    }

    fn values(&self, key: &Key) -> Result<Vec<(String, Value)>> {
        let values = self.keys.get(key).ok_or(REFUSAL)?;
        Ok(values.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    fn sub_keys(&self, key: &Key) -> Result<Vec<String>> {
        Ok(self.below(key).map(str::to_owned).collect())
    }

    fn create(&mut self, key: &Key) -> Result<()> {
        self.change()?;
        let parent_is_there = key.parent().is_none_or(|parent| self.keys.contains_key(&parent));
        assert!(parent_is_there, "{key:?} is made before the key above it");
        self.keys.entry(key.clone()).or_default();
        Ok(())
    }

    fn set(&mut self, key: &Key, name: &str, value: &Value) -> Result<()> {
        self.change()?;
        self.keys.get_mut(key).ok_or(REFUSAL)?.insert(name.to_owned(), value.clone());
        Ok(())
    }

    fn clear(&mut self, key: &Key, name: &str) -> Result<()> {
        self.change()?;
        self.keys.get_mut(key).ok_or(REFUSAL)?.remove(name);
        Ok(())
    }

    fn remove(&mut self, key: &Key) -> Result<()> {
        self.change()?;
        assert_eq!(self.below(key).count(), 0, "{key:?} is removed with keys in it");
        self.keys.remove(key).map(drop).ok_or(REFUSAL)
    }
}

#[test]
fn the_registry_is_put_back_as_it_was() {
    for before in [Memory::default(), Memory::fresh(), Memory::with_windows_fax()] {
        let mut registry = before.clone();
        register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
        assert_eq!(registry.text(SERVER, "").as_deref(), Some(DLL));
        unregister(&mut registry, Flavour::Win64).expect("nothing is refused");
        assert_eq!(registry.keys, before.keys);
    }
}

#[test]
fn registering_twice_keeps_the_first_picture() {
    let before = Memory::with_windows_fax();
    let mut registry = before.clone();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    let once = registry.clone();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    assert_eq!(registry.keys, once.keys);
    register(&mut registry, Flavour::Win64, r"D:\moved\faxcom.dll").expect("nothing is refused");
    assert_eq!(registry.text(SERVER, "").as_deref(), Some(r"D:\moved\faxcom.dll"));
    unregister(&mut registry, Flavour::Win64).expect("nothing is refused");
    assert_eq!(registry.keys, before.keys);
}

#[test]
fn what_others_registered_since_is_left_to_them() {
    let mut registry = Memory::fresh();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    registry.write(SERVER, "", Value::text("theirs.dll"));
    registry.write(r"FaxTiff.FaxTiff\Extra", "", Value::text("theirs"));
    unregister(&mut registry, Flavour::Win64).expect("nothing is refused");

    let mut expected = Memory::fresh();
    expected.write(SERVER, "", Value::text("theirs.dll"));
    expected.write(r"FaxTiff.FaxTiff\Extra", "", Value::text("theirs"));
    assert_eq!(registry.keys, expected.keys);
}

#[test]
fn after_others_registered_over_us_theirs_is_what_comes_back() {
    let mut registry = Memory::with_windows_fax();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    registry.write(SERVER, "", Value::text("repaired.dll"));
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    unregister(&mut registry, Flavour::Win64).expect("nothing is refused");

    let mut expected = Memory::with_windows_fax();
    expected.write(SERVER, "", Value::text("repaired.dll"));
    assert_eq!(registry.keys, expected.keys);
}

#[test]
fn a_registration_that_fails_changes_nothing() {
    let before = Memory::with_windows_fax();
    fails_whole(&before, |registry| register(registry, Flavour::Win64, DLL));
}

#[test]
fn an_unregistration_that_fails_changes_nothing() {
    let mut registered = Memory::with_windows_fax();
    register(&mut registered, Flavour::Win64, DLL).expect("nothing is refused");
    fails_whole(&registered, |registry| unregister(registry, Flavour::Win64));
}

/// Refuses each change in turn.
fn fails_whole(before: &Memory, run: impl Fn(&mut dyn Registry) -> Result<()>) {
    let mut registry = Memory { changes: 0, ..before.clone() };
    run(&mut registry).expect("nothing is refused");
    let changes = registry.changes;
    assert!(changes > 100, "only {changes} changes are made");
    for refused in 1..=changes {
        let mut registry = Memory { changes: 0, refused: Some(refused), ..before.clone() };
        assert_eq!(run(&mut registry), Err(REFUSAL), "change {refused}");
        assert_eq!(registry.keys, before.keys, "change {refused}");
    }
}

#[test]
fn unregistering_without_a_registration_does_nothing() {
    let before = Memory::with_windows_fax();
    let mut registry = before.clone();
    unregister(&mut registry, Flavour::Win32).expect("nothing is refused");
    assert_eq!(registry.keys, before.keys);
}

/// On Windows the classes of the two flavours lie apart; what is shared is what is watched here.
#[test]
fn the_flavour_that_goes_first_leaves_the_names_to_the_other() {
    use Flavour::{Win32, Win64};
    for (first, second) in [(Win32, Win64), (Win64, Win32)] {
        let before = Memory::with_windows_fax();
        let mut registry = before.clone();
        register(&mut registry, Win64, DLL).expect("nothing is refused");
        register(&mut registry, Win32, DLL).expect("nothing is refused");
        unregister(&mut registry, first).expect("nothing is refused");
        let clsid = registry.text(r"FaxTiff.FaxTiff.1\CLSID", "");
        assert_eq!(clsid.as_deref(), Some("{87099231-C7AF-11D0-B225-00C04FB6C2F5}"));
        unregister(&mut registry, second).expect("nothing is refused");
        let shared = |path: &str| path.starts_with("Fax") || path.starts_with("TypeLib");
        let shared = |memory: &Memory| {
            let keys = memory.keys.clone().into_iter();
            keys.filter(|(key, _)| shared(&key.path)).collect::<Vec<_>>()
        };
        assert_eq!(shared(&registry), shared(&before));
    }
}

#[test]
fn a_key_stands_after_the_one_above_it() {
    let table = entries(Flavour::Win64, DLL);
    for (row, entry) in table.iter().enumerate() {
        if let Some((above, _)) = entry.key.rsplit_once('\\') {
            assert!(table[..row].iter().any(|e| e.key == above), "{} has no parent", entry.key);
        }
    }
    let classes = table.iter().filter(|e| e.key.ends_with("InprocServer32")).count();
    let interfaces = table.iter().filter(|e| e.key.ends_with("ProxyStubClsid32")).count();
    assert_eq!((classes, interfaces), (2 * 2, 10));
    let own = |e: &&super::table::Entry| e.scope == Scope::Own && e.key.starts_with("TypeLib");
    let own: Vec<_> = table.iter().filter(own).map(|e| e.key.as_str()).collect();
    assert_eq!(own, [r"TypeLib\{87099223-C7AF-11D0-B225-00C04FB6C2F5}\1.0\0\win64"]);
}
