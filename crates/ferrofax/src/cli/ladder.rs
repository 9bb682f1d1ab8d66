use std::io::Write;

use anyhow::bail;
use faxcom::Client;
use faxcom::api::{Attempt, TranscriptLine};
use serde_json::json;

use super::table::{moment, pages, printable};
use super::{Context, Exit};
use crate::failure::Failure;

/// How a call ends that a person or the stop of the server ended: nobody's fault.
const CANCELLED: Failure = Failure::Call(g3::Failure::Cancelled);

/// Prints the time line of a call and, in a sentence, how it ended.
pub(super) fn run(
    context: &Context,
    client: &Client,
    id: u32,
    wanted: Option<u32>,
    out: &mut dyn Write,
) -> anyhow::Result<Exit> {
    let attempts = client.attempts(id)?.attempts;
    let attempt = match wanted {
        Some(number) => attempts.iter().find(|attempt| attempt.number == number),
        None => attempts.last(),
    };
    let Some(attempt) = attempt else {
        match wanted {
            Some(number) => bail!("job {id} has no call {number}"),
            None => bail!("job {id} was in no call yet"),
        }
    };
    if context.common.json {
        let transcript = client.transcript(id, attempt.number)?;
        context.print_json(out, &json!({ "attempt": attempt, "transcript": transcript }))?;
        return Ok(Exit::Done);
    }
    for line in lines(client, id, attempt)? {
        writeln!(out, "{line}")?;
    }
    Ok(Exit::Done)
}

/// The time line of a call, with what it is on top and how it ended below.
pub(super) fn lines(client: &Client, id: u32, attempt: &Attempt) -> anyhow::Result<Vec<String>> {
    let transcript = client.transcript(id, attempt.number)?;
    let (began, line) = (moment(&attempt.started), attempt.device_id);
    let mut lines =
        vec![format!("job {id}, call {} on line {line}, began {began} UTC", attempt.number)];
    lines.extend(transcript.lines.iter().map(rung));
    if transcript.truncated {
        lines.push("... more lines follow that the server does not hand out".to_owned());
    }
    lines.push(sentence(attempt));
    Ok(lines)
}

/// One line: when, which layer, which way, and what.
fn rung(line: &TranscriptLine) -> String {
    let (layer, way) = match line.kind.as_str() {
        "frame_sent" => ("T.30", "-->"),
        "frame_received" => ("T.30", "<--"),
        "sip_sent" => ("SIP", "-->"),
        "sip_received" => ("SIP", "<--"),
        _ => ("", ""),
    };
    let text = match (line.kind.as_str(), printable(&line.text)) {
        ("phase", text) => format!("phase {text}"),
        ("negotiated", text) => format!("agreed: {text}"),
        ("remote_ident", text) => format!("the far end is {text:?}"),
        ("page_started", text) => format!("{text} begins"),
        ("page_confirmed", text) => format!("{text} is confirmed"),
        ("page_refused", text) => format!("{text} is refused"),
        (_, text) => text,
    };
    format!("{:>9.3}  {layer:<4}  {way:<3}  {text}", line.at).trim_end().to_owned()
}

/// How the call ended and whose fault it is.
fn sentence(attempt: &Attempt) -> String {
    match (&attempt.failure, &attempt.ended) {
        (Some(failure), _) if failure.number == CANCELLED.number() => {
            "It was ended on purpose: the job was cancelled or the server stopped.".to_owned()
        }
        (Some(failure), _) => format!(
            "It failed: {} (failure {}). The fault lies with {}. To try: {}.",
            printable(&failure.text),
            failure.number,
            failure.fault.phrase(),
            printable(&failure.advice)
        ),
        (None, Some(_)) => format!("It went well: {}.", pages(attempt.pages)),
        (None, None) => "It is still going on.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: f64, kind: &str, text: &str, expected: &str) {
        let line = TranscriptLine { at, kind: kind.into(), text: text.into() };
        assert_eq!(rung(&line), expected);
    }

    #[test]
    fn a_rung_says_when_which_layer_which_way_and_what() {
        check(0.0, "sip_sent", "INVITE", "    0.000  SIP   -->  INVITE");
        check(3.25, "frame_received", "DIS", "    3.250  T.30  <--  DIS");
        check(12.3456, "page_confirmed", "page 1", "   12.346             page 1 is confirmed");
        check(1.0, "note", "a\x1bb", "    1.000             a?b");
    }
}
