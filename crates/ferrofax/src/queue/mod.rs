//! Job states and legal moves, retry policy, schedule.
