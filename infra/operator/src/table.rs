//! Text in columns, for people.

use std::fmt::Write as _;

/// Rows of cells under headings; each column is as wide as its widest cell.
pub(crate) fn columns<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let headings = headings.map(str::to_uppercase);
    let widths: [usize; N] = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| &row[column]).chain([&headings[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            // Writing to a string does not fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One fact per line, with the names in a column.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    facts.iter().fold(String::new(), |mut text, (name, fact)| {
        let _ = writeln!(text, "{name:width$}  {fact}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["user", "a-long-name", ""], ["admin", "b", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(
            columns(["ring", "kid", "kms"], &rows),
            "RING   KID          KMS\nuser   a-long-name\nadmin  b            x\n"
        );
    }

    #[test]
    fn values_of_facts_are_aligned() {
        assert_eq!(
            facts(&[("a", "1".to_owned()), ("long", "2".to_owned())]),
            "a     1\nlong  2\n"
        );
    }
}
