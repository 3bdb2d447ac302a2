//! Random outputs of tasks, by stage.

use lookalike::clock::Clock;
use lookalike::ledger::ListState;
use lookalike::model::{
    AccountId, Cursor, Facts, Hints, KnownLists, Lease, ListEnd, NewTask, Onward, Refusal,
    Relation, StageName, Subject, TaskOutput, Unreadable,
};
use rand::Rng;
use rand_pcg::Pcg64Mcg;

use crate::ledger::fixture::{
    TestLedger, account_task, candidate, ids, opening, order, profile, profiles,
};
use crate::rankings::{ranking, shortlist};

pub(super) fn pick<'a, T>(rng: &mut Pcg64Mcg, all: &'a [T]) -> &'a T {
    &all[rng.random_range(0..all.len())]
}

/// Returns a random output of a task.
pub(super) fn random_output(test: &TestLedger, lease: &Lease, rng: &mut Pcg64Mcg) -> TaskOutput {
    let task = &lease.task;
    let Some(crawl) = test.ledger.crawl(task.crawl).unwrap() else {
        return TaskOutput::of(Facts::Nothing);
    };
    let some_ids = |rng: &mut Pcg64Mcg, from: u32| -> Vec<AccountId> {
        let ids = (from..from + 8).filter(|_| rng.random_ratio(1, 2));
        ids.map(|id| AccountId::new(id.to_string())).collect()
    };
    if rng.random_ratio(1, 40) {
        return TaskOutput::of(Facts::Refused(Refusal::Private));
    }
    match task.queue.stage {
        StageName::Verify if rng.random_ratio(1, 4) => TaskOutput {
            facts: Facts::Nothing,
            follow_ups: vec![account_task(AccountId::new("500"))],
        },
        StageName::Verify => {
            let account = match crawl.handle.0.to_lowercase().as_str() {
                "a" | "a2" => "500",
                "b" => "600",
                _ => "700",
            };
            let handle = crawl.handle.0.chars().next().unwrap().to_string();
            TaskOutput::of(Facts::Account(profile(account, &handle, 90)))
        }
        StageName::Followers => {
            let more = rng.random_ratio(1, 2);
            TaskOutput {
                facts: Facts::Followers {
                    lost: 0,
                    ids: some_ids(rng, 10),
                    end: (!more).then_some(ListEnd::Complete),
                    hints: Hints::default(),
                },
                follow_ups: opening(usize::from(more)),
            }
        }
        StageName::Subscriptions => match &task.subject {
            Subject::Account(follower) => of_follower(test, &crawl, follower, rng),
            _ if crawl.reading_order.is_none() => {
                order(&test.ledger.listed_followers(&crawl).unwrap())
            }
            // Some of them at a time.
            _ => {
                let followers = test.ledger.reading_order(&crawl, 0..usize::MAX).unwrap();
                let from = crawl.planned as usize;
                let to = followers.len().min(from + rng.random_range(1..4));
                TaskOutput {
                    facts: Facts::Planned(u32::try_from(to).unwrap()),
                    follow_ups: followers[from..to]
                        .iter()
                        .cloned()
                        .map(account_task)
                        .collect(),
                }
            }
        },
        StageName::Aggregate => {
            let all = [candidate("21", 3), candidate("22", 2), candidate("23", 1)];
            let some = all[..rng.random_range(0..4)].to_vec();
            TaskOutput::of(Facts::Shortlist(shortlist(some)))
        }
        StageName::Profiles => match &task.subject {
            // One task for each candidate that is not fetched.
            Subject::Opening => TaskOutput {
                facts: Facts::Nothing,
                follow_ups: (crawl.profiles_done..crawl.candidates)
                    .map(|_| NewTask {
                        subject: Subject::Accounts(ids(["21"])),
                        cursor: None,
                    })
                    .collect(),
            },
            _ => {
                let id = rng.random_range(21..24).to_string();
                TaskOutput::of(profiles(vec![profile(&id, "x", 5)]))
            }
        },
        StageName::Confirm => match &task.subject {
            Subject::Account(candidate) => of_candidate(test, &crawl, candidate, rng),
            _ => TaskOutput {
                facts: Facts::Confirming(rng.random_range(0..9)),
                follow_ups: (0..rng.random_range(0..3))
                    .map(|_| account_task(some_candidate(rng)))
                    .collect(),
            },
        },
        StageName::Rank => TaskOutput::of(Facts::Ranking(ranking(
            &crawl,
            Vec::new(),
            test.clock.now(),
        ))),
        StageName::Deliver => TaskOutput::of(Facts::Delivered),
    }
}

fn of_follower(
    test: &TestLedger,
    crawl: &lookalike::model::Crawl,
    follower: &AccountId,
    rng: &mut Pcg64Mcg,
) -> TaskOutput {
    let states = (test.ledger).follower_states(crawl, std::slice::from_ref(follower));
    let asked = match states.unwrap().pop() {
        Some(ListState::Read { broken_off, .. }) => {
            return TaskOutput::of(Facts::Known(KnownLists {
                read: 1,
                broken_off: u64::from(broken_off),
                ..KnownLists::default()
            }));
        }
        Some(ListState::Reading { next, .. }) => next,
        _ => None,
    };
    if rng.random_ratio(1, 4) {
        return TaskOutput::of(Facts::Unread {
            follower: follower.clone(),
            why: some_reason(rng),
        });
    }
    // Sometimes a response that was requested before another crawl got further.
    let asked = asked.filter(|_| rng.random_ratio(9, 10));
    let onward = some_onward(rng);
    TaskOutput {
        follow_ups: match onward {
            Onward::Next(_) => vec![account_task(follower.clone())],
            Onward::End(_) => Vec::new(),
        },
        facts: Facts::Following {
            lost: 0,
            follower: follower.clone(),
            ids: ids(["21", "22", "23"]),
            asked,
            onward,
            skip: rng.random_ratio(1, 9),
            profiles: Vec::new(),
        },
    }
}

fn some_onward(rng: &mut Pcg64Mcg) -> Onward {
    match rng.random_range(0..6) {
        0..2 => Onward::Next(Cursor(format!("p{}", rng.random_range(0..3)))),
        2 => Onward::End(ListEnd::Partial),
        _ => Onward::End(ListEnd::Complete),
    }
}

fn some_reason(rng: &mut Pcg64Mcg) -> Unreadable {
    *pick(
        rng,
        &[Unreadable::Private, Unreadable::Gone, Unreadable::GivenUp],
    )
}

fn some_candidate(rng: &mut Pcg64Mcg) -> AccountId {
    AccountId::new(rng.random_range(21..24).to_string())
}

fn of_candidate(
    test: &TestLedger,
    crawl: &lookalike::model::Crawl,
    candidate: &AccountId,
    rng: &mut Pcg64Mcg,
) -> TaskOutput {
    let state = (test.ledger).list_state(crawl, Relation::Followers, candidate);
    let asked = match state.unwrap() {
        ListState::Read { .. } | ListState::Unreadable(_) => return TaskOutput::of(Facts::Nothing),
        ListState::Reading { next, .. } => next,
        ListState::Unknown | ListState::Counted(_) => None,
    };
    if rng.random_ratio(1, 4) {
        return TaskOutput::of(Facts::Unlisted {
            candidate: candidate.clone(),
            why: some_reason(rng),
        });
    }
    let asked = asked.filter(|_| rng.random_ratio(9, 10));
    let onward = some_onward(rng);
    TaskOutput {
        follow_ups: match onward {
            Onward::Next(_) => vec![account_task(candidate.clone())],
            Onward::End(_) => Vec::new(),
        },
        facts: Facts::FollowersOf {
            lost: 0,
            candidate: candidate.clone(),
            ids: ids(["11", "12", "13"]),
            asked,
            onward,
        },
    }
}
