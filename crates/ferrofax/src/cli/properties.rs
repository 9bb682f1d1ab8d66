//! `NAME=VALUE` on the command line, for the properties of the server and of its lines.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::exit::Usage;

/// One property, as people are told of it.
pub(super) struct Property {
    /// Its name on the wire and on the command line.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What it does, in one line.
    pub(super) meaning: &'static str,
}

/// What values a property has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Flag,
    Number,
    Text,
}

pub(super) const fn flag(name: &'static str, meaning: &'static str) -> Property {
    Property { name, kind: Kind::Flag, meaning }
}

pub(super) const fn number(name: &'static str, meaning: &'static str) -> Property {
    Property { name, kind: Kind::Number, meaning }
}

pub(super) const fn text(name: &'static str, meaning: &'static str) -> Property {
    Property { name, kind: Kind::Text, meaning }
}

/// The change that the words of a command line make.
pub(super) fn change<T: DeserializeOwned>(
    words: &[String],
    known: &[Property],
) -> anyhow::Result<T> {
    let mut change = Map::new();
    for word in words {
        let (name, value) = assignment(word, known)?;
        if change.insert(name.to_owned(), value).is_some() {
            return Err(Usage(format!("{name} is set twice")).into());
        }
    }
    Ok(serde_json::from_value(Value::Object(change))?)
}

fn assignment<'k>(word: &str, known: &'k [Property]) -> Result<(&'k str, Value), Usage> {
    let Some((name, value)) = word.split_once('=') else {
        return Err(Usage(format!("{word:?} sets nothing; write NAME=VALUE")));
    };
    let Some(property) = known.iter().find(|property| property.name == name) else {
        let names: Vec<_> = known.iter().map(|property| property.name).collect();
        return Err(Usage(format!("there is no property {name:?}, but {}", names.join(", "))));
    };
    let value = match (property.kind, value) {
        (Kind::Text, text) => Some(Value::from(text)),
        (Kind::Flag, "true" | "yes" | "on" | "1") => Some(Value::from(true)),
        (Kind::Flag, "false" | "no" | "off" | "0") => Some(Value::from(false)),
        (Kind::Flag, _) => None,
        // As wide as on the wire; the server knows the range and says it.
        (Kind::Number, text) => text.parse::<i32>().ok().map(Value::from),
    };
    let wanted = if property.kind == Kind::Flag { "true or false" } else { "a whole number" };
    let value = value.ok_or_else(|| {
        Usage(format!("{name} is {wanted}, and not {:?}", &word[name.len() + 1..]))
    })?;
    Ok((property.name, value))
}

/// A value as a person types it.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Property; 3] = [flag("pause", ""), number("rings", ""), text("tsid", "")];

    fn check(words: &[&str], expected: Result<Value, &str>) {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        match (change::<Value>(&words, &KNOWN), expected) {
            (Ok(value), Ok(expected)) => assert_eq!(value, expected),
            (Err(error), Err(part)) => {
                assert!(error.downcast_ref::<Usage>().is_some(), "{error}");
                assert!(error.to_string().contains(part), "{error}");
            }
            (got, expected) => panic!("{words:?}: {got:?} and not {expected:?}"),
        }
    }

    #[test]
    fn words_become_a_change_or_say_why_not() {
        check(&[], Ok(serde_json::json!({})));
        let all = serde_json::json!({ "pause": true, "rings": -1, "tsid": "a=b" });
        check(&["pause=yes", "rings=-1", "tsid=a=b"], Ok(all));
        check(&["pause=off", "tsid="], Ok(serde_json::json!({ "pause": false, "tsid": "" })));
        check(&["pause"], Err("NAME=VALUE"));
        check(&["colour=red"], Err("pause, rings, tsid"));
        check(&["pause=maybe"], Err("true or false, and not \"maybe\""));
        check(&["rings=many"], Err("a whole number"));
        check(&["rings=99999999999"], Err("a whole number"));
        check(&["rings=1", "rings=2"], Err("twice"));
    }
}
