//! Display names that imitate something else.

use lookalike::demo::is_list;
use lookalike::demo::telegram::Message;

use crate::harness::{Harness, named_world};

const NAMES: [(&str, &str); 9] = [
    (
        "peer0",
        "<b>Bold</b> & <a href=\"https://evil.example\">x</a>",
    ),
    ("peer1", "\u{202e}moc.live\u{2066}\u{2067} \u{200f}"),
    ("peer2", "=HYPERLINK(\"https://evil.example\";\"x\")"),
    (
        "peer3",
        "two\nlines\r\n\u{2028}and\u{0}\u{7}\u{1b}[31m more",
    ),
    ("peer4", "שלום 123"),
    ("peer9", "\u{200b}\u{200d}\u{3164}\u{feff}"),
    ("peer6", "a;=1+1,@SUM(A1)\t-2"),
    ("peer7", "LONG"),
    ("peer8", "PILE"),
];

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_come_out_harmless_in_the_list_and_in_the_file() {
    let world = named_world(60, false, |handle| {
        let found = NAMES.iter().find(|(other, _)| *other == handle);
        match found.map(|(_, name)| *name) {
            Some("LONG") => "👩‍👩‍👧‍👦".repeat(1_500),
            Some("PILE") => format!("Z{}z", "\u{335}".repeat(10_000)),
            Some(name) => name.to_owned(),
            None => "-x\u{202d}y".to_owned(),
        }
    });
    let mut harness = Harness::new(world).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    let press = |label: &str| {
        harness
            .telegram
            .presses(&harness.ann, list.id, label)
            .unwrap()
    };
    press("›");
    let turned = |all: &[Message]| all.iter().any(|it| it.button("2 / 2").is_some());
    let after = harness.until(&harness.ann, "the second page", turned).await;
    let second = after.iter().find(|it| it.id == list.id).unwrap();
    for page in [list, second] {
        let length = page.text.encode_utf16().count();
        assert!(length <= 4_096, "the message is too long for Telegram");
    }
    let text = &format!("{}\n{}", list.text, second.text);
    assert!(
        text.contains("<b>Bold</b> & <a href="),
        "tags are shown, not obeyed: {text}"
    );
    let links = list.links.iter().chain(&second.links);
    let elsewhere: Vec<_> = links.filter(|(_, link)| link.contains("evil")).collect();
    assert!(elsewhere.is_empty(), "a name links to {elsewhere:?}");
    let turning: Vec<char> = text.chars().filter(|c| is_directional(*c)).collect();
    assert!(
        turning.is_empty(),
        "marks that turn the line are left: {turning:?}"
    );
    assert!(
        text.contains("\u{200e}שלום 123\u{200e}"),
        "a name from right to left is fenced: {text}"
    );
    assert!(
        text.contains(". @peer9 ·"),
        "a name of nothing is not shown: {text}"
    );
    assert!(
        text.contains("two lines and[31m more"),
        "a name is one line: {text}"
    );
    assert!(
        text.contains(" Z · @peer8"),
        "marks are not piled up: {text}"
    );
    let longest = text.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(400), "a line of {longest:?} characters");

    press("Files");
    let offered = |all: &[Message]| all.iter().any(|it| it.button("CSV").is_some());
    harness
        .until(&harness.ann, "files to choose", offered)
        .await;
    press("CSV");
    let came = |all: &[Message]| all.iter().any(|it| it.document.is_some());
    let messages = harness.until(&harness.ann, "the file", came).await;
    let file = messages
        .iter()
        .find_map(|message| message.document.as_ref())
        .unwrap();
    let mut rows = csv::Reader::from_reader(&file.bytes[..]);
    let mut names = Vec::new();
    for row in rows.records() {
        let row = row.unwrap();
        for field in &row {
            assert!(
                !field.contains(|c: char| c.is_control() || is_directional(c)),
                "{field:?} is not one harmless line"
            );
            assert!(
                !field.starts_with(['=', '+', '-', '@']),
                "{field:?} would be run"
            );
            assert!(field.len() <= 500, "a cell of {} bytes", field.len());
        }
        names.push(row[1].to_owned());
    }
    assert!(
        names.contains(&"a;'=1+1,'@SUM(A1) -2".to_owned()),
        "{names:?}"
    );
    assert!(
        names.contains(&"'=HYPERLINK(\"https://evil.example\";\"x\")".to_owned()),
        "{names:?}"
    );
    harness.assert_clean();
    harness.stop().await;
}

/// Returns whether a mark changes the direction of text, also beyond the word in which it stands.
fn is_directional(c: char) -> bool {
    matches!(c, '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}
