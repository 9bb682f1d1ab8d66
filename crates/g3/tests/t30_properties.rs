//! What holds for every frame, every offer and every setting.

use g3::t30::bits::Bits;
use g3::t30::dcs::Dcs;
use g3::t30::dis::{self, Dis};
use g3::t30::ecm::{Ppr, Pps};
use g3::t30::fcf::{Fcf, Fcf2};
use g3::t30::frame::Frame;
use g3::{Capabilities, Coding, Length, Modulation, Rate};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use t4::Resolution;

const WIDTHS: [u32; 3] = [1728, 2048, 2432];
const LENGTHS: [Length; 3] = [Length::A4, Length::B4, Length::Unlimited];
const TIMES_MS: [u8; 5] = [0, 5, 10, 20, 40];
const RESOLUTIONS: [Resolution; 3] =
    [Resolution::Standard, Resolution::Fine, Resolution::Superfine];
const CODINGS: [Coding; 3] = [Coding::Mh, Coding::Mr, Coding::Mmr];

fn any_capabilities() -> impl Strategy<Value = Capabilities> {
    let modes = (any::<bool>(), any::<bool>(), subsequence(&CODINGS, 0..=3));
    let page = (subsequence(&RESOLUTIONS, 0..=3), select(&WIDTHS), select(&LENGTHS));
    let rates = subsequence(&Rate::ALL, 1..=Rate::ALL.len());
    (rates, modes, page, select(&TIMES_MS)).prop_map(
        |(rates, (ecm, ecm_64, codings), (resolutions, max_width, length), min_scan_ms)| {
            Capabilities {
                rates,
                ecm,
                ecm_64,
                codings,
                resolutions,
                max_width,
                length,
                min_scan_ms,
            }
        },
    )
}

fn any_dcs() -> impl Strategy<Value = Dcs> {
    let modes = (select(&CODINGS), any::<bool>(), any::<bool>(), select(&TIMES_MS));
    let page = (select(&RESOLUTIONS), select(&WIDTHS), select(&LENGTHS));
    (select(&Rate::ALL), modes, page).prop_map(
        |(rate, (coding, ecm, ecm_64, ms), (resolution, width, length))| {
            let ecm = ecm || coding == Coding::Mmr;
            let min_scan_ms = if ecm { 0 } else { ms };
            let ecm_64 = ecm && ecm_64;
            Dcs { rate, width, length, resolution, coding, ecm, ecm_64, min_scan_ms }
        },
    )
}

proptest! {
    #[test]
    fn a_frame_is_read_as_it_was_written(
        fcf in select(Fcf::ALL),
        x: bool,
        fif in proptest::collection::vec(any::<u8>(), 0..290),
        is_final: bool,
    ) {
        // Where X is part of the code, reading tells the bit as it is there.
        let x = fcf.to_octet(x) & 0x80 != 0;
        let frame = Frame::new(fcf, x, fif, is_final);
        prop_assert_eq!(Frame::parse(&frame.to_octets()), Ok(frame));
    }

    #[test]
    fn an_offer_says_what_the_capabilities_say(capabilities in any_capabilities()) {
        let bits = dis::offer(&capabilities);
        prop_assert_eq!(Bits::from_fif(&bits.to_fif()), bits);
        let dis = Dis::from_bits(&bits);
        prop_assert!(dis.can_receive && !dis.has_document);
        let has = |modulation| {
            let is_of = |rate: &Rate| rate.modulation() == modulation;
            (capabilities.rates.iter().any(is_of), dis.rates.iter().any(is_of))
        };
        let (ours_v17, told_v17) = has(Modulation::V17);
        prop_assert_eq!(ours_v17, told_v17);
        // The table has no V.17 without the older modulations.
        for modulation in [Modulation::V29, Modulation::V27ter] {
            let (ours, told) = has(modulation);
            prop_assert_eq!(ours || ours_v17, told);
        }
        prop_assert!(capabilities.rates.iter().all(|rate| dis.rates.contains(rate)));
        prop_assert_eq!(dis.ecm, capabilities.ecm);
        prop_assert_eq!(dis.ecm_64_preferred, capabilities.ecm && capabilities.ecm_64);
        prop_assert_eq!(dis.mr, capabilities.codings.contains(&Coding::Mr));
        prop_assert_eq!(dis.mmr, capabilities.ecm && capabilities.codings.contains(&Coding::Mmr));
        for resolution in [Resolution::Fine, Resolution::Superfine] {
            let told = dis.resolutions.contains(&resolution);
            prop_assert_eq!(told, capabilities.resolutions.contains(&resolution));
        }
        prop_assert_eq!(dis.max_width, capabilities.max_width);
        prop_assert_eq!(dis.length, capabilities.length);
        for resolution in RESOLUTIONS {
            prop_assert_eq!(dis.min_scan_ms(resolution), capabilities.min_scan_ms);
        }
    }

    #[test]
    fn settings_are_read_as_they_were_written(dcs in any_dcs()) {
        let fif = dcs.to_bits().to_fif();
        prop_assert_eq!(Dcs::from_bits(&Bits::from_fif(&fif)), Ok(dcs));
        prop_assert!(fif.len() >= 3 && fif.last().is_some_and(|last| last & 1 == 0));
        prop_assert_eq!(dcs.acceptable(&Capabilities::default()), Ok(()));
    }

    #[test]
    fn counters_and_maps_are_read_as_they_were_written(
        fcf2 in select(&Fcf2::ALL),
        page: u8,
        block: u8,
        frames in 1..=256_u16,
        x: bool,
        map: [u8; 32],
    ) {
        let pps = Pps { fcf2, page, block, frames };
        prop_assert_eq!(Pps::from_fif(&pps.to_fif(x)), Some(pps));
        let ppr = Ppr::from_fif(&map).expect("32 octets");
        prop_assert_eq!(ppr.to_fif(), &map);
        let ones: u32 = map.iter().map(|octet| octet.count_ones()).sum();
        prop_assert_eq!(ppr.wanted(256).count(), ones as usize);
    }
}
