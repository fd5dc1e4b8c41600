//! Codes that users type: of an authenticator app, of a mail, and backup codes.

use dec_from_char::DecimalExtended as _;
use unicode_normalization::UnicodeNormalization as _;

/// A code without what apps, keyboards and the clipboard add to it: groups separated by spaces, hyphens or other signs,
/// full-width characters, digits of another script, invisible characters. Letters keep their case.
pub fn normalized(typed: &str) -> String {
    // Japanese keyboards type the mark of a long vowel in place of a hyphen, and it counts as a letter.
    let characters = typed.nfkc().filter(|c| c.is_alphanumeric() && *c != 'ー');
    characters.map(|c| c.normalize_decimal().unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_written_it_is_one_code() {
        for typed in [
            "123456",
            " 123 456 ",
            "123-456",
            "123\u{2011}456",
            "123\u{2013}456",
            "1 2 3 . 4 5 6",
            "123\u{a0}456\n",
            "123\u{200b}456\u{feff}",
            "\u{202d}123456\u{202c}",
            "１２３４５６",
            "１２３－４５６",
            "123ー456",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "१२३४५६",
            "၁၂၃၄၅၆",
            "𝟏𝟐𝟑𝟒𝟓𝟔",
            "1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}3456",
        ] {
            assert_eq!(normalized(typed), "123456", "{typed:?}");
        }
    }

    #[test]
    fn letters_stay_and_stay_different() {
        assert_eq!(normalized("aB3dE-fG7hI"), "aB3dEfG7hI");
        assert_eq!(normalized("ａＢ３"), "aB3");
        assert_eq!(normalized("12345O"), "12345O");
        assert_eq!(normalized(" -\u{200b}"), "");
    }
}
