//! The metrics: what they contain, and that the dashboard uses no others.

use std::collections::BTreeSet;

use lookalike::demo::networks::fake;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::harness::{Harness, WITHIN, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_all_that_the_dashboard_shows_and_name_nobody() {
    // A network that charges, so that there is a cost.
    let paid = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(paid, small_world(20, false)).await;
    harness.set("METRICS_ADDRESS", "127.0.0.1:0").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let asks = |messages: &[lookalike::demo::telegram::Message]| {
        messages.iter().any(|it| it.text.contains("isn't free"))
    };
    harness.until(&harness.ann, "what it costs", asks).await;
    let address = harness.app().metrics_address().unwrap();
    let response = ask(&format!("http://{address}/metrics")).await;
    assert_eq!(response.0, 200);
    let text = response.1;
    for line in [
        "lookalike_requests_total{network=\"instagram\",result=\"answered\"} ",
        "lookalike_crawls{state=\"asking\"} 1",
        "lookalike_mode{mode=\"runs\"} 1",
        "lookalike_network_works{network=\"instagram\"} 1",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    for secret in [
        "luna",
        "501",
        "key-of-the-stories",
        &harness.telegram.token(),
    ] {
        let labels = text.lines().filter(|line| line.contains('{'));
        let labels: Vec<&str> = labels
            .filter_map(|line| line.rsplit_once('}'))
            .map(|it| it.0)
            .collect();
        assert!(
            labels.iter().all(|label| !label.contains(secret)),
            "{secret}:\n{text}"
        );
    }
    let names = |text: &str| -> BTreeSet<String> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = text.split(|c| !is_part(c));
        let ours = words.filter(|word| word.starts_with("lookalike_"));
        ours.map(str::to_owned).collect()
    };
    let known: BTreeSet<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split([' ', '{']).next())
        .map(str::to_owned)
        .collect();
    let shown: BTreeSet<String> = expressions().iter().flat_map(|it| names(it)).collect();
    assert_eq!(shown, known, "the dashboard shows all that there is");

    let health = ask(&format!("http://{address}/healthz")).await;
    assert_eq!(health, (200, "well\n".to_owned()));
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_holds_connections_open_takes_only_a_few() {
    let mut harness = Harness::new(small_world(5, false)).await;
    harness.set("METRICS_ADDRESS", "127.0.0.1:0").start().await;
    let address = harness.app().metrics_address().unwrap();
    let mut held = Vec::new();
    for _ in 0..40 {
        held.push(TcpStream::connect(address).await.unwrap());
    }
    // They are closed one after the other, and then it is another client's turn.
    let (status, text) = ask(&format!("http://{address}/healthz")).await;
    assert_eq!((status, text.as_str()), (200, "well\n"));
    let mut nothing = [0; 1];
    for mut connection in held {
        let end = tokio::time::timeout(WITHIN, connection.read(&mut nothing)).await;
        let end = end.expect("whoever asks nothing is hung up on");
        assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    }
    harness.stop().await;
}

/// Returns the dashboard's queries to Prometheus.
fn expressions() -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/grafana.json");
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().unwrap());
    targets
        .map(|target| target["expr"].as_str().unwrap().to_owned())
        .collect()
}

async fn ask(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}
