use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::Job;
use crate::server::Session;
use crate::{Error, FaxJob};

/// Jobs in one page of the picture.
const PAGE_JOBS: u32 = 500;
/// Pages kept: a client that goes up or down across the edge of one asks for nothing twice.
const PAGES_KEPT: usize = 2;

/// A picture of the queue, taken by [`crate::FaxServer::jobs`]. faxcom IFaxJobs.
///
/// Indices run from 1 to [`FaxJobs::count`] and never shift, whatever happens to the jobs
/// meanwhile. It holds no more than two pages of jobs and where the others begin.
#[derive(Debug)]
pub struct FaxJobs {
    session: Arc<Session>,
    as_of: u64,
    count: u32,
    pages: Mutex<Pages>,
}

/// What is known of the pages of a picture.
#[derive(Debug)]
struct Pages {
    /// The id behind which page n begins; the pages up to here have been seen.
    starts: Vec<u32>,
    /// Pages by number, the latest used last.
    kept: VecDeque<(usize, Vec<Job>)>,
}

impl FaxJobs {
    pub(crate) fn new(session: Arc<Session>) -> Result<Self, Error> {
        let list = session.client()?.jobs(PAGE_JOBS)?;
        let mut pages = Pages { starts: vec![0], kept: VecDeque::new() };
        pages.keep(0, list.jobs);
        let count = u32::try_from(list.count).unwrap_or(u32::MAX);
        Ok(Self { session, as_of: list.as_of, count, pages: Mutex::new(pages) })
    }

    /// Jobs in the picture. Asks nobody. faxcom IFaxJobs::Count.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// A new object for the job at `index`, counted from 1. faxcom IFaxJobs::Item.
    ///
    /// # Errors
    /// [`Error::IndexOutOfRange`]; when the job's page has to be fetched, [`Error::NotConnected`]
    /// and those of every request.
    pub fn item(&self, index: u32) -> Result<FaxJob, Error> {
        let out_of_range = Error::IndexOutOfRange { index, count: self.count };
        let Some(row) = index.checked_sub(1).filter(|_| index <= self.count) else {
            return Err(out_of_range);
        };
        let (page, row) = ((row / PAGE_JOBS) as usize, (row % PAGE_JOBS) as usize);
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        while pages.starts.len() <= page {
            let last = pages.starts.len() - 1;
            self.fetch(&mut pages, last)?;
        }
        if !pages.has(page) {
            self.fetch(&mut pages, page)?;
        }
        let job = pages.get(page).and_then(|jobs| jobs.get(row)).ok_or(out_of_range)?;
        Ok(FaxJob::new(Arc::clone(&self.session), job.clone()))
    }

    /// Gets a page whose start is known; the start of the next one is known then.
    fn fetch(&self, pages: &mut Pages, page: usize) -> Result<(), Error> {
        if !pages.has(page) {
            let after = pages.starts.get(page).copied().unwrap_or_default();
            let list = self.session.client()?.more_jobs(self.as_of, after, PAGE_JOBS)?;
            pages.keep(page, list.jobs);
        }
        if pages.starts.len() == page + 1 {
            let end = pages.get(page).and_then(|jobs| jobs.last()).map(|job| job.id);
            let end = end.ok_or(Error::IndexOutOfRange {
                index: u32::try_from(page).unwrap_or(u32::MAX).saturating_mul(PAGE_JOBS),
                count: self.count,
            })?;
            pages.starts.push(end);
        }
        Ok(())
    }
}

impl Pages {
    fn has(&self, page: usize) -> bool {
        self.kept.iter().any(|(number, _)| *number == page)
    }

    fn get(&self, page: usize) -> Option<&Vec<Job>> {
        self.kept.iter().find(|(number, _)| *number == page).map(|(_, jobs)| jobs)
    }

    fn keep(&mut self, page: usize, jobs: Vec<Job>) {
        self.kept.push_back((page, jobs));
        if self.kept.len() > PAGES_KEPT {
            self.kept.pop_front();
        }
    }
}
