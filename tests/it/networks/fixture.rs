//! A client of a network and its fake.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::{Clock, SystemClock};
use lookalike::demo::networks::{Directory, FakeKind, FakeNetwork, FakeOptions};
use lookalike::demo::world::{World, WorldAccount};
use lookalike::model::{AccountId, Cursor, Handle, NetworkName, Page, Relation};
use lookalike::networks::{Kind, Network, NetworkError, NetworkSettings, Resolved, kind, open};

const KEY: &str = "key-of-the-contract-77";

/// Accounts of the world: the target, a private one, and one that follows many.
pub(crate) const TARGET: u32 = 0;
pub(crate) const PRIVATE: u32 = 7;
pub(crate) const FOLLOWS_MANY: u32 = 900;

pub(crate) struct NetworkFixture {
    pub(crate) name: String,
    pub(crate) fake: FakeNetwork,
    pub(crate) network: Arc<dyn Network>,
    pub(crate) kind: &'static Kind,
    pub(crate) world: Arc<World>,
    pub(crate) directory: Directory,
}

/// The target is followed by 1 to 430, which are followed by 900.
fn world() -> World {
    let people = (0..=900).map(|number| WorldAccount {
        id: 1_000_000 + number,
        handle: match number {
            0 => "crumb_crust".to_owned(),
            _ => format!("walker{number}"),
        },
        name: format!("Walker {number}"),
        bio: format!("I am number {number}"),
        private: number == u64::from(PRIVATE),
        label: String::new(),
        kind: None,
    });
    let follows: Vec<_> = (1..=430)
        .flat_map(|other| [(other, TARGET), (FOLLOWS_MANY, other)])
        .collect();
    World::new(people.collect(), &follows)
}

impl NetworkFixture {
    pub(crate) async fn of(fake: &'static FakeKind) -> Self {
        let world = Arc::new(world());
        let options = FakeOptions {
            port: 0,
            token: KEY.into(),
            rate: None,
            faults_percent: 0,
            seed: 3,
        };
        let running = fake.start(world.clone(), options).await.unwrap();
        let kind = kind(&NetworkName::new(fake.network)).unwrap();
        let settings = NetworkSettings {
            api: fake.api,
            url: running.url(),
            token: match kind.switch {
                Some(_) => String::new(),
                None => KEY.into(),
            },
            rate: "1000000/h".parse().unwrap(),
            min_cool_down: Duration::from_secs(1),
            max_cool_down: Duration::from_secs(9),
            timeout: Duration::from_secs(10),
            price: None,
            servers: None,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let name = NetworkName::new(fake.network);
        let networks = open(&BTreeMap::from([(name.clone(), settings)]), &clock).unwrap();
        Self {
            name: format!("{} by {}", fake.network, fake.api),
            network: networks.get(&name).unwrap().network.clone(),
            fake: running,
            kind,
            directory: fake.directory(world.clone()),
            world,
        }
    }

    pub(crate) fn handle(&self, index: u32) -> Handle {
        Handle(self.directory.handle(index).to_owned())
    }

    /// Returns the number of an account of the world.
    pub(crate) fn number(&self, index: u32) -> u64 {
        self.world.account(index).id
    }

    /// Returns an account's id on the network.
    pub(crate) async fn id(&self, index: u32) -> AccountId {
        let found = self.look_up(index).await;
        found.unwrap_or_else(|error| panic!("{}: {}: {error}", self.name, self.handle(index)))
    }

    /// Returns this many accounts with their ids. Some of a crowd are always deactivated.
    pub(crate) async fn some_people(&self, count: usize) -> Vec<(u32, AccountId)> {
        let mut people = Vec::new();
        for index in 10.. {
            if people.len() == count {
                break;
            }
            people.extend(self.look_up(index).await.ok().map(|id| (index, id)));
        }
        people
    }

    async fn look_up(&self, index: u32) -> Result<AccountId, NetworkError> {
        let found = self.network.resolve(&self.handle(index)).await?;
        Ok(match found {
            Resolved::Account(account) => account.id,
            Resolved::Profile(profile) => profile.id,
        })
    }

    /// Returns the accounts of a list, page by page, by their index in the world; none twice.
    pub(crate) async fn list(&self, relation: Relation, id: &AccountId) -> BTreeSet<u32> {
        let (mut found, mut ids, mut cursor) = (BTreeSet::new(), BTreeSet::new(), None);
        for _ in 0..200 {
            let page = self.page(relation, id, cursor.as_ref()).await.unwrap();
            for account in page.accounts {
                found.extend(self.directory.find(&account.handle.0));
                assert!(
                    ids.insert(account.id.clone()),
                    "{}: {account:?} again",
                    self.name
                );
            }
            cursor = page.next;
            if cursor.is_none() {
                return found;
            }
        }
        panic!("{}: the list has no end", self.name);
    }

    pub(crate) async fn page(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.network.list(relation, id, cursor).await
    }
}
