//! One call over a UDP socket, in time that runs faster than real time.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use g3::{Call, CallConfig, Event, Input, Output, ReceivedPage, Report, Time};
use t4::Page;

/// The longest datagram that is read, in octets.
const MAX_DATAGRAM: usize = 2048;
/// How often the socket is looked at, in real time.
const POLL: Duration = Duration::from_micros(200);
/// When a test gives up on a call, in the time of the call.
const LONGEST_CALL: Duration = Duration::from_secs(1200);

/// What came of a call.
pub(crate) struct Outcome {
    pub(crate) report: Report,
    pub(crate) received: Vec<ReceivedPage>,
    /// One line for each event, with its time.
    pub(crate) transcript: Vec<String>,
}

/// Runs one call to its end. `scale` seconds of the call pass in one real second.
pub(crate) fn run(
    config: CallConfig,
    pages: &[Page],
    socket: &UdpSocket,
    peer: SocketAddr,
    scale: f64,
) -> Outcome {
    socket.set_nonblocking(true).expect("a socket can be made non-blocking");
    let driver = Driver {
        call: Call::new(config),
        pages,
        socket,
        peer,
        scale,
        start: Instant::now(),
        received: Vec::new(),
        transcript: Vec::new(),
    };
    driver.run()
}

struct Driver<'a> {
    call: Call,
    pages: &'a [Page],
    socket: &'a UdpSocket,
    peer: SocketAddr,
    scale: f64,
    start: Instant,
    received: Vec<ReceivedPage>,
    transcript: Vec<String>,
}

impl Driver<'_> {
    fn run(mut self) -> Outcome {
        let mut report = self.give(Input::Connected);
        while report.is_none() {
            report = match self.read() {
                Some(datagram) => self.give(Input::Datagram(&datagram)),
                None => self.wait_or_time_out(),
            };
            let lasted = self.now().since_start();
            assert!(lasted < LONGEST_CALL, "no end after {lasted:?}:\n{}", self.text());
        }
        let report = report.expect("the loop ends with a report");
        Outcome { report, received: self.received, transcript: self.transcript }
    }

    fn text(&self) -> String {
        self.transcript.join("\n")
    }

    fn now(&self) -> Time {
        let passed = self.start.elapsed().mul_f64(self.scale);
        Time::from_micros(u64::try_from(passed.as_micros()).expect("a call is short"))
    }

    fn read(&self) -> Option<Vec<u8>> {
        let mut buffer = [0; MAX_DATAGRAM];
        match self.socket.recv_from(&mut buffer) {
            Ok((length, from)) if from == self.peer => Some(buffer[..length].to_vec()),
            Ok(_) => None,
            Err(e) if e.kind() == ErrorKind::WouldBlock => None,
            Err(e) => panic!("the socket cannot be read: {e}"),
        }
    }

    /// There is nothing to read: a timeout is due, or time has to pass.
    fn wait_or_time_out(&mut self) -> Option<Report> {
        let now = self.now();
        let deadline = self.call.poll_timeout().map(|(at, _)| at);
        if deadline.is_some_and(|at| at <= now) {
            self.call.handle_timeout(now);
            return self.drain();
        }
        let left = deadline.map_or(POLL, |at| at.since(now).div_f64(self.scale));
        thread::sleep(left.min(POLL));
        None
    }

    fn give(&mut self, input: Input<'_>) -> Option<Report> {
        self.call.handle_input(self.now(), input);
        self.drain()
    }

    /// Does what the call wants until it wants nothing more; the report when it is over.
    fn drain(&mut self) -> Option<Report> {
        let mut answers = VecDeque::new();
        loop {
            while let Some(output) = self.call.poll_output() {
                match output {
                    Output::Datagram(octets) => self.send(&octets),
                    Output::PageWanted { index, .. } => answers.push_back(self.page(index)),
                    Output::BeforeLastConfirm => answers.push_back(Input::Recorded),
                    Output::Page(page) => {
                        self.received.push(page);
                        answers.push_back(Input::PageStored);
                    }
                    Output::Event(event) => self.note(&event),
                    Output::Done(report) => return Some(report),
                }
            }
            let answer = answers.pop_front()?;
            self.call.handle_input(self.now(), answer);
        }
    }

    fn page(&self, index: u32) -> Input<'static> {
        match self.pages.get(index as usize) {
            Some(page) => Input::Page { index, page: page.clone() },
            None => Input::PageUnreadable,
        }
    }

    fn send(&self, octets: &[u8]) {
        let sent = self.socket.send_to(octets, self.peer).expect("loopback takes datagrams");
        assert_eq!(sent, octets.len());
    }

    fn note(&mut self, event: &Event) {
        if !matches!(event, Event::Progress { .. }) {
            self.transcript.push(format!("{} {event:?}", self.now()));
        }
    }
}
