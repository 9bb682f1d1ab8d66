//! Jobs in SQLite, pages as files; durable before success is reported.
