//! What happens, as it happens (Server-Sent Events).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use faxcom::api;
use faxcom::api::Right;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;
use utoipa::IntoParams;

use super::App;
use super::extract::Params;
use super::guard;
use super::refusal::{Refusal, Result};
use super::view;
use crate::store::{self, Store, User};

/// A sign of life on a stream on which nothing happens.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Events read from the store at once.
const BATCH: u32 = 100;

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamParams {
    /// Only events behind this id; the header `Last-Event-ID` wins. Left out: only what happens
    /// from now on.
    after: Option<i64>,
}

/// One listener.
struct Listener {
    store: Store,
    token: String,
    moved: watch::Receiver<i64>,
    last: i64,
    waiting: VecDeque<store::Event>,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
}

/// Events by rising id; a client that lost its connection goes on behind the last id it saw.
#[utoipa::path(get, path = "/v1/events", operation_id = "follow_events", tag = "events",
    params(StreamParams, ("Last-Event-ID" = Option<u64>, Header,
        description = "Only events behind this id.")),
    responses(
        (status = 200, body = api::Event, content_type = "text/event-stream"),
    ))]
pub(super) async fn stream(
    State(app): State<App>,
    Extension(user): Extension<User>,
    headers: HeaderMap,
    Params(params): Params<StreamParams>,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    guard::may(&user, Right::JobQuery)?;
    let header = match headers.get("Last-Event-ID").map(|value| value.to_str()) {
        None => None,
        Some(text) => {
            Some(text.ok().and_then(|text| text.trim().parse().ok()).ok_or_else(|| {
                Refusal::bad_field("Last-Event-ID", "it is the number of an event")
            })?)
        }
    };
    let place = app.streams.clone().try_acquire_owned();
    let place = place.map_err(|_| Refusal::busy("too many clients follow the events already"))?;
    let mut news = app.store.watch_events();
    let newest = *news.borrow_and_update();
    let listener = Listener {
        store: app.store,
        token: guard::bearer(&headers).unwrap_or_default().to_owned(),
        moved: news,
        last: header.or(params.after).unwrap_or(newest),
        waiting: VecDeque::new(),
        stop: app.stop,
        _place: place,
    };
    let events = unfold(listener, |mut listener| async {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Listener {
    /// What happened behind the last event; `None` for a listener who may not know any more.
    async fn news(&self) -> store::Result<Option<Vec<store::Event>>> {
        let events = self.store.events_after(self.last, BATCH).await?;
        let may = events.is_empty()
            || guard::still_may(&self.store, &self.token, Right::JobQuery).await?;
        Ok(may.then_some(events))
    }

    /// The next event; `None` ends the stream, and the client comes again when it wants more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                self.last = event.id;
                let shown = view::event(&event);
                let data = serde_json::to_string(&shown).ok()?;
                return Some(
                    Event::default().id(shown.id.to_string()).event(shown.kind).data(data),
                );
            }
            if self.stop.is_cancelled() {
                return None;
            }
            // What happens between this read and the wait is not lost: it moves the watch.
            self.waiting = match self.news().await {
                Ok(Some(events)) => events.into(),
                Ok(None) => return None,
                Err(error) => {
                    tracing::error!(%error, "an event stream ended");
                    return None;
                }
            };
            if self.waiting.is_empty() {
                tokio::select! {
                    moved = self.moved.changed() => moved.ok()?,
                    () = self.stop.cancelled() => return None,
                }
            }
        }
    }
}
