//! Numbered outcomes of a call: whose fault, retry or not.
