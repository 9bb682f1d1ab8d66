use std::io::Write;

use faxcom::api::{ServerChange, ServerProperties};

use super::properties::{Property, change, flag, number, shown, text};
use super::table::Table;
use super::{Context, Exit};

/// Every property, in the order of faxcom IFaxServer.
const PROPERTIES: [Property; 14] = [
    number("retries", "attempts after a failed one, 0 to 99"),
    number("retry_delay", "minutes between two attempts, 0 to 43200"),
    number("dirty_days", "days that an unsent job stays in the queue, 0 to 3650; -1 for ever"),
    flag("branding", "a line with time, page and TSID on top of each page"),
    flag("use_device_tsid", "the far end sees the TSID of the line, whatever the job says"),
    flag("server_coverpage", "only cover pages of the server are allowed"),
    flag("pause_server_queue", "nothing is sent; what is queued waits"),
    flag("archive_outbound_faxes", "a copy of each sent fax is kept in archive_directory"),
    text("archive_directory", "a full path on the server"),
    text("server_mapi_profile", "kept for clients that set it"),
    number("discount_rate_start_hour", "the discount rate begins, by the clock of the server"),
    number("discount_rate_start_minute", "0 to 59"),
    number("discount_rate_end_hour", "... and ends; the same as the start means all day"),
    number("discount_rate_end_minute", "0 to 59"),
];

/// Show the properties of the server, or change them
///
/// They are those of the Fax Service Client API, act at once and outlive the server. Several are
/// changed together: all of them, or none when one is out of its range.
///
/// Examples:
///   ferrofax server                          every property with its meaning
///   ferrofax server pause_server_queue=true  hold everything back
///   ferrofax server retries=5 retry_delay=15
///   ferrofax server archive_outbound_faxes=true archive_directory=/srv/faxes
///   ferrofax server --json                   with version, user and rights
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Server {
    /// What to change; nothing shows what there is
    #[arg(value_name = "NAME=VALUE")]
    changes: Vec<String>,
}

impl Server {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let change: ServerChange = change(&self.changes, &PROPERTIES)?;
        let client = context.client()?;
        let info = match self.changes.as_slice() {
            [] => client.server()?,
            _ => client.change_server(&change)?,
        };
        if context.common.json {
            context.print_json(out, &info)?;
        } else {
            match info.properties {
                Some(properties) => print(&properties, out)?,
                None if !self.changes.is_empty() => {
                    writeln!(out, "done; to see it you would need the right config_query")?;
                }
                // Says which right is missing.
                None => print(&client.properties()?, out)?,
            }
        }
        Ok(Exit::Done)
    }
}

fn print(properties: &ServerProperties, out: &mut dyn Write) -> anyhow::Result<()> {
    let values = serde_json::to_value(properties)?;
    let mut table = Table::new(["PROPERTY", "VALUE", "MEANING"]);
    for Property { name, meaning, .. } in PROPERTIES {
        let value = values.get(name).map(shown).unwrap_or_default();
        table.whole_row([name.to_owned(), value, meaning.to_owned()]);
    }
    table.print(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::properties::Kind;
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_table_has_every_property_of_the_wire() {
        let of_kind = |property: &Property| match property.kind {
            Kind::Flag => (property.name.to_owned(), Value::from(true)),
            Kind::Number => (property.name.to_owned(), Value::from(1)),
            Kind::Text => (property.name.to_owned(), Value::from("x")),
        };
        let all = Value::Object(PROPERTIES.iter().map(of_kind).collect());
        let change: ServerChange = serde_json::from_value(all.clone()).unwrap();
        assert_eq!(serde_json::to_value(change).unwrap(), all, "a name or a kind is wrong");
        let document = serde_json::to_value(crate::http::openapi_document()).unwrap();
        let known = &document["components"]["schemas"]["ServerProperties"]["properties"];
        assert_eq!(known.as_object().unwrap().len(), PROPERTIES.len());
    }
}
