//! One reading of a packet in one form. Which reading to believe is decided in the decoder.

use alloc::vec::Vec;

use super::{
    Code, DataType, Field, FieldType, Ifp, IfpError, Indicator, MAX_ITEMS, MAX_OCTETS, Syntax,
};

/// How the bits of a packet are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) syntax: Syntax,
    /// Every field starts on an octet. Not PER, but what a widely used library writes and reads.
    pub(super) aligned: bool,
}

/// A packet as one form reads it.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) ifp: Ifp,
    /// Octets of the packet.
    pub(super) used: usize,
    /// Every pad bit is 0, as PER wants it.
    pub(super) pads_clear: bool,
    /// Fields of an unassigned kind, which were left out.
    pub(super) skipped: usize,
}

/// Reads the packet at the start of `octets`.
pub(super) fn read(octets: &[u8], form: Form) -> Result<Reading, IfpError> {
    if octets.is_empty() {
        return Err(IfpError::Empty);
    }
    if octets.len() > MAX_OCTETS {
        return Err(IfpError::TooLong);
    }
    let mut bits = Reader { octets, at: 0, pads_clear: true };
    let has_data = bits.flag()?;
    let is_data = bits.flag()?;
    let code = bits.enumerated(4)?;
    let mut skipped = 0;
    let ifp = if is_data {
        let data_type = DataType::from_code(code).ok_or(IfpError::Unassigned)?;
        let mut fields = Vec::new();
        if has_data {
            for _ in 0..bits.count()? {
                match bits.field(form)? {
                    Some(field) => fields.push(field),
                    None => skipped += 1,
                }
            }
        }
        Ifp::Data { data_type, fields }
    } else {
        let indicator = Indicator::from_code(code).ok_or(IfpError::Unassigned)?;
        if has_data {
            return Err(IfpError::IndicatorWithData);
        }
        Ifp::Indicator(indicator)
    };
    bits.align();
    Ok(Reading { ifp, used: bits.at / 8, pads_clear: bits.pads_clear, skipped })
}

struct Reader<'a> {
    octets: &'a [u8],
    /// In bits.
    at: usize,
    pads_clear: bool,
}

impl Reader<'_> {
    fn flag(&mut self) -> Result<bool, IfpError> {
        let octet = self.octets.get(self.at / 8).ok_or(IfpError::Truncated)?;
        let bit = octet & (0x80 >> (self.at % 8)) != 0;
        self.at += 1;
        Ok(bit)
    }

    fn number(&mut self, bits: u32) -> Result<u8, IfpError> {
        (0..bits).try_fold(0, |value, _| Ok(value << 1 | u8::from(self.flag()?)))
    }

    /// An extensible ENUMERATED with `root_bits` bits for the root values.
    fn enumerated(&mut self, root_bits: u32) -> Result<Code, IfpError> {
        if !self.flag()? {
            return Ok(Code::Root(self.number(root_bits)?));
        }
        // A normally small number: numbers from 64 on have another form and are not assigned.
        if self.flag()? {
            return Err(IfpError::Unassigned);
        }
        Ok(Code::Extended(self.number(6)?))
    }

    fn align(&mut self) {
        while !self.at.is_multiple_of(8) {
            self.pads_clear &= self.flag() == Ok(false);
        }
    }

    fn octet(&mut self) -> Result<u8, IfpError> {
        self.align();
        self.number(8)
    }

    /// The number of fields: a PER length determinant.
    fn count(&mut self) -> Result<usize, IfpError> {
        let count = match self.octet()? {
            short @ 0..0x80 => usize::from(short),
            high @ 0x80..0xC0 => usize::from(high & 0x3F) << 8 | usize::from(self.octet()?),
            0xC0.. => return Err(IfpError::BadLength),
        };
        if count > MAX_ITEMS { Err(IfpError::TooManyItems) } else { Ok(count) }
    }

    /// One field, or `None` when its kind is not assigned.
    fn field(&mut self, form: Form) -> Result<Option<Field>, IfpError> {
        let has_data = self.flag()?;
        let code = match form.syntax {
            Syntax::V1998 => Code::Root(self.number(3)?),
            Syntax::Corrected => self.enumerated(3)?,
        };
        let mut data = Vec::new();
        if has_data {
            let length = usize::from(self.octet()?) << 8 | usize::from(self.octet()?);
            if length == 0xFFFF {
                return Err(IfpError::BadLength);
            }
            let start = self.at / 8;
            let octets = self.octets.get(start..start + length + 1).ok_or(IfpError::Truncated)?;
            data.extend_from_slice(octets);
            self.at += octets.len() * 8;
        }
        if form.aligned {
            self.align();
        }
        Ok(FieldType::from_code(code).map(|kind| Field { kind, data }))
    }
}
