//! What T.30 and the line say to each other, whatever the line is made of.
//!
//! T.30 hands a [`Transmit`] down and learns with [`Cue::Sent`] when its last bit has left. What is
//! heard comes up as [`Heard`].

use alloc::vec::Vec;

use crate::Rate;
use crate::t30::frame::Frame;

/// Something to be sent, from the first bit of its preamble or training to silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transmit {
    /// 1100 Hz, 0.5 s on and 3 s off, until something else is sent. T.30 4.3.3.
    Cng,
    /// 2100 Hz for 3 s. T.30 4.3.1.
    Ced,
    /// One turn of V.21: preamble and frames, the last one marked final. T.30 5.3.
    Frames(Vec<Frame>),
    /// Long training and 1.5 s of zeros. T.30 5.3.6.1.3.
    Tcf(Rate),
    /// A page without ECM: training and coded lines.
    Image {
        /// Modulation and rate.
        rate: Rate,
        /// Short training, where the modulation has one.
        short: bool,
        /// The coded page with its RTC, first bit on the line in the most significant bit.
        data: Vec<u8>,
    },
    /// A burst of ECM frames on the fast modem, RCP frames included. T.4 A.3.
    Burst {
        /// Modulation and rate.
        rate: Rate,
        /// Short training, where the modulation has one.
        short: bool,
        /// Each frame from its address to the octet before its FCS.
        frames: Vec<Vec<u8>>,
    },
}

/// A call tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Calling tone, 1100 Hz.
    Cng,
    /// Called station identification, 2100 Hz.
    Ced,
}

/// What came from the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A call tone began.
    Tone(Tone),
    /// A V.21 carrier: a turn of frames is arriving.
    Flags,
    /// The V.21 carrier ended.
    Turn {
        /// The frames whose FCS was good, address to the octet before the FCS.
        frames: Vec<Vec<u8>>,
        /// Whether a frame was lost or damaged.
        damaged: bool,
    },
    /// The fast modem of the far end began to train.
    Training(Rate),
    /// Octets without HDLC: TCF or a page without ECM.
    Image(Vec<u8>),
    /// A frame with a good FCS on the fast modem.
    FastFrame(Vec<u8>),
    /// The fast carrier ended.
    CarrierEnd,
    /// So much was lost that a whole signal may have been in it.
    Outage,
}
