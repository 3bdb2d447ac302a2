//! The shelf of social networks. One is a few requests and what its handles look like; pace, retries
//! and meaning are others' business. To add one: add a file, and a line in [`open`].

mod address;
mod bounds;
mod bucket;
mod error;
mod gate;
mod http;
mod instagram;
mod limited;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Clock;
use crate::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Rate};

pub use address::{Address, Mistake, addresses};
pub use bucket::{Bucket, OwnClock};
pub use error::NetworkError;
pub use gate::{Gate, Standing, Trouble};
pub use limited::{Flow, Limited};

/// A social network: each verb is exactly one request.
#[async_trait]
pub trait Network: Send + Sync + 'static {
    fn name(&self) -> NetworkName;

    fn limits(&self) -> Limits;

    /// What one word of a message means to this network.
    fn read(&self, word: &str) -> Word;

    /// Where an account can be looked at.
    fn link(&self, handle: &Handle) -> String;

    /// Requests left in the present window, as the network last told.
    fn remaining(&self) -> Option<u64>;

    /// Finds an account by what people call it.
    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError>;

    /// The profiles of at most [`Limits::profiles_at_once`] accounts; those that can't be had are left
    /// out, or are the error when only one was asked for.
    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError>;

    /// Who follows an account.
    async fn followers(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError>;

    /// Whom an account follows.
    async fn following(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError>;
}

/// What a network gives in one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Accounts in a page of a list, at most.
    pub page: u32,
    pub profiles_at_once: u32,
}

/// What a look-up by handle brings: some networks tell the whole profile at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Account(Account),
    Profile(Profile),
}

/// A word as one network reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Certainly meant as an account of this network: a link to it.
    Link(Handle),
    /// Could be a handle of this network.
    Name(Handle),
    /// A link into this network that names no account, such as a post.
    NoAccount,
    Other,
}

/// The operator's settings of one network.
#[derive(Clone)]
pub struct NetworkSettings {
    pub url: String,
    pub token: String,
    /// The budget of the credential, shared by all stages and crawls.
    pub rate: Rate,
    /// The pause after a refusal that names no time; doubles with each further one up to `max_cool_down`.
    pub min_cool_down: Duration,
    pub max_cool_down: Duration,
    pub timeout: Duration,
}

/// A network and the gate that all requests to it pass.
#[derive(Clone)]
pub struct Entry {
    pub network: Arc<dyn Network>,
    pub gate: Arc<Gate>,
    /// The budget behind the gate.
    pub rate: Rate,
}

/// The networks that are switched on.
#[derive(Clone, Default)]
pub struct Networks {
    entries: BTreeMap<NetworkName, Entry>,
}

/// Makes the clients of all networks that are switched on.
pub fn open(
    settings: &BTreeMap<NetworkName, NetworkSettings>,
    clock: &Arc<dyn Clock>,
) -> Result<Networks, NetworkError> {
    let open = |(name, settings): (&NetworkName, &NetworkSettings)| {
        let network: Arc<dyn Network> = match name.as_str() {
            instagram::NAME => Arc::new(instagram::Instagram::new(settings, clock)?),
            _ => {
                return Err(NetworkError::Unexpected(format!(
                    "there is no network called {name}"
                )));
            }
        };
        let gate = Gate::open(
            settings.rate,
            settings.min_cool_down,
            settings.max_cool_down,
            clock.clone(),
        );
        Ok(Entry {
            network,
            gate,
            rate: settings.rate,
        })
    };
    settings.iter().map(open).collect()
}

impl FromIterator<Entry> for Networks {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let named = |entry: Entry| (entry.network.name(), entry);
        Self {
            entries: entries.into_iter().map(named).collect(),
        }
    }
}

impl Networks {
    pub fn get(&self, name: &NetworkName) -> Option<&Entry> {
        self.entries.get(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &NetworkName> {
        self.entries.keys()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Where an account can be looked at; nothing when its network is switched off.
    pub fn link(&self, network: &NetworkName, handle: &Handle) -> Option<String> {
        self.get(network).map(|entry| entry.network.link(handle))
    }
}

impl std::fmt::Debug for NetworkSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkSettings")
            .field("url", &self.url)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Networks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
