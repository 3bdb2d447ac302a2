//! How near an account's name or handle is to what somebody wrote. Pure.

use crate::model::Profile;

/// From here on an account may be meant: two letters of ten are wrong or missing.
const NEAR: f64 = 0.75;

/// Letters that a name must have to be looked for within a longer one.
const ENOUGH: usize = 4;

/// A name or a handle as somebody wrote it.
pub(super) struct Sought {
    text: String,
    letters: String,
    /// Those before the domain, if it ends with one.
    user: Option<String>,
}

pub(super) fn is_near(nearness: f64) -> bool {
    nearness >= NEAR
}

impl Sought {
    pub(super) fn new(text: &str) -> Self {
        let has_domain = text.contains('@') || text.matches('.').count() > 1;
        let user = text.split(['@', '.']).next().filter(|_| has_domain);
        Self {
            text: text.to_lowercase(),
            letters: letters(text),
            user: user.map(letters),
        }
    }

    /// Returns how near an account is: 1 if its name or handle is the same but for signs, 0 if it has nothing in
    /// common.
    pub(super) fn nearness(&self, profile: &Profile) -> f64 {
        let handle = profile.handle.0.to_lowercase();
        let (mine, its) = without_common_domain(&self.text, &handle);
        let (handle, name) = (letters(its), letters(&profile.name));
        // Somebody may have the same name under a domain of their own.
        let by_user = self.user.iter().flat_map(|user| {
            let names = [&handle, &name];
            names.map(|other| nearness(user, other))
        });
        let by_all = [
            nearness(&letters(mine), &handle),
            nearness(&self.letters, &name),
        ];
        by_user.chain(by_all).fold(0.0, f64::max)
    }
}

fn nearness(sought: &str, other: &str) -> f64 {
    let (mine, its) = (sought.chars().count(), other.chars().count());
    if mine == 0 || its == 0 {
        return 0.0;
    }
    let is_within = mine >= ENOUGH && other.contains(sought);
    let within = match is_within {
        // The more of the longer name it is, the nearer.
        true => NEAR + (1.0 - NEAR) * mine as f64 / its as f64,
        false => 0.0,
    };
    strsim::normalized_damerau_levenshtein(sought, other).max(within)
}

/// Returns the letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Returns two handles without the domain that both end with: it makes no two accounts alike.
fn without_common_domain<'a>(mut one: &'a str, mut other: &'a str) -> (&'a str, &'a str) {
    let split = |handle: &'a str| handle.rsplit_once(['.', '@']);
    while let (Some((mine, end)), Some((its, same))) = (split(one), split(other))
        && end == same
    {
        (one, other) = (mine, its);
    }
    (one, other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, Handle};

    fn account(handle: &str, name: &str) -> Profile {
        Profile {
            id: AccountId::new(handle),
            handle: Handle(handle.to_owned()),
            name: name.to_owned(),
            bio: String::new(),
            picture: None,
            followers: None,
            following: None,
            private: false,
            verified: false,
            opted_out: false,
            kind: None,
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_near_and_another_name_is_not() {
        for (sought, handle, name, expected) in [
            ("bergen_loff", "bergen_loaf", "", true),
            ("bregen_loaf", "bergen_loaf", "", true),
            ("Bergen Loaf", "bl", "Bergen Loaf", true),
            ("Bergen Loaf", "bergen.loaf.bakery", "", true),
            ("New York Times", "nytimes", "The New York Times", true),
            ("Новая Газета", "novayagazeta", "Новая газета", true),
            (
                "bergen-loff.bsky.social",
                "bergen-loaf.bsky.social",
                "",
                true,
            ),
            (
                "bergen-loff.bsky.social",
                "loaf.example",
                "Bergen Loaf",
                true,
            ),
            ("nasa@mastodon.social", "nassa@mastodon.social", "", true),
            ("bergen_loff", "bergen_bakery", "", false),
            ("bergen_loff", "teo", "", false),
            ("anna.bsky.social", "teo.bsky.social", "", false),
            ("nasa", "esa", "", false),
            ("bo", "bologna", "", false),
            ("¡", "¿", "", false),
        ] {
            let nearness = Sought::new(sought).nearness(&account(handle, name));
            assert_eq!(
                is_near(nearness),
                expected,
                "{sought}, {handle}: {nearness}"
            );
        }
    }

    #[test]
    fn the_same_name_but_for_signs_is_the_nearest() {
        let nearness = |handle| Sought::new("Luna Park").nearness(&account(handle, ""));
        assert_eq!(nearness("luna.park"), 1.0);
        assert!(nearness("luna.park") > nearness("luna.park.official"));
        assert!(nearness("luna.park.official") > nearness("park.luna"));
    }
}
