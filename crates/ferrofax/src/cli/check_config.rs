use std::io::Write;

use serde_json::json;

use super::table::Table;
use super::{Context, Exit, complain};
use crate::document;
use crate::store::Source;

/// Prints every value of the configuration and where it comes from; a wrong one is an error that
/// names its file, line and key. What is lawful and probably not meant is a warning.
pub(super) fn run(context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let config = context.config()?;
    let mut warnings = config.warnings();
    warnings.extend(document::lacks());
    for warning in &warnings {
        complain(&format!("ferrofax: warning: {warning}"));
    }
    let rows = config.origins.iter().map(|o| (&o.key, &o.value, source(o.source)));
    if context.common.json {
        let values: Vec<_> = rows
            .map(|(key, value, source)| json!({ "key": key, "value": value, "source": source }))
            .collect();
        let checked = json!({ "file": config.file, "values": values, "warnings": warnings });
        context.print_json(out, &checked)?;
        return Ok(Exit::Done);
    }
    match &config.file {
        Some(file) => writeln!(out, "{} is good\n", file.display())?,
        None => writeln!(out, "there is no configuration file; everything has its default\n")?,
    }
    let mut table = Table::new(["KEY", "VALUE", "SOURCE"]);
    for (key, value, source) in rows {
        table.whole_row([key.clone(), value.clone(), source.to_owned()]);
    }
    table.print(out)?;
    Ok(Exit::Done)
}

const fn source(source: Source) -> &'static str {
    match source {
        Source::Default => "default",
        Source::File => "file",
        Source::Database => "database",
    }
}
