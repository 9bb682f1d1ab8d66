//! Numbered outcomes of a call: whose fault, whether to try again, what to try.
//!
//! The numbers are stable: 1 to 10 end an attempt before T.30 begins, the rest are those of
//! [`g3::Failure`]. A number is what is stored; everything else is read off it.

use std::fmt;

pub use g3::{Retry, Side};

use crate::queue::DeviceWord;

/// Why an attempt did not do what it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The called number is busy.
    Busy,
    /// It rang and nobody answered.
    NoAnswer,
    /// The network knows no such number.
    NumberWrong,
    /// The network or the far end refuses the call.
    CallRefused,
    /// No way through the network now.
    NetCongested,
    /// No line of this server could place the call.
    NoOwnLine,
    /// An incoming call took the line first.
    Glare,
    /// A rule of this server forbids the number.
    Blocked,
    /// The far end takes no medium that this server can send over.
    MediaRefused,
    /// The switch to T.38 was refused or cut off.
    T38SwitchFailed,
    /// The call was answered and T.30 ended it.
    Call(g3::Failure),
}

impl Failure {
    /// The failures before T.30, by number.
    pub const BEFORE_T30: [Self; 10] = [
        Self::Busy,
        Self::NoAnswer,
        Self::NumberWrong,
        Self::CallRefused,
        Self::NetCongested,
        Self::NoOwnLine,
        Self::Glare,
        Self::Blocked,
        Self::MediaRefused,
        Self::T38SwitchFailed,
    ];

    /// The number that stands for this failure for ever.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Busy => 1,
            Self::NoAnswer => 2,
            Self::NumberWrong => 3,
            Self::CallRefused => 4,
            Self::NetCongested => 5,
            Self::NoOwnLine => 6,
            Self::Glare => 7,
            Self::Blocked => 8,
            Self::MediaRefused => 9,
            Self::T38SwitchFailed => 10,
            Self::Call(failure) => failure.number(),
        }
    }

    /// The failure that `number` stands for.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        let in_call = g3::Failure::ALL.iter().copied().map(Self::Call);
        Self::BEFORE_T30.into_iter().chain(in_call).find(|f| f.number() == number)
    }

    /// Whose fault it is.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Busy | Self::NoAnswer | Self::CallRefused => Side::Peer,
            Self::NumberWrong => Side::User,
            Self::NetCongested | Self::MediaRefused | Self::T38SwitchFailed => Side::Line,
            Self::NoOwnLine | Self::Glare => Side::Own,
            Self::Blocked => Side::Config,
            Self::Call(failure) => failure.side(),
        }
    }

    /// Whether another attempt makes sense.
    #[must_use]
    pub const fn retry(self) -> Retry {
        match self {
            Self::NumberWrong | Self::Blocked | Self::MediaRefused => Retry::Never,
            Self::Busy
            | Self::NoAnswer
            | Self::CallRefused
            | Self::NetCongested
            | Self::NoOwnLine
            | Self::Glare
            | Self::T38SwitchFailed => Retry::Later,
            Self::Call(failure) => failure.retry(),
        }
    }

    /// Whether the attempt counts against `Retries`. An attempt that never reached the network
    /// because this server had no line for it, or that ended because this server stops, does not.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::NoOwnLine | Self::Glare | Self::Call(g3::Failure::Cancelled))
    }

    /// The faxcom word for a job or a device after this failure. faxcom IFaxJob::get_DeviceStatus
    #[must_use]
    pub const fn device_word(self) -> DeviceWord {
        use g3::Failure as F;
        match self {
            Self::Busy => DeviceWord::Busy,
            Self::NoAnswer => DeviceWord::NoAnswer,
            Self::NumberWrong => DeviceWord::BadAddress,
            Self::NoOwnLine => DeviceWord::NoDialTone,
            Self::NetCongested | Self::Glare => DeviceWord::CallDelayed,
            Self::Blocked => DeviceWord::CallBlacklisted,
            Self::MediaRefused
            | Self::Call(F::NothingHeard | F::OnlyToneHeard | F::NobodyThere) => {
                DeviceWord::NotAFaxCall
            }
            Self::Call(
                F::CannotReceive
                | F::NoCommonRate
                | F::NoCommonWidth
                | F::NoCommonLength
                | F::NoCommonResolution
                | F::DataLate
                | F::BadDocument
                | F::StoreFull
                | F::SetupNotPossible
                | F::Internal,
            ) => DeviceWord::FatalError,
            Self::Call(F::Cancelled) => DeviceWord::Aborting,
            Self::CallRefused | Self::T38SwitchFailed | Self::Call(_) => DeviceWord::Disconnected,
        }
    }

    /// What a person can try.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::NoAnswer => {
                "wait, it is tried again; if no call is ever answered, check the peer of the line"
            }
            Self::NumberWrong => "check the number and send again",
            Self::Blocked => "ask whoever runs this server to allow the number",
            Self::MediaRefused => "ask the provider of the line to allow T.38",
            Self::T38SwitchFailed => "set t38 = \"invite\" for the line, or ask its provider",
            Self::NoOwnLine => {
                "look at the lines with `ferrofax ports`; it goes out when one is free"
            }
            _ => match (self.side(), self.retry()) {
                (Side::Peer, Retry::Later) => {
                    "wait, it is tried again; if it stays so, ask the recipient"
                }
                (Side::Peer, Retry::Never) => "ask the recipient what arrived before sending again",
                (Side::Line, _) => "wait, it is tried again",
                (Side::Own, _) => "look into the server's log",
                (Side::User, _) => "correct the order and send again",
                (Side::Config, _) => "change the document or the settings of the line",
            },
        }
    }

    const fn phrase(self) -> Option<&'static str> {
        Some(match self {
            Self::Busy => "the number is busy",
            Self::NoAnswer => "nobody answered the call",
            Self::NumberWrong => "the network knows no such number",
            Self::CallRefused => "the call was refused",
            Self::NetCongested => "the network had no way through",
            Self::NoOwnLine => "no line of this server could place the call",
            Self::Glare => "an incoming call took the line",
            Self::Blocked => "this server may not call that number",
            Self::MediaRefused => "the far end accepts no fax medium of this server",
            Self::T38SwitchFailed => "the switch to T.38 was refused",
            Self::Call(_) => return None,
        })
    }
}

impl From<g3::Failure> for Failure {
    fn from(failure: g3::Failure) -> Self {
        Self::Call(failure)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.phrase()) {
            (_, Some(phrase)) => f.write_str(phrase),
            (Self::Call(failure), None) => failure.fmt(f),
            (_, None) => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_gives_its_failure_back() {
        let all = Failure::BEFORE_T30
            .into_iter()
            .chain(g3::Failure::ALL.iter().copied().map(Failure::Call));
        let mut last = 0;
        for failure in all {
            assert_eq!(Failure::from_number(failure.number()), Some(failure));
            assert!(failure.number() > last, "{failure:?}");
            last = failure.number();
            assert!(!failure.to_string().is_empty() && !failure.advice().is_empty());
        }
        assert_eq!(Failure::from_number(0), None);
    }
}
