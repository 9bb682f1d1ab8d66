//! The far end that is not ours: `tests/peers/spanfax.c`, a T.38 terminal made of libspandsp.

use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use g3::Role;
use serde_json::Value;

/// How long the peer may take to bind its port, and to end after our call has.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(2);

/// A running peer; it is killed when the test gives up on it.
pub(crate) struct Peer {
    child: Child,
    /// Where it listens for UDPTL.
    pub(crate) address: SocketAddr,
}

impl Peer {
    /// Starts a peer that plays the part opposite to `ours`, reads or writes the TIFF `file`, and
    /// has its time run at `scale`.
    pub(crate) fn start(
        ours: Role,
        file: &Path,
        us: SocketAddr,
        scale: f64,
        options: &[String],
    ) -> Self {
        let address = free_address();
        let mut command = Command::new(program());
        match ours {
            Role::Caller => command.args(["--role", "receive", "--start", "on-rx"]),
            Role::Answerer => command.args(["--role", "send"]),
        };
        command
            .args(["--ident", "+1 555 0002"])
            .arg("--file")
            .arg(file)
            .args(["--local", &address.to_string(), "--remote", &us.to_string()])
            .args(["--time-scale", &scale.to_string()])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let child = command.spawn().expect("the peer was just built");
        let mut peer = Self { child, address };
        peer.wait_until_bound();
        peer
    }

    /// Waits for the end and gives the peer's own account of the call.
    pub(crate) fn finish(mut self) -> Value {
        let give_up = Instant::now() + PATIENCE;
        while self.child.try_wait().expect("the peer can be waited for").is_none() {
            assert!(Instant::now() < give_up, "the peer does not see that the call is over");
            thread::sleep(POLL);
        }
        let mut text = String::new();
        let mut stdout = self.child.stdout.take().expect("the output is piped");
        stdout.read_to_string(&mut text).expect("the peer writes text");
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("the peer wrote {text:?}: {e}"))
    }

    fn wait_until_bound(&mut self) {
        let wanted = format!("0100007F:{:04X} ", self.address.port());
        let give_up = Instant::now() + PATIENCE;
        while !fs::read_to_string("/proc/net/udp").expect("Linux").contains(&wanted) {
            let ended = self.child.try_wait().expect("the peer can be waited for");
            assert!(ended.is_none(), "the peer ended at once: {ended:?}");
            assert!(Instant::now() < give_up, "the peer does not bind its port");
            thread::sleep(POLL);
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It has ended already, or nobody needs it any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on loopback that nobody uses.
fn free_address() -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    socket.local_addr().expect("a bound socket has an address")
}

/// The peer, built once for each run of the tests.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../g3/tests/peers/spanfax.c");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("spanfax");
        let built = Command::new("cc")
            .args(["-O2", "-Wall", "-Werror", "-o"])
            .arg(&program)
            .arg(source)
            .args(["-lspandsp", "-ltiff", "-lm"])
            .status()
            .expect("a C compiler");
        assert!(built.success(), "the peer needs libspandsp-dev and libtiff-dev");
        program
    })
}
