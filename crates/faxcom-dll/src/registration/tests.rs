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

/// A registry in memory, as 32-bit or 64-bit programs see it.
#[derive(Debug, Clone)]
struct Memory {
    view: Flavour,
    keys: BTreeMap<Key, Values>,
    /// Changes made so far, and the one that is refused.
    changes: usize,
    refused: Option<usize>,
}

impl Memory {
    /// A registry with nothing in it.
    fn empty() -> Self {
        Self { view: Flavour::Win64, keys: BTreeMap::new(), changes: 0, refused: None }
    }

    /// A computer on which nobody has registered a fax service.
    fn fresh() -> Self {
        let mut memory = Self::empty();
        for key in ["CLSID", "Interface", "TypeLib"] {
            for view in [Flavour::Win64, Flavour::Win32] {
                memory.view = view;
                memory.keys.insert(memory.stored(&Key::new(Tree::Classes, key)), Values::new());
            }
        }
        memory.seen_by(Flavour::Win64)
    }

    fn seen_by(mut self, view: Flavour) -> Self {
        self.view = view;
        self
    }

    /// Where Windows keeps a key: 32-bit programs have classes and interfaces of their own.
    fn stored(&self, key: &Key) -> Key {
        let first = key.path.split('\\').next().unwrap_or_default();
        let apart = key.tree == Tree::Classes && ["CLSID", "Interface"].contains(&first);
        match self.view {
            Flavour::Win32 if apart => Key::new(key.tree, &format!(r"Wow6432Node\{}", key.path)),
            _ => key.clone(),
        }
    }

    fn register(&mut self, flavour: Flavour) {
        self.view = flavour;
        register(self, flavour, DLL).expect("nothing is refused");
    }

    fn unregister(&mut self, flavour: Flavour) {
        self.view = flavour;
        unregister(self, flavour).expect("nothing is refused");
    }

    /// A computer with a fax service of Windows: keys of ours with other values, values of another
    /// type, values and keys that we do not touch.
    fn with_windows_fax() -> Self {
        let mut memory = Self::fresh();
        let path = Value { kind: REG_EXPAND_SZ, data: Value::text(r"%windir%\fxscom.dll").data };
        for view in [Flavour::Win32, Flavour::Win64] {
            memory.view = view;
            memory.write(SERVER, "", path.clone());
            memory.write(SERVER, "ThreadingModel", Value::text("Apartment"));
            memory.write(SERVER, "Somebody else's", Value::number(7));
        }
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
            self.keys.entry(self.stored(&key)).or_default();
        }
        self.keys.entry(self.stored(&key)).or_default().insert(name.to_owned(), value);
    }

    fn text(&self, path: &str, name: &str) -> Option<String> {
        let key = self.stored(&Key::new(Tree::Classes, path));
        let data = &self.keys.get(&key)?.get(name)?.data;
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
        Ok(self.keys.contains_key(&self.stored(key)))
    }

    fn value(&self, key: &Key, name: &str) -> Result<Option<Value>> {
        Ok(self.keys.get(&self.stored(key)).and_then(|values| values.get(name)).cloned())
    }

    fn values(&self, key: &Key) -> Result<Vec<(String, Value)>> {
        let values = self.keys.get(&self.stored(key)).ok_or(REFUSAL)?;
        Ok(values.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    fn sub_keys(&self, key: &Key) -> Result<Vec<String>> {
        Ok(self.below(&self.stored(key)).map(str::to_owned).collect())
    }

    fn create(&mut self, key: &Key) -> Result<()> {
        self.change()?;
        let parent_is_there = key.parent().is_none_or(|above| self.exists(&above) == Ok(true));
        assert!(parent_is_there, "{key:?} is made before the key above it");
        self.keys.entry(self.stored(key)).or_default();
        Ok(())
    }

    fn set(&mut self, key: &Key, name: &str, value: &Value) -> Result<()> {
        self.change()?;
        let key = self.stored(key);
        self.keys.get_mut(&key).ok_or(REFUSAL)?.insert(name.to_owned(), value.clone());
        Ok(())
    }

    fn clear(&mut self, key: &Key, name: &str) -> Result<()> {
        self.change()?;
        let key = self.stored(key);
        self.keys.get_mut(&key).ok_or(REFUSAL)?.remove(name);
        Ok(())
    }

    fn remove(&mut self, key: &Key) -> Result<()> {
        self.change()?;
        let key = self.stored(key);
        assert_eq!(self.below(&key).count(), 0, "{key:?} is removed with keys in it");
        self.keys.remove(&key).map(drop).ok_or(REFUSAL)
    }
}

#[test]
fn the_registry_is_put_back_as_it_was() {
    for before in [Memory::empty(), Memory::fresh(), Memory::with_windows_fax()] {
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

/// What another program writes that registers FaxServer: the same values, but for its own path.
fn theirs(memory: &mut Memory, flavour: Flavour) {
    for entry in entries(flavour, "theirs.dll") {
        if entry.serves.as_deref() != Some(SERVER) {
            continue;
        }
        match entry.value {
            Some((name, text)) => memory.write(&entry.key, name, Value::text(&text)),
            None => {
                let key = memory.stored(&Key::new(Tree::Classes, &entry.key));
                memory.keys.entry(key).or_default();
            }
        }
    }
}

#[test]
fn what_others_registered_since_is_left_to_them() {
    let mut registry = Memory::fresh();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    theirs(&mut registry, Flavour::Win64);
    registry.write(r"FaxTiff.FaxTiff\Extra", "", Value::text("theirs"));
    unregister(&mut registry, Flavour::Win64).expect("nothing is refused");

    let mut expected = Memory::fresh();
    theirs(&mut expected, Flavour::Win64);
    expected.write(r"FaxTiff.FaxTiff\Extra", "", Value::text("theirs"));
    assert_eq!(registry.keys, expected.keys);
}

#[test]
fn after_others_registered_over_us_theirs_is_what_comes_back() {
    let mut registry = Memory::fresh();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    theirs(&mut registry, Flavour::Win64);
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    assert_eq!(registry.text(SERVER, "").as_deref(), Some(DLL));
    unregister(&mut registry, Flavour::Win64).expect("nothing is refused");

    let mut expected = Memory::fresh();
    theirs(&mut expected, Flavour::Win64);
    assert_eq!(registry.keys, expected.keys);
}

#[test]
fn a_single_value_that_others_wrote_since_is_theirs() {
    let mut registry = Memory::with_windows_fax();
    register(&mut registry, Flavour::Win64, DLL).expect("nothing is refused");
    registry.write(SERVER, "ThreadingModel", Value::text("Both"));
    unregister(&mut registry, Flavour::Win64).expect("nothing is refused");

    let mut expected = Memory::with_windows_fax();
    expected.write(SERVER, "ThreadingModel", Value::text("Both"));
    assert_eq!(registry.keys, expected.keys);
}

#[test]
fn names_that_others_took_with_one_flavour_outlive_the_other() {
    use Flavour::{Win32, Win64};
    for (taken, kept) in [(Win32, Win64), (Win64, Win32)] {
        let mut registry = Memory::fresh();
        registry.register(Win64);
        registry.register(Win32);
        registry.view = taken;
        theirs(&mut registry, taken);
        registry.unregister(taken);
        registry.unregister(kept);

        let mut expected = Memory::fresh().seen_by(taken);
        theirs(&mut expected, taken);
        assert_eq!(registry.keys, expected.keys);
    }
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

#[test]
fn each_flavour_goes_alone_and_the_last_one_takes_the_names() {
    use Flavour::{Win32, Win64};
    for (first, second) in [(Win32, Win64), (Win64, Win32)] {
        let before = Memory::with_windows_fax();
        let mut registry = before.clone();
        registry.register(Win64);
        let one = registry.clone();
        registry.register(Win32);
        assert_eq!(registry.text(SERVER, "").as_deref(), Some(DLL));
        registry.unregister(first);
        if first == Win32 {
            assert_eq!(registry.keys, one.keys);
        }
        let clsid = registry.text(r"FaxTiff.FaxTiff.1\CLSID", "");
        assert_eq!(clsid.as_deref(), Some("{87099231-C7AF-11D0-B225-00C04FB6C2F5}"));
        assert_eq!(registry.clone().seen_by(second).text(SERVER, "").as_deref(), Some(DLL));
        registry.unregister(second);
        assert_eq!(registry.keys, before.keys);
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
