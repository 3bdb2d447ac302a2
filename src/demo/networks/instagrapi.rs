//! Accounts in the shape of instagrapi's models, which the APIs built on it pass on.

use serde_json::{Value, json};

use crate::demo::networks::ApiError;
use crate::demo::networks::fake_state::{AccountState, FakeState};
use crate::demo::pseudorandom;
use crate::demo::world::{World, WorldAccount};

/// Returns an account as lists show it; the id is text there.
pub(super) fn short(account: &WorldAccount, state: &FakeState) -> Value {
    json!({
        "pk": account.id.to_string(),
        "username": account.handle,
        "full_name": account.name,
        "profile_pic_url": state.picture(account),
        "profile_pic_url_hd": null,
        "is_private": is_private(account, state),
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

/// Returns a profile, with the id as the API writes it.
pub(super) fn user(world: &World, index: u32, id: Value, state: &FakeState) -> Value {
    let account = world.account(index);
    json!({
        "pk": id,
        "username": account.handle,
        "full_name": account.name,
        "is_private": is_private(account, state),
        "is_verified": false,
        "profile_pic_url": state.picture(account),
        "profile_pic_url_hd": null,
        "media_count": pseudorandom::mix(&[account.id]) % 2_000,
        "follower_count": world.followers(index).len(),
        "following_count": world.following(index).len(),
        "biography": account.bio,
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

/// Returns the account of this id, unless it is gone; a suspended one looks the same as a removed one.
pub(super) fn find(world: &World, id: Option<u64>, state: &FakeState) -> Result<u32, ApiError> {
    let id = id.ok_or(ApiError::NotFound)?;
    match state.account_states().get(&id) {
        Some(AccountState::Removed | AccountState::Suspended) => Err(ApiError::NotFound),
        Some(AccountState::Hidden) | None => world.by_id(id).ok_or(ApiError::NotFound),
    }
}

pub(super) fn is_private(account: &WorldAccount, state: &FakeState) -> bool {
    account.private
        || matches!(
            state.account_states().get(&account.id),
            Some(AccountState::Hidden)
        )
}
