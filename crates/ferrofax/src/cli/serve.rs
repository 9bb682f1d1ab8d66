use std::io::{IsTerminal, Write};

use anyhow::Context as _;
use serde_json::json;
use tracing_subscriber::EnvFilter;

use super::{Context, Exit, complain};
use crate::clock::Clock;
use crate::serve::Server;

/// Says what is logged, in the words of `tracing`: `info`, `ferrofax=debug`.
const LOG_VARIABLE: &str = "FERROFAX_LOG";

/// What a server logs: the SIP stack writes every message at level info.
const LOG_LEVEL: &str = "info,rsipstack=warn";

/// Runs the server until it is told to stop: the first Ctrl-C or SIGTERM lets calls end, the second
/// breaks off.
pub(super) fn run(context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let config = context.config()?;
    log(LOG_LEVEL, context.common.json);
    runtime()?.block_on(async {
        let server = Server::start(config, Clock::of_process()).await?;
        let (address, file) = (server.http_addr(), server.client_file());
        if context.common.json {
            let ready = json!({ "address": format!("http://{address}"), "client_file": file });
            serde_json::to_writer(&mut *out, &ready)?;
            writeln!(out)?;
        } else {
            writeln!(out, "serving at http://{address}; clients of this account find it")?;
        }
        out.flush()?;
        stop_signal().await?;
        complain("stopping; calls may end first (once more to break off)");
        tokio::select! {
            () = server.stop() => Ok(Exit::Done),
            again = stop_signal() => again.map(|()| Exit::Failed),
        }
    })
}

/// A runtime for a whole server.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().context("the system gives no threads")
}

/// Logs to standard error; `FERROFAX_LOG` says more or less than `level`.
pub(super) fn log(level: &str, json: bool) {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if json {
        log.json().init();
    } else {
        log.init();
    }
}

/// Waits until the process is asked to stop.
pub(super) async fn stop_signal() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).context("no signals")?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.context("no signals"),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.context("no signals")
}
