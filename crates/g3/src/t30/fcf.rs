//! The facsimile control fields: what a frame is for. T.30 5.3.6.1.

use core::fmt;

/// Which part the X bit plays in a facsimile control field. T.30 5.3.6.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum X {
    /// The first bit is part of the code: the initial frames.
    Fixed,
    /// The first bit is X: 1 from a terminal that received a valid DIS.
    Varies,
    /// A frame of the fast modem, always with a first bit of 0.
    None,
}

macro_rules! control_fields {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $x:ident, $word:literal;)+) => {
        /// A facsimile control field. T.30 5.3.6.1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fcf { $($(#[$doc])* $name,)+ }

        impl Fcf {
            /// Every control field, in the order of the Recommendation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The octet with X = 0, first bit on the line in the most significant bit.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$name => $code),+ }
            }

            const fn x(self) -> X {
                match self { $(Self::$name => X::$x),+ }
            }

            const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }
        }

        impl fmt::Display for Fcf {
            /// The name as T.30 spells it: `PRI-EOP`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $word),+ })
            }
        }
    };
}

control_fields! {
    /// Digital identification signal: what the answerer can do. T.30 5.3.6.1.1.
    Dis = 0x01, Fixed, "DIS";
    /// Called subscriber identification. T.30 5.3.6.1.1.
    Csi = 0x02, Fixed, "CSI";
    /// Non-standard facilities. T.30 5.3.6.1.1.
    Nsf = 0x04, Fixed, "NSF";
    /// Digital transmit command: the caller wants to receive. T.30 5.3.6.1.2.
    Dtc = 0x81, Fixed, "DTC";
    /// Calling subscriber identification, goes with DTC. T.30 5.3.6.1.2.
    Cig = 0x82, Fixed, "CIG";
    /// Password for polling. T.30 5.3.6.1.2.
    Pwd = 0x83, Fixed, "PWD";
    /// Non-standard facilities command, goes with DTC. T.30 5.3.6.1.2.
    Nsc = 0x84, Fixed, "NSC";
    /// Selective polling address. T.30 5.3.6.1.2.
    Sep = 0x85, Fixed, "SEP";
    /// Polled subaddress. T.30 5.3.6.1.2.
    Psa = 0x86, Fixed, "PSA";
    /// Calling subscriber internet address. T.30 5.3.6.1.2.
    Cia = 0x87, Fixed, "CIA";
    /// Internet selective polling address. T.30 5.3.6.1.2.
    Isp = 0x88, Fixed, "ISP";
    /// Digital command signal: what this call will use. T.30 5.3.6.1.3.
    Dcs = 0x41, Varies, "DCS";
    /// Transmitting subscriber identification. T.30 5.3.6.1.3.
    Tsi = 0x42, Varies, "TSI";
    /// Subaddress. T.30 5.3.6.1.3.
    Sub = 0x43, Varies, "SUB";
    /// Non-standard set-up. T.30 5.3.6.1.3.
    Nss = 0x44, Varies, "NSS";
    /// Sender identification. T.30 5.3.6.1.3.
    Sid = 0x45, Varies, "SID";
    /// Transmitting subscriber internet address. T.30 5.3.6.1.3.
    Tsa = 0x46, Varies, "TSA";
    /// Internet routing address. T.30 5.3.6.1.3.
    Ira = 0x47, Varies, "IRA";
    /// Continue to correct, after the fourth PPR. T.30 Annex A.
    Ctc = 0x48, Varies, "CTC";
    /// Confirmation to receive. T.30 5.3.6.1.4.
    Cfr = 0x21, Varies, "CFR";
    /// Failure to train: the receiver asks for a lower rate. T.30 5.3.6.1.4.
    Ftt = 0x22, Varies, "FTT";
    /// Response to continue to correct. T.30 Annex A.
    Ctr = 0x23, Varies, "CTR";
    /// Called subscriber internet address, just before CFR. T.30 5.3.6.1.4.
    Csa = 0x24, Varies, "CSA";
    /// End of message: end of a page, back to phase B. T.30 5.3.6.1.6.
    Eom = 0x71, Varies, "EOM";
    /// Multi-page signal: end of a page, the next one follows in the same mode. T.30 5.3.6.1.6.
    Mps = 0x72, Varies, "MPS";
    /// End of retransmission: the sender gives the block up. T.30 Annex A.
    Eor = 0x73, Varies, "EOR";
    /// End of procedure: end of the last page. T.30 5.3.6.1.6.
    Eop = 0x74, Varies, "EOP";
    /// Receive ready? Asked after RNR. T.30 Annex A.
    Rr = 0x76, Varies, "RR";
    /// End of selection, in multiple selective polling. T.30 5.3.6.1.6.
    Eos = 0x78, Varies, "EOS";
    /// EOM that asks for an operator. T.30 5.3.6.1.6.
    PriEom = 0x79, Varies, "PRI-EOM";
    /// MPS that asks for an operator. T.30 5.3.6.1.6.
    PriMps = 0x7A, Varies, "PRI-MPS";
    /// EOP that asks for an operator. T.30 5.3.6.1.6.
    PriEop = 0x7C, Varies, "PRI-EOP";
    /// Partial page signal: end of an ECM block. T.30 Annex A.
    Pps = 0x7D, Varies, "PPS";
    /// Message confirmation: the page or block is good. T.30 5.3.6.1.7.
    Mcf = 0x31, Varies, "MCF";
    /// Retrain negative: the page is not good. T.30 5.3.6.1.7.
    Rtn = 0x32, Varies, "RTN";
    /// Retrain positive: the page is good, train again. T.30 5.3.6.1.7.
    Rtp = 0x33, Varies, "RTP";
    /// Procedure interrupt negative: the page is not good, operator wanted. T.30 5.3.6.1.7.
    Pin = 0x34, Varies, "PIN";
    /// Procedure interrupt positive: the page is good, operator wanted. T.30 5.3.6.1.7.
    Pip = 0x35, Varies, "PIP";
    /// Procedure interrupt disconnect. T.30 5.3.6.1.7.
    Pid = 0x36, Varies, "PID";
    /// Receive not ready: the receiver of an ECM block asks for time. T.30 Annex A.
    Rnr = 0x37, Varies, "RNR";
    /// Response for end of retransmission. T.30 Annex A.
    Err = 0x38, Varies, "ERR";
    /// Partial page request: which ECM frames to send again. T.30 Annex A.
    Ppr = 0x3D, Varies, "PPR";
    /// File diagnostics message, in place of MCF in a file transfer. T.30 5.3.6.1.7.
    Fdm = 0x3F, Varies, "FDM";
    /// Disconnect: the call is over and no answer is expected. T.30 5.3.6.1.8.
    Dcn = 0x5F, Varies, "DCN";
    /// Command repeat: send the whole last command again. T.30 5.3.6.1.8.
    Crp = 0x58, Varies, "CRP";
    /// Field not valid: an address or password was refused. T.30 5.3.6.1.8.
    Fnv = 0x53, Varies, "FNV";
    /// Transmit ready? Flow control over T.38. T.30 5.3.6.1.8.
    Tr = 0x56, Varies, "TR";
    /// Transmit not ready. Flow control over T.38. T.30 5.3.6.1.8.
    Tnr = 0x57, Varies, "TNR";
    /// Facsimile coded data: one ECM frame of the page. T.4 Annex A.
    Fcd = 0x60, None, "FCD";
    /// Return to control for partial page: end of an ECM burst, sent three times. T.4 Annex A.
    Rcp = 0x61, None, "RCP";
}

impl Fcf {
    /// The field that an octet is and its first bit, which is X where there is an X.
    ///
    /// X is not looked at: some far ends send it wrongly. It only tells DIS from DTC and the like,
    /// where it is part of the code.
    #[must_use]
    pub const fn from_octet(octet: u8) -> Option<(Self, bool)> {
        const X_BIT: u8 = 0x80;
        let x = octet & X_BIT != 0;
        let code = if matches!(octet & !X_BIT, 0x00..0x10) { octet } else { octet & !X_BIT };
        match Self::from_code(code) {
            Some(fcf) if matches!(fcf.x(), X::None) && x => None,
            Some(fcf) => Some((fcf, x)),
            None => None,
        }
    }

    /// Whether a frame of this kind only accompanies the one that its turn is about.
    pub(crate) const fn accompanies(self) -> bool {
        matches!(
            self,
            Self::Csi
                | Self::Nsf
                | Self::Cig
                | Self::Pwd
                | Self::Nsc
                | Self::Sep
                | Self::Psa
                | Self::Cia
                | Self::Isp
                | Self::Tsi
                | Self::Sub
                | Self::Nss
                | Self::Sid
                | Self::Tsa
                | Self::Ira
                | Self::Csa
        )
    }

    /// The octet on the wire; `x` counts only where there is an X.
    #[must_use]
    pub const fn to_octet(self, x: bool) -> u8 {
        match self.x() {
            X::Varies if x => self.code() | 0x80,
            _ => self.code(),
        }
    }
}

/// The second control field, which says what follows an ECM block. T.30 Annex A.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fcf2 {
    /// The page goes on in the next block.
    Null,
    /// The page ends, back to phase B.
    Eom,
    /// The page ends, the next one follows in the same mode.
    Mps,
    /// The last page ends.
    Eop,
    /// End of one selected document.
    Eos,
    /// EOM that asks for an operator.
    PriEom,
    /// MPS that asks for an operator.
    PriMps,
    /// EOP that asks for an operator.
    PriEop,
}

impl Fcf2 {
    /// Every second control field.
    pub const ALL: [Self; 8] = [
        Self::Null,
        Self::Eom,
        Self::Mps,
        Self::Eop,
        Self::Eos,
        Self::PriEom,
        Self::PriMps,
        Self::PriEop,
    ];

    /// The control field of the same name; NULL has none.
    #[must_use]
    pub const fn as_fcf(self) -> Option<Fcf> {
        match self {
            Self::Null => None,
            Self::Eom => Some(Fcf::Eom),
            Self::Mps => Some(Fcf::Mps),
            Self::Eop => Some(Fcf::Eop),
            Self::Eos => Some(Fcf::Eos),
            Self::PriEom => Some(Fcf::PriEom),
            Self::PriMps => Some(Fcf::PriMps),
            Self::PriEop => Some(Fcf::PriEop),
        }
    }

    /// The octet on the wire; `x` is that of the frame.
    #[must_use]
    pub const fn to_octet(self, x: bool) -> u8 {
        match self.as_fcf() {
            Some(fcf) => fcf.to_octet(x),
            None => 0,
        }
    }

    /// Reads an octet; X is not looked at.
    #[must_use]
    pub fn from_octet(octet: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|fcf2| fcf2.to_octet(false) == octet & 0x7F)
    }
}

impl fmt::Display for Fcf2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_fcf() {
            Some(fcf) => fcf.fmt(f),
            None => f.write_str("NULL"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_no_octet_means_two_things() {
        assert_eq!(Fcf::ALL.len(), 50);
        let known = (0..=u8::MAX).filter(|&octet| Fcf::from_octet(octet).is_some()).count();
        // 11 initial frames and 2 of the fast modem have one octet, all others have two.
        assert_eq!(known, 13 + 2 * 37);
        for &fcf in Fcf::ALL {
            for x in [false, true] {
                let octet = fcf.to_octet(x);
                assert_eq!(Fcf::from_octet(octet), Some((fcf, octet & 0x80 != 0)), "{fcf}");
            }
        }
    }

    #[test]
    fn only_the_initial_frames_are_told_apart_by_their_first_bit() {
        assert_eq!(Fcf::from_octet(0x01), Some((Fcf::Dis, false)));
        assert_eq!(Fcf::from_octet(0x81), Some((Fcf::Dtc, true)));
        assert_eq!(Fcf::from_octet(0xC1), Some((Fcf::Dcs, true)));
        assert_eq!(Fcf::from_octet(0xE1), None, "RCP has no X");
    }

    #[test]
    fn a_second_control_field_follows_the_x_of_its_frame() {
        assert_eq!(Fcf2::Eop.to_octet(true), 0xF4);
        assert_eq!(Fcf2::from_octet(0x74), Some(Fcf2::Eop));
        assert_eq!(Fcf2::from_octet(0x80), Some(Fcf2::Null));
        assert_eq!(Fcf2::from_octet(0x75), None);
    }
}
