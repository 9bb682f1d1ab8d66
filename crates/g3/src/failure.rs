use core::fmt;

/// Whose fault a failed call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The far end.
    Peer,
    /// This end.
    Own,
    /// The telephone line or the packet network in between.
    Line,
    /// Whoever ordered the call.
    User,
    /// The settings of this server.
    Config,
}

/// Whether another attempt makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Another attempt may succeed.
    Later,
    /// Nothing changes by trying again.
    Never,
}

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $side:ident, $retry:ident, $phrase:literal;)+) => {
        /// Why a call that had reached T.30 failed. Numbers never change their meaning.
        ///
        /// Pages that were confirmed before the failure stay confirmed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Failure { $($(#[$doc])* $name,)+ }

        impl Failure {
            /// Every failure, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number),+ }
            }

            /// Whose fault it is.
            #[must_use]
            pub const fn side(self) -> Side {
                match self { $(Self::$name => Side::$side),+ }
            }

            /// Whether to try again.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$name => Retry::$retry),+ }
            }

            const fn phrase(self) -> &'static str {
                match self { $(Self::$name => $phrase),+ }
            }
        }
    };
}

failures! {
    /// The user stopped the job.
    Cancelled = 11, User, Never, "the job was cancelled";
    /// Longer than one call may last here.
    CallTooLong = 12, Config, Later, "the call took longer than a call may take here";
    /// Sound but neither tone nor flags within T1.
    NothingHeard = 14, Peer, Later, "the far end answered but sent no fax signal";
    /// A called-station tone and no frame within T1.
    OnlyToneHeard = 15, Peer, Later, "the far end sent its fax tone but never identified itself";
    /// V.21 frames within T1, all damaged.
    FramesUnreadable = 16, Line, Later, "every frame of the far end arrived damaged";
    /// DIS with bit 10 = 0.
    CannotReceive = 17, Peer, Later, "the far end says that it cannot receive a fax now";
    /// No rate in common.
    NoCommonRate = 20, Config, Never, "the two ends share no modem rate";
    /// The page is wider than the far end takes and may not be reduced.
    NoCommonWidth = 21, Config, Never, "the page is wider than the far end takes";
    /// The page would be too small to read if it were as short as the far end takes.
    NoCommonLength = 22, Config, Never, "the page is more than twice as long as the far end takes";
    /// The page needs a resolution that the far end does not offer and may not be reduced.
    NoCommonResolution = 23, Config, Never, "the page is finer than the far end takes";
    /// DCS and TCF three times without an answer.
    SetupUnanswered = 29, Peer, Later, "the far end did not answer the training";
    /// Only DIS in answer to three DCS.
    ReceiverKeepsIdentifying = 30, Line, Later, "the far end did not hear our settings";
    /// FTT at the lowest rate.
    TrainFailed = 31, Line, Later, "the line did not carry even the lowest rate";
    /// DCN in answer to DCS or TCF.
    SetupDcn = 32, Peer, Later, "the far end hung up during training";
    /// CRP three times in a row.
    RepeatStorm = 33, Line, Later, "the far end asked for the same command again and again";
    /// A good frame that has no place here, three times.
    AnswerNotLawful = 34, Peer, Later, "the far end answered with a frame that fits no rule";
    /// DCN or release before the first page.
    PeerLeftEarly = 35, Peer, Later, "the far end hung up before the first page";
    /// MPS or EOM three times without an answer.
    PageUnanswered = 36, Peer, Later, "the far end did not confirm the page";
    /// EOP or PPS-EOP three times without an answer: the page may have been taken.
    LastPageUnconfirmed = 37, Peer, Never, "the far end did not confirm the last page; it may have it";
    /// RTN more often than allowed.
    PageRefused = 38, Line, Later, "the far end refused the page as unreadable each time";
    /// PIN, and nobody to talk to.
    OperatorRefused = 39, Peer, Later, "the far end refused the page and asked for an operator";
    /// PIP, and nobody to talk to.
    OperatorCalled = 40, Peer, Later, "the far end asked for an operator";
    /// EOM confirmed, and no DIS within T1.
    NoDisAfterEom = 41, Peer, Later, "the far end did not identify itself again between pages";
    /// DCN in place of the answer to a page.
    DcnAfterPage = 42, Peer, Later, "the far end hung up instead of confirming the page";
    /// Line or media gone within the page.
    LostInPage = 43, Line, Later, "the connection broke within the page";
    /// PPS three times without an answer.
    PpsUnanswered = 44, Peer, Later, "the far end did not answer after a block of the page";
    /// Frames still missing after every round of repair.
    BlockNeverClean = 45, Line, Later, "a block of the page never arrived whole";
    /// CTC or EOR three times without an answer.
    RepairUnanswered = 46, Peer, Later, "the far end did not answer the repair of a block";
    /// RNR until T5.
    NotReadyTooLong = 47, Peer, Later, "the far end was not ready to go on for too long";
    /// RR three times without an answer.
    RrUnanswered = 48, Peer, Later, "the far end stopped answering while it was not ready";
    /// The pages did not come from storage in time.
    DataLate = 49, Own, Later, "this server did not have the page ready in time";
    /// A stored page could not be read.
    BadDocument = 50, User, Never, "the page cannot be read";
    /// No DCS within T1 after our DIS.
    NobodyThere = 51, Peer, Later, "the caller sent no fax signal";
    /// Three DCS asked for what was not offered.
    SetupNotPossible = 52, Peer, Later, "the caller asked for something that was not offered";
    /// The sender gave up after FTT.
    TrainingNeverGood = 53, Line, Later, "the line did not carry the caller's training";
    /// CFR sent and no image came.
    CarrierNeverCame = 54, Line, Later, "the page never began";
    /// No end of line within 5 s.
    NoLineEnd = 55, Line, Later, "the page stopped arriving";
    /// Several bursts without a single good frame.
    NoFrames = 56, Line, Later, "no part of the page arrived readable";
    /// The page ended and no command came within T2.
    PageEndMissing = 57, Line, Later, "nothing came after the page";
    /// A page or block counter that cannot fit.
    PpsWrong = 58, Peer, Later, "the caller lost count of its pages";
    /// DCN in place of the end of a page.
    DcnInPage = 59, Peer, Later, "the caller hung up before it ended the page";
    /// RTN sent and the sender gave up.
    PageTooBad = 60, Line, Later, "the page arrived unreadable and the caller gave up";
    /// No room for the page.
    StoreFull = 63, Own, Later, "this server could not store the page";
    /// No packets for longer than the timers allow.
    MediaSilent = 64, Line, Later, "no more packets came from the far end";
    /// A programming error of this end.
    Internal = 66, Own, Later, "this server made a mistake of its own";
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phrase())
    }
}

impl core::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_never_repeat() {
        assert!(Failure::ALL.windows(2).all(|w| w[0].number() < w[1].number()));
    }
}
