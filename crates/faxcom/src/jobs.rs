use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::api::Job;
use crate::server::Session;
use crate::{Client, Error, FaxJob};

/// Jobs in one page of the picture.
const PAGE_JOBS: u32 = 500;
/// Pages kept: a client that goes up or down across the edge of one asks for nothing twice.
const PAGES_KEPT: usize = 2;
/// Pages on their way at once while a client walks: so the server works at one while this computer
/// reads the other.
const PAGES_COMING: usize = 2;
/// To get to a page, the server passes over this many at most; where one further on begins is
/// asked for and remembered first.
const PAGES_PASSED: u32 = 64;

/// A picture of the queue, taken by [`crate::FaxServer::jobs`]. faxcom IFaxJobs.
///
/// Indices run from 1 to [`FaxJobs::count`] and never shift, whatever happens to the jobs
/// meanwhile. It holds no more than two pages of jobs and where others begin. While a client walks
/// up or down, two more pages are on their way; a thread waits for each.
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
    /// The id behind which a page begins, by its number, as far as it is known.
    starts: BTreeMap<u32, u32>,
    /// Pages by number, the latest fetched last.
    kept: VecDeque<(u32, Page)>,
    /// The page that was looked at last.
    latest: u32,
    /// The pages that will be wanted next; [`PAGES_COMING`] at most.
    coming: Vec<Coming>,
}

/// The jobs of a page, each to be handed out as it is.
type Page = Vec<Arc<Job>>;

/// A page that is on its way.
#[derive(Debug)]
struct Coming {
    page: u32,
    answer: Receiver<Result<Page, Error>>,
}

impl FaxJobs {
    pub(crate) fn new(session: Arc<Session>) -> Result<Self, Error> {
        let list = session.client()?.jobs(PAGE_JOBS)?;
        let mut pages = Pages {
            starts: BTreeMap::from([(0, 0)]),
            kept: VecDeque::new(),
            latest: 0,
            coming: Vec::new(),
        };
        pages.keep(0, list.jobs.into_iter().map(Arc::new).collect());
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
        let (page, row) = (row / PAGE_JOBS, (row % PAGE_JOBS) as usize);
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.get(page).is_none() {
            let jobs = self.fetch(&mut pages, page)?;
            pages.keep(page, jobs);
            self.look_ahead(&mut pages, page);
        }
        pages.latest = page;
        let job = pages.get(page).and_then(|jobs| jobs.get(row)).ok_or(out_of_range)?;
        Ok(FaxJob::new(Arc::clone(&self.session), Arc::clone(job)))
    }

    fn fetch(&self, pages: &mut Pages, page: u32) -> Result<Page, Error> {
        let client = self.session.client()?;
        if let Some(at) = pages.coming.iter().position(|coming| coming.page == page)
            && let Ok(Ok(jobs)) = pages.coming.swap_remove(at).answer.recv()
        {
            return Ok(jobs);
        }
        let (known, after) = pages.start_before(page);
        if page - known > PAGES_PASSED {
            let milestone = page - page % PAGES_PASSED;
            let skip = (milestone - known) * PAGE_JOBS;
            let first = jobs(client, self.as_of, after, skip, 1)?;
            pages.begins_with(milestone, &first);
        }
        let (known, after) = pages.start_before(page);
        jobs(client, self.as_of, after, (page - known) * PAGE_JOBS, PAGE_JOBS)
    }

    /// Sends for the pages after `page` or before it when the client walks that way. What goes
    /// wrong shows when the page is wanted, and is asked for again.
    fn look_ahead(&self, pages: &mut Pages, page: u32) {
        let last = (self.count - 1) / PAGE_JOBS;
        let upwards = match page.checked_sub(pages.latest) {
            Some(1) => true,
            None if page + 1 == pages.latest => false,
            _ => return,
        };
        let ahead = |n| if upwards { page.checked_add(n) } else { page.checked_sub(n) };
        let wanted: Vec<u32> =
            (1..).map_while(ahead).take_while(|next| *next <= last).take(PAGES_COMING).collect();
        // One that nobody wants any more keeps its place until its thread is done.
        pages.coming.retain(|coming| {
            wanted.contains(&coming.page)
                || matches!(coming.answer.try_recv(), Err(TryRecvError::Empty))
        });
        for next in wanted {
            if pages.coming.len() < PAGES_COMING && !pages.has_or_expects(next) {
                self.send_for(pages, next);
            }
        }
    }

    fn send_for(&self, pages: &mut Pages, page: u32) {
        let (known, after) = pages.start_before(page);
        let Some(client) = self.session.client().ok().cloned() else { return };
        if page - known > PAGES_PASSED {
            return;
        }
        let (as_of, skip) = (self.as_of, (page - known) * PAGE_JOBS);
        let (sender, answer) = mpsc::sync_channel(1);
        let ask = move || drop(sender.send(jobs(&client, as_of, after, skip, PAGE_JOBS)));
        if thread::Builder::new().name("faxcom page".to_owned()).spawn(ask).is_ok() {
            pages.coming.push(Coming { page, answer });
        }
    }
}

/// The jobs of a picture that follow the job `after` and `skip` more.
fn jobs(client: &Client, as_of: u64, after: u32, skip: u32, limit: u32) -> Result<Page, Error> {
    let list = client.more_jobs(as_of, after, skip, limit)?;
    Ok(list.jobs.into_iter().map(Arc::new).collect())
}

impl Pages {
    fn has_or_expects(&self, page: u32) -> bool {
        self.get(page).is_some() || self.coming.iter().any(|coming| coming.page == page)
    }

    fn get(&self, page: u32) -> Option<&Page> {
        self.kept.iter().find(|(number, _)| *number == page).map(|(_, jobs)| jobs)
    }

    /// The last page up to `page` whose start is known, and the id behind which it begins.
    fn start_before(&self, page: u32) -> (u32, u32) {
        self.starts.range(..=page).next_back().map_or((0, 0), |(page, after)| (*page, *after))
    }

    fn begins_with(&mut self, page: u32, jobs: &[Arc<Job>]) {
        if let Some(first) = jobs.first() {
            self.starts.insert(page, first.id.saturating_sub(1));
        }
    }

    fn keep(&mut self, page: u32, jobs: Page) {
        self.begins_with(page, &jobs);
        if let Some(last) = jobs.last() {
            self.starts.insert(page + 1, last.id);
        }
        self.kept.push_back((page, jobs));
        if self.kept.len() > PAGES_KEPT {
            self.kept.pop_front();
        }
    }
}
