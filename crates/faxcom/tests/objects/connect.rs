//! Connect answers in any case, and says why it failed.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use faxcom::{Error, FaxServer, Settings};

use crate::scripted::{Canned, parrot, problem, server};

/// What connecting to `address` comes to.
fn connect(address: &str) -> Result<(), Error> {
    FaxServer::with_settings(Settings::for_server(address, "t")).connect("")
}

/// Where nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn nobody_there_is_said_with_the_address() {
    let address = format!("http://{}", nobody());
    let error = connect(&address).unwrap_err();
    assert_eq!(error.hresult(), 0x8007_06BA);
    let words = error.to_string();
    assert!(words.contains(&address) && words.contains("nobody listens"), "{words}");
}

#[test]
fn what_is_not_ferrofax_is_told_apart() {
    let strangers = [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\nconnection: close\r\n\r\n<h1>",
        "HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "220 mail.example ESMTP\r\n",
        "\0\0\0\0\0\0\0\0",
    ];
    for answer in strangers {
        let error = connect(&parrot(answer)).unwrap_err();
        assert!(matches!(error, Error::NotFerrofax { .. }), "{answer:?} gave {error:?}");
        assert_eq!(error.hresult(), 0x8007_06BA);
    }
}

#[test]
fn a_server_that_hangs_up_is_one_that_does_not_answer() {
    let error = connect(&server(drop::<TcpStream>)).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_refused_token_is_access_denied() {
    let text = problem(401, "unauthorized", "nobody has this token");
    let address = server(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let head = "HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n";
        let _ = write!(stream, "{head}content-length: {}\r\n\r\n{text}", text.len());
    });
    let error = connect(&address).unwrap_err();
    assert_eq!(error.hresult(), 0x8007_0005);
    assert!(error.to_string().contains("nobody has this token"), "{error}");
}

/// Connecting ends, with a timeout. Not how fast it is, but that there is an end at all.
fn takes_too_long(address: &str) {
    let begin = Instant::now();
    let error = connect(address).unwrap_err();
    assert!(error.to_string().contains("took too long"), "{error}");
    assert_eq!(error.hresult(), 0x8007_06BA);
    assert!(begin.elapsed() < Duration::from_secs(60));
}

/// Keeps a connection and says `part` again and again.
fn drips(head: &'static str, part: &'static str) -> String {
    server(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let mut fine = stream.write_all(head.as_bytes()).is_ok();
        while fine {
            std::thread::sleep(Duration::from_millis(50));
            fine = stream.write_all(part.as_bytes()).is_ok();
        }
    })
}

#[test]
fn a_server_that_never_comes_to_an_end_is_given_up() {
    let mute = server(|mut stream| while stream.read(&mut [0; 64]).is_ok_and(|n| n > 0) {});
    let slow_head = drips("HTTP/1.1 200 OK\r\nx-slow: ", "s");
    let slow_body = drips("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", " ");
    std::thread::scope(|scope| {
        for address in [mute, slow_head, slow_body] {
            scope.spawn(move || takes_too_long(&address));
        }
    });
}

#[test]
fn a_second_connect_closes_the_first_connection() {
    let first = Canned::new(&crate::requests::answers());
    let second = Canned::new(&crate::requests::answers());
    let mut server = first.connect();
    let mut port = server.ports().unwrap().item(1).unwrap();
    // Another server object is not touched by it.
    let other = first.connect();

    assert!(server.is_connected());
    server.connect(&second.url).unwrap();
    assert_eq!(port.set_rings(2), Err(Error::NotConnected));
    assert_eq!(server.retries(), Ok(3));
    assert_eq!(second.asked(), ["GET /v1/server", "GET /v1/server"]);
    assert_eq!(other.retries(), Ok(3));

    // One that fails leaves none.
    assert!(server.connect(&format!("http://{}", nobody())).is_err());
    assert!(!server.is_connected());
    assert_eq!(server.retries(), Err(Error::NotConnected));
    let mut again = FaxServer::with_settings(Settings::for_server(&first.url, "t"));
    again.disconnect();
    assert!(!again.is_connected());
    again.connect("").unwrap();
    assert!(again.is_connected());
}
