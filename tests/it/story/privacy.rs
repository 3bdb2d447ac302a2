//! What is kept of somebody, and that nothing is when it is to be forgotten.

use std::path::Path;

use lookalike::demo::telegram::{Limits, Message, Person};

use crate::house::{House, WITHIN, small_world};

/// A number unlike any other.
const VERA: i64 = 7_345_112_908;

/// The files below a folder that hold one of these.
fn files_with(folder: &Path, words: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, words));
            continue;
        }
        let content = std::fs::read(&path).unwrap();
        let holds = |word: &&[u8]| content.windows(word.len()).any(|part| part == *word);
        if words.iter().any(holds) {
            found.push(path.display().to_string());
        }
    }
    found
}

async fn hears(house: &House, person: &Person, beginning: &str) -> Message {
    let is_it = |it: &Message| it.from_bot && it.text.starts_with(beginning);
    let said = |all: &[Message]| all.iter().any(is_it);
    let mut messages = house.until(person, beginning, said).await;
    messages.retain(is_it);
    messages.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_forgotten_is_in_no_file_any_more() {
    let vera = Person::new(VERA, "Vera");
    let mut house = House::new(small_world(40, false)).await;
    // Much is said, and a restart in the middle: pace is others' story.
    house.telegram.set_limits(Limits::none());
    house.start().await;
    house.telegram.says(&vera, "/privacy");
    let told = hears(&house, &vera, "What I keep").await;
    assert!(told.text.contains("/forget"), "{}", told.text);
    house.telegram.says(&vera, "@luna");
    house.until_delivered(&vera, "luna").await;
    house.telegram.says(&vera, "/watch @luna");
    hears(&house, &vera, "I'll look at @luna anew").await;
    house.telegram.says(&vera, "/compare @luna @celebrity");
    hears(&house, &vera, "@luna and @celebrity").await;
    let list = hears(&house, &vera, "Accounts like @luna").await;
    house.telegram.presses(&vera, list.id, "Share").unwrap();
    hears(&house, &vera, "Whoever opens this link").await;

    let (digits, bytes) = (VERA.to_string(), VERA.to_be_bytes());
    let words = [digits.as_bytes(), &bytes];
    assert_ne!(files_with(&house.data(), &words), [] as [&str; 0]);
    house.telegram.says(&vera, "/forget");
    let question = hears(&house, &vera, "I'll stop your searches").await;
    house
        .telegram
        .presses(&vera, question.id, "Yes, erase everything")
        .unwrap();
    hears(&house, &vera, "Done: I've erased everything").await;
    house.stop().await;
    // What is done every hour is done at a start as well.
    house.start().await;
    let data = house.data();
    let is_rewritten = |_: &_| !data.join("rows").exists();
    house
        .telegram
        .until_true(WITHIN, "the rows are written anew", is_rewritten)
        .await
        .unwrap();
    house.stop().await;
    assert_eq!(files_with(&data, &words), [] as [&str; 0]);
    house.assert_clean();
}
