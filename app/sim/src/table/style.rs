//! Colour, where it helps and is wanted.

use std::io::IsTerminal;

/// Whether escape sequences for colour may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    coloured: bool,
}

impl Style {
    pub fn plain() -> Self {
        Self { coloured: false }
    }

    pub fn coloured() -> Self {
        Self { coloured: true }
    }

    /// Colour if standard output is a terminal, unless `NO_COLOR` is set.
    pub fn of_standard_output() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            coloured: !refused && std::io::stdout().is_terminal(),
        }
    }

    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    pub fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    pub fn bad(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self.coloured {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }
}
