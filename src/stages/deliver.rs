//! Hands the answer over to all who wait for it. The sending itself is the outbox's.

use async_trait::async_trait;

use crate::context::Context;
use crate::in_flight::Claims;
use crate::model::{Crawl, Done, Found, StageName, Task};
use crate::networks::Network;
use crate::stages::{Failure, Stage};

pub(super) struct Deliver;

#[async_trait]
impl Stage for Deliver {
    fn name(&self) -> StageName {
        StageName::Deliver
    }

    async fn run(
        &self,
        _cx: &Context,
        _network: &dyn Network,
        _claims: &Claims,
        _crawl: &Crawl,
        _task: &Task,
    ) -> Result<Done, Failure> {
        Ok(Done::found(Found::Delivered))
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task, _why: &Failure) -> Done {
        Done::found(Found::Delivered)
    }
}
