//! REST `/v1`, events, tokens.
