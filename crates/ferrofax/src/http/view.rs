//! What the store knows, in the words of the wire.

use std::collections::BTreeMap;

use faxcom::api;
use g3::{Retry, Side};
use jiff::Timestamp;

use crate::failure::Failure;
use crate::queue::{
    DeviceWord, Direction, DiscountRate, JobState, device_word, job_type, queue_word,
};
use crate::store::{Attempt, Event, Job, Port, Progress, Route, ServerProperties, Setting, Source};

/// What a page costs besides its data: the commands, answers and pauses between pages, in seconds.
const PAGE_OVERHEAD_S: f64 = 4.0;

/// The program that delivers, when it cannot tell its own name.
const PROGRAM: &str = "ferrofax";

/// RFC 3339 UTC.
pub(super) fn time(us: i64) -> String {
    Timestamp::from_microsecond(us).unwrap_or_default().to_string()
}

/// Ids are small; one that does not fit is shown as the largest.
pub(super) fn id(id: i64) -> u32 {
    u32::try_from(id).unwrap_or(if id < 0 { 0 } else { u32::MAX })
}

/// `discount` may be absent when the job does not wait for it.
pub(super) fn job(job: Job, now_us: i64, discount: Option<&DiscountRate>) -> api::Job {
    let sending = job.direction == Direction::Send;
    api::Job {
        id: id(job.id.0),
        job_type: kind(&job),
        state: state(job.state),
        held: job.held,
        cancel_requested: job.cancel_requested,
        in_queue: job.left_seq.is_none(),
        queue_status: queue_word(&job).to_string(),
        device_status: device_word(&job).to_string(),
        page_count: job.pages,
        cover_pages: job.cover_pages,
        pages_confirmed: job.pages_confirmed,
        discount_send: job.discount,
        attempts: job.attempts,
        submitted: time(job.created_us),
        due: (job.state == JobState::Pending).then(|| time(due(&job, now_us, discount))),
        finished: job.ended_us.map(time),
        failure: job.failure.map(failure),
        progress: job.progress.as_ref().map(|p| progress(&job, p, now_us)),
        user_name: job.user_name,
        fax_number: if sending { job.number } else { String::new() },
        recipient_name: job.recipient_name,
        tsid: job.tsid,
        sender_name: job.sender_name,
        sender_company: job.sender_company,
        sender_dept: job.sender_department,
        billing_code: job.billing_code,
        display_name: job.display_name,
        remote: job.remote,
        delivery: job.delivery,
        cover: None,
    }
}

/// When the next attempt may begin.
fn due(job: &Job, now_us: i64, discount: Option<&DiscountRate>) -> i64 {
    let earliest = job.due_us.max(now_us);
    match discount.filter(|rate| job.discount && !rate.holds(earliest)) {
        Some(rate) => rate.next(earliest),
        None => job.due_us,
    }
}

fn kind(job: &Job) -> api::JobType {
    match job_type(job) {
        1 => api::JobType::Send,
        2 => api::JobType::Receive,
        3 => api::JobType::Routing,
        4 => api::JobType::FailReceive,
        _ => api::JobType::Unknown,
    }
}

fn state(state: JobState) -> api::JobState {
    match state {
        JobState::Pending => api::JobState::Pending,
        JobState::Active => api::JobState::Active,
        JobState::Sent => api::JobState::Sent,
        JobState::Failed => api::JobState::Failed,
        JobState::Canceled => api::JobState::Canceled,
        JobState::Uncertain => api::JobState::Uncertain,
        JobState::Received => api::JobState::Received,
        JobState::Routing => api::JobState::Routing,
        JobState::ReceiveFailed => api::JobState::ReceiveFailed,
    }
}

fn failure(failure: Failure) -> api::Failure {
    api::Failure {
        number: failure.number(),
        text: failure.to_string(),
        fault: match failure.side() {
            Side::Peer => api::Fault::Peer,
            Side::Own => api::Fault::Own,
            Side::Line => api::Fault::Line,
            Side::User => api::Fault::User,
            Side::Config => api::Fault::Config,
        },
        retry: failure.retry() == Retry::Later,
        advice: failure.advice().to_owned(),
    }
}

fn progress(job: &Job, progress: &Progress, now_us: i64) -> api::Progress {
    let of = progress.of.filter(|of| *of > 0);
    let percent = of.map(|of| u64::from(progress.octets.min(of)) * 100 / u64::from(of));
    let sending = job.direction == Direction::Send;
    api::Progress {
        phase: phase(progress, sending).to_owned(),
        page: progress.page,
        pages: if sending { job.pages } else { 0 },
        percent: percent.and_then(|p| u8::try_from(p).ok()),
        rate_bps: (progress.rate_bps > 0).then_some(progress.rate_bps),
        ecm: progress.ecm,
        seconds: seconds(now_us.saturating_sub(progress.started_us)),
        seconds_left: if sending { seconds_left(job, progress) } else { None },
    }
}

fn phase(progress: &Progress, sending: bool) -> &'static str {
    match (progress.device, progress.phase) {
        (DeviceWord::Dialing, _) => "dialing",
        (DeviceWord::Ringing, _) => "ringing",
        (DeviceWord::Aborting, _) => "aborting",
        (_, 'B') => "training",
        (_, 'C') if sending => "sending",
        (_, 'C') => "receiving",
        (_, 'D') => "confirming",
        (_, 'E') => "hanging up",
        _ => "connecting",
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of a call are far below 2^52")]
fn seconds(us: i64) -> f64 {
    us.max(0) as f64 / 1e6
}

/// What is left of the page in hand, the later pages at the average size, and what each one costs
/// besides its data.
fn seconds_left(job: &Job, progress: &Progress) -> Option<f64> {
    if progress.rate_bps == 0 || job.pages == 0 {
        return None;
    }
    let later = f64::from(job.pages.saturating_sub(progress.page.max(1)));
    #[expect(clippy::cast_precision_loss, reason = "octets of a fax are far below 2^52")]
    let average = job.octets as f64 / f64::from(job.pages);
    let here = match progress.of {
        Some(of) if progress.page > 0 => f64::from(of.saturating_sub(progress.octets)),
        _ => average,
    };
    let octets = here + later * average;
    Some(octets * 8.0 / f64::from(progress.rate_bps) + (later + 1.0) * PAGE_OVERHEAD_S)
}

pub(super) fn attempt(attempt: &Attempt) -> api::Attempt {
    api::Attempt {
        number: attempt.number,
        device_id: id(attempt.port.0),
        started: time(attempt.started_us),
        ended: attempt.ended_us.map(time),
        failure: attempt.failure.map(failure),
        uncertain: attempt.uncertain,
        first_page: attempt.first_page + 1,
        pages: attempt.pages,
        rate: attempt.rate.clone(),
        ecm: attempt.ecm,
        coding: attempt.coding.clone(),
        octets: attempt.octets,
        remote: attempt.remote.clone(),
    }
}

pub(super) fn inbox_item(job: &Job) -> api::InboxItem {
    api::InboxItem {
        id: id(job.id.0),
        received: time(job.created_us),
        device_id: job.port.map(|port| id(port.0)),
        tsid: job.tsid.clone(),
        caller_id: job.caller.clone(),
        called: job.number.clone(),
        pages: job.pages,
        octets: job.octets,
        complete: matches!(job.state, JobState::Received | JobState::Routing),
        failure: job.failure.map(failure),
    }
}

pub(super) fn port(port: &Port, status: api::PortStatus, can_modify: bool) -> api::Port {
    let mut sources = BTreeMap::new();
    note(&mut sources, "rings", &port.rings);
    note(&mut sources, "csid", &port.csid);
    note(&mut sources, "tsid", &port.tsid);
    note(&mut sources, "send", &port.send);
    note(&mut sources, "receive", &port.receive);
    api::Port {
        device_id: id(port.id.0),
        name: port.name.clone(),
        rings: port.rings.value,
        csid: port.csid.value.clone(),
        tsid: port.tsid.value.clone(),
        send: port.send.value,
        receive: port.receive.value,
        priority: port.priority,
        can_modify,
        channels: port.channels,
        sources,
        status,
    }
}

fn note<T>(sources: &mut BTreeMap<String, String>, key: &str, setting: &Setting<T>) {
    let source = match setting.source {
        Source::Default => return,
        Source::File => "file",
        Source::Database => "database",
    };
    sources.insert(key.to_owned(), source.to_owned());
}

/// faxcom IFaxStatus of a line whose oldest call carries `job`.
pub(super) fn port_status(port: &Port, job: Option<&Job>, now_us: i64) -> api::PortStatus {
    let usable = port.send.value || port.receive.value;
    let idle = if usable { DeviceWord::Available } else { DeviceWord::Offline };
    let mut status = api::PortStatus {
        device_id: id(port.id.0),
        device_name: port.name.clone(),
        description: idle.to_string(),
        ..api::PortStatus::default()
    };
    let Some(job) = job else { return status };
    status.description = device_word(job).to_string();
    status.job = Some(id(job.id.0));
    status.started = job.progress.as_ref().map(|p| time(p.started_us));
    status.seconds = job.progress.as_ref().map(|p| seconds(now_us.saturating_sub(p.started_us)));
    status.send = job.direction == Direction::Send;
    status.receive = !status.send;
    if status.send {
        status.address.clone_from(&job.number);
        status.current_page = job.progress.as_ref().map_or(0, |p| p.page);
        status.page_count = job.pages;
        status.document_size = job.octets;
        status.document_name.clone_from(&job.display_name);
        status.sender_name.clone_from(&job.sender_name);
        status.tsid.clone_from(&job.ident);
        // Until the far end says who it is, the job may know it from an earlier call.
        if job.progress.as_ref().is_some_and(|p| p.phase != 'A') {
            status.csid.clone_from(&job.remote);
        }
        status.submitted = Some(time(job.created_us));
    } else {
        status.recipient_name.clone_from(&job.recipient_name);
        status.tsid.clone_from(&job.remote);
        status.csid.clone_from(&job.ident);
        status.caller_id.clone_from(&job.caller);
        status.routing_string.clone_from(&job.number);
    }
    status
}

/// faxcom IFaxRoutingMethod of a line; `called` is the number that its latest fax was for.
pub(super) fn route(port: &Port, route: &Route, called: Option<&str>) -> api::RoutingMethod {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(|path| path.file_name());
    let program = program.map_or(PROGRAM.into(), |name| name.to_string_lossy());
    let bar = if route.target.is_empty() { "" } else { "|" };
    api::RoutingMethod {
        device_id: id(port.id.0),
        device_name: port.name.clone(),
        guid: route.method.guid().to_owned(),
        enable: route.enable,
        target: route.target.clone(),
        function_name: route.method.function_name().to_owned(),
        image_name: program.into_owned(),
        friendly_name: route.method.friendly_name().to_owned(),
        extension_name: "Ferrofax Routing Extension".to_owned(),
        routing_data: format!("{}{bar}{}", called.unwrap_or_default(), route.target),
    }
}

pub(super) fn event(event: &Event) -> api::Event {
    api::Event {
        id: u64::try_from(event.id).unwrap_or(0),
        at: time(event.at_us),
        kind: event.kind.as_str().to_owned(),
        job: event.job.map(|job| id(job.0)),
    }
}

pub(super) fn properties(properties: ServerProperties) -> api::ServerProperties {
    api::ServerProperties {
        retries: properties.retries,
        retry_delay: properties.retry_delay_min,
        dirty_days: match properties.dirty_days {
            Some(days) => i32::try_from(days).unwrap_or(i32::MAX),
            None => -1,
        },
        branding: properties.branding,
        use_device_tsid: properties.use_device_tsid,
        server_coverpage: properties.server_coverpage,
        pause_server_queue: properties.pause_server_queue,
        archive_outbound_faxes: properties.archive_outbound,
        archive_directory: properties.archive_directory,
        server_mapi_profile: properties.server_mapi_profile,
        discount_rate_start_hour: properties.discount_start.hour(),
        discount_rate_start_minute: properties.discount_start.minute(),
        discount_rate_end_hour: properties.discount_end.hour(),
        discount_rate_end_minute: properties.discount_end.minute(),
    }
}
