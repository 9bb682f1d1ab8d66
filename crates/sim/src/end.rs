use std::collections::VecDeque;
use std::time::Duration;

use g3::{Call, CallConfig, Event, Input, Output, ReceivedPage, Report, Time, Timer};
use t4::{Form, Page};

use crate::puppet::Puppet;

/// What a driver has for its call, and when.
#[derive(Debug)]
pub(crate) enum Answer {
    Page(u32, Form),
    Recorded,
    Stored,
}

/// A call with the driver around it: it has pages, and takes its time.
#[derive(Debug)]
pub struct Driver {
    call: Call,
    pages: Vec<Page>,
    /// How long storing a received page takes.
    pub store_time: Duration,
    /// How long reading a page takes.
    pub read_time: Duration,
    /// The user cancels then.
    pub cancel_at: Option<Time>,
    /// The connection ends then.
    pub release_at: Option<Time>,
    /// The disk takes no page.
    pub disk_full: bool,
    /// Pages are given as they are stored, whatever form is asked for.
    pub as_stored: bool,
    answers: VecDeque<(Time, Answer)>,
    /// What the call reported.
    pub receipt: Receipt,
}

/// What an end has to show for the call.
#[derive(Debug, Default)]
pub struct Receipt {
    /// The pages that were received.
    pub pages: Vec<ReceivedPage>,
    /// Every event with its time.
    pub events: Vec<(Time, Event)>,
    /// How the call ended; `None` while it runs.
    pub report: Option<Report>,
    /// How often the call announced the last confirmation.
    pub records: u32,
    /// The pages that were asked for, and in which form.
    pub forms: Vec<(u32, Form)>,
}

impl Driver {
    /// A driver with the pages that `config` names.
    #[must_use]
    pub fn new(config: CallConfig, pages: Vec<Page>) -> Self {
        Self {
            call: Call::new(config),
            pages,
            store_time: Duration::from_millis(10),
            read_time: Duration::from_millis(5),
            cancel_at: None,
            release_at: None,
            disk_full: false,
            as_stored: false,
            answers: VecDeque::new(),
            receipt: Receipt::default(),
        }
    }

    fn start(&mut self, now: Time) -> Vec<Vec<u8>> {
        self.call.handle_input(now, Input::Connected);
        self.drain(now)
    }

    fn datagram(&mut self, now: Time, datagram: &[u8]) -> Vec<Vec<u8>> {
        self.call.handle_input(now, Input::Datagram(datagram));
        self.drain(now)
    }

    fn timeout(&mut self, now: Time) -> Vec<Vec<u8>> {
        if self.cancel_at.is_some_and(|at| at <= now) {
            self.cancel_at = None;
            self.call.handle_input(now, Input::Cancel);
        }
        if self.release_at.is_some_and(|at| at <= now) {
            self.release_at = None;
            self.call.handle_input(now, Input::Released);
        }
        while let Some((at, _)) = self.answers.front()
            && *at <= now
            && let Some((_, answer)) = self.answers.pop_front()
        {
            let input = match answer {
                Answer::Page(index, form) => match self.page(index, &form) {
                    Some(page) => Input::Page { index, page },
                    None => Input::PageUnreadable,
                },
                Answer::Recorded => Input::Recorded,
                Answer::Stored if self.disk_full => Input::PageNotStored,
                Answer::Stored => Input::PageStored,
            };
            self.call.handle_input(now, input);
        }
        self.call.handle_timeout(now);
        self.drain(now)
    }

    fn page(&self, index: u32, form: &Form) -> Option<Page> {
        let page = self.pages.get(index as usize)?;
        if self.as_stored { Some(page.clone()) } else { page.in_form(form).ok() }
    }

    fn next(&self) -> Option<Time> {
        let call = self.call.poll_timeout().map(|(at, _): (Time, Timer)| at);
        let answer = self.answers.front().map(|(at, _)| *at);
        [call, answer, self.cancel_at, self.release_at].into_iter().flatten().min()
    }

    fn drain(&mut self, now: Time) -> Vec<Vec<u8>> {
        let mut datagrams = Vec::new();
        while let Some(output) = self.call.poll_output() {
            assert!(self.receipt.report.is_none(), "nothing follows the report: {output:?}");
            match output {
                Output::Datagram(datagram) => datagrams.push(datagram),
                Output::PageWanted { index, form } => {
                    self.receipt.forms.push((index, form));
                    let answer = Answer::Page(index, form);
                    self.answers.push_back((now + self.read_time, answer));
                }
                Output::BeforeLastConfirm => {
                    self.receipt.records += 1;
                    self.answers.push_back((now + self.read_time, Answer::Recorded));
                }
                Output::Page(page) => {
                    if !self.disk_full {
                        self.receipt.pages.push(page);
                    }
                    self.answers.push_back((now + self.store_time, Answer::Stored));
                }
                Output::Event(event) => self.receipt.events.push((now, event)),
                Output::Done(report) => self.receipt.report = Some(report),
            }
        }
        datagrams
    }
}

/// One end of the simulated call.
#[derive(Debug)]
pub enum End {
    /// The machine under test.
    Call(Box<Driver>),
    /// A scripted far end.
    Puppet(Puppet),
}

impl End {
    pub(crate) fn start(&mut self, now: Time) -> Vec<Vec<u8>> {
        match self {
            Self::Call(driver) => driver.start(now),
            Self::Puppet(puppet) => puppet.start(now),
        }
    }

    pub(crate) fn datagram(&mut self, now: Time, datagram: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Self::Call(driver) => driver.datagram(now, datagram),
            Self::Puppet(puppet) => puppet.datagram(now, datagram),
        }
    }

    pub(crate) fn timeout(&mut self, now: Time) -> Vec<Vec<u8>> {
        match self {
            Self::Call(driver) => driver.timeout(now),
            Self::Puppet(puppet) => puppet.timeout(now),
        }
    }

    pub(crate) fn next(&self) -> Option<Time> {
        match self {
            Self::Call(driver) => driver.next(),
            Self::Puppet(puppet) => puppet.next(),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::Call(driver) => driver.receipt.report.is_some(),
            Self::Puppet(_) => true,
        }
    }

    pub(crate) fn into_receipt(self) -> Receipt {
        match self {
            Self::Call(driver) => driver.receipt,
            Self::Puppet(_) => Receipt::default(),
        }
    }
}
