//! What the names of servers stand for on the network.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Looks names up within the time of the request, and remembers the addresses so that a failure can
/// say who was tried.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    tried: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Names {
    /// The addresses that the latest name stood for; nothing when `base`, as `http://10.0.0.5:4500`,
    /// says it already.
    pub(crate) fn tried(&self, base: &str) -> String {
        let tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let texts: Vec<_> = tried.iter().map(ToString::to_string).collect();
        if texts.iter().any(|address| base.ends_with(&format!("//{address}"))) {
            return String::new();
        }
        texts.join(", ")
    }
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout);
        let addresses = found.as_ref().map(|found| found.to_vec()).unwrap_or_default();
        *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = addresses;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, tried: &[&str], expected: &str) {
        let names = Names::default();
        let addresses = tried.iter().map(|text| text.parse().unwrap()).collect();
        *names.tried.lock().unwrap() = addresses;
        assert_eq!(names.tried(base), expected, "{base}");
    }

    #[test]
    fn addresses_are_told_when_the_name_does_not_say_them() {
        check("http://faxbox:4500", &[], "");
        check("http://10.0.0.5:4500", &["10.0.0.5:4500"], "");
        check("http://[::1]:4500", &["[::1]:4500"], "");
        check("http://faxbox:4500", &["10.0.0.5:4500"], "10.0.0.5:4500");
        check("http://faxbox:80", &["10.0.0.5:80", "[fe80::1]:80"], "10.0.0.5:80, [fe80::1]:80");
    }
}
