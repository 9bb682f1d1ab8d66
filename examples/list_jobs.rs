//! Prints the fax queue as a table, one job a line; `examples/windows/list_jobs.vbs` prints the
//! same. Every column is left-aligned, filled up with blanks or cut to its width, and followed by
//! one blank, the last one too. The widths are those of `COLUMNS`; the first line has the names.
//!
//! ```text
//! cargo run --release --example list_jobs [SERVER]
//! ```

use faxcom::FaxServer;

/// Name and width of each column, in characters.
const COLUMNS: [(&str, usize); 8] = [
    ("JobId", 6),
    ("Type", 14),
    ("QueueStatus", 16),
    ("DeviceStatus", 16),
    ("Pages", 5),
    ("FaxNumber", 20),
    ("RecipientName", 20),
    ("DisplayName", 30),
];

fn main() -> anyhow::Result<()> {
    let mut server = FaxServer::new();
    // "" is the server of this computer, or the one that client.toml names.
    server.connect(&std::env::args().nth(1).unwrap_or_default())?;
    // A picture of the queue: its places do not move, whatever happens to the jobs meanwhile.
    let jobs = server.jobs()?;
    print_row(COLUMNS.map(|(name, _)| name));
    for index in 1..=jobs.count() {
        let job = jobs.item(index)?;
        print_row([
            &job.job_id().to_string(),
            type_word(job.job_type().number()),
            job.queue_status(),
            job.device_status(),
            &job.page_count().to_string(),
            job.fax_number(),
            job.recipient_name(),
            job.display_name(),
        ]);
    }
    Ok(())
}

fn print_row(cells: [&str; 8]) {
    let fit = |(cell, (_, width)): (&str, (&str, usize))| format!("{cell:width$.width$} ");
    let row: String = cells.into_iter().zip(COLUMNS).map(fit).collect();
    println!("{row}");
}

/// The kinds of jobs have numbers in the Fax Service Client API, and no words.
fn type_word(number: i32) -> &'static str {
    match number {
        1 => "send",
        2 => "receive",
        3 => "routing",
        4 => "failed receive",
        _ => "unknown",
    }
}
