//! The shelf of social networks. One is a few requests and what its handles look like; pace, retries
//! and meaning are others' business. To add one: add a file, and a line in [`KINDS`].

mod addresses;
mod api_client;
mod bluesky;
mod bounds;
mod error;
mod gate;
mod gated;
mod github;
mod health;
mod http;
mod instagram;
mod lenient;
mod link;
mod mastodon;
mod page_request;
mod pictures;
mod response;
mod ssrf_guard;
mod token_bucket;
mod traffic;
mod x;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use url::{Origin, Url};

use crate::clock::Clock;
use crate::model::{
    Account, AccountId, Cursor, Handle, NetworkName, Page, PersonId, Price, Profile, Rate,
    Relation, Unit,
};

pub use addresses::{Address, Mistake, addresses, kind_called, prefixed_account, profile_page};
pub use error::NetworkError;
pub use gate::Gate;
pub use gated::{Books, Flow, GatedNetwork, Meter};
pub use health::{Health, Trouble};
pub use pictures::Pictures;
pub use token_bucket::{GovernorClock, TokenBucket};
pub use traffic::{ANSWERED, Traffic};

/// A social network: each verb is exactly one request.
#[async_trait]
pub trait Network: Send + Sync + 'static {
    fn name(&self) -> NetworkName;

    fn limits(&self) -> Limits;

    /// Requests left in the present window, as the network last told.
    fn remaining(&self) -> Option<u64>;

    /// Finds an account by what people call it.
    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError>;

    /// The profiles of at most [`Limits::profiles_at_once`] accounts; those that can't be had are left
    /// out, or are the error when only one was asked for.
    ///
    /// # Errors
    /// [`NetworkError::Incomplete`] if some may be there that can't be read: fewer are to be asked for at once.
    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError>;

    /// One page of who follows an account, or of whom it follows.
    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError>;

    /// Accounts that the network itself takes for similar; none where it tells none, which asks nothing.
    async fn suggested(&self, _id: &AccountId) -> Result<Vec<Account>, NetworkError> {
        Ok(Vec::new())
    }

    /// Where people get a key of their own; nothing where nobody needs one.
    fn keys_from(&self) -> Option<&'static str> {
        None
    }

    /// The same, asked by another key over the same connections; nothing where people have no keys of their own.
    fn with_key(&self, _key: &str) -> Option<Arc<dyn Network>> {
        None
    }

    /// The same, asked for somebody, where it is counted what is asked for whom; `None` where it is not.
    fn for_asker(&self, _asker: Option<PersonId>) -> Option<Arc<dyn Network>> {
        None
    }

    /// The server where an account is at home, if it is one of many and does not answer at the moment.
    fn silent_server(&self, _handle: &Handle) -> Option<String> {
        None
    }

    /// The server of its API, if it alone makes up the addresses of pictures that its answers hold: then they
    /// may lead there, wherever the operator has it. Nothing where strangers' servers write any of them, who
    /// could have us knock at every door of it.
    fn picture_origin(&self) -> Option<Origin> {
        None
    }

    /// What a request takes of the budget that has brought so many accounts. More than one where what is asked
    /// makes several requests of each to the network behind it, which are what the network sees.
    fn weight(&self, _verb: Verb, _accounts: u64) -> u32 {
        1
    }

    /// The same place in a list, for no more accounts than this, where it is accounts that are charged for; elsewhere
    /// the place as it is.
    fn cap_page(&self, cursor: Option<&Cursor>, _most: u64) -> Option<Cursor> {
        cursor.cloned()
    }

    /// The least to wait, by its documentation, where it is asked too fast and names no time.
    fn min_pause(&self) -> Duration {
        Duration::ZERO
    }

    /// Asks for somebody whom no stranger has chosen: what comes back shows whether the network works, and takes
    /// the key. Whoever is found, or not, it does.
    async fn health_check(&self) -> Result<(), NetworkError> {
        let Some(handle) = probe_handle(&self.name()) else {
            return Ok(());
        };
        match self.resolve(&handle).await {
            Err(error) if !error.is_final() => Err(error),
            _ => Ok(()),
        }
    }

    /// What the key may still be used for; nothing where it costs nothing, which asks nothing.
    async fn balance(&self) -> Result<Option<Balance>, NetworkError> {
        Ok(None)
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Resolve,
    Profiles,
    /// A page of who follows somebody, or of whom somebody follows.
    List,
    Suggested,
}

/// How far the credit of a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub requests: u64,
}

/// What a network gives in one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Accounts in a page of whom somebody follows, at most.
    pub page: u32,
    /// Accounts in a page of who follows somebody, as a rule.
    pub followers_page: u32,
    /// Accounts that an honest answer never holds more of, even where the size that is asked for is ignored.
    pub largest_page: u32,
    /// Bytes of the longest id of an account.
    pub longest_id: usize,
    pub profiles_at_once: u32,
    /// Lists come with the profiles of those in them.
    pub lists_tell_profiles: bool,
    /// It tells accounts that it takes for similar.
    pub suggests: bool,
}

/// What a look-up by handle brings: some networks tell the whole profile at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Account(Account),
    Profile(Profile),
}

/// A word as one network reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandleMatch {
    /// Certainly meant as an account of this network: a link to it.
    Link(Handle),
    /// Could be a handle of this network.
    Name(Handle),
    /// Is one by its grammar, but nobody would take it for one who is not told so.
    Unusual(Handle),
    /// Is one only with what most of its accounts have behind their names, which is added here: meant where people
    /// look on this network first, or where it can be nothing else.
    Bare(Handle),
    /// A link into this network that names no account, such as a post.
    NoAccount,
    Other,
}

/// A network that can be switched on.
pub struct Kind {
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What people call it, in lower case: may stand before a handle to say that it is meant here, as in `ig:nasa`.
    pub prefixes: &'static [&'static str],
    /// What one word of a message means to it.
    pub read: fn(&str) -> HandleMatch,
    /// Where an account can be looked at.
    pub link: fn(&Handle) -> String,
    /// `on` or `off`, what it is by default, where no key is needed; the others are on when theirs is set.
    pub switch: Option<&'static str>,
    /// The APIs that serve it, of which the operator has chosen one; by default the first.
    pub apis: &'static [Api],
}

/// One way to ask a network.
pub struct Api {
    pub name: &'static str,
    /// Where it is, unless the operator says otherwise; empty where that is not one place.
    pub url: &'static str,
    /// What may be asked of it, unless the operator says otherwise.
    pub rate: &'static str,
    /// What it charges for, and how many dollars for each unless the operator says otherwise; nothing where
    /// it is free.
    pub price: Option<(Unit, &'static str)>,
    open: OpenClient,
}

type OpenClient = fn(&NetworkSettings, &Arc<dyn Clock>) -> Result<Box<dyn Network>, NetworkError>;

/// The operator's settings of one network.
#[derive(Clone)]
pub struct NetworkSettings {
    /// The name of one of its kind's APIs.
    pub api: &'static str,
    pub url: String,
    /// The key; empty where none is needed.
    pub token: String,
    /// The budget of the credential, shared by all stages and crawls.
    pub rate: Rate,
    /// The pause after a refusal that names no time; doubles with each further one up to `max_cool_down`.
    pub min_cool_down: Duration,
    pub max_cool_down: Duration,
    pub timeout: Duration,
    /// Nothing where it is free.
    pub price: Option<Price>,
}

/// A network and the gate that all requests to it pass.
#[derive(Clone)]
pub struct Entry {
    /// The name of the API that serves it.
    pub api: &'static str,
    pub network: Arc<dyn Network>,
    pub gate: Arc<Gate>,
    /// The budget behind the gate.
    pub rate: Rate,
    pub price: Option<Price>,
}

/// The networks that are switched on.
#[derive(Clone, Default)]
pub struct Networks {
    entries: Vec<Entry>,
}

/// All networks that there are. Where a plain name could be meant on several, an earlier one goes first.
pub static KINDS: [Kind; 5] = [
    instagram::KIND,
    bluesky::KIND,
    github::KIND,
    x::KIND,
    mastodon::KIND,
];

/// A name on every network.
const PROBE: &str = "@nasa";

/// The kind of a network.
pub fn kind(name: &NetworkName) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name.as_str())
}

/// Makes the clients of all networks that are switched on.
pub fn open(
    settings: &BTreeMap<NetworkName, NetworkSettings>,
    clock: &Arc<dyn Clock>,
) -> Result<Networks, NetworkError> {
    let open = |(kind, settings): (&Kind, &NetworkSettings)| {
        let api = kind.apis.iter().find(|api| api.name == settings.api);
        let api = api.ok_or_else(|| {
            NetworkError::Unexpected(format!("there is no {} for {}", settings.api, kind.title))
        })?;
        let network: Arc<dyn Network> = Arc::from((api.open)(settings, clock)?);
        let cool_downs = (settings.min_cool_down, settings.max_cool_down);
        let gate = Gate::open(&*network, settings.rate, cool_downs, clock.clone());
        Ok(Entry {
            api: api.name,
            network,
            gate,
            rate: settings.rate,
            price: settings.price,
        })
    };
    let of_kind = |kind: &'static Kind| Some((kind, settings.get(&NetworkName::new(kind.name))?));
    KINDS.iter().filter_map(of_kind).map(open).collect()
}

impl Entry {
    /// The same network by another key, with a budget of its own; nothing where people have no keys.
    pub fn with_key(&self, key: &str) -> Option<Self> {
        let network = self.network.with_key(key)?;
        let gate = self.gate.another(self.rate);
        Some(Self {
            network,
            gate,
            ..self.clone()
        })
    }
}

impl FromIterator<Entry> for Networks {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }
}

impl Networks {
    pub fn get(&self, name: &NetworkName) -> Option<&Entry> {
        self.iter().find(|entry| entry.network.name() == *name)
    }

    pub fn names(&self) -> impl Iterator<Item = NetworkName> {
        self.iter().map(|entry| entry.network.name())
    }

    /// In the order of [`KINDS`].
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Whether what is asked of a network costs money.
    pub fn charges(&self, name: &NetworkName) -> bool {
        self.get(name).is_some_and(|entry| entry.price.is_some())
    }

    /// Lets no request through, or lets them go on; people's own keys included.
    pub fn hold(&self, held: bool) {
        self.iter().for_each(|entry| entry.gate.hold(held));
    }

    /// Where an account can be looked at; nothing when its network is switched off.
    pub fn link(&self, network: &NetworkName, handle: &Handle) -> Option<String> {
        let kind = self.get(network).and_then(|_| kind(network))?;
        Some((kind.link)(handle))
    }
}

/// Somebody to look up, on any network: that costs one request and tells whether a key works, whoever it is.
pub fn probe_handle(network: &NetworkName) -> Option<Handle> {
    match (kind(network)?.read)(PROBE) {
        HandleMatch::Link(handle)
        | HandleMatch::Name(handle)
        | HandleMatch::Unusual(handle)
        | HandleMatch::Bare(handle) => Some(handle),
        HandleMatch::NoAccount | HandleMatch::Other => None,
    }
}

impl NetworkSettings {
    /// The address that the API's paths are appended to.
    fn base(&self) -> Result<Url, NetworkError> {
        Url::parse(&format!("{}/", self.url.trim_end_matches('/')))
            .map_err(|error| NetworkError::Unexpected(format!("the API's address: {error}")))
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
