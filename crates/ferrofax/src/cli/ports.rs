use std::io::Write;

use faxcom::api::Port;
use serde_json::json;

use super::table::Table;
use super::{Context, Exit};

/// Prints the lines and what they are doing.
pub(super) fn run(context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let ports = context.connect()?.ports()?;
    let mut shown = Vec::new();
    for index in 1..=ports.count() {
        shown.push(ports.item(index)?.details().clone());
    }
    if context.common.json {
        context.print_json(out, &json!({ "ports": shown }))?;
    } else {
        print(&shown, out)?;
    }
    Ok(Exit::Done)
}

fn print(ports: &[Port], out: &mut dyn Write) -> std::io::Result<()> {
    let head = ["ID", "NAME", "STATUS", "JOB", "SEND", "RECEIVE", "RINGS", "CALLS", "TSID", "CSID"];
    let mut table = Table::new(head);
    for port in ports {
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
        ]);
    }
    table.print(out)
}
