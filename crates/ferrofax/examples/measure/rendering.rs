//! How fast documents become pages, beside pdftoppm and Ghostscript in the same run:
//! `cargo run --release -p ferrofax --example measure -- rendering`.

#[path = "../../../render/tests/made/file.rs"]
#[expect(dead_code, reason = "tests use the rest of it")]
mod file;
#[path = "../../../render/tests/made/words.rs"]
#[expect(dead_code, reason = "tests use the rest of it")]
mod words;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ferrofax::document::{Options, Order, RenderConfig, Renderer};
use render::{BuiltInOnly, Error, Fonts, Pages};
use t4::{Page, Resolution};

/// Pages of text of one measurement, and documents that the pool gets them in.
const PAGES: usize = 100;
const DOCUMENTS: usize = 10;
/// How often each is measured; one after the other, so that all see the same machine.
const ROUNDS: usize = 5;
/// First pages.
const FIRSTS: usize = 30;
/// Points of an A4 page.
const A4: (f64, f64) = (595.28, 841.89);

/// Measures and says.
pub(crate) async fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = folder.path().join("text.pdf");
    let octets = text(PAGES);
    std::fs::write(&all, &octets).expect("a file");
    let part = Bytes::from(text(PAGES / DOCUMENTS));
    let renderer = Renderer::new(RenderConfig::default());
    let mut took: [Vec<Duration>; 4] = Default::default();
    for _ in 0..ROUNDS {
        took[0].push(timed(|| one_process(&octets)));
        let begin = Instant::now();
        pool(&renderer, &part).await;
        took[1].push(begin.elapsed());
        took[2].push(timed(|| pdftoppm(&all, folder.path())));
        took[3].push(timed(|| ghostscript(&all, folder.path())));
    }
    let [one, pool, poppler, gs] = took.map(median);
    println!(
        "{PAGES} pages of text, PDF to 204 x 196 in black and white, median of {ROUNDS} rounds"
    );
    for (who, time) in [
        ("render::document, to MMR", one),
        ("Renderer, all its workers, to MMR", pool),
        ("pdftoppm -mono, to PBM", poppler),
        ("gs -sDEVICE=tiffg4, to MMR", gs),
    ] {
        let ratio = |other: Duration| other.as_secs_f64() / time.as_secs_f64();
        println!(
            "{who:35} {:7.1} pages/s   {:5.2} x pdftoppm   {:5.2} x Ghostscript",
            PAGES as f64 / time.as_secs_f64(),
            ratio(poppler),
            ratio(gs)
        );
    }
    let one_page = Bytes::from(text(1));
    let mut firsts = Vec::new();
    for _ in 0..FIRSTS {
        let begin = Instant::now();
        rendered(&renderer, one_page.clone()).await;
        firsts.push(begin.elapsed());
    }
    println!("a PDF of one page, child process included: {:?} in the median", median(firsts));
}

/// Letters in Times and Helvetica.
fn text(pages: usize) -> Vec<u8> {
    let mut file = file::File::new();
    let mut random = words::Random(1);
    let fonts = "/Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>> \
                 /F2 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>";
    for _ in 0..pages {
        let mut content = words::paragraph(&mut random, "F1", 11.0, (60.0, 780.0, 535.0, 400.0));
        content += &words::paragraph(&mut random, "F2", 10.0, (60.0, 380.0, 535.0, 60.0));
        file.page(A4, fonts, &content);
    }
    file.finish()
}

fn options() -> Options {
    Options { resolution: Resolution::Fine, max_pages: 1000, password: String::new() }
}

fn one_process(octets: &[u8]) {
    let fonts: Arc<dyn Fonts> = Arc::new(BuiltInOnly);
    let mut taken = Taken(0);
    let pages = render::document(octets, &options(), &fonts, &mut taken).expect("it is drawn");
    assert!(pages as usize == PAGES && taken.0 > 0);
}

/// Octets of MMR.
struct Taken(usize);

impl Pages for Taken {
    fn page(&mut self, page: Page) -> Result<(), Error> {
        self.0 += page.mmr.len();
        Ok(())
    }
}

async fn pool(renderer: &Renderer, part: &Bytes) {
    let orders: Vec<_> = (0..DOCUMENTS)
        .map(|_| {
            let (renderer, part) = (renderer.clone(), part.clone());
            tokio::spawn(async move { rendered(&renderer, part).await })
        })
        .collect();
    for order in orders {
        order.await.expect("no panic");
    }
}

async fn rendered(renderer: &Renderer, octets: Bytes) {
    let order = Order { document: Some(octets), options: options(), cover: None };
    renderer.render(order).await.expect("it is drawn");
}

fn pdftoppm(pdf: &Path, folder: &Path) {
    let mut run = Command::new("pdftoppm");
    run.args(["-mono", "-rx", "204", "-ry", "196"]).arg(pdf);
    assert!(run.arg(folder.join("page")).status().expect("pdftoppm runs").success());
}

fn ghostscript(pdf: &Path, folder: &Path) {
    let out = format!("-sOutputFile={}", folder.join("pages.tif").display());
    let run = Command::new("gs")
        .args(["-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=tiffg4", "-r204x196", &out])
        .arg(pdf)
        .status();
    assert!(run.expect("gs runs").success());
}

fn timed(run: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    run();
    begin.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
