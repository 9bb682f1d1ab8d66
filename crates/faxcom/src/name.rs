//! The many forms in which clients name their server.

use crate::Error;

/// The port of a server whose name came without one.
pub(crate) const DEFAULT_PORT: u16 = 4500;

/// The longest server name that is taken. RFC 1035 2.3.4.
const MAX_HOST_CHARS: usize = 255;

/// What a server name means. faxcom IFaxServer::Connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ServerName {
    /// The server of this computer: `""`, `.`, `localhost`, the computer's own name.
    Local,
    /// A machine, perhaps known by `[servers]`.
    Machine(String),
    /// A base address, as `http://10.0.0.5:4500`.
    Address(String),
}

impl ServerName {
    /// Reads `""`, `.`, `localhost`, `name`, `\\name`, `\\name\share`, `name:port` or a URL.
    pub(crate) fn parse(text: &str, own_name: Option<&str>) -> Result<Self, Error> {
        let bad = |why| Error::BadServerName { name: text.to_owned(), why };
        let trimmed = text.trim();
        if let Some((scheme, rest)) = trimmed.split_once("://") {
            return address_of_url(scheme, rest).map_err(bad);
        }
        let machine = trimmed.trim_start_matches('\\').split('\\').next().unwrap_or_default();
        if machine.is_empty() && !trimmed.is_empty() {
            return Err(bad("it has no machine name"));
        }
        let is = |name: &str| machine.eq_ignore_ascii_case(name);
        if machine.is_empty() || is(".") || is("localhost") || own_name.is_some_and(is) {
            return Ok(Self::Local);
        }
        let (host, port) = host_and_port(machine).map_err(bad)?;
        Ok(match port {
            Some(port) => Self::Address(base(host, port)),
            None => Self::Machine(host.to_owned()),
        })
    }

    /// The base address of a machine that is listed nowhere.
    pub(crate) fn default_address(machine: &str) -> String {
        base(machine, DEFAULT_PORT)
    }
}

/// The name of this computer, where the system tells it without a call of its own.
pub(crate) fn own_name() -> Option<String> {
    std::env::var("COMPUTERNAME")
        .ok()
        .or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
}

fn address_of_url(scheme: &str, rest: &str) -> Result<ServerName, &'static str> {
    if scheme.eq_ignore_ascii_case("https") {
        return Err("https is not supported yet; use http");
    }
    if !scheme.eq_ignore_ascii_case("http") {
        return Err("only http addresses are known");
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains(['/', '?', '#', '@']) {
        return Err("an address has a host and a port and nothing else");
    }
    let (host, port) = host_and_port(authority)?;
    // Without a port the address is one of the web, and its port is that of the web. RFC 9110 4.2.1.
    Ok(ServerName::Address(base(host, port.unwrap_or(80))))
}

/// One spelling for each address, so that a token finds its server.
fn base(host: &str, port: u16) -> String {
    let host = if host.eq_ignore_ascii_case("localhost") { "127.0.0.1" } else { host };
    format!("http://{}:{port}", host.to_ascii_lowercase())
}

fn host_and_port(text: &str) -> Result<(&str, Option<u16>), &'static str> {
    let (host, port) = match text.rsplit_once(':') {
        // `[::1]` has colons and no port.
        Some(_) if text.ends_with(']') => (text, None),
        Some((host, port)) => {
            let port: u16 = port.parse().map_err(|_| "the port is not a number up to 65535")?;
            if port == 0 {
                return Err("port 0 is nobody's");
            }
            (host, Some(port))
        }
        None => (text, None),
    };
    let plain = |host: &str| {
        host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    let in_brackets = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let known_form = match in_brackets {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => plain(host),
    };
    if host.is_empty() || host.len() > MAX_HOST_CHARS || !known_form {
        return Err("a host is a name, an IPv4 address or an IPv6 address in brackets");
    }
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match ServerName::parse(text, Some("FAXBOX")) {
            Ok(ServerName::Local) => "local".to_owned(),
            Ok(ServerName::Machine(name)) => format!("machine {name}"),
            Ok(ServerName::Address(url)) => url,
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn every_form_that_clients_use_is_understood() {
        check("", "local");
        check("  ", "local");
        check(".", "local");
        check("localhost", "local");
        check("LocalHost", "local");
        check("faxbox", "local");
        check(r"\\FAXBOX\Fax", "local");
        check("office", "machine office");
        check(r"\\OFFICE", "machine OFFICE");
        check(r"\\office\fax$", "machine office");
        check("office:4600", "http://office:4600");
        check("localhost:4600", "http://127.0.0.1:4600");
        check("http://10.0.0.5:4500/", "http://10.0.0.5:4500");
        check("HTTP://Office", "http://office:80");
        check("[::1]:4500", "http://[::1]:4500");
    }

    #[test]
    fn what_cannot_be_a_name_says_why() {
        check(r"\\", r#""\\\\" is not a server name: it has no machine name"#);
        check(
            "a b",
            "\"a b\" is not a server name: a host is a name, an IPv4 address or an IPv6 address in brackets",
        );
        check("x:0", "\"x:0\" is not a server name: port 0 is nobody's");
        check("x:99999", "\"x:99999\" is not a server name: the port is not a number up to 65535");
        check(
            "https://x",
            "\"https://x\" is not a server name: https is not supported yet; use http",
        );
        check(
            "http://x/path",
            "\"http://x/path\" is not a server name: an address has a host and a port and nothing else",
        );
    }
}
