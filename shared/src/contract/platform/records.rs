//! Administered records in the `platform` contract: what one kind of them is in requests and responses. The handlers
//! are the same for all kinds.

use serde::Serialize;

use super::paging::PageQuery;
use crate::contract::fields::ReadBody;
use crate::domain::listing::Listed;
use crate::domain::{Catalogued, Entry};

/// One kind of records in the words of the document.
pub trait AdministeredRecord: Sized + 'static {
    type Value: Catalogued;
    type Create: ReadBody + Into<Self::Value> + Send;
    /// A partial update. Absent fields keep their values.
    type Update: ReadBody + Send + Sync;
    /// The filters and the page of the list.
    type Query: ReadBody + Send + Sync;
    type Response: Serialize + From<Entry<Self::Value>> + Send;
    type List: Serialize + Send;

    /// The answer to a deletion.
    const DELETED: &'static str;

    fn update(value: &mut Self::Value, update: &Self::Update);

    fn page(query: &Self::Query) -> &PageQuery;

    fn matches(query: &Self::Query, value: &Self::Value) -> bool;

    fn list(listed: Listed<Entry<Self::Value>>, query: &Self::Query) -> Self::List;
}
