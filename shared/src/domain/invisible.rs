//! Invisible characters, which an attacker can use to make two texts look alike, or to disguise a text (spoofing).

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Whether a character has no glyph of its own: a soft hyphen, zero-width space, directional mark or control, filler,
/// annotation, tag or blank. Joiners and selectors of variants are not among them, because scripts and emoji need them.
pub fn is_invisible(c: char) -> bool {
    // Separators of lines, annotations, and two symbols whose glyph is empty.
    matches!(
        c,
        '\u{2028}'..='\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{2800}' | '\u{1d159}'
    ) || (CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) && !is_joiner(c) && !is_variation(c))
}

/// Whether a character is a zero-width joiner or non-joiner. Names in some scripts contain them, and so do emoji.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a character selects a variant of the character before it, which is mostly the same glyph.
pub fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// Whether all characters of a text are visible, and in the order in which they are stored. A joiner is permitted only
/// after a character that is neither ASCII nor a joiner, and a selector of variants only after a symbol, or in a keycap.
pub fn is_plain(text: &str) -> bool {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let is_permitted = if is_joiner(c) {
            before.is_some_and(|before: char| !before.is_ascii() && !is_joiner(before))
        } else if is_variation(c) {
            let is_keycap = characters.peek() == Some(&'\u{20e3}');
            before.is_some_and(|before| is_keycap || is_symbol(before))
        } else {
            !c.is_control() && !is_invisible(c)
        };
        if !is_permitted {
            return false;
        }
        before = Some(c);
    }
    true
}

fn is_symbol(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !is_joiner(c) && !is_variation(c)
}

/// A name as other users see it: without the characters around it that copying leaves behind, and without soft hyphens,
/// which pages put into words. `None` if it still has control characters, or invisible ones that could disguise it.
pub fn cleaned(text: &str) -> Option<String> {
    let is_around = |c: char| {
        c.is_whitespace()
            || is_joiner(c)
            || matches!(
                c,
                '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}'
            )
    };
    let name: String = text
        .trim_matches(is_around)
        .chars()
        .filter(|c| *c != '\u{ad}')
        .collect();
    is_plain(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_all_scripts_are_plain() {
        for name in [
            "",
            "Ada Lovelace",
            "Łukasz",
            "李小龍",
            "می\u{200c}خواهم",
            "👩\u{200d}💻",
            "नमस्ते",
            "Ada \u{2764}\u{fe0f}",
            "Team 1\u{fe0f}\u{20e3}",
            "\u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
        ] {
            assert!(is_plain(name), "{name:?}");
        }
    }

    #[test]
    fn what_turns_hides_or_breaks_is_not() {
        for name in [
            "ada\u{202e}nimda",
            "ad\u{200d}min",
            "\u{200c}admin",
            "ad\u{200b}min",
            "ad\u{ad}min",
            "admin\u{2066}",
            "admin\u{e0041}",
            "admin\u{61c}",
            "ad\nmin",
            "ad\u{0}min",
            "é\u{200d}\u{200d}",
            "admin\u{fe0f}",
            "\u{674e}\u{fe00}",
            "\u{fe0f}admin",
            "\u{2764}\u{fe0f}\u{fe0f}",
            "admin\u{2800}",
            "ad\u{1bca0}min",
            "admin\u{1bca3}",
            "ad\u{1d173}min",
            "ad\u{2065}min",
            "ad\u{180f}min",
        ] {
            assert!(!is_plain(name), "{name:?}");
        }
    }

    #[test]
    fn what_copying_leaves_around_a_name_is_dropped() {
        for (typed, name) in [
            (" Ada ", "Ada"),
            ("\u{feff}Ada\u{200b}", "Ada"),
            ("\u{200e}\u{2060} Ada\u{a0}\u{200d}\n", "Ada"),
            ("Love\u{ad}lace", "Lovelace"),
            ("\u{ad}", ""),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
        ] {
            assert_eq!(cleaned(typed).as_deref(), Some(name), "{typed:?}");
        }
        for typed in [
            "Ada\u{202e}",
            "A\u{200b}da",
            "A\nda",
            "A\u{feff}da",
            "\u{0}Ada",
            "A\u{200d}da",
        ] {
            assert_eq!(cleaned(typed), None, "{typed:?}");
        }
    }
}
