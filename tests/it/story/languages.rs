//! A whole search in another language: no text is in English.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{Message, Person};

use crate::harness::{Harness, is_file, named_world};

/// Names that are the same in every language: the network, the accounts, and where they are shown.
const NAMES: [&str; 10] = [
    "Instagram",
    "nasa",
    "luna",
    "peer",
    "celebrity",
    "user",
    "csv",
    "CSV",
    "Excel",
    "JSON",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_in_russian_from_the_first_word_to_the_file() {
    let world = named_world(60, false, |_| "Кто-то".to_owned());
    let mut harness = Harness::new(world).await;
    harness.start().await;
    let ann = Person::new(501, "Аня").speaking("ru-RU");
    harness.telegram.says(&ann, "/start");
    let greeted = |messages: &[Message]| messages.iter().any(|m| m.text.contains("/help"));
    harness.until(&ann, "the greeting", greeted).await;
    harness.telegram.says(&ann, "@luna");
    let messages = harness.until_delivered(&ann, "luna").await;
    let list = messages.iter().find(|message| is_list(message, "luna"));
    let list = list.unwrap().id;
    harness.telegram.presses(&ann, list, "Файлы").unwrap();
    let offered = |messages: &[Message]| messages.iter().any(|m| m.button("CSV").is_some());
    harness.until(&ann, "files to choose", offered).await;
    harness.telegram.presses(&ann, list, "CSV").unwrap();
    let file = "похожие-на-luna.csv";
    let is_there = |messages: &[Message]| messages.iter().any(|m| is_file(m, file));
    let messages = harness.until(&ann, file, is_there).await;
    let messages: Vec<&str> = messages[2..]
        .iter()
        .filter(|message| message.from_bot)
        .map(|message| message.text.as_str())
        .collect();
    let [picture, list, file] = messages[..] else {
        panic!("a picture, a list and a file: {messages:#?}");
    };
    assert_eq!(picture, "Ближе всех к @luna");
    let parts: Vec<&str> = list.split("\n\n").collect();
    let [heading, rows, sure, basis] = parts[..] else {
        panic!("a heading, rows, how sure it is and the small print: {list}");
    };
    let first: Vec<&str> = rows.lines().take(2).collect();
    let first = first.join("\n");
    let shown = [heading, &first, sure, &without_time(basis)].join("\n");
    insta::assert_snapshot!(shown, @r"
    Похожие на @luna, Instagram
    1. 🏢 Кто-то · @peer0 · 30 подписчиков
    пересечение 50% · 50% подписчиков @luna · 100% своих
    Список короткий: сравнить удалось только 18 аккаунтов, так что слишком полагаться на него не стоит.
    Похожие: какая часть всех подписчиков обоих аккаунтов — общая. 3 спорных аккаунта проверены по полным спискам подписчиков. С вероятностью 95% первые 10 вместе уступают лучшим 10 не больше чем на 1%.
    В списке все 60 подписчиков. Подписки прочитаны у 52 из них; остальные: 8 с закрытым аккаунтом. 84 запроса за …
    ");
    assert_eq!(file, "Все 18 аккаунтов, в порядке вашего списка");
    let foreign: Vec<String> = harness
        .telegram
        .transcript()
        .lines()
        // The transcript itself adds how long a file is, who presses what, and what is deleted.
        .filter(|line| !line.contains(['📎', '🖼']) && !line.contains("presses ["))
        .filter(|line| !line.contains("(the bot deleted a message)"))
        .filter(|line| has_english(line))
        .map(str::to_owned)
        .collect();
    assert_eq!(foreign, Vec::<String>::new());
    harness.assert_clean();
    harness.stop().await;
}

/// Returns words in English letters that are neither names nor commands.
fn has_english(line: &str) -> bool {
    let said = line.split_once('│').map_or(line, |(_, said)| said);
    let words = said.split(|c: char| !c.is_ascii_alphabetic() && c != '/');
    let mut english = words.filter(|word| word.len() > 1 && !word.starts_with('/'));
    english.any(|word| !NAMES.iter().any(|name| word.starts_with(name)))
}

fn without_time(text: &str) -> String {
    let (text, _) = text.rsplit_once(" за ").unwrap_or((text, ""));
    format!("{text} за …")
}
