//! Search, filter, sort order and pagination of lists: one set of operators and one order of evaluation for all of
//! them. The lists themselves are in `directory` and `member_list`.

use std::cmp::{Ordering, Reverse};

use jiff::Timestamp;

use super::text::text_enum;

/// A field of a list's records by which clients filter and sort.
pub trait ListField: Copy {
    type Record;

    fn of(self, record: &Self::Record) -> Value;

    /// The value by which records are sorted.
    fn sort_key(self, record: &Self::Record) -> Value {
        self.of(record)
    }
}

/// The comparable value of a field. An absent value sorts before all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Absent,
    Flag(bool),
    Time(Timestamp),
    Text(String),
}

/// The comparison of a field with the wanted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
}

text_enum!(Operator {
    Equal => "eq",
    NotEqual => "ne",
    Less => "lt",
    LessOrEqual => "lte",
    Greater => "gt",
    GreaterOrEqual => "gte",
    In => "in",
    NotIn => "not_in",
    Contains => "contains",
    StartsWith => "starts_with",
    EndsWith => "ends_with",
});

impl Operator {
    /// Operators other than `In` and `NotIn` use only the first of the wanted values.
    fn holds(self, value: &Value, wanted: &[Value]) -> bool {
        let first = wanted.first().unwrap_or(&Value::Absent);
        let ordered = |expected: &[Ordering]| *value != Value::Absent && expected.contains(&value.cmp(first));
        let searched = |found: fn(&str, &str) -> bool| match (value, first) {
            (Value::Text(value), Value::Text(part)) => found(value, part),
            _ => false,
        };
        match self {
            Self::Equal => value == first,
            Self::NotEqual => value != first,
            Self::Less => ordered(&[Ordering::Less]),
            Self::LessOrEqual => ordered(&[Ordering::Less, Ordering::Equal]),
            Self::Greater => ordered(&[Ordering::Greater]),
            Self::GreaterOrEqual => ordered(&[Ordering::Greater, Ordering::Equal]),
            Self::In => wanted.contains(value),
            Self::NotIn => !wanted.contains(value),
            Self::Contains => searched(|value, part| value.contains(part)),
            Self::StartsWith => searched(|value, part| value.starts_with(part)),
            Self::EndsWith => searched(|value, part| value.ends_with(part)),
        }
    }
}

/// A condition that every record in the response meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<F> {
    field: F,
    operator: Operator,
    wanted: Vec<Value>,
}

impl<F: ListField> Condition<F> {
    pub fn new(field: F, operator: Operator, wanted: Vec<Value>) -> Self {
        Self {
            field,
            operator,
            wanted,
        }
    }

    /// The field, the operator and the text, if the field is compared with one text.
    pub fn as_text(&self) -> Option<(F, Operator, &str)> {
        match self.wanted.as_slice() {
            [Value::Text(text)] => Some((self.field, self.operator, text)),
            _ => None,
        }
    }

    pub fn holds(&self, record: &F::Record) -> bool {
        self.operator.holds(&self.field.of(record), &self.wanted)
    }
}

/// The part of a list that one response contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub offset: usize,
    pub limit: usize,
}

impl Page {
    pub const ALL: Self = Self {
        offset: 0,
        limit: usize::MAX,
    };

    /// The page with this number. Numbers start at one.
    pub fn numbered(number: usize, limit: usize) -> Self {
        Self {
            offset: number.saturating_sub(1).saturating_mul(limit),
            limit,
        }
    }

    /// The number of records from the start of the list to the end of the page.
    pub fn end(self) -> usize {
        self.offset.saturating_add(self.limit)
    }

    /// The number of pages of this size in a list of `total` records.
    pub fn count(self, total: usize) -> usize {
        total.div_ceil(self.limit.max(1))
    }

    pub fn of<T>(self, records: Vec<T>) -> Vec<T> {
        records.into_iter().skip(self.offset).take(self.limit).collect()
    }
}

/// A part of a list that an index keeps in order: from its start, or backwards from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub backward: bool,
    pub skip: usize,
    pub take: usize,
}

/// The page is too far from both ends of the list.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the page is too far from both ends of the list")]
pub struct TooDeep;

impl Reading {
    /// How many entries of a list are read for one page.
    pub const DEPTH: usize = 10_000;

    /// How to read the page of a list of `total` records. An index has no positions, so a page costs as many entries as
    /// there are from the nearer end of the list to the page.
    pub fn of(page: Page, total: usize) -> Result<Self, TooDeep> {
        if page.offset >= total && page.offset > 0 {
            return Ok(Self {
                backward: false,
                skip: 0,
                take: 0,
            });
        }
        if page.end() <= Self::DEPTH {
            return Ok(Self {
                backward: false,
                skip: page.offset,
                take: page.limit,
            });
        }
        let end = page.end().min(total);
        if total - page.offset <= Self::DEPTH {
            return Ok(Self {
                backward: true,
                skip: total - end,
                take: end - page.offset,
            });
        }
        Err(TooDeep)
    }
}

/// The records of one page, and the number of records on all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    pub records: Vec<T>,
    pub total: usize,
}

/// A query on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<F> {
    pub conditions: Vec<Condition<F>>,
    /// `None` means that the list keeps its default order.
    pub sort_by: Option<F>,
    pub descending: bool,
    pub page: Page,
}

impl<F: ListField> Listing<F> {
    /// A page of the whole list in its default order.
    pub fn unfiltered(page: Page) -> Self {
        Self {
            conditions: Vec::new(),
            sort_by: None,
            descending: false,
            page,
        }
    }

    /// Whether the page can be selected without reading the records after it.
    pub fn is_in_order(&self) -> bool {
        self.conditions.is_empty() && self.sort_by.is_none()
    }

    /// Filters, sorts and pages the records of the whole list. The sort is stable.
    pub fn select(&self, mut records: Vec<F::Record>) -> Listed<F::Record> {
        records.retain(|record| self.conditions.iter().all(|condition| condition.holds(record)));
        match self.sort_by {
            None => {}
            Some(field) if self.descending => records.sort_by_cached_key(|record| Reverse(field.sort_key(record))),
            Some(field) => records.sort_by_cached_key(|record| field.sort_key(record)),
        }
        let total = records.len();
        Listed {
            records: self.page.of(records),
            total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_an_offset_or_a_number() {
        let letters: Vec<char> = ('a'..='g').collect();
        let by_offset = Page { offset: 2, limit: 3 };
        assert_eq!(by_offset.of(letters.clone()), ['c', 'd', 'e']);
        assert_eq!(Page::numbered(1, 3).of(letters.clone()), ['a', 'b', 'c']);
        let last = Page::numbered(3, 3);
        assert_eq!((last.end(), last.count(letters.len())), (9, 3));
        assert_eq!(last.of(letters.clone()), ['g']);
        assert_eq!(Page::numbered(0, 3), Page::numbered(1, 3));
        assert!(Page::numbered(usize::MAX, 3).of(letters.clone()).is_empty());
        assert_eq!(Page::ALL.of(letters.clone()), letters);
    }

    #[test]
    fn a_page_is_read_from_the_nearer_end_of_a_list() {
        let reading = |number, total| Reading::of(Page::numbered(number, 20), total);
        let read = |backward, skip, take| Ok(Reading { backward, skip, take });
        assert_eq!(reading(1, 0), read(false, 0, 20));
        assert_eq!(reading(2, 30), read(false, 20, 20));
        assert_eq!(reading(3, 30), read(false, 0, 0));
        assert_eq!(reading(500, 100_000), read(false, 9980, 20));
        assert_eq!(reading(501, 100_000), Err(TooDeep));
        assert_eq!(reading(5000, 100_000), read(true, 0, 20));
        assert_eq!(reading(4999, 99_990), read(true, 10, 20));
        assert_eq!(reading(5000, 99_990), read(true, 0, 10));
        assert_eq!(reading(usize::MAX, 100_000), read(false, 0, 0));
    }
}
