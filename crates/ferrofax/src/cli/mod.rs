//! The command line.
//!
//! Every command but `serve`, `demo`, `check-config` and `token` is a client like any other: it asks
//! a server through [`faxcom`]. Results go to standard output, everything else to standard error.

mod check_config;
mod cover;
mod demo;
mod exit;
mod fields;
mod inbox;
mod job;
mod jobs;
mod ladder;
mod live;
mod port;
mod ports;
mod properties;
mod routing;
mod send;
mod serve;
mod server;
mod table;
mod token;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use faxcom::{Client, FaxServer, Settings};
use serde::Serialize;

use crate::config::{CONFIG_VARIABLE, Config};
use crate::document::{Confine, Worker};
pub use exit::Exit;

const AFTER_HELP: &str = "\
Examples:
  ferrofax demo                                 a fax over loopback, to see that it works
  ferrofax serve                                the server, on SQLite and a local folder
  ferrofax send offer.pdf --to '+1 555 0101' --cover --wait
  ferrofax jobs                                 the queue
  ferrofax job 7 ladder                         what happened in the last call of job 7
  ferrofax inbox get 12 --output fax.tif        a received fax

Exit codes:
  0  done; with --wait: every page is confirmed
  1  failed: the fax was not sent, or the server refused
  2  wrong usage or configuration
  3  no Ferrofax server could be reached
  4  the server refused access: no token, a wrong one, or one without the right
  5  uncertain: the far end may or may not have the whole fax

A client finds its server by --server, FERROFAX_SERVER, ~/.config/ferrofax/client.toml, or the
client.toml that `serve` of the same account wrote into its data folder; else it asks
http://127.0.0.1:4500. FERROFAX_TOKEN is the token for the server that is asked.

Results go to standard output and everything else to standard error. With --json a result is one
JSON document; its jobs, calls, lines and faxes have the fields of REST, as /v1/openapi.json
describes them.";

/// An open fax server: queues documents, faxes them over SIP and T.38, and shows its queue.
#[derive(Debug, Parser)]
#[command(name = "ferrofax", version, after_help = AFTER_HELP)]
struct Args {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "For every command")]
struct Common {
    /// The configuration file [default: FERROFAX_CONFIG, then /etc/ferrofax/ferrofax.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The server to ask: a name, name:port or http address [default: the one of this account]
    #[arg(long, global = true, value_name = "SERVER")]
    server: Option<String>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is told to stop (Ctrl-C or SIGTERM)
    ///
    /// With no configuration it keeps its data in a folder of this account, serves REST at
    /// 127.0.0.1:4500 and has one SIP line at 127.0.0.1:5070. When told to stop it lets calls end
    /// first; told once more it breaks off, and the next start goes on with what it left.
    /// FERROFAX_LOG says what is logged: `warn`, `info`, `ferrofax=debug`.
    ///
    /// Examples:
    ///   ferrofax serve
    ///   ferrofax serve --config /etc/ferrofax/ferrofax.toml
    ///   ferrofax serve --json                    the address and the log as JSON, a line each
    #[command(verbatim_doc_comment)]
    Serve,
    Send(Box<send::Send>),
    Jobs(jobs::Jobs),
    Job(job::Job),
    Inbox(inbox::Inbox),
    Cover(cover::Cover),
    /// Show the lines and what they are doing
    ///
    /// A TSID or CSID is followed by where it was set, when that is not the default. Faxes that come
    /// in are in the inbox and, where `ferrofax routing` says so, in other places as well.
    ///
    /// Examples:
    ///   ferrofax ports
    ///   ferrofax ports --json
    #[command(verbatim_doc_comment)]
    Ports,
    Port(port::Port),
    Routing(routing::Routing),
    Server(server::Server),
    Token(token::Token),
    /// Check the configuration and show every value with its source
    ///
    /// Nothing is started and no server is asked. A mistake is named with its file, line and key,
    /// and ends with 2.
    ///
    /// Examples:
    ///   ferrofax check-config
    ///   ferrofax check-config --config new.toml && systemctl restart ferrofax
    #[command(verbatim_doc_comment)]
    CheckConfig,
    Demo(demo::Demo),
    #[command(hide = true)]
    RenderWorker(Worker),
    #[command(hide = true)]
    Confine(Confine),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    let mut out = std::io::stdout().lock();
    let context = Context { common: args.common };
    let outcome = context.run(args.command, &mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) if exit::is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            complain(&format!("ferrofax: {error:#}"));
            Exit::of(&error).into()
        }
    }
}

/// Says something that is not a result. That nobody listens any more does not end the command.
fn complain(words: &str) {
    drop(writeln!(std::io::stderr(), "{words}"));
}

/// What a command is told besides its own arguments.
struct Context {
    common: Common,
}

impl Context {
    fn run(&self, command: Command, out: &mut dyn Write) -> anyhow::Result<Exit> {
        match command {
            Command::Serve => serve::run(self, out),
            Command::Demo(demo) => demo.run(self, out),
            Command::Send(send) => send.run(self, out),
            Command::Jobs(jobs) => jobs.run(self, out),
            Command::Job(job) => job.run(self, out),
            Command::Inbox(inbox) => inbox.run(self, out),
            Command::Cover(cover) => cover.run(self, out),
            Command::Ports => ports::run(self, out),
            Command::Port(port) => port.run(self, out),
            Command::Routing(routing) => routing.run(self, out),
            Command::Server(server) => server.run(self, out),
            Command::Token(token) => token.run(self, out),
            Command::CheckConfig => check_config::run(self, out),
            Command::RenderWorker(worker) => worker.run().map(|()| Exit::Done),
            Command::Confine(confine) => confine.run().map(|()| Exit::Done),
        }
    }

    fn config(&self) -> anyhow::Result<Config> {
        Ok(Config::load(self.common.config.as_deref())?)
    }

    /// A connection to the server that the arguments and settings name.
    fn connect(&self) -> anyhow::Result<FaxServer> {
        let mut server = FaxServer::with_settings(Settings::from_files(&self.client_files()?)?);
        server.connect(self.common.server.as_deref().unwrap_or_default())?;
        Ok(server)
    }

    fn client(&self) -> anyhow::Result<Client> {
        Ok(self.connect()?.client()?)
    }

    /// The usual files, and the one in the data folder of the server that `serve` would start. When
    /// a configuration was named, its server is meant, so its file comes first.
    fn client_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Settings::usual_files();
        let named = self.common.config.is_some() || std::env::var_os(CONFIG_VARIABLE).is_some();
        match self.config() {
            Ok(config) if named => files.insert(0, config.data.join("client.toml")),
            Ok(config) => files.push(config.data.join("client.toml")),
            Err(error) if named => return Err(error),
            // A client does not need the configuration of a server that nobody named.
            Err(_) => {}
        }
        files.dedup();
        Ok(files)
    }

    /// Prints a result as JSON.
    fn print_json(&self, out: &mut dyn Write, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer_pretty(&mut *out, value).context("cannot write the result")?;
        writeln!(out)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_help_of_every_command_teaches_by_examples() {
        for command in Args::command().get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            assert!(help.contains("Examples:\n  ferrofax "), "{help}");
        }
    }
}
