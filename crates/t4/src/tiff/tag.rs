//! The tags that are read or written. TIFF 6.0 section 8, RFC 2306.
//!
//! Those from 65000 on are for anybody's use. What a fax was is told in some of them, written by
//! [`FaxTags`](super::FaxTags).

/// Bit 0: a reduced copy; bit 1: one page of many; bit 2: a transparency mask.
pub const NEW_SUBFILE_TYPE: u16 = 254;
/// Pels per line.
pub const IMAGE_WIDTH: u16 = 256;
/// Lines.
pub const IMAGE_LENGTH: u16 = 257;
/// Bits of a pel.
pub const BITS_PER_SAMPLE: u16 = 258;
/// 1 none, 2 MH without EOLs, 3 T.4, 4 T.6.
pub const COMPRESSION: u16 = 259;
/// 0: zero is white; 1: zero is black.
pub const PHOTOMETRIC_INTERPRETATION: u16 = 262;
/// 1: the first pel in the most significant bit; 2: in the least.
pub const FILL_ORDER: u16 = 266;
/// Text.
pub const DOCUMENT_NAME: u16 = 269;
/// Text.
pub const IMAGE_DESCRIPTION: u16 = 270;
/// Where the strips lie.
pub const STRIP_OFFSETS: u16 = 273;
/// 1: the first row is the top, the first pel the left.
pub const ORIENTATION: u16 = 274;
/// Values of a pel.
pub const SAMPLES_PER_PIXEL: u16 = 277;
/// Lines of each strip but the last.
pub const ROWS_PER_STRIP: u16 = 278;
/// Octets of the strips.
pub const STRIP_BYTE_COUNTS: u16 = 279;
/// Pels per unit across.
pub const X_RESOLUTION: u16 = 282;
/// Lines per unit down.
pub const Y_RESOLUTION: u16 = 283;
/// Bit 0: MR; bit 1: uncompressed mode may occur; bit 2: EOLs end on octet borders.
pub const T4_OPTIONS: u16 = 292;
/// Bit 1: uncompressed mode may occur.
pub const T6_OPTIONS: u16 = 293;
/// 1 none, 2 inch, 3 centimetre.
pub const RESOLUTION_UNIT: u16 = 296;
/// The page's number from 0, and how many there are.
pub const PAGE_NUMBER: u16 = 297;
/// Text: the program that wrote the file.
pub const SOFTWARE: u16 = 305;
/// Text: `YYYY:MM:DD HH:MM:SS`.
pub const DATE_TIME: u16 = 306;
/// Only in files that have tiles, not strips.
pub const TILE_WIDTH: u16 = 322;

/// Text, UTF-8: to whom the fax went, or goes.
pub const RECIPIENT_NAME: u16 = 65001;
/// Text: the number that was called.
pub const RECIPIENT_NUMBER: u16 = 65002;
/// Text, UTF-8: who sent the fax.
pub const SENDER_NAME: u16 = 65003;
/// Text, UTF-8: by what a received fax is routed.
pub const ROUTING: u16 = 65004;
/// Text: who called, as the line says.
pub const CALLER_ID: u16 = 65005;
/// Text: the identity of the called machine.
pub const CSID: u16 = 65006;
/// Text: the identity of the calling machine.
pub const TSID: u16 = 65007;
/// Text: when the fax was received, or sent, as RFC 3339 in UTC.
pub const RECEIVE_TIME: u16 = 65008;

/// The name of a tag in TIFF 6.0.
pub(crate) fn name(tag: u16) -> &'static str {
    match tag {
        NEW_SUBFILE_TYPE => "NewSubfileType",
        IMAGE_WIDTH => "ImageWidth",
        IMAGE_LENGTH => "ImageLength",
        BITS_PER_SAMPLE => "BitsPerSample",
        COMPRESSION => "Compression",
        PHOTOMETRIC_INTERPRETATION => "PhotometricInterpretation",
        FILL_ORDER => "FillOrder",
        STRIP_OFFSETS => "StripOffsets",
        ORIENTATION => "Orientation",
        SAMPLES_PER_PIXEL => "SamplesPerPixel",
        ROWS_PER_STRIP => "RowsPerStrip",
        STRIP_BYTE_COUNTS => "StripByteCounts",
        X_RESOLUTION => "XResolution",
        Y_RESOLUTION => "YResolution",
        T4_OPTIONS => "T4Options",
        T6_OPTIONS => "T6Options",
        RESOLUTION_UNIT => "ResolutionUnit",
        PAGE_NUMBER => "PageNumber",
        _ => "another tag",
    }
}
