//! The registry of Windows.

use windows::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows::Win32::System::Registry::{
    HKEY, KEY_READ, KEY_WOW64_64KEY, KEY_WRITE, RegDeleteKeyExW,
};
use windows_core::{HRESULT, HSTRING};
use windows_registry::{CURRENT_USER, LOCAL_MACHINE, Type};

use super::registry::{Key, Refused, Registry, Result, Tree, Value};

/// Whose registry.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hive {
    /// For every account of this computer; only administrators may write.
    Machine,
    /// For the account that asks. Programs that run elevated do not look there.
    Account,
}

impl Hive {
    fn root(self) -> &'static windows_registry::Key {
        match self {
            Self::Machine => LOCAL_MACHINE,
            Self::Account => CURRENT_USER,
        }
    }

    fn open(self, key: &Key, access: u32, create: bool) -> windows_core::Result<Open> {
        let root = self.root();
        let mut options = root.options();
        options.access(access | view(key.tree));
        if create {
            options.create();
        }
        options.open(full_path(key))
    }
}

type Open = windows_registry::Key;

fn full_path(key: &Key) -> String {
    let tree = match key.tree {
        Tree::Classes => r"Software\Classes",
        Tree::Software => "Software",
    };
    format!(r"{tree}\{}", key.path)
}

/// The record is one for both flavours; elsewhere each sees its own part.
fn view(tree: Tree) -> u32 {
    match tree {
        Tree::Classes => 0,
        Tree::Software => KEY_WOW64_64KEY.0,
    }
}

/// None where something is not there.
fn found<T>(result: windows_core::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == HRESULT::from_win32(ERROR_FILE_NOT_FOUND.0) => Ok(None),
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &windows_core::Error) -> Refused {
    Refused(error.code().0)
}

impl Registry for Hive {
    fn exists(&self, key: &Key) -> Result<bool> {
        Ok(found(self.open(key, KEY_READ.0, false))?.is_some())
    }

    fn value(&self, key: &Key, name: &str) -> Result<Option<Value>> {
        let Some(open) = found(self.open(key, KEY_READ.0, false))? else { return Ok(None) };
        let value = found(open.get_value(name))?;
        Ok(value.map(|value| Value { kind: value.ty().into(), data: value.to_vec() }))
    }

    fn values(&self, key: &Key) -> Result<Vec<(String, Value)>> {
        let open = self.open(key, KEY_READ.0, false).map_err(|e| refused(&e))?;
        let values = open.values().map_err(|e| refused(&e))?;
        let plain = |value: windows_registry::Value| Value {
            kind: value.ty().into(),
            data: value.to_vec(),
        };
        Ok(values.map(|(name, value)| (name, plain(value))).collect())
    }

    fn sub_keys(&self, key: &Key) -> Result<Vec<String>> {
        let open = self.open(key, KEY_READ.0, false).map_err(|e| refused(&e))?;
        Ok(open.keys().map_err(|e| refused(&e))?.collect())
    }

    fn create(&mut self, key: &Key) -> Result<()> {
        self.open(key, KEY_READ.0 | KEY_WRITE.0, true).map(drop).map_err(|e| refused(&e))
    }

    fn set(&mut self, key: &Key, name: &str, value: &Value) -> Result<()> {
        let open = self.open(key, KEY_WRITE.0, false).map_err(|e| refused(&e))?;
        open.set_bytes(name, Type::from(value.kind), &value.data).map_err(|e| refused(&e))
    }

    fn clear(&mut self, key: &Key, name: &str) -> Result<()> {
        let open = self.open(key, KEY_WRITE.0, false).map_err(|e| refused(&e))?;
        found(open.remove_value(name)).map(drop)
    }

    fn remove(&mut self, key: &Key) -> Result<()> {
        let root = HKEY(self.root().as_raw());
        let path = HSTRING::from(full_path(key));
        // SAFETY: a predefined key and a path that lives until the call returns.
        let gone = unsafe { RegDeleteKeyExW(root, &path, view(key.tree), None) };
        gone.ok().map_err(|e| refused(&e))
    }
}
