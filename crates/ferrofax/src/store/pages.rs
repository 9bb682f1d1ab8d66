//! Pages of jobs: one file each, and what is known of them without opening it.

use bytes::Bytes;
use g3::{Coding, PageInfo};
use sqlx::Row;
use t4::{Page, Resolution, tiff};

use super::write::Write;
use super::{DocumentId, JobId, Result, Store, StoreError, blobs, row};
use crate::queue::Direction;

/// The latest job for which a document was drawn.
const DRAWN: &str = "SELECT id, pages, cover_pages FROM jobs \
     WHERE document = $1 AND drawn = $2 AND drawn <> '' ORDER BY id DESC LIMIT 1";

/// A page as its row describes it.
#[derive(Debug, Clone)]
pub(super) struct StoredPage {
    index: u32,
    width: u32,
    rows: u32,
    resolution: Resolution,
    bad_rows: u32,
    coding: Option<Coding>,
    /// Size of the MMR data.
    pub(super) octets: i64,
}

impl StoredPage {
    /// The row of a page to send.
    pub(super) fn of(index: u32, page: &Page) -> Self {
        Self {
            index,
            width: page.width,
            rows: page.rows,
            resolution: page.resolution,
            bad_rows: 0,
            coding: None,
            octets: i64::try_from(page.mmr.len()).unwrap_or(i64::MAX),
        }
    }

    /// The row of a received page.
    pub(super) fn received(index: u32, page: &g3::ReceivedPage) -> Self {
        Self { bad_rows: page.bad_rows, coding: Some(page.coding), ..Self::of(index, &page.page) }
    }
}

impl Store {
    /// Page `index` (from 0) of a job.
    ///
    /// # Errors
    /// [`StoreError::NoJob`], [`StoreError::Invalid`] when it has no such page, and
    /// [`StoreError::Damaged`] when its file cannot be read; such a file is put aside.
    pub async fn page(&self, id: JobId, index: u32) -> Result<Page> {
        if index >= self.job(id).await?.pages {
            return Err(StoreError::Invalid { key: "page", why: format!("{index} is not there") });
        }
        let name = blobs::page(id, index);
        let bytes = self.blobs().read(&name).await?;
        match decode(&bytes) {
            Ok(page) => Ok(page),
            Err(why) => {
                self.blobs().put_aside(&name).await;
                Err(StoreError::Damaged { what: name.to_string(), why })
            }
        }
    }

    /// The pages of a document as they were drawn for an earlier job; `None` when they have to be drawn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drawn(
        &self,
        document: DocumentId,
        resolution: Resolution,
    ) -> Result<Option<Vec<Page>>> {
        let row = sqlx::query(DRAWN)
            .bind(document.0)
            .bind(resolution_word(resolution))
            .fetch_optional(self.engine().reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let id = JobId(row.try_get("id")?);
        let (cover_pages, count): (u32, u32) =
            (row::whole(&row, "cover_pages")?, row::whole(&row, "pages")?);
        let mut pages = Vec::new();
        for index in cover_pages..count {
            match self.page(id, index).await {
                Ok(page) => pages.push(page),
                Err(error) => {
                    tracing::warn!(job = id.0, %error, "the document is drawn again");
                    return Ok(None);
                }
            }
        }
        Ok(Some(pages))
    }

    /// All pages of a job as one fax TIFF.
    ///
    /// # Errors
    /// As [`Store::page`].
    pub async fn tiff(&self, id: JobId) -> Result<Bytes> {
        let job = self.job(id).await?;
        if job.direction == Direction::Receive
            && let Ok(whole) = self.blobs().read(&blobs::inbox(id)).await
        {
            return Ok(whole);
        }
        let mut writer = self.writer(&job).await?;
        for index in 0..job.pages {
            let page = self.page(id, index).await?;
            writer.push(&page).map_err(not_writable)?;
        }
        Ok(writer.finish().into())
    }

    /// What a call needs to know of the pages from `first` on of a job that has `pages`.
    pub(super) async fn page_infos(
        &self,
        id: JobId,
        first: u32,
        pages: u32,
    ) -> Result<Vec<PageInfo>> {
        let sql = "SELECT * FROM pages WHERE job = $1 AND page >= $2 ORDER BY page";
        let rows = sqlx::query(sql)
            .bind(id.0)
            .bind(i64::from(first))
            .fetch_all(self.engine().reader())
            .await?;
        let info = |row: &sqlx::any::AnyRow| -> Result<PageInfo, sqlx::Error> {
            let resolution: String = row.try_get("resolution")?;
            Ok(PageInfo {
                width: row::whole(row, "width")?,
                rows: row::whole(row, "height")?,
                resolution: resolution_from(&resolution).ok_or_else(|| {
                    sqlx::Error::Decode(format!("{resolution} is not a resolution").into())
                })?,
                octets: row::whole(row, "octets")?,
            })
        };
        let damaged = |why| StoreError::Damaged { what: format!("job {id}"), why };
        let infos = rows.iter().map(info).collect::<Result<Vec<_>, sqlx::Error>>();
        let infos = infos.map_err(|error| damaged(error.to_string()))?;
        match infos.len() == usize::try_from(pages.saturating_sub(first)).unwrap_or(usize::MAX) {
            true => Ok(infos),
            false => Err(damaged(format!("{} of its pages are known", infos.len()))),
        }
    }
}

impl Write<'_> {
    /// Names a page's file in a row.
    pub(super) async fn page(&mut self, job: JobId, page: &StoredPage) -> Result<()> {
        let sql = "INSERT INTO pages \
             (job, page, width, height, resolution, octets, bad_rows, coding) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(job.0)
            .bind(i64::from(page.index))
            .bind(i64::from(page.width))
            .bind(i64::from(page.rows))
            .bind(resolution_word(page.resolution))
            .bind(page.octets)
            .bind(i64::from(page.bad_rows))
            .bind(page.coding.map(|coding| coding.to_string()).unwrap_or_default())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

/// A page as a TIFF of one page with one MMR strip.
pub(super) fn encode(page: &Page) -> Result<Bytes> {
    let mut writer = tiff::Writer::new();
    writer.push(page).map_err(not_writable)?;
    Ok(writer.finish().into())
}

fn decode(bytes: &[u8]) -> Result<Page, String> {
    let pages = tiff::read(bytes).map_err(|error| error.to_string())?;
    let [page] = pages.as_slice() else { return Err(format!("{} pages in it", pages.len())) };
    match page.to_page().map_err(|error| error.to_string())? {
        (page, 0) => Ok(page),
        (_, bad_rows) => Err(format!("{bad_rows} damaged lines")),
    }
}

pub(super) fn not_writable(error: tiff::TiffError) -> StoreError {
    StoreError::Disk(std::io::Error::other(error.to_string()))
}

pub(super) const fn resolution_word(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::Standard => "standard",
        Resolution::Fine => "fine",
        Resolution::Superfine => "superfine",
    }
}

fn resolution_from(word: &str) -> Option<Resolution> {
    [Resolution::Standard, Resolution::Fine, Resolution::Superfine]
        .into_iter()
        .find(|r| resolution_word(*r) == word)
}
