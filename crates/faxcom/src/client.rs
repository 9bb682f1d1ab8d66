//! The plain REST client below the objects.

use std::fmt;
use std::io::{self, Read, Write};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Body;
use ureq::http::Response;
use ureq::unversioned::transport::DefaultConnector;

use crate::api::{
    AttemptList, Code, CoverList, InboxList, Job, JobList, NewJob, PRODUCT, Port, PortChange,
    PortList, PortStatus, Problem, RestartJob, Right, RoutingMethod, RoutingMethodChange,
    RoutingMethodList, ServerChange, ServerInfo, ServerProperties, Transcript, Uploaded,
};
use crate::names::Names;
use crate::{Error, Target};

/// The longest that [`Client::connect`] takes, name resolution included.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The longest that an ordinary request takes.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// The longest that an upload takes.
const UPLOAD_WITHIN: Duration = Duration::from_secs(120);
/// The longest that the server may take to draw the pages of a job: longer than it takes itself.
const DRAWN_WITHIN: Duration = Duration::from_secs(330);
/// The longest silence within a download.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// The most octets of an answer that is not a download.
const MAX_ANSWER_OCTETS: u64 = 32 << 20;
/// The most octets of a download.
const MAX_DOWNLOAD_OCTETS: u64 = 1 << 30;
/// The most characters of a foreign answer that an error repeats.
const MAX_QUOTED_CHARS: usize = 200;

/// A connection to one server, with the token that it is asked with.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    names: Names,
    address: String,
    bearer: Option<String>,
    looked_in: String,
}

/// An answer together with whether the request made something new.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply<T> {
    /// What the server answered.
    pub value: T,
    /// `false` when a request with the same `Idempotency-Key` had been answered before.
    pub created: bool,
}

impl fmt::Debug for Client {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Client {
    /// Connects within five seconds and makes sure that a Ferrofax server answers and knows the
    /// token.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::NotFerrofax`], [`Error::AccessDenied`].
    pub fn connect(target: Target) -> Result<Self, Error> {
        let client = Self::new(target);
        let request = client.agent.get(client.url("/v1/server"));
        let request = client.with_token(request).config().timeout_global(Some(CONNECT_WITHIN));
        let info: ServerInfo = client.read(request.build().call())?;
        if info.product != PRODUCT {
            return Err(client.not_ferrofax(format!("it calls itself {:?}", info.product)));
        }
        Ok(client)
    }

    fn new(target: Target) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(REQUEST_WITHIN))
            .user_agent(concat!("faxcom/", env!("CARGO_PKG_VERSION")))
            .build();
        let looked_in: Vec<_> =
            target.looked_in.iter().map(|path| path.display().to_string()).collect();
        let names = Names::default();
        Self {
            agent: ureq::Agent::with_parts(config, DefaultConnector::new(), names.clone()),
            names,
            address: target.address,
            bearer: target.token.map(|token| format!("Bearer {token}")),
            looked_in: looked_in.join(", "),
        }
    }

    /// The base address of the server.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Version, user and properties of the server.
    ///
    /// # Errors
    /// As every request: [`Error::Unreachable`], [`Error::NotFerrofax`], [`Error::AccessDenied`],
    /// [`Error::Refused`].
    pub fn server(&self) -> Result<ServerInfo, Error> {
        self.get("/v1/server")
    }

    /// Changes properties of the server, all that are named or none.
    ///
    /// # Errors
    /// As every request; `bad_value` names the property and its range.
    pub fn change_server(&self, change: &ServerChange) -> Result<ServerInfo, Error> {
        self.patch("/v1/server", change)
    }

    /// The properties of the server.
    ///
    /// # Errors
    /// As every request; `forbidden` without the right `config_query`.
    pub fn properties(&self) -> Result<ServerProperties, Error> {
        let info = self.server()?;
        let right = Right::ConfigQuery.as_str();
        info.properties.ok_or_else(|| {
            Error::Refused(Problem {
                kind: "about:blank".to_owned(),
                title: "Forbidden".to_owned(),
                status: 403,
                detail: format!("{} does not have the right {right}", info.user),
                code: Code::Forbidden,
            })
        })
    }

    /// Uploads a document under a file name.
    ///
    /// # Errors
    /// As every request.
    pub fn upload(&self, name: &str, content: &[u8]) -> Result<Uploaded, Error> {
        let request = self.agent.post(self.url("/v1/documents")).query("name", name);
        let request = self.with_token(request).config().timeout_global(Some(UPLOAD_WITHIN)).build();
        self.read(request.content_type("application/octet-stream").send(content))
    }

    /// Queues a job. `idempotency_key` makes a repeated request answer the first job.
    ///
    /// # Errors
    /// As every request.
    pub fn submit(&self, job: &NewJob, idempotency_key: &str) -> Result<Reply<Job>, Error> {
        let request = self.agent.post(self.url("/v1/jobs"));
        let request = self.with_token(request).header("Idempotency-Key", idempotency_key);
        let request = request.config().timeout_global(Some(DRAWN_WITHIN)).build();
        let answer = request.send_json(job);
        let created = answer.as_ref().is_ok_and(|a| a.status() == 201);
        Ok(Reply { value: self.read(answer)?, created })
    }

    /// The first `limit` jobs of a new picture of the visible queue.
    ///
    /// # Errors
    /// As every request.
    pub fn jobs(&self, limit: u32) -> Result<JobList, Error> {
        self.get(&format!("/v1/jobs?queue=visible&limit={limit}"))
    }

    /// The jobs of the picture `as_of` that follow the job `after` and `skip` more.
    ///
    /// # Errors
    /// As every request.
    pub fn more_jobs(
        &self,
        as_of: u64,
        after: u32,
        skip: u32,
        limit: u32,
    ) -> Result<JobList, Error> {
        let skip = if skip == 0 { String::new() } else { format!("&skip={skip}") };
        self.get(&format!("/v1/jobs?queue=visible&limit={limit}&as_of={as_of}&after={after}{skip}"))
    }

    /// One job, whatever its state.
    ///
    /// # Errors
    /// As every request; `not_found` when there is no such job.
    pub fn job(&self, id: u32) -> Result<Job, Error> {
        self.get(&format!("/v1/jobs/{id}"))
    }

    /// Holds a job back; a call in progress is not touched.
    ///
    /// # Errors
    /// As every request; `not_allowed` when its state has nothing to pause.
    pub fn pause(&self, id: u32) -> Result<Job, Error> {
        self.command(&format!("/v1/jobs/{id}/pause"))
    }

    /// Lets a paused job go on, and restarts a failed one. faxcom IFaxJob::SetStatus 3.
    ///
    /// # Errors
    /// As every request; `uncertain` when the far end may already have the fax.
    pub fn resume(&self, id: u32) -> Result<Job, Error> {
        self.command(&format!("/v1/jobs/{id}/resume"))
    }

    /// Sends a job again. With `may_duplicate` even one that the far end may already have.
    ///
    /// # Errors
    /// As every request; `uncertain`, `not_allowed`.
    pub fn restart(&self, id: u32, may_duplicate: bool) -> Result<Job, Error> {
        self.post(&format!("/v1/jobs/{id}/restart"), &RestartJob { may_duplicate })
    }

    /// Cancels a job; a call in progress is ended.
    ///
    /// # Errors
    /// As every request; `not_allowed` when the job is over.
    pub fn cancel(&self, id: u32) -> Result<Job, Error> {
        self.command(&format!("/v1/jobs/{id}/cancel"))
    }

    /// The calls of a job.
    ///
    /// # Errors
    /// As every request.
    pub fn attempts(&self, id: u32) -> Result<AttemptList, Error> {
        self.get(&format!("/v1/jobs/{id}/attempts"))
    }

    /// The decoded time line of one call of a job; attempts are counted from 1.
    ///
    /// # Errors
    /// As every request.
    pub fn transcript(&self, id: u32, attempt: u32) -> Result<Transcript, Error> {
        self.get(&format!("/v1/jobs/{id}/attempts/{attempt}/transcript"))
    }

    /// The pages of a job as one TIFF file, written to `out`; gives the octets written.
    ///
    /// # Errors
    /// As every request; [`Error::Output`] when `out` refuses.
    pub fn document_tiff(&self, id: u32, out: &mut dyn Write) -> Result<u64, Error> {
        self.download(&format!("/v1/jobs/{id}/document.tif"), out)
    }

    /// The pages of a job as a PDF file, written to `out`; gives the octets written.
    ///
    /// # Errors
    /// As every request; [`Error::Output`] when `out` refuses.
    pub fn document_pdf(&self, id: u32, out: &mut dyn Write) -> Result<u64, Error> {
        self.download(&format!("/v1/jobs/{id}/document.pdf"), out)
    }

    /// A page of a job, counted from 1, as PNG written to `out`: grey and `width` pixels wide, or
    /// without it pel for pel; gives the octets written.
    ///
    /// # Errors
    /// As every request; [`Error::Output`] when `out` refuses.
    pub fn page_png(
        &self,
        id: u32,
        page: u32,
        width: Option<u32>,
        out: &mut dyn Write,
    ) -> Result<u64, Error> {
        self.download(&format!("/v1/jobs/{id}/pages/{page}.png{}", wide(width)), out)
    }

    /// The lines of the server.
    ///
    /// # Errors
    /// As every request.
    pub fn ports(&self) -> Result<PortList, Error> {
        self.get("/v1/ports")
    }

    /// Changes properties of a line, all that are named or none.
    ///
    /// # Errors
    /// As every request; `bad_value` names the property and its range.
    pub fn change_port(&self, device_id: u32, change: &PortChange) -> Result<Port, Error> {
        self.patch(&format!("/v1/ports/{device_id}"), change)
    }

    /// How faxes that a line receives are delivered.
    ///
    /// # Errors
    /// As every request.
    pub fn routing_methods(&self, device_id: u32) -> Result<RoutingMethodList, Error> {
        self.get(&format!("/v1/ports/{device_id}/routing-methods"))
    }

    /// Changes one way in which faxes that a line receives are delivered.
    ///
    /// # Errors
    /// As every request; `bad_value` names the field at fault.
    pub fn change_routing_method(
        &self,
        device_id: u32,
        guid: &str,
        change: &RoutingMethodChange,
    ) -> Result<RoutingMethod, Error> {
        // The braces of a GUID have no place in an address as they are. RFC 3986 2.1.
        let guid = guid.replace('{', "%7B").replace('}', "%7D");
        self.patch(&format!("/v1/ports/{device_id}/routing-methods/{guid}"), change)
    }

    /// What one line is doing.
    ///
    /// # Errors
    /// As every request.
    pub fn port_status(&self, device_id: u32) -> Result<PortStatus, Error> {
        self.get(&format!("/v1/ports/{device_id}/status"))
    }

    /// Received faxes with ids above `after`, at most `limit`.
    ///
    /// # Errors
    /// As every request.
    pub fn inbox(&self, after: u32, limit: u32) -> Result<InboxList, Error> {
        self.get(&format!("/v1/inbox?after={after}&limit={limit}"))
    }

    /// A received fax as a TIFF file, written to `out`; gives the octets written.
    ///
    /// # Errors
    /// As every request; [`Error::Output`] when `out` refuses.
    pub fn inbox_tiff(&self, id: u32, out: &mut dyn Write) -> Result<u64, Error> {
        self.download(&format!("/v1/inbox/{id}.tif"), out)
    }

    /// A received fax as a PDF file, written to `out`; gives the octets written.
    ///
    /// # Errors
    /// As every request; [`Error::Output`] when `out` refuses.
    pub fn inbox_pdf(&self, id: u32, out: &mut dyn Write) -> Result<u64, Error> {
        self.download(&format!("/v1/inbox/{id}.pdf"), out)
    }

    /// The cover pages of the server.
    ///
    /// # Errors
    /// As every request.
    pub fn covers(&self) -> Result<CoverList, Error> {
        self.get("/v1/covers")
    }

    /// The first page of the cover that `job` would have, as PNG written to `out`, `width` pixels wide;
    /// gives the octets written.
    ///
    /// # Errors
    /// As every request; `no_cover` and `bad_cover` among them. [`Error::Output`] when `out` refuses.
    pub fn preview_cover(
        &self,
        job: &NewJob,
        width: Option<u32>,
        out: &mut dyn Write,
    ) -> Result<u64, Error> {
        let path = self.url(&format!("/v1/covers/preview{}", wide(width)));
        let request = self.with_token(self.agent.post(path));
        let request = request.config().timeout_global(Some(DRAWN_WITHIN)).build();
        self.take(request.send_json(job), out)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    fn with_token<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        match &self.bearer {
            Some(bearer) => request.header("Authorization", bearer),
            None => request,
        }
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read(self.with_token(self.agent.get(self.url(path))).call())
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        self.read(self.with_token(self.agent.post(self.url(path))).send_json(body))
    }

    /// A request without a body: the server reads none here, and a connection on which one is left
    /// unread is closed.
    fn command<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read(self.with_token(self.agent.post(self.url(path))).send_empty())
    }

    fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        self.read(self.with_token(self.agent.patch(self.url(path))).send_json(body))
    }

    fn download(&self, path: &str, out: &mut dyn Write) -> Result<u64, Error> {
        let request = self.with_token(self.agent.get(self.url(path)));
        let request =
            request.config().timeout_global(None).timeout_per_read(Some(READ_WITHIN)).build();
        self.take(request.call(), out)
    }

    /// Writes what was answered to `out`; gives the octets written.
    fn take(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
        out: &mut dyn Write,
    ) -> Result<u64, Error> {
        let mut answer = answer.map_err(|e| self.lost(&e))?;
        if !answer.status().is_success() {
            return Err(self.refusal(&mut answer));
        }
        let mut source = answer.body_mut().with_config().limit(MAX_DOWNLOAD_OCTETS).reader();
        let mut buffer = vec![0; 64 << 10];
        let mut total = 0;
        loop {
            let n = source.read(&mut buffer).map_err(|e| self.unreachable(&e.to_string()))?;
            let Some(part) = buffer.get(..n).filter(|part| !part.is_empty()) else {
                return Ok(total);
            };
            out.write_all(part).map_err(|e| Error::Output(e.to_string()))?;
            total += n as u64;
        }
    }

    fn read<T: DeserializeOwned>(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
    ) -> Result<T, Error> {
        let mut answer = answer.map_err(|e| self.lost(&e))?;
        if !answer.status().is_success() {
            return Err(self.refusal(&mut answer));
        }
        let text = self.text(&mut answer)?;
        let unreadable = |why: &dyn fmt::Display| {
            self.not_ferrofax(format!("its answer cannot be read ({why})"))
        };
        // As one text it is looked through once; as octets each text in it would be.
        let text = str::from_utf8(&text).map_err(|e| unreadable(&e))?;
        serde_json::from_str(text).map_err(|e| unreadable(&e))
    }

    fn text(&self, answer: &mut Response<Body>) -> Result<Vec<u8>, Error> {
        let announced = answer.body().content_length().unwrap_or(0).min(MAX_ANSWER_OCTETS);
        let mut text = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
        let mut body = answer.body_mut().with_config().limit(MAX_ANSWER_OCTETS).reader();
        let read = body.read_to_end(&mut text);
        read.map_err(|e| self.lost(&ureq::Error::from(e)))?;
        Ok(text)
    }

    /// The error that an answer other than success stands for.
    fn refusal(&self, answer: &mut Response<Body>) -> Error {
        let status = answer.status();
        let text = match self.text(answer) {
            Ok(text) => text,
            Err(error) => return error,
        };
        let Ok(problem) = serde_json::from_slice::<Problem>(&text) else {
            let quote: String = String::from_utf8_lossy(&text)
                .chars()
                .filter(|c| !c.is_control())
                .take(MAX_QUOTED_CHARS)
                .collect();
            return self.not_ferrofax(format!("{status} {quote}").trim_end().to_owned());
        };
        if problem.code != Code::Unauthorized {
            return Error::Refused(problem);
        }
        let why = match (&self.bearer, self.looked_in.as_str()) {
            (Some(_), _) => problem.detail,
            (None, "") => "no token was given".to_owned(),
            (None, files) => format!("no token for it was found; looked in {files}"),
        };
        Error::AccessDenied { address: self.address.clone(), why }
    }

    fn lost(&self, error: &ureq::Error) -> Error {
        match error {
            ureq::Error::Protocol(e) => self.not_ferrofax(e.to_string()),
            ureq::Error::BodyExceedsLimit(limit) => {
                self.not_ferrofax(format!("its answer is longer than {limit} octets"))
            }
            ureq::Error::Timeout(_) => self.unreachable("it took too long"),
            ureq::Error::HostNotFound => self.unreachable("there is no machine of this name"),
            ureq::Error::Io(e) if e.kind() == io::ErrorKind::ConnectionRefused => {
                self.unreachable("nobody listens there; is `ferrofax serve` running?")
            }
            ureq::Error::Io(e) => self.unreachable(&e.to_string()),
            other => self.unreachable(&other.to_string()),
        }
    }

    fn unreachable(&self, why: &str) -> Error {
        let why = match self.names.tried(&self.address) {
            tried if tried.is_empty() => why.to_owned(),
            tried => format!("{why} (tried {tried})"),
        };
        Error::Unreachable { address: self.address.clone(), why }
    }

    fn not_ferrofax(&self, why: String) -> Error {
        Error::NotFerrofax { address: self.address.clone(), why }
    }
}

/// The parameter of an address that asks for a width.
fn wide(width: Option<u32>) -> String {
    width.map(|width| format!("?width={width}")).unwrap_or_default()
}
