//! A small network that always gives the same responses, except that one list fails at first.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use lookalike::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation};
use lookalike::networks::{Limits, Network, NetworkError, Resolved};

use crate::ledger::fixture::profile;

static CREATED: AtomicU64 = AtomicU64::new(0);

pub(super) struct SmallNetwork {
    pub(super) name: NetworkName,
    asked: Mutex<Vec<String>>,
}

impl SmallNetwork {
    /// Requests in progress are recorded by network, for the whole process: each network here has a name of its own.
    pub(super) fn new() -> Self {
        let number = CREATED.fetch_add(1, Ordering::SeqCst);
        Self {
            name: NetworkName::new(&format!("scripted-{number}")),
            asked: Mutex::default(),
        }
    }

    /// Records a request; returns how often it was made before.
    fn ask(&self, request: String) -> usize {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|other| **other == request).count();
        asked.push(request);
        before
    }

    pub(super) fn requests(&self) -> u64 {
        self.asked.lock().unwrap().len() as u64
    }
}

#[async_trait]
impl Network for SmallNetwork {
    fn name(&self) -> NetworkName {
        self.name.clone()
    }

    fn limits(&self) -> Limits {
        Limits {
            page: 4,
            followers_page: 4,
            largest_page: 40,
            longest_id: 64,
            profiles_at_once: 2,
            lists_tell_profiles: false,
            suggests: false,
            searches: false,
        }
    }

    fn remaining(&self) -> Option<u64> {
        None
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        self.ask(format!("resolve {handle}"));
        Ok(Resolved::Account(Account {
            id: AccountId::new("500"),
            handle: Handle("nasa".into()),
        }))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        self.ask(format!("profiles {ids:?}"));
        let known = ids.iter().filter(|id| id.as_str() != "25");
        let found = known.map(|id| match id.as_str() {
            "500" => profile("500", "nasa", 7),
            id => {
                let followers = id.trim_start_matches("did:").parse();
                profile(id, &format!("handle{id}"), followers.unwrap())
            }
        });
        Ok(found.collect())
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        match relation {
            Relation::Followers => {
                self.ask(format!("followers {id} {cursor:?}"));
                match cursor.map(|cursor| cursor.0.as_str()) {
                    None => page(&["11", "12", "13"], Some("p2")),
                    Some("p2") => page(&["14", "15", "12"], Some("p3")),
                    _ => page(&["16"], None),
                }
            }
            Relation::Following => {
                let before = self.ask(format!("following {id} {cursor:?}"));
                match (id.as_str(), cursor.map(|cursor| cursor.0.as_str())) {
                    ("11", None) => page(&["500", "21", "22"], Some("p2")),
                    ("11", Some("p2")) => page(&["22", "23"], Some("p3")),
                    ("11", _) => page(&["24", "did:25"], None),
                    ("12", _) => Err(NetworkError::Private),
                    ("13", _) if before == 0 => Err(NetworkError::Temporary("broken".into())),
                    ("13", _) => page(&["500", "21", "25"], None),
                    ("14", None) => page(&["21", "24"], Some("p2")),
                    ("14", _) => page(&["22", "25"], None),
                    ("15", _) => Err(NetworkError::NotFound),
                    _ => page(&["500", "22", "21", "26", "did:25"], None),
                }
            }
        }
    }
}

fn page(ids: &[&str], next: Option<&str>) -> Result<Page, NetworkError> {
    let accounts = ids.iter().map(|id| Account {
        id: AccountId::new(*id),
        handle: Handle(format!("handle{id}")),
    });
    Ok(Page {
        accounts: accounts.collect(),
        next: next.map(|next| Cursor(next.into())),
        ..Page::default()
    })
}
