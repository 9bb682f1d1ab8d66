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
    let mut table = Table(Vec::new());
    for class in CLASSES {
        if let (Some(prog_id), Some(versioned)) = (class.prog_id, class.versioned_prog_id()) {
            table.prog_ids(class, prog_id, &versioned);
        }
    }
    table.library(flavour, module);
    table.key(Scope::Own, "CLSID");
    for class in CLASSES {
        if let (Some(prog_id), Some(versioned)) = (class.prog_id, class.versioned_prog_id()) {
            table.class(class, prog_id, &versioned, module);
        }
    }
    table.key(Scope::Own, "Interface");
    for class in CLASSES {
        table.interface(class);
    }
    table.0
}

struct Table(Vec<Entry>);

impl Table {
    fn prog_ids(&mut self, class: &Class, prog_id: &str, versioned: &str) {
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
        self.key(Scope::Shared, "TypeLib");
        self.key(Scope::Shared, &library);
        self.text(Scope::Shared, &version, "", LIBRARY_TITLE);
        self.text(Scope::Shared, &format!(r"{version}\FLAGS"), "", "0");
        // There is no help file, whichever flavour is asked.
        self.text(Scope::Shared, &format!(r"{version}\HELPDIR"), "", "");
        self.key(Scope::Shared, &format!(r"{version}\0"));
        self.text(Scope::Own, &format!(r"{version}\0\{}", flavour.name()), "", module);
    }

    fn class(&mut self, class: &Class, prog_id: &str, versioned: &str, module: &str) {
        let key = format!(r"CLSID\{}", class.clsid);
        self.text(Scope::Own, &key, "", &class.title());
        let server = format!(r"{key}\InprocServer32");
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
        self.0.push(Entry { scope, key: key.to_owned(), value: None });
    }

    fn text(&mut self, scope: Scope, key: &str, name: &'static str, text: &str) {
        let value = Some((name, text.to_owned()));
        self.0.push(Entry { scope, key: key.to_owned(), value });
    }
}
