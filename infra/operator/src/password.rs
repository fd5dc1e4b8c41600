//! Reads a password from the environment, the terminal, or a line of standard input. It is never an argument, because
//! all users of the machine can read the arguments of a process, and shells keep them in their history.

use std::io::{self, BufRead as _, IsTerminal as _};

use zeroize::Zeroizing;

/// The environment variable for scripts.
pub const VARIABLE: &str = "OPERATOR_PASSWORD";

/// Longer than any valid password, but not a whole file.
const MAX_LINE_BYTES: u64 = 4096;

#[derive(Debug, thiserror::Error)]
pub enum NoPassword {
    #[error("the password cannot be read")]
    Unreadable(#[from] io::Error),
    #[error("{VARIABLE} is not UTF-8")]
    NotUnicode,
    #[error("the two passwords differ")]
    Differ,
}

/// The terminal does not echo the password, so it is asked for twice.
pub fn read() -> Result<Zeroizing<String>, NoPassword> {
    match std::env::var(VARIABLE) {
        Ok(password) => return Ok(Zeroizing::new(password)),
        Err(std::env::VarError::NotUnicode(_)) => return Err(NoPassword::NotUnicode),
        Err(std::env::VarError::NotPresent) => {}
    }
    if io::stdin().is_terminal() {
        prompt()
    } else {
        line_of(io::stdin().lock())
    }
}

fn prompt() -> Result<Zeroizing<String>, NoPassword> {
    let password = Zeroizing::new(rpassword::prompt_password("Password: ")?);
    let again = Zeroizing::new(rpassword::prompt_password("Once more: ")?);
    if password == again {
        Ok(password)
    } else {
        Err(NoPassword::Differ)
    }
}

fn line_of(input: impl io::BufRead) -> Result<Zeroizing<String>, NoPassword> {
    let mut line = Zeroizing::new(String::new());
    io::Read::take(input, MAX_LINE_BYTES).read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_a_line_without_its_line_ending() {
        for (input, password) in [
            ("nine lanterns\n", "nine lanterns"),
            (" spaces count \r\nand the next line does not", " spaces count "),
            ("no end", "no end"),
            ("", ""),
        ] {
            assert_eq!(line_of(input.as_bytes()).expect("a line").as_str(), password);
        }
    }
}
