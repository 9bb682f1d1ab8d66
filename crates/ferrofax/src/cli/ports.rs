use std::io::Write;

use faxcom::api::Port;
use serde_json::json;

use super::table::Table;
use super::{Context, Exit, routing};

/// Prints the lines and what they are doing.
pub(super) fn run(context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let client = context.client()?;
    let ports = client.ports()?.ports;
    if context.common.json {
        context.print_json(out, &json!({ "ports": ports }))?;
        return Ok(Exit::Done);
    }
    let mut shown = Vec::new();
    for port in ports {
        let methods = client.routing_methods(port.device_id)?.methods;
        shown.push((port, routing::summary(&methods)));
    }
    print(&shown, out)?;
    Ok(Exit::Done)
}

/// The lines, each with where its faxes go.
fn print(ports: &[(Port, String)], out: &mut dyn Write) -> std::io::Result<()> {
    let head = [
        "ID",
        "NAME",
        "STATUS",
        "JOB",
        "SEND",
        "RECEIVE",
        "RINGS",
        "CALLS",
        "TSID",
        "CSID",
        "FAXES GO TO",
    ];
    let mut table = Table::new(head);
    for (port, places) in ports {
        // A value that is not the default says where it comes from.
        let with_source = |key: &str, value: String| match port.sources.get(key) {
            Some(source) if !value.is_empty() => format!("{value} ({source})"),
            _ => value,
        };
        let yes_no = |yes| if yes { "yes" } else { "no" }.to_owned();
        table.row([
            port.device_id.to_string(),
            port.name.clone(),
            port.status.description.clone(),
            port.status.job.map(|job| job.to_string()).unwrap_or_default(),
            with_source("send", yes_no(port.send)),
            with_source("receive", yes_no(port.receive)),
            with_source("rings", port.rings.to_string()),
            port.channels.to_string(),
            with_source("tsid", port.tsid.clone()),
            with_source("csid", port.csid.clone()),
            places.clone(),
        ]);
    }
    table.print(out)
}
