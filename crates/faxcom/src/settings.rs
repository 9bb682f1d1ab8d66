use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::name::{ServerName, own_name};
use crate::{Error, Sender};

/// Where the server of this computer is when nothing else is said.
pub const DEFAULT_ADDRESS: &str = "http://127.0.0.1:4500";

/// Names the server to use when the caller names none.
const SERVER_VARIABLE: &str = "FERROFAX_SERVER";
/// The token for the server that [`SERVER_VARIABLE`] or the caller names.
const TOKEN_VARIABLE: &str = "FERROFAX_TOKEN";
/// One `client.toml` that stands before all others.
const FILE_VARIABLE: &str = "FERROFAX_CLIENT_CONFIG";

/// A `client.toml`: the address of a server and the token for it.
///
/// `serve` writes one into its data folder; people write theirs into
/// `~/.config/ferrofax/client.toml` or `%APPDATA%\Ferrofax\client.toml`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientFile {
    /// The server to use when none is named, as `http://127.0.0.1:4500`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The token for [`ClientFile::server`]; it is sent to no other address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Old machine names and the addresses they stand for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub servers: BTreeMap<String, String>,
    /// Tokens for further addresses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tokens: BTreeMap<String, String>,
    /// Who sends, for what documents do not say.
    #[serde(default, skip_serializing_if = "Sender::is_empty")]
    pub sender: Sender,
}

impl fmt::Debug for ClientFile {
    /// Everything but the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientFile")
            .field("server", &self.server)
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}

impl ClientFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::BadSettings`] when it cannot be read or understood.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bad = |why: String| Error::BadSettings { path: path.to_owned(), why };
        let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
            ErrorKind::InvalidData => bad("it is no text in UTF-8; save it as UTF-8".to_owned()),
            _ => bad(e.to_string()),
        })?;
        let file: Self = toml::from_str(&text).map_err(|e| bad(e.to_string()))?;
        let addresses = file.server.iter().chain(file.servers.values()).chain(file.tokens.keys());
        for address in addresses {
            canonical(address).map_err(|e| bad(e.to_string()))?;
        }
        Ok(file)
    }

    /// The file as text, ready to be written.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("texts and tables of texts are always TOML")
    }
}

/// Where a client looks for its server and its token.
#[derive(Clone, Default)]
pub struct Settings {
    server: Option<String>,
    token: Option<String>,
    files: Vec<ClientFile>,
    looked_in: Vec<PathBuf>,
    sender: Sender,
}

/// The server that a name stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// The base address, as `http://127.0.0.1:4500`.
    pub address: String,
    /// The token, when one was found.
    pub token: Option<String>,
    /// The files in which a token was looked for.
    pub looked_in: Vec<PathBuf>,
}

impl fmt::Debug for Settings {
    /// Everything but the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("server", &self.server)
            .field("looked_in", &self.looked_in)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Target {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Settings {
    /// What this account has: `FERROFAX_SERVER`, `FERROFAX_TOKEN` and the files of
    /// [`Settings::usual_files`].
    ///
    /// # Errors
    /// [`Error::BadSettings`] when one of the files cannot be understood.
    pub fn of_account() -> Result<Self, Error> {
        Self::from_files(&Self::usual_files())
    }

    /// As [`Settings::of_account`], with `files` in place of the usual ones; the first file that
    /// says something wins. Files that are not there, or belong to others, are passed over.
    ///
    /// # Errors
    /// [`Error::BadSettings`] when one of the files cannot be understood.
    pub fn from_files(files: &[PathBuf]) -> Result<Self, Error> {
        let mut settings = Self {
            server: variable(SERVER_VARIABLE),
            token: variable(TOKEN_VARIABLE),
            files: Vec::new(),
            looked_in: files.to_vec(),
            sender: Sender::default(),
        };
        for path in files {
            match std::fs::File::open(path) {
                Ok(_) => settings.files.push(ClientFile::read(path)?),
                Err(e) if is_absent(e.kind()) => {}
                Err(e) => {
                    return Err(Error::BadSettings { path: path.clone(), why: e.to_string() });
                }
            }
        }
        for file in &settings.files {
            settings.sender.fill_from(&file.sender);
        }
        settings.sender.fill_from(&Sender::of_windows_account());
        Ok(settings)
    }

    /// Exactly one server with its token; neither environment nor files are asked.
    #[must_use]
    pub fn for_server(address: &str, token: &str) -> Self {
        let file = ClientFile {
            server: Some(address.to_owned()),
            token: Some(token.to_owned()),
            ..ClientFile::default()
        };
        Self { files: vec![file], ..Self::default() }
    }

    /// The files in which a client looks, first one first: `FERROFAX_CLIENT_CONFIG`, the user's
    /// own, the computer's (Windows), and the one that `serve` writes into this user's data folder.
    #[must_use]
    pub fn usual_files() -> Vec<PathBuf> {
        let home = variable("HOME").map(PathBuf::from);
        let under_home = |tail: &str| home.as_ref().map(|h| h.join(tail));
        let folder = |name: &str| variable(name).map(PathBuf::from);
        let (config, shared, data) = if cfg!(windows) {
            (
                folder("APPDATA").map(|f| f.join("Ferrofax")),
                folder("ProgramData").map(|f| f.join("Ferrofax")),
                // The data folder is the same as the first: `%APPDATA%\Ferrofax`.
                None,
            )
        } else {
            (
                folder("XDG_CONFIG_HOME").or(under_home(".config")).map(|f| f.join("ferrofax")),
                None,
                folder("XDG_DATA_HOME").or(under_home(".local/share")).map(|f| f.join("ferrofax")),
            )
        };
        let named = variable(FILE_VARIABLE).map(PathBuf::from);
        let in_folders =
            [config, shared, data].into_iter().flatten().map(|f| f.join("client.toml"));
        named.into_iter().chain(in_folders).collect()
    }

    /// Who sends, for what documents do not say: the tables `[sender]` of the files, the first one
    /// first, then the fax settings of a Windows account.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The server that `name` stands for. faxcom IFaxServer::Connect.
    ///
    /// # Errors
    /// [`Error::BadServerName`].
    pub fn resolve(&self, name: &str) -> Result<Target, Error> {
        let address = match ServerName::parse(name, own_name().as_deref())? {
            ServerName::Address(address) => address,
            ServerName::Machine(machine) => self.address_of(&machine)?,
            ServerName::Local => self.local_address()?,
        };
        let token = self.token_for(&address);
        Ok(Target { address, token, looked_in: self.looked_in.clone() })
    }

    fn local_address(&self) -> Result<String, Error> {
        let in_files = || self.files.iter().find_map(|f| f.server.clone());
        match self.server.clone().or_else(in_files) {
            // A variable may hold a machine name; one that means "here" leads no further.
            Some(server) => match ServerName::parse(&server, own_name().as_deref())? {
                ServerName::Address(address) => Ok(address),
                ServerName::Machine(machine) => self.address_of(&machine),
                ServerName::Local => Ok(DEFAULT_ADDRESS.to_owned()),
            },
            None => Ok(DEFAULT_ADDRESS.to_owned()),
        }
    }

    fn address_of(&self, machine: &str) -> Result<String, Error> {
        let listed = self.files.iter().flat_map(|f| &f.servers);
        match listed.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(machine)) {
            Some((_, address)) => canonical(address),
            None => Ok(ServerName::default_address(machine)),
        }
    }

    /// A token is given to the server it belongs to and to nobody else. The one from the
    /// environment belongs to whatever server is named there or by the caller.
    fn token_for(&self, address: &str) -> Option<String> {
        let is = |text: &str| canonical(text).is_ok_and(|other| other == address);
        self.token.clone().or_else(|| {
            self.files.iter().find_map(|file| {
                let own = file.server.as_deref().is_some_and(is).then(|| file.token.clone());
                own.flatten().or_else(|| {
                    file.tokens.iter().find(|(at, _)| is(at)).map(|(_, token)| token.clone())
                })
            })
        })
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::NotADirectory)
}

/// The one spelling of an address in a file.
fn canonical(text: &str) -> Result<String, Error> {
    Ok(match ServerName::parse(text, None)? {
        ServerName::Address(address) => address,
        ServerName::Machine(machine) => ServerName::default_address(&machine),
        ServerName::Local => DEFAULT_ADDRESS.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(texts: &[&str]) -> Settings {
        let files = texts.iter().map(|text| toml::from_str(text).unwrap()).collect();
        Settings { files, ..Settings::default() }
    }

    fn check(settings: &Settings, name: &str, address: &str, token: Option<&str>) {
        let target = settings.resolve(name).unwrap();
        assert_eq!((target.address.as_str(), target.token.as_deref()), (address, token), "{name}");
    }

    #[test]
    fn nothing_said_means_the_default_address() {
        check(&settings(&[]), "", "http://127.0.0.1:4500", None);
    }

    #[test]
    fn a_token_goes_to_its_own_server_only() {
        let files = settings(&["server = 'localhost:4501'\ntoken = 't'"]);
        check(&files, "", "http://127.0.0.1:4501", Some("t"));
        check(&files, "http://127.0.0.1:4501/", "http://127.0.0.1:4501", Some("t"));
        check(&files, "elsewhere", "http://elsewhere:4500", None);
    }

    #[test]
    fn the_first_file_wins_and_the_later_ones_fill_in() {
        let files = settings(&[
            "server = 'http://10.0.0.5:4500'",
            "server = 'http://127.0.0.1:4500'\ntoken = 'local'",
            "[tokens]\n'10.0.0.5:4500' = 'far'",
        ]);
        check(&files, ".", "http://10.0.0.5:4500", Some("far"));
        check(&files, "127.0.0.1:4500", "http://127.0.0.1:4500", Some("local"));
    }

    #[test]
    fn an_old_machine_name_leads_to_its_new_address() {
        let files = settings(&[
            "[servers]\nOLDFAX = 'http://10.0.0.5:4500'\n[tokens]\n'http://10.0.0.5:4500' = 'x'",
        ]);
        check(&files, r"\\oldfax\Fax", "http://10.0.0.5:4500", Some("x"));
    }

    #[test]
    fn the_sender_is_put_together_from_all_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let own = write("own.toml", "[sender]\nname = 'Ada'\n");
        let shared = write("shared.toml", "[sender]\nname = 'Office'\ncompany = 'Engines'\n");
        let settings = Settings::from_files(&[own, shared]).unwrap();
        let sender = settings.sender();
        assert_eq!((sender.name.as_str(), sender.company.as_str()), ("Ada", "Engines"));
        // Settings for one server ask nobody.
        assert!(Settings::for_server("http://127.0.0.1:4500", "t").sender().is_empty());
    }

    #[test]
    fn a_file_reads_back_what_it_was_written_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.toml");
        let file = ClientFile {
            server: Some("http://127.0.0.1:4500".into()),
            token: Some("secret".into()),
            ..ClientFile::default()
        };
        std::fs::write(&path, file.to_toml()).unwrap();
        assert_eq!(ClientFile::read(&path).unwrap(), file);
        assert!(!format!("{file:?}").contains("secret"));
    }

    #[test]
    fn a_file_is_utf_8_as_editors_on_windows_save_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.toml");
        std::fs::write(&path, "\u{feff}server = 'faxbox'\r\ntoken = 't'\r\n").unwrap();
        assert_eq!(ClientFile::read(&path).unwrap().server.as_deref(), Some("faxbox"));
        let wide: Vec<u8> =
            "\u{feff}server = 'x'".encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&path, wide).unwrap();
        let error = ClientFile::read(&path).unwrap_err().to_string();
        assert!(error.ends_with("save it as UTF-8"), "{error}");
    }

    #[test]
    fn a_misspelt_key_is_refused_with_the_file_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.toml");
        std::fs::write(&path, "sever = 'x'\n").unwrap();
        let error = Settings::from_files(std::slice::from_ref(&path)).unwrap_err().to_string();
        assert!(error.contains("client.toml") && error.contains("sever"), "{error}");
    }
}
