//! The requests that are being answered, by route, so that a stop can wait for them and name those that it cuts off.

use std::collections::BTreeMap;
use std::fmt;

use tokio::sync::watch;

/// A count for each route that has requests. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(watch::Sender<BTreeMap<String, usize>>);

/// One request in flight, until this is dropped.
#[derive(Debug)]
pub(super) struct Entry {
    in_flight: InFlight,
    route: String,
}

/// The service stopped before it had answered these requests.
#[derive(Debug, thiserror::Error)]
pub struct CutOff(BTreeMap<String, usize>);

impl InFlight {
    pub(super) fn enter(&self, route: String) -> Entry {
        self.0
            .send_modify(|routes| *routes.entry(route.clone()).or_default() += 1);
        Entry {
            in_flight: self.clone(),
            route,
        }
    }

    /// Returns when no request is in flight.
    pub(crate) async fn wait_until_empty(&self) {
        // The sender lives as long as this, so waiting does not fail.
        let _ = self.0.subscribe().wait_for(BTreeMap::is_empty).await;
    }

    /// An error that names the requests in flight, if there are any.
    pub(crate) fn expect_empty(&self) -> Result<(), CutOff> {
        let routes = self.0.borrow().clone();
        if routes.is_empty() { Ok(()) } else { Err(CutOff(routes)) }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.in_flight.0.send_modify(|routes| {
            if let Some(count) = routes.get_mut(&self.route) {
                *count -= 1;
            }
            routes.retain(|_, count| *count > 0);
        });
    }
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes = self.0.iter().map(|(route, count)| format!("{count} {route}"));
        let routes = routes.collect::<Vec<_>>().join(", ");
        write!(f, "requests cut off: {} ({routes})", self.0.values().sum::<usize>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_are_counted_by_route_until_they_end() {
        let in_flight = InFlight::default();
        let entries = ["POST /a", "POST /a", "GET /b"].map(|route| in_flight.enter(route.to_owned()));
        let cut_off = in_flight.expect_empty().expect_err("three requests");
        assert_eq!(cut_off.to_string(), "requests cut off: 3 (1 GET /b, 2 POST /a)");
        let waiting = tokio::spawn({
            let in_flight = in_flight.clone();
            async move { in_flight.wait_until_empty().await }
        });
        drop(entries);
        waiting.await.expect("it ends");
        in_flight.expect_empty().expect("no request");
    }
}
