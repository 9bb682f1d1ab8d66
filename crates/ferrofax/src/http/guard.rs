//! Who may ask, under which name, and for how long.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use faxcom::api::{Code, Right};

use super::App;
use super::refusal::{Refusal, Result};
use crate::queue::Direction;
use crate::store::{self, JobId, Store, User};

/// The one path that needs no token.
pub(super) const HEALTH: &str = "/v1/health";

/// The longest token that is looked up, in characters.
const MAX_TOKEN_CHARS: usize = 256;

/// Lets a request pass whose Host is ours and whose token somebody has; the handler finds the
/// user among the request's extensions.
pub(super) async fn check(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if !is_for_us(&request, app.listen) {
        let detail = "the Host header is not ours: ask by IP address or as localhost";
        return Refusal::new(StatusCode::MISDIRECTED_REQUEST, Code::WrongHost, detail)
            .into_response();
    }
    if request.uri().path() == HEALTH {
        return next.run(request).await;
    }
    let Some(token) = bearer(request.headers()) else {
        return unauthorized("a bearer token is needed: Authorization: Bearer TOKEN");
    };
    match app.store.user_of(token).await {
        Ok(Some(user)) => {
            request.extensions_mut().insert(user);
            next.run(request).await
        }
        Ok(None) => unauthorized("nobody has this token"),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// Goes on when the user has the right.
pub(super) fn may(user: &User, right: Right) -> Result<()> {
    match user.rights.has(right) {
        true => Ok(()),
        false => {
            let detail = format!("{} does not have the right {}", user.name, right.as_str());
            Err(Refusal::forbidden(detail))
        }
    }
}

/// Whether the token still opens the door and has the right: it may have been removed since.
pub(super) async fn still_may(store: &Store, token: &str, right: Right) -> store::Result<bool> {
    Ok(store.user_of(token).await?.is_some_and(|user| user.rights.has(right)))
}

/// Goes on when the user may order the job about: it is the user's own, or the user may manage the
/// jobs of others. faxcom IFaxJob::SetStatus
pub(super) async fn may_order(app: &App, user: &User, id: JobId) -> Result<()> {
    if user.rights.has(Right::JobManage) {
        return Ok(());
    }
    let job = app.store.job(id).await?;
    if job.direction == Direction::Send && job.user_name == user.name {
        return Ok(());
    }
    let right = Right::JobManage.as_str();
    let detail = format!("job {id} is not {}'s own, and the right {right} is missing", user.name);
    Err(Refusal::forbidden(detail))
}

/// Ends a request that takes longer than `within` to arrive and to be answered.
pub(super) async fn deadline(within: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(within, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("the request took longer than {} s", within.as_secs());
            Refusal::new(StatusCode::REQUEST_TIMEOUT, Code::Timeout, detail).into_response()
        }
    }
}

/// Lets a limited number of uploads be in memory at once; further ones wait until their deadline.
pub(super) async fn upload(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.uploads.acquire().await {
        Ok(_place) => next.run(request).await,
        Err(error) => Refusal::internal(error).into_response(),
    }
}

fn unauthorized(detail: &str) -> Response {
    Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, detail).into_response()
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let fits = (1..=MAX_TOKEN_CHARS).contains(&token.len());
    (scheme.eq_ignore_ascii_case("Bearer") && fits).then_some(token)
}

/// A name that resolves to this computer is not enough: a web page may have made it so. Only names
/// that nobody else can own are taken.
fn is_for_us(request: &Request, listen: SocketAddr) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let named = host.to_str().is_ok_and(|host| is_our_name(host, listen.ip()));
    named && request.uri().host().is_none_or(|host| is_our_name(host, listen.ip()))
}

fn is_our_name(authority: &str, listen: IpAddr) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    };
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    bare.parse::<IpAddr>()
        .is_ok_and(|ip| ip.is_loopback() || ip == listen || listen.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, listen: &str, ours: bool) {
        assert_eq!(is_our_name(host, listen.parse().unwrap()), ours, "{host} at {listen}");
    }

    #[test]
    fn only_names_that_nobody_else_can_own_are_ours() {
        check("127.0.0.1:4500", "127.0.0.1", true);
        check("localhost:4500", "127.0.0.1", true);
        check("LOCALHOST", "127.0.0.1", true);
        check("[::1]:4500", "127.0.0.1", true);
        check("[::1]", "127.0.0.1", true);
        check("10.0.0.5:4500", "10.0.0.5", true);
        check("10.0.0.6:4500", "10.0.0.5", false);
        check("10.0.0.6:4500", "0.0.0.0", true);
        check("evil.example:4500", "127.0.0.1", false);
        check("evil.example:4500", "0.0.0.0", false);
        check("127.0.0.1.evil.example", "127.0.0.1", false);
        check("", "127.0.0.1", false);
    }

    #[test]
    fn a_token_is_read_from_its_header_only_in_its_form() {
        let check = |value: &str, token: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(bearer(&headers), token, "{value:?}");
        };
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Basic abc", None);
        check("Bearer", None);
        check("Bearer ", None);
        check(&format!("Bearer {}", "x".repeat(257)), None);
    }
}
