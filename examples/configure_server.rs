//! Shows the properties of the server, and sets those that are named.
//!
//! ```text
//! cargo run --release --example configure_server
//! cargo run --release --example configure_server retries=5 retry_delay=2
//! ```

use faxcom::FaxServer;

fn main() -> anyhow::Result<()> {
    let mut server = FaxServer::new();
    server.connect("")?;
    for argument in std::env::args().skip(1) {
        // A setter writes at once; the server refuses a value out of range and says which range.
        match argument.split_once('=').and_then(|(name, value)| Some((name, value.parse().ok()?))) {
            Some(("retries", value)) => server.set_retries(value)?,
            Some(("retry_delay", value)) => server.set_retry_delay(value)?,
            Some(("dirty_days", value)) => server.set_dirty_days(value)?,
            Some(("pause_server_queue", value)) => server.set_pause_server_queue(value != 0)?,
            _ => println!("{argument:?} is not NAME=NUMBER of a property that this example knows"),
        }
    }
    // A getter asks each time; all of them at once are one request.
    let now = server.properties()?;
    println!("retries                {}", now.retries);
    println!("retry_delay            {} min", now.retry_delay);
    println!("dirty_days             {}", now.dirty_days);
    println!("pause_server_queue     {}", now.pause_server_queue);
    println!("use_device_tsid        {}", now.use_device_tsid);
    println!("archive_outbound_faxes {}", now.archive_outbound_faxes);
    println!("archive_directory      {}", now.archive_directory);
    let (start, end) = (
        (now.discount_rate_start_hour, now.discount_rate_start_minute),
        (now.discount_rate_end_hour, now.discount_rate_end_minute),
    );
    println!("discount rate          {:02}:{:02} to {:02}:{:02}", start.0, start.1, end.0, end.1);
    Ok(())
}
