//! Sends a file and watches the job until it is over.
//!
//! ```text
//! cargo run --release --example send_and_wait letter.tif 5550100
//! ```

use std::process::ExitCode;
use std::time::Duration;

use faxcom::FaxServer;
use faxcom::api::JobState;

/// How often the server is asked.
const INTERVAL: Duration = Duration::from_secs(1);

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, number] = arguments.as_slice() else {
        println!("usage: send_and_wait FILE NUMBER");
        return Ok(ExitCode::FAILURE);
    };
    let mut server = FaxServer::new();
    server.connect("")?;
    let mut doc = server.create_document(file);
    doc.set_fax_number(number);
    doc.set_display_name("An example");
    // When this returns, the server has its own copy: the file may be deleted.
    let id = doc.send()?;
    println!("job {id}");

    let mut shown = String::new();
    loop {
        // A job that was sent has left the queue, so FaxJobs no longer shows it; the client below
        // the objects knows it still.
        let job = server.client()?.job(id)?;
        let words = format!("{}, {}", job.queue_status, job.device_status);
        if words != shown && !job.state.is_final() {
            println!("{words}");
            shown = words;
        }
        match job.state {
            JobState::Sent => {
                println!("sent, {} pages", job.pages_confirmed);
                return Ok(ExitCode::SUCCESS);
            }
            state if state.is_final() => {
                let why = job.failure.map_or_else(|| words_of(state), |failure| failure.text);
                println!("not sent: {why}");
                return Ok(ExitCode::FAILURE);
            }
            _ => std::thread::sleep(INTERVAL),
        }
    }
}

fn words_of(state: JobState) -> String {
    format!("{state:?}").to_lowercase()
}
