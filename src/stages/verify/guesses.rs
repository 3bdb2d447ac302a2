//! If an account is not found, or only a name is known: the accounts that may be meant. The network is searched where
//! that is free, or agreed to; the profiles that were read before cost nothing anywhere.

use crate::context::Context;
use crate::ledger::CachedProfile;
use crate::model::{By, Crawl, Facts, Guess, NewTask, Profile, Subject, TaskOutput};
use crate::networks::{Found, Network};
use crate::stages::verify::nearness::{Sought, is_near};
use crate::stages::{Failure, run_blocking};
use crate::stores::StoreError;

/// Accounts that are offered.
const OFFERED: usize = 5;

/// Profiles read before that are looked through. That takes a fraction of a second.
const LOOKED_THROUGH: usize = 20_000;

/// Of what a search for a handle finds, accounts that are less near were found for another reason.
const FAR: f64 = 0.5;

/// Returns what is to be done about an account that is not there.
pub(super) async fn not_found(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
) -> Result<TaskOutput, Failure> {
    if may_search(cx, network, crawl) {
        return Ok(TaskOutput {
            facts: Facts::Nothing,
            follow_ups: vec![NewTask::of(Subject::Name)],
        });
    }
    let guesses = likeliest(cx, crawl, Vec::new()).await?;
    Ok(only(guesses))
}

/// Searches for the name. What is found for a handle is an extra that is not worth a retry; for a name it is all that
/// was asked for.
pub(super) async fn search(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
) -> Result<TaskOutput, Failure> {
    let found = match may_search(cx, network, crawl) {
        true => network.search(&crawl.handle.0).await,
        false => Ok(Found::default()),
    };
    let found = match found {
        Ok(Found(found)) => found,
        Err(error) if error.is_final() || crawl.by == By::Handle => {
            tracing::debug!(network = %crawl.network, %error, "nobody of this name");
            Vec::new()
        }
        Err(error) => return Err(error.into()),
    };
    let guesses = likeliest(cx, crawl, found).await?;
    let is_worth_counting = guesses.iter().any(|guess| guess.followers.is_none())
        && network.limits().profiles_at_once as usize >= OFFERED
        && !cx.networks.charges(&crawl.network);
    Ok(match is_worth_counting {
        true => TaskOutput {
            facts: Facts::Nothing,
            follow_ups: vec![NewTask::of(Subject::Guesses(guesses))],
        },
        false => only(guesses),
    })
}

/// Adds how many follow each of the accounts, if that is known or the network says so; that is not worth a retry.
pub(super) async fn count(
    cx: &Context,
    network: &dyn Network,
    crawl: &Crawl,
    guesses: &[Guess],
) -> Result<TaskOutput, Failure> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for guess in guesses {
        match cx.ledger.known_profile(crawl, &guess.id)? {
            CachedProfile::Profile(profile) => known.push(profile),
            _ => unknown.push(guess.id.clone()),
        }
    }
    let fetched = match unknown.is_empty() {
        true => Ok(Vec::new()),
        false => network.profiles(&unknown).await,
    };
    let profiles = fetched.unwrap_or_else(|error| {
        tracing::debug!(network = %crawl.network, %error, "guesses without followers");
        Vec::new()
    });
    let counted = guesses.iter().filter_map(|guess| {
        let mut all = known.iter().chain(&profiles);
        match all.find(|profile| profile.id == guess.id) {
            Some(profile) => is_of_use(profile).then(|| Guess::from(profile.clone())),
            None => Some(guess.clone()),
        }
    });
    let guesses = counted.collect();
    Ok(TaskOutput::of(Facts::NotFound { guesses, profiles }))
}

/// Returns that there is no such account, but these.
pub(super) fn only(guesses: Vec<Guess>) -> TaskOutput {
    TaskOutput::of(Facts::NotFound {
        guesses,
        profiles: Vec::new(),
    })
}

/// Whether the network may be asked: for nothing, or since somebody has agreed to the price.
fn may_search(cx: &Context, network: &dyn Network, crawl: &Crawl) -> bool {
    let is_paid_for = crawl.by == By::NameAtCost || !cx.networks.charges(&crawl.network);
    network.limits().searches && is_paid_for
}

/// Returns the likeliest of the accounts found, and of those read before if these are few.
async fn likeliest(
    cx: &Context,
    crawl: &Crawl,
    found: Vec<Profile>,
) -> Result<Vec<Guess>, Failure> {
    let left_alone = cx.ledger.left_alone(&crawl.network)?;
    let sought = Sought::new(&crawl.handle.0);
    let is_it = |profile: &Profile| profile.handle.0.eq_ignore_ascii_case(&crawl.handle.0);
    let is_offered = move |profile: &Profile| is_of_use(profile) && !left_alone.is(&profile.handle);
    let near = |profile: Profile| (sought.nearness(&profile), profile);
    let mut ranked: Vec<(f64, Profile)> = found
        .into_iter()
        .filter(&is_offered)
        .map(near)
        .filter(|(nearness, _)| crawl.by.is_name() || *nearness >= FAR)
        .collect();
    if ranked.len() < OFFERED {
        for other in read_before(cx, crawl, is_offered).await? {
            if ranked.iter().all(|(_, known)| known.id != other.1.id) {
                ranked.push(other);
            }
        }
    }
    // What was looked up is not there, whatever a search or an old profile says.
    ranked.retain(|(_, profile)| !is_it(profile));
    // The sort is stable: accounts that are equally near stay in the network's order.
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let likeliest = ranked.into_iter().take(OFFERED);
    Ok(likeliest.map(|(_, profile)| profile.into()).collect())
}

/// Returns accounts with a similar name or handle whose profiles were read before, the nearest first.
async fn read_before(
    cx: &Context,
    crawl: &Crawl,
    is_offered: impl Fn(&Profile) -> bool + Send + 'static,
) -> Result<Vec<(f64, Profile)>, Failure> {
    let (ledger, network) = (cx.ledger.clone(), crawl.network.clone());
    let sought = Sought::new(&crawl.handle.0);
    run_blocking(move || {
        let mut near = Vec::new();
        ledger.each_profile(&network, LOOKED_THROUGH, |profile| {
            let nearness = sought.nearness(&profile);
            if is_near(nearness) && is_offered(&profile) {
                near.push((nearness, profile));
                near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
                near.truncate(OFFERED + 1);
            }
        })?;
        Ok::<_, StoreError>(near)
    })
    .await
}

/// Whether a search for accounts like this one may lead anywhere.
fn is_of_use(profile: &Profile) -> bool {
    let is_empty = profile.followers == Some(0) || profile.handle.is_id();
    !(profile.private || profile.opted_out || is_empty)
}
