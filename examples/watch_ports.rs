//! Shows the lines with their routing methods, then what each one does, until it is interrupted.
//!
//! ```text
//! cargo run --release --example watch_ports
//! ```

use std::time::Duration;

use faxcom::{FaxServer, FaxStatus};

/// How often the server is asked.
const INTERVAL: Duration = Duration::from_secs(1);

fn main() -> anyhow::Result<()> {
    let mut server = FaxServer::new();
    server.connect("")?;
    let ports = server.ports()?;
    let mut states = Vec::new();
    for index in 1..=ports.count() {
        let port = ports.item(index)?;
        println!(
            "{} {}: rank {}, TSID {:?}, CSID {:?}, sends {}, receives {}, answers after {} rings",
            port.device_id(),
            port.name(),
            port.priority(),
            port.tsid(),
            port.csid(),
            port.send(),
            port.receive(),
            port.rings()
        );
        let methods = port.routing_methods()?;
        for index in 1..=methods.count() {
            let method = methods.item(index)?;
            println!(
                "  {}: {}",
                method.friendly_name(),
                if method.enable() { "on" } else { "off" }
            );
        }
        states.push((port.status()?, String::new()));
    }
    loop {
        for (status, shown) in &mut states {
            // A status is a picture; refresh takes a new one.
            status.refresh()?;
            let words = words_of(status);
            if words != *shown {
                println!("{words}");
                *shown = words;
            }
        }
        std::thread::sleep(INTERVAL);
    }
}

fn words_of(status: &FaxStatus) -> String {
    let name = status.device_name();
    let doing = status.description();
    if status.send() {
        let (page, pages) = (status.current_page(), status.page_count());
        return format!("{name}: {doing}, page {page} of {pages} to {}", status.address());
    }
    if status.receive() {
        return format!("{name}: {doing} from {:?}", status.caller_id());
    }
    format!("{name}: {doing}")
}
