//! What clients are shown of a call that is running: the step that it is at.

use std::sync::{Mutex, PoisonError};

use g3::{Event, Phase};

use super::transcript::Transcript;
use super::words::DeviceWord;
use crate::store::{JobId, Step, Store};

/// The step of one call. It is stored when it changes, and the transcript is written out with it.
#[derive(Debug)]
pub(crate) struct Shown {
    store: Store,
    job: JobId,
    transcript: Transcript,
    /// The word for the call once both ends talk fax.
    talking: DeviceWord,
    /// The page of the job that is page 0 of the call.
    first: u32,
    step: Mutex<Step>,
}

impl Shown {
    /// A call that is at `begin` and will be `talking`.
    pub(crate) fn new(
        store: &Store,
        transcript: &Transcript,
        job: JobId,
        (begin, talking): (DeviceWord, DeviceWord),
        first: u32,
    ) -> Self {
        let step = Step { device: begin, phase: 'A', page: 0, rate_bps: 0, ecm: false };
        Self {
            store: store.clone(),
            job,
            transcript: transcript.clone(),
            talking,
            first,
            step: Mutex::new(step),
        }
    }

    /// Shows what an event changes.
    pub(crate) async fn event(&self, event: &Event) -> std::io::Result<()> {
        match event {
            Event::Phase(phase) => {
                self.show(|step| {
                    step.phase = letter(*phase);
                    if *phase != Phase::A && step.device != DeviceWord::Completed {
                        step.device = self.talking;
                    }
                })
                .await
            }
            Event::RemoteIdent(ident) => {
                let written = self.store.remote(self.job, ident.as_str()).await;
                written.map_err(std::io::Error::other)
            }
            Event::Negotiated { rate, ecm, .. } => {
                self.show(|step| {
                    step.rate_bps = rate.bps();
                    step.ecm = *ecm;
                })
                .await
            }
            Event::PageStarted { index } => {
                self.store.octets(self.job, 0, None);
                let page = self.first.saturating_add(*index).saturating_add(1);
                self.show(|step| step.page = page).await
            }
            Event::Progress { octets, of, .. } => {
                self.store.octets(self.job, *octets, *of);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Shows what the device does beside the fax: it took the call, or only hangs up any more.
    pub(crate) async fn device(&self, word: DeviceWord) -> std::io::Result<()> {
        self.show(|step| step.device = word).await
    }

    async fn show(&self, change: impl FnOnce(&mut Step)) -> std::io::Result<()> {
        let changed = {
            let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
            let before = *step;
            change(&mut step);
            (*step != before).then_some(*step)
        };
        if let Some(step) = changed {
            self.store.step(self.job, step).await.map_err(std::io::Error::other)?;
            self.transcript.write_out().await;
        }
        Ok(())
    }
}

const fn letter(phase: Phase) -> char {
    match phase {
        Phase::A => 'A',
        Phase::B => 'B',
        Phase::C => 'C',
        Phase::D => 'D',
        Phase::E => 'E',
    }
}
