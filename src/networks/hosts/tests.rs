use chrono::DateTime;

use super::failures::UNREACHABLE_TO_DOUBT;
use super::*;
use crate::clock::ManualClock;
use crate::networks::hosts::host::GIVEN_UP_FOR;
use crate::networks::hosts::quota::MOST_DOMAINS;

const REQUESTS: (u32, Duration) = (290, Duration::from_secs(5 * 60));
const LATER_PAGES: (u32, Duration) = (290, Duration::from_secs(15 * 60));
const BURST: u32 = 10;

const POLICY: HostPolicy = HostPolicy {
    limits: |_| HostLimits {
        requests: REQUESTS,
        later_pages: Some(LATER_PAGES),
        burst: BURST,
    },
    most_of: |_| MOST_OF_A_DOMAIN,
};

const SECOND: Duration = Duration::from_secs(1);

fn hosts(is_paced: bool) -> (Arc<Hosts>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
    let settings = NetworkSettings {
        api: "mastodon",
        url: String::new(),
        token: String::new(),
        rate: "600/m".parse().expect("a rate"),
        min_cool_down: 30 * SECOND,
        max_cool_down: 900 * SECOND,
        timeout: SECOND,
        price: None,
        servers: None,
    };
    let hosts = Hosts::new(&settings, clock.clone(), POLICY, is_paced);
    (Arc::new(hosts), clock)
}

fn unreachable() -> NetworkError {
    NetworkError::Unreachable("refused".into())
}

fn about<'a>(host: &'a str, subject: &'a str) -> RequestInfo<'a> {
    RequestInfo {
        host,
        subject,
        is_later_page: false,
        by: Some(PersonId(1)),
    }
}

async fn fail_for(hosts: &Hosts, info: RequestInfo<'_>, error: NetworkError) -> NetworkError {
    let result = hosts.ask::<()>(info, async { Err(error) }).await;
    result.expect_err("a failure")
}

async fn fail(hosts: &Hosts, name: &str, error: NetworkError) -> NetworkError {
    fail_for(hosts, about(name, "anna"), error).await
}

async fn answers(hosts: &Hosts, name: &str) -> Result<(), NetworkError> {
    hosts.ask(about(name, "anna"), async { Ok(()) }).await
}

fn busy_until(seconds: i64) -> NetworkError {
    NetworkError::HostBusy {
        retry_at: DateTime::from_timestamp(seconds, 0).expect("a time"),
    }
}

#[tokio::test]
async fn a_server_that_is_in_a_hurry_holds_up_nobody_else() {
    let (hosts, clock) = hosts(false);
    let retry_at = DateTime::from_timestamp(90, 0);
    let throttled = NetworkError::Throttled { retry_at };
    assert_eq!(fail(&hosts, "a.example", throttled).await, busy_until(90));
    assert_eq!(answers(&hosts, "a.example").await, Err(busy_until(90)));
    assert_eq!(answers(&hosts, "b.example").await, Ok(()));
    clock.advance(90 * SECOND);
    assert_eq!(answers(&hosts, "a.example").await, Ok(()));
    let never = NetworkError::Throttled {
        retry_at: DateTime::from_timestamp(9_000_000_000, 0),
    };
    let refused = fail(&hosts, "a.example", never).await;
    assert_eq!(refused, busy_until(90 + 3_600), "nobody is believed that");
}

#[tokio::test]
async fn an_account_for_which_its_server_is_always_in_a_hurry_holds_up_nobody_else() {
    let (hosts, clock) = hosts(false);
    let throttled = || NetworkError::Throttled { retry_at: None };
    assert_eq!(
        fail(&hosts, "a.example", throttled()).await,
        busy_until(30),
        "it is believed once"
    );
    clock.advance(30 * SECOND);
    for _ in 0..10 {
        let bob = about("a.example", "bob");
        assert_eq!(hosts.ask(bob, async { Ok(()) }).await, Ok(()));
        let error = fail(&hosts, "a.example", throttled()).await;
        assert!(matches!(error, NetworkError::HostFailed(_)), "{error}");
    }
    for subject in ["bob", "carl", "dora", "emil"] {
        let error = fail_for(&hosts, about("a.example", subject), throttled()).await;
        assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
        clock.advance(900 * SECOND);
    }
    let lost = fail_for(&hosts, about("a.example", "fred"), throttled()).await;
    assert_eq!(lost, NetworkError::HostLost, "all of them: it is its own");
}

#[tokio::test]
async fn an_account_of_a_server_is_one_however_it_is_spelled() {
    let (hosts, clock) = hosts(false);
    let throttled = || NetworkError::Throttled { retry_at: None };
    let error = fail(&hosts, "a.example", throttled()).await;
    assert_eq!(error, busy_until(30));
    clock.advance(30 * SECOND);
    for spelling in ["Anna", "ANNA", "aNNa"] {
        let bob = about("a.example", "bob");
        assert_eq!(hosts.ask(bob, async { Ok(()) }).await, Ok(()));
        let error = fail_for(&hosts, about("a.example", spelling), throttled()).await;
        assert!(matches!(error, NetworkError::HostFailed(_)), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_was_in_a_hurry_for_many_accounts_is_believed_for_none_of_them_again() {
    let (hosts, clock) = hosts(false);
    let throttled = || NetworkError::Throttled { retry_at: None };
    let mut believed = 0;
    for _ in 0..2 {
        for number in 0..150 {
            let subject = format!("user{number}");
            let error = fail_for(&hosts, about("a.example", &subject), throttled()).await;
            believed += usize::from(matches!(error, NetworkError::HostBusy { .. }));
            clock.advance(30 * SECOND);
            let bob = about("a.example", "bob");
            assert_eq!(hosts.ask(bob, async { Ok(()) }).await, Ok(()));
        }
    }
    assert_eq!(believed, 100, "so many are remembered");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_for_hours() {
    let (hosts, clock) = hosts(false);
    let mut now = 0;
    for pause in [0, 30, 60, 120] {
        let error = fail(&hosts, "a.example", unreachable()).await;
        assert_eq!(error, busy_until(now + pause));
        clock.advance(pause as u32 * SECOND);
        now += pause;
    }
    let lost = NetworkError::HostLost;
    let doubt = fail(&hosts, "a.example", unreachable()).await;
    assert_eq!(doubt, unreachable(), "nobody else has answered since");
    hosts.note_connection_works();
    assert_eq!(fail(&hosts, "a.example", unreachable()).await, lost);
    assert_eq!(answers(&hosts, "a.example").await, Err(lost.clone()));
    clock.advance(GIVEN_UP_FOR);
    hosts.note_connection_works();
    assert_eq!(fail(&hosts, "a.example", unreachable()).await, lost);
    clock.advance(GIVEN_UP_FOR);
    assert_eq!(answers(&hosts, "a.example").await, Ok(()));
    let error = fail(&hosts, "a.example", unreachable()).await;
    assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
}

#[tokio::test]
async fn an_account_that_always_fails_is_no_reason_to_give_its_server_up() {
    let (hosts, clock) = hosts(false);
    let broken = NetworkError::Temporary("HTTP 500".into());
    let failed = NetworkError::HostFailed("HTTP 500".into());
    let gone = NetworkError::NotFound;
    assert_eq!(fail(&hosts, "a.example", gone.clone()).await, gone);
    for _ in 0..20 {
        let error = fail(&hosts, "a.example", broken.clone()).await;
        assert_eq!(error, failed);
        assert!(hosts.is_silent("a.example"));
        clock.advance(30 * SECOND);
    }
    assert_eq!(answers(&hosts, "a.example").await, Ok(()));
    assert!(!hosts.is_silent("a.example"));
    for subject in ["anna", "bob", "carl", "dora"] {
        let about = about("a.example", subject);
        assert_eq!(fail_for(&hosts, about, broken.clone()).await, failed);
        clock.advance(900 * SECOND);
    }
    let lost = fail_for(&hosts, about("a.example", "emil"), broken).await;
    assert_eq!(lost, NetworkError::HostLost, "all of them: it is its own");
}

#[tokio::test]
async fn our_own_line_is_doubted_when_nobody_can_be_reached() {
    let (hosts, _) = hosts(false);
    for number in 1..UNREACHABLE_TO_DOUBT {
        let error = fail(&hosts, &format!("{number}.example"), unreachable()).await;
        assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
    }
    for number in 0..9 {
        let name = format!("nx{number}.example");
        let error = fail(&hosts, &name, NetworkError::HostUnknown).await;
        assert_eq!(error, NetworkError::HostUnknown, "it is the name alone");
    }
    for number in 0..9 {
        let error = fail(&hosts, &format!("{number}.1.example"), unreachable()).await;
        assert!(
            matches!(error, NetworkError::HostBusy { .. }),
            "one domain is one subject: {error}"
        );
    }
    let error = fail(&hosts, "z.example", unreachable()).await;
    assert_eq!(error, unreachable());
    assert_eq!(answers(&hosts, "b.example").await, Ok(()));
    let error = fail(&hosts, "z.example", unreachable()).await;
    assert!(matches!(error, NetworkError::HostBusy { .. }), "{error}");
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_not_looked_up_again_and_again() {
    let (hosts, clock) = hosts(false);
    let unknown = NetworkError::HostUnknown;
    assert_eq!(
        fail(&hosts, "nx.example", unknown.clone()).await,
        unknown.clone()
    );
    assert_eq!(answers(&hosts, "nx.example").await, Err(unknown));
    clock.advance(600 * SECOND);
    assert_eq!(answers(&hosts, "nx.example").await, Ok(()));
}

#[tokio::test]
async fn one_person_leaves_servers_to_the_others_of_a_day() {
    let (hosts, clock) = hosts(false);
    for number in 0..MOST_DOMAINS / 4 {
        let name = format!("{number}.example");
        assert_eq!(answers(&hosts, &name).await, Ok(()));
    }
    let spent = NetworkError::HostsSpent;
    assert_eq!(answers(&hosts, "one-more.example").await, Err(spent));
    assert_eq!(answers(&hosts, "0.example").await, Ok(()), "it is known");
    let of_another = RequestInfo {
        by: Some(PersonId(2)),
        ..about("one-more.example", "anna")
    };
    assert_eq!(hosts.ask(of_another, async { Ok(()) }).await, Ok(()));
    clock.advance(DAY);
    assert_eq!(answers(&hosts, "two-more.example").await, Ok(()));
}

#[tokio::test]
async fn a_server_is_asked_one_thing_at_a_time_within_its_limits() {
    let (hosts, clock) = hosts(true);
    let times: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let at_once = Arc::new(Mutex::new(()));
    for _ in 0..700 {
        let (hosts, clock) = (hosts.clone(), clock.clone());
        let (times, at_once) = (times.clone(), at_once.clone());
        tokio::spawn(async move {
            let request = async {
                let _alone = at_once.try_lock().expect("nobody else is asking");
                times.lock().expect("whole").push(clock.elapsed());
                Ok(())
            };
            let info = RequestInfo {
                is_later_page: true,
                ..about("a.example", "anna")
            };
            hosts.ask(info, request).await
        });
    }
    for _ in 0..3_000 {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        clock.advance(SECOND);
    }
    let times = times.lock().expect("whole");
    assert_eq!(times.len(), 700, "all get their turn");
    for (count, window) in [REQUESTS, LATER_PAGES] {
        let limit = (count + BURST) as usize;
        let windows = times.windows(limit + 1);
        let mut spans = windows.map(|asked| asked[limit] - asked[0]);
        assert!(spans.all(|span| span >= window), "{limit} in {window:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_its_window_is_used_up_rests_until_the_next() {
    let (hosts, clock) = hosts(false);
    assert_eq!(answers(&hosts, "a.example").await, Ok(()));
    let next = DateTime::from_timestamp(40, 0).expect("a time");
    hosts.rest("a.example", next);
    assert_eq!(answers(&hosts, "a.example").await, Err(busy_until(40)));
    assert_eq!(answers(&hosts, "b.example").await, Ok(()));
    clock.advance(40 * SECOND);
    assert_eq!(answers(&hosts, "a.example").await, Ok(()));
}
