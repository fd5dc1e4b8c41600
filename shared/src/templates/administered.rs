//! Templates that administrators write. Unlike the embedded ones they are data, so they know a part of the language
//! only: they print variables, through filters, and choose between texts by conditions. Without loops, assignments and
//! arithmetic, the time and the memory of rendering are linear in the size of the template, and without functions,
//! attributes and other templates, it reads nothing but its variables.
//!
//! What an HTML template prints is escaped in any case: neither a filter nor a block turns escaping off.

use std::fmt::Display;
use std::io;

use minijinja::machinery::ast::{BinOpKind, CallArg, Compare, CompareOpKind, Expr, Stmt, UnaryOpKind};
use minijinja::machinery::{Span, Token, parse, tokenize};
use minijinja::tests::{is_defined, is_undefined};
use minijinja::{Environment, Output, State, UndefinedBehavior, Value, filters};

use super::{syntax, write_escaped};

/// The kind of text that a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Html,
    Text,
}

/// Why a template is refused, or does not render.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("{0}")]
pub(crate) struct Refused(String);

impl Refused {
    pub(crate) fn new(reason: impl Display) -> Self {
        Self(reason.to_string())
    }
}

const FILTERS: [&str; 6] = ["capitalize", "default", "lower", "title", "trim", "upper"];

const TESTS: [&str; 2] = ["defined", "undefined"];

/// The number of instructions is linear in the size of a template, which is bounded where it is saved.
const FUEL: u64 = 100_000;

/// Longest text that a template makes, in bytes.
const MAX_OUTPUT: usize = 256 * 1024;

/// Parser, check and compiler recurse into chains of operators and filters, and into `elif`: without these limits, a
/// short template would use up the stack, which aborts the process.
const TOKENS_IN_A_TAG: usize = 100;
const STATEMENTS: usize = 200;

/// Checks that the template parses and prints no variables but these; with `None`, it may print any.
pub(crate) fn check(source: &str, variables: Option<&[&str]>) -> Result<(), Refused> {
    check_depth(source)?;
    let tree = parse(source, "template", syntax()).map_err(|error| unreadable(&error))?;
    Checker { variables }.statement(&tree)
}

/// Counts what could nest, before the template is parsed.
fn check_depth(source: &str) -> Result<(), Refused> {
    let (mut in_tag, mut statements) = (0, 0);
    for token in tokenize(source, false, syntax()) {
        let (token, span) = token.map_err(|error| unreadable(&error))?;
        match token {
            Token::TemplateData(_) | Token::VariableStart | Token::VariableEnd | Token::BlockEnd => in_tag = 0,
            Token::BlockStart => (in_tag, statements) = (0, statements + 1),
            _ => in_tag += 1,
        }
        if in_tag > TOKENS_IN_A_TAG {
            return refuse(span, "the tag is too long");
        }
        if statements > STATEMENTS {
            return refuse(span, "there are too many statements");
        }
    }
    Ok(())
}

fn unreadable(error: &minijinja::Error) -> Refused {
    let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    at_line(error.line().unwrap_or(1), reason)
}

/// Renders a template, after it was checked again: another release may have stored it. A variable without a value
/// prints nothing.
pub(crate) fn render(
    source: &str,
    format: Format,
    variables: &[&str],
    values: Vec<(&'static str, Value)>,
) -> Result<String, Refused> {
    check(source, Some(variables))?;
    let environment = environment(format);
    let mut output = Bounded::default();
    let values = values.into_iter().filter(|(name, _)| variables.contains(name));
    let rendered = environment.template_from_str(source).and_then(|template| {
        template
            .render_captured_to(Value::from_pairs(values), &mut output)
            .map(drop)
    });
    rendered.map_err(|error| at_line(error.line().unwrap_or(1), error.kind()))?;
    String::from_utf8(output.text).map_err(Refused::new)
}

fn environment(format: Format) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_fuel(Some(FUEL));
    environment.set_syntax(syntax());
    environment.set_formatter(match format {
        Format::Html => print_html,
        Format::Text => print_text,
    });
    environment.add_filter("capitalize", filters::capitalize);
    environment.add_filter("default", filters::default);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("title", filters::title);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("upper", filters::upper);
    environment.add_test("defined", is_defined);
    environment.add_test("undefined", is_undefined);
    environment
}

/// A value that claims to be safe is escaped, too.
fn print_html(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    write_escaped(out, value)
}

fn print_text(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    Ok(out.write_str(&value.to_string())?)
}

/// Fails when the text becomes too long.
#[derive(Debug, Default)]
struct Bounded {
    text: Vec<u8>,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::Error::other("the text is too long"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Accepts the nodes that are listed here, and refuses every other one, those of later releases of the library among
/// them.
struct Checker<'a> {
    variables: Option<&'a [&'a str]>,
}

impl Checker<'_> {
    fn statement(&self, statement: &Stmt<'_>) -> Result<(), Refused> {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => Ok(()),
            Stmt::EmitExpr(printed) => self.expression(&printed.expr),
            Stmt::IfCond(condition) => {
                self.expression(&condition.expr)?;
                self.statements(&condition.true_body)?;
                self.statements(&condition.false_body)
            }
            Stmt::ForLoop(other) => refuse(other.span(), "loops are not supported"),
            Stmt::Include(other) => refuse(other.span(), "other templates cannot be included"),
            Stmt::Extends(other) => refuse(other.span(), "other templates cannot be extended"),
            Stmt::Import(other) => refuse(other.span(), "other templates cannot be imported"),
            Stmt::FromImport(other) => refuse(other.span(), "other templates cannot be imported"),
            Stmt::AutoEscape(other) => refuse(other.span(), "escaping cannot be changed"),
            Stmt::Set(other) => refuse(other.span(), "assignments are not supported"),
            Stmt::SetBlock(other) => refuse(other.span(), "assignments are not supported"),
            Stmt::WithBlock(other) => refuse(other.span(), "assignments are not supported"),
            Stmt::FilterBlock(other) => refuse(other.span(), "filter blocks are not supported"),
            Stmt::Block(other) => refuse(other.span(), "blocks are not supported"),
            Stmt::Do(other) => refuse(other.span(), "calls are not supported"),
        }
    }

    fn statements(&self, statements: &[Stmt<'_>]) -> Result<(), Refused> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn expression(&self, expression: &Expr<'_>) -> Result<(), Refused> {
        match expression {
            Expr::Const(_) => Ok(()),
            Expr::Var(variable) => match self.variables {
                Some(known) if !known.contains(&variable.id) => {
                    refuse(variable.span(), format!("there is no variable `{}`", variable.id))
                }
                _ => Ok(()),
            },
            Expr::UnaryOp(operation) if matches!(operation.op, UnaryOpKind::Not) => self.expression(&operation.expr),
            Expr::BinOp(operation) if is_logical(operation.op) => {
                self.expression(&operation.left)?;
                self.expression(&operation.right)
            }
            Expr::Compare(comparison) if are_equalities(comparison) => {
                self.expression(&comparison.expr)?;
                comparison
                    .ops
                    .iter()
                    .try_for_each(|operand| self.expression(&operand.expr))
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr)?;
                self.expression(&choice.true_expr)?;
                choice.false_expr.iter().try_for_each(|other| self.expression(other))
            }
            Expr::Filter(filter) => {
                if !FILTERS.contains(&filter.name) {
                    return refuse(filter.span(), format!("there is no filter `{}`", filter.name));
                }
                filter.expr.iter().try_for_each(|value| self.expression(value))?;
                self.arguments(&filter.args)
            }
            Expr::Test(test) => {
                if !TESTS.contains(&test.name) {
                    return refuse(test.span(), format!("there is no test `{}`", test.name));
                }
                self.expression(&test.expr)?;
                self.arguments(&test.args)
            }
            other => refuse(
                other.span(),
                "only variables, constants, `and`, `or`, `not`, `==`, `!=` and filters are supported",
            ),
        }
    }

    fn arguments(&self, arguments: &[CallArg<'_>]) -> Result<(), Refused> {
        arguments.iter().try_for_each(|argument| match argument {
            CallArg::Pos(value) | CallArg::Kwarg(_, value) | CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                self.expression(value)
            }
        })
    }
}

fn is_logical(operator: BinOpKind) -> bool {
    matches!(
        operator,
        BinOpKind::ScAnd | BinOpKind::ScOr | BinOpKind::Eq | BinOpKind::Ne
    )
}

fn are_equalities(comparison: &Compare<'_>) -> bool {
    let mut operands = comparison.ops.iter();
    operands.all(|operand| matches!(operand.op, CompareOpKind::Eq | CompareOpKind::Ne))
}

fn refuse(span: Span, reason: impl Display) -> Result<(), Refused> {
    Err(at_line(span.start_line.into(), reason))
}

fn at_line(line: usize, reason: impl Display) -> Refused {
    Refused(format!("line {line}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of these would use up the stack of a thread.
    #[test]
    fn chains_that_would_nest_too_deeply_are_refused_before_they_are_parsed() {
        let chains = [
            format!("{{{{ url{} }}}}", "|trim".repeat(1500)),
            format!("{{{{ url{} }}}}", " or url".repeat(2000)),
            format!("{{{{ url{} }}}}", " is defined".repeat(2000)),
            format!("{{{{ {}url }}}}", "not ".repeat(2000)),
            format!("{{{{ {}1 }}}}", "-".repeat(30_000)),
            format!("{{{{ {}1 }}}}", "1 if 1 else ".repeat(3000)),
            format!("{{{{ \"}}}}\"{} }}}}", "|trim".repeat(1500)),
            format!("{{% if url %}}{}{{% endif %}}", "{% elif url %}".repeat(1000)),
        ];
        for chain in chains {
            assert!(check(&chain, None).is_err(), "{}", &chain[..40]);
            assert!(render(&chain, Format::Text, &["url"], Vec::new()).is_err());
        }
        let longest = format!("{{{{ url{} }}}}", "|trim".repeat(49));
        assert_eq!(check(&longest, Some(&["url"])), Ok(()));
        let branches = format!("{{% if url %}}{}{{% endif %}}", "{% elif url %}".repeat(198));
        assert_eq!(check(&branches, Some(&["url"])), Ok(()));
    }

    const VARIABLES: [&str; 3] = ["name", "url", "organization"];

    fn rendered(source: &str, format: Format) -> Result<String, Refused> {
        let values = vec![
            ("name", Value::from("<script>alert('x')</script> & \"co\"")),
            (
                "url",
                Value::from("https://auth.example.com/link/x?token=t&callbackURL=%2F"),
            ),
            ("secret", Value::from("s3cret")),
        ];
        render(source, format, &VARIABLES, values)
    }

    #[test]
    fn variables_conditions_and_filters_are_the_language() {
        for (source, text) in [
            (
                "Hello {{ url | upper }}",
                "Hello HTTPS://AUTH.EXAMPLE.COM/LINK/X?TOKEN=T&CALLBACKURL=%2F",
            ),
            ("{% if organization %}yes{% else %}no{% endif %}", "no"),
            ("{% if not organization and name %}yes{% endif %}", "yes"),
            ("{{ organization or 'an organization' }}", "an organization"),
            ("{{ organization | default('an organization') }}", "an organization"),
            ("[{{ organization }}]", "[]"),
            ("{{ 'a' if organization is defined else 'b' }}", "b"),
            ("{{ 'a' if name != 'Ada' else 'b' }}", "a"),
            ("{# a comment #}{% raw %}{{ name }}{% endraw %}", "{{ name }}"),
        ] {
            assert_eq!(rendered(source, Format::Text).as_deref(), Ok(text), "{source}");
        }
    }

    #[test]
    fn html_is_escaped_whatever_the_template_says() {
        let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;co&quot;";
        assert_eq!(rendered("{{ name }}", Format::Html).as_deref(), Ok(escaped));
        assert_eq!(rendered("{{ name | trim }}", Format::Html).as_deref(), Ok(escaped));
        assert_eq!(
            rendered("<a href=\"{{ url }}\">", Format::Html).as_deref(),
            Ok("<a href=\"https://auth.example.com/link/x?token=t&amp;callbackURL=%2F\">")
        );
        for source in [
            "{{ name | safe }}",
            "{{ name | escape }}",
            "{{ name | e }}",
            "{% autoescape false %}{{ name }}{% endautoescape %}",
            "{% filter safe %}{{ name }}{% endfilter %}",
            "{% set x %}{{ name }}{% endset %}{{ x }}",
        ] {
            assert!(rendered(source, Format::Html).is_err(), "{source}");
        }
    }

    #[test]
    fn a_template_reads_nothing_but_its_variables() {
        for source in [
            "{{ secret }}",
            "{{ name if secret else url }}",
            "{% if secret == 'x' %}{% endif %}",
            "{{ name | default(secret) }}",
            "{{ debug() }}",
            "{{ self }}",
            "{{ name.__class__ }}",
            "{{ name['x'] }}",
            "{{ name.upper() }}",
            "{% include 'layout.html' %}",
            "{% extends 'layout.html' %}",
            "{% import 'layout.html' as x %}",
            "{% from 'layout.html' import x %}",
            "{% macro x() %}{% endmacro %}",
        ] {
            assert!(rendered(source, Format::Text).is_err(), "{source}");
        }
    }

    #[test]
    fn nothing_makes_a_template_run_long_or_use_much_memory() {
        for source in [
            "{% for i in range(100000) %}x{% endfor %}",
            "{{ 'xxxxxxxxxx' * 10000000 }}",
            "{{ [1] * 100000000 }}",
            "{{ 2 ** 100000 }}",
            "{{ name ~ name }}",
            "{{ name + name }}",
            "{{ name[1:] }}",
            "{{ range(10) }}",
            "{% block x %}{% endblock %}",
            "{% with x = 1 %}{% endwith %}",
        ] {
            assert!(rendered(source, Format::Text).is_err(), "{source}");
        }
        let long = "{{ url }}".repeat(4_000);
        assert!(rendered(&long, Format::Text).is_ok());
        let too_long = "{{ url }}".repeat(8_000);
        assert!(rendered(&too_long, Format::Text).is_err());
        let nested = format!("{{{{ {}name{} }}}}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(check(&nested, None).is_err());
    }

    #[test]
    fn the_reason_names_the_line() {
        for (source, reason) in [
            ("a\n{{ password }}", "line 2: there is no variable `password`"),
            ("{{ name | safe }}", "line 1: there is no filter `safe`"),
            (
                "a\nb\n{% for x in name %}{% endfor %}",
                "line 3: loops are not supported",
            ),
        ] {
            assert_eq!(check(source, Some(&VARIABLES)), Err(Refused(reason.to_owned())));
        }
        for source in [
            "{{ name",
            "{% if name %}",
            "{% if %}{% endif %}",
            "{{ name }} {% endif %}",
        ] {
            let refused = check(source, None).expect_err(source);
            assert!(refused.0.starts_with("line 1: "), "{refused}");
        }
        assert_eq!(check("{{ anything }}", None), Ok(()));
    }
}
