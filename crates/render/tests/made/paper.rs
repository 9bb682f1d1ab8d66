//! Pages of all sizes, boxes and ways to lie; files of all structures.

use super::file::{File, update};
use super::words::{Random, paragraph};
use super::{A4, Look, Made, letters};

const POINTS_PER_MM: f64 = 72.0 / 25.4;

pub(super) fn all() -> Vec<Made> {
    let mut all: Vec<Made> = [
        ("Letter", 612.0, 792.0),
        ("Legal", 612.0, 1008.0),
        ("A3", 841.89, 1190.55),
        ("B4", 257.0 * POINTS_PER_MM, 364.0 * POINTS_PER_MM),
        ("A6", 297.64, 419.53),
        ("A4, landscape", A4.1, A4.0),
        ("tiny, 20 mm", 20.0 * POINTS_PER_MM, 20.0 * POINTS_PER_MM),
        ("huge, 1.2 m by 0.9 m", 900.0 * POINTS_PER_MM, 1200.0 * POINTS_PER_MM),
        ("receipt, 80 mm by 600 mm", 80.0 * POINTS_PER_MM, 600.0 * POINTS_PER_MM),
    ]
    .into_iter()
    .map(|(name, width, height)| {
        let mut file = File::new();
        let font = letters(&mut file);
        file.page((width, height), &font, &frame(width, height));
        let look = if width < 100.0 { Look::Line } else { Look::Text };
        Made { look, ..Made::text(name, file.finish()).sized((width, height)) }
    })
    .collect();
    for (name, degrees) in [("/Rotate 90", 90), ("/Rotate 180", 180), ("/Rotate -90", -90)] {
        let mut file = File::new();
        let font = letters(&mut file);
        let dict = format!("/MediaBox [0 0 {} {}] /Rotate {degrees}", A4.0, A4.1);
        file.page_with(&dict, &font, &frame(A4.0, A4.1));
        let size = if degrees == 180 { A4 } else { (A4.1, A4.0) };
        all.push(Made::text(name, file.finish()).sized(size));
    }
    all.extend(boxes());
    all.extend(structures());
    all
}

/// A border, its diagonals, and text that fills it.
fn frame(width: f64, height: f64) -> String {
    let inset = width.min(height) * 0.06;
    let size = (width.min(height) / 50.0).max(3.0);
    let mut content = format!(
        "0.4 w {inset} {inset} {} {} re S {inset} {inset} m {} {} l S\n",
        width - 2.0 * inset,
        height - 2.0 * inset,
        width - inset,
        height - inset
    );
    let area = (2.0 * inset, height - 3.0 * inset, width - 2.0 * inset, 2.0 * inset);
    content += &paragraph(&mut Random(20), "F1", size, area);
    content
}

fn boxes() -> Vec<Made> {
    let mut cropped = File::new();
    let font = letters(&mut cropped);
    cropped.page_with(
        "/MediaBox [-20 -30 800 1000] /CropBox [80 60 580 760]",
        &font,
        &frame(620.0, 800.0),
    );
    let mut unit = File::new();
    let font = letters(&mut unit);
    unit.page_with("/MediaBox [0 0 297.64 420.945] /UserUnit 2", &font, &frame(297.64, 420.945));
    let mut far = File::new();
    let font = letters(&mut far);
    let content = format!("1 0 0 1 10000 -20000 cm {}", frame(A4.0, A4.1));
    far.page_with(
        &format!("/MediaBox [10000 -20000 {} {}]", 10000.0 + A4.0, -20000.0 + A4.1),
        &font,
        &content,
    );
    vec![
        Made::line("CropBox", cropped.finish()).sized((500.0, 700.0)),
        Made { unit: 2.0, ..Made::text("UserUnit", unit.finish()) },
        Made::line("far from the origin", far.finish()),
    ]
}

fn structures() -> Vec<Made> {
    let mut streams = File::new();
    let font = letters(&mut streams);
    streams.page(A4, &font, &frame(A4.0, A4.1));
    let mut updated = File::new();
    let font = letters(&mut updated);
    let content = updated.next();
    updated.page(A4, &font, "0 0 595 842 re f");
    let size = updated.next();
    let new = "0.5 w 60 60 475 700 re S BT /F1 30 Tf 80 600 Td (The second version) Tj ET";
    let body = format!("<</Length {}>>\nstream\n{new}\nendstream", new.len());
    let updated = update(updated.finish(), size, &[(content, &body)]);
    let mut odd = b"Received: by a program that prepends lines\r\n\r\n".to_vec();
    let mut file = File::new();
    let font = letters(&mut file);
    file.page(A4, &font, &frame(A4.0, A4.1));
    odd.extend(file.finish());
    vec![
        Made::line("objects in streams", streams.finish_in_streams()),
        Made::line("saved twice", updated),
        Made::line("with a wrong table of objects", odd),
    ]
}
