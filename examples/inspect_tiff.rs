//! Shows what the tags of a fax file tell; no server is needed.
//!
//! ```text
//! cargo run --release --example inspect_tiff fax.tif [TAG]
//! ```

use faxcom::FaxTiff;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(file) = arguments.next() else {
        println!("usage: inspect_tiff FILE [TAG]");
        return Ok(());
    };
    let mut tiff = FaxTiff::new();
    tiff.set_image(&file)?;
    println!("received or sent  {}", tiff.receive_time());
    println!("recipient         {}", tiff.recipient_name());
    println!("number            {}", tiff.recipient_number());
    println!("sender            {}", tiff.sender_name());
    println!("routing           {}", tiff.routing());
    println!("caller            {}", tiff.caller_id());
    println!("CSID              {}", tiff.csid());
    println!("TSID              {}", tiff.tsid());
    // 305 is the program that wrote the file. TIFF 6.0 section 8.
    println!("written by        {}", tiff.tag_string(305));
    if let Some(tag) = arguments.next().and_then(|tag| tag.parse().ok()) {
        println!("tag {tag:<14}{}", tiff.tag_string(tag));
    }
    Ok(())
}
