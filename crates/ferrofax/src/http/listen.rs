//! The listening socket: how many clients at once, and how long one may be silent.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// What clients may take.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Connections at once; further ones wait in the system's queue until one is closed.
    connections: usize,
    /// The longest that the head of a request may take, and that a connection may stay unused.
    head_within: Duration,
}

/// Clients that keep connections give them up sooner than this: `faxcom` after 15 s.
const BOUNDS: Bounds = Bounds { connections: 512, head_within: Duration::from_secs(30) };
/// The largest head of a request, in octets.
const MAX_HEAD_OCTETS: usize = 32 << 10;
/// The pause after the system gave no connection, as when the process has no file left for one.
const ACCEPT_AGAIN: Duration = Duration::from_millis(500);

/// Serves whoever comes until `stop`; then gives the answers that are under way, and returns.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    serve_within(BOUNDS, listener, router, stop).await;
}

async fn serve_within(
    bounds: Bounds,
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(bounds.head_within)
        .max_buf_size(MAX_HEAD_OCTETS);
    let places = Arc::new(Semaphore::new(bounds.connections));
    let open = GracefulShutdown::new();
    while let Some((stream, place)) = next(&listener, &places, &stop).await {
        let service = TowerToHyperService::new(router.clone());
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended badly");
            }
            drop(place);
        });
    }
    drop(listener);
    open.shutdown().await;
}

/// The next connection, when there is a place for one; `None` when the server stops.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let accept = async {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return Some((stream, place)),
                Err(error) => {
                    tracing::warn!(%error, "the system gives no connection");
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            }
        }
    };
    stop.run_until_cancelled(accept).await.flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    /// A server that takes one client at once and waits for `head_within`.
    async fn server(head_within: Duration, stop: &CancellationToken) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", axum::routing::get(|| async { "here" }));
        let bounds = Bounds { connections: 1, head_within };
        tokio::spawn(serve_within(bounds, listener, router, stop.clone()));
        address
    }

    async fn say(address: SocketAddr, words: &[u8]) -> TcpStream {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(words).await.unwrap();
        client
    }

    /// All that the server says until it closes the connection.
    async fn answer(mut client: TcpStream) -> String {
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_request_gives_its_place_to_the_next() {
        let stop = CancellationToken::new();
        let address = server(Duration::from_millis(100), &stop).await;
        let slow = say(address, b"GET / HT").await;
        let next = say(address, ASK).await;
        assert_eq!(answer(slow).await, "");
        assert!(answer(next).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_client_too_many_waits_until_a_place_is_free() {
        let stop = CancellationToken::new();
        let address = server(Duration::from_secs(600), &stop).await;
        let first = say(address, b"GET / HT").await;
        let mut second = say(address, ASK).await;
        let mut octet = [0];
        let early = tokio::time::timeout(Duration::from_millis(100), second.read(&mut octet));
        assert!(early.await.is_err(), "the second client was answered beside the first");
        drop(first);
        assert!(answer(second).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_server_that_stops_closes_what_is_unused() {
        let stop = CancellationToken::new();
        let address = server(Duration::from_secs(600), &stop).await;
        let mut client = say(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut octet = [0];
        assert_eq!(client.read(&mut octet).await.unwrap(), 1);
        stop.cancel();
        assert!(answer(client).await.ends_with("here"));
    }
}
