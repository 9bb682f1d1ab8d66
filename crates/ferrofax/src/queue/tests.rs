//! The scheduler over a line that plays a script.
