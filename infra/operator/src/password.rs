//! Where a password comes from: the environment, somebody at the keyboard, or a line of standard input. Never the command line,
//! which everybody on the machine can read, and which shells remember.

use std::io::{self, BufRead as _, IsTerminal as _};

use zeroize::Zeroizing;

/// For whoever starts the command from a script.
pub const VARIABLE: &str = "OPERATOR_PASSWORD";

/// More than any password that may be chosen, and not a whole file.
const LONGEST_LINE: u64 = 4096;

#[derive(Debug, thiserror::Error)]
pub enum NoPassword {
    #[error("the password cannot be read")]
    Unreadable(#[from] io::Error),
    #[error("{VARIABLE} is not UTF-8")]
    NotUnicode,
    #[error("the two passwords differ")]
    Differ,
}

/// Asks without an echo, and twice: nobody sees what is typed.
pub fn read() -> Result<Zeroizing<String>, NoPassword> {
    match std::env::var(VARIABLE) {
        Ok(password) => return Ok(Zeroizing::new(password)),
        Err(std::env::VarError::NotUnicode(_)) => return Err(NoPassword::NotUnicode),
        Err(std::env::VarError::NotPresent) => {}
    }
    if io::stdin().is_terminal() {
        ask()
    } else {
        line_of(io::stdin().lock())
    }
}

fn ask() -> Result<Zeroizing<String>, NoPassword> {
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
    io::Read::take(input, LONGEST_LINE).read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_password_without_its_end() {
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
