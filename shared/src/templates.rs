//! The templates of mails and pages. They are embedded, and each is parsed at its first use, because most requests need
//! none. Those that administrators write are in `administered`.

pub(crate) mod administered;

use std::borrow::Cow;
use std::fmt::Write as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, escape_formatter};

use crate::languages::{Argument, Language};

/// Embedded templates, as name and source. A template whose name ends in `.html` escapes the values that it prints.
pub(crate) type Embedded = &'static [(&'static str, &'static str)];

/// Creates an environment with these templates, in which printing an undefined value is an error. The function `text`
/// prints texts of `languages`.
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
    environment.add_function("text", text);
    environment
}

/// The text of a key, with the named values, in the language that the variable `language` of the template names.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the type of arguments of template functions"
)]
fn text(state: &State<'_, '_>, key: &str, values: Kwargs) -> Result<String, Error> {
    let invalid = |reason: String| Error::new(ErrorKind::InvalidOperation, reason);
    let language = state.lookup("language");
    let language = language.as_ref().and_then(Value::as_str).and_then(Language::parse);
    let language = language.ok_or_else(|| invalid("the variable `language` names no language".to_owned()))?;
    let mut named: Vec<(&str, Value)> = Vec::new();
    for name in values.args() {
        named.push((name, values.get(name)?));
    }
    let mut arguments = Vec::new();
    for (name, value) in &named {
        let argument = match (value.as_str(), value.as_i64()) {
            (Some(text), _) => Argument::Text(text),
            (None, Some(number)) => Argument::Number(number),
            (None, None) => {
                return Err(invalid(format!(
                    "`{name}` of the text `{key}` is neither a text nor a number"
                )));
            }
        };
        arguments.push((*name, argument));
    }
    language
        .find_text(key, &arguments)
        .map_err(|error| invalid(error.to_string()))
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
    fn a_text_is_printed_in_the_language_of_the_page_and_escaped_with_its_values() {
        const TEXTS: Embedded = &[
            ("a.html", "{{ text('mail-greeting', name=name) }}"),
            ("unknown.html", "{{ text('no-such-text') }}"),
        ];
        let environment = environment(TEXTS);
        let printed = |template: &str, facts: Value| environment.get_template(template).unwrap().render(facts);
        let german = context!(language => "de", name => "<b>");
        assert_eq!(printed("a.html", german).unwrap(), "Guten Tag &lt;b&gt;,");
        for (template, facts) in [
            ("a.html", context!(name => "Ada")),
            ("a.html", context!(language => "de")),
            ("unknown.html", context!(language => "de")),
        ] {
            assert!(printed(template, facts).is_err(), "{template}");
        }
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
