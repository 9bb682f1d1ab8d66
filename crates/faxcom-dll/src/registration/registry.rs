//! The registry as registration sees it.

/// A request that the registry refused, with its HRESULT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) i32);

pub(crate) type Result<T> = std::result::Result<T, Refused>;

/// The two trees that registration touches, of the machine or of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tree {
    /// Where COM looks: 32-bit and 64-bit programs have one each.
    Classes,
    /// Where programs keep what is theirs: one for both.
    Software,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) tree: Tree,
    /// Names with backslashes between them.
    pub(crate) path: String,
}

impl Key {
    pub(crate) fn new(tree: Tree, path: &str) -> Self {
        Self { tree, path: path.to_owned() }
    }

    pub(crate) fn child(&self, name: &str) -> Self {
        Self { tree: self.tree, path: format!(r"{}\{name}", self.path) }
    }

    /// The key above it; none where that is the tree itself.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (above, _) = self.path.rsplit_once('\\')?;
        Some(Self::new(self.tree, above))
    }
}

/// A value: its octets and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// REG_SZ and its kin.
    pub(crate) kind: u32,
    pub(crate) data: Vec<u8>,
}

impl Value {
    /// A REG_SZ.
    pub(crate) fn text(text: &str) -> Self {
        const REG_SZ: u32 = 1;
        let units = text.encode_utf16().chain([0]);
        Self { kind: REG_SZ, data: units.flat_map(u16::to_le_bytes).collect() }
    }

    /// A REG_DWORD.
    pub(crate) fn number(number: u32) -> Self {
        const REG_DWORD: u32 = 4;
        Self { kind: REG_DWORD, data: number.to_le_bytes().into() }
    }
}

/// What registration asks of the registry. The value without a name is `""`.
pub(crate) trait Registry {
    fn exists(&self, key: &Key) -> Result<bool>;

    /// None where the value is not there or its key is not.
    fn value(&self, key: &Key, name: &str) -> Result<Option<Value>>;

    fn values(&self, key: &Key) -> Result<Vec<(String, Value)>>;

    fn sub_keys(&self, key: &Key) -> Result<Vec<String>>;

    /// Makes a key whose parent is there; one that is there already stays as it is.
    fn create(&mut self, key: &Key) -> Result<()>;

    fn set(&mut self, key: &Key, name: &str, value: &Value) -> Result<()>;

    /// Removes a value; one that is not there stays away.
    fn clear(&mut self, key: &Key, name: &str) -> Result<()>;

    /// Removes a key without keys below it.
    fn remove(&mut self, key: &Key) -> Result<()>;
}
