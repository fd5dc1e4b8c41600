//! What administrators list and search by key: the index `listing`, and the items of the words of names.
//!
//! The index has an entry of each user (by class and time of creation), of the address of each user, and of each
//! organization and its slug. `USER#WORD#a / word#user` and `ORGANIZATION#WORD#a / word#organization` are items of
//! their own, because a name has several words; they are written in the commit that writes the name. An index only
//! finds: what a response shows of a user is read from the table.

use std::collections::{BTreeSet, VecDeque};

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::is;
use super::identifier;
use super::item::{CorruptItem, Item, Record, number, text};
use super::keys::{self, Key, LISTING, LISTING_KEY, MailList, PARTITION, SORT};
use super::table::{Keys, Page};
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::listing::Reading;
use crate::domain::search::{self, folded, prefix_of_word};
use crate::domain::{LoginName, MailId, Organization, OrganizationId, Region, Slug, User, UserClass, UserId};

const INDEX: Keys = Keys::Index(LISTING, LISTING_KEY);

/// How many more entries than its share one query reads of a partition of several.
const AHEAD: usize = 10;

/// A word of a name. All that it says is in its key.
#[derive(Debug, Serialize, Deserialize)]
struct WordRecord {}

impl Record for WordRecord {
    const KIND: &'static str = "word";
}

/// A partition that is being merged with others.
#[derive(Debug)]
struct Lane {
    partition: String,
    /// The sort keys that were read and not yet taken.
    entries: VecDeque<String>,
    next: Next,
}

#[derive(Debug)]
enum Next {
    Start(Option<Item>),
    End,
}

impl Store {
    /// The ids of the users of these classes, in the order of their creation.
    pub async fn list_users_of(&self, classes: &[UserClass], reading: Reading) -> Result<Vec<UserId>, StoreError> {
        let partitions = classes.iter().flat_map(|class| keys::listed_users(*class));
        self.merged(INDEX, partitions.collect(), reading, parse_id).await
    }

    /// The ids of all organizations that exist, in the order of their creation.
    pub async fn list_organization_ids(&self, reading: Reading) -> Result<Vec<OrganizationId>, StoreError> {
        let partitions = keys::listed_organizations().collect();
        self.merged(INDEX, partitions, reading, parse_id).await
    }

    /// The mails of a Region in one state, each with the time by which it is listed, the earliest first.
    pub(super) async fn list_mails(
        &self,
        list: MailList,
        region: Option<&Region>,
        most: usize,
    ) -> Result<Vec<(Timestamp, MailId)>, StoreError> {
        let partitions = keys::listed_mails(list, region).collect();
        let reading = Reading {
            backward: false,
            skip: 0,
            take: most,
        };
        self.merged(INDEX, partitions, reading, parse_timed_id).await
    }

    /// The ids of all users, in their order.
    pub async fn list_users_by_id(&self, reading: Reading) -> Result<Vec<UserId>, StoreError> {
        let partitions = (0..keys::DIRECTORY_SHARDS).map(keys::directory_shard).collect();
        let keys = Keys::Index(keys::DIRECTORY, PARTITION);
        self.merged(keys, partitions, reading, parse_id).await
    }

    /// The users whose address begins with the term, or a word of whose name does. `None`: there are more than `most`.
    pub async fn search_users(&self, term: &str, most: usize) -> Result<Option<BTreeSet<UserId>>, StoreError> {
        let (emails, words) = (keys::listed_emails(term), keys::user_words(term));
        let word = prefix_of_word(term);
        let queries = [(INDEX, &emails, term), (Keys::Table, &words, word.as_str())];
        self.search(queries, most).await
    }

    /// The users whose address begins with the text. `None`: there are more than `most`.
    pub async fn search_emails(&self, prefix: &str, most: usize) -> Result<Option<BTreeSet<UserId>>, StoreError> {
        let (prefix, partition) = (folded(prefix), keys::listed_emails(&folded(prefix)));
        self.search([(INDEX, &partition, prefix.as_str())], most).await
    }

    /// The organizations whose slug begins with the term, or a word of whose name does. A generated slug is found only
    /// as a whole. `None`: there are more than `most`.
    pub async fn search_organizations(
        &self,
        term: &str,
        most: usize,
    ) -> Result<Option<BTreeSet<OrganizationId>>, StoreError> {
        let (slugs, words) = (keys::listed_slugs(term), keys::organization_words(term));
        let word = prefix_of_word(term);
        let queries = [(INDEX, &slugs, term), (Keys::Table, &words, word.as_str())];
        let Some(mut found) = self.search(queries, most).await? else {
            return Ok(None);
        };
        if let Some(id) = generated_slug(term)
            && self.find_slug(&id.0).await? == Some(id.1)
        {
            found.insert(id.1);
        }
        Ok(Some(found))
    }

    async fn search<T: Ord + std::str::FromStr, const N: usize>(
        &self,
        queries: [(Keys, &String, &str); N],
        most: usize,
    ) -> Result<Option<BTreeSet<T>>, StoreError> {
        let reads = queries.map(|(keys, partition, prefix)| {
            let page = Page {
                prefix,
                ..Page::of(keys, partition)
            };
            self.table.query_up_to(page, most + 1)
        });
        let mut found = BTreeSet::new();
        for (items, (keys, ..)) in try_join_all(reads).await?.into_iter().zip(queries) {
            // There are more of which none was read.
            if items.len() > most {
                return Ok(None);
            }
            for item in items {
                let sort = sort_key(&item, keys)?;
                found.insert(parse_id(&sort).ok_or_else(|| corrupt(&item))?);
            }
        }
        Ok((found.len() <= most).then_some(found))
    }

    /// A part of the entries of several partitions, in the order of their sort keys. Each round reads of all partitions
    /// that ran out of entries at the same time.
    async fn merged<T>(
        &self,
        keys: Keys,
        partitions: Vec<String>,
        reading: Reading,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut lanes: Vec<Lane> = partitions.into_iter().map(Lane::of).collect();
        let end = reading.skip.saturating_add(reading.take);
        let mut taken = Vec::new();
        while taken.len() < end {
            let share = (end - taken.len()).div_ceil(lanes.len().max(1)) + AHEAD;
            let limit = share.min(end - taken.len());
            let reads = lanes
                .iter_mut()
                .filter(|lane| lane.entries.is_empty())
                .map(|lane| self.read_ahead(lane, keys, reading.backward, limit));
            try_join_all(reads).await?;
            lanes.retain(|lane| !lane.entries.is_empty());
            if lanes.is_empty() {
                break;
            }
            // While each lane has an entry, the first of all is among them.
            while taken.len() < end && lanes.iter().all(|lane| !lane.entries.is_empty()) {
                let heads = lanes.iter().enumerate();
                let heads = heads.filter_map(|(at, lane)| Some((lane.entries.front()?, at)));
                let first = if reading.backward { heads.max() } else { heads.min() };
                let Some((_, at)) = first else { break };
                taken.extend(lanes[at].entries.pop_front());
                if lanes[at].entries.is_empty() && matches!(lanes[at].next, Next::End) {
                    lanes.swap_remove(at);
                }
            }
        }
        let mut page: Vec<T> = taken.iter().skip(reading.skip).filter_map(|key| parse(key)).collect();
        if reading.backward {
            page.reverse();
        }
        Ok(page)
    }

    async fn read_ahead(&self, lane: &mut Lane, keys: Keys, descending: bool, limit: usize) -> Result<(), StoreError> {
        let Next::Start(start) = &lane.next else {
            return Ok(());
        };
        let page = Page {
            descending,
            limit: Some(limit),
            ..Page::of(keys, &lane.partition)
        };
        let (items, last) = self.table.query_page(page, start.clone()).await?;
        for item in &items {
            lane.entries.push_back(sort_key(item, keys)?);
        }
        lane.next = last.map_or(Next::End, |last| Next::Start(Some(last)));
        Ok(())
    }
}

impl Lane {
    fn of(partition: String) -> Self {
        Self {
            partition,
            entries: VecDeque::new(),
            next: Next::Start(None),
        }
    }
}

/// The organization whose generated slug the term is.
fn generated_slug(term: &str) -> Option<(Slug, OrganizationId)> {
    let (_, id) = term.split_once('-')?;
    let (slug, id) = (Slug::parse(term).ok()?, OrganizationId::parse(id).ok()?);
    slug.is_generated_for(id).then_some((slug, id))
}

/// Every sort key of a list ends with an id.
fn parse_id<T: std::str::FromStr>(sort: &str) -> Option<T> {
    sort.rsplit_once('#')?.1.parse().ok()
}

/// A sort key that begins with a time.
fn parse_timed_id<T: std::str::FromStr>(sort: &str) -> Option<(Timestamp, T)> {
    let (time, _) = sort.split_once('#')?;
    let at = Timestamp::from_millisecond(time.parse().ok()?).ok()?;
    Some((at, parse_id(sort)?))
}

fn sort_key(item: &Item, keys: Keys) -> Result<String, CorruptItem> {
    let attribute = match keys {
        Keys::Table => SORT,
        Keys::Index(_, sort) => sort,
    };
    let value = item.get(attribute).and_then(|value| value.as_s().ok());
    value.cloned().ok_or_else(|| corrupt(item))
}

fn corrupt(item: &Item) -> CorruptItem {
    CorruptItem {
        kind: "entry of a list",
        key: Key::of(item).map_or_else(|| "?".to_owned(), |key| key.to_string()),
        attribute: LISTING_KEY.to_owned(),
        reason: "does not end with an id".to_owned(),
    }
}

impl Changes {
    /// Writes and deletes words as the name has changed since it was `before`, which is empty for a new user.
    pub(super) fn index_user_name(self, user: &User, before: &str) -> Self {
        self.index_name(before, user.name.as_str(), |word| keys::user_word(word, user.id))
    }

    /// Deletes all words of the user's name.
    pub(super) fn drop_user_name(self, user: &User) -> Self {
        let stored = user.stored.name().unwrap_or(user.name.as_str());
        self.index_name(stored, "", |word| keys::user_word(word, user.id))
    }

    pub(super) fn index_organization_name(self, id: OrganizationId, before: &str, after: &str) -> Self {
        self.index_name(before, after, |word| keys::organization_word(word, id))
    }

    fn index_name(self, before: &str, after: &str, key: impl Fn(&str) -> Key) -> Self {
        if before == after {
            return self;
        }
        let (before, after) = (search::words(before), search::words(after));
        let changes = after.difference(&before).fold(self, |changes, word| {
            changes.with(Write::put(key(word), &WordRecord {}), Conflict::IdTaken)
        });
        before.difference(&after).fold(changes, |changes, word| {
            changes.with(Write::delete(key(word)), Conflict::IdTaken)
        })
    }

    /// Gives the user, the address and the name their entries, as at the creation of the user. It changes nothing else.
    pub fn list_user(mut self, user: &User) -> Self {
        let unchanged = is("version", number(user.stored.version));
        let write = Write::update(keys::user(user.id)).when(unchanged);
        let write = match UserClass::of(user) {
            Some(class) => write
                .listed(&keys::user_entry(class, user.created_at, user.id))
                .set(keys::DIRECTORY, text(keys::directory_of(user.id))),
            None => write.unlisted().remove(keys::DIRECTORY),
        };
        self = self.with(write, Conflict::UserMoved);
        let entry = keys::email_entry(&folded(user.email.as_str()), user.id);
        let email = Write::update(identifier::key(&LoginName::from(&user.email)));
        self = self.with(
            email.listed(&entry).when(is("owner", text(user.id))),
            Conflict::UserMoved,
        );
        self.index_user_name(user, "")
    }

    /// The same for an organization that is not being dissolved.
    pub fn list_organization(self, organization: &Organization) -> Self {
        let (id, slug) = (organization.id, &organization.slug);
        let unchanged = is("slug", text(slug)).and(is("name", text(&organization.name)));
        let write =
            Write::update(keys::organization(id)).listed(&keys::organization_entry(organization.created_at, id));
        let changes = self.with(write.when(unchanged), Conflict::OrganizationMoved);
        let changes = if slug.is_generated_for(id) {
            changes
        } else {
            let write = Write::update(keys::slug(slug)).listed(&keys::slug_entry(slug, id));
            changes.with(write.when(is("organization_id", text(id))), Conflict::OrganizationMoved)
        };
        changes.index_organization_name(id, "", &organization.name)
    }
}
