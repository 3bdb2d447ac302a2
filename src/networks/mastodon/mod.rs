//! Mastodon, and servers with its API. There are thousands of servers, and each has complete lists of its own accounts
//! only: an account is looked up at its home server, and identified by its handle there.
//!
//! Shapes: mastodon/documentation, content/en/{methods/accounts,entities/Account,spec/webfinger}.md; limits:
//! mastodon/mastodon, config/initializers/rack_attack.rb. Lists need the server's own number of an account, so the
//! first page of each is an empty one that has looked the number up. Hidden lists come as empty ones. The failure of
//! one server says nothing about the others: see [`crate::networks::hosts`].

mod cursor;
mod entity;
mod errors;
mod handle;
mod html;
mod webfinger;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::clock::Clock;
use crate::model::{
    Account, AccountId, Cursor, Handle, NetworkName, Page, PersonId, Profile, Relation,
};
use crate::networks::hosts::{HostLimits, HostPolicy, Hosts, MOST_OF_A_DOMAIN, RequestInfo};
use crate::networks::http::Http;
use crate::networks::lenient::Items;
use crate::networks::page_request::PageRequest;
use crate::networks::response::HttpResponse;
use crate::networks::ssrf_guard::SsrfGuard;
use crate::networks::{Api, Kind, Limits, Network, NetworkError, NetworkSettings, Resolved};

use cursor::ListCursor;
use entity::{AccountEntity, account_of};
use errors::check;

const NAME: &str = "mastodon";

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "Mastodon",
    prefixes: &["masto", "mastodon", "fedi"],
    switch: Some("off"),
    servers: None,
    read: handle::read,
    link: handle::link,
    apis: &[Api {
        name: "mastodon",
        url: "",
        // All servers together; each has its own limits, which are kept as well.
        rate: "600/m",
        price: None,
        open: |settings, clock| Ok(Box::new(Mastodon::new(settings, clock)?)),
    }],
};

/// Servers are alike: one grants an IP address 300 requests in five minutes, and 300 for later pages in a quarter of an
/// hour. With the burst that is never exceeded.
pub(super) const POLICY: HostPolicy = HostPolicy {
    limits: |_| HostLimits {
        requests: (290, Duration::from_secs(5 * 60)),
        later_pages: Some((290, Duration::from_secs(15 * 60))),
        burst: 10,
    },
    most_of: |_| MOST_OF_A_DOMAIN,
};

/// The largest page; larger requests get as much.
const PAGE: u32 = 80;

/// Large servers that are run independently: a response of either shows that our own connection works. In turns, since
/// each of them may be down.
const LARGE_SERVERS: [&str; 2] = ["mastodon.social", "mstdn.social"];

/// Some software ends a page a little later.
const LARGEST_PAGE: u32 = 100;

/// Bytes of an id, which is a name and a host. The longest in use have about 60; a server may invent any.
const LONGEST_ID: usize = 128;

#[derive(Clone)]
struct Mastodon {
    http: Http,
    /// One server that stands for all of them, each at its own path.
    stand_in: Option<Url>,
    hosts: Arc<Hosts>,
    controls: Arc<AtomicUsize>,
    /// The person the requests are made for.
    asker: Option<PersonId>,
}

impl Mastodon {
    fn new(settings: &NetworkSettings, clock: &Arc<dyn Clock>) -> Result<Self, NetworkError> {
        let stand_in = match settings.url.is_empty() {
            true => None,
            false => Some(settings.base()?),
        };
        let http = match stand_in {
            // The operator named it, and it may be on an internal network.
            Some(_) => Http::new(settings.timeout, clock.clone())?,
            None => Http::guarded(settings.timeout, clock.clone(), SsrfGuard::of_the_system())?,
        };
        Ok(Self {
            http,
            hosts: Arc::new(Hosts::new(
                settings,
                clock.clone(),
                POLICY,
                stand_in.is_none(),
            )),
            stand_in,
            controls: Arc::default(),
            asker: None,
        })
    }

    /// Sends one request about an account to a server, and reads the response.
    async fn ask<T>(
        &self,
        host: &str,
        subject: &str,
        path: &[&str],
        query: &[(&str, &str)],
        read: impl FnOnce(HttpResponse) -> Result<T, NetworkError>,
    ) -> Result<T, NetworkError> {
        let url = self.url(host, path, query)?;
        let info = RequestInfo {
            host,
            subject,
            is_later_page: query.iter().any(|(name, _)| *name == "max_id"),
            by: self.asker,
        };
        let request = async {
            match self.http.fetch(url, &[]).await {
                // The server works; long descriptions are not its fault.
                Err(error @ NetworkError::TooLarge(_)) => Ok(Err(error)),
                answer => answer.and_then(read).map(Ok),
            }
        };
        self.hosts.ask(info, request).await?
    }

    /// Ids come from strangers as well: what is no public name is no server.
    fn url(&self, host: &str, path: &[&str], query: &[(&str, &str)]) -> Result<Url, NetworkError> {
        let host = handle::host(host).ok_or(NetworkError::NotFound)?;
        let mut url = match &self.stand_in {
            Some(url) => url.clone(),
            None => Url::parse(&format!("https://{host}/")).map_err(|_| NetworkError::NotFound)?,
        };
        if let Ok(mut segments) = url.path_segments_mut() {
            let host = self.stand_in.as_ref().map(|_| host.as_str());
            segments.pop_if_empty().extend(host).extend(path);
        }
        url.query_pairs_mut().extend_pairs(query);
        Ok(url)
    }

    async fn look_up(&self, user: &str, host: &str) -> Result<AccountEntity, NetworkError> {
        let path = ["api", "v1", "accounts", "lookup"];
        let read = |answer| check(answer)?.parse::<AccountEntity>();
        let entity = self.ask(host, user, &path, &[("acct", user)], read).await?;
        match entity.is_suspended() {
            true => Err(NetworkError::Suspended),
            false => Ok(entity),
        }
    }

    /// Returns an empty page before the first one of the list. An account that opted out is private, as a follower too.
    async fn begin(
        &self,
        relation: Relation,
        user: &str,
        host: &str,
    ) -> Result<Page, NetworkError> {
        let entity = self.look_up(user, host).await?;
        if entity.is_opted_out(host) {
            return Err(NetworkError::Private);
        }
        if entity.hides(relation) {
            return Err(NetworkError::Hidden);
        }
        if entity.count(relation) == Some(0) {
            return Ok(Page::default());
        }
        let place = ListCursor::first(entity.number())?;
        Ok(Page {
            next: Some(Cursor(place.to_string())),
            ..Page::default()
        })
    }

    async fn page(
        &self,
        relation: Relation,
        host: &str,
        place: &ListCursor,
        size: u32,
    ) -> Result<Page, NetworkError> {
        let list = match relation {
            Relation::Followers => "followers",
            Relation::Following => "following",
        };
        let limit = size.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(place.max_id.as_deref().map(|max_id| ("max_id", max_id)));
        let path = ["api", "v1", "accounts", place.account.as_str(), list];
        let read = |answer| {
            let answer = check(answer)?;
            let link = answer.headers.get("link").cloned();
            Ok((answer.parse::<Items<AccountEntity>>()?, link))
        };
        let (entities, link) = self.ask(host, &place.account, &path, &query, read).await?;
        let is_first = place.max_id.is_none();
        let next = place.next(link.as_deref(), &home_page(host, &path)?);
        let count = entities.items.len() as u64 + entities.lost;
        // Servers name the previous page at least; a proxy has removed the header.
        let is_cut = link.is_none() && count >= size.into();
        if count == 0 && is_first && next == Ok(None) {
            // The server has counted some, or this request would not have been made.
            return Err(NetworkError::Hidden);
        }
        let mut private = Vec::new();
        let accounts = entities.and_then(|entity| {
            let account = entity.account(host)?;
            private.extend(entity.is_opted_out(host).then(|| account.id.clone()));
            Some(account)
        });
        Ok(Page {
            accounts: accounts.items,
            // A server's data about other servers' accounts may be of any age.
            profiles: Vec::new(),
            private,
            lost: accounts.lost,
            wasted: 0,
            broken_off: is_cut || next.is_err(),
            next: next.ok().flatten().map(|next| Cursor(next.to_string())),
        })
    }
}

#[async_trait]
impl Network for Mastodon {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn limits(&self) -> Limits {
        Limits {
            page: PAGE,
            followers_page: PAGE,
            largest_page: LARGEST_PAGE,
            longest_id: LONGEST_ID,
            // Profiles of several servers can't be requested at once.
            profiles_at_once: 1,
            lists_tell_profiles: false,
            suggests: false,
            searches: false,
        }
    }

    fn remaining(&self) -> Option<u64> {
        None
    }

    fn for_asker(&self, asker: Option<PersonId>) -> Option<Arc<dyn Network>> {
        let network = self.clone();
        Some(Arc::new(Self { asker, ..network }))
    }

    fn silent_server(&self, handle: &Handle) -> Option<String> {
        let (_, host) = user_and_host(&handle.0).ok()?;
        self.hosts.is_silent(host).then(|| host.to_owned())
    }

    async fn health_check(&self) -> Result<(), NetworkError> {
        let turn = self.controls.fetch_add(1, Ordering::Relaxed) % LARGE_SERVERS.len();
        let host = LARGE_SERVERS[turn];
        let resource = format!("acct:admin@{host}");
        let path = [".well-known", "webfinger"];
        let url = self.url(host, &path, &[("resource", &resource)])?;
        match self.http.fetch(url, &[]).await {
            Err(error @ NetworkError::Unreachable(_)) => Err(error),
            // Any response shows that the connection works.
            _ => {
                self.hosts.note_connection_works();
                Ok(())
            }
        }
    }

    /// Another server can serve the domain of a handle: WebFinger says which.
    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let (user, host) = user_and_host(&handle.0)?;
        let resource = format!("acct:{user}@{host}");
        let path = [".well-known", "webfinger"];
        let read = |answer| webfinger::home_of(answer, user, host);
        let (user, host) = self
            .ask(host, user, &path, &[("resource", &resource)], read)
            .await?;
        Ok(Resolved::Account(account_of(&user, &host)))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let [id] = ids else {
            let words = format!("{} profiles at once", ids.len());
            return Err(NetworkError::Unexpected(words));
        };
        let (user, host) = user_and_host(id.as_str())?;
        let account: Account = account_of(user, host);
        let entity = self.look_up(user, host).await?;
        Ok(vec![entity.profile(account)])
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let (user, host) = user_and_host(id.as_str())?;
        let Some(cursor) = cursor else {
            return self.begin(relation, user, host).await;
        };
        let page_request = PageRequest::of(Some(cursor), PAGE);
        let place = page_request
            .cursor
            .as_ref()
            .ok_or(NetworkError::BadCursor)?;
        let place = ListCursor::of(place)?;
        page_request.read(self.page(relation, host, &place, page_request.size).await)
    }
}

/// Returns the name and the server of an account.
fn user_and_host(name: &str) -> Result<(&str, &str), NetworkError> {
    name.split_once('@').ok_or(NetworkError::NotFound)
}

/// Returns the URL of a list, by what its server calls itself.
fn home_page(host: &str, path: &[&str]) -> Result<Url, NetworkError> {
    let address = format!("https://{host}/{}", path.join("/"));
    Url::parse(&address).map_err(|_| NetworkError::NotFound)
}
