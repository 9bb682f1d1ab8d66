use std::io::Write;

use anyhow::Context as _;
use clap::ValueEnum;
use faxcom::api::{Code, RoutingMethod, RoutingMethodChange};
use serde_json::json;

use super::table::Table;
use super::{Context, Exit};
use crate::delivery::Method;

/// Show how a line delivers the faxes that it receives, or change it
///
/// Every fax is kept in the inbox. With `folder` a copy is put into a folder of the server as well,
/// under a name with the time (UTC), the line, the caller and the job: by default into `received`
/// in its data folder. Mail and printers are kept for clients that set them; this server cannot
/// deliver to them yet.
///
/// Examples:
///   ferrofax routing 1                       what line 1 does
///   ferrofax routing 1 folder on /srv/fax    a copy of each fax goes there
///   ferrofax routing 1 folder off
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Routing {
    /// The line's id, as `ferrofax ports` shows it
    #[arg(value_name = "ID")]
    id: u32,
    /// What to change; nothing shows what there is
    #[arg(value_enum, requires = "switch")]
    method: Option<Way>,
    /// Whether it is wanted
    #[arg(value_enum)]
    switch: Option<Switch>,
    /// Where to; '' is the default again, and nothing leaves it as it is
    #[arg(value_name = "TARGET")]
    target: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    Email,
    Folder,
    Print,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl From<Way> for Method {
    fn from(way: Way) -> Self {
        match way {
            Way::Email => Self::Email,
            Way::Folder => Self::Folder,
            Way::Print => Self::Print,
        }
    }
}

impl Routing {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let client = context.client()?;
        let changed = match (self.method, self.switch) {
            (Some(way), Some(switch)) => {
                let enable = Some(switch == Switch::On);
                let change = RoutingMethodChange { enable, target: self.target.clone() };
                Some(client.change_routing_method(self.id, Method::from(way).guid(), &change)?)
            }
            _ => None,
        };
        let methods = match (client.routing_methods(self.id), changed) {
            // Who may change it and not see the others sees what was changed.
            (Err(error), Some(changed)) if error.code() == Some(Code::Forbidden) => vec![changed],
            (methods, _) => methods?.methods,
        };
        if context.common.json {
            context.print_json(out, &json!({ "methods": methods }))?;
        } else {
            print(&methods, out)?;
        }
        Ok(Exit::Done)
    }
}

fn print(methods: &[RoutingMethod], out: &mut dyn Write) -> anyhow::Result<()> {
    let first = methods.first().context("the server knows no way to deliver")?;
    writeln!(out, "line {}: {}\n", first.device_id, first.device_name)?;
    let mut table = Table::new(["METHOD", "ON", "TARGET", "NOTE"]);
    for method in methods {
        let known = Method::from_guid(&method.guid);
        let name = known.map_or(&*method.friendly_name, |known| known.as_str());
        let on = if method.enable { "on" } else { "off" };
        let target = match (known, method.target.as_str()) {
            (Some(Method::Folder), "") => "received, in the data folder",
            (_, target) => target,
        };
        let note = if known.is_some_and(Method::works) {
            ""
        } else {
            "this server cannot do it yet; faxes stay in the inbox"
        };
        table.whole_row([name, on, target, note].map(str::to_owned));
    }
    Ok(table.print(out)?)
}

/// Where the faxes of a line go, in a word or two.
pub(super) fn summary(methods: &[RoutingMethod]) -> String {
    let mut places = vec!["inbox".to_owned()];
    for method in methods.iter().filter(|method| method.enable) {
        places.push(match Method::from_guid(&method.guid) {
            Some(known) if known.works() => known.as_str().to_owned(),
            Some(known) => format!("{} (not yet)", known.as_str()),
            None => method.friendly_name.clone(),
        });
    }
    places.join(", ")
}
