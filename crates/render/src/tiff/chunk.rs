//! The octets of a strip or a tile, unpacked.

use std::io::{Cursor, Read};

use image::DynamicImage;
use image::codecs::jpeg::JpegDecoder;
use t4::{Coding, Decoder, Framing, Row};

use super::layout::{Layout, Meaning};
use crate::raster::jpeg_is_whole;

/// A chunk that is unpacked.
pub(super) enum Chunk {
    /// Samples, packed as the layout says.
    Samples(Vec<u8>),
    /// A picture already.
    Image(DynamicImage),
}

impl Layout<'_> {
    /// Octets of a row of a chunk, `width` pixels wide.
    pub(super) const fn row_octets(&self, width: u32) -> usize {
        let samples = if self.planar { 1 } else { self.samples as usize };
        (width as usize * samples * self.bits as usize).div_ceil(8)
    }

    /// Unpacks a chunk that has so many rows.
    pub(super) fn unpack(&self, data: &[u8], rows: u32) -> Result<Chunk, String> {
        let len = match self.meaning {
            Meaning::Ycbcr(h, v) if !self.planar && self.compression != 7 => {
                let units = self.chunk.0.div_ceil(h) as usize * rows.div_ceil(v) as usize;
                units * (h as usize * v as usize + 2)
            }
            _ => self.row_octets(self.chunk.0) * rows as usize,
        };
        let turned;
        let data = if self.lsb_first && self.compression != 7 {
            turned = data.iter().map(|octet| octet.reverse_bits()).collect::<Vec<u8>>();
            &turned
        } else {
            data
        };
        let mut octets = match self.compression {
            1 => data.get(..len.min(data.len())).unwrap_or(data).to_vec(),
            2..=4 => self.fax(data, rows)?,
            5 => lzw(data, len)?,
            7 => return self.jpeg(data).map(Chunk::Image),
            8 | 32946 => {
                let mut octets = Vec::new();
                flate2::read::ZlibDecoder::new(data)
                    .take(len as u64)
                    .read_to_end(&mut octets)
                    .map_err(|error| format!("its Deflate data is damaged: {error}"))?;
                octets
            }
            32773 => pack_bits(data, len),
            other => return Err(format!("compression {other} is not read")),
        };
        if octets.len() < len {
            return Err("its data ends too early".to_owned());
        }
        octets.truncate(len);
        if matches!(self.compression, 5 | 8 | 32946) {
            self.add_up(&mut octets)?;
        }
        Ok(Chunk::Samples(octets))
    }

    fn fax(&self, data: &[u8], rows: u32) -> Result<Vec<u8>, String> {
        if self.bits * self.samples != 1 {
            return Err("a fax coding of more than one bit a pixel".to_owned());
        }
        let (coding, framing) = match (self.compression, self.mr) {
            (2, _) => (Coding::Mh, Framing::AlignedRow),
            (3, true) => (Coding::Mr { k: 0 }, Framing::Wire),
            (3, false) => (Coding::Mh, Framing::Wire),
            _ => (Coding::Mmr, Framing::Wire),
        };
        let decoder = Decoder::new(coding, self.chunk.0).map_err(|error| error.to_string())?;
        let mut decoder = decoder.framing(framing);
        if !matches!(data, [0, second, ..] if second >> 5 == 0) {
            decoder = decoder.without_first_eol();
        }
        decoder.push(data);
        decoder.finish();
        let stride = self.row_octets(self.chunk.0);
        let mut packed = Vec::new();
        for row in 1..=rows {
            let start = packed.len();
            packed.resize(start + stride, 0);
            match decoder.next_row(&mut packed[start..]) {
                Row::Good => {}
                // Where there are EOLs one bad row is the row before again.
                Row::Bad(_) if self.compression == 3 => {}
                Row::Bad(error) => return Err(format!("row {row}: {error}")),
                Row::More | Row::End => return Err(format!("its data ends before row {row}")),
            }
        }
        Ok(packed)
    }

    /// A JPEG whose tables may stand in a tag of their own. TIFF Technical Note 2.
    fn jpeg(&self, data: &[u8]) -> Result<DynamicImage, String> {
        /// Says that three or four numbers of a pixel are colours as they are. ISO/IEC 10918-6 6.5.3
        const AS_IT_IS: [u8; 16] =
            [0xff, 0xee, 0, 14, b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, 0];
        // Decoders take the inks for what their lack of inks would be, as files outside of a TIFF have it.
        if self.meaning == Meaning::Cmyk && !self.planar {
            return Err("JPEG data in CMYK is not read; save it in RGB".to_owned());
        }
        if !jpeg_is_whole(data) {
            return Err("its JPEG data ends too early".to_owned());
        }
        let mut file = vec![0xff, 0xd8];
        if matches!(self.meaning, Meaning::Rgb) {
            file.extend(AS_IT_IS);
        }
        if let Some([0xff, 0xd8, tables @ .., 0xff, 0xd9]) = self.jpeg_tables {
            file.extend(tables);
        }
        file.extend(data.get(2..).unwrap_or(data));
        let damaged = |error| format!("its JPEG data is damaged: {error}");
        let decoder = JpegDecoder::new(Cursor::new(file)).map_err(damaged)?;
        let (width, height) = image::ImageDecoder::dimensions(&decoder);
        if width != self.chunk.0 || height > self.chunk.1 {
            return Err("its JPEG data has another size than it says".to_owned());
        }
        DynamicImage::from_decoder(decoder).map_err(damaged)
    }

    /// Samples that are differences become samples; other codings than LZW and Deflate have none. TIFF 6.0
    /// section 14.
    fn add_up(&self, octets: &mut [u8]) -> Result<(), String> {
        let step = if self.planar { 1 } else { self.samples as usize };
        match (self.predictor, self.bits) {
            (1, _) => {}
            (2, 8) => {
                for row in octets.chunks_exact_mut(self.row_octets(self.chunk.0)) {
                    for at in step..row.len() {
                        row[at] = row[at].wrapping_add(row[at - step]);
                    }
                }
            }
            (2, 16) => {
                for row in octets.chunks_exact_mut(self.row_octets(self.chunk.0)) {
                    for at in (2 * step..row.len().saturating_sub(1)).step_by(2) {
                        let before = self.two(row[at - 2 * step], row[at - 2 * step + 1]);
                        let sum = self.two(row[at], row[at + 1]).wrapping_add(before);
                        let sum =
                            if self.big_endian { sum.to_be_bytes() } else { sum.to_le_bytes() };
                        row[at..at + 2].copy_from_slice(&sum);
                    }
                }
            }
            (predictor, bits) => {
                return Err(format!("predictor {predictor} of {bits} bits is not read"));
            }
        }
        Ok(())
    }

    /// A number of two octets.
    pub(super) const fn two(&self, first: u8, second: u8) -> u16 {
        if self.big_endian {
            u16::from_be_bytes([first, second])
        } else {
            u16::from_le_bytes([first, second])
        }
    }
}

/// TIFF 6.0 section 13.
fn lzw(data: &[u8], len: usize) -> Result<Vec<u8>, String> {
    let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let mut octets = vec![0; len];
    let (mut read, mut made) = (0, 0);
    while made < len {
        let result = decoder.decode_bytes(&data[read..], &mut octets[made..]);
        read += result.consumed_in;
        made += result.consumed_out;
        match result.status {
            Ok(weezl::LzwStatus::Ok) => {}
            Ok(weezl::LzwStatus::NoProgress | weezl::LzwStatus::Done) => break,
            Err(_) => return Err("its LZW data is damaged".to_owned()),
        }
    }
    octets.truncate(made);
    Ok(octets)
}

/// TIFF 6.0 section 9.
fn pack_bits(mut data: &[u8], len: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    while octets.len() < len {
        data = match data {
            [128, rest @ ..] => rest,
            [count, octet, rest @ ..] if *count > 128 => {
                octets.extend(std::iter::repeat_n(*octet, 257 - usize::from(*count)));
                rest
            }
            [count, rest @ ..] => {
                let count = (usize::from(*count) + 1).min(rest.len());
                let (plain, rest) = rest.split_at(count);
                octets.extend(plain);
                rest
            }
            [] => break,
        };
    }
    octets
}
