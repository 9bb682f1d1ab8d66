//! The ways in which a received fax can be delivered. faxcom IFaxRoutingMethod

use faxcom::api;

/// A way in which a received fax can be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// By e-mail. This server cannot do it yet.
    Email,
    /// As a file in a folder.
    Folder,
    /// On a printer. This server cannot do it yet.
    Print,
}

impl Method {
    /// Every way, in the order in which clients see them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Folder, Self::Print];

    /// The word in the store and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Folder => "folder",
            Self::Print => "print",
        }
    }

    /// The way that `word` names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }

    /// faxcom IFaxRoutingMethod::get_Guid
    #[must_use]
    pub const fn guid(self) -> &'static str {
        match self {
            Self::Email => api::ROUTE_EMAIL,
            Self::Folder => api::ROUTE_FOLDER,
            Self::Print => api::ROUTE_PRINT,
        }
    }

    /// The way that a GUID names, with or without braces, in letters of either case.
    #[must_use]
    pub fn from_guid(text: &str) -> Option<Self> {
        let braced = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let bare = braced.unwrap_or(text);
        Self::ALL
            .into_iter()
            .find(|method| method.guid().trim_matches(['{', '}']).eq_ignore_ascii_case(bare))
    }

    /// faxcom IFaxRoutingMethod::get_FunctionName
    #[must_use]
    pub const fn function_name(self) -> &'static str {
        match self {
            Self::Email => "FaxRouteEmail",
            Self::Folder => "FaxRouteFolder",
            Self::Print => "FaxRoutePrint",
        }
    }

    /// faxcom IFaxRoutingMethod::get_FriendlyName
    #[must_use]
    pub const fn friendly_name(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Folder => "Store in a folder",
            Self::Print => "Print",
        }
    }

    /// Whether this server can deliver in this way.
    #[must_use]
    pub const fn works(self) -> bool {
        matches!(self, Self::Folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_names_its_method_however_it_is_spelt() {
        for method in Method::ALL {
            let guid = method.guid();
            let bare = guid.trim_matches(['{', '}']);
            for text in [guid, bare, &guid.to_uppercase(), &bare.to_uppercase()] {
                assert_eq!(Method::from_guid(text), Some(method), "{text}");
            }
            assert_eq!(Method::from_word(method.as_str()), Some(method));
        }
        for text in ["", "{}", "folder", "{92041a90-9af2-11d0-abf7-00c04fd91a4e"] {
            assert_eq!(Method::from_guid(text), None, "{text}");
        }
    }
}
