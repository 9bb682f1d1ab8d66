//! The TOML file: raw form, typed form, errors that name key and line.
