//! The shelf of social networks. One is a few requests and the grammar of its handles; rate limits, retries and meaning
//! are elsewhere. To add one: add a file, and a line in [`KINDS`].

mod addresses;
mod api_client;
mod bluesky;
mod bounds;
mod elsewhere;
mod error;
mod gate;
mod gated;
mod github;
mod health;
mod hosts;
mod http;
mod instagram;
mod lenient;
mod limits;
mod link;
mod mastodon;
mod page_request;
mod pictures;
mod response;
mod ssrf_guard;
mod throttled;
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

pub use addresses::{
    Address, Mistake, addresses, kind_called, looks_like_a_handle, prefixed_account, profile_page,
};
pub use elsewhere::Elsewhere;
pub use error::NetworkError;
pub use gate::Gate;
pub use gated::{Books, Flow, GatedNetwork, Meter};
pub use health::{Health, Trouble};
pub use limits::{FOUND, Limits};
pub use pictures::Pictures;
pub use token_bucket::{GovernorClock, TokenBucket};
pub use traffic::{ANSWERED, OWN_KEY_REFUSED, Traffic};

/// A social network: each method is exactly one request.
#[async_trait]
pub trait Network: Send + Sync + 'static {
    fn name(&self) -> NetworkName;

    fn limits(&self) -> Limits;

    /// Returns the requests left in the present window, as the network last said.
    fn remaining(&self) -> Option<u64>;

    /// Looks up an account by its handle.
    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError>;

    /// Returns the profiles of at most [`Limits::profiles_at_once`] accounts; unavailable ones are left out, or are the
    /// error if only one was requested.
    ///
    /// # Errors
    /// [`NetworkError::Incomplete`] if some may be there that can't be read: fewer are to be requested at once.
    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError>;

    /// Returns one page of an account's followers, or of the accounts that it follows.
    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError>;

    /// Waits for the turn of the same request at a server beside the network's own, which has a budget of its own. `None`,
    /// and without waiting, if there is none for it.
    async fn elsewhere<'a>(
        &'a self,
        _relation: Relation,
        _id: &'a AccountId,
        _cursor: Option<&'a Cursor>,
    ) -> Option<Result<Box<dyn Elsewhere + 'a>, NetworkError>> {
        None
    }

    /// Whether a list was begun at a server beside the network's own, and is read on there.
    fn is_elsewhere(&self, _cursor: Option<&Cursor>) -> bool {
        false
    }

    /// Returns how many lists a second can be begun at servers beside the network's own.
    fn lists_elsewhere(&self) -> f64 {
        0.0
    }

    /// Returns accounts that the network itself considers similar; none, and without a request, if it has no such
    /// function.
    async fn suggested(&self, _id: &AccountId) -> Result<Vec<Account>, NetworkError> {
        Ok(Vec::new())
    }

    /// Returns accounts whose name or handle has these words, the best first; none, and without a request, if it has no
    /// such function.
    async fn search(&self, _words: &str) -> Result<Found, NetworkError> {
        Ok(Found::default())
    }

    /// Returns where people get their own key; `None` if they need none.
    fn keys_from(&self) -> Option<&'static str> {
        None
    }

    /// Returns the same network with another key over the same connections; `None` if people have no keys of their own.
    fn with_key(&self, _key: &str) -> Option<Arc<dyn Network>> {
        None
    }

    /// Returns the same network for a person, if it counts requests by person; `None` if not.
    fn for_asker(&self, _asker: Option<PersonId>) -> Option<Arc<dyn Network>> {
        None
    }

    /// Returns the home server of an account, if it is one of many and does not answer at the moment.
    fn silent_server(&self, _handle: &Handle) -> Option<String> {
        None
    }

    /// Returns the origin of the API server if it alone generates the picture URLs in its responses, so that pictures
    /// may be fetched from there even at a private address. `None` if other servers can supply URLs (SSRF).
    fn picture_origin(&self) -> Option<Origin> {
        None
    }

    /// Returns what a request that has brought this many accounts takes of the budget. More than one if it makes
    /// several requests of the network behind an API, which are what the network counts.
    fn weight(&self, _verb: Verb, _accounts: u64) -> u32 {
        1
    }

    /// Returns a cursor for the same position, with a page of no more accounts than this, if accounts are charged for;
    /// otherwise the cursor as it is.
    fn cap_page(&self, cursor: Option<&Cursor>, _most: u64) -> Option<Cursor> {
        cursor.cloned()
    }

    /// Returns the shortest pause, by its documentation, after a rate limit without a time.
    fn min_pause(&self) -> Duration {
        Duration::ZERO
    }

    /// Looks up an account that no stranger has chosen: the response shows whether the network works and accepts the
    /// key, whether the account is found or not.
    async fn health_check(&self) -> Result<(), NetworkError> {
        let Some(handle) = probe_handle(&self.name()) else {
            return Ok(());
        };
        match self.resolve(&handle).await {
            Err(error) if !error.is_final() => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns the credit of the key; `None`, and without a request, if it costs nothing.
    async fn balance(&self) -> Result<Option<Balance>, NetworkError> {
        Ok(None)
    }
}

/// The kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Resolve,
    Profiles,
    /// A page of followers, or of followed accounts.
    List,
    Suggested,
    Search,
}

/// How far the credit of a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub requests: u64,
}

/// The result of a look-up by handle: some networks return the whole profile at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Account(Account),
    Profile(Profile),
}

/// The accounts that a search has found; of some, little more than the name is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found(pub Vec<Profile>);

/// How a word matches the handles of one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandleMatch {
    /// Certainly an account of this network: a link to it.
    Link(Handle),
    /// Could be a handle of this network.
    Name(Handle),
    /// A handle by its grammar, but people would not take it for one without a hint.
    Unusual(Handle),
    /// A bare name that is a handle here only with the default server or domain appended: meant if people look on this
    /// network first, or if it can be nothing else.
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
    /// What people call it, in lower case: may come before a handle to say that it is meant here, as in `ig:nasa`.
    pub prefixes: &'static [&'static str],
    /// Returns what one word of a message means to it.
    pub read: fn(&str) -> HandleMatch,
    /// Returns the profile page of an account.
    pub link: fn(&Handle) -> String,
    /// `on` or `off`, the default, if no key is needed; the other networks are on if their key is set.
    pub switch: Option<&'static str>,
    /// The setting of the accounts' own servers, after the network's name, if they can be read beside the API.
    pub servers: Option<&'static str>,
    /// The APIs that offer it; the operator chooses one, by default the first.
    pub apis: &'static [Api],
}

/// One API of a network.
pub struct Api {
    pub name: &'static str,
    /// Its URL, unless the operator sets another; empty if it is not one place.
    pub url: &'static str,
    /// Its rate limit, unless the operator sets another.
    pub rate: &'static str,
    /// What it charges for, and the price in dollars unless the operator sets another; `None` if it is free.
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
    /// The key; empty if none is needed.
    pub token: String,
    /// The budget of the credential, shared by all stages and crawls.
    pub rate: Rate,
    /// The pause after a refusal without a time; doubles with each further one up to `max_cool_down`.
    pub min_cool_down: Duration,
    pub max_cool_down: Duration,
    pub timeout: Duration,
    /// `None` if it is free.
    pub price: Option<Price>,
    /// Set if the accounts' own servers are read beside the API: at their addresses if it is empty, or else at this URL,
    /// which stands for all of them.
    pub servers: Option<String>,
}

/// A network and the gate that all requests to it pass.
#[derive(Clone)]
pub struct Entry {
    /// The name of its API.
    pub api: &'static str,
    pub network: Arc<dyn Network>,
    pub gate: Arc<Gate>,
    /// The budget of the gate.
    pub rate: Rate,
    pub price: Option<Price>,
}

/// The networks that are switched on.
#[derive(Clone, Default)]
pub struct Networks {
    entries: Vec<Entry>,
}

/// All networks. If a plain name is possible on several, an earlier one goes first.
pub static KINDS: [Kind; 5] = [
    instagram::KIND,
    bluesky::KIND,
    github::KIND,
    x::KIND,
    mastodon::KIND,
];

/// A handle that exists on every network.
const PROBE: &str = "@nasa";

/// Returns the kind of a network.
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
    /// Returns the same network with another key and its own budget; `None` if people have no keys of their own.
    pub fn with_key(&self, key: &str) -> Option<Self> {
        let network = self.network.with_key(key)?;
        let gate = self.gate.for_another_key(self.rate);
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

    /// Iterates in the order of [`KINDS`].
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Whether requests to a network cost money.
    pub fn charges(&self, name: &NetworkName) -> bool {
        self.get(name).is_some_and(|entry| entry.price.is_some())
    }

    /// Holds all requests back, or lets them go on; includes those with people's own keys.
    pub fn hold(&self, held: bool) {
        self.iter().for_each(|entry| entry.gate.hold(held));
    }

    /// Returns the profile page of an account; `None` if its network is switched off.
    pub fn link(&self, network: &NetworkName, handle: &Handle) -> Option<String> {
        let kind = self.get(network).and_then(|_| kind(network))?;
        Some((kind.link)(handle))
    }
}

/// Returns a handle to look up on a network: that costs one request and shows whether a key works, whether it exists or
/// not.
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
    /// Returns the URL that the API's paths are appended to.
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
