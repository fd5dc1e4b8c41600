//! The search of administrators in the lists of users and of organizations: each term of the searched text is a prefix
//! of the address or slug, or of a word of the name.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

/// How many words of a name are indexed: one commit writes or deletes them all.
pub const MAX_WORDS: usize = 8;
/// How many characters of a word are indexed.
const MAX_WORD: usize = 48;

/// The text in the form in which texts are compared.
pub fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// The words of a name as the index has them: the first ones, each once.
pub fn words(name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in folded(name).split_whitespace() {
        if words.len() == MAX_WORDS {
            break;
        }
        words.insert(cut(word));
    }
    words
}

fn cut(word: &str) -> String {
    word.chars().take(MAX_WORD).collect()
}

/// A search for records with all terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// At least one, the longest first: it has the fewest matches.
    terms: Vec<String>,
}

impl Search {
    /// `None` for a blank text, which searches for nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let mut terms: Vec<String> = folded(text).split_whitespace().map(str::to_owned).collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.chars().count()));
        (!terms.is_empty()).then_some(Self { terms })
    }

    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Whether the index answers the search alone.
    pub fn is_one_term(&self) -> bool {
        self.terms.len() == 1
    }

    /// Whether the record is found. `label` is the address of a user, or the slug of an organization.
    pub fn finds(&self, label: &str, name: &str) -> bool {
        let (label, words) = (folded(label), words(name));
        self.terms.iter().all(|term| {
            let prefix = prefix_of_word(term);
            label.starts_with(term.as_str()) || words.iter().any(|word| word.starts_with(&prefix))
        })
    }
}

/// The part of the term that is compared with words.
pub fn prefix_of_word(term: &str) -> String {
    cut(term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_first_words_in_one_spelling() {
        let indexed: Vec<String> = words("  Ada  LOVELACE ada ").into_iter().collect();
        assert_eq!(indexed, ["ada", "lovelace"]);
        assert_eq!(words("a b c d e f g h i j").len(), MAX_WORDS);
        assert_eq!(
            words(&"ä".repeat(300)).first().map(|word| word.chars().count()),
            Some(MAX_WORD)
        );
        assert!(words(" ").is_empty());
    }

    #[test]
    fn a_term_is_a_prefix_of_the_address_or_of_a_word() {
        let finds =
            |text: &str| Search::parse(text).is_some_and(|search| search.finds("king@example.com", "Ada Lovelace"));
        for found in [
            "a",
            "ADA",
            "love",
            "king@",
            "ada lov",
            "lov kin",
            " ada ",
            "king@example.com",
        ] {
            assert!(finds(found), "{found}");
        }
        for other in ["ovelace", "example", "ada x", "adam", "ada-lovelace"] {
            assert!(!finds(other), "{other}");
        }
        assert_eq!(Search::parse(" \t"), None);
        let long = "x".repeat(200);
        assert!(Search::parse(&long).is_some_and(|search| search.finds("a@example.com", &long)));
    }
}
