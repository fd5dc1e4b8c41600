//! Invisible characters, which an attacker can use to make two texts look alike, or to disguise a text (spoofing).

/// Whether a character is a soft hyphen, zero-width space, directional mark or control, filler, annotation or tag.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character is a zero-width joiner or non-joiner. Names in some scripts contain them, and so do emoji.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether all characters of a text are visible, and in the order in which they are stored. A joiner is permitted only
/// after a character that is neither ASCII nor a joiner.
pub fn is_plain(text: &str) -> bool {
    let mut joins = false;
    text.chars().all(|c| {
        let is_plain = !c.is_control() && !is_invisible(c) && (joins || !is_joiner(c));
        joins = !c.is_ascii() && !is_joiner(c);
        is_plain
    })
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
