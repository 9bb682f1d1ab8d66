//! Rows of the database as the types of the store.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Attempt, Document, DocumentId, Job, JobId, PortId, Progress, Rights, User};
use crate::failure::Failure;
use crate::queue::{DeviceWord, Direction, JobState};

/// What a row says, or why it cannot be understood.
type Read<T> = Result<T, sqlx::Error>;

/// Where the values of a row are taken from.
pub(super) trait Values {
    fn number(&self, column: &'static str) -> Read<Option<i64>>;
    fn words(&self, column: &'static str) -> Read<Cow<'_, str>>;
}

impl Values for AnyRow {
    fn number(&self, column: &'static str) -> Read<Option<i64>> {
        self.try_get(column)
    }

    fn words(&self, column: &'static str) -> Read<Cow<'_, str>> {
        self.try_get(column).map(Cow::Owned)
    }
}

/// A row whose columns came as one text: a JSON array. Drivers hand out one value far sooner than
/// forty, which counts where rows come by the hundred.
pub(super) struct Packed<'t> {
    columns: &'static [&'static str],
    values: Vec<Value<'t>>,
    /// The column that is asked for next, when they are asked for in their order.
    next: Cell<usize>,
}

/// A value of a packed row.
#[derive(Debug)]
enum Value<'t> {
    Null,
    Number(i64),
    Text(Cow<'t, str>),
}

impl<'t> Packed<'t> {
    pub(super) fn new(columns: &'static [&'static str], text: &'t str) -> Read<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let values = reader.deserialize_seq(AllValues { expected: columns.len() });
        let values = values.and_then(|values| reader.end().map(|()| values));
        let values = values.map_err(|e| sqlx::Error::Decode(e.into()))?;
        Ok(Self { columns, values, next: Cell::new(0) })
    }

    fn value(&self, column: &'static str) -> Read<&Value<'t>> {
        let next = self.next.get();
        let at = match self.columns.get(next) {
            Some(name) if *name == column => Some(next),
            _ => self.columns.iter().position(|name| *name == column),
        };
        let missing = || sqlx::Error::ColumnNotFound(column.to_owned());
        let at = at.ok_or_else(missing)?;
        self.next.set(at + 1);
        self.values.get(at).ok_or_else(missing)
    }
}

impl Values for Packed<'_> {
    fn number(&self, column: &'static str) -> Read<Option<i64>> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Number(number) => Ok(Some(*number)),
            other @ Value::Text(_) => Err(unlikely(column, &format!("{other:?}"))),
        }
    }

    fn words(&self, column: &'static str) -> Read<Cow<'_, str>> {
        match self.value(column)? {
            Value::Text(text) => Ok(Cow::Borrowed(text)),
            other => Err(unlikely(column, &format!("{other:?}"))),
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

/// Takes a row.
struct AllValues {
    /// As many values as there are columns.
    expected: usize,
}

impl<'de> Visitor<'de> for AllValues {
    type Value = Vec<Value<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the values of a row")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(self.expected);
        while let Some(value) = row.next_element()? {
            values.push(value);
        }
        Ok(values)
    }
}

/// Takes whatever a column may hold.
struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a whole number or a text")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Value<'de>, E> {
        i64::try_from(number).map(Value::Number).map_err(E::custom)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }
}

/// A number that is always there.
fn number(row: &impl Values, column: &'static str) -> Read<i64> {
    row.number(column)?.ok_or_else(|| unlikely(column, "null"))
}

/// A whole number that is never negative and fits.
pub(super) fn whole<T: TryFrom<i64>>(row: &impl Values, column: &'static str) -> Read<T> {
    let value = number(row, column)?;
    T::try_from(value).map_err(|_| unlikely(column, &value.to_string()))
}

pub(super) fn flag(row: &impl Values, column: &'static str) -> Read<bool> {
    Ok(number(row, column)? != 0)
}

pub(super) fn text(row: &impl Values, column: &'static str) -> Read<String> {
    row.words(column).map(Cow::into_owned)
}

fn word<T>(row: &impl Values, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Read<T> {
    let value = row.words(column)?;
    read(&value).ok_or_else(|| unlikely(column, &value))
}

fn failure(row: &impl Values) -> Read<Option<Failure>> {
    let Some(number) = row.number("failure")? else { return Ok(None) };
    let known = u16::try_from(number).ok().and_then(Failure::from_number);
    known.map(Some).ok_or_else(|| unlikely("failure", &number.to_string()))
}

fn unlikely(column: &str, value: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: format!("{value} is not a value of this column").into(),
    }
}

/// The columns of a job, in the order in which [`job`] asks for them.
pub(super) const JOB: &[&str] = &[
    "state",
    "id",
    "direction",
    "held",
    "cancel_requested",
    "attempts",
    "due_us",
    "created_us",
    "ended_us",
    "created_seq",
    "left_seq",
    "document",
    "user_name",
    "number",
    "dialled",
    "recipient_name",
    "sender_name",
    "sender_company",
    "sender_department",
    "tsid",
    "billing_code",
    "display_name",
    "discount",
    "pages",
    "cover_pages",
    "pages_confirmed",
    "octets",
    "failure",
    "port",
    "caller",
    "remote",
    "ident",
    "delivery",
    "device",
    "phase",
    "page",
    "rate_bps",
    "ecm",
    "started_us",
];

pub(super) fn job(row: &impl Values) -> Read<Job> {
    let state = word(row, "state", JobState::from_word)?;
    Ok(Job {
        id: JobId(number(row, "id")?),
        direction: word(row, "direction", Direction::from_word)?,
        state,
        held: flag(row, "held")?,
        cancel_requested: flag(row, "cancel_requested")?,
        attempts: whole(row, "attempts")?,
        due_us: number(row, "due_us")?,
        created_us: number(row, "created_us")?,
        ended_us: row.number("ended_us")?,
        created_seq: number(row, "created_seq")?,
        left_seq: row.number("left_seq")?,
        document: row.number("document")?.map(DocumentId),
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
        cover_pages: whole(row, "cover_pages")?,
        pages_confirmed: whole(row, "pages_confirmed")?,
        octets: whole(row, "octets")?,
        failure: failure(row)?,
        port: row.number("port")?.map(PortId),
        caller: text(row, "caller")?,
        remote: text(row, "remote")?,
        ident: text(row, "ident")?,
        delivery: text(row, "delivery")?,
        no_line: false,
        progress: if state == JobState::Active { Some(progress(row)?) } else { None },
    })
}

fn progress(row: &impl Values) -> Read<Progress> {
    Ok(Progress {
        device: word(row, "device", DeviceWord::from_word)?,
        phase: word(row, "phase", |text| text.chars().next())?,
        page: whole(row, "page")?,
        rate_bps: whole(row, "rate_bps")?,
        ecm: flag(row, "ecm")?,
        octets: 0,
        of: None,
        started_us: number(row, "started_us")?,
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
