//! Rows of the database as the types of the store.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Attempt, Document, DocumentId, Job, JobId, PortId, Progress, Rights, User};
use crate::failure::Failure;
use crate::queue::{DeviceWord, Direction, JobState};

/// What a row says, or why it cannot be understood.
type Read<T> = Result<T, sqlx::Error>;

/// A whole number that is never negative and fits.
pub(super) fn whole<T: TryFrom<i64>>(row: &AnyRow, column: &str) -> Read<T> {
    let value: i64 = row.try_get(column)?;
    T::try_from(value).map_err(|_| unlikely(column, &value.to_string()))
}

pub(super) fn flag(row: &AnyRow, column: &str) -> Read<bool> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

pub(super) fn text(row: &AnyRow, column: &str) -> Read<String> {
    row.try_get(column)
}

fn word<T>(row: &AnyRow, column: &str, read: impl Fn(&str) -> Option<T>) -> Read<T> {
    let value: String = row.try_get(column)?;
    read(&value).ok_or_else(|| unlikely(column, &value))
}

fn failure(row: &AnyRow) -> Read<Option<Failure>> {
    let Some(number) = row.try_get::<Option<i64>, _>("failure")? else { return Ok(None) };
    let known = u16::try_from(number).ok().and_then(Failure::from_number);
    known.map(Some).ok_or_else(|| unlikely("failure", &number.to_string()))
}

fn unlikely(column: &str, value: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: format!("{value} is not a value of this column").into(),
    }
}

pub(super) fn job(row: &AnyRow) -> Read<Job> {
    let state = word(row, "state", JobState::from_word)?;
    Ok(Job {
        id: JobId(row.try_get("id")?),
        direction: word(row, "direction", Direction::from_word)?,
        state,
        held: flag(row, "held")?,
        cancel_requested: flag(row, "cancel_requested")?,
        attempts: whole(row, "attempts")?,
        due_us: row.try_get("due_us")?,
        created_us: row.try_get("created_us")?,
        ended_us: row.try_get("ended_us")?,
        created_seq: row.try_get("created_seq")?,
        left_seq: row.try_get("left_seq")?,
        document: row.try_get::<Option<i64>, _>("document")?.map(DocumentId),
        user_name: text(row, "user_name")?,
        number: text(row, "number")?,
        dialled: text(row, "dialled")?,
        recipient_name: text(row, "recipient_name")?,
        sender_name: text(row, "sender_name")?,
        sender_company: text(row, "sender_company")?,
        sender_department: text(row, "sender_department")?,
        tsid: text(row, "tsid")?,
        billing_code: text(row, "billing_code")?,
        display_name: text(row, "display_name")?,
        discount: flag(row, "discount")?,
        pages: whole(row, "pages")?,
        pages_confirmed: whole(row, "pages_confirmed")?,
        octets: whole(row, "octets")?,
        failure: failure(row)?,
        port: row.try_get::<Option<i64>, _>("port")?.map(PortId),
        caller: text(row, "caller")?,
        remote: text(row, "remote")?,
        delivery: text(row, "delivery")?,
        no_line: false,
        progress: if state == JobState::Active { Some(progress(row)?) } else { None },
    })
}

fn progress(row: &AnyRow) -> Read<Progress> {
    Ok(Progress {
        device: word(row, "device", DeviceWord::from_word)?,
        phase: word(row, "phase", |text| text.chars().next())?,
        page: whole(row, "page")?,
        rate_bps: whole(row, "rate_bps")?,
        ecm: flag(row, "ecm")?,
        octets: 0,
        of: None,
        started_us: row.try_get("started_us")?,
    })
}

pub(super) fn document(row: &AnyRow) -> Read<Document> {
    Ok(Document {
        id: DocumentId(row.try_get("id")?),
        user_name: text(row, "user_name")?,
        name: text(row, "name")?,
        media_type: text(row, "media_type")?,
        octets: whole(row, "octets")?,
        created_us: row.try_get("created_us")?,
    })
}

pub(super) fn user(row: &AnyRow) -> Read<User> {
    let rights = Rights::from_bits(row.try_get("rights")?);
    Ok(User { name: text(row, "user_name")?, rights })
}

pub(super) fn attempt(row: &AnyRow) -> Read<Attempt> {
    Ok(Attempt {
        number: whole(row, "attempt")?,
        port: PortId(row.try_get("port")?),
        started_us: row.try_get("started_us")?,
        ended_us: row.try_get("ended_us")?,
        failure: failure(row)?,
        uncertain: flag(row, "uncertain")?,
        broken: flag(row, "broken")?,
        first_page: whole(row, "first_page")?,
        pages: whole(row, "pages")?,
        octets: whole(row, "octets")?,
        rate: text(row, "rate")?,
        ecm: flag(row, "ecm")?,
        coding: text(row, "coding")?,
        remote: text(row, "remote")?,
    })
}
