//! Table 2/T.30: what each bit of DIS, DTC and DCS means.

/// Bits that the table defines: 16 octets.
pub const BITS: u8 = 128;

/// What a bit means in one of the frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A 1 says this.
    Says(&'static str),
    /// One bit of a field of several.
    PartOf(Field),
    /// Another octet follows.
    Extension,
    /// Reserved or not valid in this frame: 0 is sent, and it is ignored on reception.
    SendZero,
}

/// A field of several bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Modulations in DIS and DTC, the rate in DCS. Bits 11 to 14.
    Rate,
    /// The width of the page. Bits 17 and 18.
    Width,
    /// The length of the page. Bits 19 and 20.
    Length,
    /// The least time of a line without ECM. Bits 21 to 23.
    ScanTime,
    /// The mode number of mixed raster content, T.44. Bits 92 to 94.
    MixedRaster,
    /// Memory that both ends share. Bits 117 and 118.
    SharedMemory,
    /// The profile of T.88 and T.89. Bits 124 to 126.
    Profile,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The number of the bit, from 1, in the order of the line.
    pub bit: u8,
    /// In a DIS or DTC.
    pub in_dis: Meaning,
    /// In a DCS.
    pub in_dcs: Meaning,
}

/// Table 2/T.30, in its order.
pub const TABLE_2: [Row; BITS as usize] = [
    both(1, "store and forward mail (T.37)", "store and forward mail (T.37) in use"),
    reserved(2),
    both(3, "real-time fax over IP (T.38)", "real-time fax over IP (T.38) in use"),
    same(4, "third generation mobile network"),
    reserved(5),
    dis_only(6, "V.8"),
    dis_only(7, "ECM frames of 64 octets preferred"),
    reserved(8),
    dis_only(9, "has a document to be polled"),
    both(10, "can receive a fax", "receives a fax"),
    field(11, Field::Rate),
    field(12, Field::Rate),
    field(13, Field::Rate),
    field(14, Field::Rate),
    same(15, "fine: 7.7 lines/mm or 200 dpi"),
    same(16, "MR coding"),
    field(17, Field::Width),
    field(18, Field::Width),
    field(19, Field::Length),
    field(20, Field::Length),
    field(21, Field::ScanTime),
    field(22, Field::ScanTime),
    field(23, Field::ScanTime),
    extension(24),
    reserved(25),
    same(26, "uncompressed mode"),
    same(27, "ECM"),
    dcs_only(28, "ECM frames of 64 octets"),
    reserved(29),
    reserved(30),
    same(31, "MMR coding (T.6)"),
    extension(32),
    same(33, "field not valid (FNV)"),
    dis_only(34, "multiple selective polling"),
    dis_only(35, "polled subaddress (PSA)"),
    same(36, "T.43 colour coding"),
    same(37, "T.43 plane interleave"),
    same(38, "voice coding (G.726)"),
    reserved(39),
    extension(40),
    same(41, "superfine: 15.4 lines/mm"),
    same(42, "300 x 300 dpi"),
    same(43, "16 pels/mm x 15.4 lines/mm or 400 x 400 dpi"),
    both(44, "inch based resolution preferred", "inch based resolution"),
    dis_only(45, "metric resolution preferred"),
    dis_only(46, "superfine lines in half the fine scan time"),
    dis_only(47, "selective polling (SEP)"),
    extension(48),
    both(49, "subaddress (SUB)", "subaddress (SUB) was sent"),
    both(50, "password (PWD)", "sender identification (SID) was sent"),
    dis_only(51, "can offer a data file"),
    reserved(52),
    same(53, "binary file transfer"),
    same(54, "document transfer mode"),
    same(55, "electronic data interchange"),
    extension(56),
    same(57, "basic transfer mode"),
    reserved(58),
    dis_only(59, "can offer a character or mixed mode document"),
    same(60, "character mode"),
    reserved(61),
    same(62, "mixed mode"),
    reserved(63),
    extension(64),
    same(65, "processable mode 26"),
    same(66, "digital network"),
    same(67, "duplex"),
    same(68, "JPEG coding (T.81)"),
    same(69, "full colour"),
    dcs_only(70, "preferred Huffman tables"),
    same(71, "12 bits per component"),
    extension(72),
    same(73, "no subsampling"),
    same(74, "custom illuminant"),
    same(75, "custom gamut range"),
    same(76, "North American letter"),
    same(77, "North American legal"),
    same(78, "JBIG coding (T.85)"),
    same(79, "JBIG coding (T.85) with optional L0"),
    extension(80),
    same(81, "HKM key management"),
    same(82, "RSA key management"),
    same(83, "security override"),
    same(84, "HFX40 cipher"),
    same(85, "alternative cipher 2"),
    same(86, "alternative cipher 3"),
    same(87, "HFX40-I hash"),
    extension(88),
    same(89, "alternative hash 2"),
    same(90, "alternative hash 3"),
    reserved(91),
    field(92, Field::MixedRaster),
    field(93, Field::MixedRaster),
    field(94, Field::MixedRaster),
    same(95, "T.44 strips of page length"),
    extension(96),
    same(97, "colour at 300 or 400 dpi"),
    same(98, "colour at 100 dpi"),
    same(99, "simple phase C file transfer negotiation"),
    dis_only(100, "extended file transfer negotiation"),
    dis_only(101, "internet selective polling (ISP)"),
    both(102, "internet routing (IRA)", "internet routing (IRA) was sent"),
    reserved(103),
    extension(104),
    same(105, "600 x 600 dpi"),
    same(106, "1200 x 1200 dpi"),
    same(107, "300 x 600 dpi"),
    same(108, "400 x 800 dpi"),
    same(109, "600 x 1200 dpi"),
    same(110, "colour at 600 dpi"),
    same(111, "colour at 1200 dpi"),
    extension(112),
    same(113, "double-sided, pages alternate"),
    same(114, "double-sided, all fronts first"),
    dis_only(115, "T.44 black and white profile"),
    same(116, "T.45 run-length colour"),
    field(117, Field::SharedMemory),
    field(118, Field::SharedMemory),
    same(119, "T.44 colour space extension"),
    extension(120),
    same(121, "flow control over T.38 (TNR, TR)"),
    same(122, "MR with K above 4"),
    same(123, "internet-aware T.38 device"),
    field(124, Field::Profile),
    field(125, Field::Profile),
    field(126, Field::Profile),
    same(127, "sYCC JPEG"),
    extension(128),
];

/// Says the same in a DIS, as an ability, and in a DCS, as being in use.
const fn same(bit: u8, text: &'static str) -> Row {
    both(bit, text, text)
}

const fn both(bit: u8, in_dis: &'static str, in_dcs: &'static str) -> Row {
    Row { bit, in_dis: Meaning::Says(in_dis), in_dcs: Meaning::Says(in_dcs) }
}

const fn dis_only(bit: u8, text: &'static str) -> Row {
    Row { bit, in_dis: Meaning::Says(text), in_dcs: Meaning::SendZero }
}

const fn dcs_only(bit: u8, text: &'static str) -> Row {
    Row { bit, in_dis: Meaning::SendZero, in_dcs: Meaning::Says(text) }
}

const fn field(bit: u8, field: Field) -> Row {
    Row { bit, in_dis: Meaning::PartOf(field), in_dcs: Meaning::PartOf(field) }
}

const fn reserved(bit: u8) -> Row {
    Row { bit, in_dis: Meaning::SendZero, in_dcs: Meaning::SendZero }
}

const fn extension(bit: u8) -> Row {
    Row { bit, in_dis: Meaning::Extension, in_dcs: Meaning::Extension }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(wanted: impl Fn(&Row) -> bool) -> usize {
        TABLE_2.iter().filter(|row| wanted(row)).count()
    }

    #[test]
    fn the_table_has_every_bit_once_and_in_order() {
        assert!(TABLE_2.iter().map(|row| row.bit).eq(1..=BITS));
        assert_eq!(count(|row| row.in_dis == Meaning::Extension), 14);
        assert_eq!(count(|row| row.in_dcs == Meaning::SendZero && row.in_dis == row.in_dcs), 13);
        assert_eq!(count(|row| matches!(row.in_dis, Meaning::PartOf(_))), 19);
        assert_eq!(count(|row| row.in_dis == Meaning::SendZero && row.in_dcs != row.in_dis), 2);
        assert_eq!(count(|row| row.in_dcs == Meaning::SendZero && row.in_dcs != row.in_dis), 13);
    }

    #[test]
    fn the_first_extension_bit_is_24_and_then_every_eighth() {
        for row in &TABLE_2 {
            let expected = row.bit >= 24 && row.bit.is_multiple_of(8);
            assert_eq!(row.in_dis == Meaning::Extension, expected, "bit {}", row.bit);
            assert_eq!(row.in_dcs == Meaning::Extension, expected, "bit {}", row.bit);
        }
    }
}
