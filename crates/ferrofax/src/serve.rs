//! The whole server put together.
