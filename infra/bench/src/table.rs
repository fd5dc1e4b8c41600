//! A Markdown table with a readable source: cells are padded, all columns but the first are aligned to the right.

use std::fmt;

#[derive(Debug)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new<const N: usize>(header: [&str; N]) -> Self {
        Self {
            header: header.map(str::to_owned).to_vec(),
            rows: Vec::new(),
        }
    }

    /// A row with fewer cells than the header is filled up; a pipe in a cell is escaped.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut row: Vec<_> = cells.into_iter().map(|cell| cell.replace('|', "\\|")).collect();
        row.resize(self.header.len(), String::new());
        self.rows.push(row);
    }

    fn widths(&self) -> Vec<usize> {
        let lines = || std::iter::once(&self.header).chain(&self.rows);
        let width = |column: usize| {
            lines()
                .map(|line| line[column].chars().count())
                .max()
                .unwrap_or(0)
                .max(3)
        };
        (0..self.header.len()).map(width).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        write_line(f, &self.header, &widths)?;
        let rule = |(column, width): (usize, &usize)| match column {
            0 => format!("{:-<width$}", ""),
            _ => format!("{:->1$}", ":", *width),
        };
        let rules: Vec<_> = widths.iter().enumerate().map(rule).collect();
        write_line(f, &rules, &widths)?;
        self.rows.iter().try_for_each(|row| write_line(f, row, &widths))
    }
}

fn write_line(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    write!(f, "|")?;
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        match column {
            0 => write!(f, " {cell:<width$} |")?,
            _ => write!(f, " {cell:>width$} |")?,
        }
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_padded_and_numbers_right_aligned() {
        let mut table = Table::new(["function", "ms"]);
        table.row(["bare".to_owned(), "1.25".to_owned()]);
        table.row(["a|b".to_owned()]);
        let lines = [
            "| function |   ms |",
            "| -------- | ---: |",
            "| bare     | 1.25 |",
            "| a\\|b     |      |",
            "",
        ];
        assert_eq!(table.to_string(), lines.join("\n"));
    }
}
