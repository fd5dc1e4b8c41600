//! The index and the totals behind the lists of administrators.

pub mod rebuild_lists;

pub use rebuild_lists::RebuiltLists;
