//! Routing as by API Gateway: the route with the method and path is used, else the route with any method and the path,
//! else the default route. If several paths match, a literal segment takes precedence over a parameter.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use axum::Router;
use lambda_http::http::Method;
use local_aws::template::Route;

use super::error::GatewayError;
use crate::functions::Routers;

pub(super) const DEFAULT: &str = "$default";
const ANY: &str = "ANY";

pub(super) struct RouteTable {
    by_method: HashMap<String, matchit::Router<Target>>,
    default: Option<Target>,
}

/// The target of a route.
#[derive(Clone)]
pub(super) struct Target {
    /// `GET /api/auth/ok`, or `$default`.
    pub(super) key: String,
    pub(super) router: Router,
}

pub(super) struct Found<'t> {
    pub(super) target: &'t Target,
    pub(super) parameters: BTreeMap<String, String>,
}

impl RouteTable {
    pub(super) fn new(routes: Vec<Route>, functions: &Routers) -> Result<Self, GatewayError> {
        let mut table = Self {
            by_method: HashMap::new(),
            default: None,
        };
        for route in routes {
            match functions.get(&route.function) {
                Some(function) => table.insert(route, function.clone())?,
                None => return Err(GatewayError::NoRouter(route.function)),
            }
        }
        Ok(table)
    }

    fn insert(&mut self, route: Route, router: Router) -> Result<(), GatewayError> {
        if route.path == DEFAULT {
            let key = DEFAULT.to_owned();
            let before = self.default.replace(Target { key, router });
            return before.map_or(Ok(()), |before| Err(GatewayError::Twice(before.key)));
        }
        let key = format!("{} {}", route.method, route.path);
        // `{proxy+}` matches the rest of a path.
        let pattern = match route.path.strip_suffix("+}").and_then(|rest| rest.rsplit_once('{')) {
            Some((before, name)) => format!("{before}{{*{name}}}"),
            None => route.path,
        };
        let paths = self.by_method.entry(route.method).or_default();
        let inserted = paths.insert(
            pattern,
            Target {
                key: key.clone(),
                router,
            },
        );
        inserted.map_err(|error| GatewayError::Unclear {
            key,
            reason: error.to_string(),
        })
    }

    pub(super) fn find(&self, method: &Method, path: &str) -> Option<Found<'_>> {
        let of_method = |method: &str| {
            let found = self.by_method.get(method)?.at(path).ok()?;
            let parameters = found
                .params
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            Some(Found {
                target: found.value,
                parameters: parameters.collect(),
            })
        };
        let default = || {
            self.default.as_ref().map(|target| Found {
                target,
                parameters: BTreeMap::new(),
            })
        };
        of_method(method.as_str()).or_else(|| of_method(ANY)).or_else(default)
    }
}

impl Target {
    /// The pattern of its path; `None` for the default route.
    pub(super) fn path(&self) -> Option<&str> {
        self.key.split_once(' ').map(|(_, path)| path)
    }
}

impl fmt::Debug for RouteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteTable").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(routes: &[(&str, &str)]) -> Result<RouteTable, GatewayError> {
        let functions = Routers::from([("F".to_owned(), Router::new())]);
        let routes = routes.iter().map(|(method, path)| Route {
            function: "F".to_owned(),
            method: (*method).to_owned(),
            path: (*path).to_owned(),
        });
        RouteTable::new(routes.collect(), &functions)
    }

    fn found(table: &RouteTable, method: &Method, path: &str) -> Option<String> {
        let found = table.find(method, path)?;
        let parameters = found.parameters.iter().map(|(name, value)| format!(" {name}={value}"));
        Some(found.target.key.clone() + &parameters.collect::<String>())
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = [
            ("GET", "/a/b"),
            ("GET", "/a/{id}"),
            ("ANY", "/a/{id}"),
            ("GET", "/b/{rest+}"),
            ("ANY", "$default"),
        ];
        let table = table(&routes).expect("routes");
        for (method, path, expected) in [
            (Method::GET, "/a/b", "GET /a/b"),
            (Method::GET, "/a/x", "GET /a/{id} id=x"),
            (Method::POST, "/a/b", "ANY /a/{id} id=b"),
            (Method::GET, "/b/x/y", "GET /b/{rest+} rest=x/y"),
            (Method::POST, "/b/x/y", "$default"),
            (Method::GET, "/a/", "$default"),
            (Method::GET, "/", "$default"),
        ] {
            assert_eq!(
                found(&table, &method, path).as_deref(),
                Some(expected),
                "{method} {path}"
            );
        }
    }

    #[test]
    fn without_a_default_route_nothing_is_found() {
        let table = table(&[("GET", "/a")]).expect("routes");
        assert_eq!(found(&table, &Method::GET, "/b"), None);
    }

    #[test]
    fn invalid_routes_are_named() {
        let refusal = |routes: &[(&str, &str)]| table(routes).expect_err("refused").to_string();
        assert!(refusal(&[("GET", "/a/{x}"), ("GET", "/a/{y}")]).contains("GET /a/{y}"));
        assert_eq!(
            refusal(&[("ANY", "$default"), ("ANY", "$default")]),
            "template.yaml has two routes $default"
        );
        let routes = vec![Route {
            function: "G".to_owned(),
            method: "GET".to_owned(),
            path: "/".to_owned(),
        }];
        let refusal = RouteTable::new(routes, &Routers::new())
            .expect_err("refused")
            .to_string();
        assert_eq!(refusal, "G of template.yaml has routes and no code that serves HTTP");
    }
}
