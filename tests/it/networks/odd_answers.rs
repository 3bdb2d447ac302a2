//! Networks give odd responses now and then. An odd part only costs itself, and the result says what is missing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use lookalike::demo::networks::{Endpoint, FAKES, FakeKind, FakeResponse, fake};
use lookalike::demo::telegram::Message;
use lookalike::demo::world::World;
use lookalike::model::NetworkName;
use lookalike::networks::kind;
use serde_json::{Value, json};

use crate::harness::{Harness, small_world};
use crate::networks::costs::agrees;

/// @luna's first and last followers in the small world with this many followers.
const FOLLOWERS: u32 = 60;
const FIRST: u32 = 22;

fn bluesky() -> &'static FakeKind {
    fake("bluesky", "appview").unwrap()
}

fn mastodon() -> &'static FakeKind {
    fake("mastodon", "mastodon").unwrap()
}

/// Returns a harness on a network with odd responses.
async fn odd_harness(
    fake: &FakeKind,
    world: World,
    change: impl Fn(Endpoint, Option<u64>, &mut FakeResponse) + Send + Sync + 'static,
) -> Harness {
    let mut harness = Harness::on_network(fake, world).await;
    harness.network.on_response(change);
    // Whatever it costs.
    harness.set("COST_PER_ANALYSIS", "1000");
    harness.set("COST_PER_DAY", "1000");
    // The odd answers are those of the AppView.
    harness.set("BLUESKY_PDS", "off");
    harness
}

/// Lets Ann search for @luna, and agree if it costs something.
async fn asks(harness: &mut Harness, fake: &FakeKind, how: &str) -> String {
    harness.start().await;
    let luna = harness.directory.handle(0).to_owned();
    let question = format!("{}:{luna} {how}", fake.network);
    harness.telegram.says(&harness.ann, &question);
    let kind = kind(&NetworkName::new(fake.network)).unwrap();
    let mut apis = kind.apis.iter().filter(|api| api.name == fake.api);
    if apis.any(|api| api.price.is_some()) {
        agrees(harness, "normal").await;
    }
    luna
}

/// The text of the list that Ann gets.
async fn list(harness: &mut Harness, fake: &FakeKind, how: &str) -> String {
    let luna = asks(harness, fake, how).await;
    let messages = harness.until_delivered(&harness.ann, &luna).await;
    let heading = format!("Accounts like @{luna}");
    let mut lists = messages.iter().map(|message| &message.text);
    let list = lists.find(|text| text.starts_with(&heading));
    list.expect("the ranked list").clone()
}

/// Waits until Ann gets this message.
async fn wait_for_message(harness: &Harness, words: &str) -> Vec<Message> {
    let says = |messages: &[Message]| messages.iter().any(|message| message.text.contains(words));
    harness.until(&harness.ann, words, says).await
}

fn is_list(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::Followers | Endpoint::Following)
}

/// The accounts on a page, in the shape of any network.
fn accounts(page: &mut Value) -> Option<&mut Vec<Value>> {
    const AROUND: [&str; 9] = [
        "response",
        "users",
        "items",
        "data",
        "node",
        "nodes",
        "followers",
        "following",
        "follows",
    ];
    match page {
        Value::Array(items) => match items.iter().position(Value::is_array) {
            Some(inner) => accounts(&mut items[inner]),
            None => Some(items),
        },
        Value::Object(fields) => {
            let mut fields = fields.iter_mut();
            fields.find_map(|(name, value)| {
                AROUND.contains(&name.as_str()).then(|| accounts(value))?
            })
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_items_of_a_list_cost_themselves_on_every_network_and_the_result_says_so() {
    for fake in &FAKES {
        let mut harness = odd_harness(
            fake,
            small_world(FOLLOWERS, false),
            |endpoint, _, answer| {
                if is_list(endpoint) {
                    answer.edit(|page| {
                        if let Some(accounts) = accounts(page).filter(|it| it.len() > 1) {
                            accounts.insert(1, Value::Null);
                            accounts.insert(0, json!({ "username": "nobody" }));
                            accounts.push(json!(7));
                        }
                    });
                }
            },
        )
        .await;
        let name = format!("{} by {}", fake.network, fake.api);
        let list = list(&mut harness, fake, "").await;
        assert!(list.contains("didn't give me the rest"), "{name}: {list}");
        assert!(list.contains("cut short"), "{name}: {list}");
        let report = harness.report(&harness.ann);
        assert!(report.followers_listed >= 55, "{name}: {report:?}");
        assert!(report.followers_total > report.followers_listed, "{name}");
        assert!(report.results.len() >= 10, "{name}: {report:?}");
        harness.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_letter_in_a_name_costs_the_letter_on_every_network() {
    for fake in &FAKES {
        let mut harness = odd_harness(fake, small_world(FOLLOWERS, false), |_, _, answer| {
            let body = String::from_utf8(std::mem::take(&mut answer.body)).unwrap();
            let body = body.replace("The peer0", "Star \\ud83d");
            let body = body.replace("The peer1\"", "Star@\"").into_bytes();
            // As some encode letters beyond the first plane: six bytes that are no UTF-8.
            let mut bytes = body.iter().flat_map(|byte| match byte {
                b'@' => b"\xed\xa0\xbd\xed\xb2\x9b".to_vec(),
                other => vec![*other],
            });
            answer.body = bytes.by_ref().collect();
        })
        .await;
        if fake.network == "mastodon" {
            // Its names have an @ in them.
            harness.stop().await;
            continue;
        }
        list(&mut harness, fake, "").await;
        let report = harness.report(&harness.ann);
        let handle = harness.directory.handle(2);
        let peer = report.results.iter().find(|row| row.handle == handle);
        let name = format!("{} by {}", fake.network, fake.api);
        let peer = peer.unwrap_or_else(|| panic!("{name}: {report:?}"));
        if !peer.name.is_empty() {
            assert_eq!(peer.name, "Star \u{fffd}", "{name}");
        }
        harness.stop().await;
        harness.assert_clean();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_field_of_one_account_costs_the_field_and_not_the_batch() {
    let mut harness = odd_harness(
        bluesky(),
        small_world(FOLLOWERS, false),
        |endpoint, _, answer| {
            if endpoint == Endpoint::Profile {
                answer.edit(|batch| {
                    let Some(profiles) = batch["profiles"].as_array_mut() else {
                        return;
                    };
                    for (profile, odd_harness) in profiles.iter_mut().zip(0..) {
                        match odd_harness % 5 {
                            0 => profile["labels"] = Value::Null,
                            1 => profile["followsCount"] = json!(-1),
                            2 => profile["followersCount"] = json!("40"),
                            3 => profile["displayName"] = json!({ "odd": [] }),
                            _ => profile["verification"] = json!("odd"),
                        }
                    }
                    profiles.push(Value::Null);
                });
            }
        },
    )
    .await;
    let list = list(&mut harness, bluesky(), "").await;
    assert!(!list.contains("give me the rest"), "{list}");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_without_sizes_are_listed_by_count_and_the_list_says_so() {
    let mut harness = odd_harness(
        bluesky(),
        small_world(FOLLOWERS, false),
        |endpoint, _, answer| {
            if endpoint == Endpoint::Profile {
                answer.edit(|batch| {
                    let profiles = batch["profiles"].as_array_mut();
                    for profile in profiles.into_iter().flatten() {
                        profile.as_object_mut().unwrap().remove("followersCount");
                    }
                });
            }
        },
    )
    .await;
    let list = list(&mut harness, bluesky(), "").await;
    assert!(
        list.contains("I'm not told how many followers these accounts have"),
        "{list}"
    );
    assert!(
        list.contains("Most followed: how many followers are shared."),
        "{list}"
    );
    assert!(
        !list.contains("· 0 followers"),
        "nobody is said to have none: {list}"
    );
    let report = harness.report(&harness.ann);
    let shared: Vec<u64> = report.results.iter().map(|row| row.shared).collect();
    assert!(shared.is_sorted_by(|one, other| one >= other), "{shared:?}");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_who_ask_to_be_left_alone_are_not_read_at_any_depth() {
    const SAYS_SO: [u32; 3] = [FIRST + 1, FIRST + 3, FIRST + 5];
    for (fake, depth) in [
        (bluesky(), "normal"),
        (bluesky(), "full"),
        (mastodon(), "full"),
    ] {
        let world = small_world(FOLLOWERS, false);
        let ids = SAYS_SO.map(|index| world.account(index).id);
        let asked: Arc<Mutex<Vec<u64>>> = Arc::default();
        let log = asked.clone();
        let handles = {
            let directory = fake.directory(Arc::new(small_world(FOLLOWERS, false)));
            SAYS_SO.map(|index| {
                directory
                    .handle(index)
                    .split('@')
                    .next()
                    .unwrap()
                    .to_owned()
            })
        };
        let mut harness = odd_harness(fake, world, move |endpoint, id, answer| {
            if let (Endpoint::Following, Some(id)) = (endpoint, id) {
                log.lock().unwrap().push(id);
            }
            answer.edit(|body| says_so(body, &handles));
        })
        .await;
        harness.set("MAX_FOLLOWING", "0");
        let list = list(&mut harness, fake, depth).await;
        let asked = asked.lock().unwrap().clone();
        assert!(!asked.is_empty());
        assert!(
            ids.iter().all(|id| !asked.contains(id)),
            "{} at {depth}: their lists are not asked for",
            fake.network
        );
        assert!(list.contains("are private"), "they are counted: {list}");
        harness.stop().await;
        harness.assert_clean();
    }
}

/// Adds the opt-out to all accounts in a response, in the form of their network.
fn says_so(value: &mut Value, handles: &[String; 3]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| says_so(item, handles)),
        Value::Object(fields) => {
            let handle = fields.get("handle").or(fields.get("username"));
            let place = handle.and_then(|handle| handles.iter().position(|it| handle == it));
            if fields.contains_key("did") {
                let label = json!([{ "src": "did:plc:x", "val": "!no-unauthenticated" }]);
                place.map(|_| fields.insert("labels".into(), label));
            } else {
                match place {
                    Some(0) => fields.insert("discoverable".into(), json!(false)),
                    Some(1) => fields.insert("noindex".into(), json!(true)),
                    Some(_) => fields.insert("note".into(), json!("<p>#nobot please</p>")),
                    None => None,
                };
            }
            fields
                .values_mut()
                .for_each(|value| says_so(value, handles));
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_the_next_page_are_read_in_every_form() {
    for form in ["two fields", "relative", "an inner name"] {
        let mut harness = odd_harness(mastodon(), small_world(200, false), move |_, _, answer| {
            let Some(at) = answer.headers.iter().position(|(name, _)| *name == "link") else {
                return;
            };
            let (_, links) = answer.headers.remove(at);
            let mut links: Vec<String> = match form {
                "two fields" => links.split(", ").map(str::to_owned).collect(),
                "relative" => vec![based_at("/", &links)],
                _ => vec![based_at("http://localhost:3000/", &links)],
            };
            links.push("<https://toot.example/a.css>; rel=\"preload\"; as=\"style\"".to_owned());
            answer
                .headers
                .extend(links.into_iter().map(|link| ("link", link)));
        })
        .await;
        let list = list(&mut harness, mastodon(), "quick").await;
        assert!(
            list.contains("I listed all 200 followers."),
            "{form}: {list}"
        );
        harness.stop().await;
        harness.assert_clean();
    }
}

/// Links with another beginning of their addresses.
fn based_at(base: &str, links: &str) -> String {
    let links = links.split('<').map(|link| {
        let server = link.strip_prefix("https://");
        match server.and_then(|rest| rest.split_once('/')) {
            Some((_, path)) => format!("{base}{path}"),
            None => link.to_owned(),
        }
    });
    links.collect::<Vec<_>>().join("<")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_next_page_that_cannot_be_asked_for_leaves_what_was_read() {
    for next in [
        "https://elsewhere.example/?max_id=7",
        "https://toot.example/?page=2",
    ] {
        let mut harness = odd_harness(
            mastodon(),
            small_world(200, false),
            move |endpoint, _, answer| {
                if endpoint == Endpoint::Followers {
                    answer.headers.retain(|(name, _)| *name != "link");
                    answer
                        .headers
                        .push(("link", format!("<{next}>; rel=\"next\"")));
                }
            },
        )
        .await;
        let list = list(&mut harness, mastodon(), "quick").await;
        let partly = "I listed 80 of 200 followers; Mastodon didn't give me the rest.";
        assert!(list.contains(partly), "{next}: {list}");
        harness.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_with_long_profiles_hide_nobody() {
    let mut harness = odd_harness(
        mastodon(),
        small_world(200, false),
        |endpoint, _, answer| {
            if endpoint == Endpoint::Followers {
                answer.edit(|page| {
                    for account in page.as_array_mut().into_iter().flatten().take(55) {
                        account["note"] = json!("long ".repeat(5_000));
                    }
                });
            }
        },
    )
    .await;
    let list = list(&mut harness, mastodon(), "quick").await;
    assert!(list.contains("I listed all 200 followers."), "{list}");
    let requests = harness.report(&harness.ann).requests.followers;
    assert!(
        requests < 25,
        "{requests} requests for three pages and a look-up"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_a_login_is_named_at_once() {
    for (status, words) in [
        (401, "Unauthorized: token not supplied"),
        (401, "This method requires an authenticated user"),
        (403, "Forbidden"),
    ] {
        let mut harness = odd_harness(
            mastodon(),
            small_world(10, false),
            move |endpoint, _, answer| {
                if endpoint == Endpoint::Profile {
                    answer.status = status;
                    answer.edit(|body| *body = json!({ "error": words }));
                }
            },
        )
        .await;
        asks(&mut harness, mastodon(), "").await;
        wait_for_message(&harness, "shows nothing to strangers").await;
        assert_eq!(harness.network.requests().profile, 1, "once is enough");
        harness.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_count_is_not_taken_for_no_followers() {
    let mut harness = odd_harness(mastodon(), small_world(10, false), |endpoint, _, answer| {
        if endpoint == Endpoint::Profile {
            answer.edit(|account| {
                account["followers_count"] = json!(0);
                account["pleroma"] =
                    json!({ "hide_followers": true, "hide_followers_count": true });
            });
        }
    })
    .await;
    asks(&mut harness, mastodon(), "").await;
    wait_for_message(&harness, "Mastodon doesn't show me who follows").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_account_that_hides_its_list_is_not_called_private() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = odd_harness(hiker, small_world(10, false), |endpoint, _, answer| {
        if endpoint == Endpoint::Followers {
            answer.status = 403;
            let words = "User hid data using privacy settings";
            answer.edit(|body| *body = json!({ "detail": words, "exc_type": "PrivateAccount" }));
        }
    })
    .await;
    asks(&mut harness, hiker, "").await;
    wait_for_message(&harness, "Instagram doesn't show me who follows @luna").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_asked_for_by_its_id_is_shown_by_its_name() {
    let mut harness = odd_harness(bluesky(), small_world(FOLLOWERS, false), |_, _, _| {}).await;
    harness.start().await;
    let luna = harness.directory.handle(0).to_owned();
    harness.telegram.says(&harness.ann, &luna);
    harness.until_delivered(&harness.ann, &luna).await;
    let context = harness.app().context();
    let analyses = context
        .ledger
        .analyses_of(lookalike::model::PersonId(501))
        .unwrap();
    let crawl = context.ledger.crawl_of(&analyses[0]).unwrap().unwrap();
    let did = crawl.profile.unwrap().id.to_string();
    harness
        .telegram
        .says(&harness.ann, &format!("/again {did}"));
    harness
        .until(&harness.ann, "the second list", |messages| {
            let heading = format!("Accounts like @{luna}");
            let lists = messages
                .iter()
                .filter(|message| message.text.starts_with(&heading));
            lists.count() == 2
        })
        .await;
    harness.telegram.says(&harness.ann, "/history");
    let messages = wait_for_message(&harness, "Your results here").await;
    let called = |message: &Message| message.text.contains(&format!("@{did}"));
    assert!(!messages.iter().any(called), "nobody is called @did:…");
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_opts_out_later_is_not_counted_any_more() {
    let says_so_now = Arc::new(AtomicBool::new(false));
    let handles = {
        let directory = bluesky().directory(Arc::new(small_world(FOLLOWERS, false)));
        [1, 3, 5].map(|number| directory.handle(FIRST + number).to_owned())
    };
    let switch = says_so_now.clone();
    let world = small_world(FOLLOWERS, false);
    let mut harness = odd_harness(bluesky(), world, move |_, _, answer| {
        if switch.load(Ordering::SeqCst) {
            answer.edit(|body| says_so(body, &handles));
        }
    })
    .await;
    let luna = asks(&mut harness, bluesky(), "full").await;
    harness.until_delivered(&harness.ann, &luna).await;
    let before = harness.report(&harness.ann);
    says_so_now.store(true, Ordering::SeqCst);
    harness
        .telegram
        .says(&harness.ann, &format!("/again {luna}"));
    let heading = format!("Accounts like @{luna}");
    let is_second = |messages: &[Message]| {
        let mut texts = messages.iter().map(|message| &message.text);
        texts
            .by_ref()
            .filter(|text| text.starts_with(&heading))
            .count()
            == 2
    };
    harness
        .until(&harness.ann, "the second list", is_second)
        .await;
    let after = harness.report(&harness.ann);
    assert_eq!(after.followers_read, before.followers_read - 3);
    assert_eq!(after.unreadable, before.unreadable + 3);
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_the_domain_above_the_server_stays_the_name() {
    let mut harness = Harness::on_network(mastodon(), small_world(FOLLOWERS, false)).await;
    harness.start().await;
    let is_split = |index: &u32| {
        harness
            .directory
            .handle(*index)
            .ends_with("@social.dough.example")
    };
    let peer = (2..22).find(is_split).unwrap();
    let user = harness.directory.handle(peer).split('@').next().unwrap();
    let name = format!("{user}@dough.example");
    harness.telegram.says(&harness.ann, &format!("@{name}"));
    harness.until_delivered(&harness.ann, &name).await;
    let luna = harness.directory.handle(0).to_owned();
    let both = format!("/compare @{name} @{luna}");
    harness.telegram.says(&harness.ann, &both);
    let heading = |message: &Message| message.text.lines().next().unwrap_or_default().to_owned();
    let is_compared =
        |message: &Message| message.from_bot && heading(message).ends_with(" compared");
    let compared = harness
        .until(&harness.ann, "the comparison", |messages| {
            messages.iter().any(is_compared)
        })
        .await;
    let compared = compared
        .iter()
        .find(|message| is_compared(message))
        .unwrap();
    let names = heading(compared);
    assert!(names.contains(&format!("@{name}")), "{names}");
    assert!(
        !compared.text.contains(&format!("{user}@social.")),
        "{compared:?}"
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_comes_as_nothing_among_others_is_asked_for_again_and_nobody_is_gone() {
    let read = async |nulls: &'static [u32]| {
        let world = small_world(FOLLOWERS, false);
        let mut harness = Harness::on_network(bluesky(), world).await;
        let handle = |index: &u32| harness.directory.handle(*index).to_owned();
        let handles: Vec<String> = nulls.iter().map(handle).collect();
        harness.network.on_response(move |_, _, answer| {
            answer.edit(|body| {
                let profiles = body["profiles"].as_array_mut();
                for profile in profiles.filter(|all| all.len() > 1).into_iter().flatten() {
                    if handles.iter().any(|handle| profile["handle"] == **handle) {
                        *profile = Value::Null;
                    }
                }
            });
        });
        harness.set("MAX_FOLLOWING", "50");
        let luna = asks(&mut harness, bluesky(), "full").await;
        harness.until_delivered(&harness.ann, &luna).await;
        let report = harness.report(&harness.ann);
        harness.stop().await;
        (report.followers_read, report.unreadable)
    };
    assert_eq!(read(&[25, 26, 40]).await, read(&[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_name_of_its_own_is_shown_by_what_people_can_read() {
    let mut harness = odd_harness(bluesky(), small_world(FOLLOWERS, false), |_, _, answer| {
        answer.edit(|body| {
            let several = body["profiles"].as_array_mut();
            for profile in several.into_iter().flatten() {
                profile["handle"] = json!("handle.invalid");
                profile["displayName"] = json!("Anna");
            }
        });
    })
    .await;
    let list = list(&mut harness, bluesky(), "").await;
    assert!(list.contains("Anna · did:plc:"), "{list}");
    let mut words = list.split_whitespace();
    let is_long = |word: &str| word.contains("did:plc:") && word.chars().count() > 20;
    assert!(!words.any(is_long) && !list.contains("@did"), "{list}");
    harness.stop().await;
}
