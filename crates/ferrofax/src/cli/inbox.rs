use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;
use faxcom::api::InboxItem;
use serde_json::json;

use super::job::{is_pdf, save, saved};
use super::table::{Table, moment};
use super::{Context, Exit};

/// Faxes asked for at once.
const PAGE: u32 = 500;

/// Show received faxes, or fetch one
///
/// Examples:
///   ferrofax inbox                           the received faxes
///   ferrofax inbox get 12 --output fax.tif   number 12 as a fax TIFF
///   ferrofax inbox get 12 --output fax.pdf   as PDF, with the fax images as they are
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Inbox {
    #[command(subcommand)]
    action: Option<Action>,
    /// Show only faxes whose id comes after this one
    #[arg(long, value_name = "ID", default_value_t = 0)]
    after: u32,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Save a received fax as a fax TIFF or PDF
    Get {
        /// The fax's id, as `ferrofax inbox` shows it
        #[arg(value_name = "ID")]
        id: u32,
        /// The file to write; one that ends with .pdf becomes a PDF [default: fax-ID.tif]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write a PDF [default: fax-ID.pdf]
        #[arg(long)]
        pdf: bool,
    },
}

impl Inbox {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let client = context.client()?;
        if let Some(Action::Get { id, output, pdf }) = self.action {
            let ending = if pdf { "pdf" } else { "tif" };
            let path = output.unwrap_or_else(|| format!("fax-{id}.{ending}").into());
            let octets = match pdf || is_pdf(&path) {
                true => save(&path, |file| client.inbox_pdf(id, file))?,
                false => save(&path, |file| client.inbox_tiff(id, file))?,
            };
            return saved(context, &path, octets, out);
        }
        let list = client.inbox(self.after, PAGE)?;
        if context.common.json {
            context.print_json(out, &json!({ "count": list.count, "faxes": list.faxes }))?;
            return Ok(Exit::Done);
        }
        print(&list.faxes, out)?;
        let last = list.faxes.last().map(|fax| fax.id);
        if let (PAGE, Some(last)) = (u32::try_from(list.faxes.len()).unwrap_or(PAGE), last) {
            writeln!(out, "... there may be more (--after {last})")?;
        }
        Ok(Exit::Done)
    }
}

fn print(faxes: &[InboxItem], out: &mut dyn Write) -> std::io::Result<()> {
    if faxes.is_empty() {
        return writeln!(out, "no fax was received");
    }
    let mut table =
        Table::new(["ID", "RECEIVED (UTC)", "LINE", "FROM", "CALLER", "CALLED", "PAGES", "STATE"]);
    for fax in faxes {
        let state = match (&fax.failure, fax.complete) {
            (Some(failure), _) => format!("broken, failure {}", failure.number),
            (None, true) => "whole".to_owned(),
            (None, false) => "not whole".to_owned(),
        };
        table.row([
            fax.id.to_string(),
            moment(&fax.received),
            fax.device_id.map(|id| id.to_string()).unwrap_or_default(),
            fax.tsid.clone(),
            fax.caller_id.clone(),
            fax.called.clone(),
            fax.pages.to_string(),
            state,
        ]);
    }
    table.print(out)
}
