//! The one table of keys that registration writes.

use crate::identity::{AUTOMATION_PROXY, CLASSES, Class, LIBID, LIBRARY_TITLE, LIBRARY_VERSION};

/// One key, or one value of a key, below the classes of the machine or the account. A key stands
/// after the one above it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) scope: Scope,
    pub(crate) key: String,
    /// Name and text; the value without a name is `""`.
    pub(crate) value: Option<(&'static str, String)>,
    /// The key whose value without a name is the path of the DLL that this row is there for. None
    /// for the keys in which all programs have theirs.
    pub(crate) serves: Option<String>,
}

/// Whom a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One for both flavours of the DLL.
    Shared,
    /// Each flavour has its own.
    Own,
}

/// Which programs the DLL is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    Win32,
    Win64,
}

impl Flavour {
    /// That of this very code.
    #[cfg(windows)]
    pub(crate) const THIS: Self =
        if cfg!(target_pointer_width = "64") { Self::Win64 } else { Self::Win32 };

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Win32 => Self::Win64,
            Self::Win64 => Self::Win32,
        }
    }

    /// As type libraries call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Win32 => "win32",
            Self::Win64 => "win64",
        }
    }
}

/// Everything that a DLL at `module` is registered with.
pub(crate) fn entries(flavour: Flavour, module: &str) -> Vec<Entry> {
    let mut table = Table { rows: Vec::new(), serves: None };
    for class in CLASSES {
        if let (Some(prog_id), Some(versioned)) = (class.prog_id, class.versioned_prog_id()) {
            table.prog_ids(class, prog_id, &versioned);
        }
    }
    table.serves = None;
    table.key(Scope::Shared, "TypeLib");
    table.key(Scope::Own, "CLSID");
    table.key(Scope::Own, "Interface");
    for class in CLASSES {
        if let (Some(prog_id), Some(versioned)) = (class.prog_id, class.versioned_prog_id()) {
            table.class(class, prog_id, &versioned, module);
        }
    }
    table.library(flavour, module);
    for class in CLASSES {
        table.interface(class);
    }
    table.rows
}

struct Table {
    rows: Vec<Entry>,
    /// As in the rows that follow.
    serves: Option<String>,
}

/// The key below which a class is.
fn class_key(class: &Class) -> String {
    format!(r"CLSID\{}", class.clsid)
}

/// The key with the path of the DLL that has a class.
fn server_key(class: &Class) -> String {
    format!(r"{}\InprocServer32", class_key(class))
}

impl Table {
    fn prog_ids(&mut self, class: &Class, prog_id: &str, versioned: &str) {
        self.serves = Some(server_key(class));
        let clsid = class.clsid.to_string();
        for name in [versioned, prog_id] {
            self.text(Scope::Shared, name, "", &class.title());
            self.text(Scope::Shared, &format!(r"{name}\CLSID"), "", &clsid);
        }
        self.text(Scope::Shared, &format!(r"{prog_id}\CurVer"), "", versioned);
    }

    fn library(&mut self, flavour: Flavour, module: &str) {
        let library = format!(r"TypeLib\{LIBID}");
        let version = format!(r"{library}\{LIBRARY_VERSION}");
        let file = format!(r"{version}\0\{}", flavour.name());
        self.serves = Some(file.clone());
        self.key(Scope::Shared, &library);
        self.text(Scope::Shared, &version, "", LIBRARY_TITLE);
        self.text(Scope::Shared, &format!(r"{version}\FLAGS"), "", "0");
        // There is no help file, whichever flavour is asked.
        self.text(Scope::Shared, &format!(r"{version}\HELPDIR"), "", "");
        self.key(Scope::Shared, &format!(r"{version}\0"));
        self.text(Scope::Own, &file, "", module);
    }

    fn class(&mut self, class: &Class, prog_id: &str, versioned: &str, module: &str) {
        let (key, server) = (class_key(class), server_key(class));
        self.serves = Some(server.clone());
        self.text(Scope::Own, &key, "", &class.title());
        self.text(Scope::Own, &server, "", module);
        self.text(Scope::Own, &server, "ThreadingModel", "Apartment");
        self.text(Scope::Own, &format!(r"{key}\ProgID"), "", versioned);
        self.text(Scope::Own, &format!(r"{key}\VersionIndependentProgID"), "", prog_id);
        self.key(Scope::Own, &format!(r"{key}\Programmable"));
        self.text(Scope::Own, &format!(r"{key}\TypeLib"), "", &LIBID.to_string());
    }

    /// What calls between apartments need.
    fn interface(&mut self, class: &Class) {
        let key = format!(r"Interface\{}", class.iid);
        let proxy = AUTOMATION_PROXY.to_string();
        self.text(Scope::Own, &key, "", &class.interface());
        self.text(Scope::Own, &format!(r"{key}\ProxyStubClsid32"), "", &proxy);
        let library = format!(r"{key}\TypeLib");
        self.text(Scope::Own, &library, "", &LIBID.to_string());
        self.text(Scope::Own, &library, "Version", LIBRARY_VERSION);
    }

    fn key(&mut self, scope: Scope, key: &str) {
        self.push(scope, key, None);
    }

    fn text(&mut self, scope: Scope, key: &str, name: &'static str, text: &str) {
        self.push(scope, key, Some((name, text.to_owned())));
    }

    fn push(&mut self, scope: Scope, key: &str, value: Option<(&'static str, String)>) {
        self.rows.push(Entry { scope, key: key.to_owned(), value, serves: self.serves.clone() });
    }
}
