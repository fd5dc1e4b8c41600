//! The templates of mails and pages. They are embedded, and each is parsed at its first use, because most requests need
//! none. Those that administrators write are in `administered`.

pub(crate) mod administered;

use std::borrow::Cow;
use std::fmt::Write as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, escape_formatter};

/// Embedded templates, as name and source. A template whose name ends in `.html` escapes the values that it prints.
pub(crate) type Embedded = &'static [(&'static str, &'static str)];

/// Creates an environment with these templates, in which printing an undefined value is an error.
pub(crate) fn environment(embedded: Embedded) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_loader(|name| {
        Ok(embedded
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, source)| *source))
    });
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_formatter(format);
    environment.set_syntax(syntax());
    environment
}

/// A line that holds a block only leaves no empty line.
fn syntax() -> SyntaxConfig {
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    syntax.expect("the standard delimiters are valid")
}

fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_safe() || !matches!(state.auto_escape(), AutoEscape::Html) {
        return escape_formatter(out, state, value);
    }
    write_escaped(out, value)
}

/// Escapes HTML except for `/`, which HTML does not require to be escaped: links stay readable in the source, for
/// people and for programs that extract them.
fn write_escaped(out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
    let text = value
        .as_str()
        .map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
    for c in text.chars() {
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    const TEMPLATES: Embedded = &[("a.html", "{{ value }}"), ("a.txt", "{{ value }}")];

    fn printed(name: &str, value: impl Into<Value>) -> String {
        environment(TEMPLATES)
            .get_template(name)
            .unwrap()
            .render(context!(value => value.into()))
            .unwrap()
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        assert_eq!(
            printed("a.html", "<a href=\"/\">'&'</a>"),
            "&lt;a href=&quot;/&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
        assert_eq!(printed("a.txt", "<'&'>"), "<'&'>");
    }

    #[test]
    fn values_that_are_no_text_are_escaped_as_well() {
        assert_eq!(printed("a.html", vec!["<b>"]), "[&#39;&lt;b&gt;&#39;]");
        assert_eq!(printed("a.html", 8), "8");
    }

    #[test]
    fn an_undefined_value_is_an_error() {
        assert!(
            environment(TEMPLATES)
                .get_template("a.html")
                .unwrap()
                .render(context!())
                .is_err()
        );
    }
}
