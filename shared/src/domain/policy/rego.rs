//! The compilation of an organization's rules to a Rego module, for the evaluation in process and for an OPA server.
//!
//! Values become JSON literals, which Rego shares, so that no text of a rule is ever read as code. A comparison of a
//! missing attribute is undefined in Rego, so the rule does not apply.

use std::fmt::Write as _;

use serde_json::Value;

use super::EffectiveRule;
use super::conditions::{Clause, Subject, Test};
use crate::domain::ids::OrganizationId;
use crate::domain::listing::Operator;

/// The Rego set of the ids of all rules that allow the action.
pub const ALLOWING: &str = "allowing";

const HEAD: &str = r"
import rego.v1

default allow := false

allow if count(allowing) > 0

# The set exists without any rule, too.
allowing contains 0 if false

has(text, part) if {
	is_string(text)
	is_string(part)
	contains(text, part)
}

has(list, element) if {
	is_array(list)
	element in list
}
";

/// The name of the organization's package.
pub fn package(organization: OrganizationId) -> String {
    let digits = u128::from_be_bytes(organization.to_bytes());
    format!("ostiary.org_{digits:032x}")
}

pub fn module(organization: OrganizationId, rules: &[EffectiveRule]) -> String {
    let mut module = Module {
        text: format!("package {}\n{HEAD}", package(organization)),
        helpers: 0,
    };
    for EffectiveRule { id, rule } in rules {
        let body = format!(
            "\tinput.resource == {}\n\tinput.action == {}\n{}",
            Value::from(rule.resource.as_str()),
            Value::from(rule.action.as_str()),
            module.body(&rule.conditions.clauses),
        );
        module.rule(&format!("{ALLOWING} contains {}", Value::from(id.as_str())), &body);
    }
    module.text
}

struct Module {
    text: String,
    /// The number of rules that stand for alternatives.
    helpers: usize,
}

impl Module {
    fn rule(&mut self, head: &str, body: &str) {
        // Writing to a string does not fail.
        let _ = write!(self.text, "\n{head} if {{\n{body}}}\n");
    }

    fn body(&mut self, clauses: &[Clause]) -> String {
        let mut body = String::new();
        for (at, clause) in clauses.iter().enumerate() {
            match clause {
                Clause::Attribute(subject, name, test) => {
                    let name = Value::from(name.as_str());
                    let _ = writeln!(body, "\tv{at} := {}[{name}]", subject.path());
                    let _ = writeln!(body, "\t{}", test.expression(&format!("v{at}")));
                }
                Clause::Any(alternatives) => {
                    let name = format!("any_{}", self.helpers);
                    self.helpers += 1;
                    // The default makes the rule known even if it has no alternative.
                    let _ = write!(self.text, "\ndefault {name} := false\n");
                    for alternative in alternatives {
                        let alternative = self.body(alternative);
                        self.rule(&name, &format!("\ttrue\n{alternative}"));
                    }
                    let _ = writeln!(body, "\t{name} == true");
                }
                Clause::Never => body.push_str("\tfalse\n"),
            }
        }
        body
    }
}

impl Subject {
    fn path(self) -> &'static str {
        match self {
            Self::User => "input.user",
            Self::Resource => "input.context.resourceAttributes",
            Self::Context => "input.context.contextAttributes",
        }
    }
}

impl Test {
    /// Rego orders values of different types, too; so a comparison of order requires the same type.
    fn expression(&self, value: &str) -> String {
        let Self { operator, wanted } = self;
        let is_type = if wanted.is_number() { "is_number" } else { "is_string" };
        let ordered = |sign: &str| format!("{is_type}({value})\n\t{value} {sign} {wanted}");
        match operator {
            Operator::Equal => format!("{value} == {wanted}"),
            Operator::NotEqual => format!("{value} != {wanted}"),
            Operator::Less => ordered("<"),
            Operator::LessOrEqual => ordered("<="),
            Operator::Greater => ordered(">"),
            Operator::GreaterOrEqual => ordered(">="),
            Operator::In => format!("{value} in {wanted}"),
            Operator::NotIn => format!("not {value} in {wanted}"),
            Operator::Contains => format!("has({value}, {wanted})"),
            Operator::StartsWith => format!("is_string({value})\n\tstartswith({value}, {wanted})"),
            Operator::EndsWith => format!("is_string({value})\n\tendswith({value}, {wanted})"),
        }
    }
}
