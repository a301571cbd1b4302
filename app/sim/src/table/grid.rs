//! Aligned columns of text.

use super::Style;

const GAP: &str = "  ";

/// Rows under a header. The first column is aligned left, the others right.
pub struct Grid {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// The columns' names, divided by `|`.
    pub fn new(header: &str) -> Self {
        let header = header
            .split('|')
            .map(|name| name.trim().to_owned())
            .collect();
        Self {
            header,
            rows: Vec::new(),
        }
    }

    /// A row with fewer cells than the header is filled up with empty ones; more are dropped.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let mut cells: Vec<String> = cells.into_iter().take(self.header.len()).collect();
        cells.resize(self.header.len(), String::new());
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// One line for the header and one for each row, without trailing spaces.
    pub fn render(&self, style: Style) -> String {
        let lines = || std::iter::once(&self.header).chain(&self.rows);
        let width = |column: usize| {
            lines()
                .map(|cells| cells[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let mut text = String::new();
        for (number, cells) in lines().enumerate() {
            let line = Self::line(cells, &widths);
            text += &if number == 0 { style.dim(&line) } else { line };
            text.push('\n');
        }
        text
    }

    fn line(cells: &[String], widths: &[usize]) -> String {
        let padded = cells
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(column, (cell, &width))| {
                if column == 0 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut grid = Grid::new("name | a | long header");
        grid.row(["x".into(), "−1,000".into(), "2".into()]);
        grid.row(["wider than that".into()]);
        assert_eq!(
            grid.render(Style::plain()),
            "name                  a  long header\n\
             x                −1,000            2\n\
             wider than that\n"
        );
    }
}
