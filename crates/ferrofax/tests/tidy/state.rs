//! The states of the T.30 machine, as its source names them.

use crate::rust;

/// Types named `Await..`, `Send..` and `Receive..`.
pub(crate) fn types(code: &str) -> Vec<String> {
    let words: Vec<&str> = rust::words(code).map(|(_, word)| word).collect();
    words
        .windows(2)
        .filter(|w| matches!(w[0], "struct" | "enum"))
        .map(|w| w[1])
        .filter(|name| {
            let rests = ["Await", "Send", "Receive"].map(|p| name.strip_prefix(p));
            let capital = |rest: &str| rest.starts_with(|c: char| c.is_ascii_uppercase());
            rests.into_iter().flatten().any(capital)
        })
        .map(str::to_owned)
        .collect()
}

/// The variants of `enum State` that hold something, each with what it holds.
pub(crate) fn variants(code: &str) -> Vec<(&str, &str)> {
    let body = code.split("enum State {").nth(1).and_then(|rest| rest.split('}').next());
    body.unwrap_or_default()
        .split(',')
        .filter_map(|variant| variant.trim().strip_suffix(')')?.split_once('('))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_by_their_names() {
        let code = "struct AwaitDis; pub enum SendPage {} struct ReceivedPage; struct Sender;";
        assert_eq!(types(code), ["AwaitDis", "SendPage"]);
    }

    #[test]
    fn variants_are_found() {
        let code =
            "pub enum State {\n    A(phase_a::A),\n    Over,\n    B(Local),\n}\nenum X { C(D) }";
        assert_eq!(variants(code), [("A", "phase_a::A"), ("B", "Local")]);
    }
}
