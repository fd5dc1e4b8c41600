//! Pages of lists: `page` and `limit` of the query, and `pagination` of the answer.

use serde::Serialize;

use crate::contract::fields::{Fields, Read, ReadBody as _, request};
use crate::domain::listing::{Listed, Page};

request! {
    /// The page that the query asks for.
    pub struct PageQuery {
        page: usize = count("page", 1, usize::MAX, "whole number from 1"),
        limit: usize = count("limit", 20, 100, "whole number from 1 to 100"),
    }
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct Paginated<T> {
    pub data: Vec<T>,
    pub pagination: Pagination,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    pub page: usize,
    pub limit: usize,
    pub total: usize,
    pub total_pages: usize,
}

impl PageQuery {
    pub fn page(&self) -> Page {
        Page::numbered(self.page, self.limit)
    }
}

impl<T> Paginated<T> {
    pub fn of<R>(listed: Listed<R>, query: &PageQuery, shown: impl FnMut(R) -> T) -> Self {
        Self {
            pagination: Pagination {
                page: query.page,
                limit: query.limit,
                total: listed.total,
                total_pages: query.page().count(listed.total),
            },
            data: listed.records.into_iter().map(shown).collect(),
        }
    }
}

/// The page of a query, as one of its fields.
pub(super) fn page(fields: &mut Fields<'_>) -> Read<PageQuery> {
    PageQuery::read(fields)
}

fn count(fields: &mut Fields<'_>, name: &str, default: usize, max: usize, expected: &'static str) -> Read<usize> {
    let Some(text) = fields.optional_string(name)? else {
        return Some(default);
    };
    match text.parse() {
        Ok(count) if (1..=max).contains(&count) => Some(count),
        _ => fields.not_a(name, expected),
    }
}
