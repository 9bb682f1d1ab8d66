//! Registration: the classes become known to Windows, and what was known before comes back when
//! they go.
//!
//! Windows' own fax service registers the same classes, and so may other programs. What a key held
//! before is therefore written down beside what is put there, in [`SAVED`], before the key is
//! touched; un-registering works from that record alone. A value that is no longer ours is left to
//! whoever wrote it; and where the path of the DLL is no longer ours, somebody registered the whole
//! class, or the library, after us: what of it reads as ours is then theirs too, and stays.
//! Everything or nothing is done: a failure in the middle is rolled back.
//!
//! Two flavours of the DLL may be registered on one machine. They have classes and interfaces of
//! their own, but share the names that programs create them by and the type library; those stay
//! until the second flavour goes.

mod journal;
mod registry;
mod table;

#[cfg(windows)]
pub(crate) mod windows;

#[cfg(test)]
mod tests;

use journal::Journal;
use registry::{Key, Registry, Result, Tree, Value};
use table::{Entry, Scope};

#[cfg(windows)]
pub(crate) use registry::Refused;
pub(crate) use table::Flavour;

/// Where the record is, below the part of the registry that programs have to themselves.
const SAVED: &str = r"Ferrofax\faxcom\Replaced";
/// Whether a key was there before: a DWORD of 0 or 1.
const EXISTED: &str = "existed";
/// Before the name of a value: what it was. It has none where there was none.
const BEFORE: &str = "before:";
/// Before the name of a value: what was put there.
const WRITTEN: &str = "written:";
/// Stands for the backslash in the name of a record.
const SEPARATOR: &str = "|";

/// Registers the DLL at `module`. Registering twice is as good as once.
pub(crate) fn register(registry: &mut dyn Registry, flavour: Flavour, module: &str) -> Result<()> {
    Journal::all_or_nothing(registry, |registry| {
        let table = table::entries(flavour, module);
        yield_what_others_took(registry, flavour, &table)?;
        for entry in table {
            put(registry, flavour, &entry)?;
        }
        Ok(())
    })
}

/// Takes the registration back. Without one it does nothing.
pub(crate) fn unregister(registry: &mut dyn Registry, flavour: Flavour) -> Result<()> {
    Journal::all_or_nothing(registry, |registry| {
        yield_what_others_took(registry, flavour, &table::entries(flavour, ""))?;
        take_back(registry, &records(Scope::Own, flavour))?;
        if !registry.exists(&records(Scope::Own, flavour.other()))? {
            take_back(registry, &records(Scope::Shared, flavour))?;
        }
        remove_while_empty(registry, Key::new(Tree::Software, SAVED))
    })
}

/// The key below which the records of a scope are.
fn records(scope: Scope, flavour: Flavour) -> Key {
    let name = match scope {
        Scope::Shared => "shared",
        Scope::Own => flavour.name(),
    };
    Key::new(Tree::Software, SAVED).child(name)
}

/// Where it is written down what a key of the table held.
fn record_of(scope: Scope, flavour: Flavour, key: &str) -> Key {
    records(scope, flavour).child(&key.replace('\\', SEPARATOR))
}

/// Where another program has put its own DLL in the place of ours, it wrote the other values too,
/// and many are the same whoever writes them. The record then says that they were there before.
fn yield_what_others_took(
    registry: &mut dyn Registry,
    flavour: Flavour,
    table: &[Entry],
) -> Result<()> {
    for entry in table {
        let Some(serves) = &entry.serves else { continue };
        let ours = registry.value(&record_of(Scope::Own, flavour, serves), WRITTEN)?;
        let present = registry.value(&Key::new(Tree::Classes, serves), "")?;
        if ours.is_none() || present.is_none() || ours == present {
            continue;
        }
        let key = Key::new(Tree::Classes, &entry.key);
        let record = record_of(entry.scope, flavour, &entry.key);
        if !registry.exists(&key)? || !registry.exists(&record)? {
            continue;
        }
        registry.set(&record, EXISTED, &Value::number(1))?;
        let Some((name, _)) = &entry.value else { continue };
        let (before, written) = (format!("{BEFORE}{name}"), format!("{WRITTEN}{name}"));
        let ours = registry.value(&record, &written)?;
        if let Some(same) = registry.value(&key, name)?.filter(|value| Some(value) == ours.as_ref())
            && registry.value(&record, &before)?.is_none()
        {
            registry.set(&record, &before, &same)?;
        }
    }
    Ok(())
}

/// Puts one row of the table into the registry, and before that what it replaces into the record.
fn put(registry: &mut dyn Registry, flavour: Flavour, entry: &Entry) -> Result<()> {
    let key = Key::new(Tree::Classes, &entry.key);
    let record = record_of(entry.scope, flavour, &entry.key);
    let existed = registry.exists(&key)?;
    create_with_parents(registry, &record)?;
    if !existed || registry.value(&record, EXISTED)?.is_none() {
        registry.set(&record, EXISTED, &Value::number(u32::from(existed)))?;
    }
    let Some((name, text)) = &entry.value else {
        return registry.create(&key);
    };
    let value = Value::text(text);
    let (before, written) = (format!("{BEFORE}{name}"), format!("{WRITTEN}{name}"));
    let present = registry.value(&key, name)?;
    let ours = present.is_some() && present == registry.value(&record, &written)?;
    if !ours {
        match &present {
            Some(present) => registry.set(&record, &before, present)?,
            None => registry.clear(&record, &before)?,
        }
    }
    registry.set(&record, &written, &value)?;
    registry.create(&key)?;
    registry.set(&key, name, &value)
}

/// Undoes what the records below `all` tell of, and removes them.
fn take_back(registry: &mut dyn Registry, all: &Key) -> Result<()> {
    if !registry.exists(all)? {
        return Ok(());
    }
    let mut names = registry.sub_keys(all)?;
    // The deepest first, so that a key is empty by the time that it is looked at.
    names.sort_by_key(|name| std::cmp::Reverse(name.matches(SEPARATOR).count()));
    for name in names {
        let record = all.child(&name);
        let key = Key::new(Tree::Classes, &name.replace(SEPARATOR, "\\"));
        if registry.exists(&key)? {
            restore(registry, &record, &key)?;
        }
        for (value, _) in registry.values(&record)? {
            registry.clear(&record, &value)?;
        }
        registry.remove(&record)?;
    }
    registry.remove(all)
}

fn restore(registry: &mut dyn Registry, record: &Key, key: &Key) -> Result<()> {
    for (title, written) in registry.values(record)? {
        let Some(name) = title.strip_prefix(WRITTEN) else { continue };
        if registry.value(key, name)? != Some(written) {
            continue;
        }
        match registry.value(record, &format!("{BEFORE}{name}"))? {
            Some(before) => registry.set(key, name, &before)?,
            None => registry.clear(key, name)?,
        }
    }
    let made_by_us = registry.value(record, EXISTED)? == Some(Value::number(0));
    if made_by_us && is_empty(registry, key)? {
        registry.remove(key)?;
    }
    Ok(())
}

fn create_with_parents(registry: &mut dyn Registry, key: &Key) -> Result<()> {
    if let Some(parent) = key.parent()
        && !registry.exists(&parent)?
    {
        create_with_parents(registry, &parent)?;
    }
    registry.create(key)
}

/// Removes a key and those above it as far as nothing else is in them.
fn remove_while_empty(registry: &mut dyn Registry, key: Key) -> Result<()> {
    let mut next = Some(key);
    while let Some(key) = next {
        if registry.exists(&key)? {
            if !is_empty(registry, &key)? {
                return Ok(());
            }
            registry.remove(&key)?;
        }
        next = key.parent();
    }
    Ok(())
}

fn is_empty(registry: &dyn Registry, key: &Key) -> Result<bool> {
    Ok(registry.values(key)?.is_empty() && registry.sub_keys(key)?.is_empty())
}
