//! SIP over UDP: calls, offers and answers, the switch to T.38, and the driver of one call.

pub mod leg;
pub mod negotiation;
pub mod sdp;
pub mod stack;
