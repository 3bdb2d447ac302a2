//! Which server serves a handle of a domain: WebFinger (RFC 7033), as servers of this network use it. Pure.

use serde::Deserialize;
use url::Url;

use crate::networks::NetworkError;
use crate::networks::lenient::{Field, Items};
use crate::networks::mastodon::handle;
use crate::networks::response::HttpResponse;

const PATH: &str = "/.well-known/webfinger";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Jrd {
    subject: Field<String>,
    links: Field<Items<JrdLink>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JrdLink {
    rel: Field<String>,
    #[serde(rename = "type")]
    kind: Field<String>,
    href: Field<String>,
}

/// Returns the name and the server of the requested account. If a domain redirects to a server, that server is
/// contacted next time. A domain outside the network has no such page, or a web page.
pub(super) fn home_of(
    answer: HttpResponse,
    user: &str,
    host: &str,
) -> Result<(String, String), NetworkError> {
    match answer.status {
        _ if answer.is_throttled() => {}
        200..=299 => return served_by(answer, user),
        300..=399 => {
            let server = redirect_target(&answer, host).ok_or(NetworkError::NotFound)?;
            return Ok((user.to_owned(), server));
        }
        400..=407 | 409..=499 => return Err(NetworkError::NotFound),
        _ => {}
    }
    Err(answer.failure(""))
}

fn served_by(answer: HttpResponse, user: &str) -> Result<(String, String), NetworkError> {
    let jrd: Jrd = answer.json()?.parse()?;
    let is_own = |link: &&JrdLink| {
        let kind = link.kind.0.as_deref().unwrap_or_default();
        link.rel.0.as_deref() == Some("self") && kind.contains("json")
    };
    let links = jrd.links.0.unwrap_or_default().items;
    let own = links.iter().find(is_own);
    let address = own.and_then(|link| Url::parse(link.href.0.as_deref()?).ok());
    let server = address.and_then(|address| handle::host(address.domain()?));
    let server = server.ok_or(NetworkError::NotFound)?;
    // A custom domain may have another name for it than the server.
    let subject = jrd.subject.0.as_deref();
    let subject = subject.and_then(|subject| subject.strip_prefix("acct:"));
    let subject = subject.and_then(|subject| handle::user(subject.split('@').next()?));
    Ok((subject.unwrap_or_else(|| user.to_owned()), server))
}

/// Returns the server that answers such requests instead, by a redirect.
fn redirect_target(answer: &HttpResponse, host: &str) -> Option<String> {
    let location = answer.headers.get("location")?;
    let base = Url::parse(&format!("https://{host}/")).ok()?;
    let target = base.join(location).ok()?;
    let server = handle::host(target.domain()?)?;
    (target.path() == PATH && server != host).then_some(server)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn home(status: u16, location: &str, body: &str) -> Result<String, NetworkError> {
        let mut answer = HttpResponse {
            status,
            body: body.as_bytes().to_vec(),
            ..HttpResponse::default()
        };
        if !location.is_empty() {
            answer.headers.insert("location".into(), location.into());
        }
        let (user, host) = home_of(answer, "anna", "home.example")?;
        Ok(format!("{user}@{host}"))
    }

    fn jrd(subject: &str, href: &str) -> String {
        let page = json!({ "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://home.example/@anna" });
        let own = json!({ "rel": "self", "type": "application/activity+json", "href": href });
        json!({ "subject": subject, "links": [page, own] }).to_string()
    }

    #[test]
    fn a_domain_says_which_server_is_somebodys_home() {
        for (subject, href, expected) in [
            (
                "acct:anna@home.example",
                "https://home.example/users/anna",
                "anna@home.example",
            ),
            (
                "acct:Anna@home.example",
                "https://social.home.example/users/Anna",
                "anna@social.home.example",
            ),
            (
                "acct:anna_k@toot.example",
                "https://toot.example/users/anna_k",
                "anna_k@toot.example",
            ),
            (
                "https://home.example/",
                "https://toot.example/users/anna",
                "anna@toot.example",
            ),
        ] {
            let found = home(200, "", &jrd(subject, href));
            assert_eq!(found, Ok(expected.into()), "{subject} {href}");
        }
        let sent = home(
            301,
            "https://social.home.example/.well-known/webfinger?resource=acct:anna@home.example",
            "",
        );
        assert_eq!(sent, Ok("anna@social.home.example".into()));
    }

    #[test]
    fn a_domain_that_is_none_of_this_network_has_nobody() {
        let gone = Err(NetworkError::NotFound);
        for status in [400, 401, 403, 404, 406, 410] {
            assert_eq!(home(status, "", "<html>"), gone, "{status}");
        }
        for location in [
            "",
            "/",
            "/.well-known/webfinger",
            "https://home.example/.well-known/webfinger",
            "https://www.home.example/",
            "https://127.0.0.1/.well-known/webfinger",
            "https://localhost/.well-known/webfinger",
        ] {
            assert_eq!(home(302, location, ""), gone, "{location}");
        }
        for href in [
            "https://127.0.0.1/users/anna",
            "https://[::1]/",
            "file:///etc/passwd",
            "anna",
        ] {
            assert_eq!(
                home(200, "", &jrd("acct:anna@home.example", href)),
                gone,
                "{href}"
            );
        }
        let nobody: Value = json!({ "subject": "acct:anna@home.example" });
        assert_eq!(home(200, "", &nobody.to_string()), gone);
    }

    #[test]
    fn what_goes_wrong_on_the_way_says_nothing_about_anybody() {
        for (status, body) in [(200, "<html>"), (500, "<html>"), (503, ""), (408, "")] {
            let error = home(status, "", body).expect_err("nothing is known");
            assert!(
                matches!(error, NetworkError::Temporary(_) | NetworkError::Garbled(_)),
                "{status}"
            );
        }
        let error = home(429, "", "<html>").expect_err("nothing is known");
        assert_eq!(error, NetworkError::Throttled { retry_at: None });
    }
}
