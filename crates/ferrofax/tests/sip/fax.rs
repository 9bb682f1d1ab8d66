//! T.30 for a far end that follows a script: our own machine on a socket of its own.

use std::net::SocketAddr;
use std::time::Duration;

use ferrofax::clock::Clock;
use g3::{
    Call, CallConfig, Capabilities, Event, Ident, Input, Output, PageInfo, Role, T38Config, Time,
};
use t4::Page;
use tokio::net::UdpSocket;

use crate::house::SCALE;

/// One end of a fax.
#[derive(Debug)]
pub(crate) struct Fax {
    call: Call,
    socket: UdpSocket,
    to: SocketAddr,
    clock: Clock,
    pages: Vec<Page>,
    started: bool,
}

impl Fax {
    /// An end on `socket` that sends `pages`, or receives when it is the answerer.
    pub(crate) fn new(role: Role, socket: UdpSocket, to: SocketAddr, pages: &[Page]) -> Self {
        let info = |page: &Page| PageInfo {
            width: page.width,
            rows: page.rows,
            resolution: page.resolution,
            octets: u32::try_from(page.mmr.len()).unwrap(),
        };
        let call = Call::new(CallConfig {
            role,
            ident: Ident::new("+1 555 0177"),
            pages: pages.iter().map(info).collect(),
            capabilities: Capabilities::default(),
            t38: T38Config::default(),
        });
        let clock = Clock::scaled(SCALE);
        Self { call, socket, to, clock, pages: pages.to_vec(), started: false }
    }

    /// Goes on until `enough` says so of an event, or to the end of the call.
    pub(crate) async fn run_until(&mut self, enough: impl Fn(&Event) -> bool) {
        let mut buffer = [0; 2048];
        if !self.started {
            self.started = true;
            self.call.handle_input(self.now(), Input::Connected);
        }
        loop {
            while let Some(output) = self.call.poll_output() {
                let now = self.now();
                match output {
                    Output::Datagram(datagram) => {
                        self.socket.send_to(&datagram, self.to).await.unwrap();
                    }
                    Output::PageWanted { index, .. } => {
                        let page = self.pages[usize::try_from(index).unwrap()].clone();
                        self.call.handle_input(now, Input::Page { index, page });
                    }
                    Output::BeforeLastConfirm => self.call.handle_input(now, Input::Recorded),
                    Output::Page(_) => self.call.handle_input(now, Input::PageStored),
                    Output::Event(event) if enough(&event) => return,
                    Output::Event(_) => {}
                    Output::Done(_) => return,
                }
            }
            let due = self.call.poll_timeout().map_or(Duration::from_secs(1), |(at, _)| {
                self.clock.real_duration(at.since(self.now()))
            });
            let received = tokio::time::timeout(due, self.socket.recv_from(&mut buffer)).await;
            let now = self.now();
            match received {
                Ok(received) => {
                    let (octets, _) = received.unwrap();
                    self.call.handle_input(now, Input::Datagram(&buffer[..octets]));
                }
                Err(_) => self.call.handle_timeout(now),
            }
        }
    }

    fn now(&self) -> Time {
        Time::ZERO + self.clock.elapsed()
    }
}
