//! Documents that want to do harm, through real workers: each ends with the limit or the error that is
//! written here, and other documents go through meanwhile.

mod cipher;
mod documents;
#[path = "../../../render/tests/made/file.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod file;
mod pictures;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use ferrofax::document::{CoverFields, CoverOrder, Options, Order, RenderConfig, Renderer};
use t4::Resolution;

/// Small, so that whoever reaches for too much is through soon.
const MEMORY: u64 = 512 << 20;
const CPU: Duration = Duration::from_secs(3);
const TIME: Duration = Duration::from_secs(40);
const OUTPUT: u64 = 1 << 20;
const MAX_PAGES: u32 = 50;

/// Hostile documents at once; one more worker is for the others.
const AT_ONCE: usize = 2;

/// The sentences of the limits above.
const TOO_MUCH_MEMORY: &str = "it needs more than 512 MiB of memory";
const TOO_MUCH_COMPUTING: &str = "it takes more than 3 s of computing";
const TOO_MUCH_OUTPUT: &str = "document: its pages are more than 1 MiB of data";

/// A document, and what must become of it.
pub(crate) struct Hostile {
    name: &'static str,
    octets: Vec<u8>,
    password: &'static str,
    /// A cover's template instead of a document.
    template: &'static str,
    end: End,
}

/// What must become of a document.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// It has done no harm and so many pages.
    Pages(usize),
    /// An error in which these words stand.
    Says(&'static str),
}

impl Hostile {
    pub(crate) fn new(name: &'static str, octets: Vec<u8>, end: End) -> Self {
        Self { name, octets, password: "", template: "", end }
    }

    pub(crate) fn with_password(self, password: &'static str) -> Self {
        Self { password, ..self }
    }

    fn template(name: &'static str, template: &'static str, end: End) -> Self {
        Self { template, ..Self::new(name, Vec::new(), end) }
    }

    fn order(&self) -> Order {
        let cover = (!self.template.is_empty()).then(|| CoverOrder {
            template: self.template.to_owned(),
            fields: CoverFields::default(),
            behind: 0,
        });
        Order {
            document: cover.is_none().then(|| Bytes::from(self.octets.clone())),
            options: options(self.password),
            cover,
        }
    }
}

fn options(password: &str) -> Options {
    Options { resolution: Resolution::Fine, max_pages: MAX_PAGES, password: password.to_owned() }
}

fn templates() -> Vec<Hostile> {
    vec![
        Hostile::template(
            "a template without end",
            "#while true { }",
            End::Says("condition is always true"),
        ),
        Hostile::template(
            "a template that computes without end",
            "#let f(n) = range(n).map(i => range(n).map(j => calc.sin(i * j)).sum()).sum()\n#f(100000)",
            End::Says(TOO_MUCH_COMPUTING),
        ),
        Hostile::template(
            "a template that calls itself",
            "#let f(n) = f(n + 1)\n#f(0)",
            End::Says("depth exceeded"),
        ),
        Hostile::template(
            "a template with a list of 100 000 000",
            "#let list = range(100000000)\n#list.len()",
            End::Says(TOO_MUCH_MEMORY),
        ),
        Hostile::template(
            "a template that reads a file",
            "#read(\"/etc/passwd\")",
            End::Says("cover page: the template is wrong"),
        ),
        Hostile::template(
            "a template that imports a package",
            "#import \"@preview/anything:1.0.0\": *",
            End::Says("cover page: the template is wrong"),
        ),
        Hostile::template(
            "a template of 10 000 pages",
            "#for n in range(10000) { pagebreak() }",
            End::Says("cover page: the template makes"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_ends_as_it_is_written_here_while_others_go_through() {
    let renderer = Renderer::new(RenderConfig {
        time: TIME,
        cpu: CPU,
        memory: MEMORY,
        output: OUTPUT,
        workers: u32::try_from(AT_ONCE + 1).expect("few"),
        image: Some(env!("CARGO_BIN_EXE_ferrofax").into()),
        ..RenderConfig::default()
    });
    let over = Arc::new(AtomicBool::new(false));
    let others = tokio::spawn(others(renderer.clone(), Arc::clone(&over)));
    let mut all = documents::all();
    all.extend(pictures::all());
    all.extend(templates());
    assert!(all.len() >= 20, "{} documents", all.len());
    let all = Arc::new(std::sync::Mutex::new(all));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| tokio::spawn(one_after_another(renderer.clone(), Arc::clone(&all))))
        .collect();
    let mut wrong = Vec::new();
    for task in tasks {
        wrong.extend(task.await.expect("no panic"));
    }
    over.store(true, Ordering::Relaxed);
    let served = others.await.expect("no panic");
    println!("{served} other documents went through meanwhile");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(served > 0, "no other document went through");
}

/// Renders documents until there are none; what went wrong.
async fn one_after_another(
    renderer: Renderer,
    all: Arc<std::sync::Mutex<Vec<Hostile>>>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    loop {
        let next = all.lock().expect("nobody panicked").pop();
        let Some(hostile) = next else { return wrong };
        let begin = std::time::Instant::now();
        let end = renderer.render(hostile.order()).await;
        let said = match &end {
            Ok(rendered) => format!("{} pages", rendered.pages.len()),
            Err(error) => error.to_string(),
        };
        let as_written = match (&end, hostile.end) {
            (Ok(rendered), End::Pages(pages)) => rendered.pages.len() == pages,
            (Err(_), End::Says(words)) => said.contains(words),
            _ => false,
        };
        println!("{:40} {:6.2} s  {said}", hostile.name, begin.elapsed().as_secs_f64());
        if !as_written {
            let wanted = match hostile.end {
                End::Pages(pages) => format!("{pages} pages"),
                End::Says(words) => words.to_owned(),
            };
            wrong.push(format!("{}: {said}; wanted: {wanted}", hostile.name));
        }
    }
}

/// Renders an honest document again and again; how often.
async fn others(renderer: Renderer, over: Arc<AtomicBool>) -> usize {
    let mut served = 0;
    while !over.load(Ordering::Relaxed) {
        let order = Order {
            document: Some(Bytes::from(documents::honest())),
            options: options(""),
            cover: None,
        };
        let rendered = renderer.render(order).await.expect("an honest document goes through");
        assert_eq!(rendered.pages.len(), 1);
        served += 1;
    }
    served
}
