use std::io::Write;

use anyhow::Context as _;
use faxcom::api::{Port as Shown, PortChange};

use super::properties::{Property, change, flag, number, shown, text};
use super::table::Table;
use super::{Context, Exit};

/// What a client may change of a line, in the order of faxcom IFaxPort.
const PROPERTIES: [Property; 6] = [
    number("rings", "rings before it answers, 0 to 99"),
    text("csid", "the identity it shows when it receives: 20 characters of ASCII"),
    text("tsid", "the identity it shows when it sends: 20 characters of ASCII"),
    flag("send", "it may send"),
    flag("receive", "it may receive"),
    number("priority", "rank for outgoing calls, 1 first; the other lines move along"),
];

/// Show the properties of a line, or change them
///
/// What is set here lives in the database, wins over the configuration file, and acts from the next
/// call on. `ferrofax ports` shows all lines and what they are doing.
///
/// Examples:
///   ferrofax port 1                          the properties of line 1, and where they come from
///   ferrofax port 1 rings=2 tsid='+1 555 0100'
///   ferrofax port 2 receive=false            it takes no more calls
///   ferrofax port 2 priority=1               it is tried first
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Port {
    /// The line's id, as `ferrofax ports` shows it
    #[arg(value_name = "ID")]
    id: u32,
    /// What to change; nothing shows what there is
    #[arg(value_name = "NAME=VALUE")]
    changes: Vec<String>,
}

impl Port {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let change: PortChange = change(&self.changes, &PROPERTIES)?;
        let client = context.client()?;
        let port = match self.changes.as_slice() {
            [] => {
                let ports = client.ports()?.ports;
                let port = ports.into_iter().find(|port| port.device_id == self.id);
                port.with_context(|| format!("there is no line {}", self.id))?
            }
            _ => client.change_port(self.id, &change)?,
        };
        if context.common.json {
            context.print_json(out, &port)?;
        } else {
            print(&port, out)?;
        }
        Ok(Exit::Done)
    }
}

fn print(port: &Shown, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "line {}: {}, {}\n", port.device_id, port.name, port.status.description)?;
    let values = serde_json::to_value(port)?;
    let mut table = Table::new(["PROPERTY", "VALUE", "SOURCE", "MEANING"]);
    for Property { name, meaning, .. } in PROPERTIES {
        let value = values.get(name).map(shown).unwrap_or_default();
        // The rank is among the lines and comes from no configuration.
        let default = if name == "priority" { "" } else { "default" };
        let source = port.sources.get(name).map_or(default, String::as_str);
        table.whole_row([name.to_owned(), value, source.to_owned(), meaning.to_owned()]);
    }
    table.print(out)?;
    if !port.can_modify {
        writeln!(out, "\nto change them you would need the right port_set")?;
    }
    Ok(())
}
