//! Accounts that are not found: the search for who may be meant is a task of its own, and its answers stay.

use lookalike::model::{
    AccountId, By, Facts, Guess, Handle, NewTask, Outcome, Refusal, StageName, Status, Subject,
    TaskOutput,
};

use crate::ledger::fixture::every_store;
use crate::requests::new_analysis;

fn guess(handle: &str) -> Guess {
    Guess {
        id: AccountId::new(handle),
        handle: Handle(handle.into()),
        name: "Luna".into(),
        followers: Some(7),
    }
}

fn not_found(guesses: Vec<Guess>) -> TaskOutput {
    TaskOutput::of(Facts::NotFound {
        guesses,
        profiles: Vec::new(),
    })
}

fn then(subject: Subject) -> TaskOutput {
    TaskOutput {
        facts: Facts::Nothing,
        follow_ups: vec![NewTask::of(subject)],
    }
}

#[tokio::test]
async fn whoever_dies_between_the_look_up_and_the_search_looks_up_nothing_twice() {
    every_store(|mut test| async move {
        let id = test.submit(test.new_analysis(1, "lunna")).await;
        test.complete_next(id, then(Subject::Name)).await;
        test.reopen().await;
        let lease = test.take_lease(id).await;
        assert_eq!(lease.task.subject, Subject::Name, "the look-up is done");
        // The worker dies with the lease; the search alone is repeated.
        test.reopen().await;
        let found = then(Subject::Guesses(vec![guess("luna")]));
        let lease = test.take_lease(id).await;
        assert_eq!(lease.task.subject, Subject::Name);
        test.ledger.complete(&lease, found, 1).await.unwrap();
        test.reopen().await;
        let lease = test.take_lease(id).await;
        let Subject::Guesses(found) = lease.task.subject.clone() else {
            panic!("what was found is there: {lease:?}");
        };
        let done = not_found(found);
        test.ledger.complete(&lease, done, 1).await.unwrap();
        test.reopen().await;
        let analysis = test.analysis(id);
        let outcome = Some(Outcome::Refused(Refusal::NoSuchAccount));
        assert_eq!(analysis.outcome, outcome);
        assert_eq!(analysis.guesses, [guess("luna")]);
        assert_eq!(
            test.crawl(id).status,
            Status::Refused(Refusal::NoSuchAccount)
        );
        assert_eq!(test.crawl(id).requests.verify, 3);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_nobodys_account() {
    every_store(|test| async move {
        let by_name = |person| {
            let mut new = new_analysis(&test.network, person, "luna");
            new.by = By::Name;
            new
        };
        let name = test.submit(by_name(1)).await;
        let account = test.submit(test.new_analysis(1, "luna")).await;
        let other = test.submit(by_name(2)).await;
        let crawls = [name, account, other].map(|id| test.crawl(id).id);
        assert!(crawls[0] < crawls[1] && crawls[1] < crawls[2], "one each");
        let twice = test.submit(by_name(1)).await;
        let running = Some(Outcome::Refused(Refusal::AlreadyRunning(name)));
        assert_eq!(test.analysis(twice).outcome, running);
        test.complete_next(name, not_found(Vec::new())).await;
        assert!(test.crawl(account).is_live());
        let same = test.submit(test.new_analysis(3, "luna")).await;
        assert_eq!(
            test.crawl(same).id,
            test.crawl(account).id,
            "the account is found as before"
        );
        assert_eq!(test.crawl(other).stage, StageName::Verify);
    })
    .await;
}
