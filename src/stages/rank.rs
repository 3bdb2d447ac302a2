//! Orders the candidates by how similar their audience is.

use async_trait::async_trait;

use crate::asking::Claims;
use crate::context::Context;
use crate::measures::{Measure, order};
use crate::model::{
    Candidate, Crawl, Done, Found, Overlap, Profile, Ranking, Refusal, Sample, Similar, StageName,
    Task,
};
use crate::networks::Network;
use crate::stages::{Failure, Stage};

pub(super) struct Rank;

#[async_trait]
impl Stage for Rank {
    fn name(&self) -> StageName {
        StageName::Rank
    }

    async fn run(
        &self,
        cx: &Context,
        _network: &dyn Network,
        _claims: &Claims,
        crawl: &Crawl,
        _task: &Task,
    ) -> Result<Done, Failure> {
        let measure = cx.settings.measure();
        let mut rows = Vec::new();
        for candidate in cx.ledger.candidates(crawl)? {
            let profile = cx.ledger.known_profile(crawl, &candidate.id)?;
            rows.extend(profile.and_then(|profile| row(crawl, measure, &candidate, profile)));
        }
        if rows.is_empty() {
            let refusal = match crawl.profiles_done {
                0 => Refusal::NoAnswer,
                _ => Refusal::NothingShared,
            };
            return Ok(Done::found(Found::Refused(refusal)));
        }
        rows.sort_by(order);
        Ok(Done::found(Found::Ranking(Ranking {
            measure: measure.name().to_owned(),
            rows,
            sample: sample(crawl),
            followers: crawl.followers,
            certain: false,
            precision: 1.0,
            requests: 0,
            saved: 0,
            made_at: cx.clock.now(),
        })))
    }

    fn give_up(&self, _crawl: &Crawl, _task: &Task) -> Done {
        Done::found(Found::Refused(Refusal::NothingShared))
    }
}

fn sample(crawl: &Crawl) -> Sample {
    Sample {
        audience: crawl.followers_total(),
        readable: crawl.followers.read,
        read: crawl.followers.read,
    }
}

/// An account whose followers are not counted by its network can't be compared.
fn row(
    crawl: &Crawl,
    measure: &dyn Measure,
    candidate: &Candidate,
    profile: Profile,
) -> Option<Similar> {
    let overlap = Overlap::new(&sample(crawl), candidate.shared, profile.followers?)?;
    Some(Similar {
        id: profile.id,
        handle: profile.handle,
        name: profile.name,
        bio: profile.bio,
        picture: profile.picture,
        followers: overlap.candidate as u64,
        shared: candidate.shared,
        score: measure.score(&overlap),
        sure: false,
    })
}
