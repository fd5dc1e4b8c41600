//! One schema of a contract file and the check of a value against it, in JSON Schema draft 2020-12 with `format`
//! asserted.

use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde_json::Value;

/// Where a value leaves its schema, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub pointer: String,
    pub problem: String,
}

impl Mismatch {
    pub fn at(pointer: &str, problem: &str) -> Self {
        Self {
            pointer: pointer.to_owned(),
            problem: problem.to_owned(),
        }
    }

    pub fn whole(problem: &str) -> Self {
        Self::at("", problem)
    }
}

#[derive(Debug)]
pub(super) struct Schema {
    source: Value,
    components: Arc<Value>,
    compiled: OnceLock<Validator>,
}

impl Schema {
    pub fn new(source: Value, components: Arc<Value>) -> Self {
        Self {
            source,
            components,
            compiled: OnceLock::new(),
        }
    }

    pub fn check(&self, value: &Value) -> Result<(), Mismatch> {
        let validator = self.compiled.get_or_init(|| self.compile());
        validator
            .iter_errors(value)
            .next()
            .map_or(Ok(()), |error| Err(sharpest(&error)))
    }

    fn compile(&self) -> Validator {
        let mut schema = self.source.clone();
        // References are written from the root of the file, so the schema becomes a root that has what they lead to.
        if let Value::Object(members) = &mut schema {
            members.insert("components".to_owned(), Value::clone(&self.components));
        }
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        options.build(&schema).expect("a schema of a contract file compiles")
    }
}

/// Of alternatives that all fail, the one that came furthest is the one that was meant.
fn sharpest(error: &ValidationError) -> Mismatch {
    let here = error.instance_path().to_string();
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) = error.kind() else {
        return Mismatch {
            pointer: here,
            problem: error.to_string(),
        };
    };
    let alternatives: Vec<_> = context
        .iter()
        .filter_map(|errors| errors.first())
        .map(sharpest)
        .collect();
    let depth = |pointer: &str| pointer.matches('/').count();
    match alternatives.iter().max_by_key(|mismatch| depth(&mismatch.pointer)) {
        Some(deepest) if depth(&deepest.pointer) > depth(&here) => deepest.clone(),
        _ => {
            let problems: Vec<_> = alternatives.into_iter().map(|mismatch| mismatch.problem).collect();
            Mismatch {
                pointer: here,
                problem: problems.join(", or "),
            }
        }
    }
}
