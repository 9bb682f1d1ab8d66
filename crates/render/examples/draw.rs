//! Draws a document as fax pages, to look at them: `draw FILE DIRECTORY [standard|fine|superfine]
//! [PASSWORD]` writes `page-0001.png` and so on, and prints how long the drawing took; with `-` for the
//! directory it only draws.

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use render::{BuiltInOnly, Error, Fonts, Options, Pages};
use t4::{Page, Resolution};

/// Writes the pages, and keeps count of the time that the writing takes.
struct Directory {
    path: Option<PathBuf>,
    pages: u32,
    octets: usize,
    writing: Duration,
}

impl Pages for Directory {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        let begun = Instant::now();
        self.pages += 1;
        self.octets += page.mmr.len();
        if let Some(path) = &self.path {
            let path = path.join(format!("page-{:04}.png", self.pages));
            write(&path, &page).map_err(|why| Error::Unreadable(why.to_string()))?;
        }
        self.writing += begun.elapsed();
        Ok(())
    }
}

fn write(path: &Path, page: &Page) -> Result<(), Box<dyn std::error::Error>> {
    let bitmap = page.to_bitmap()?;
    let file = BufWriter::new(std::fs::File::create(path)?);
    let mut encoder = png::Encoder::new(file, bitmap.width(), bitmap.rows());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fast);
    let light: Vec<u8> = bitmap.as_packed().iter().map(|octet| !octet).collect();
    encoder.write_header()?.write_image_data(&light)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(directory)) = (arguments.next(), arguments.next()) else {
        return Err("usage: draw FILE DIRECTORY [standard|fine|superfine] [PASSWORD]".into());
    };
    let resolution = match arguments.next().as_deref() {
        Some("standard") => Resolution::Standard,
        Some("superfine") => Resolution::Superfine,
        _ => Resolution::Fine,
    };
    let password = arguments.next().unwrap_or_default();
    let octets = std::fs::read(file)?;
    let path = (directory != "-").then(|| PathBuf::from(directory));
    if let Some(path) = &path {
        std::fs::create_dir_all(path)?;
    }
    let mut pages = Directory { path, pages: 0, octets: 0, writing: Duration::ZERO };
    let options = Options { resolution, max_pages: 10_000, password };
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let begun = Instant::now();
    let drawn = render::document(&octets, &options, &fonts, &mut pages);
    let took = begun.elapsed() - pages.writing;
    println!(
        "{} pages, {} octets, {:.1} ms, {:.1} pages/s",
        pages.pages,
        pages.octets,
        took.as_secs_f64() * 1e3,
        f64::from(pages.pages) / took.as_secs_f64()
    );
    drawn?;
    Ok(())
}
