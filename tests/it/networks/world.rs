//! `lookalike world` as a process: the addresses that it prints lead to every fake.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use lookalike::config::Config;
use lookalike::demo::networks::FAKES;
use lookalike::model::NetworkName;

#[test]
fn the_world_serves_every_fake_and_prints_where_it_is() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .args(["world", "--port", "0", "--rate", "5000/h"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut settings = BTreeMap::new();
    let mut urls = BTreeMap::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((name, value)) = line.split_once('=') else {
            assert!(
                line.starts_with("# "),
                "what is no setting is a comment: {line}"
            );
            continue;
        };
        if name.ends_with("_API_URL") {
            let port = value
                .split([':', '/'])
                .find_map(|part| part.parse::<u16>().ok());
            TcpStream::connect(("127.0.0.1", port.unwrap())).unwrap();
            urls.insert(value.to_owned(), name.trim_start_matches('#').to_owned());
        }
        if !name.starts_with('#') {
            let before = settings.insert(name.to_owned(), value.to_owned());
            assert_eq!(before, None, "{name} is said once");
        }
        // It prints nothing more, and goes on serving.
        let last = FAKES.last().unwrap().network.to_uppercase();
        if urls.len() == FAKES.len() && name == format!("{last}_ACCESS_TOKEN") {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(
        urls.len(),
        FAKES.len(),
        "each fake has an address: {urls:?}"
    );
    settings.insert("TELOXIDE_TOKEN".into(), "1:a".into());
    let config = Config::read(&|name| settings.get(name).cloned()).unwrap();
    for fake in &FAKES {
        let network = &config.networks[&NetworkName::new(fake.network)];
        assert!(
            urls.contains_key(&network.url),
            "{}: {}",
            fake.network,
            network.url
        );
    }
}
