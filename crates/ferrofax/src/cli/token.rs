use std::io::Write;

use clap::Subcommand;
use faxcom::api::Right;
use serde_json::json;

use super::exit::Usage;
use super::serve::runtime;
use super::table::{Table, moment};
use super::{Context, Exit};
use crate::clock::Clock;
use crate::store::{Rights, Tokens};

/// Say who may ask the server of this machine, and what they may do
///
/// Works on the data folder of the server that the configuration names, whether it runs or not, and
/// acts at once. A token is printed when it is made and never again: the folder keeps a digest of it.
/// Its owner puts it into `FERROFAX_TOKEN` or into client.toml. Jobs belong to the NAME of the token
/// that they were submitted with. A token without --rights may do everything.
///
/// Rights, as in the Fax Service Client API:
///   job_submit     queue faxes
///   job_query      see the queue, the received faxes and the events
///   job_manage     pause, resume and cancel the jobs of others; one's own need no right
///   config_query   see the properties of the server
///   config_set     change them
///   port_query     see the lines and what they are doing
///   port_set       change them
///
/// Examples:
///   ferrofax token add anna
///   ferrofax token add scanner --rights job_submit,job_query
///   ferrofax token list
///   ferrofax token remove anna               every token of that name
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Token {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a token and print it, this once
    Add {
        /// Whom it is for
        name: String,
        /// What its owner may do [default: everything]
        #[arg(long, value_name = "RIGHT,...", value_delimiter = ',', value_parser = right)]
        rights: Option<Vec<Right>>,
    },
    /// Show whose tokens there are, without the tokens
    List,
    /// Remove every token of a name
    Remove {
        /// Whose
        name: String,
    },
}

fn right(word: &str) -> Result<Right, String> {
    let known = Right::ALL.into_iter().find(|right| right.as_str() == word);
    known.ok_or_else(|| format!("the rights are {}", words(&Right::ALL)))
}

fn words(rights: &[Right]) -> String {
    rights.iter().map(|right| right.as_str()).collect::<Vec<_>>().join(", ")
}

impl Token {
    pub(super) fn run(self, context: &Context, out: &mut dyn Write) -> anyhow::Result<Exit> {
        if context.common.server.is_some() {
            let why = "tokens are made in the data folder of a server, where it runs; leave out \
                 --server";
            return Err(Usage(why.to_owned()).into());
        }
        let folder = context.config()?.data;
        // Who asks in the wrong folder is not to be told that there are no tokens.
        anyhow::ensure!(
            folder.exists() || matches!(self.action, Action::Add { .. }),
            "the data folder {} is not there: no server has run on it; `ferrofax check-config` shows \
             where it comes from",
            folder.display()
        );
        runtime()?.block_on(async {
            let tokens = Tokens::open(&folder, Clock::real()).await?;
            match self.action {
                Action::Add { name, rights } => add(context, &tokens, &name, rights, out).await,
                Action::List => list(context, &tokens, out).await,
                Action::Remove { name } => remove(context, &tokens, &name, out).await,
            }
        })
    }
}

async fn add(
    context: &Context,
    tokens: &Tokens,
    name: &str,
    rights: Option<Vec<Right>>,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let rights = rights.map_or_else(Rights::all, |rights| rights.into_iter().collect());
    let token = tokens.add(name, rights).await?;
    if context.common.json {
        let made = json!({ "user": name, "rights": rights.list(), "token": token });
        context.print_json(out, &made)?;
    } else {
        writeln!(out, "{token}")?;
    }
    Ok(Exit::Done)
}

async fn list(context: &Context, tokens: &Tokens, out: &mut dyn Write) -> anyhow::Result<Exit> {
    let tokens = tokens.list().await?;
    let made = |us| jiff::Timestamp::from_microsecond(us).unwrap_or_default().to_string();
    if context.common.json {
        let row = |token: &crate::store::Token| {
            let rights = token.user.rights.list();
            json!({ "user": token.user.name, "rights": rights, "made": made(token.created_us) })
        };
        let rows: Vec<_> = tokens.iter().map(row).collect();
        context.print_json(out, &json!({ "tokens": rows }))?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(["USER", "MADE", "RIGHTS"]);
    for token in &tokens {
        let rights = match token.user.rights {
            all if all == Rights::all() => "all".to_owned(),
            some => words(&some.list()),
        };
        table.whole_row([token.user.name.clone(), moment(&made(token.created_us)), rights]);
    }
    table.print(out)?;
    Ok(Exit::Done)
}

async fn remove(
    context: &Context,
    tokens: &Tokens,
    name: &str,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let removed = tokens.remove(name).await?;
    anyhow::ensure!(removed > 0, "{name} has no token here; `ferrofax token list` shows who has");
    if context.common.json {
        context.print_json(out, &json!({ "user": name, "removed": removed }))?;
    } else {
        writeln!(out, "removed {removed} of {name}")?;
    }
    Ok(Exit::Done)
}
