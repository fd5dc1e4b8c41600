//! Why a list of administrators is refused: what an index cannot serve is bounded.

use crate::domain::listing::TooDeep;
use crate::operations::prelude::*;

/// How many matches of a search are read.
pub(in crate::operations) const MOST_MATCHES: usize = 1000;

refusals! {
    pub enum AdminListError {
        TooManyMatches: Limit = "the search matches more records than a list reads",
        /// See [`Reading`](crate::domain::listing::Reading).
        TooDeep: Limit = "the page is too far from both ends of the list",
    }
}

impl From<TooDeep> for AdminListError {
    fn from(_: TooDeep) -> Self {
        Self::TooDeep
    }
}
