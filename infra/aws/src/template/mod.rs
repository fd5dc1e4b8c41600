//! Reads `template.yaml`: the routes, the functions with their event sources and policies, and the table.
//!
//! The deployed template is the only list of each; local tools read it through this module. Values that only a
//! deployment can compute (`!Ref`, `!Sub`, `!GetAtt`...) stay unresolved, in their long form.

mod stream_source;
mod table;
mod yaml;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

pub use self::{stream_source::StreamSource, table::Table};

/// Why a template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("the template is not YAML")]
    Yaml(#[from] serde_yaml_ng::Error),
    #[error("the template has no Resources")]
    NoResources,
    #[error("{0} must have a literal RouteKey, and lead through an integration to a function of the template")]
    Route(String),
    #[error(
        "{0} must name its function with !Ref, and its filters must be JSON with lists of plain values and prefixes"
    )]
    EventSource(String),
    #[error("the template must have one AWS::DynamoDB::Table, and has {0}")]
    Tables(usize),
}

/// A SAM template.
#[derive(Clone, Debug)]
pub struct Template {
    resources: BTreeMap<String, Resource>,
    /// `Globals.Function`, which every function inherits.
    function_globals: Value,
    parameters: Value,
    conditions: Value,
}

#[derive(Clone, Debug)]
struct Resource {
    kind: String,
    properties: Value,
}

/// A route of the HTTP API, and the function behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The logical id of the function.
    pub function: String,
    /// In upper case; `ANY` for all methods.
    pub method: String,
    /// `/api/auth/reset-password/{token}`, or `$default`.
    pub path: String,
}

/// The parameter with which the path of a route ends that serves a whole prefix.
const REST: &str = "{proxy+}";

impl Route {
    /// Whether it serves all paths below a prefix.
    pub fn is_prefix(&self) -> bool {
        self.path.ends_with(REST)
    }

    fn covers(&self, method: &str, path: &str) -> bool {
        let is_path = match self.path.strip_suffix(REST) {
            Some(prefix) => path.starts_with(prefix),
            None => path == self.path,
        };
        is_path && (self.method == method || self.method == "ANY")
    }
}

/// A Lambda function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub logical_id: String,
    pub code_uri: Option<String>,
    /// The variables whose values are literals in the template.
    pub environment: BTreeMap<String, String>,
}

impl Template {
    /// The `template.yaml` of this repository, parsed once per process. For tests, each of which creates its table from
    /// it.
    pub fn of_the_service() -> &'static Self {
        static TEMPLATE: LazyLock<Template> =
            LazyLock::new(|| Template::parse(include_str!("../../../../template.yaml")).expect("template.yaml"));
        &TEMPLATE
    }

    pub fn parse(yaml: &str) -> Result<Self, TemplateError> {
        let mut document = yaml::parse(yaml)?;
        let Value::Object(resources) = document["Resources"].take() else {
            return Err(TemplateError::NoResources);
        };
        let resources = resources.into_iter().map(|(logical_id, mut resource)| {
            let kind = resource["Type"].as_str().unwrap_or_default().to_owned();
            (
                logical_id,
                Resource {
                    kind,
                    properties: resource["Properties"].take(),
                },
            )
        });
        Ok(Self {
            resources: resources.collect(),
            function_globals: document["Globals"]["Function"].take(),
            parameters: document["Parameters"].take(),
            conditions: document["Conditions"].take(),
        })
    }

    /// Every route of the HTTP API.
    pub fn routes(&self) -> Result<Vec<Route>, TemplateError> {
        let routes = self.of_kind("AWS::ApiGatewayV2::Route").map(|(logical_id, route)| {
            self.route(&route.properties)
                .ok_or_else(|| TemplateError::Route(logical_id.clone()))
        });
        routes.collect()
    }

    /// The route that API Gateway selects for an operation, whose path may have parameters: the one with its path, or
    /// else the one with the longest prefix of it. The default route is for what is no operation.
    pub fn route_of(&self, method: &str, path: &str) -> Option<Route> {
        let routes = self.routes().ok()?.into_iter();
        routes.filter(|route| route.covers(method, path)).max_by_key(|route| {
            let prefix = route.path.strip_suffix(REST).map(str::len);
            prefix.unwrap_or(usize::MAX)
        })
    }

    fn route(&self, properties: &Value) -> Option<Route> {
        let (method, path) = match properties["RouteKey"].as_str()? {
            default @ "$default" => ("ANY", default),
            key => key.split_once(' ')?,
        };
        let integration = properties["Target"]["Fn::Sub"].as_str()?;
        let integration = integration.strip_prefix("integrations/${")?.strip_suffix('}')?;
        let uri = self.resources.get(integration)?.properties["IntegrationUri"]["Fn::Sub"].as_str()?;
        let (_, function) = uri.split_once("/functions/${")?;
        let (function, _) = function.split_once(".Arn}:live/invocations")?;
        self.resources.contains_key(function).then(|| Route {
            function: function.to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
        })
    }

    /// Every subscription of a function to the table's stream.
    pub fn stream_sources(&self) -> Result<Vec<StreamSource>, TemplateError> {
        let mappings = self.of_kind("AWS::Lambda::EventSourceMapping");
        let sources = mappings.map(|(logical_id, mapping)| {
            StreamSource::from_properties(&mapping.properties)
                .ok_or_else(|| TemplateError::EventSource(logical_id.clone()))
        });
        sources.collect()
    }

    /// Every function, with the properties that it inherits.
    pub fn functions(&self) -> Vec<Function> {
        let inherited = literals(&self.function_globals);
        let functions = self.of_kind("AWS::Serverless::Function").map(|(logical_id, resource)| {
            let mut environment = inherited.clone();
            environment.extend(literals(&resource.properties));
            let code_uri = resource.properties["CodeUri"]
                .as_str()
                .or_else(|| self.function_globals["CodeUri"].as_str());
            Function {
                logical_id: logical_id.clone(),
                code_uri: code_uri.map(str::to_owned),
                environment,
            }
        });
        functions.collect()
    }

    /// The `Policies` of every function, as they are written.
    pub fn policies(&self) -> impl Iterator<Item = (&str, &Value)> {
        let functions = self.of_kind("AWS::Serverless::Function");
        functions.map(|(logical_id, function)| (logical_id.as_str(), &function.properties["Policies"]))
    }

    /// Every parameter that has a default, and the default.
    pub(crate) fn defaults(&self) -> impl Iterator<Item = (String, String)> {
        let parameters = self.parameters.as_object().into_iter().flatten();
        parameters.filter_map(|(name, parameter)| Some((name.clone(), literal(&parameter["Default"])?)))
    }

    pub(crate) fn conditions(&self) -> &Value {
        &self.conditions
    }

    /// The environment variables of all functions, with values that refer to parameters and resources.
    pub(crate) fn references(&self) -> impl Iterator<Item = (&str, &Value)> {
        let functions = self.of_kind("AWS::Serverless::Function");
        let functions = functions.map(|(_, function)| &function.properties);
        let all = std::iter::once(&self.function_globals).chain(functions);
        let variables = all.flat_map(|function| function["Environment"]["Variables"].as_object().into_iter().flatten());
        variables
            .filter(|(_, value)| value.is_object())
            .map(|(name, value)| (name.as_str(), value))
    }

    /// The names of all event buses, as they are written.
    pub(crate) fn event_buses(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.of_kind("AWS::Events::EventBus")
            .map(|(logical_id, bus)| (logical_id.as_str(), &bus.properties["Name"]))
    }

    /// The logical ids of all tables.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        self.of_kind("AWS::DynamoDB::Table")
            .map(|(logical_id, _)| logical_id.as_str())
    }

    /// The values of all parameters of Systems Manager, as they are written.
    pub(crate) fn held_values(&self) -> impl Iterator<Item = (&str, &Value)> {
        let parameters = self.of_kind("AWS::SSM::Parameter");
        parameters.map(|(logical_id, parameter)| (logical_id.as_str(), &parameter.properties["Value"]))
    }

    /// The table, with the given name.
    pub fn table(&self, name: &str) -> Result<Table, TemplateError> {
        let tables: Vec<_> = self.of_kind("AWS::DynamoDB::Table").collect();
        match tables.as_slice() {
            [(_, resource)] => Ok(Table::from_properties(name, &resource.properties)),
            others => Err(TemplateError::Tables(others.len())),
        }
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&String, &Resource)> {
        self.resources.iter().filter(move |(_, resource)| resource.kind == kind)
    }
}

fn literals(function: &Value) -> BTreeMap<String, String> {
    let variables = function["Environment"]["Variables"].as_object().into_iter().flatten();
    variables
        .filter_map(|(name, value)| Some((name.clone(), literal(value)?)))
        .collect()
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
