//! People in the words of instagrapi's models, which the APIs that are built on it pass on.

use serde_json::{Value, json};

use crate::demo::chance;
use crate::demo::networks::Refusal;
use crate::demo::networks::desk::{Desk, Fate};
use crate::demo::world::{Person, World};

/// As lists show a person; the id is text there.
pub(super) fn short(person: &Person, desk: &Desk) -> Value {
    json!({
        "pk": person.id.to_string(),
        "username": person.handle,
        "full_name": person.name,
        "profile_pic_url": desk.picture(person),
        "profile_pic_url_hd": null,
        "is_private": is_private(person, desk),
        "is_verified": false,
        "stories": [],
        "latest_reel_media": null,
        "has_anonymous_profile_picture": null,
        "profile_pic_id": null,
        "fbid_v2": null,
        "strong_id__": null,
        "account_badges": [],
        "friendship_status": null,
    })
}

/// A profile, with the id as the API writes it.
pub(super) fn user(world: &World, index: u32, id: Value, desk: &Desk) -> Value {
    let person = world.person(index);
    json!({
        "pk": id,
        "username": person.handle,
        "full_name": person.name,
        "is_private": is_private(person, desk),
        "is_verified": false,
        "profile_pic_url": desk.picture(person),
        "profile_pic_url_hd": null,
        "media_count": chance::mix(&[person.id]) % 2_000,
        "follower_count": world.followers(index).len(),
        "following_count": world.following(index).len(),
        "biography": person.bio,
        "bio_links": [],
        "external_url": null,
        "account_type": 1,
        "is_business": false,
        "broadcast_channel": [],
        "public_email": "",
        "contact_phone_number": "",
        "public_phone_country_code": "",
        "public_phone_number": "",
        "business_contact_method": "UNKNOWN",
        "business_category_name": null,
        "category_name": "",
        "category": "",
        "city_name": "",
    })
}

/// Whose number this is, unless the account is gone; one that is shut out looks like it.
pub(super) fn find(world: &World, id: Option<u64>, desk: &Desk) -> Result<u32, Refusal> {
    let id = id.ok_or(Refusal::NotFound)?;
    match desk.fates().get(&id) {
        Some(Fate::Removed | Fate::Suspended) => Err(Refusal::NotFound),
        Some(Fate::Hidden) | None => world.by_id(id).ok_or(Refusal::NotFound),
    }
}

pub(super) fn is_private(person: &Person, desk: &Desk) -> bool {
    person.private || matches!(desk.fates().get(&person.id), Some(Fate::Hidden))
}
