//! Documents of line art: hairlines, tables, forms, clips, dashes, shadings, groups.

use std::fmt::Write as _;

use super::file::File;
use super::words::{Random, line, literal, paragraph};
use super::{A4, Made, letters};

pub(super) fn all() -> Vec<Made> {
    vec![
        Made::line("lines of 0.2 pt", hairlines(0.2)),
        Made::line("lines of 0 pt", hairlines(0.0)),
        Made::line("lines of 1 pt", hairlines(1.0)),
        Made::line("grid of thin rules", grid()),
        Made::line("dashes, caps, joins", dashes()),
        Made::line("curves and rules of filling", curves()),
        Made::line("clip paths", clips()),
        Made::text("invoice", invoice()),
        Made::line("form with fields", form()),
        Made::text("annotations", annotations()),
        Made::line("forms within forms", nested()),
        Made::line("hatching", hatching()),
        Made::text("hidden layers", layers()),
        Made::line("floor plan", plan()),
        Made::grey("shadings", shadings()),
        Made::grey("transparency", transparency()),
        Made::grey("soft mask", soft_mask()),
        Made::grey("grey areas", greys()),
    ]
}

fn one(resources: &str, content: &str) -> Vec<u8> {
    let mut file = File::new();
    file.page(A4, resources, content);
    file.finish()
}

fn hairlines(width: f64) -> Vec<u8> {
    let mut content = format!("{width} w\n");
    for n in 0..36 {
        let (sin, cos) = f64::from(n * 5).to_radians().sin_cos();
        let _ = writeln!(
            content,
            "{:.3} {:.3} m {:.3} {:.3} l S",
            300.0 - 220.0 * cos,
            500.0 - 220.0 * sin,
            300.0 + 220.0 * cos,
            500.0 + 220.0 * sin
        );
    }
    for n in 0..40 {
        let at = 60.0 + 12.07 * f64::from(n);
        let _ = writeln!(
            content,
            "{at} 60 m {at} 120 l S 60 {:.2} m 540 {:.2} l S",
            130.0 + 3.01 * f64::from(n),
            130.0 + 3.01 * f64::from(n)
        );
    }
    one("", &content)
}

fn grid() -> Vec<u8> {
    let mut content = String::new();
    for n in 0..50 {
        let at = 15.0 * f64::from(n);
        let _ = writeln!(
            content,
            "0.25 w {:.2} 50 m {:.2} 785 l S 50 {:.2} m 545 {:.2} l S",
            50.0 + at * 0.673,
            50.0 + at * 0.673,
            50.0 + at,
            50.0 + at
        );
        // Rules as some programs write them: rectangles a fraction of a point high.
        let _ = writeln!(
            content,
            "60 {:.2} 470 0.12 re f {:.2} 60 0.12 700 re f",
            57.3 + at,
            56.1 + at * 0.673
        );
    }
    one("", &content)
}

fn dashes() -> Vec<u8> {
    let mut content = String::new();
    for (n, dash) in (0..).zip(["[] 0", "[3] 0", "[1 2] 0", "[6 2 1 2] 0", "[10 5] 3", "[0 4] 0"]) {
        for (m, width) in (0..).zip([0.2, 1.0, 3.0]) {
            let y = 780 - n * 36 - m * 10;
            let _ = writeln!(
                content,
                "{dash} d {} J {width} w 60 {y} m 300 {y} l 540 {} l S",
                n % 3,
                y - 14
            );
        }
    }
    content += "[] 0 d 10 w\n";
    for (n, join) in (0..).zip([0, 1, 2]) {
        let x = 80 + n * 150;
        let _ = writeln!(content, "{join} j {x} 300 m {} 400 l {} 300 l S", x + 50, x + 100);
        let _ = writeln!(content, "{join} J {x} 220 m {} 250 l S", x + 100);
    }
    one("", &content)
}

fn circle(x: f64, y: f64, r: f64) -> String {
    let k = r * 0.5523;
    format!(
        "{} {y} m {} {} {} {} {x} {} c {} {} {} {} {} {y} c {} {} {} {} {x} {} c {} {} {} {} {} {y} c h\n",
        x + r,
        x + r,
        y + k,
        x + k,
        y + r,
        y + r,
        x - k,
        y + r,
        x - r,
        y + k,
        x - r,
        x - r,
        y - k,
        x - k,
        y - r,
        y - r,
        x + k,
        y - r,
        x + r,
        y - k,
        x + r
    )
}

fn star(x: f64, y: f64, r: f64) -> String {
    let mut path = String::new();
    for n in 0..5 {
        let (sin, cos) = f64::from(90 + n * 144).to_radians().sin_cos();
        let _ = writeln!(
            path,
            "{:.3} {:.3} {}",
            x + r * cos,
            y + r * sin,
            if n == 0 { "m" } else { "l" }
        );
    }
    path + "h\n"
}

fn curves() -> Vec<u8> {
    let mut content = String::new();
    for n in 0..12 {
        content += &circle(150.0, 680.0, 8.0 + 8.0 * f64::from(n));
        content += "0.5 w S\n";
    }
    content += &format!("{}f\n{}f*\n", star(350.0, 680.0, 80.0), star(480.0, 680.0, 80.0));
    content += &format!("{}{}f*\n", circle(150.0, 450.0, 90.0), circle(180.0, 450.0, 50.0));
    content += &format!("{}2 w b*\n", star(400.0, 450.0, 100.0));
    for n in 0..40 {
        content += &circle(60.0 + 12.0 * f64::from(n), 300.0, 0.3 + 0.13 * f64::from(n));
        content += "f\n";
    }
    content += "0.4 w 60 100 m 200 300 300 -100 540 200 c S 60 120 m 540 120 300 200 300 60 c S";
    one("", &content)
}

fn clips() -> Vec<u8> {
    let mut content = format!("q {}W* n 1 w\n", star(300.0, 550.0, 220.0));
    for n in 0..60 {
        let _ = writeln!(content, "{} 300 m {} 800 l S", 40 + n * 9, 40 + n * 9);
    }
    content += "Q q 100 100 300 150 re W n\n";
    content += &format!("{}W n 100 100 400 200 re f Q\n", circle(250.0, 200.0, 120.0));
    content += "q .8 .6 -.6 .8 400 60 cm 0 0 90 90 re W n 0 0 m 0.2 w 90 90 l S 0 90 m 90 0 l S \
                0 0 90 90 re 4 w S Q";
    one("", &content)
}

fn invoice() -> Vec<u8> {
    let mut file = File::new();
    let letters = letters(&mut file);
    let mut random = Random(10);
    let mut content = "BT /F2 22 Tf 60 770 Td (INVOICE 2041-77) Tj ET\n".to_owned();
    content += "BT /F1 8 Tf 60 750 Td (Example Ltd, 1 Sample Street, 12345 Town) Tj ET 0.3 w\n";
    for row in 0..24 {
        let y = 690 - row * 22;
        let _ = writeln!(content, "60 {y} 475 22 re S");
        let text = literal(&line(&mut random, 34));
        let (amount, cents) = (random.below(9000), random.below(100));
        let _ = writeln!(
            content,
            "BT /F1 9.5 Tf 66 {} Td ({}) Tj 34 0 Td ({text}) Tj 330 0 Td ({amount}.{cents:02}) Tj ET",
            y + 7,
            row + 1
        );
    }
    content += "95 184 m 95 712 l 420 184 m 420 712 l S 1.5 w 420 160 m 535 160 l S\n";
    content += "BT /F2 11 Tf 430 166 Td (Total 123,456.78) Tj ET\n";
    content += &paragraph(&mut random, "F1", 6.0, (60.0, 130.0, 535.0, 60.0));
    file.page(A4, &letters, &content);
    file.finish()
}

fn form() -> Vec<u8> {
    let mut file = File::new();
    let letters = letters(&mut file);
    let mut annotations = String::new();
    let mut fields = String::new();
    let font = letters.replace("/F1", "/Helv");
    for n in 0..8 {
        let y = 740 - n * 40;
        let look = file.flate(
            &format!("/Type /XObject /Subtype /Form /BBox [0 0 250 20] /Resources <<{font}>>"),
            format!("0.5 w 0.5 0.5 249 19 re S /Tx BMC BT /Helv 11 Tf 4 6 Td (Value of field {n}) Tj ET EMC").as_bytes(),
        );
        let field = file.add(format!(
            "<</Type /Annot /Subtype /Widget /FT /Tx /T (t{n}) /V (Value of field {n}) /F 4 \
             /Rect [200 {y} 450 {}] /AP <</N {look} 0 R>> /DA (/Helv 11 Tf 0 g)>>",
            y + 20
        ));
        let _ = write!(fields, "{field} 0 R ");
        let on = file.flate(
            "/Type /XObject /Subtype /Form /BBox [0 0 14 14]",
            b"0.7 w 0.5 0.5 13 13 re S 2 w 3 7 m 6 3 l 12 12 l S",
        );
        let off = file
            .flate("/Type /XObject /Subtype /Form /BBox [0 0 14 14]", b"0.7 w 0.5 0.5 13 13 re S");
        let state = if n % 2 == 0 { "Yes" } else { "Off" };
        let check = file.add(format!(
            "<</Type /Annot /Subtype /Widget /FT /Btn /T (c{n}) /V /{state} /AS /{state} /F 4 \
             /Rect [480 {} 494 {}] /AP <</N <</Yes {on} 0 R /Off {off} 0 R>>>>>>",
            y + 3,
            y + 17
        ));
        let _ = write!(fields, "{check} 0 R ");
    }
    annotations += &fields;
    file.catalog = format!("/AcroForm <</Fields [{fields}] /DA (/Helv 11 Tf 0 g) /DR <<{font}>>>>");
    let mut content = "BT /F2 18 Tf 60 790 Td (Application) Tj ET\n".to_owned();
    for n in 0..8 {
        let _ =
            writeln!(content, "BT /F1 10 Tf 60 {} Td (Label of field {n}:) Tj ET", 746 - n * 40);
    }
    let dict = format!("/MediaBox [0 0 {} {}] /Annots [{annotations}]", A4.0, A4.1);
    file.page_with(&dict, &letters, &content);
    file.finish()
}

fn annotations() -> Vec<u8> {
    let mut file = File::new();
    let letters = letters(&mut file);
    let stamp = file.flate(
        &format!("/Type /XObject /Subtype /Form /BBox [0 0 200 60] /Matrix [.966 .259 -.259 .966 0 0] /Resources <<{letters}>>"),
        b"4 w 2 2 196 56 re S BT /F2 30 Tf 20 20 Td (RECEIVED) Tj ET",
    );
    let square = file.flate(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 50]",
        b"1 w 1 1 98 48 re S 1 1 m 99 49 l S",
    );
    let hidden = file.flate("/Type /XObject /Subtype /Form /BBox [0 0 100 50]", b"0 0 100 50 re f");
    let dict = format!(
        "/MediaBox [0 0 {} {}] /Annots [\
         <</Type /Annot /Subtype /Stamp /F 4 /Rect [300 600 520 720] /AP <</N {stamp} 0 R>>>> \
         <</Type /Annot /Subtype /Square /F 4 /Rect [100 500 200 550] /AP <</N {square} 0 R>>>> \
         <</Type /Annot /Subtype /Square /F 2 /Rect [100 400 200 450] /AP <</N {hidden} 0 R>>>>]",
        A4.0, A4.1
    );
    let content = paragraph(&mut Random(11), "F1", 11.0, (60.0, 780.0, 500.0, 400.0));
    file.page_with(&dict, &letters, &content);
    file.finish()
}

fn nested() -> Vec<u8> {
    let mut file = File::new();
    let mut inner = file.flate(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 100]",
        b"0.5 w 5 5 90 90 re S 5 5 m 95 95 l S 20 60 20 20 re f",
    );
    for _ in 0..5 {
        inner = file.flate(
            &format!("/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Matrix [.98 .05 -.05 .98 2 -1] /Resources <</XObject <</X {inner} 0 R>>>>"),
            b"0.5 w 1 1 98 98 re S q .8 0 0 .8 8 8 cm /X Do Q",
        );
    }
    file.page(
        A4,
        &format!("/XObject <</X {inner} 0 R>>"),
        "q 4.5 0 0 4.5 60 200 cm /X Do Q q .5 0 0 .5 60 100 cm /X Do Q",
    );
    file.finish()
}

fn hatching() -> Vec<u8> {
    let mut file = File::new();
    let lines = file.flate("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 8 8] /XStep 8 /YStep 8 /Resources <<>>", b"0.6 w 0 0 m 8 8 l S");
    let dots = file.flate("/Type /Pattern /PatternType 1 /PaintType 2 /TilingType 1 /BBox [0 0 6 6] /XStep 6 /YStep 6 /Resources <<>>", b"2 2 2 2 re f");
    let content = format!(
        "/Pattern cs /P1 scn 60 500 400 250 re f 1 w 60 500 400 250 re S /CS cs 0 0 0 /P2 scn {} f",
        circle(300.0, 300.0, 150.0)
    );
    file.page(
        A4,
        &format!(
            "/Pattern <</P1 {lines} 0 R /P2 {dots} 0 R>> /ColorSpace <</CS [/Pattern /DeviceRGB]>>"
        ),
        &content,
    );
    file.finish()
}

fn layers() -> Vec<u8> {
    let mut file = File::new();
    let letters = letters(&mut file);
    let shown = file.add("<</Type /OCG /Name (shown)>>");
    let hidden = file.add("<</Type /OCG /Name (hidden)>>");
    file.catalog = format!(
        "/OCProperties <</OCGs [{shown} 0 R {hidden} 0 R] /D <</ON [{shown} 0 R] /OFF [{hidden} 0 R]>>>>"
    );
    let content = "/OC /A BDC BT /F1 20 Tf 60 700 Td (This layer is shown) Tj ET EMC /OC /B BDC 0 0 595 300 re f EMC";
    file.page(A4, &format!("{letters} /Properties <</A {shown} 0 R /B {hidden} 0 R>>"), content);
    file.finish()
}

fn plan() -> Vec<u8> {
    let mut file = File::new();
    let letters = letters(&mut file);
    let mut random = Random(12);
    let mut content = "0.1 0 0 0.1 40 40 cm 4 w\n".to_owned();
    for _ in 0..120 {
        let (x, y) = (random.below(5000), random.below(7400));
        let (w, h) = (random.below(600) + 20, random.below(600) + 20);
        let _ = writeln!(content, "{x} {y} {w} {h} re S {x} {y} m {} {} l S", x + w, y + h);
        let _ = writeln!(content, "BT /F1 70 Tf {x} {} Td ({}.{}) Tj ET", y + 10, w, h);
    }
    file.page(A4, &letters, &content);
    file.finish()
}

fn shadings() -> Vec<u8> {
    let function = "/Function <</FunctionType 2 /Domain [0 1] /C0 [0 0 0] /C1 [1 1 1] /N 1>>";
    let resources = format!(
        "/Shading <</A <</ShadingType 2 /ColorSpace /DeviceRGB /Coords [60 0 540 0] {function} /Extend [true true]>> \
         /R <</ShadingType 3 /ColorSpace /DeviceRGB /Coords [300 300 10 300 300 200] {function} /Extend [true false]>>>>"
    );
    one(&resources, "q 60 560 480 200 re W n /A sh Q /R sh")
}

fn transparency() -> Vec<u8> {
    let mut file = File::new();
    let letters = letters(&mut file);
    let content = format!(
        "0 g 60 420 200 340 re f /H gs 1 0 0 rg {} f 0 0 1 rg {} f /M gs .5 g 300 400 200 100 re f 250 450 200 100 re f /N gs 0 g BT /F1 24 Tf 60 330 Td (Text below and above) Tj ET",
        circle(260.0, 650.0, 100.0),
        circle(360.0, 600.0, 100.0)
    );
    let resources = format!(
        "{letters} /ExtGState <</H <</ca .5>> /M <</BM /Multiply /ca 1>> /N <</BM /Normal /ca 1>>>>"
    );
    file.page(A4, &resources, &content);
    file.finish()
}

fn soft_mask() -> Vec<u8> {
    let mut file = File::new();
    let group = file.flate(
        "/Type /XObject /Subtype /Form /BBox [0 0 600 850] /Group <</S /Transparency /CS /DeviceGray>> \
         /Resources <</Shading <</A <</ShadingType 2 /ColorSpace /DeviceGray /Coords [60 0 540 0] \
         /Function <</FunctionType 2 /Domain [0 1] /C0 [0] /C1 [1] /N 1>>>>>>>>",
        b"60 200 480 500 re W n /A sh",
    );
    let resources =
        format!("/ExtGState <</S <</SMask <</Type /Mask /S /Luminosity /G {group} 0 R>>>>>>");
    file.page(A4, &resources, "q /S gs 0 g 60 200 480 500 re f Q 1 w 60 100 480 20 re S");
    file.finish()
}

fn greys() -> Vec<u8> {
    let mut content = String::new();
    for n in 0..10 {
        let _ = writeln!(content, "{:.1} g {} 600 48 150 re f", f64::from(n) / 9.0, 60 + n * 48);
        let _ =
            writeln!(content, "0 0 0 {:.1} k {} 400 48 150 re f", f64::from(n) / 9.0, 60 + n * 48);
    }
    one("", &content)
}
