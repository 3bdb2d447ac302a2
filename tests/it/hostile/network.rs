//! A network that sends any bytes, and a client that has to read them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lookalike::clock::{Clock, SystemClock};
use lookalike::model::{AccountId, CrawlId, Handle, NetworkName, Page, Profile, Relation};
use lookalike::networks::{
    Flow, GatedNetwork, Network, NetworkError, NetworkSettings, Resolved, open,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A key with letters that URLs escape.
pub(super) const TOKEN: &str = "7e1d4b/secret+key=";

/// The key as it is written in a URL.
pub(super) const WRITTEN: &str = "7e1d4b%2Fsecret%2Bkey%3D";

/// Longer than any of these responses may take.
const WITHIN: Duration = Duration::from_secs(20);

/// How long the client waits for one response.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

/// What is sent on every connection.
#[derive(Clone, Debug)]
pub(super) enum RawResponse {
    /// These bytes, and then the connection is closed.
    Once(Vec<u8>),
    /// The first part, then the second again and again with pauses, as long as the client reads.
    Forever(Vec<u8>, Vec<u8>, Duration),
}

pub(super) struct RawNetwork {
    address: String,
    response: Arc<Mutex<RawResponse>>,
    bytes_sent: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl RawNetwork {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let response = Arc::new(Mutex::new(RawResponse::Once(Vec::new())));
        let (bytes_sent, connections) =
            (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let shared = (response.clone(), bytes_sent.clone(), connections.clone());
        let server = tokio::spawn(async move {
            let (response, bytes_sent, connections) = shared;
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let response = response.lock().unwrap().clone();
                tokio::spawn(send_response(stream, response, bytes_sent.clone()));
            }
        });
        Self {
            address,
            response,
            bytes_sent,
            connections,
            server,
        }
    }

    pub(super) fn respond_with(&self, response: RawResponse) {
        *self.response.lock().unwrap() = response;
        self.bytes_sent.store(0, Ordering::SeqCst);
    }

    /// Sends this as the body of a complete response.
    pub(super) fn respond(&self, status: u16, headers: &str, body: &[u8]) {
        self.respond_with(RawResponse::Once(http_response(status, headers, body)));
    }

    /// Returns how many bytes of the response the client has read.
    pub(super) fn bytes_sent(&self) -> usize {
        self.bytes_sent.load(Ordering::SeqCst)
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The real client, with a budget and a gate that never hold it back.
    pub(super) fn client(&self) -> GatedNetwork {
        self.client_of("instagram", "v1")
    }

    pub(super) fn client_of(&self, network: &str, api: &'static str) -> GatedNetwork {
        let settings = NetworkSettings {
            api,
            url: self.url(),
            token: TOKEN.into(),
            rate: "1000000/s".parse().unwrap(),
            min_cool_down: Duration::ZERO,
            max_cool_down: Duration::ZERO,
            timeout: TIMEOUT,
            price: None,
            servers: None,
        };
        let name = NetworkName::new(network);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let networks = open(&BTreeMap::from([(name.clone(), settings)]), &clock).unwrap();
        let flow = Flow {
            crawl: CrawlId(1),
            weight: 1,
            urgent: true,
            asker: None,
        };
        GatedNetwork::new(networks.get(&name).unwrap().clone(), flow)
    }
}

impl Drop for RawNetwork {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(super) fn http_response(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 {status} Whatever\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub(super) fn id() -> AccountId {
    AccountId::new("1000000")
}

/// Requests a page, and returns what is wrong with the result.
pub(super) async fn page(client: &GatedNetwork) -> Result<Result<Page, NetworkError>, String> {
    let asked = tokio::time::timeout(WITHIN, client.list(Relation::Following, &id(), None)).await;
    let page = asked.map_err(|_| "the request does not end".to_owned())?;
    match &page {
        Err(error) => harmless(error)?,
        Ok(page) if page.accounts.len() > 1_000 => {
            return Err(format!("a page of {} accounts", page.accounts.len()));
        }
        Ok(page) => {
            for account in &page.accounts {
                named(&account.id, &account.handle)?;
            }
            if page.next.as_ref().is_some_and(|next| next.0.len() > 4_096) {
                return Err("a cursor that is too long".into());
            }
        }
    }
    Ok(page)
}

/// Requests a profile and looks an account up, and returns what is wrong with the results.
pub(super) async fn account(client: &GatedNetwork) -> Result<(), String> {
    let ids = [id()];
    let asked = async {
        (
            client.profiles(&ids).await,
            client.resolve(&Handle("luna".into())).await,
        )
    };
    let asked = tokio::time::timeout(WITHIN, asked).await;
    let (profiles, resolved) = asked.map_err(|_| "the request does not end".to_owned())?;
    match profiles {
        Err(error) => harmless(&error)?,
        Ok(profiles) if profiles.len() > 1 => return Err(format!("{} profiles", profiles.len())),
        Ok(profiles) => profiles.iter().try_for_each(within_bounds)?,
    }
    match resolved {
        Err(error) => harmless(&error),
        Ok(Resolved::Account(account)) => named(&account.id, &account.handle),
        Ok(Resolved::Profile(profile)) => within_bounds(&profile),
    }
}

fn within_bounds(profile: &Profile) -> Result<(), String> {
    named(&profile.id, &profile.handle)?;
    let picture = profile.picture.as_ref().map_or(0, String::len);
    if profile.name.len() > 400 || profile.bio.len() > 4_000 || picture > 2_000 {
        return Err("a name, a description or an address that is too long".into());
    }
    Ok(())
}

fn named(id: &AccountId, handle: &Handle) -> Result<(), String> {
    let is_named = (1..=256).contains(&id.as_str().len()) && handle.0.len() <= 320;
    is_named
        .then_some(())
        .ok_or("an id or a handle that is none".into())
}

/// Two quotes of 120 characters, and the text around them.
const LONGEST_LINE: usize = 320;

/// An error becomes a line of the log.
fn harmless(error: &NetworkError) -> Result<(), String> {
    let line = error.to_string();
    if line.contains(TOKEN) || line.contains(WRITTEN) {
        return Err(format!("the key would stand in the log: {line}"));
    }
    if line.chars().count() > LONGEST_LINE || line.contains(char::is_control) {
        return Err(format!("not one short line: {line:.200}"));
    }
    Ok(())
}

async fn send_response(mut stream: TcpStream, response: RawResponse, bytes_sent: Arc<AtomicUsize>) {
    let mut request = Vec::new();
    let mut chunk = [0; 1_024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(length) if length > 0 => request.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
    let (first, again) = match response {
        RawResponse::Once(bytes) => (bytes, None),
        RawResponse::Forever(first, piece, pause) => (first, Some((piece, pause))),
    };
    // The client hangs up once it has read enough.
    if stream.write_all(&first).await.is_err() {
        return;
    }
    if let Some((piece, pause)) = again {
        while stream.write_all(&piece).await.is_ok() {
            bytes_sent.fetch_add(piece.len(), Ordering::SeqCst);
            tokio::time::sleep(pause).await;
        }
    }
    let _ = stream.shutdown().await;
}
