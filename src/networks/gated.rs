//! A network as one task sees it: every request passes the gate first, and is counted; every response is brought within
//! bounds.
//!
//! If the network charges, a request is in the books before it is sent, at the price of what is requested. The response
//! corrects that; if it is lost, the price stands.

use std::hash::Hash;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::model::{
    Account, AccountId, CrawlId, Cursor, Handle, NetworkName, Page, PersonId, Profile, Relation,
    Spent,
};
use crate::networks::bounds::Bounded;
use crate::networks::gate::Permit;
use crate::networks::throttled::SubjectHash;
use crate::networks::{
    Balance, Elsewhere, Entry, FOUND, Found, Limits, Network, NetworkError, Resolved, Verb,
};

/// Who or what a request is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    pub crawl: CrawlId,
    /// Its share of the budget against other crawls'.
    pub weight: u32,
    /// Ahead of everything else: a person waits for it.
    pub urgent: bool,
    /// The person who asked for it first.
    pub asker: Option<PersonId>,
}

/// The books of a network that charges.
#[async_trait]
pub trait Books: Send + Sync {
    /// Enters a request that is about to be sent, durably. Returns what is entered, which may be fewer accounts: no
    /// more may be requested. `None` if it may not be sent.
    async fn enter(&self, asked: Spent) -> Option<Spent>;
}

pub struct GatedNetwork {
    entry: Entry,
    flow: Flow,
    meter: Arc<Meter>,
    books: Option<Arc<dyn Books>>,
}

/// Counts requests and what they have spent.
#[derive(Debug, Default)]
pub struct Meter {
    spent: Mutex<Spent>,
    asked: AtomicU64,
    /// A request is on its way into the books, or in flight.
    is_out: AtomicBool,
}

impl Meter {
    /// Returns what was spent so far, as far as is known: a request in flight counts with all it asks for.
    pub fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of requests, without health checks.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether the task can be stopped without a loss.
    pub fn is_idle(&self) -> bool {
        self.asked() == 0 && !self.is_out.load(Ordering::Relaxed)
    }

    fn note_sent(&self, asked: Spent) {
        self.is_out.store(true, Ordering::Relaxed);
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        *spent = *spent + asked;
    }

    fn note_entered(&self, asked: Spent, to: Spent) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        *spent = spent.less(asked) + to;
    }

    fn note_settled(&self, asked: Spent, to: Spent) {
        self.note_entered(asked, to);
        self.is_out.store(false, Ordering::Relaxed);
    }
}

/// What a request asks for.
#[derive(Clone, Copy)]
struct RequestSpec {
    verb: Verb,
    /// At most.
    accounts: u32,
    subject: SubjectHash,
}

impl RequestSpec {
    fn about(verb: Verb, accounts: u32, subject: &(impl Hash + ?Sized)) -> Self {
        Self {
            verb,
            accounts,
            subject: SubjectHash::of(subject),
        }
    }
}

impl GatedNetwork {
    /// Wraps a network that is free, or whose requests are in no books.
    pub fn new(mut entry: Entry, flow: Flow) -> Self {
        if let Some(network) = entry.network.for_asker(flow.asker) {
            entry.network = network;
        }
        Self {
            entry,
            flow,
            meter: Arc::default(),
            books: None,
        }
    }

    /// Adds books that each request is entered into, if the network charges.
    pub fn with_books(mut self, books: Arc<dyn Books>) -> Self {
        self.books = self.entry.price.map(|_| books);
        self
    }

    /// Returns the meter, which still counts when `self` is gone.
    pub fn meter(&self) -> Arc<Meter> {
        self.meter.clone()
    }

    /// Sends a request in its turn; `request` is told how many accounts it may ask for.
    async fn ask<T: Bounded, R: Future<Output = Result<T, NetworkError>> + Send>(
        &self,
        asked: RequestSpec,
        request: impl FnOnce(u64) -> R + Send,
    ) -> Result<T, NetworkError> {
        let permit = self.permit().await?;
        self.ask_with(permit, asked, request).await
    }

    /// Waits for a permit to send a request.
    async fn permit(&self) -> Result<Permit, NetworkError> {
        loop {
            let permit = self.entry.gate.pass(&self.flow).await;
            if !permit.is_health_check() {
                return Ok(permit);
            }
            // Any other outcome is the gate's to judge, which is passed again.
            if self.health_check_with(permit).await == Err(NetworkError::Withheld) {
                return Err(NetworkError::Withheld);
            }
        }
    }

    async fn ask_with<T: Bounded, R: Future<Output = Result<T, NetworkError>> + Send>(
        &self,
        permit: Permit,
        asked: RequestSpec,
        request: impl FnOnce(u64) -> R + Send,
    ) -> Result<T, NetworkError> {
        let counted = |most| {
            self.meter.asked.fetch_add(1, Ordering::Relaxed);
            request(most)
        };
        self.send(permit, asked, counted).await
    }

    /// Waits for the turn of a list at a server beside the network's own, for ever if there is none for it.
    async fn elsewhere<'a>(
        &'a self,
        relation: Relation,
        id: &'a AccountId,
        cursor: Option<&'a Cursor>,
    ) -> Result<Box<dyn Elsewhere + 'a>, NetworkError> {
        self.entry.gate.until_released().await;
        match self.entry.network.elsewhere(relation, id, cursor).await {
            Some(turn) => turn,
            None => std::future::pending().await,
        }
    }

    /// Sends a request whose turn it is at a server beside the network's own. What becomes of it says nothing of the
    /// network, so it is no news to the gate.
    async fn list_elsewhere(&self, turn: Box<dyn Elsewhere + '_>) -> Result<Page, NetworkError> {
        let requests = |requests| Spent {
            requests,
            accounts: 0,
        };
        self.meter.note_sent(requests(1));
        self.meter.asked.fetch_add(1, Ordering::Relaxed);
        let (page, sent) = turn.list().await;
        self.meter.note_settled(requests(1), requests(sent));
        self.entry.gate.count_elsewhere(page.as_ref().err());
        page.and_then(|page| page.bounded(&self.limits()))
    }

    async fn health_check_with(&self, permit: Permit) -> Result<(), NetworkError> {
        let request = |_| self.entry.network.health_check();
        let asked = RequestSpec {
            verb: Verb::Resolve,
            accounts: 1,
            subject: SubjectHash::default(),
        };
        self.send(permit, asked, request).await
    }

    async fn send<T: Bounded, R: Future<Output = Result<T, NetworkError>> + Send>(
        &self,
        permit: Permit,
        RequestSpec {
            verb,
            accounts,
            subject,
        }: RequestSpec,
        request: impl FnOnce(u64) -> R + Send,
    ) -> Result<T, NetworkError> {
        let mut asked = Spent {
            requests: 1,
            accounts: accounts.into(),
        };
        self.meter.note_sent(asked);
        if let Some(books) = &self.books {
            let Some(entered) = books.enter(asked).await else {
                self.meter.note_settled(asked, Spent::default());
                return Err(NetworkError::Withheld);
            };
            self.meter.note_entered(asked, entered);
            asked = entered;
        }
        let answer = request(asked.accounts).await;
        self.meter.note_settled(asked, served(asked, &answer));
        let brought = match &answer {
            Ok(answer) => answer.accounts() as u64,
            Err(error) if error.is_final() => 0,
            // It may have failed at the very end.
            Err(_) => asked.accounts,
        };
        let weight = self.weight(verb, brought);
        let answer = answer.and_then(|answer| answer.bounded(&self.limits()));
        let remaining = self.entry.network.remaining();
        permit.report(answer.as_ref().err(), remaining, weight, subject);
        answer
    }
}

/// Returns what a request has cost, judged by its response.
fn served<T: Bounded>(asked: Spent, answer: &Result<T, NetworkError>) -> Spent {
    match answer {
        Ok(answer) => Spent {
            accounts: answer.accounts() as u64,
            ..asked
        },
        Err(NetworkError::Unreachable(_) | NetworkError::NoFiles) => Spent::default(),
        Err(NetworkError::Garbled(_) | NetworkError::TooLarge(_) | NetworkError::Incomplete(_)) => {
            asked
        }
        Err(_) => Spent {
            accounts: 0,
            ..asked
        },
    }
}

/// Returns what it means if a list can't be read on where it was begun: its rest is lost, unless that passes.
fn read_on(error: NetworkError) -> NetworkError {
    match error {
        NetworkError::HostBusy { .. }
        | NetworkError::HostFailed(_)
        | NetworkError::Unreachable(_)
        | NetworkError::NoFiles => error,
        _ => NetworkError::BadCursor,
    }
}

#[async_trait]
impl Network for GatedNetwork {
    fn name(&self) -> NetworkName {
        self.entry.network.name()
    }

    fn limits(&self) -> Limits {
        self.entry.network.limits()
    }

    fn remaining(&self) -> Option<u64> {
        self.entry.network.remaining()
    }

    fn weight(&self, verb: Verb, accounts: u64) -> u32 {
        self.entry.network.weight(verb, accounts)
    }

    fn min_pause(&self) -> Duration {
        self.entry.network.min_pause()
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        // However it is spelt, it is one account.
        let asked = RequestSpec::about(Verb::Resolve, 1, &handle.0.to_lowercase());
        self.ask(asked, |_| self.entry.network.resolve(handle))
            .await
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let asked = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let request = |_| self.entry.network.profiles(ids);
        self.ask(RequestSpec::about(Verb::Profiles, asked, ids), request)
            .await
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let network = &self.entry.network;
        let page = match relation {
            Relation::Followers => self.limits().followers_page,
            Relation::Following => self.limits().page,
        };
        if network.is_elsewhere(cursor) {
            let turn = self.elsewhere(relation, id, cursor).await;
            return match turn {
                Ok(turn) => self.list_elsewhere(turn).await.map_err(read_on),
                Err(error) => Err(read_on(error)),
            };
        }
        // Whichever is free first takes it.
        let permit = tokio::select! {
            biased;
            permit = self.permit() => permit?,
            Ok(turn) = self.elsewhere(relation, id, cursor) => {
                match self.list_elsewhere(turn).await {
                    Ok(page) => return Ok(page),
                    // The network knows the list as well.
                    Err(_) => self.permit().await?,
                }
            }
        };
        let request = |most| {
            let cursor = network.cap_page(cursor, most);
            async move { network.list(relation, id, cursor.as_ref()).await }
        };
        self.ask_with(permit, RequestSpec::about(Verb::List, page, id), request)
            .await
    }

    async fn suggested(&self, id: &AccountId) -> Result<Vec<Account>, NetworkError> {
        if !self.limits().suggests {
            return Ok(Vec::new());
        }
        let page = self.limits().page;
        let request = |_| self.entry.network.suggested(id);
        self.ask(RequestSpec::about(Verb::Suggested, page, id), request)
            .await
    }

    async fn search(&self, words: &str) -> Result<Found, NetworkError> {
        if !self.limits().searches {
            return Ok(Found::default());
        }
        let asked = RequestSpec::about(Verb::Search, FOUND, &words.to_lowercase());
        self.ask(asked, |_| self.entry.network.search(words)).await
    }

    async fn health_check(&self) -> Result<(), NetworkError> {
        let permit = self.entry.gate.pass(&self.flow).await;
        self.health_check_with(permit.for_health_check()).await
    }

    /// Not counted as the crawl's: what is left costs nothing to know.
    async fn balance(&self) -> Result<Option<Balance>, NetworkError> {
        let permit = self.entry.gate.pass(&self.flow).await;
        let balance = self.entry.network.balance().await;
        let remaining = self.entry.network.remaining();
        permit.report(balance.as_ref().err(), remaining, 1, SubjectHash::default());
        balance
    }
}
