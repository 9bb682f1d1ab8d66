use proptest::prelude::*;

use super::*;

const WIDTH: u32 = 192;
const HEIGHT: u32 = 96;

const ALL: [Resolution; 3] = [Resolution::Standard, Resolution::Fine, Resolution::Superfine];

/// A page of what `pel` gives.
fn drawn(resolution: Resolution, pel: impl Fn(u32, u32) -> (u8, Matter)) -> t4::Bitmap {
    let pels = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    let (grey, matter): (Vec<u8>, Vec<Matter>) = pels.map(|(x, y)| pel(x, y)).unzip();
    page(WIDTH, HEIGHT, &grey, &matter, resolution).to_bitmap().unwrap()
}

fn black(page: &t4::Bitmap) -> u32 {
    page.as_packed().iter().map(|octet| octet.count_ones()).sum()
}

#[test]
fn shades_grow_evenly_from_white_to_black() {
    for resolution in ALL {
        for matter in [Matter::Area, Matter::Picture] {
            let shades =
                (0..=255).rev().map(|grey| black(&drawn(resolution, |_, _| (grey, matter))));
            let shades: Vec<u32> = shades.collect();
            assert!(shades.is_sorted(), "{resolution:?} {matter:?} {shades:?}");
            let (whole, middle) = (WIDTH * HEIGHT, shades[121]);
            assert_eq!((shades[0], shades[255]), (0, whole));
            assert!(middle.abs_diff(whole / 2) < whole / 20, "{middle} of {whole}");
        }
    }
}

#[test]
fn dots_lie_on_squares_of_the_paper() {
    for (resolution, high) in ALL.into_iter().zip([4, 8, 16]) {
        // A diagonal step leads to the next dot; across and down it is equally long on paper.
        let (across, down) = (4.0 / 8.04, f64::from(high / 2) / paper::lines_per_mm(resolution));
        assert!((across / down - 1.0).abs() < 0.06, "{resolution:?}");
        let page = drawn(resolution, |_, _| (134, Matter::Picture));
        let pels = (0..HEIGHT - 8).flat_map(|y| (0..WIDTH - 4).map(move |x| (x, y)));
        let count = pels.clone().count();
        let same = pels.filter(|(x, y)| page.pel(*x, *y) == page.pel(x + 4, y + high / 2)).count();
        assert!(same * 100 > count * 85, "{resolution:?}: {same} of {count}");
        let light = drawn(resolution, |_, _| (200, Matter::Picture));
        assert!((0..8).any(|x| (0..high).all(|y| !light.pel(x, y))), "dots, no level lines");
    }
}

#[test]
fn lines_keep_their_side_of_the_ground() {
    let line = |grey: u8, ground: u8| {
        let page = drawn(Resolution::Fine, |x, y| {
            let on = (60..64).contains(&x) && (20..70).contains(&y);
            if on { (grey, Matter::Line) } else { (ground, Matter::Area) }
        });
        (20..70).filter(|y| page.pel(61, *y)).count()
    };
    for grey in [0, 85, 128, 170, 204, 221] {
        assert_eq!(line(grey, 255), 50, "{grey} on white");
    }
    for grey in [90, 128, 200, 255] {
        assert_eq!(line(grey, 0), 0, "{grey} on black");
    }
    assert_eq!((line(245, 255), line(20, 0), line(255, 60)), (0, 50, 0));
}

#[test]
fn a_white_tail_is_cut_off_a_long_page() {
    let rows = |height: u32, last: u32| {
        let mut grey = vec![255; 8 * height as usize];
        grey[8 * last as usize] = 0;
        page(8, height, &grey, &vec![Matter::Line; grey.len()], Resolution::Fine).rows
    };
    assert_eq!((rows(3000, 5), rows(3000, 2500), rows(2000, 5)), (2287, 2501, 2000));
}

fn matter() -> impl Strategy<Value = Matter> {
    prop_oneof![Just(Matter::Area), Just(Matter::Line), Just(Matter::Picture)]
}

proptest! {
    #[test]
    fn black_stays_black_and_white_white(pels in proptest::collection::vec((any::<bool>(), matter()), 24 * 40)) {
        let (grey, matter): (Vec<u8>, Vec<Matter>) =
            pels.iter().map(|(black, matter)| (if *black { 0 } else { 255 }, *matter)).unzip();
        let page = page(24, 40, &grey, &matter, Resolution::Fine).to_bitmap().unwrap();
        for (index, grey) in (0..).zip(grey) {
            prop_assert_eq!(page.pel(index % 24, index / 24), grey == 0);
        }
    }
}
