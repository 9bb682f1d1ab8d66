//! Values with units.

use std::time::Duration;

/// Units of time, longest first.
const TIMES: [(&str, u64); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Units of size, largest first.
const SIZES: [(&str, u64); 4] = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

/// Reads `5m`, `1h30m`, `250ms`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut ms: u64 = 0;
    while !rest.is_empty() {
        let (number, after) = split_number(rest)?;
        let unit_len = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(unit_len)?;
        let (_, unit_ms) = TIMES.iter().find(|(name, _)| *name == unit)?;
        ms = ms.checked_add(number.checked_mul(*unit_ms)?)?;
        rest = next;
    }
    (!text.trim().is_empty()).then(|| Duration::from_millis(ms))
}

/// Writes a duration so that [`duration`] reads it.
pub(super) fn spell_duration(duration: Duration) -> String {
    let mut ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, unit_ms) in TIMES {
        if ms >= unit_ms {
            text.push_str(&format!("{}{unit}", ms / unit_ms));
            ms %= unit_ms;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// Reads `64MB` (of 1 048 576 octets), `500KB`.
pub(super) fn size(text: &str) -> Option<u64> {
    let (number, unit) = split_number(text.trim())?;
    let (_, octets) = SIZES.iter().find(|(name, _)| *name == unit.trim())?;
    number.checked_mul(*octets)
}

/// Writes a size so that [`size`] reads it.
pub(super) fn spell_size(octets: u64) -> String {
    let fits = |(_, unit): &&(&str, u64)| octets >= *unit && octets.is_multiple_of(*unit);
    SIZES
        .iter()
        .find(fits)
        .map_or("0B".to_owned(), |(name, unit)| format!("{}{name}", octets / unit))
}

fn split_number(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_carry_their_unit() {
        let check = |text: &str, ms: Option<u64>| {
            assert_eq!(duration(text), ms.map(Duration::from_millis), "{text:?}");
            if let Some(ms) = ms {
                let spelled = spell_duration(Duration::from_millis(ms));
                assert_eq!(duration(&spelled), Some(Duration::from_millis(ms)), "{spelled}");
            }
        };
        check("5m", Some(300_000));
        check("1h30m", Some(5_400_000));
        check("250ms", Some(250));
        check("0s", Some(0));
        check("5", None);
        check("m", None);
        check("", None);
        check("-5m", None);
        check("5 minutes", None);
        check("99999999999999999999d", None);
        assert_eq!(size("64MB"), Some(64 << 20));
        assert_eq!(size(&spell_size(1536)), Some(1536));
        assert_eq!((size("64"), size("MB"), size("18446744073709551615GB")), (None, None, None));
    }
}
