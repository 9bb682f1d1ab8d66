//! Pages as PDF: each is one image with the T.6 data as it is stored.

use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use t4::Page;

use super::{PELS_PER_MM, lines_per_mm};

/// Points on a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// What a page calls its image.
const IMAGE: Name = Name(b"Fax");

/// A PDF of these pages, each as large as its paper. ISO 32000-1 7.4.6
#[must_use]
pub fn pdf(title: &str, pages: &[Page]) -> Vec<u8> {
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("Ferrofax"));
    let ids: Vec<Ref> = pages.iter().map(|page| add(&mut pdf, &mut next, tree, page)).collect();
    pdf.pages(tree).count(i32::try_from(ids.len()).unwrap_or(i32::MAX)).kids(ids);
    pdf.finish()
}

fn add(pdf: &mut Pdf, next: &mut Ref, tree: Ref, page: &Page) -> Ref {
    let (id, content, image) = (next.bump(), next.bump(), next.bump());
    let points = |pels: u32, per_mm: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "PDF has single precision")]
        let points = (f64::from(pels) / per_mm * POINTS_PER_MM) as f32;
        points
    };
    let width = points(page.width, PELS_PER_MM);
    let height = points(page.rows, lines_per_mm(page.resolution));
    let mut sheet = pdf.page(id);
    sheet.parent(tree).media_box(Rect::new(0.0, 0.0, width, height)).contents(content);
    sheet.resources().x_objects().pair(IMAGE, image);
    sheet.finish();
    let mut drawing = Content::new();
    drawing.transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(IMAGE);
    pdf.stream(content, &drawing.finish());
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let mut object = pdf.image_xobject(image, &page.mmr);
    object.width(number(page.width)).height(number(page.rows)).bits_per_component(1);
    object.color_space().device_gray();
    object.filter(Filter::CcittFaxDecode);
    // T.6 has black runs; `BlackIs1` false makes their samples 0, which is black in DeviceGray.
    let mut coding = object.decode_parms();
    coding.k(-1).columns(number(page.width)).rows(number(page.rows)).black_is_1(false);
    coding.finish();
    object.finish();
    id
}

#[cfg(test)]
mod tests {
    use t4::{Bitmap, Resolution};

    use super::*;

    #[test]
    fn the_data_of_a_page_stands_in_the_pdf_as_it_is() {
        let mut bitmap = Bitmap::new(1728, 2156).unwrap();
        bitmap.set(3, 5, true);
        let page = Page::from_bitmap(&bitmap, Resolution::Fine);
        let pdf = pdf("job 7", &[page.clone(), page.clone()]);
        let found = pdf.windows(page.mmr.len()).filter(|part| *part == page.mmr).count();
        assert_eq!(found, 2);
        let text = String::from_utf8_lossy(&pdf);
        // 215 mm by 280 mm.
        assert!(text.contains("/MediaBox [0 0 609.4488 793.70"), "{text}");
        assert!(
            text.contains("/K -1") && text.contains("/Columns 1728") && text.contains("/Rows 2156")
        );
    }
}
