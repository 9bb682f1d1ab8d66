use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;

use super::fields::Fields;
use super::job::{save, saved};
use super::send::Resolution;
use super::table::Table;
use super::{Context, Exit};

/// The number on a cover page that goes nowhere.
const SAMPLE_NUMBER: &str = "+44 20 7946 0000";

/// Show the cover pages of the server, or how one looks
///
/// A cover page is a template in the language of Typst. The operator's lie in the folder `covers` of the
/// data folder or where the key `covers` of the configuration says; a file there takes the place of a
/// cover page of the same name that comes with Ferrofax. `ferrofax send FILE --cover NAME` sends one.
///
/// Examples:
///   ferrofax cover                                   which there are
///   ferrofax cover preview standard                  how it looks, as cover.png
///   ferrofax cover preview house.typ -o house.png    a template of this machine
///   ferrofax cover preview plain --recipient Ada --subject Offer --width 600
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Cover {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show which there are (the default)
    List,
    /// Save a picture of one, with sample texts where none are given
    Preview(Box<Preview>),
}

#[derive(Debug, clap::Args)]
struct Preview {
    /// A cover page of the server, or a template of this machine that ends with .typ
    #[arg(value_name = "NAME|FILE.typ", default_value = "standard")]
    name: String,
    /// The file to write
    #[arg(long, short, value_name = "FILE.png", default_value = "cover.png")]
    output: PathBuf,
    /// Grey, and so many pixels wide [default: pel for pel as it is sent]
    #[arg(long, value_name = "PIXELS")]
    width: Option<u32>,
    /// Lines per millimetre
    #[arg(long, value_enum, default_value_t)]
    resolution: Resolution,
    #[command(flatten)]
    fields: Fields,
}

impl Cover {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        match self.action.unwrap_or(Action::List) {
            Action::List => list(context, out),
            Action::Preview(preview) => preview.run(context, out),
        }
    }
}

impl Preview {
    fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        let server = context.connect()?;
        let mut doc = server.create_document("");
        doc.set_fax_number(SAMPLE_NUMBER);
        doc.set_send_coverpage(true);
        doc.set_coverpage_name(self.name);
        doc.set_resolution(self.resolution.into());
        match self.fields == Fields::default() {
            true => Fields::put_samples(&mut doc),
            false => self.fields.put(&mut doc)?,
        }
        let octets = save(&self.output, |file| doc.preview_cover(self.width, file))?;
        saved(context, &self.output, octets, out)
    }
}

fn list(context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let list = context.client()?.covers()?;
    if context.common.json {
        context.print_json(out, &list)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(["NAME", "FROM"]);
    for cover in list.covers {
        let from = if cover.shipped { "Ferrofax" } else { "the operator's folder" };
        table.whole_row([cover.name, from.to_owned()]);
    }
    table.print(out)?;
    Ok(Exit::Done)
}
