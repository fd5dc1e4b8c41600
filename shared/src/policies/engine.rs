//! The Rego engine. Programs are compiled once for each version of an organization's rules, and evaluated with a limit
//! of time.

use std::collections::HashMap;
use std::fmt::Display;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use regorus::utils::limits::{ExecutionTimerConfig, PolicyLengthConfig};
use regorus::{Engine, Value};

use crate::domain::OrganizationId;
use crate::domain::policy::rego::{ALLOWING, package};

/// The limit of time of one evaluation. An evaluation of the largest rules takes a few milliseconds.
const TIME_LIMIT: Duration = Duration::from_millis(250);
/// Steps of the evaluation between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(32).expect("not zero");
/// Limits of a module, above what an organization's rules compile to.
const LENGTHS: PolicyLengthConfig = PolicyLengthConfig {
    max_col: NonZeroU32::new(32 * 1024).expect("not zero"),
    max_file_bytes: NonZeroUsize::new(8 * 1024 * 1024).expect("not zero"),
    max_lines: NonZeroUsize::new(200_000).expect("not zero"),
};
/// How many organizations' programs a process keeps.
const KEPT: usize = 64;

/// The rules of an organization, compiled.
#[derive(Debug, Clone)]
pub struct PolicyProgram {
    organization: OrganizationId,
    /// Cloned for each evaluation: clones share the compiled rules.
    engine: Engine,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the rules do not compile: {0}")]
    Compilation(String),
    /// The limit of time is the only way in which the evaluation of compiled rules fails.
    #[error("the evaluation failed: {0}")]
    Evaluation(String),
}

/// The programs that this process has compiled, by organization, each with the version of its rules.
#[derive(Debug, Default)]
pub struct CompiledPolicies(Mutex<HashMap<OrganizationId, (u64, Arc<PolicyProgram>)>>);

impl PolicyProgram {
    pub fn compile(organization: OrganizationId, module: String) -> Result<Self, PolicyError> {
        let mut engine = Engine::new();
        engine.set_policy_length_config(LENGTHS);
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit: TIME_LIMIT,
            check_interval: CHECK_INTERVAL,
        });
        // As in OPA: a function of Rego that does not accept a value is undefined, and its rule does not apply.
        engine.set_strict_builtin_errors(false);
        let parsed = engine.add_policy("rules.rego".to_owned(), module);
        parsed.map_err(|error| PolicyError::Compilation(error.to_string()))?;
        let program = Self { organization, engine };
        // The first evaluation prepares the engine, so that its clones are prepared.
        let mut prepared = program.clone();
        prepared.run(Value::new_object())?;
        Ok(prepared)
    }

    /// The ids of the rules that allow the action of the input, in their order. It blocks the thread, at most for the
    /// limit of time.
    pub fn allowing(&self, input: &serde_json::Value) -> Result<Vec<String>, PolicyError> {
        let input = Value::from_json_str(&input.to_string()).map_err(failure)?;
        let allowing = self.clone().run(input)?;
        let ids = allowing.as_set().map_err(failure)?.iter();
        ids.map(|id| Ok(id.as_string().map_err(failure)?.to_string())).collect()
    }

    fn run(&mut self, input: Value) -> Result<Value, PolicyError> {
        self.engine.set_input(input);
        let rule = format!("data.{}.{ALLOWING}", package(self.organization));
        let result = self.engine.eval_rule(rule);
        match result.map_err(failure)? {
            Value::Undefined => Ok(Value::new_set()),
            value => Ok(value),
        }
    }
}

fn failure(error: impl Display) -> PolicyError {
    PolicyError::Evaluation(error.to_string())
}

impl CompiledPolicies {
    pub fn find(&self, organization: OrganizationId, version: u64) -> Option<Arc<PolicyProgram>> {
        let programs = self.programs();
        let (compiled, program) = programs.get(&organization)?;
        (*compiled == version).then(|| Arc::clone(program))
    }

    pub fn keep(&self, organization: OrganizationId, version: u64, program: &Arc<PolicyProgram>) {
        let mut programs = self.programs();
        if programs.len() >= KEPT {
            programs.clear();
        }
        programs.insert(organization, (version, Arc::clone(program)));
    }

    fn programs(&self) -> MutexGuard<'_, HashMap<OrganizationId, (u64, Arc<PolicyProgram>)>> {
        // A map is never half-written, so it is valid even after a panic elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::policy::rego::module;
    use crate::domain::{Conditions, EffectiveRule, PolicyRule};

    const ORGANIZATION: OrganizationId = OrganizationId::from_bytes([7; 16]);

    fn rule(id: &str, conditions: &Value) -> EffectiveRule {
        let source = conditions.as_object().expect("an object").clone();
        EffectiveRule {
            id: id.to_owned(),
            rule: PolicyRule {
                resource: "document".to_owned(),
                action: "read".to_owned(),
                conditions: Conditions::parse(source).expect("conditions"),
            },
        }
    }

    fn program(rules: &[EffectiveRule]) -> PolicyProgram {
        PolicyProgram::compile(ORGANIZATION, module(ORGANIZATION, rules)).expect("a program")
    }

    fn holds(conditions: &Value) -> bool {
        let input = json!({
            "resource": "document", "action": "read",
            "user": {"id": "u1", "role": "ADMIN", "verified": true, "app_roles": ["editor", "viewer"]},
            "context": {
                "resourceAttributes": {"status": "active", "size": 10, "tags": ["a"], "none": null, "day": "2026-02-01"},
                "contextAttributes": {"a \"quoted\"\n\\name": "x"},
            },
        });
        !program(&[rule("r", conditions)])
            .allowing(&input)
            .expect("an answer")
            .is_empty()
    }

    #[test]
    fn each_operator_compares_as_documented() {
        for (test, expected) in [
            (json!({"status": "active"}), true),
            (json!({"status": "passive"}), false),
            (json!({"status": ["passive", "active"]}), true),
            (json!({"status": []}), false),
            (json!({"status": {"eq": "active"}}), true),
            (json!({"status": {"ne": "active"}}), false),
            (json!({"status": {"ne": "passive"}}), true),
            (json!({"status": {"in": ["active"]}}), true),
            (json!({"status": {"not_in": ["active"]}}), false),
            (json!({"status": {"not_in": ["passive"]}}), true),
            (json!({"status": {"contains": "ctiv"}}), true),
            (json!({"status": {"contains": "x"}}), false),
            (json!({"status": {"starts_with": "act", "ends_with": "ive"}}), true),
            (json!({"status": {"starts_with": "act", "ends_with": "x"}}), false),
            (json!({"tags": {"contains": "a"}}), true),
            (json!({"tags": {"contains": "b"}}), false),
            (json!({"size": 10}), true),
            (json!({"size": 10.0}), true),
            (json!({"size": -10}), false),
            (json!({"size": {"gt": 9, "lt": 11}}), true),
            (json!({"size": {"gt": -1.5e3}}), true),
            (json!({"size": {"gte": 10, "lte": 10}}), true),
            (json!({"size": {"gt": 10}}), false),
            (json!({"size": {"lt": "11"}}), false),
            (json!({"size": {"contains": "1"}}), false),
            (json!({"status": {"gt": 5}}), false),
            (json!({"day": {"gt": "2026-01-31", "lt": "2026-02-02"}}), true),
            (json!({"none": null}), true),
            (json!({"none": {"gt": 1}}), false),
            // A missing attribute meets no test, not even a negative one.
            (json!({"missing": {"ne": "x"}}), false),
            (json!({"missing": {"not_in": ["x"]}}), false),
            (json!({"missing": null}), false),
        ] {
            assert_eq!(holds(&json!({"resourceAttributes": test})), expected, "{test}");
        }
    }

    #[test]
    fn all_conditions_must_hold_and_one_of_the_alternatives() {
        let (yes, no) = (json!({"role": "ADMIN"}), json!({"role": "OWNER"}));
        for (conditions, expected) in [
            (json!({}), true),
            (yes.clone(), true),
            (
                json!({"role": ["OWNER", "ADMIN"], "userAttributes": {"verified": true}}),
                true,
            ),
            (json!({"role": "ADMIN", "userAttributes": {"verified": false}}), false),
            (json!({"userAttributes": {"app_roles": {"contains": "editor"}}}), true),
            (json!({"userAttributes": {"plan": {"ne": "SOLO_FREE"}}}), false),
            (json!({"any": []}), false),
            (json!({"any": [yes.clone(), no.clone()]}), true),
            (json!({"any": [no.clone(), no.clone()]}), false),
            (json!({"any": [no.clone(), {"any": [no.clone(), yes.clone()]}]}), true),
            (
                json!({"any": [{"any": []}, {"role": "ADMIN", "any": [no.clone()]}]}),
                false,
            ),
            (json!({"any": [yes.clone(), {}], "role": "OWNER"}), false),
            (json!({"roles": "ADMIN"}), false),
            (json!({"role": "ADMIN", "userAttributes": {"department": "IT"}}), false),
            (json!({"contextAttributes": {"a \"quoted\"\n\\name": "x"}}), true),
        ] {
            assert_eq!(holds(&conditions), expected, "{conditions}");
        }
    }

    #[test]
    fn texts_of_rules_are_never_code() {
        for text in [
            "\" } allow if { true",
            "x\"\n}\nallow := true\n",
            "\\",
            "\u{2028}`${}%",
            "input.user.role",
        ] {
            assert!(
                !holds(&json!({"role": text, "contextAttributes": {text: {"ne": text}}})),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_rules_that_allow_an_action_are_named() {
        let mut other = rule("other", &json!({}));
        other.rule.action = "write".to_owned();
        let rules = [
            rule("b", &json!({})),
            rule("a", &json!({"role": "ADMIN"})),
            rule("c", &json!({"role": "X"})),
            other,
        ];
        let input = json!({"resource": "document", "action": "read", "user": {"role": "ADMIN"}, "context": {}});
        assert_eq!(program(&rules).allowing(&input).expect("an answer"), ["a", "b"]);
        let nothing = program(&[]).allowing(&input).expect("an answer");
        assert!(nothing.is_empty());
    }

    #[test]
    fn the_largest_rules_are_evaluated() {
        let alternatives: Vec<_> = (0..31).map(|at| json!({"role": {"ne": at}})).collect();
        let rules: Vec<_> = (0..100)
            .map(|at| rule(&format!("r{at}"), &json!({"any": alternatives, "role": "NONE"})))
            .collect();
        let input = json!({"resource": "document", "action": "read", "user": {"role": "ADMIN"}, "context": {}});
        let mut program = program(&rules);
        // A machine that is busy must not decide.
        program.engine.set_execution_timer_config(ExecutionTimerConfig {
            limit: Duration::from_mins(1),
            check_interval: CHECK_INTERVAL,
        });
        assert!(program.allowing(&input).expect("an answer").is_empty());
    }

    #[test]
    fn an_evaluation_beyond_the_limit_of_time_fails() {
        let endless = format!(
            "package {}\nimport rego.v1\nallowing contains \"r\" if {{ some a in numbers.range(1, 30000)\n some b in numbers.range(1, 30000)\n input.x == a * b }}",
            package(ORGANIZATION)
        );
        let failed = PolicyProgram::compile(ORGANIZATION, endless).map(drop);
        assert!(matches!(failed, Ok(()) | Err(PolicyError::Evaluation(_))), "{failed:?}");
    }

    #[test]
    fn a_program_belongs_to_one_version_of_one_organization() {
        let (programs, program) = (CompiledPolicies::default(), Arc::new(program(&[])));
        programs.keep(ORGANIZATION, 1, &program);
        assert!(programs.find(ORGANIZATION, 1).is_some());
        assert!(programs.find(ORGANIZATION, 2).is_none());
        assert!(programs.find(OrganizationId::from_bytes([8; 16]), 1).is_none());
    }
}
