//! A registry whose changes can be taken back.

use super::registry::{Key, Registry, Result, Value};

/// Notes how to undo each change.
pub(crate) struct Journal<'a> {
    registry: &'a mut dyn Registry,
    undo: Vec<Undo>,
}

enum Undo {
    Remove(Key),
    Create(Key),
    Set(Key, String, Value),
    Clear(Key, String),
}

impl<'a> Journal<'a> {
    /// Runs `change`; when it fails, everything that it did is undone.
    pub(crate) fn all_or_nothing(
        registry: &'a mut dyn Registry,
        change: impl FnOnce(&mut dyn Registry) -> Result<()>,
    ) -> Result<()> {
        let mut journal = Self { registry, undo: Vec::new() };
        let outcome = change(&mut journal);
        if outcome.is_err() {
            journal.roll_back();
        }
        outcome
    }

    /// Goes on where a step fails: the others are worth undoing all the same.
    fn roll_back(self) {
        for step in self.undo.into_iter().rev() {
            let _ = match step {
                Undo::Remove(key) => self.registry.remove(&key),
                Undo::Create(key) => self.registry.create(&key),
                Undo::Set(key, name, value) => self.registry.set(&key, &name, &value),
                Undo::Clear(key, name) => self.registry.clear(&key, &name),
            };
        }
    }

    fn undo_of(&self, key: &Key, name: &str) -> Result<Undo> {
        Ok(match self.registry.value(key, name)? {
            Some(value) => Undo::Set(key.clone(), name.to_owned(), value),
            None => Undo::Clear(key.clone(), name.to_owned()),
        })
    }
}

impl Registry for Journal<'_> {
    fn exists(&self, key: &Key) -> Result<bool> {
        self.registry.exists(key)
    }

    fn value(&self, key: &Key, name: &str) -> Result<Option<Value>> {
        self.registry.value(key, name)
    }

    fn values(&self, key: &Key) -> Result<Vec<(String, Value)>> {
        self.registry.values(key)
    }

    fn sub_keys(&self, key: &Key) -> Result<Vec<String>> {
        self.registry.sub_keys(key)
    }

    fn create(&mut self, key: &Key) -> Result<()> {
        if self.registry.exists(key)? {
            return Ok(());
        }
        self.registry.create(key)?;
        self.undo.push(Undo::Remove(key.clone()));
        Ok(())
    }

    fn set(&mut self, key: &Key, name: &str, value: &Value) -> Result<()> {
        let undo = self.undo_of(key, name)?;
        self.registry.set(key, name, value)?;
        self.undo.push(undo);
        Ok(())
    }

    fn clear(&mut self, key: &Key, name: &str) -> Result<()> {
        let undo = self.undo_of(key, name)?;
        self.registry.clear(key, name)?;
        self.undo.push(undo);
        Ok(())
    }

    fn remove(&mut self, key: &Key) -> Result<()> {
        // Values that are still there go with the key, and come back with it.
        for (name, _) in self.registry.values(key)? {
            self.clear(key, &name)?;
        }
        self.registry.remove(key)?;
        self.undo.push(Undo::Create(key.clone()));
        Ok(())
    }
}
