//! Administered records in the `platform` contract: what one kind of them is in requests and responses. The handlers
//! are the same for all kinds.

use serde::Serialize;

use super::failure::Failure;
use super::paging::PageQuery;
use crate::contract::fields::ReadBody;
use crate::domain::listing::Listed;
use crate::domain::{Catalogued, Entry};
use crate::operations::CatalogueError;

/// One kind of records in the words of the document.
pub trait AdministeredRecord: Sized + 'static {
    type Value: Catalogued;
    /// The filters and the page of the list.
    type Query: ReadBody + Send + Sync;
    type Response: Serialize + From<Entry<Self::Value>> + Send;
    type List: Serialize + Send;

    /// The answer to a deletion.
    const DELETED: &'static str;
    /// The refusal of a name that another record has.
    const NAME_TAKEN: &'static str = "Name already exists";

    fn page(query: &Self::Query) -> &PageQuery;

    fn matches(query: &Self::Query, value: &Self::Value) -> bool;

    fn list(listed: Listed<Entry<Self::Value>>, query: &Self::Query) -> Self::List;

    /// A refusal in the words of the kind.
    fn failure(error: CatalogueError) -> Failure {
        match error {
            CatalogueError::NameTaken => Failure::conflict(Self::NAME_TAKEN),
            error => error.into(),
        }
    }
}

/// A kind whose records are stored as requests have them.
pub trait WrittenRecord: AdministeredRecord {
    type Create: ReadBody + Into<Self::Value> + Send;
    /// A partial update. Absent fields keep their values.
    type Update: ReadBody + Send + Sync;

    fn update(value: &mut Self::Value, update: &Self::Update);
}

/// A kind whose records are switched on and off by an operation of its own.
pub trait Toggled: AdministeredRecord {
    fn is_active(value: &mut Self::Value) -> &mut bool;
}
