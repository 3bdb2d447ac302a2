//! What a fake serves: a world, under the handles and in the pages of one network.

use std::sync::Arc;

use crate::demo::networks::directory::{Directory, MakeHandle};
use crate::demo::networks::paging::Paging;
use crate::demo::world::{World, WorldAccount};

pub(super) struct Served {
    pub(super) world: Arc<World>,
    pub(super) directory: Directory,
    pub(super) paging: Paging,
    /// The address that the network's paths are appended to.
    pub(super) base: String,
}

impl Served {
    pub(super) fn new(world: Arc<World>, seed: u64, make_handle: MakeHandle, base: String) -> Self {
        Self {
            directory: Directory::new(Arc::clone(&world), make_handle),
            paging: Paging {
                world: Arc::clone(&world),
                seed,
            },
            world,
            base,
        }
    }
}

/// The handle of the world itself.
pub(super) fn same_handle(account: &WorldAccount, _: Option<u64>) -> String {
    account.handle.clone()
}
