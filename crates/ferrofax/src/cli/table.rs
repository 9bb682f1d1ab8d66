//! Text that a person reads: tables, times, durations.

use std::io::Write;

/// The widest cell, in characters.
const MAX_CELL_CHARS: usize = 32;

/// Rows under a head, columns as wide as they need to be.
pub(super) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned)] }
    }

    /// Adds a row; long cells are cut.
    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| clean(&cell)));
    }

    /// Adds a row whose cells are needed whole.
    pub(super) fn whole_row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| printable(&cell)));
    }

    pub(super) fn print(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in &self.rows {
            let cells: Vec<String> =
                row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(out, "{}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}

/// One line of printable text: what a far end or a client wrote never steers the terminal.
pub(super) fn clean(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .take(MAX_CELL_CHARS + 1)
        .collect();
    if clean.chars().count() > MAX_CELL_CHARS {
        clean = clean.chars().take(MAX_CELL_CHARS - 1).collect();
        clean.push('\u{2026}');
    }
    clean
}

/// Printable text of any length.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// A moment without the parts of a second: `2026-11-22 12:00:00`, UTC.
pub(super) fn moment(rfc3339: &str) -> String {
    let seconds = rfc3339.get(..19).unwrap_or(rfc3339);
    clean(&seconds.replace('T', " "))
}

/// `38 s`, `2 min 05 s`, `1 h 02 min`.
pub(super) fn duration(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest whole number in range"
    )]
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s:02} s"),
        (h, m, _) => format!("{h} h {m:02} min"),
    }
}

/// `1 page`, `3 pages`.
pub(super) fn pages(count: u32) -> String {
    if count == 1 { "1 page".to_owned() } else { format!("{count} pages") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let mut table = Table::new(["ID", "STATUS", "NUMBER"]);
        table.row(["1".into(), "Pending".into(), "+1 555".into()]);
        table.row(["1000".into(), "In Progress".into(), "2".into()]);
        let mut out = Vec::new();
        table.print(&mut out).unwrap();
        let expected = "\
ID    STATUS       NUMBER
1     Pending      +1 555
1000  In Progress  2
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn what_others_wrote_cannot_steer_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\r"), "a?[2Jb?");
        assert_eq!(clean(&"x".repeat(40)), format!("{}\u{2026}", "x".repeat(31)));
        assert_eq!(clean(&"x".repeat(32)), "x".repeat(32));
    }

    #[test]
    fn durations_are_as_long_as_they_need_to_be() {
        let check = |seconds, text| assert_eq!(duration(seconds), text);
        check(0.4, "0 s");
        check(38.2, "38 s");
        check(125.0, "2 min 05 s");
        check(3725.0, "1 h 02 min");
        check(-1.0, "0 s");
    }
}
