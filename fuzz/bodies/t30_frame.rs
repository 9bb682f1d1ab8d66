//! One T.30 frame, from the address to before the check sequence, and all that its information
//! field may be read as.

use g3::t30::bits::{Bits, Kind};
use g3::t30::dcs::{Dcs, rate_of_ctc};
use g3::t30::dis::Dis;
use g3::t30::ecm::{Ppr, Pps};
use g3::t30::frame::{Frame, fcs};
use g3::{Capabilities, Ident};

/// Reads, prints and writes the frame.
pub(crate) fn run(octets: &[u8]) {
    let _ = fcs(octets);
    let Ok(frame) = Frame::parse(octets) else { return };
    assert_eq!(Frame::parse(&frame.to_octets()).as_ref(), Ok(&frame));
    assert!(!frame.to_string().is_empty());
    any_fif(&frame.fif);
}

fn any_fif(fif: &[u8]) {
    let bits = Bits::from_fif(fif);
    assert_eq!(Bits::from_fif(&bits.to_fif()), bits);
    for kind in [Kind::Dis, Kind::Dcs] {
        assert!(bits.lines(kind).len() >= 4, "rate, width, length and scan time");
    }
    let dis = Dis::from_bits(&bits);
    assert!(!dis.rates.is_empty() && !dis.resolutions.is_empty());
    if let Ok(dcs) = Dcs::from_bits(&bits) {
        assert_eq!(Dcs::from_bits(&dcs.to_bits()), Ok(dcs));
        let _ = dcs.acceptable(&Capabilities::default());
    }
    if let Some(pps) = Pps::from_fif(fif) {
        assert_eq!(Pps::from_fif(&pps.to_fif(true)), Some(pps));
    }
    if let Some(ppr) = Ppr::from_fif(fif) {
        assert_eq!(Ppr::new(|frame| ppr.wants(frame)), ppr);
    }
    let ident = Ident::from_fif(fif);
    assert_eq!(Ident::from_fif(&ident.to_fif()).as_str(), ident.as_str());
    let _ = rate_of_ctc(fif);
}
