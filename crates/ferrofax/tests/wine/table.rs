//! The project's own table of the API: what the IDL, the type library and the DLL are held against.

use serde::Deserialize;

/// Everything that a client of the Windows API relies on.
#[derive(Deserialize)]
pub(crate) struct Table {
    pub(crate) library: Library,
    pub(crate) threading_model: String,
    pub(crate) registered: Vec<Class>,
    pub(crate) interfaces: Vec<Interface>,
}

#[derive(Deserialize)]
pub(crate) struct Library {
    pub(crate) name: String,
    pub(crate) libid: String,
    pub(crate) version: String,
    pub(crate) lcid: u32,
    pub(crate) helpstring: String,
}

/// A class that registration makes creatable.
#[derive(Deserialize)]
pub(crate) struct Class {
    pub(crate) class: String,
    pub(crate) clsid: String,
    pub(crate) description: String,
    pub(crate) progid: String,
    pub(crate) version_independent_progid: String,
}

#[derive(Deserialize)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) iid: String,
    pub(crate) coclass: String,
    pub(crate) clsid: String,
    pub(crate) members: Vec<Member>,
}

/// One slot of a virtual table.
#[derive(Deserialize)]
pub(crate) struct Member {
    /// Its place; the seven of IUnknown and IDispatch come first.
    pub(crate) slot: u32,
    pub(crate) dispid: i32,
    /// What a script calls it.
    pub(crate) name: String,
    /// What C++ calls it.
    pub(crate) vtable_name: String,
    pub(crate) kind: Kind,
    pub(crate) params: Vec<Param>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Method,
    Get,
    Put,
    Putref,
}

#[derive(Deserialize)]
pub(crate) struct Param {
    pub(crate) name: String,
    /// As the IDL writes it.
    #[serde(rename = "type")]
    pub(crate) idl: String,
    /// Of the value, or of what is pointed to.
    pub(crate) vartype: String,
    /// `in`, `out,retval`, or nothing where the API says nothing.
    pub(crate) dir: String,
}

impl Table {
    pub(crate) fn load() -> Self {
        let path = crate::root().join("crates/faxcom-dll/table/faxcom.json");
        let text = std::fs::read_to_string(path).expect("the table is there");
        serde_json::from_str(&text).expect("the table has its shape")
    }

    pub(crate) fn interface(&self, name: &str) -> &Interface {
        self.interfaces.iter().find(|i| i.name == name).expect("an interface of the API")
    }

    /// Every row, by interface and name in the virtual table.
    pub(crate) fn rows(&self) -> Vec<String> {
        let rows = self.interfaces.iter().flat_map(|i| i.members.iter().map(|m| i.row(m)));
        rows.collect()
    }
}

impl Interface {
    /// How a row is called in lists.
    pub(crate) fn row(&self, member: &Member) -> String {
        format!("{}.{}", self.name, member.vtable_name)
    }

    pub(crate) fn member(&self, vtable_name: &str) -> &Member {
        let found = self.members.iter().find(|m| m.vtable_name == vtable_name);
        found.unwrap_or_else(|| panic!("{} has no {vtable_name}", self.name))
    }
}

impl Kind {
    /// The number of INVOKEKIND.
    pub(crate) const fn invkind(self) -> u32 {
        match self {
            Self::Method => 1,
            Self::Get => 2,
            Self::Put => 4,
            Self::Putref => 8,
        }
    }
}

impl Param {
    /// Whether something comes back in it.
    pub(crate) fn is_out(&self) -> bool {
        self.dir == "out,retval"
    }

    /// The number of VARENUM.
    pub(crate) fn vt(&self) -> u32 {
        match self.vartype.as_str() {
            "VT_I2" => 2,
            "VT_I4" => 3,
            "VT_DATE" => 7,
            "VT_BSTR" => 8,
            "VT_DISPATCH" => 9,
            "VT_VARIANT" => 12,
            "VT_INT" => 22,
            other => panic!("the API has no {other}"),
        }
    }

    /// The bits of PARAMFLAGS.
    pub(crate) fn flags(&self) -> u32 {
        match self.dir.as_str() {
            "" => 0,
            "in" => 1,
            "out,retval" => 2 | 8,
            other => panic!("the API has no direction {other}"),
        }
    }
}

#[test]
fn the_table_is_complete_and_without_gaps() {
    let table = Table::load();
    assert_eq!((table.interfaces.len(), table.rows().len()), (10, 185));
    let mut rows = table.rows();
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), 185, "a row stands twice");
    for interface in &table.interfaces {
        for (place, member) in (7..).zip(&interface.members) {
            let row = interface.row(member);
            assert_eq!(member.slot, place, "{row}");
            let prefix = match member.kind {
                Kind::Method => "",
                Kind::Get => "get_",
                Kind::Put => "put_",
                Kind::Putref => "putref_",
            };
            assert_eq!(member.vtable_name, format!("{prefix}{}", member.name), "{row}");
            for param in &member.params {
                assert_eq!(param.is_out(), param.idl.ends_with('*') && param.vt() != 9, "{row}");
            }
        }
    }
    // What lies at the seams of the API's numbering.
    let number = |interface: &str, member: &str| {
        let found = table.interface(interface).member(member);
        (found.slot, found.dispid)
    };
    assert_eq!(number("IFaxStatus", "get_Send"), (13, 8));
    assert_eq!(number("IFaxStatus", "get_RoutingString"), (16, 12));
    assert_eq!(number("IFaxDoc", "get_SenderFax"), (75, 36));
}
