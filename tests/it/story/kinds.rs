//! What accounts are stands before their names, and a list shows people or organisations alone.

use lookalike::demo::telegram::{FloodLimits, Message, Person};
use lookalike::demo::world::World;

use crate::harness::{Harness, described_world, press_behind};

/// Accounts of each kind, in both languages; of those without a line nobody can tell what they are.
const WORDS: [(&str, &str, &str); 8] = [
    (
        "peer0",
        "Anna Kowalska",
        "Photographer, mum of two. I love my dog.",
    ),
    (
        "peer1",
        "Harbour Bakery Ltd",
        "The official account. Visit our shop, open daily.",
    ),
    ("peer2", "Елена Смирнова", "Мама двоих детей, люблю горы"),
    ("peer3", "ООО Ромашка", "Официальная страница магазина"),
    ("peer4", "Tides", "I'm a bot that posts the tides of Bergen"),
    ("peer6", "Fans of Anna", "Fan account, run by three of us"),
    (
        "celebrity",
        "National Space Agency",
        "The official account of the agency",
    ),
    ("luna", "Luna", ""),
];

fn world() -> World {
    described_world(80, false, |handle| {
        let mut words = WORDS.iter();
        let found = words.find(|(name, ..)| *name == handle);
        found.map_or((String::new(), String::new()), |(_, name, bio)| {
            (name.to_string(), bio.to_string())
        })
    })
}

/// Starts the bot, and searches for @luna.
async fn with_a_list() -> (Harness, Message) {
    let mut harness = Harness::new(world()).await;
    harness.telegram.knows(&olga());
    harness.telegram.set_limits(FloodLimits::none());
    harness.set("OPERATORS", "601").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().rfind(|it| it.text.contains("1. "));
    (harness, list.unwrap().clone())
}

fn olga() -> Person {
    Person::new(601, "Olga")
}

/// Presses a button of the filter, and returns the list once it looks like this.
async fn filtered(harness: &Harness, list: &Message, button: &str, words: &str) -> Message {
    let at = (harness.ann.id, list.id);
    let filter = match list_of(harness, list).button("Filter") {
        Some(_) => "Filter",
        None => "• Filter",
    };
    press_behind(&harness.telegram, &harness.ann, at, filter, button).await;
    let chosen = format!("• {}", button.trim_start_matches("• "));
    let shows = |all: &[Message]| {
        let list = all.iter().find(|it| it.id == list.id);
        list.is_some_and(|it| it.text.contains(words) && it.button(&chosen).is_some())
    };
    let messages = harness.until(&harness.ann, words, shows).await;
    let list = messages.iter().find(|it| it.id == list.id).unwrap().clone();
    harness
        .telegram
        .presses(&harness.ann, list.id, "Back")
        .unwrap();
    let is_back = |all: &[Message]| {
        let mut all = all.iter();
        all.any(|it| it.id == list.id && it.button("Files").is_some())
    };
    harness
        .until(&harness.ann, "the list itself", is_back)
        .await;
    list
}

/// Returns the list as it is now.
fn list_of(harness: &Harness, list: &Message) -> Message {
    let messages = harness.telegram.messages(harness.ann.id);
    let now = messages.into_iter().find(|it| it.id == list.id);
    now.unwrap()
}

/// Returns the accounts shown, as "👤 @peer0", in their order.
fn accounts(list: &Message) -> Vec<String> {
    let rows = list.text.lines().filter_map(|line| {
        let (place, row) = line.split_once(". ")?;
        place.parse::<u32>().ok()?;
        let sign = row.split(' ').next().filter(|it| "👤🏢🤖?".contains(it));
        let handle = row.split(' ').find(|word| word.starts_with('@'))?;
        Some(match sign {
            Some(sign) => format!("{sign} {handle}"),
            None => handle.to_owned(),
        })
    });
    rows.collect()
}

async fn says(harness: &Harness, person: &Person, words: &str, answer: &str) -> Message {
    harness.telegram.says(person, words);
    let is_it = |it: &&Message| it.from_bot && it.text.contains(answer);
    let has = |all: &[Message]| all.iter().any(|it| is_it(&it));
    let messages = harness.until(person, answer, has).await;
    messages.iter().rfind(is_it).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_says_what_an_account_is_and_either_kind_can_be_shown_alone() {
    let (mut harness, list) = with_a_list().await;
    let asked = harness.network.requests().total;
    let known = [
        "👤 @peer0",
        "🏢 @peer1",
        "👤 @peer2",
        "🏢 @peer3",
        "🤖 @peer4",
        "🏢 @celebrity",
    ];
    let all = accounts(&list);
    for account in known {
        assert!(
            all.contains(&account.to_owned()),
            "{account}: {}",
            list.text
        );
    }
    assert!(
        all.contains(&"@peer6".to_owned()),
        "fans are neither: {all:?}"
    );

    let people = filtered(&harness, &list, "👤 People", "People only, ").await;
    let left_out = "People only, which leaves out 5 of 18. “?” may be a person or not.";
    assert!(people.text.contains(left_out), "{}", people.text);
    let shown = accounts(&people);
    assert_eq!(shown[..2], ["👤 @peer0", "👤 @peer2"], "{}", people.text);
    assert!(
        shown[2..].iter().all(|it| it.starts_with("? @peer")),
        "who may be a person stays: {shown:?}"
    );

    let companies = filtered(&harness, &list, "🏢 Organisations", "Organisations only, ").await;
    let shown = accounts(&companies);
    for account in ["🏢 @peer1", "🏢 @peer3", "🏢 @celebrity"] {
        assert!(shown.contains(&account.to_owned()), "{}", companies.text);
    }
    for account in ["@peer0", "@peer2", "@peer4", "@peer6"] {
        assert!(
            !companies.text.contains(&format!("{account} ")),
            "{}",
            companies.text
        );
    }

    // The choice is in the buttons.
    harness.stop().await;
    harness.start().await;
    let every = filtered(&harness, &list, "All", "👤 Anna").await;
    assert_eq!(accounts(&every), all);
    assert_eq!(harness.network.requests().total, asked);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_corrects_what_an_account_is() {
    let (mut harness, list) = with_a_list().await;
    let olga = olga();
    let shown_as = "is shown as: person";
    says(&harness, &olga, "/optout ig:peer1 person", shown_as).await;
    let people = filtered(&harness, &list, "👤 People", "👤 Harbour Bakery Ltd").await;
    assert!(accounts(&people).contains(&"👤 @peer1".to_owned()));

    let unknown = says(
        &harness,
        &olga,
        "/admin ig:peer1 wizard",
        "I don't know this kind",
    )
    .await;
    assert!(
        unknown.text.contains("person, organisation, bot"),
        "{}",
        unknown.text
    );
    says(&harness, &olga, "/admin ig:peer1 bot", "is shown as: bot").await;
    let all = filtered(&harness, &list, "All", "🤖 Harbour Bakery Ltd").await;
    assert!(accounts(&all).contains(&"🤖 @peer1".to_owned()));
    says(
        &harness,
        &olga,
        "/optout",
        "Kinds set by hand: @peer1 (bot)",
    )
    .await;

    says(&harness, &olga, "/optin ig:peer1", "is shown as before").await;
    filtered(&harness, &list, "🏢 Organisations", "🏢 Harbour Bakery Ltd").await;
    says(
        &harness,
        &harness.ann,
        "/optout ig:peer1 person",
        "I don't know that command",
    )
    .await;
    let people = filtered(&harness, &list, "👤 People", "People only, ").await;
    assert!(
        !people.text.contains("Harbour Bakery"),
        "only operators may: {}",
        people.text
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_tells_why_it_is_taken_for_what_it_is() {
    let (mut harness, list) = with_a_list().await;
    let at = (harness.ann.id, list.id);
    for (place, reason) in [
        (1, "Probably a person (9"),
        (6, "In its own words, “i'm a bot”: bot"),
    ] {
        let label = place.to_string();
        press_behind(&harness.telegram, &harness.ann, at, "Details", &label).await;
        let tells = |all: &[Message]| all.iter().any(|it| it.text.contains(reason));
        harness.until(&harness.ann, reason, tells).await;
        harness
            .telegram
            .presses(&harness.ann, list.id, "Back")
            .unwrap();
        let is_back = |all: &[Message]| all.iter().any(|it| it.button("Files").is_some());
        harness
            .until(&harness.ann, "the list itself", is_back)
            .await;
    }
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_shows_either_kind_alone_too() {
    let (mut harness, _) = with_a_list().await;
    let told = says(
        &harness,
        &harness.ann,
        "/compare @luna @peer0",
        "compared\n",
    )
    .await;
    for (button, sign) in [("👤 People", "🏢"), ("🏢 Organisations", "👤"), ("All", "")] {
        harness
            .telegram
            .presses(&harness.ann, told.id, button)
            .unwrap();
        let chosen = format!("• {button}");
        let is_shown = |all: &[Message]| {
            let mut all = all.iter();
            all.any(|it| it.id == told.id && it.button(&chosen).is_some())
        };
        let messages = harness.until(&harness.ann, &chosen, is_shown).await;
        let shown = messages.iter().find(|it| it.id == told.id).unwrap();
        match sign {
            "" => assert_eq!(shown.text, told.text),
            other => {
                let rows = shown
                    .text
                    .lines()
                    .filter(|line| line.contains(" followers"));
                let rows: Vec<&str> = rows.filter(|line| line.contains(". ")).collect();
                assert!(rows.iter().all(|row| !row.contains(other)), "{rows:?}");
                assert!(
                    shown.text.contains("“?” may be one or not."),
                    "{}",
                    shown.text
                );
            }
        }
    }
    harness.stop().await;
    harness.assert_clean();
}
