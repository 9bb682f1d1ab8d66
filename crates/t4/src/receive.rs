//! A page as it arrives.
use crate::{Coding, Decoder, Encoder, End, Error, Page, Resolution, Row, Stats};

/// Makes a [`Page`] of octets as they come over the line.
///
/// Nothing of the data is kept but the page itself, coded anew: what is stored is always whole,
/// plain T.6, whatever the far end's encoder does.
#[derive(Debug)]
pub struct PageBuilder {
    width: u32,
    resolution: Resolution,
    decoder: Decoder,
    encoder: Encoder,
}

impl PageBuilder {
    /// A page of lines of `width` pels.
    ///
    /// # Errors
    /// *Unsupported* if `width` is not within 1 to [`MAX_WIDTH`](crate::MAX_WIDTH).
    pub fn new(coding: Coding, width: u32, resolution: Resolution) -> Result<Self, Error> {
        let decoder = Decoder::new(coding, width)?;
        let encoder = Encoder::new(Coding::Mmr, width)?;
        Ok(Self { width, resolution, decoder, encoder })
    }

    /// Takes the next octets, the first bit in the most significant place.
    pub fn push(&mut self, data: &[u8]) {
        self.decoder.push(data);
        self.drain();
    }

    /// What came so far: rows, bad ones among them, and whether the page is over.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.decoder.stats()
    }

    /// Whether the page is over: what is pushed now is passed over. The line may go on with fill.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.stats().end != End::Open
    }

    /// The page, and how well it came; its [`Stats::end`] is never [`End::Open`].
    #[must_use]
    pub fn finish(mut self) -> (Page, Stats) {
        self.decoder.finish();
        self.drain();
        let stats = self.decoder.stats();
        let Self { width, resolution, encoder, .. } = self;
        (Page { width, rows: stats.rows, resolution, mmr: encoder.finish() }, stats)
    }

    fn drain(&mut self) {
        while let Row::Good | Row::Bad(_) = self.decoder.next_line() {
            self.encoder.push_changes(self.decoder.line().changes());
        }
    }
}
