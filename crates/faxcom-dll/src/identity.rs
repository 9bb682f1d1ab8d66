//! Who the classes are: the numbers of `idl/faxcom.idl` that registration, the class factory and
//! the manifest need too.

/// The type library. faxcom IFaxServer.
pub(crate) const LIBID: Guid = Guid(0x87099223_C7AF_11D0_B225_00C04FB6C2F5);
/// The version of the type library.
pub(crate) const LIBRARY_VERSION: &str = "1.0";
/// What lists of libraries show.
pub(crate) const LIBRARY_TITLE: &str = "faxcom 1.0 Type Library";
/// OLE automation's own proxy and stub, which work from the type library.
pub(crate) const AUTOMATION_PROXY: Guid = Guid(0x00020424_0000_0000_C000_000000000046);

/// A GUID as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guid(pub(crate) u128);

impl std::fmt::Display for Guid {
    /// As the registry writes it, in braces.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = format!("{:032X}", self.0);
        let (a, rest) = digits.split_at(8);
        let (b, rest) = rest.split_at(4);
        let (c, rest) = rest.split_at(4);
        let (d, e) = rest.split_at(4);
        write!(f, "{{{a}-{b}-{c}-{d}-{e}}}")
    }
}

/// One class and its interface.
#[derive(Debug)]
pub(crate) struct Class {
    /// Its name; that of the interface has an I before it.
    pub(crate) name: &'static str,
    pub(crate) clsid: Guid,
    pub(crate) iid: Guid,
    /// The name that programs create it by. Only two are registered; the others come from their
    /// parents.
    pub(crate) prog_id: Option<&'static str>,
}

impl Class {
    /// The name with the version of the class.
    pub(crate) fn versioned_prog_id(&self) -> Option<String> {
        self.prog_id.map(|prog_id| format!("{prog_id}.1"))
    }

    /// What the registry calls the class.
    pub(crate) fn title(&self) -> String {
        format!("{} Class", self.name)
    }

    /// The name of the interface.
    pub(crate) fn interface(&self) -> String {
        format!("I{}", self.name)
    }

    /// Who an error says that it comes from.
    #[cfg(windows)]
    pub(crate) fn source(&self) -> String {
        self.versioned_prog_id().unwrap_or_else(|| self.interface())
    }
}

const fn child(name: &'static str, iid: u128) -> Class {
    // The GUID of a class is that of its interface plus one in the first group.
    Class { name, clsid: Guid(iid + (1 << 96)), iid: Guid(iid), prog_id: None }
}

pub(crate) const FAX_SERVER: Class = Class {
    prog_id: Some("FaxServer.FaxServer"),
    ..child("FaxServer", 0xD73733C7_CC80_11D0_B225_00C04FB6C2F5)
};
pub(crate) const FAX_JOBS: Class = child("FaxJobs", 0x55DABFD3_5C9E_11D1_B791_000000000000);
pub(crate) const FAX_JOB: Class = child("FaxJob", 0x55DABFD5_5C9E_11D1_B791_000000000000);
pub(crate) const FAX_DOC: Class = child("FaxDoc", 0xFA21F4C5_5C4C_11D1_83CF_00C04FB6E984);
pub(crate) const FAX_PORTS: Class = child("FaxPorts", 0xD73733D5_CC80_11D0_B225_00C04FB6C2F5);
pub(crate) const FAX_PORT: Class = child("FaxPort", 0xD73733CC_CC80_11D0_B225_00C04FB6C2F5);
pub(crate) const FAX_STATUS: Class = child("FaxStatus", 0x8B97E605_D054_11D0_B226_00C04FB6C2F5);
pub(crate) const FAX_ROUTING_METHODS: Class =
    child("FaxRoutingMethods", 0x2199F5F5_CEFC_11D0_A341_0000F800E68D);
pub(crate) const FAX_ROUTING_METHOD: Class =
    child("FaxRoutingMethod", 0x2199F5F3_CEFC_11D0_A341_0000F800E68D);
/// The one class whose GUID has nothing to do with that of its interface.
pub(crate) const FAX_TIFF: Class = Class {
    name: "FaxTiff",
    clsid: Guid(0x87099231_C7AF_11D0_B225_00C04FB6C2F5),
    iid: Guid(0xB19BB45F_B91C_11D1_83E1_00C04FB6E984),
    prog_id: Some("FaxTiff.FaxTiff"),
};

/// All ten.
pub(crate) static CLASSES: [&Class; 10] = [
    &FAX_SERVER,
    &FAX_JOBS,
    &FAX_JOB,
    &FAX_DOC,
    &FAX_PORTS,
    &FAX_PORT,
    &FAX_STATUS,
    &FAX_ROUTING_METHODS,
    &FAX_ROUTING_METHOD,
    &FAX_TIFF,
];

#[cfg(test)]
mod tests {
    use super::*;

    const IDL: &str = include_str!("../idl/faxcom.idl");

    #[test]
    fn the_numbers_are_those_of_the_idl() {
        let plain = |guid: Guid| guid.to_string().trim_matches(['{', '}']).to_owned();
        assert!(IDL.contains(&format!("uuid({})", plain(LIBID))));
        assert!(IDL.contains(&format!("version({LIBRARY_VERSION})")));
        assert!(IDL.contains(&format!("helpstring(\"{LIBRARY_TITLE}\")")));
        for class in CLASSES {
            let interface = class.interface();
            let declared = format!(
                "uuid({}), pointer_default(unique)]\n  interface {interface} :",
                plain(class.iid)
            );
            assert!(IDL.contains(&declared), "{declared}");
            let declared = format!("[uuid({})]\n  coclass {} {{", plain(class.clsid), class.name);
            assert!(IDL.contains(&declared), "{declared}");
        }
        assert_eq!(IDL.matches("coclass ").count(), CLASSES.len());
    }

    #[test]
    fn two_classes_are_created_by_name() {
        let names: Vec<_> = CLASSES.iter().filter_map(|c| c.versioned_prog_id()).collect();
        assert_eq!(names, ["FaxServer.FaxServer.1", "FaxTiff.FaxTiff.1"]);
    }
}
