//! Pictures that were made before.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// The most octets of pictures that are kept.
const MAX_OCTETS: usize = 32 << 20;

/// The most pictures that are kept.
const MAX_PICTURES: usize = 512;

/// Pictures by name, those used last at the end. What is full forgets what was not used longest.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    pictures: VecDeque<(String, Bytes)>,
    octets: usize,
}

impl Cache {
    /// The picture of this name, if it is kept.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Bytes> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.pictures.iter().position(|(known, _)| known == name)?;
        let picture = kept.pictures.remove(at)?;
        let octets = picture.1.clone();
        kept.pictures.push_back(picture);
        Some(octets)
    }

    /// Keeps a picture.
    pub fn keep(&self, name: String, picture: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if picture.len() > MAX_OCTETS || kept.pictures.iter().any(|(known, _)| *known == name) {
            return;
        }
        kept.octets += picture.len();
        kept.pictures.push_back((name, picture));
        while kept.octets > MAX_OCTETS || kept.pictures.len() > MAX_PICTURES {
            let Some((_, forgotten)) = kept.pictures.pop_front() else { return };
            kept.octets -= forgotten.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_longest_is_forgotten_first() {
        let cache = Cache::default();
        let picture = Bytes::from(vec![7; MAX_OCTETS / 3]);
        for name in ["a", "b", "c"] {
            cache.keep(name.to_owned(), picture.clone());
        }
        assert!(cache.find("a").is_some());
        cache.keep("d".to_owned(), picture.clone());
        let there = ["a", "b", "c", "d"].map(|name| cache.find(name).is_some());
        assert_eq!(there, [true, false, true, true]);
        cache.keep("large".to_owned(), Bytes::from(vec![7; MAX_OCTETS + 1]));
        assert!(cache.find("large").is_none() && cache.find("d").is_some());
        for number in 0..2 * MAX_PICTURES {
            cache.keep(number.to_string(), Bytes::from_static(b"x"));
        }
        assert_eq!(cache.kept.lock().unwrap().pictures.len(), MAX_PICTURES);
    }
}
